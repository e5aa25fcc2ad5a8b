"""`serve` and `worker`."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.config import Settings


def serve() -> None:
    """Serve the workbench. Settings come from the environment: WORKBENCH_HOME, _HOST, _PORT, _ACCESS and others."""
    settings = Settings.from_environment()
    from workbench.server import serve as run

    run(settings, typer.echo)


def worker(lane: Annotated[str, typer.Option(help="Whose jobs to run.")] = "ocr") -> None:
    """Run a worker in this process until it is told to stop. `serve` starts its own, unless WORKBENCH_WORKERS=0."""
    settings = Settings.from_environment()
    from workbench.worker import main

    main(settings, lane)
