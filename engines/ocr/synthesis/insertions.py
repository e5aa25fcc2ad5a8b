"""Puts into a line what real pages mix with running text: numbers, dates, brackets, abbreviations, Latin words."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

_PLACES = """
Leipzig Wien Odessa Lublin Livorno Amsterdam Salonica London Paris Berlin Warszawa Praha Trieste Venezia Jaffa Fürth Köln
Vilna Krakau Lemberg Frankfurt Hamburg Mainz Worms Speyer Posen Danzig Budapest Zürich Bagdad Tunis Cairo Izmir New York
"""
_SYLLABLES = """
ba be bi bo bu ca ce co da de di do du fa fe fi fo ga ge go ha he hi ho ja ka ke ki ko la le li lo lu ma me mi mo mu na ne ni
no nu pa pe pi po qua ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo wa we wi xa ya za ze zu an en in on un ar er or
st tr ch sch ck th ph ng ts lt nd ld ss ll
"""
_MONTHS = ("תשרי", "חשון", "כסלו", "טבת", "שבט", "אדר", "ניסן", "אייר", "סיון", "תמוז", "אב", "אלול")
_ONES, _TENS = "אבגדהוזחט", "יכלמנסעפצ"
_BRACKETS = (("(", ")"), ("(", ")"), ("[", "]"), ('"', '"'), ("„", "“"), ("״", "״"), ("'", "'"))


def insertion(words: Sequence[str], rng: random.Random, kinds: Sequence[str]) -> list[str]:
    """Return the words with one to three insertions of these kinds."""
    mixed = list(words)
    for _ in range(rng.choice((1, 1, 2, 3))):
        _KINDS[rng.choice(kinds)](mixed, rng)
    return mixed


def numeral(value: int) -> str:
    """Return a number 1..999 in Hebrew letters with gershayim, such as 215 as רט״ו."""
    letters = "ת" * (value // 400) + ("קרש"[value % 400 // 100 - 1] if value % 400 >= 100 else "")
    rest = value % 100
    if rest in (15, 16):
        letters += "ט" + _ONES[rest - 10]
    else:
        letters += (_TENS[rest // 10 - 1] if rest >= 10 else "") + (_ONES[rest % 10 - 1] if rest % 10 else "")
    return letters + "׳" if len(letters) == 1 else f"{letters[:-1]}״{letters[-1]}"


def _place(words: list[str], rng: random.Random, *new: str) -> None:
    position = rng.randrange(len(words) + 1)
    words[position:position] = new


def _number(words: list[str], rng: random.Random) -> None:
    value = rng.choice((rng.randrange(10), rng.randrange(100), rng.randrange(1500, 2030), rng.randrange(10**6)))
    forms = (str(value), f"{value:,}", f"{value / 10:.1f}", f"{value % 100}%", f"({value})", f"{value}.", f"{value},")
    _place(words, rng, rng.choice(forms))


def _date(words: list[str], rng: random.Random) -> None:
    day, month, year = rng.randrange(1, 31), rng.randrange(1, 13), rng.randrange(1600, 2030)
    written = (
        f"{day}.{month}.{year}",
        f"{day}/{month}/{year % 100:02d}",
        f"{numeral(day)} {rng.choice(_MONTHS)} {numeral(year % 1000 or 1)}",
    )
    _place(words, rng, *rng.choice(written).split(" "))


def _abbreviation(words: list[str], rng: random.Random) -> None:
    position = rng.randrange(len(words))
    letters = [char for char in words[position] if "א" <= char <= "ת"]
    if len(letters) > 1 and rng.random() < 0.7:
        _place(words, rng, "".join(letters[:-1]) + rng.choice('״"') + letters[-1])
    elif letters:
        _place(words, rng, "".join(letters[:3]) + rng.choice("׳'"))


def _numeral(words: list[str], rng: random.Random) -> None:
    _place(words, rng, numeral(rng.randrange(1, 1000)))


def _bracket(words: list[str], rng: random.Random) -> None:
    start = rng.randrange(len(words))
    end = min(len(words), start + rng.randrange(1, 4)) - 1
    left, right = rng.choice(_BRACKETS)
    words[start] = left + words[start]
    words[end] += right


def _latin(words: list[str], rng: random.Random) -> None:
    count = rng.choice((1, 1, 1, 2, 3))
    latin = [rng.choice(_PLACES.split()) if rng.random() < 0.3 else _word(rng) for _ in range(count)]
    if rng.random() < 0.15:
        latin[0], latin[-1] = "(" + latin[0], latin[-1] + ")"
    _place(words, rng, *latin)


def _word(rng: random.Random) -> str:
    syllables = _SYLLABLES.split()
    word = "".join(rng.choice(syllables) for _ in range(rng.randrange(1, 5)))
    return rng.choice((word, word, word.capitalize(), word.capitalize(), word.upper()))


def _punctuation(words: list[str], rng: random.Random) -> None:
    position = rng.randrange(len(words))
    if rng.random() < 0.3:
        _place(words, rng, rng.choice(("–", "—", "-", "&", "§", "*", "+", "=", "₪", "/", "…")))
    else:
        words[position] += rng.choice((".", ",", ":", ";", "!", "?", "…", ",", "."))


_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def _arabic_number(words: list[str], rng: random.Random) -> None:
    value = rng.choice((rng.randrange(10), rng.randrange(100), rng.randrange(1, 1450), rng.randrange(10**5)))
    forms = (f"{value}", f"({value})", f"{value} -", f"{value} / {rng.randrange(1, 600)}", f"[{value}]", f"{value}،")
    _place(words, rng, *rng.choice(forms).translate(_ARABIC_DIGITS).split(" "))


def _note(words: list[str], rng: random.Random) -> None:
    """The number of a footnote, close to a word."""
    number = f"({rng.randrange(1, 10)})"
    words[rng.randrange(len(words))] += number.translate(_ARABIC_DIGITS) if rng.random() < 0.7 else number


def _arabic_bracket(words: list[str], rng: random.Random) -> None:
    start = rng.randrange(len(words))
    end = min(len(words), start + rng.randrange(1, 4)) - 1
    left, right = rng.choice((("(", ")"), ("«", "»"), ("«", "»"), ("« ", " »"), ("[", "]"), ("{", "}"), ('"', '"')))
    words[start] = left + words[start]
    words[end] += right


def _arabic_punctuation(words: list[str], rng: random.Random) -> None:
    sign = rng.choice(("،", "،", "،", ".", ".", ":", ":", "؛", "؟", "!", "…", " -"))
    words[rng.randrange(len(words))] += sign if rng.random() < 0.6 else f" {sign.strip()}"


_KINDS: Mapping[str, Callable[[list[str], random.Random], None]] = {
    "number": _number,
    "date": _date,
    "abbreviation": _abbreviation,
    "numeral": _numeral,
    "bracket": _bracket,
    "latin": _latin,
    "punctuation": _punctuation,
    "arabic_number": _arabic_number,
    "note": _note,
    "arabic_bracket": _arabic_bracket,
    "arabic_punctuation": _arabic_punctuation,
}
