"""`jobs`: list, show, cancel."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from workbench.cli.failures import Commands
from workbench.cli.wiring import actor_of, services

app = typer.Typer(cls=Commands, help="What runs, waits or has ended.", no_args_is_help=True, rich_markup_mode=None)

User = Annotated[str | None, typer.Option(help="Whose; none = the local workspace.")]


@app.command("list")
def list_jobs(
    state: Annotated[str | None, typer.Option(help="queued, running, done, failed, cancelled; several with commas.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000)] = 20,
    user: User = None,
) -> None:
    """List jobs, the newest first."""
    with services() as built:
        for job in built.jobs.list(actor_of(built, user), state, limit):
            typer.echo(f"{job.id}\t{job.state}\t{job.progress:.0%}\t{job.kind}\t{job.title}\t{job.error or job.message}")


@app.command()
def show(job_id: int, user: User = None) -> None:
    """Print a job as JSON."""
    with services() as built:
        job = built.jobs.get(actor_of(built, user), job_id)
        names = (
            "id",
            "kind",
            "title",
            "state",
            "progress",
            "message",
            "metrics",
            "result",
            "error",
            "hint",
            "created",
            "finished",
        )
        typer.echo(json.dumps({name: getattr(job, name) for name in names}, ensure_ascii=False, indent=2))


@app.command()
def cancel(job_id: int, user: User = None) -> None:
    """Stop a job: at once while it waits, else as soon as its worker notices."""
    with services() as built:
        typer.echo(f"{job_id}\t{built.jobs.cancel(actor_of(built, user), job_id).state}")
