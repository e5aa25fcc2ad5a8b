"""`models`: list, show, promote, roll back, compare, combine, import, export, delete."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.failures import Commands
from workbench.cli.table import table
from workbench.cli.wiring import actor_of, services

if TYPE_CHECKING:
    from workbench.services.models import ModelVersion

app = typer.Typer(cls=Commands, help="The models, and which of them reads.", no_args_is_help=True, rich_markup_mode=None)

User = Annotated[str | None, typer.Option(help="Whose; none = the local workspace.")]
Version = Annotated[str, typer.Argument(help="<owner>/<task>/<name>/v<N>.")]
Model = Annotated[str, typer.Argument(help="<owner>/<task>/<name>, with or without /v<N>.")]


@app.command("list")
def list_models(task: Annotated[str, typer.Option(help="Such as ocr.")] = "ocr", user: User = None) -> None:
    """List the versions, shipped ones first. A program gets the columns parted by tabs, without their headings."""
    with services() as built:
        found = built.models.list(actor_of(built, user), task)
    table(
        ("model", "reads", "errors", "script", "engine", "title", "problem"), [_row(version) for version in found], "No models."
    )


def _row(version: ModelVersion) -> tuple[str, ...]:
    """Return what the list tells of a version; what a title holds never breaks its line."""
    reads = "by default" if version.promoted else "promoted" if version.production else "-"
    errors = "-" if version.headline is None else f"{version.headline.value:.4f}"
    words = (" ".join(text.split()) for text in (version.title, version.problem))
    return (version.full_name, reads, errors, version.script or "-", version.engine or "-", *words)


@app.command()
def show(model: Model, user: User = None) -> None:
    """Print what the model.json of a version says, and where it comes from, as JSON."""
    with services() as built:
        actor = actor_of(built, user)
        version = built.models.find(actor, model)
        told = {
            "model": version.full_name,
            "problem": version.problem,
            "promoted": version.promoted,
            "production": version.production,
            "lineage": built.models.lineage(actor, version),
            "used_by": built.models.used_by(actor, version),
            "description": version.said,
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))


@app.command()
def promote(model: Model, user: User = None) -> None:
    """Make a version the one that its name means and that reads pages of its script; a shipped one too."""
    with services() as built:
        typer.echo(built.models.promote(actor_of(built, user), model).model)


@app.command()
def rollback(model: Model, user: User = None) -> None:
    """Go back to the version that was promoted before; print it, or `none`."""
    with services() as built:
        typer.echo(built.models.rollback(actor_of(built, user), model).model or "none")


@app.command()
def compare(
    a: Model,
    b: Model,
    project: Annotated[list[int] | None, typer.Option(help="Id of a project on whose lines; as often as needed.")] = None,
    user: User = None,
) -> None:
    """Compare two models on corrected lines that neither has learnt from.

    For every measure: its normal form, both models and the change, each with its 95 % interval. Rates of errors are parts of
    1; BLEU and chrF go from 0 to 100, and more is better.
    """
    from workbench.services.processes import limit_threads

    limit_threads()
    with services() as built:
        actor = actor_of(built, user)
        key, verdict = built.comparing.run(actor, a, b, project or None)
        found = built.comparing.get(actor, key)
        typer.echo(f"a\t{found['a']}\nb\t{found['b']}\nlines\t{found['examples']} of {found['documents']} pages")
        for name in ("shared", "chosen"):
            typer.echo(f"{name}\t{'yes' if found[name] else 'no'}")
        for measure in found["measures"] if isinstance(found["measures"], list) else ():
            typer.echo("\t".join(_measured(measure)))
        typer.echo(
            f"b is better on {verdict.better} lines, worse on {verdict.worse}, same on {verdict.same}, p = {verdict.p:.4g}"
        )
        typer.echo(f"winner\t{verdict.winner or 'none'}")


def _measured(measure: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is told of two models by one measure; dashes where there was nothing to be measured."""
    yield measure["name"]
    yield measure.get("form") or "-"  # results of before do not say it
    places = 2 if measure.get("score") else 4
    change = {"value": measure["change"], "low": measure["change_low"], "high": measure["change_high"]}
    for rate, sign in ((measure["a"], ""), (measure["b"], ""), (change, "+")):
        value, low, high = (f"{rate[key]:{sign}.{places}f}" for key in ("value", "low", "high"))
        yield f"{value} ({low} to {high})" if measure["n"] else "-"


@app.command()
def combine(
    name: Annotated[str, typer.Argument(help="Last part of its name here; a version is added when there is such a model.")],
    models: Annotated[list[str], typer.Argument(help="<owner>/<task>/<name>, with or without /v<N>; two or more.")],
    average: Annotated[
        bool,
        typer.Option("--average", help="The mean of their weights: as quick as one; for versions trained on from one another."),
    ] = False,
    title: Annotated[str, typer.Option(help="How people call it; none = its name.")] = "",
    user: User = None,
) -> None:
    """Make one model of several and print its full name: an ensemble that reads with all of them, or their average."""
    from workbench.services.processes import limit_threads

    limit_threads()
    with services(begins=True) as built:
        typer.echo(built.models.combine(actor_of(built, user), name, models, average=average, title=title).full_name)


@app.command("export")
def export_model(
    model: Model, out: Annotated[Path, typer.Option(help="FILE.zip, or only the weights: FILE.safetensors.")], user: User = None
) -> None:
    """Write a version into a file: all of it as .zip, or its weights alone."""
    with services() as built:
        typer.echo(str(built.models.export(actor_of(built, user), model, out)))


@app.command("import")
def import_model(
    file: Annotated[Path, typer.Argument(help=".zip of this workbench, .safetensors or .mlmodel.")],
    name: Annotated[str, typer.Option(help="Last part of its name here; a version is added when there is such a model.")],
    title: Annotated[str, typer.Option(help="How people call it; none = what the file says.")] = "",
    task: Annotated[str, typer.Option(help="What it is for: ocr or layout.")] = "ocr",
    user: User = None,
) -> None:
    """Take a model in as a new version and print its full name. Pickles (.pt, .pth, .ckpt, .bin) are refused."""
    with services(begins=True) as built:
        typer.echo(built.models.take_in(actor_of(built, user), file, name, title, task=task).full_name)


@app.command()
def delete(model: Version, user: User = None) -> None:
    """Delete a version for good."""
    with services() as built:
        built.models.delete(actor_of(built, user), model)


@app.command()
def policy(
    promotion: Annotated[str | None, typer.Argument(help="hand or auto; none = print what it is.")] = None, user: User = None
) -> None:
    """Print or set who promotes a better model: a person by hand, or the training that made it."""
    with services() as built:
        actor = actor_of(built, user)
        typer.echo(built.models.set_policy(actor, promotion) if promotion else built.models.policy(actor))
