"""Where a command leaves the file that it was asked for."""

from __future__ import annotations

import shutil
from pathlib import Path


def moved(made: Path, out: Path | None) -> Path:
    """Move a file out of the folder that was made for it, and return where it lies then.

    Args:
        made: The file; its folder is deleted.
        out: Where a person wants it; None = under its own name in this folder, where it replaces nothing.

    Raises:
        Invalid: Nobody said where, and there is such a file already.
    """
    from workbench.services.errors import Invalid  # late: a command's help is to come fast

    target = out or Path(made.name)
    try:
        if out is None and target.exists():
            raise Invalid(f"{target} is here already.", "Say where to write with --out.")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(made, target)
    finally:
        shutil.rmtree(made.parent, ignore_errors=True)
    return target
