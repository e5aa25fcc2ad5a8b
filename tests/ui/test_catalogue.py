"""The strings: the same in every language, every one that is used exists, and every one that exists is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import engines
from engines.base import Trainable
from workbench.ui import catalogue
from workbench.ui.static_files import STATIC

UI = STATIC.parent
ROOT = UI.parent.parent
SOURCES = [*sorted(STATIC.rglob("*.js")), *sorted(UI.rglob("*.py"))]
KEY = re.compile(r"""['"]((?:frame|ocr|training|models|feedback)\.\w[\w.]*\w)['"]""")
TEMPLATE = re.compile(r"""(?:`|f")((?:\$?\{[\w.]+\}|frame|ocr|training|models|feedback)\.[\w.${}]+)[`"]""")
PLACE = re.compile(r"\$?\{.*?\}")
SAID = re.compile(r"""report\([^\n]*?, f?"([^"]+)"\)""")  # report(progress, "what is being done")
FILES = re.compile(r"\.(?:js|css|json|png)$")


def used() -> set[str]:
    """Find every key that stands in a source as a plain string."""
    found = {key for path in SOURCES for key in KEY.findall(path.read_text(encoding="utf-8"))}
    return {key for key in found if not FILES.search(key)}


def patterns() -> list[re.Pattern[str]]:
    """Find every key that a source puts together, as a pattern."""
    found = {made for path in SOURCES for made in TEMPLATE.findall(path.read_text(encoding="utf-8"))}
    told = [made for made in found if re.search(r"\w", PLACE.sub("", made))]  # one of places alone would fit every key
    return [re.compile(re.sub(r"(?:\\\$)?\\\{.*?\\\}", r"[\\w.]+", re.escape(made))) for made in told]


def placeholders(entry: catalogue.Entry) -> set[str]:
    forms = [entry] if isinstance(entry, str) else list(entry.values())
    return {name for form in forms for name in re.findall(r"\{(\w+)\}", form)}


@pytest.mark.parametrize("language", ["he", "ar"])
def test_every_language_has_the_same_strings(language: str) -> None:
    assert catalogue.strings(language).keys() == catalogue.strings("en").keys()


@pytest.mark.parametrize("language", ["he", "ar"])
def test_every_language_has_the_same_placeholders(language: str) -> None:
    english = catalogue.strings("en")
    wrong = [key for key, entry in catalogue.strings(language).items() if placeholders(entry) != placeholders(english[key])]
    assert wrong == []


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_no_string_is_empty_and_every_count_has_a_form_for_any_number(language: str) -> None:
    for key, entry in catalogue.strings(language).items():
        forms = {"other": entry} if isinstance(entry, str) else entry
        assert "other" in forms, key
        assert all(words.strip() for words in forms.values()), key


def test_every_key_that_is_used_exists() -> None:
    assert sorted(used() - catalogue.strings("en").keys()) == []


def test_every_string_is_used() -> None:
    known, made = used(), patterns()
    idle = [key for key in catalogue.strings("en") if key not in known and not any(pattern.fullmatch(key) for pattern in made)]
    assert idle == []


def test_what_a_running_job_says_is_translated() -> None:
    parts = ("ocr", "layout")
    code = [
        *(path for part in parts for path in (ROOT / "engines" / part).rglob("*.py")),
        *(ROOT / "workbench" / "services").rglob("*.py"),
    ]
    said = {words for path in code for words in SAID.findall(path.read_text(encoding="utf-8"))}
    keys = {"frame.progress." + re.sub(r"\W+", "_", re.sub(r"{.*?}", "n", words).lower()) for words in said}
    assert "frame.progress.line_n_of_n_read" in keys
    assert sorted(keys - catalogue.strings("en").keys()) == []


def test_every_option_that_is_translated_is_one_of_some_training() -> None:
    kinds = [kind for task in ("ocr", "layout") for kind in engines.classes(task).values() if issubclass(kind, Trainable)]
    options = {name for kind in kinds for name in kind.TrainingOptions.model_fields}
    assert {key.removeprefix("frame.option.") for key in catalogue.strings("en") if key.startswith("frame.option.")} == options


def test_english_blames_nobody_and_shouts_at_nobody() -> None:
    forms = [
        form for entry in catalogue.strings("en").values() for form in ([entry] if isinstance(entry, str) else entry.values())
    ]
    assert [form for form in forms if "!" in form or re.search(r"\b(please|invalid|illegal|oops)\b", form, re.I)] == []


def test_values_are_put_in() -> None:
    assert catalogue.text("en", "frame.invitation.title", name="noa") == "Welcome, noa"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(LookupError, match="'xx'"):
        catalogue.strings("xx")


def test_nested_sections_become_dotted_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "ocr.json").write_text('{"state": {"saved": "Saved"}, "ocr.lines": {"one": "1", "other": "{count}"}}')
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    catalogue.strings.cache_clear()
    try:
        assert catalogue.strings("en") == {"ocr.state.saved": "Saved", "ocr.lines": {"one": "1", "other": "{count}"}}
    finally:
        monkeypatch.undo()
        catalogue.strings.cache_clear()
