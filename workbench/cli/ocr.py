"""`ocr read`: engines on files, without a server."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.failures import Commands, tell
from workbench.cli.wiring import TakesOptions, options, services

if TYPE_CHECKING:
    from workbench.formats import Format
    from workbench.services.files import FilePage, FileReader

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
def read(  # noqa: PLR0917  # the options of a command
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE...", help="PNG, JPEG, WebP, TIFF or PDF.")],
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
) -> None:
    """Read images and print or write what they say. A bad image does not stop the others; the exit code is 1 then."""
    from workbench.services.processes import limit_threads

    limit_threads()
    with services(database=False) as built:
        from workbench.formats import named
        from workbench.services.files import FileReader

        written = named(format.value)
        _check_names(images, out)
        _check_place(images, written, out)
        reader = FileReader(
            built, {"engine": engine, "model": model, "layout_model": layout_model, "options": options(option)}, layout.value
        )
        failed = _read_all(images, reader, written, out)
    if failed:
        raise typer.Exit(1)


def _read_all(images: Sequence[Path], reader: FileReader, written: Format, out: Path | None) -> bool:
    """Read all images and say whether one of them failed."""
    from workbench.services.errors import translate

    failed, printed = False, 0
    for path in images:
        try:
            for page in reader.read(path):
                _emit(page, written, out, is_first=printed == 0)
                printed += 1
        except Exception as error:
            told = translate(error)
            if told is None:
                raise
            failed = True
            tell(f"{path}: {told.message}", told.hint)
    return failed


def _emit(page: FilePage, written: Format, out: Path | None, *, is_first: bool) -> None:
    """Write a page into its file, or print it."""
    data = written.write(page.document)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        target = out / f"{page.stem}{written.suffix}"
        part = target.with_name(f".{target.name}.part")
        part.write_bytes(data)
        part.replace(target)
        typer.echo(str(target))
        return
    typer.get_binary_stream("stdout").write(data if is_first else b"\f" + data)


def _check_place(images: Sequence[Path], written: Format, out: Path | None) -> None:
    """Refuse to print several pages of a format of which one file holds one page, before anything is read."""
    if out is None and written.name != "text" and (len(images) > 1 or _pages(images[0]) > 1):
        raise typer.BadParameter("Several pages of this format need a folder.", param_hint="--out")


def _pages(path: Path) -> int:
    """Count the pages of a file; one that is missing or bad counts as one, and its reading tells what is wrong."""
    from workbench.formats.scans import ScanError, inspect_apart

    try:
        return len(inspect_apart(path)) if path.is_file() else 1
    except ScanError:
        return 1


def _check_names(images: Sequence[Path], out: Path | None) -> None:
    """Refuse two images whose results would have the same name."""
    seen: dict[str, Path] = {}
    for path in images if out is not None else ():
        if path.stem in seen:
            raise typer.BadParameter(f"{seen[path.stem]} and {path} would be written to the same file.", param_hint="--out")
        seen[path.stem] = path
