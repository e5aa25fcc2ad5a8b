"""`ocr read`: engines on files, without a server."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.batch import Progress, Results, Scan, scans
from workbench.cli.failures import Commands, tell
from workbench.cli.wiring import TakesOptions, options, services

if TYPE_CHECKING:
    from workbench.formats import Format
    from workbench.services.files import FileReader
    from workbench.services.ocr.reading import Wish

app = typer.Typer(cls=Commands, help="Read images; measure how well they are read.", no_args_is_help=True, rich_markup_mode=None)


class Layout(StrEnum):
    """What an image shows."""

    page = "page"
    line = "line"


class Written(StrEnum):
    """How a page is written."""

    text = "text"
    page = "page"
    alto = "alto"
    hocr = "hocr"
    json = "json"


EngineName = Annotated[str | None, typer.Option(help="Name of an engine; none = the one of the model, or the default.")]
ModelName = Annotated[str | None, typer.Option(help="<owner>/<task>/<name> or …/v<N>; none = the one that is shipped.")]
OptionPairs = Annotated[
    list[str] | None,
    typer.Option("--option", "-o", metavar="NAME VALUE", help="An option of the engine; as often as needed."),
]


@app.command(cls=TakesOptions)
def read(  # noqa: PLR0913, PLR0917  # the options of a command
    images: Annotated[
        list[Path],
        typer.Argument(metavar="IMAGE|FOLDER...", help="PNG, JPEG, WebP, TIFF or PDF; of a folder all, with folders within it."),
    ],
    engine: EngineName = None,
    model: ModelName = None,
    layout_model: Annotated[str | None, typer.Option(help="Model that finds the lines; none = the one that is shipped.")] = None,
    option: OptionPairs = None,
    layout: Annotated[Layout, typer.Option(help="line = every image is one cut line.")] = Layout.page,
    format: Annotated[Written, typer.Option(help="Several pages of another format than text need --out.")] = Written.text,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for one file a page; none = standard output, where a form feed parts the pages."),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Read also the pages whose file in --out is there already.")] = False,
) -> None:
    """Read images and print or write what they say. A bad image does not stop the others; the exit code is 1 then.

    With --out, pages whose file is there are passed over: the same command goes on after an interruption.
    """
    from workbench.services.processes import limit_threads

    limit_threads()
    with services(database=False) as built:
        from workbench.formats import named
        from workbench.services.files import FileReader

        written, files = named(format.value), scans(images)
        results = Results(out, written, again) if out is not None else None
        if results is None:
            _check_place(files, written)
        else:
            _check_names(files, results)
        wish: Wish = {"engine": engine, "model": model, "layout_model": layout_model, "options": options(option)}
        reader = FileReader(built, wish, layout.value)
        progress = Progress(len(files))
        try:
            _read_all(files, reader, results or written, progress)
        except KeyboardInterrupt as error:
            goes_on = "; the same command goes on" if results else ""
            tell(f"Interrupted at file {progress.number} of {progress.files}{goes_on}.")
            raise typer.Exit(130) from error
    progress.end()
    if progress.failed:
        raise typer.Exit(1)


def _read_all(files: Sequence[Scan], reader: FileReader, to: Results | Format, progress: Progress) -> None:
    """Read all files into results, or print them in a format; what fails is told."""
    from workbench.services.errors import translate

    for scan in files:
        progress.begin()
        try:
            _read_one(scan, reader, to, progress)
        except Exception as error:
            told = translate(error)
            if told is None:
                raise
            progress.failed += 1
            tell(f"{scan.path}: {told.message}", told.hint)


def _read_one(scan: Scan, reader: FileReader, to: Results | Format, progress: Progress) -> None:
    """Read the pages of a file that are not there yet."""
    if not isinstance(to, Results):
        for page in reader.read(scan.path):
            data = to.write(page.document)
            typer.get_binary_stream("stdout").write(b"\f" + data if progress.read else data)
            progress.page(page)
        return
    before = progress.read
    if not (scan.path.is_file() and to.holds(scan, scan.path.stem)):  # a quick look: a file has mostly one page
        for page in reader.read(scan.path, lambda stem: to.holds(scan, stem)):
            typer.echo(str(to.write(scan, page)))
            progress.page(page)
    progress.there += progress.read == before


def _check_place(files: Sequence[Scan], written: Format) -> None:
    """Refuse to print several pages of a format of which one file holds one page, before anything is read."""
    if written.name != "text" and (len(files) > 1 or _pages(files[0].path) > 1):
        raise typer.BadParameter("Several pages of this format need a folder.", param_hint="--out")


def _pages(path: Path) -> int:
    """Count the pages of a file; one that is missing or bad counts as one, and its reading tells what is wrong."""
    from workbench.formats.scans import ScanError, inspect_apart

    try:
        return len(inspect_apart(path)) if path.is_file() else 1
    except ScanError:
        return 1


def _check_names(files: Sequence[Scan], results: Results) -> None:
    """Refuse two images whose results would have the same name."""
    seen: dict[Path, Path] = {}
    for scan in files:
        target = results.path(scan, scan.path.stem)
        if target in seen:
            raise typer.BadParameter(f"{seen[target]} and {scan.path} would be written to the same file.", param_hint="--out")
        seen[target] = scan.path
