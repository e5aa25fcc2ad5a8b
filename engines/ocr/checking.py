"""Looks at corrected lines before a training: too few, unknown characters, texts that cannot fit, empty and repeated ones."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from statistics import median

from engines.learning import Dataset, Example, Finding, Suspect
from engines.ocr.text import letters, strict
from engines.types import Line

LEAST, FEW = 5, 20
"""Lines without which nothing is begun, and with which little is learnt."""

_CROWDED, _SPARSE = 2.2, 0.4
"""Of the usual number of letters on that length: more or fewer is suspicious."""
_SHORTEST = 4  # letters of a text that is compared with others
_REPEATS = 3  # lines with the same text


def findings(dataset: Dataset, alphabet: str | None, *, adds: bool = True) -> list[Finding]:
    """Return what is worth knowing about lines before a recogniser learns from them, the gravest kinds first.

    Args:
        dataset: Lines with their texts, by split.
        alphabet: What the model to start from can write; None = there is none, or it cannot be told.
        adds: Characters that it cannot write are added; else they are left out.
    """
    lines = [example for split in ("train", "held_out") for example in dataset.examples[split]]
    told = [example for example in lines if strict(example.target.text)]
    found = [_enough(told), _known(told, alphabet, adds), _fitting(told), _empty(lines), _repeated(told), _divided(dataset)]
    return [finding for finding in found if finding is not None]


def _enough(lines: Sequence[Example]) -> Finding:
    count = len(lines)
    if count < LEAST:
        text = f"{count} lines are too few to learn from: {LEAST} are the least, 50 a good start."
        return Finding("lines", "stop", text, count)
    if count < FEW:
        return Finding("lines", "warn", f"{count} lines are few: expect little of them.", count)
    return Finding("lines", "ok", "Enough lines to learn from.", count)


def _known(lines: Sequence[Example], alphabet: str | None, adds: bool) -> Finding | None:
    """Return which characters the model cannot write yet."""
    used = {char for line in lines for char in strict(line.target.text)}
    if alphabet is None:
        return Finding("characters", "ok", "The model learns every character of these lines.", len(used)) if used else None
    missing = tuple(sorted(used - set(alphabet) - {" "}))
    if not missing:
        return Finding("characters", "ok", "Every character can be written.", len(used), len(used))
    if not adds and not any(char in alphabet for char in used - {" "}):
        text = "None of the characters of these lines is in the alphabet of the model."
        return Finding("characters", "stop", text, 0, len(used), characters=missing)
    what = "it learns them" if adds else "they are left out"
    text = f"{len(missing)} characters are new to the model; {what}."
    where = [line for line in lines if set(strict(line.target.text)) & set(missing)]
    return Finding("characters", "warn", text, len(missing), len(used), _because(where, _new(missing)), missing)


def _new(missing: Sequence[str]) -> Callable[[Example], str]:
    """Return what says which new characters a line has."""

    def why(line: Example) -> str:
        return "New: " + " ".join(sorted(set(strict(line.target.text)) & set(missing)))

    return why


def _fitting(lines: Sequence[Example]) -> Finding | None:
    """Return the lines with far more or far fewer letters than their length has room for, by the measure of their page."""
    pages: dict[str, list[Example]] = defaultdict(list)
    for line in lines:
        pages[line.document].append(line)
    overall = _usual(lines)
    suspects = [suspect for members in pages.values() for suspect in _outliers(members, _usual(members) or overall)]
    if not suspects:
        return Finding("fit", "ok", "Every text fits its image.", len(lines))
    return Finding("fit", "warn", f"{len(suspects)} texts do not seem to fit their image.", len(suspects), None, tuple(suspects))


def _density(line: Line) -> float:
    """Return the letters of a line for a length of its own height."""
    x0, y0, x1, y1 = line.box
    along = sum(math.dist(a, b) for a, b in zip(line.baseline, line.baseline[1:], strict=False))
    return len(letters(line.text)) * max(1, min(y1 - y0, x1 - x0)) / max(1.0, along)


def _usual(lines: Sequence[Example]) -> float | None:
    """Return the usual density of lines; None where they are too few to tell."""
    known = [_density(line.target) for line in lines if len(letters(line.target.text)) >= _SHORTEST]
    return median(known) if len(known) >= LEAST else None


def _outliers(lines: Sequence[Example], usual: float | None) -> Iterator[Suspect]:
    for line in lines:
        size = len(letters(line.target.text))
        if not usual or size < _SHORTEST:
            continue
        part = _density(line.target) / usual
        if part > _CROWDED:
            yield Suspect(line.key, f"{size} letters, about {round(size / part)} would fit here.")
        elif part < _SPARSE:
            yield Suspect(line.key, f"Only {size} letters, there is room for about {round(size / part)}.")


def _empty(lines: Sequence[Example]) -> Finding | None:
    blank = [line for line in lines if not strict(line.target.text)]
    if not blank:
        return None
    text = f"{len(blank)} lines have no text; they are left out."
    return Finding("empty", "warn", text, len(blank), None, _because(blank, lambda _: "No text was saved."))


def _repeated(lines: Sequence[Example]) -> Finding | None:
    """Return the lines whose text stands on others too, as when a page was filled from the wrong place."""
    by_text: dict[str, list[Example]] = defaultdict(list)
    for line in lines:
        if len(letters(line.target.text)) >= _SHORTEST:
            by_text[strict(line.target.text)].append(line)
    repeated = [line for same in by_text.values() if len(same) >= _REPEATS for line in same]
    if not repeated:
        return None
    text = f"{len(repeated)} lines have a text that others have too."
    return Finding("repeated", "warn", text, len(repeated), None, _because(repeated, lambda _: "The same text several times."))


def _divided(dataset: Dataset) -> Finding:
    train, held_out = len(dataset.documents("train")), len(dataset.documents("held_out"))
    if dataset.shared:
        text = "Only one page: its figure is optimistic, as the measured lines are of the same page."
        return Finding("split", "warn", text, len(dataset.examples["train"]), len(dataset.examples["held_out"]))
    if train == 0:
        text = "Nothing is left to learn from: every page is held out or never trained."
        return Finding("split", "stop", text, 0, held_out)
    if held_out == 0:
        return Finding("split", "warn", "Nothing is held out: no figure will say how good the model is.", train, 0)
    return Finding("split", "ok", f"Split by page: {train} to learn, {held_out} held out.", train, held_out)


def _because(lines: Sequence[Example], why: Callable[[Example], str]) -> tuple[Suspect, ...]:
    """Return lines as suspects, each with what `why` says of it."""
    return tuple(Suspect(line.key, why(line)) for line in lines)
