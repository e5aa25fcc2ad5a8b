"""The command line: one command per concept, each one call of a service."""

from __future__ import annotations

import typer

from workbench.cli import (
    database,
    datasets,
    doctor,
    evaluation,
    export,
    feedback,
    jobs,
    models,
    ocr,
    serving,
    train,
    users,
    validation,
)
from workbench.cli.failures import Commands
from workbench.cli.wiring import TakesOptions

app = typer.Typer(
    cls=Commands,
    help="People correct what models predict, and models learn from what people correct.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (serving.serve, serving.worker, export.export, doctor.doctor):
    app.command()(command)
app.command(cls=TakesOptions)(train.train)
ocr.app.command(cls=TakesOptions)(evaluation.evaluate)
ocr.app.command("cross-validate", cls=TakesOptions)(validation.cross_validate)
app.add_typer(ocr.app, name="ocr")
app.add_typer(jobs.app, name="jobs")
app.add_typer(feedback.app, name="feedback")
app.add_typer(datasets.app, name="datasets")
app.add_typer(models.app, name="models")
app.add_typer(users.app, name="users")
app.add_typer(database.app, name="db")


def main() -> None:
    """Run the command that was given."""
    app(prog_name="workbench")
