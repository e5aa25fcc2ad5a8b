"""`jobs`: list, show, cancel, resume."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.failures import Commands
from workbench.cli.table import table
from workbench.cli.train import to_its_end
from workbench.cli.wiring import TakesOptions, actor_of, options, services

if TYPE_CHECKING:
    from workbench.store.jobs import Job

app = typer.Typer(cls=Commands, help="What runs, waits or has ended.", no_args_is_help=True, rich_markup_mode=None)

User = Annotated[str | None, typer.Option(help="Whose; none = the local workspace.")]


@app.command("list")
def list_jobs(
    state: Annotated[str | None, typer.Option(help="queued, running, done, failed, cancelled; several with commas.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000)] = 20,
    user: User = None,
) -> None:
    """List jobs, the newest first. A program gets the columns of the terminal, parted by tabs, without their headings."""
    with services() as built:
        found = built.jobs.list(actor_of(built, user), state, limit)
    table(
        ("id", "state", "progress", "kind", "created", "finished", "title", "message"), [_row(job) for job in found], "No jobs."
    )


def _row(job: Job) -> tuple[str, ...]:
    """Return what the list tells of a job; what a title or message holds never breaks its line."""
    words = (" ".join(text.split()) for text in (job.title, job.error or job.message))
    return (str(job.id), job.state, f"{job.progress:.0%}", job.kind, _moment(job.created), _moment(job.finished), *words)


def _moment(seconds: float | None) -> str:
    """Return a time in this computer's time zone, to the second; "-" when it has not come."""
    return "-" if seconds is None else datetime.fromtimestamp(seconds).astimezone().isoformat(" ", "seconds")


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


@app.command(cls=TakesOptions)
def resume(
    job_id: int,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", "-o", metavar="NAME VALUE", help="More minutes or epochs than the whole training had."),
    ] = None,
    user: User = None,
) -> None:
    """Go on with a training that failed or was cancelled, where it stopped; print the model's name as the last line."""
    with services() as built:
        actor = actor_of(built, user)
        to_its_end(built, actor, built.training.resume(actor, job_id, options(option)))
