"""Write the generated blocks of README.md and docs/: the tree, the engines, the commands, the settings.

A block stands between `<!-- begin NAME -->` and `<!-- end NAME -->`. `python -m docs.generate` writes, `--check` only compares.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("README.md", "docs/map.md", "docs/commands.md", "docs/settings.md")
ROOMS = (
    "engines",
    "engines/ocr",
    "engines/layout",
    "workbench",
    "workbench/ui",
    "workbench/api",
    "workbench/services",
    "workbench/store",
    "workbench/formats",
)


def sentence(path: Path) -> str:
    """Return the first line of a module's docstring, without its full stop."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0].rstrip(".")


def rooms() -> str:
    """Return the rooms, each with the sentence of its package."""
    rows = [f"{room + '/':<24}{sentence(ROOT / room / '__init__.py')}" for room in ROOMS]
    return "```text\n" + "\n".join(rows) + "\n```"


def modules() -> str:
    """Return the whole map: every room, and every module in it with its sentence."""
    rows = []
    for room in ROOMS:
        folder = ROOT / room
        rows.append(f"{room + '/':<34}{sentence(folder / '__init__.py')}")
        for path in sorted(folder.iterdir()):
            package = path / "__init__.py"
            if path.suffix == ".py" and not path.name.startswith("__"):
                rows.append(f"  {path.name:<32}{sentence(path)}")
            elif package.exists() and path.relative_to(ROOT).as_posix() not in ROOMS:
                rows.append(f"  {path.name + '/':<32}{sentence(package)}")
    return "```text\n" + "\n".join(rows) + "\n```"


def engines() -> str:
    """Return the table of engines with their options."""
    from engines import TASKS, classes

    rows = ["| task | engine | what it is | options |", "|---|---|---|---|"]
    for task in TASKS:
        for name, engine in classes(task).items():
            options = ", ".join(f"`{option}`" for option in engine.option_fields()) or "–"
            rows.append(f"| {task} | `{name}` | {(engine.__doc__ or '').partition(chr(10))[0].rstrip('.')} | {options} |")
    return "\n".join(rows)


def options() -> str:
    """Return every option of every engine with its meaning."""
    from engines import TASKS, classes

    rows = ["| task | engine | option | default | meaning |", "|---|---|---|---|---|"]
    for task in TASKS:
        for name, engine in classes(task).items():
            for option, schema in engine.option_fields().items():
                rows.append(f"| {task} | {name} | `{option}` | `{schema.get('default', '')}` | {schema.get('description', '')} |")
    return "\n".join(rows)


def commands() -> str:
    """Return the help of every command."""
    import typer.main
    from typer.testing import CliRunner

    from workbench.cli import app

    def walk(command: object, words: list[str]) -> list[str]:
        told = CliRunner(env={"COLUMNS": "110", "NO_COLOR": "1"}).invoke(app, [*words, "--help"], prog_name="workbench")
        lines = [f"### `{' '.join(['workbench', *words])}`\n\n```text\n{strip(told.output)}\n```\n"]
        for name, child in getattr(command, "commands", {}).items():
            lines += walk(child, [*words, name])
        return lines

    return "\n".join(walk(typer.main.get_command(app), []))


def strip(text: str) -> str:
    """Return terminal text without colours and without blanks at the ends of lines."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    return "\n".join(line.rstrip() for line in plain.strip().splitlines())


def settings() -> str:
    """Return the table of the settings."""
    from workbench.config import describe

    rows = ["| variable | default | meaning |", "|---|---|---|"]
    rows += [f"| `{name}` | {f'`{default}`' if default else '–'} | {meaning} |" for name, default, meaning in describe()]
    return "\n".join(rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "rooms": rooms,
    "modules": modules,
    "engines": engines,
    "options": options,
    "commands": commands,
    "settings": settings,
}


def written(text: str) -> str:
    """Return a document with all its blocks made anew."""
    for name in re.findall(r"<!-- begin (\w+) -->", text):
        block = f"<!-- begin {name} -->\n{BLOCKS[name]()}\n<!-- end {name} -->"
        text = re.sub(rf"<!-- begin {name} -->.*?<!-- end {name} -->", lambda _, block=block: block, text, flags=re.S)
    return text


def main(check: bool) -> int:
    """Write all documents, or compare them; return the exit code."""
    stale = []
    for name in DOCUMENTS:
        path = ROOT / name
        before = path.read_text(encoding="utf-8")
        after = written(before)
        if before != after:
            stale.append(name)
            if not check:
                path.write_text(after, encoding="utf-8")
    if check and stale:
        print(f"Out of date: {', '.join(stale)}. Write them with: make docs", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
