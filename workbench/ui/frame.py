"""The page: Gradio's tabs with the frame around them, mounted last so that every other route comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import gradio as gr
from starlette.middleware import Middleware

from workbench.ui import catalogue, feedback, models, ocr, training
from workbench.ui.start_page import StartPage
from workbench.ui.static_files import STATIC, THEME_SCRIPT, import_map, modules, styles, versioned
from workbench.ui.theme import theme

if TYPE_CHECKING:
    from fastapi import FastAPI

    from workbench.services import Services

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


TABS: Sequence[Tab] = (ocr, training, models, feedback)


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
    page = build()
    app.add_api_route("/catalogue/{language}.json", _strings, include_in_schema=False)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=theme(),
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
        app_kwargs={
            "docs_url": None,
            "redoc_url": None,
            "openapi_url": None,
            "middleware": [Middleware(StartPage, scripts(), sheets())],
        },
    )
    # Gradio looks a thousand times a second whether an event waits: 3 % of a processor for nothing. As it does on Windows:
    page._queue.sleep_when_free, page._queue.progress_update_sleep_when_free = 0.05, 0.1


def scripts() -> str:
    """Return what stands first in the page's head: the theme, the addresses of all modules, and the frame's module."""
    names = ("frame.js", *modules("frame"), *(module for tab in TABS for module in modules(tab.NAME)))
    lines = [
        THEME_SCRIPT,
        import_map(names),
        *(f'<link rel="modulepreload" href="{versioned(name)}">' for name in names if name != "frame/gate.js"),
        "<script type=\"module\">import '/static/frame.js';</script>",
    ]
    return "\n".join(lines)


def sheets() -> str:
    """Return the styles; they stand last in the head, because Gradio's reset of buttons and lists weighs as much."""
    names = (*STYLES, *(sheet for tab in TABS for sheet in styles(tab.NAME)))
    return "\n".join(f'<link rel="stylesheet" href="{versioned(name)}">' for name in names)


def _strings(language: str) -> Mapping[str, catalogue.Entry]:
    """Answer `GET /catalogue/{language}.json`; an unknown language gets English."""
    return catalogue.strings(language if language in catalogue.LANGUAGES else "en")
