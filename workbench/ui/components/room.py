"""The place of a room: an empty element that a JavaScript module fills; Gradio never sees what is in it."""

from __future__ import annotations

import re

import gradio as gr


def room(name: str) -> gr.HTML:
    """Make the element that `/static/<name>/main.js` mounts itself in.

    The template holds no data, because Gradio runs what it finds in one; what people wrote reaches the page by REST only.

    Args:
        name: Of the room and its folder: small letters.

    Raises:
        ValueError: The name could not stand in a path.
    """
    if not re.fullmatch(r"[a-z]+", name):
        raise ValueError(f"A room is named in small letters, not {name!r}.")
    return gr.HTML(
        html_template=f'<div class="wb-room" id="wb-room-{name}" data-wb-work tabindex="-1"></div>',
        js_on_load=(
            f"import('/static/frame.js').then(({{ mountRoom }}) => mountRoom(element.querySelector('[data-wb-work]'), '{name}'));"
        ),
        apply_default_css=False,
        elem_id=f"wb-place-{name}",
    )
