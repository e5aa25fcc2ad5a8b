"""The static files of the page: where they are, and their addresses."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

STATIC = Path(__file__).parent / "static"

CHARTS = "plotly.js"
"""The library that draws charts: served as if it lay in `STATIC`, fetched only when a chart is first shown."""

THEME_SCRIPT = (
    "<script>(() => { let t = null; try { t = JSON.parse(localStorage.getItem('workbench.theme')); } catch { t = null; }"
    " const dark = t === 'dark' || (t !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);"
    " document.documentElement.classList.toggle('dark', dark); })();</script>"
)
"""Sets the theme before the first paint, so that a dark page never flashes."""


def versioned(name: str) -> str:
    """Return the address of a static file with a hash of its content, so that it may be kept for long."""
    return f"/static/{name}?v={_digest(name)}"


def charts_library() -> Path | None:
    """Return the file of the charts' library in the package that brings it; None when that is not installed."""
    package = importlib.util.find_spec("plotly")  # found, never imported
    if package is None or package.origin is None:
        return None
    return Path(package.origin).parent / "package_data" / "plotly.min.js"


def modules(folder: str) -> list[str]:
    """Name all modules of a room, so that the browser fetches them at once and not one behind another."""
    return [f"{folder}/{path.name}" for path in sorted((STATIC / folder).glob("*.js"))]


def styles(folder: str) -> list[str]:
    """Name all styles of a room."""
    return [f"{folder}/{path.name}" for path in sorted((STATIC / folder).glob("*.css"))]


def import_map(names: Sequence[str]) -> str:
    """Return the element that leads every import of a module to its versioned address, whichever way it is written.

    A module has one address then, and its state is one; the browser keeps the file until it changes.
    """
    addresses = {f"/static/{name}": versioned(name) for name in names}
    if charts_library():
        addresses[f"/static/{CHARTS}"] = f"/static/{CHARTS}?v={version('plotly')}"
    return f'<script type="importmap">{json.dumps({"imports": addresses})}</script>'


@cache
def _digest(name: str) -> str:
    """Hash a static file once per process."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
