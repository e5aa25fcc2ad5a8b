"""Chooses what a synthetic line says: real sentences with and without points, and what real pages mix into them."""

from __future__ import annotations

import hashlib
import random
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engines.errors import InvalidOptions
from engines.ocr.synthesis.insertions import insertion
from engines.ocr.synthesis.scripts import HEBREW, Script
from engines.ocr.text import main_script

Split = Literal["train", "test"]

LEFT_OUT: dict[str, tuple[str, str]] = {
    "rasam_lines.txt": (
        "3bd5ecb0c46fbf096b3f54f213c6c1adc0bbc6f96f53533c83995658488556e2",
        "it shares lines with the words of Maghribi hands (RASAM) that test models",
    ),
}
"""Files that no model may learn from, by name: SHA-256, which knows them under another name, and why."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Sentences to write.

    Attributes:
        pointed: Sentences with vowel points.
        plain: Sentences that came without.
        script: What they are written in.
        files: Where they come from.
    """

    pointed: Sequence[str]
    plain: Sequence[str]
    script: Script = HEBREW
    files: Sequence[Path] = ()

    @classmethod
    def load(cls, folder: Path, split: Split, script: Script = HEBREW) -> Texts:
        """Read the `*.txt` of a folder, one sentence a line, and keep the sentences of a script and of one split.

        Files that are `left_out` are not read, and a file without a sentence of the script counts for nothing. A sentence
        belongs to the test split when the hash of its letters says so (1 of 20): pointed and bare copies of a sentence
        always fall on the same side.

        Raises:
            InvalidOptions: The folder holds no usable sentence.
        """
        paths = [path for path in sorted(folder.glob("*.txt")) if not left_out(path)]
        found = {path: sentences for path in paths if (sentences := _sentences(path, script))}
        kept = [line for sentences in found.values() for line in sentences if is_test(line, script) == (split == "test")]
        if not kept:
            hint = f"Give a folder of .txt files in UTF-8 with {script.unicode} text, one sentence a line."
            raise InvalidOptions(f"No {script.unicode} sentences in {folder}.", hint)
        pointed = [line for line in kept if sum(char in script.points for char in line) > len(line) // 4]
        chosen = set(pointed)
        return cls(pointed or kept, [line for line in kept if line not in chosen] or kept, script, tuple(found))

    def line(self, rng: random.Random, words: int, points: bool) -> str:
        """Return a line of about `words` words; with vowel points when `points`."""
        source = self.pointed if points or rng.random() < 0.5 else self.plain
        taken: list[str] = []
        while len(taken) < words:
            sentence = rng.choice(source).split(" ")
            start = rng.randrange(len(sentence)) if rng.random() < 0.7 else 0
            taken += sentence[start : start + words - len(taken)]
        if rng.random() < 0.15:
            taken = [scramble(word, rng, self.script) if rng.random() < 0.6 else word for word in taken]
        if not points:
            taken = bare(" ".join(taken), rng, self.script).split(" ")
        if rng.random() < (0.15 if points else 0.4):
            taken = insertion(taken, rng, self.script.kinds)
        return unicodedata.normalize("NFC", " ".join(taken))


def left_out(path: Path) -> str:
    """Return why no model may learn from a file of text; "" when it may."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return next((reason for name, (known, reason) in LEFT_OUT.items() if path.name == name or digest == known), "")


def folder_of(folder: Path, script: Script) -> Path:
    """Return where the texts of a script lie: in `text_<script>` below a folder that has one, else in the folder itself."""
    own = folder / f"text_{script.name}"
    return own if own.is_dir() else folder


def _sentences(path: Path, script: Script) -> list[str]:
    lines = [line for line in path.read_text("utf-8").splitlines() if main_script([line]) == script.unicode]
    return [sentence for line in lines if len(sentence := clean(line, script)) > 1]


def clean(line: str, script: Script = HEBREW) -> str:
    """Return a sentence in NFC with single spaces, without characters outside the alphabet."""
    kept = "".join(char for char in unicodedata.normalize("NFC", line) if char in script.alphabet or char.isspace())
    return " ".join(kept.split())


def is_test(sentence: str, script: Script = HEBREW) -> bool:
    """Return whether a sentence is kept for testing, by a stable hash of its letters."""
    letters = "".join(char for char in sentence if char in script.letters or char.isascii())
    return hashlib.sha256(letters.encode()).digest()[0] % 20 == 0


def bare(text: str, rng: random.Random, script: Script = HEBREW) -> str:
    """Return a text without points, or with the few that a printer leaves; its signs may give way to others."""
    kept = rng.uniform(0, 0.2) if rng.random() < script.partly else 0.0
    for sign, variants in script.variants.items():
        if sign in text:
            text = text.replace(sign, rng.choice(variants))
    return "".join(char for char in text if char not in script.points or rng.random() < kept)


def scramble(word: str, rng: random.Random, script: Script = HEBREW) -> str:
    """Return a word with its letters (each with its points) in another order, finals where finals belong."""
    usual = "".join(script.finals.get(char, char) for char in word)
    clusters: list[str] = []
    for char in usual:
        if char in script.letters:
            clusters.append(char)
        elif char in script.points and clusters:
            clusters[-1] += char
    if len(clusters) < 2:
        return word
    rng.shuffle(clusters)
    last = clusters[-1]
    as_final = {letter: final for final, letter in script.finals.items()}
    clusters[-1] = as_final.get(last[0], last[0]) + last[1:]
    return "".join(clusters)


def fitted(text: str, characters: Iterable[str], script: Script = HEBREW) -> str:
    """Return a text as a font with these characters can write it: stand-ins first, then what is left out."""
    known = characters if isinstance(characters, frozenset) else frozenset(characters)
    written = "".join(char if char in known else script.stand_ins.get(char, char) for char in text)
    return " ".join("".join(char for char in written if char in known or char == " ").split())


_JOINS_ON = frozenset("بتثجحخسشصضطظعغفقكلمنهيئ")
"""Arabic letters that are joined to the one after them."""


def stretched(text: str, rng: random.Random) -> str:
    """Return an Arabic text with some of its joints drawn long, as printers fill a line; it says the same."""
    drawn = []
    for char, following in zip(text, [*text[1:], " "], strict=True):
        drawn.append(char)
        if char in _JOINS_ON and "\u0620" < following < "\u064b" and (char != "ل" or following not in "اأإآ"):
            drawn.append("\u0640" * rng.choice((0, 0, 0, 0, 0, 0, 1, 1, 2)))
    return "".join(drawn)
