"""Gradio's theme in the colours of the tokens: its own components look like ours, light and dark."""

from __future__ import annotations

from collections.abc import Mapping

from gradio.themes import Base

SANS = ("IBM Plex Sans", "IBM Plex Sans Hebrew", "IBM Plex Sans Arabic", "system-ui", "sans-serif")
MONO = ("IBM Plex Mono", "ui-monospace", "monospace")

# token of tokens.css -> names of Gradio; the dark value is the same token, which has a dark value of its own
_COLOURS: Mapping[str, tuple[str, ...]] = {
    "ink": ("body_text_color", "button_secondary_text_color", "checkbox_label_text_color"),
    "ink2": ("block_label_text_color", "block_title_text_color", "slider_color"),
    "ink3": ("body_text_color_subdued", "block_info_text_color", "input_placeholder_color"),
    "surface": (
        "background_fill_primary",
        "block_background_fill",
        "block_label_background_fill",
        "panel_background_fill",
        "input_background_fill",
        "table_even_background_fill",
        "table_odd_background_fill",
        "button_secondary_background_fill",
        "button_cancel_background_fill",
        "checkbox_background_color",
        "checkbox_label_background_fill",
    ),
    "hover": ("button_secondary_background_fill_hover", "checkbox_label_background_fill_hover"),
    "sunken": ("background_fill_secondary", "code_background_fill"),
    "line": ("border_color_primary", "block_border_color", "panel_border_color", "table_border_color"),
    "control": ("input_border_color", "checkbox_border_color", "button_secondary_border_color"),
    "lapis": (
        "border_color_accent",
        "input_border_color_focus",
        "link_text_color",
        "loader_color",
        "stat_background_fill",
        "checkbox_background_color_selected",
    ),
    "lapis-soft": ("color_accent_soft", "table_row_focus", "checkbox_label_background_fill_selected"),
    "primary": ("button_primary_background_fill", "button_primary_border_color"),
    "primary-hover": ("button_primary_background_fill_hover",),
    "primary-ink": ("button_primary_text_color",),
    "madder": ("button_cancel_text_color", "button_cancel_border_color", "error_text_color"),
    "madder-soft": ("error_background_fill", "button_cancel_background_fill_hover"),
}
_SHAPES: Mapping[str, str] = {
    "block_radius": "8px",
    "input_radius": "6px",
    "button_small_radius": "6px",
    "button_medium_radius": "6px",
    "button_large_radius": "6px",
    "block_padding": "12px 16px",
    "layout_gap": "12px",
    "block_shadow": "none",
    "button_primary_shadow": "none",
    "button_secondary_shadow": "none",
    "input_shadow": "none",
    "input_shadow_focus": "0 0 0 2px var(--wb-lapis)",
    "input_border_width": "1px",
    "button_border_width": "1px",
    "block_label_text_size": "13px",
    "block_title_text_size": "13px",
    "block_info_text_size": "12px",
    "input_text_size": "13px",
    "checkbox_label_text_size": "13px",
    "button_small_text_size": "13px",
    "button_medium_text_size": "13px",
    "button_large_text_size": "13px",
}


def theme() -> Base:
    """Make the theme; its fonts are named, not fetched."""
    base = Base(font=list(SANS), font_mono=list(MONO), text_size="sm", spacing_size="sm", radius_size="sm")
    known = set(vars(base))
    values: dict[str, str] = {}
    for token, names in _COLOURS.items():
        for name in names:
            for variant in (name, f"{name}_dark"):
                if variant in known:
                    values[variant] = f"var(--wb-{token})"
    # the page's own background is painted before the tokens are there: literal, so that nothing flashes
    values.update(body_background_fill="#F4F5F7", body_background_fill_dark="#101216")
    # Gradio's check mark is white in the dark too: the pale lapis would hide it
    values["checkbox_background_color_selected_dark"] = "#5B7BE0"
    values.update(_SHAPES)
    return base.set(**values)
