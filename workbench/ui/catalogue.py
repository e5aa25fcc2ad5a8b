"""Strings for people, in the languages there are: one JSON file per language and section, merged when first asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "catalogue"
LANGUAGES = ("en", "he", "ar")
PLURALS = frozenset({"zero", "one", "two", "few", "many", "other"})

Entry = str | dict[str, str]


@cache
def strings(language: str) -> Mapping[str, Entry]:
    """Return all strings of a language by their full key, such as `ocr.state.saved`.

    Args:
        language: One of `LANGUAGES`.

    Returns:
        A string, or for what is counted the forms by plural category (`one`, `two`, …, `other`).

    Raises:
        LookupError: There is no such language.
    """
    if language not in LANGUAGES:
        raise LookupError(f"There is no language {language!r}. Use one of {', '.join(LANGUAGES)}.")
    merged: dict[str, Entry] = {}
    for path in sorted((FOLDER / language).glob("*.json")):
        merged.update(_flat(path.stem, json.loads(path.read_text(encoding="utf-8"))))
    return merged


def text(language: str, key: str, **values: object) -> str:
    """Return one string with its values put in; the plural form `other` where there are several."""
    entry = strings(language)[key]
    plain = entry if isinstance(entry, str) else entry["other"]
    for name, value in values.items():
        plain = plain.replace("{" + name + "}", str(value))
    return plain


def _flat(section: str, nested: Mapping[str, object]) -> dict[str, Entry]:
    """Flatten a section's file: nested objects become dotted keys, every key begins with the section's name."""
    flat: dict[str, Entry] = {}
    for key, value in nested.items():
        full = key if key.startswith(f"{section}.") else f"{section}.{key}"
        if isinstance(value, str):
            flat[full] = value
        elif isinstance(value, dict) and value.keys() <= PLURALS:
            flat[full] = {form: str(words) for form, words in value.items()}
        elif isinstance(value, dict):
            flat.update({f"{full}.{rest.removeprefix(f'{section}.')}": entry for rest, entry in _flat(section, value).items()})
    return flat
