"""Text as it is stored and compared: cleaning, named normal forms, direction. Pure functions, no heavy import."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from types import MappingProxyType

from engines.types import Direction

LONGEST_LINE = 2_000
"""Code points of the longest text of one line; a person writes a tenth of that."""

_BIDI_MARKS = "\u200e\u200f\u061c"  # LRM, RLM, ALM: people type them to put a full stop on the right side
_BIDI_OTHERS = "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides, isolates: they can make a text look like another

_FORBIDDEN = re.compile(
    rf"[\x00-\x1f\x7f-\x9f\ud800-\udfff{_BIDI_OTHERS}\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_INVISIBLE = re.compile(rf"[{_BIDI_MARKS}{_BIDI_OTHERS}\ufeff\u0640]")
_BREAKS = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_BLANKS = re.compile(r"\s+")

_POINTS = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"  # Arabic
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]"  # Hebrew, without maqaf, paseq, sof pasuq and nun hafukha
)
_PRESENTATION = re.compile("[\ufb1d-\ufb4f\ufb50-\ufdff\ufe70-\ufefc]+")  # letters that NFC leaves in one piece or in a shape
_DIGITS = str.maketrans({chr(zero + value): str(value) for zero in (0x0660, 0x06F0) for value in range(10)})  # ٠-٩ and ۰-۹
_FINALS = str.maketrans("\u05da\u05dd\u05df\u05e3\u05e5", "\u05db\u05de\u05e0\u05e4\u05e6")  # Hebrew final letters
_FOLDS = (
    _FINALS
    | _DIGITS
    | str.maketrans(  # forms of alef, alef maqsura, teh marbuta, Farsi yeh and kaf
        "\u0623\u0625\u0622\u0671\u0649\u0629\u06cc\u06a9", "\u0627\u0627\u0627\u0627\u064a\u0647\u064a\u0643"
    )
)


def clean(text: str, longest: int = LONGEST_LINE) -> str:
    """Return a text from a person or a file as it may be kept: one line, visible, in NFC.

    Line breaks and tabs become one blank. NUL, control characters, lone surrogates, byte order marks, zero-width
    spaces and the bidirectional embeddings, overrides and isolates are taken out. The marks LRM, RLM and ALM and the
    joiners stay: they belong to correct spelling. Blanks inside the line stay as they are, outer ones go.

    Args:
        text: Anything.
        longest: Code points of the longest text that is accepted.

    Raises:
        ValueError: The text is longer than that.
    """
    if len(text) > 4 * longest:  # do not work through a megabyte only to refuse it
        raise ValueError(f"a line has at most {longest} characters, got {len(text)}")
    one_line = _FORBIDDEN.sub("", _BREAKS.sub(" ", text))
    cleaned = unicodedata.normalize("NFC", one_line).strip()
    if len(cleaned) > longest:
        raise ValueError(f"a line has at most {longest} characters, got {len(cleaned)}")
    return cleaned


def strict(text: str) -> str:
    """Return the text with one blank between words, without invisible characters and tatweel, in NFC.

    Ligatures and presentation forms of Hebrew and Arabic become the letters they stand for.
    """
    spelled = _PRESENTATION.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", _INVISIBLE.sub("", spelled)).strip())


def nodiac(text: str) -> str:
    """Return the `strict` text without the points and accents of Hebrew and Arabic."""
    return strict(_POINTS.sub("", unicodedata.normalize("NFC", strict(text))))


def loose(text: str) -> str:
    """Return the `nodiac` text with what is easily exchanged made equal: forms of alef, yeh and kaf, final letters, digits."""
    return nodiac(text).translate(_FOLDS)


def letters(text: str) -> str:
    """Return only letters and digits, and one blank between words; no points, accents, marks or punctuation.

    Punctuation that joins (maqaf, hyphen, dashes) separates words, any other is simply left out, so that an acronym
    with gershayim stays one word.
    """
    plain = unicodedata.normalize("NFD", nodiac(text))
    kept = "".join(_letter_or_blank(char) for char in plain)
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", kept).strip())


def signs(text: str) -> str:
    """Return only the punctuation and symbols of a text, in their order."""
    return "".join(char for char in strict(text) if unicodedata.category(char)[0] in "PS")


def _letter_or_blank(char: str) -> str:
    """Return a letter or digit as it is, a blank for what separates words, else nothing."""
    category = unicodedata.category(char)
    if category[0] in "LN":
        return char
    return " " if category in {"Pd", "Zs"} or char.isspace() else ""


NORMAL_FORMS: MappingProxyType[str, Callable[[str], str]] = MappingProxyType(
    {"strict": strict, "nodiac": nodiac, "loose": loose, "letters": letters}
)
"""The named normal forms, from the one that forgives least to the one that forgives most."""

FORM_VERSIONS: MappingProxyType[str, int] = MappingProxyType({"strict": 1, "nodiac": 1, "loose": 2, "letters": 1})
"""Each rises whenever its form changes what it gives; stored beside every result that depends on one."""


def normal_form(name: str) -> Callable[[str], str]:
    """Return the normal form of that name.

    Raises:
        ValueError: There is none; the message lists them.
    """
    if name not in NORMAL_FORMS:
        raise ValueError(f"there is no normal form '{name}'; known are {', '.join(NORMAL_FORMS)}")
    return NORMAL_FORMS[name]


def form_label(name: str) -> str:
    """Return the name of a normal form with its version, as it is stored with a result, such as `letters-1`."""
    normal_form(name)
    return f"{name}-{FORM_VERSIONS[name]}"


def main_direction(texts: Iterable[str], default: Direction = "rtl") -> Direction:
    """Return the direction that most letters of the texts have.

    Args:
        texts: Any texts; a single string counts letter by letter.
        default: What a tie and a text without letters get.
    """
    balance = 0
    for text in texts:
        for char in text:
            direction = _strong(char)
            balance += 1 if direction == "rtl" else -1 if direction == "ltr" else 0
    if balance == 0:
        return default
    return "rtl" if balance > 0 else "ltr"


def _strong(char: str) -> Direction | None:
    """Return the direction of a strong character, None for any other."""
    kind = unicodedata.bidirectional(char)
    if kind in {"R", "AL"}:
        return "rtl"
    return "ltr" if kind == "L" else None


def main_script(texts: Iterable[str]) -> str:
    """Return the script that most letters of the texts are of, as Unicode names it: `Hebrew`, `Arabic`, `Latin` …; "" for none.

    Args:
        texts: Any texts; a single string counts letter by letter.
    """
    counts = Counter(_script(char) for text in texts for char in text if char.isalpha())
    return max(sorted(counts), key=counts.__getitem__, default="")


@cache
def _script(letter: str) -> str:
    """Return the script of a letter: the first word of its name."""
    return unicodedata.name(letter, "").partition(" ")[0].capitalize()
