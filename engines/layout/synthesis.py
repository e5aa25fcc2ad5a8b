"""Rendered pages whose lines are known, to be mixed among the pages that people vouch for."""

from __future__ import annotations

import random
from collections.abc import Sequence

from engines.errors import EngineUnavailable
from engines.ocr.synthesis import fonts, sample_texts
from engines.ocr.synthesis.drawing import Hand
from engines.ocr.synthesis.pages import Look, RenderedPage, render_page, wrapped
from engines.ocr.synthesis.paper import Paper
from engines.ocr.synthesis.scripts import ARABIC, HEBREW
from engines.ocr.synthesis.texts import fitted

_TEXTS = ((HEBREW, sample_texts.PRINT), (ARABIC, sample_texts.ARABIC))


def installed() -> list[fonts.Font]:
    """Return the fonts that pages can be written in: Hebrew and Arabic ones of this machine.

    Raises:
        EngineUnavailable: There is none, or text cannot be shaped here.
    """
    fonts.check_shaping()
    found: list[fonts.Font] = []
    missing: list[EngineUnavailable] = []
    for script, _ in _TEXTS:
        try:
            found += fonts.scan(fonts.system_folders(), script)
        except EngineUnavailable as error:
            missing.append(error)
    if not found:
        raise missing[0]
    return found


def rendered(known: Sequence[fonts.Font], rng: random.Random) -> RenderedPage:
    """Return a page of shuffled words: print or a hand, wide or narrow lines, straight, sloping or waving ones.

    Args:
        known: Fonts to choose from, one at least.
        rng: Decides everything.
    """
    font = rng.choice(known)
    shade = rng.randrange(20, 70)
    words = next(text for script, text in _TEXTS if script == font.script).split()
    size = rng.randrange(26, 46)
    look = Look(
        size=size,
        pitch=round(size * rng.uniform(1.35, 2.3)),
        margins=(rng.randrange(60, 260), rng.randrange(80, 400), rng.randrange(60, 260)),
        ink=(shade, shade, shade),
        hand=Hand(rise=rng.uniform(0, 0.03), gap=rng.uniform(0, 0.08), turn=rng.uniform(0, 1), growth=rng.uniform(0, 0.03)),
        justified=rng.random() < 0.5,
        fading=rng.uniform(0.1, 0.4),
        slope=rng.gauss(0, 0.008),
        wave=rng.choice((0.0, rng.uniform(0, 6))),
        verso=rng.uniform(0, 0.2),
        ruling=(120, 120, 160) if rng.random() < 0.25 else None,
        paper=Paper(mottle=rng.uniform(0, 0.04), spots=rng.randrange(30), fold=rng.random() < 0.2),
    )
    most = (look.height - look.margins[1]) // look.pitch
    text = fitted(" ".join(rng.choices(words, k=40 * most)), font.characters, font.script)
    lines = wrapped(text, font.path, look)[: rng.randrange(max(1, most // 3), most + 1)]
    for at in rng.sample(range(len(lines)), len(lines) // 6):  # gaps between paragraphs
        lines[at] = ""
    return render_page(lines, font.path, look, rng)
