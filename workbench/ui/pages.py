"""The pages beside the workbench, without Gradio: log in, choose a password by a one-time link, and what cannot be opened.

They come in English; their module puts the person's language in its place, so that the server need not know it.
"""

from __future__ import annotations

import json
from html import escape

from workbench.services.passwords import SHORTEST
from workbench.ui import catalogue
from workbench.ui.static_files import THEME_SCRIPT, versioned

_STYLES = (
    "tokens.css",
    "fonts/fonts.css",
    "frame/parts.css",
    "frame/buttons.css",
    "frame/inputs.css",
    "frame/lists.css",
    "login.css",
)
_MARK = (
    '<svg class="wb-icon wb-mark" viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">'
    '<path d="M1.5 4.5h13"/><path d="M1.5 12h3.2l3.3-4.6 3.3 4.6h3.2"/></svg>'
)

_TRANSLATE = (
    "<script type=\"module\">import { loadLanguage, preferredLanguage, t } from '/static/frame/catalogue.js';"
    " await loadLanguage(preferredLanguage());"
    " for (const node of document.querySelectorAll('[data-key]')) node.textContent = t(node.dataset.key);</script>"
)


def login() -> str:
    """Return the page that sends `POST /login {name, password}` and goes on to `?next=`."""
    name = _field(
        "name", "frame.login.name", 'type="text" autocomplete="username" autocapitalize="none" spellcheck="false" dir="ltr"'
    )
    password = _field("password", "frame.login.password", 'type="password" autocomplete="current-password" dir="ltr"')
    return _form(_text("h1", "frame.login.title") + _text("p", "frame.login.text"), name + password, "frame.login")


def invitation(name: str) -> str:
    """Return the page that sends `POST {password}` to its own address.

    Args:
        name: Of the person who was invited.
    """
    attributes = f'type="password" autocomplete="new-password" minlength="{SHORTEST}" dir="ltr"'
    # password managers keep the name beside the new password
    known = f'<input type="text" name="username" value="{escape(name)}" autocomplete="username" hidden>'
    password = _field("password", "frame.invitation.password", attributes, count=SHORTEST)
    again = _field("again", "frame.invitation.again", attributes)
    head = _text("h1", "frame.invitation.title", name=name) + _text("p", "frame.invitation.text")
    return _form(head, known + password + again, "frame.invitation.set")


def failure(error: str, hint: str) -> str:
    """Return the page that tells why an address could not be opened.

    Args:
        error: What is wrong with what, as data.
        hint: What to do, as data; may be empty.
    """
    # the words are the server's and stay as they are; only the way out is in the person's language
    told = f'<h1 dir="auto">{escape(error)}</h1>' + (f'<p dir="auto">{escape(hint)}</p>' if hint else "")
    way_out = _text("a", "frame.gate.start", 'class="wb-button wb-primary" href="/"')
    return _page(told + way_out, _TRANSLATE)


def _form(head: str, fields: str, action: str) -> str:
    """Put a page with a form together; `fields` stand in it, `action` is the key of the button's words."""
    button = _text("button", action, 'class="wb-button wb-primary" type="submit"')
    form = f'<form method="post">{fields}<div data-outcome></div>{button}</form>'
    return _page(f"{head}\n{form}", '<script type="module" src="/static/frame/gate.js"></script>')


def _page(panel: str, script: str) -> str:
    """Put a page together: the brand, and below it one panel."""
    styles = "\n".join(f'<link rel="stylesheet" href="{versioned(style)}">' for style in _STYLES)
    brand = f'<p class="wb-gate-brand">{_MARK}{escape(catalogue.text("en", "frame.name"))}</p>'
    return f"""<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(catalogue.text("en", "frame.name"))}</title>
<link rel="icon" href="{versioned("frame/mark.png")}">
{styles}
{THEME_SCRIPT}
{script}
</head>
<body>
<main class="wb-gate">{brand}<div class="wb-gate-panel">{panel}</div></main>
</body>
</html>
"""


def _text(tag: str, key: str, attributes: str = "", **values: object) -> str:
    """Return an element with one string of the catalogue."""
    kept = f" data-values='{escape(json.dumps(values))}'" if values else ""
    words = escape(catalogue.text("en", key, **values))
    return f'<{tag} data-key="{key}"{kept}{" " + attributes if attributes else ""}>{words}</{tag}>'


def _field(name: str, key: str, attributes: str, **values: object) -> str:
    """Return an input with its label."""
    label = _text("label", key, f'for="{name}"', **values)
    return f'{label}<input class="wb-input" id="{name}" name="{name}" required {attributes}>'
