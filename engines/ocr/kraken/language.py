"""A model of which character follows which, learnt from the texts of a training and kept beside its weights.

Characters are counted in display order, from left to right, which is the order in which a recogniser writes them. Contexts
that were seen seldom lean on shorter ones, by interpolated Kneser-Ney smoothing (Chen and Goodman 1998, An empirical study
of smoothing techniques for language modeling, section 2.7).
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from engines.errors import InvalidWeights

NAME = "language.json"
"""Of the file beside the weights."""

ORDER = 5
"""Characters that are looked at together: the next one and those before it."""

MOST_BYTES = 64 * 1024 * 1024
_LEAST_DISCOUNT, _MOST_DISCOUNT = 0.3, 0.95  # a few lines have no sequence that occurs once, or none that occurs twice
_BEFORE = "\n"  # stands before the first character of a line


class _Level:
    """Sequences of one length: how often each counts, and for each context the sum of these and how many there are."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Sum up the counts, and find what is taken from each for what was never seen."""
        self.counts = counts
        self.wholes: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        for gram, count in counts.items():
            self.wholes[gram[:-1]] += count
            self.kinds[gram[:-1]] += 1
        often = Counter(counts.values())
        self.discount = min(max(often[1] / max(1, often[1] + 2 * often[2]), _LEAST_DISCOUNT), _MOST_DISCOUNT)


class Language:
    """Chances of characters after others.

    Attributes:
        grams: How often each sequence of `order` characters was seen.
        order: Length of these, 1 or more.
        surprise: What a character costs on average, nats: the cross entropy of lines that it has not learnt.
    """

    def __init__(self, grams: Mapping[str, int], order: int, surprise: float = 0.0) -> None:
        """Count for each context what follows it, for the shorter ones too."""
        self.grams = grams
        self.order = order
        self.surprise = surprise
        self._levels = [_Level(grams)]
        for _ in range(order - 1):  # of a shorter one counts how many different characters stand before it
            self._levels.insert(0, _Level(Counter(gram[1:] for gram in self._levels[0].counts)))
        self._known: dict[tuple[str, str], float] = {}

    @classmethod
    def of(cls, texts: Iterable[str], unseen: Sequence[str] = (), order: int = ORDER) -> Language:
        """Return the model of some lines.

        Args:
            texts: In display order.
            unseen: Others, which tell how surprising a character is; without any, the texts themselves do.
            order: Length of the sequences that are counted.
        """
        texts = list(texts)
        grams: Counter[str] = Counter()
        for text in texts:
            padded = _BEFORE * (order - 1) + text
            grams.update(padded[end - order : end] for end in range(order, len(padded) + 1))
        found = cls(grams, order)
        found.surprise = found._cost(unseen or texts)
        return found

    def chance(self, before: str, char: str) -> float:
        """Return the natural logarithm of the probability of a character after a text, of which the last few count."""
        padded = _BEFORE * (self.order - 1) + before
        context = padded[len(padded) - self.order + 1 :]
        known = self._known.get((context, char))
        if known is None:
            known = self._known[context, char] = math.log(self._share(context, char))
        return known

    def _share(self, context: str, char: str) -> float:
        """Return the probability of a character after a context."""
        level = self._levels[len(context)]
        shorter = self._share(context[1:], char) if context else 1 / (len(level.counts) + 1)
        whole = level.wholes.get(context)
        if whole is None:
            return shorter
        kept = max(level.counts.get(context + char, 0) - level.discount, 0.0)
        return (kept + level.discount * level.kinds[context] * shorter) / whole

    def _cost(self, texts: Sequence[str]) -> float:
        """Return the mean of the negative logarithms of all characters of some lines; 0 without any."""
        costs = [-self.chance(text[:at], char) for text in texts for at, char in enumerate(text)]
        return sum(costs) / len(costs) if costs else 0.0

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        told = {"order": self.order, "surprise": round(self.surprise, 4), "grams": self.grams}
        path.write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Language:
        """Return the model of a file.

        Raises:
            InvalidWeights: It is damaged, or something else.
        """
        try:
            if path.stat().st_size > MOST_BYTES:
                raise ValueError("too large")
            told = json.loads(path.read_text("utf-8"))
            order, grams = int(told["order"]), {str(gram): int(count) for gram, count in told["grams"].items()}
            if order < 1 or any(len(gram) != order or count < 1 for gram, count in grams.items()):
                raise ValueError("no counts")
            return cls(grams, order, float(told["surprise"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            hint = "Restore the file, or read with language_model 0."
            raise InvalidWeights(f"The language model {path.name} is damaged.", hint) from error


def beside(weights: Path) -> Language | None:
    """Return the language model of a version; None when it has none. The last ones stay loaded.

    Raises:
        InvalidWeights: It is damaged.
    """
    path = weights.with_name(NAME)
    return _load(path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=3)
def _load(path: Path, changed_ns: int) -> Language:  # noqa: ARG001 - a changed file is another one
    """Load a model; see `beside`."""
    return Language.load(path)
