"""The page: Gradio's tabs with the frame around them, mounted last so that every other route comes first."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import gradio as gr

from workbench.ui import catalogue, ocr
from workbench.ui.theme import theme

if TYPE_CHECKING:
    from fastapi import FastAPI

    from workbench.services import Services

STATIC = Path(__file__).parent / "static"
STYLES = (
    "tokens.css",
    "fonts/fonts.css",
    "frame/parts.css",
    "frame/buttons.css",
    "frame/inputs.css",
    "frame/floats.css",
    "frame/lists.css",
    "frame.css",
    "frame/gradio.css",
)


class Tab(Protocol):
    """A module that is one tab: adding a tab is adding its module to `TABS`."""

    @property
    def NAME(self) -> str:
        """Its word in addresses, elements and the catalogue."""
        ...

    def build(self) -> None:
        """Put the tab's content into the Gradio context that is open."""
        ...


TABS: Sequence[Tab] = (ocr,)


def build() -> gr.Blocks:
    """Make the page with all tabs; it holds no data and starts no queue of its own."""
    page = gr.Blocks(title=catalogue.text("en", "frame.name"), fill_width=True, fill_height=True, analytics_enabled=False)
    with page, gr.Tabs(elem_id="wb-tabs", selected=TABS[0].NAME):
        for tab in TABS:
            with gr.Tab(catalogue.text("en", f"frame.tab.{tab.NAME}"), id=tab.NAME, elem_id=f"wb-tab-{tab.NAME}"):
                tab.build()
    return page


def mount(app: FastAPI, services: Services) -> None:
    """Put the catalogue and the page into the application; call it after all other routes.

    Args:
        app: The application; it serves the folder `STATIC` at `/static`.
        services: Their settings tell which folders Gradio must never serve.
    """
    settings = services.settings
    app.add_api_route("/catalogue/{language}.json", _strings, include_in_schema=False)
    gr.mount_gradio_app(
        app,
        build(),
        path="/",
        theme=theme(),
        head=head(),
        favicon_path=str(STATIC / "frame" / "mark.png"),
        # scans are uploaded by REST, which counts and limits them; Gradio's own door stays narrow
        max_file_size="1mb",
        allowed_paths=[],
        blocked_paths=[str(settings.data), str(settings.models_home)],
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )


def head() -> str:
    """Return what stands in the page's head: the theme before the first paint, styles, and the frame's module."""
    modules = ("frame.js", *_modules("frame"), *(module for tab in TABS for module in _modules(tab.NAME)))
    rooms = tuple(style for tab in TABS if (STATIC / (style := f"{tab.NAME}/{tab.NAME}.css")).exists())
    lines = [
        "<script>(() => { let t = null; try { t = JSON.parse(localStorage.getItem('workbench.theme')); } catch { t = null; }"
        " const dark = t === 'dark' || (t !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);"
        " document.documentElement.classList.toggle('dark', dark); })();</script>",
        *(f'<link rel="stylesheet" href="{versioned(style)}">' for style in (*STYLES, *rooms)),
        *(f'<link rel="modulepreload" href="/static/{module}">' for module in modules),
        '<script type="module" src="/static/frame.js"></script>',
    ]
    return "\n".join(lines)


def versioned(name: str) -> str:
    """Return the address of a static file with a hash of its content, so that it may be kept for long."""
    return html.escape(f"/static/{name}?v={_digest(name)}")


def _modules(folder: str) -> list[str]:
    """Name all modules of a room, so that the browser fetches them at once and not one behind another."""
    return [f"{folder}/{path.name}" for path in sorted((STATIC / folder).glob("*.js"))]


@cache
def _digest(name: str) -> str:
    """Hash a static file once per process."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _strings(language: str) -> Mapping[str, catalogue.Entry]:
    """Answer `GET /catalogue/{language}.json`; an unknown language gets English."""
    return catalogue.strings(language if language in catalogue.LANGUAGES else "en")
