"""Chooses what a synthetic line says: real sentences with and without points, and what real pages mix into them."""

from __future__ import annotations

import hashlib
import random
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engines.errors import InvalidOptions
from engines.ocr.synthesis.fonts import LETTERS, POINTS
from engines.ocr.synthesis.insertions import insertion

Split = Literal["train", "test"]

ALPHABET = frozenset(
    {*LETTERS, *POINTS, *"\u05be\u05c3\u05f0\u05f1\u05f2\u05f3\u05f4", *"0123456789", *" .,:;!?'\"()[]-–—/%*+=&§…„“”₪"}
    | {chr(code) for code in (*range(0x41, 0x5B), *range(0x61, 0x7B))}
    | {*"ÄÖÜäöüßéè"}
)
"""All characters that a line may hold: letters, points, Yiddish ligatures, digits, punctuation, Latin."""

STAND_INS = {
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
}
"""What a font writes that lacks a character."""

_FINALS = str.maketrans("ךםןףץ", "כמנפצ")
_AS_FINAL = dict(zip("כמנפצ", "ךםןףץ", strict=True))


@dataclass(frozen=True, slots=True)
class Texts:
    """Sentences to write.

    Attributes:
        pointed: Sentences with vowel points.
        plain: Sentences that came without.
    """

    pointed: Sequence[str]
    plain: Sequence[str]

    @classmethod
    def load(cls, folder: Path, split: Split) -> Texts:
        """Read all `*.txt` of a folder, one sentence a line, and keep the sentences of one split.

        A sentence belongs to the test split when the hash of its letters says so (1 of 20): pointed and bare
        copies of a sentence always fall on the same side.

        Raises:
            InvalidOptions: The folder holds no usable sentence.
        """
        paths = sorted(folder.glob("*.txt"))
        sentences = [clean(line) for path in paths for line in path.read_text("utf-8").splitlines()]
        kept = [line for line in sentences if len(line) > 1 and is_test(line) == (split == "test")]
        if not kept:
            raise InvalidOptions(f"No sentences in {folder}.", "Give a folder of .txt files in UTF-8, one sentence a line.")
        pointed = [line for line in kept if sum(char in POINTS for char in line) > len(line) // 4]
        chosen = set(pointed)
        return cls(pointed or kept, [line for line in kept if line not in chosen] or kept)

    def line(self, rng: random.Random, words: int, points: bool) -> str:
        """Return a line of about `words` words; with vowel points when `points`."""
        source = self.pointed if points or rng.random() < 0.5 else self.plain
        taken: list[str] = []
        while len(taken) < words:
            sentence = rng.choice(source).split(" ")
            start = rng.randrange(len(sentence)) if rng.random() < 0.7 else 0
            taken += sentence[start : start + words - len(taken)]
        if rng.random() < 0.15:
            taken = [scramble(word, rng) if rng.random() < 0.6 else word for word in taken]
        if not points:
            taken = bare(" ".join(taken), rng).split(" ")
        if rng.random() < (0.15 if points else 0.4):
            taken = insertion(taken, rng)
        return unicodedata.normalize("NFC", " ".join(taken))


def clean(line: str) -> str:
    """Return a sentence in NFC with single spaces, without characters outside the alphabet."""
    kept = "".join(char for char in unicodedata.normalize("NFC", line) if char in ALPHABET or char.isspace())
    return " ".join(kept.split())


def is_test(sentence: str) -> bool:
    """Return whether a sentence is kept for testing, by a stable hash of its letters."""
    letters = "".join(char for char in sentence if char in LETTERS or char.isascii())
    return hashlib.sha256(letters.encode()).digest()[0] % 20 == 0


def bare(text: str, rng: random.Random) -> str:
    """Return a text without points; its maqafs stay, become hyphens or spaces, its sof pasuqs colons or full stops."""
    joint = rng.choice(["\u05be", "-", " ", " ", " "])
    stop = rng.choice(["\u05c3", ":", ".", "."])
    return "".join(char for char in text.replace("\u05be", joint).replace("\u05c3", stop) if char not in POINTS)


def scramble(word: str, rng: random.Random) -> str:
    """Return a word with its letters (each with its points) in another order, finals where finals belong."""
    clusters = re.findall("[\u05d0-\u05ea][\u05b0-\u05c2]*", word.translate(_FINALS).replace("\u05be", ""))
    if len(clusters) < 2:
        return word
    rng.shuffle(clusters)
    last = clusters[-1]
    clusters[-1] = _AS_FINAL.get(last[0], last[0]) + last[1:]
    return "".join(clusters)


def fitted(text: str, characters: Iterable[str]) -> str:
    """Return a text as a font with these characters can write it: stand-ins first, then what is left out."""
    known = characters if isinstance(characters, frozenset) else frozenset(characters)
    written = "".join(char if char in known else STAND_INS.get(char, char) for char in text)
    return " ".join("".join(char for char in written if char in known or char == " ").split())
