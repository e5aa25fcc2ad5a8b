"""Documents for the tests of the formats: one made by hand, and any that Hypothesis thinks of."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

from hypothesis import strategies as st

from engines.types import Alternative, Char, Direction, Line, Page, Point
from workbench.formats import Document

WIDTH, HEIGHT = 1200, 1600
CREATED = datetime(2025, 3, 1, 12, 30, 5, tzinfo=UTC)


def chars(text: str, left: int = 100, top: int = 50) -> tuple[Char, ...]:
    """Return one character per code point, from right to left, with two alternatives each."""
    others = (Alternative("ר", 0.0625), Alternative("", 0.0313))
    right = left + 20 * len(text)
    return tuple(Char(c, 0.75, (right - 20 * i - 20, top, right - 20 * i, top + 40), others) for i, c in enumerate(text))


def line(text: str, top: int = 50, *, described: bool = False, reason: str = "") -> Line:
    """Return a line of that text, slightly sloping."""
    baseline: tuple[Point, ...] = ((100, top + 38), (400, top + 40), (700, top + 41))
    polygon: tuple[Point, ...] = ((95, top), (705, top + 2), (705, top + 52), (95, top + 50))
    return Line(baseline, polygon, text, chars(text, top=top) if described else (), reason)


def sample() -> Document:
    """Return a page with a described line, an unreadable one, a mixed one and one of the other direction."""
    lines = (
        line("שָׁלוֹם עולם", 50, described=True),
        line("", 150, reason='too faint; "{see}" <margin> & left'),
        line("  שנת 1897, p. 12 <b>${x}</b> & 'co'  \"ל\" ", 250),
        line("In the beginning", 350),
    )
    directions: tuple[Direction | None, ...] = (None, None, "rtl", "ltr")
    return Document(
        "עמוד 7.png", Page(WIDTH, HEIGHT, lines), ("17", "a_b", "ל-3", "wb-x"), directions, "kraken hebrew v1", CREATED
    )


_LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters="<>&\"'א שָׁלֿ⁨⁩\u200f\u202eab1;{}%\\")
texts = (
    st.text(_LETTERS, max_size=24)
    .map(lambda text: unicodedata.normalize("NFC", text))
    .filter(lambda text: not set(text) & {"\u2028", "\u2029"})
)
"""NFC texts of one line, empty ones too."""

anything = st.text(st.characters(), max_size=24).map(lambda text: unicodedata.normalize("NFC", text))
"""NFC texts with controls, lone surrogates, line breaks and unassigned characters."""

_points = st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT))


@st.composite
def lines(draw: st.DrawFn, content: st.SearchStrategy[str] = texts) -> Line:
    """Return a line anywhere on the page, sometimes with characters, sometimes unreadable."""
    text = draw(content)
    baseline = draw(st.lists(_points, min_size=2, max_size=4, unique=True))
    polygon = draw(st.lists(_points, min_size=3, max_size=6, unique=True))
    described = bool(text) and draw(st.booleans())
    reason = "" if text else draw(st.sampled_from(["", "too faint", 'ink; "blot" <here>']))
    return Line(tuple(baseline), tuple(polygon), text, chars(text) if described else (), reason)


@st.composite
def documents(draw: st.DrawFn, content: st.SearchStrategy[str] = texts) -> Document:
    """Return a page of up to five lines with names of any kind."""
    found = draw(st.lists(lines(content), max_size=5))
    names = draw(st.lists(st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=8), **_exactly(len(found))))
    own = draw(st.lists(st.sampled_from([None, "rtl", "ltr"]), min_size=len(found), max_size=len(found)))
    page = Page(WIDTH, HEIGHT, tuple(found), draw(st.sampled_from(["rtl", "ltr"])))
    return Document("scan.png", page, tuple(names), tuple(own) if any(own) else (), "test", CREATED)


def _exactly(count: int) -> dict[str, object]:
    """Return the bounds of a list of so many different values."""
    return {"min_size": count, "max_size": count, "unique": True}
