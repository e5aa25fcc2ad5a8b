"""The description of the API as one plain page, made here: the usual one loads its scripts from other hosts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_STYLE = """
body { font: 14px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #16191e; background: #fff; }
h2 { margin-block: 2rem .5rem; } summary { cursor: pointer; padding: .25rem 0; } code { font-family: ui-monospace, monospace; }
details > div { padding-inline-start: 1.5rem; border-inline-start: 2px solid #dfe2e7; margin-block-end: .5rem; }
.method { display: inline-block; min-width: 4.5em; font-weight: 600; } table { border-collapse: collapse; }
td, th { text-align: start; padding: .15rem .75rem .15rem 0; vertical-align: top; } a { color: #2b4db3; }
@media (prefers-color-scheme: dark) { body { color: #e9ebee; background: #101216; } a { color: #93adff; } }
"""


def page(description: Mapping[str, Any]) -> str:
    """Return the HTML of an OpenAPI description.

    Args:
        description: OpenAPI 3.1, as FastAPI makes it.
    """
    groups: dict[str, list[str]] = {}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["other"])[0]
            groups.setdefault(tag, []).append("".join(_operation(path, method, operation, description)))
    body = "".join(f"<h2>{escape(tag)}</h2>{''.join(operations)}" for tag, operations in groups.items())
    info = description["info"]
    title = escape(f"{info['title']} {info['version']}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><main><h1>{title}</h1>'
        f'<p>{escape(info.get("description", ""))}</p><p><a href="/openapi.json">openapi.json</a></p>{body}</main></body></html>'
    )


def _operation(path: str, method: str, operation: Mapping[str, Any], whole: Mapping[str, Any]) -> Iterator[str]:
    """Yield the HTML of one operation."""
    yield f'<details><summary><code><span class="method">{method.upper()}</span> {escape(path)}</code> '
    yield f"{escape(operation.get('summary', ''))}</summary><div><p>{escape(operation.get('description', ''))}</p>"
    rows = [
        (given["name"], given["in"], given["schema"], given.get("description", "")) for given in operation.get("parameters", [])
    ]
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = _resolved(content["schema"], whole)
        rows += [(name, kind, field, field.get("description", "")) for name, field in schema.get("properties", {}).items()]
    if rows:
        yield "<table><tr><th>name</th><th>in</th><th>type</th><th></th></tr>"
        for name, place, schema, words in rows:
            cells = (f"<code>{escape(name)}</code>", escape(place), escape(_type(schema)), escape(words))
            yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        yield "</table>"
    answers = ", ".join(f"{status} {answer.get('description', '')}" for status, answer in operation["responses"].items())
    yield f"<p>Answers: {escape(answers)}</p></div></details>"


def _resolved(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema itself instead of a reference to it."""
    reference = schema.get("$ref", "").rpartition("/")[2]
    return whole["components"]["schemas"][reference] if reference else schema


def _type(schema: Mapping[str, Any]) -> str:
    """Return the type of a schema in a few words."""
    if "anyOf" in schema:
        return " or ".join(_type(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    return str(schema.get("const", schema.get("type", schema.get("$ref", "").rpartition("/")[2])))
