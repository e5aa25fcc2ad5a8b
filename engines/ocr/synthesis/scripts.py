"""What a script needs to be written: its letters and points, what stands in for them, its fonts, and what is tested apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Script:
    """A script that lines can be rendered in.

    Attributes:
        name: What its base model is called.
        title: What people read in a list of models.
        unicode: Its name in Unicode.
        letters: What a font must cover to be used.
        points: The vowel points; a font places them all or gets text without them.
        alphabet: All characters that a line may hold.
        stand_ins: What a font writes that lacks a character.
        finals: The usual form of letters that look different at the end of a word.
        variants: What may stand in a text without points in place of a sign.
        partly: How many of the lines without points keep a few of them.
        kinds: What is mixed into running text: names of `insertions`, as often as they are to come.
        groups: Which group a font belongs to, by a part of its family and style; all others are `print`.
        shares: How many of the lines are written in fonts of each group.
        hands: Groups that imitate handwriting.
        held_out: Families that training never sees; they say how well a model reads a font that it does not know.
        pointed: How many of the lines are pointed, of those in fonts that place points.
        binarised: How many of the lines are scanned to black and white.
        ems: The smallest and the largest size of its fonts, pixels.
        packages: What brings such fonts, for a message.
        features: OpenType features that a line may do with, or with a `-` before them without, and say the same.
        joins: Whether its letters are joined.
    """

    name: str
    title: str
    unicode: str
    letters: frozenset[str]
    points: frozenset[str]
    alphabet: frozenset[str]
    stand_ins: Mapping[str, str]
    finals: Mapping[str, str]
    variants: Mapping[str, tuple[str, ...]]
    partly: float
    kinds: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    shares: Mapping[str, float]
    hands: frozenset[str]
    held_out: tuple[str, ...]
    pointed: float
    binarised: float
    ems: tuple[int, int]
    packages: str
    features: tuple[str, ...]
    joins: bool
    spare_points: frozenset[str] = field(default_factory=frozenset)
    """Points that a font may lack and still place the others."""

    def group(self, name: str) -> str:
        """Return the group of a font by its family and style."""
        lowered = name.lower()
        return next((group for group, parts in self.groups.items() if any(part in lowered for part in parts)), "print")

    def bare(self, text: str) -> str:
        """Return a text without its points."""
        return "".join(char for char in text if char not in self.points)


_LATIN = frozenset(chr(code) for code in (*range(0x41, 0x5B), *range(0x61, 0x7B)))
_HEBREW_LETTERS = frozenset(chr(code) for code in range(0x05D0, 0x05EB))
_HEBREW_POINTS = frozenset(chr(code) for code in (*range(0x05B0, 0x05BD), 0x05BF, 0x05C1, 0x05C2))

HEBREW = Script(
    name="hebrew",
    title="Hebrew, print and hands",
    unicode="Hebrew",
    letters=_HEBREW_LETTERS,
    points=_HEBREW_POINTS,
    alphabet=_HEBREW_LETTERS
    | _HEBREW_POINTS
    | _LATIN
    | {*"\u05be\u05c3\u05f0\u05f1\u05f2\u05f3\u05f4", *"0123456789", *" .,:;!?'\"()[]-–—/%*+=&§…„“”₪", *"ÄÖÜäöüßéè"},
    stand_ins={
        "\u05f3": "'",
        "\u05f4": '"',
        "\u05be": "-",
        "\u05c3": ":",
        "–": "-",
        "—": "-",
        "…": "...",
        "„": '"',
        "“": '"',
        "”": '"',
    },
    finals=dict(zip("ךםןףץ", "כמנפצ", strict=True)),
    variants={"\u05be": ("\u05be", "-", " ", " ", " "), "\u05c3": ("\u05c3", ":", ".", ".")},
    partly=0.0,
    kinds=(
        *("number", "number", "date", "abbreviation", "numeral", "bracket", "bracket"),
        *("latin", "latin", "punctuation", "punctuation"),
    ),
    groups={
        "rashi": ("rashi hebrew",),
        "sephardi": ("solitreo",),
        "cursive": (
            *("ktav yad", "gveret levin", "playpen sans hebrew", "anka", "dorian"),
            *("ellinia clm bolditalic", "ellinia clm lightitalic"),
        ),
        "hand": ("comix", "gan clm", "amatic", "journal", "shmulik", "makabi", "yehuda", "trashim", "ozrad"),
        "stam": ("stam", "keter aram", "ezra"),
    },
    shares={"print": 0.5, "cursive": 0.19, "rashi": 0.11, "sephardi": 0.09, "hand": 0.07, "stam": 0.04},
    hands=frozenset({"cursive", "hand", "sephardi"}),
    held_out=("Hadasim CLM", "Bona Nova", "Suez One", "Miriam Libre", "Yehuda CLM", "Ellinia CLM", "Makabi YG"),
    pointed=0.45,
    binarised=0.1,
    ems=(26, 48),
    packages="culmus, fonts-noto-core",
    features=("-kern", "-liga", "-calt", "dlig", "salt", "ss01", "ss02", "ss03", "ss04"),
    joins=False,
    spare_points=frozenset("\u05ba\u05bf"),
)

_ARABIC_LETTERS = frozenset(chr(code) for code in (*range(0x0621, 0x063B), *range(0x0641, 0x064B)))
_ARABIC_POINTS = frozenset(chr(code) for code in (*range(0x064B, 0x0653), 0x0670))

ARABIC = Script(
    name="arabic",
    title="Arabic, print and hands",
    unicode="Arabic",
    letters=_ARABIC_LETTERS,
    points=_ARABIC_POINTS,
    alphabet=_ARABIC_LETTERS
    | _ARABIC_POINTS
    | _LATIN
    | {*"\u0671پچژگکیڤ", *"٠١٢٣٤٥٦٧٨٩", *"0123456789", *" .,:;!?'\"()[]{}-–—/%*+=&…«»،؛؟"},
    stand_ins={"«": '"', "»": '"', "–": "-", "—": "-", "…": "...", "؛": ";", "؟": "?", "،": ","},
    finals={},
    variants={f" {sign}": (sign, sign, f" {sign}") for sign in ".،؛:؟"} | {"أ": ("أ",) * 9 + ("ا",), "إ": ("إ",) * 9 + ("ا",)},
    partly=0.4,
    kinds=(
        *("number", "arabic_number", "arabic_number", "arabic_bracket", "arabic_bracket", "note", "latin"),
        *("arabic_punctuation", "arabic_punctuation", "arabic_punctuation"),
    ),
    groups={
        "hand": ("aref ruqaa", "nastaliq", "nagham", "albattar", "hor regular", "kacstfarsi", "kacstpen"),
        "sans": ("dejavu", "noto sans", "noto kufi", "freemono"),
        "display": (
            *(
                "almanzomah",
                "cortoba",
                "dimnah",
                "electron",
                "granada",
                "graph",
                "hani",
                "japan",
                "jet",
                "khalid",
                "mashq",
                "metal",
            ),
            *("nada", "ostorah", "ouhod", "petra", "rehan", "shado", "sharjah", "tarablus", "kacstart", "kacstdecorative"),
            *("kacstdigital", "kacstposter", "kacstscreen", "kacsttitle"),
        ),
    },
    shares={"print": 0.68, "hand": 0.18, "sans": 0.07, "display": 0.07},
    hands=frozenset({"hand"}),
    held_out=("KacstBook", "Tholoth", "Noto Sans Arabic", "Hani", "KacstFarsi"),
    pointed=0.25,
    binarised=0.3,
    ems=(34, 70),
    packages="fonts-hosny-amiri, fonts-kacst, fonts-arabeyes, fonts-noto-core",
    # without liga or calt many fonts take lam and alef apart; dlig of some adds vowel signs that the text has not
    features=("-kern", "ss01", "ss02", "ss04", "ss05", "ss06", "cv12", "cv44", "cv48", "cv70"),
    joins=True,
    spare_points=frozenset("\u0670"),
)

SCRIPTS: Mapping[str, Script] = {script.name: script for script in (HEBREW, ARABIC)}
"""By name."""
