"""Start the workbench in a container: `serve` (default) or `worker`; inside a Hugging Face Space as a demo."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Set what a container needs where the environment says nothing, then run the command that was given."""
    os.environ.setdefault("WORKBENCH_ACCESS", "demo" if "SPACE_ID" in os.environ else "accounts")
    os.environ.setdefault("WORKBENCH_HOST", "0.0.0.0")
    os.environ.setdefault("WORKBENCH_PORT", os.environ.get("PORT", "7860"))
    from workbench.cli import app

    app(sys.argv[1:] or ["serve"])


if __name__ == "__main__":
    main()
