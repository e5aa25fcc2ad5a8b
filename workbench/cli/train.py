"""`train`: teach an engine from a folder of transcribed images, here and now or by the worker that lives."""

from __future__ import annotations

import signal
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.failures import tell
from workbench.cli.wiring import actor_of, options, services

if TYPE_CHECKING:
    from workbench.services import Services
    from workbench.services.actors import Actor
    from workbench.store.jobs import Job

LOOK_SECONDS = 0.3


def train(  # noqa: PLR0917  # the options of a command
    task: Annotated[str, typer.Argument(help="What kind of model: ocr reads lines, layout finds them.")],
    folders: Annotated[
        list[Path], typer.Argument(metavar="FOLDER...", help="Images with .gt.txt, PAGE or ALTO beside them; or .arrow files.")
    ],
    name: Annotated[str, typer.Option(help="Name of the model: small letters, digits, dots and hyphens.")],
    base: Annotated[
        str | None,
        typer.Option(
            help="Model to start from; the name of an engine = from nothing; none = what reads the script of the texts."
        ),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", "-o", metavar="NAME VALUE", help="An option of the training; as often as needed."),
    ] = None,
    minutes: Annotated[float, typer.Option(help="Stop after so many minutes of training.")] = 3.0,
    user: Annotated[str | None, typer.Option(help="Whose model; none = the local workspace.")] = None,
) -> None:
    """Train a model and print its name as the last line. Ctrl+C cancels; nothing of older versions changes."""
    with services(begins=True) as built:
        actor = actor_of(built, user)
        given = options(option)
        view = built.datasets.take_in(actor, folders, name=name, task=task)
        for skipped in view.skipped:
            tell(f"{skipped.name} is left out: {skipped.reason}")
        job, _ = built.training.begin(actor, task, name, view, base_model=base, options=given, minutes=minutes)
        to_its_end(built, actor, job)


def to_its_end(built: Services, actor: Actor, job: Job) -> None:
    """Follow a training and print the name of the model that it made.

    Raises:
        typer.Exit: It made none; why, and how to go on, has been told.
    """
    ended = follow(built, actor, job)
    if ended.state == "done" and ended.result is not None:
        typer.echo(str(ended.result["model"]))
        return
    go_on = f"Go on where it stopped: workbench jobs resume {job.id}" if built.training.resumable(ended) else ""
    tell(ended.error or f"The training was {ended.state}.", f"{ended.hint} {go_on}".strip())
    raise typer.Exit(1)


def follow(built: Services, actor: Actor, job: Job) -> Job:
    """Tell how a training goes until it has ended, and return how it ended; run it in this process when no worker lives."""
    over = Event()
    printer = Thread(target=_tell_progress, args=(built, job.id, over), daemon=True)
    printer.start()
    try:
        if not _run_here(built, job):
            _wait(built, job)
    except KeyboardInterrupt:
        built.jobs.cancel(actor, job.id)
        _wait(built, job)
    finally:
        over.set()
        printer.join()
    return built.store.jobs.get(job.id)


def _run_here(built: Services, job: Job) -> bool:
    """Be the worker until the job has ended; False when a server keeps workers, or one of that lane lives."""
    from workbench.services import processes
    from workbench.worker import WorkerProcess

    living = [worker for worker in built.store.workers.list(host=processes.host(), lane=job.lane) if processes.lives(worker)]
    if living or built.workers.lock.is_held():
        return False
    WorkerProcess(built, job.lane).run_until(lambda: built.store.jobs.get(job.id).finished is not None)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    found = built.store.jobs.get(job.id)
    if found.finished is None:  # Ctrl+C ended the worker, and the job waits again
        raise KeyboardInterrupt
    return True


def _wait(built: Services, job: Job) -> None:
    """Wait until a worker has ended the job."""
    while built.store.jobs.get(job.id).finished is None:
        Event().wait(LOOK_SECONDS)


def _tell_progress(built: Services, job_id: int, over: Event) -> None:
    """Print what the training says, beside the output."""
    last = 0
    while True:
        ending = over.wait(LOOK_SECONDS)
        for row in built.store.jobs.figures(job_id, last):
            if row.message:
                typer.echo(row.message, err=True)
            last = row.id
        if ending:
            return
