"""Writes what a base model was made from and how well it reads: `model.json` for programs, `card.md` for people."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engines.ocr.kraken.network import HEIGHT
from engines.ocr.synthesis.lines import SYNTHESIS
from engines.ocr.synthesis.scripts import HEBREW, Script

if TYPE_CHECKING:
    from engines.ocr.kraken.training import Trainer
    from engines.ocr.metrics import Score
    from engines.ocr.synthesis.fonts import Font

SOURCES: Mapping[str, tuple[str, str, str]] = {
    "d270796af68ed17127da6105473021da5867df20b60e8a638d2aafc243f0849d": (  # tanakh_nikud.txt
        "https://github.com/openscriptures/morphhb",
        "d0b5c35da03fda1cf37e80ccdaa0cf432963a60d",
        "Westminster Leningrad Codex: public domain; Open Scriptures Hebrew Bible: CC BY 4.0",
    ),
    "12c261625ec98260d724b50434699893ea9577318cf1a573d9ce0bb26f645743": (  # modern_wiki.txt
        "https://github.com/UniversalDependencies/UD_Hebrew-IAHLTwiki",
        "29402e7c2727fb8fd181ab3ad1a800561fbff69a",
        "CC BY-SA 4.0",
    ),
    "01300a8e92bca85408e6d41fa135201fed796f7dd1e36d3370aa576b42b036fc": (  # modern_knesset.txt
        "https://github.com/UniversalDependencies/UD_Hebrew-IAHLTknesset",
        "e05de104dff1fd424b937678020a2f3e6d8458a0",
        "CC BY-SA 4.0",
    ),
    "0fde23882c51fa41248324ff9a5e1cc2a921714389d7c3cba419fd5eeae9c710": (  # tashkeela_vocalised.txt
        "https://github.com/AliOsm/arabic-text-diacritization",
        "e083579c03e489936200b69d792fd426bb576743",
        "MIT",
    ),
    "7741a2037f488fc47f3708d9cb91613143fed1c2903a87d5ff1c3b1710cdfc4e": (  # tarima_lines.txt
        "https://github.com/calfa-co/tarima",
        "133aa48d37d240780be4636785246a54170e51a8",
        "Apache-2.0",
    ),
    "c90d5884a7a9689e0052bf3cdcd8f4b25a0d4c8308ae7462a95c13fb1be5fcd2": (  # modern_pud.txt
        "https://github.com/UniversalDependencies/UD_Arabic-PUD",
        "be733f45d21f42d506c62930f806ed2182a5ee3d",
        "CC BY-SA 3.0",
    ),
    "b3274047e863773485336bf5b9ad92f18787f52e5c8988663df9bea7a6f974a8": (  # yiddish.txt
        "https://github.com/UniversalDependencies/UD_Yiddish-YiTB",
        "c489b45148b2ff1a6a8a9f4e608203f71dfa07fa",
        "CC BY-SA 4.0",
    ),
}
"""Where texts come from, by the SHA-256 of the file: repository, commit, licence."""

_HEBREW_FONTS = (
    "Debian bookworm: culmus 0.133, culmus-fancy 0.0.20140315, fonts-dejavu 2.37, fonts-freefont-ttf 20120503, "
    "fonts-noto-core and fonts-noto-extra 20201225, fonts-sil-ezra 2.51; what culmus has as Type 1 only was converted by "
    "FontForge",
    "npm @fontsource/*: Alef, Amatic SC, Arimo, Assistant, Bellefair, Bona Nova, Cousine, David Libre, Frank Ruhl Libre, "
    "Fredoka, Gveret Levin, Handjet, Heebo, IBM Plex Sans Hebrew, Karantina, M PLUS Rounded 1c, Miriam Libre, Noto Rashi Hebrew, "
    "Noto Serif Hebrew, Open Sans, Playpen Sans Hebrew, Rubik, Secular One, Solitreo, Suez One, Tinos, Varela Round; 5.3, the "
    "Hebrew and Latin parts of a weight merged by fontTools",
)

_ARABIC_FONTS = (
    "Debian bookworm: fonts-hosny-amiri 0.113, fonts-kacst 2.01, fonts-arabeyes 2.1, fonts-dejavu 2.37, "
    "fonts-freefont-ttf 20120503, fonts-noto-core and fonts-noto-extra 20201225, fonts-sil-scheherazade 2.100",
    "npm @fontsource/*: Aref Ruqaa 5.3, the Arabic and Latin parts merged by fontTools",
)

FONT_PACKAGES: Mapping[str, tuple[str, ...]] = {"hebrew": _HEBREW_FONTS, "arabic": _ARABIC_FONTS}
"""Where the fonts of a script come from."""


@dataclass(frozen=True, slots=True)
class Making:
    """What a model was made from.

    Attributes:
        texts: Files that it learnt from.
        learnt: Fonts that it learnt from.
        unseen: Fonts that only tested it.
        seed: Of everything random.
        lines: Folders of transcribed lines that it is tested on as well, by how the card calls them.
        script: What it reads.
    """

    texts: Sequence[Path]
    learnt: Sequence[Font]
    unseen: Sequence[Font]
    seed: int
    lines: Mapping[str, Path] = field(default_factory=dict)
    script: Script = HEBREW


def describe(trainer: Trainer, making: Making, scores: Mapping[str, Score], out: Path) -> None:
    """Write `model.json` and `card.md` beside the weights that are already there, each replacing an older one at once."""
    weights = out / "model.safetensors"
    texts = _texts(making.texts)
    said = {
        "task": "ocr",
        "engine": "kraken",
        "name": making.script.name,
        "version": int(out.name.removeprefix("v")),
        "title": making.script.title,
        "script": making.script.unicode,
        "parent": None,
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "options": {"direction": "rtl"},
        "alphabet": "".join(sorted(making.script.alphabet)),
        "data": {"texts": texts, "fonts": _fonts(making), "font_packages": FONT_PACKAGES[making.script.name]},
        "recipe": {
            "height": HEIGHT,
            "synthesis": SYNTHESIS,
            "network": trainer.network.user_metadata["vgsl"],
            "seed": making.seed,
            **asdict(trainer.recipe),
        },
        "training": {
            "seconds": round(trainer.seconds),
            "steps": trainer.steps,
            "line_passes": trainer.lines,
            "device": f"{trainer.device}, 1 thread" if trainer.device == "cpu" else trainer.device,
        },
        "metrics": {name: _figures(result) for name, result in scores.items()},
    }
    _replace(out / "card.md", _card(said, texts, scores, making))
    _replace(out / "model.json", json.dumps(said, ensure_ascii=False, indent=1) + "\n")


def _texts(files: Sequence[Path]) -> list[dict[str, str]]:
    entries = []
    for path in files:
        entry = {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        if entry["sha256"] in SOURCES:
            entry |= dict(zip(("repository", "commit", "licence"), SOURCES[entry["sha256"]], strict=True))
        entries.append(entry)
    return entries


def _source(entry: Mapping[str, str]) -> str:
    known = "{repository} at `{commit}` ({licence})".format_map(entry) if "repository" in entry else "unknown source"
    return f"- {entry['file']}: {known}; SHA-256 `{entry['sha256']}`"


def _fonts(making: Making) -> dict[str, list[str]]:
    named = {"learnt": making.learnt, "unseen": making.unseen}
    return {
        kind: [f"{font.name} ({font.version})" if font.version else font.name for font in fonts] for kind, fonts in named.items()
    }


def _figures(result: Score) -> dict[str, object]:
    return {
        "cer": round(result.cer, 5),
        "cer_interval": [round(end, 5) for end in result.cer_interval],
        "wer": round(result.wer, 5),
        "lines": result.lines,
        "chars": result.chars,
        "normal_form": result.normal_form,
    }


def _card(said: Mapping[str, object], texts: Sequence[Mapping[str, str]], scores: Mapping[str, Score], making: Making) -> str:
    rows = "\n".join(
        f"| {name} | {100 * result.cer:.2f} % | {100 * result.cer_interval[0]:.2f}–{100 * result.cer_interval[1]:.2f} % "
        f"| {'lines' if result.unit == 'examples' else result.unit} | {result.lines} | {result.chars} | {result.normal_form} |"
        for name, result in scores.items()
    )
    sources = "\n".join(map(_source, texts))
    packages = "\n".join(f"- {package}" for package in FONT_PACKAGES[making.script.name])
    script = making.script.name
    says = {"script": script, "title": making.script.title, "about": ABOUT[script], "lacks": LACKS[script]}
    made = {"texts": sources, "packages": packages, "synthesis": SYNTHESIS, "training": said["training"]}
    return CARD.format(rows=rows, version=said["version"], **made, **says)


CARD = """# {title}, version {version}

{about}

## How well it reads

Synthetic lines, damaged as in training, of sentences that training never saw. "Unseen" fonts belong to families that
training never saw either. The sample pages are rendered too, in fonts that training knows; "lines found" includes the
errors of kraken's layout. Other sets are cut lines of real print and real hands, none of which it has seen. CER counts
every character and every point unless the normal form says `letters`; intervals are 95 % bootstrap over what is
named beside them.

| set | CER | interval | over | lines | characters | normal form |
| --- | --- | --- | --- | --- | --- | --- |
{rows}

## What it was made from

No scan and no handwriting: all lines are rendered from texts and fonts (version {synthesis} of the synthesis), with the
spacing of letters, the length of joints and the ligatures and other forms that a font offers varied from line to line.
Training took {training[seconds]} seconds on {training[device]}: {training[steps]} steps over {training[line_passes]}
lines, most of them seen two or three times.

Texts, kept apart by sentence (1 of 20 tests); accents were taken out of the Tanakh, of the treebanks only the plain
sentences were taken:

{texts}

Fonts:

{packages}

Weights, recipe, fonts by name and version, and checksums are in `model.json`. `make base-models SCRIPT={script}` makes it again.

## What it does not do

- It has seen no real handwriting. On real hands expect many errors until it has been trained on corrected lines.
- Print in fonts unlike those it learnt, faint copies and crowded lines cost it accuracy.
{lacks}
"""

ABOUT: Mapping[str, str] = {
    "hebrew": (
        "Reads lines of Hebrew: square print with and without vowel points, Rashi script, cursive and other hands as fonts\n"
        "imitate them, Yiddish, with Latin words, digits and punctuation among them. It is a beginning to correct and to train\n"
        "on, not an end. For Rashi and Sephardi cursive there is one family of fonts each, so only the texts are new there."
    ),
    "arabic": (
        "Reads lines of Arabic: print with and without vowel signs, ruq'a, nasta'liq and other hands as fonts imitate them,\n"
        "with digits of both kinds, punctuation and some Latin among them. It is a beginning to correct and to train on."
    ),
}
"""What a model reads."""

LACKS: Mapping[str, str] = {
    "hebrew": (
        "- Cantillation marks are not in its alphabet. Points below a line may be cut off by the layout and are lost then.\n"
        "- Latin is read as it occurs in Hebrew text; it is no reader of Latin pages. It does not know Arabic."
    ),
    "arabic": (
        "- Vowel signs are written where they are printed; Quranic signs are not in its alphabet.\n"
        "- Latin is read as it occurs in Arabic text; it is no reader of Latin pages. It does not know Hebrew."
    ),
}
"""What it does not do, beside what none of them does."""


def _replace(path: Path, text: str) -> None:
    staged = path.with_name(f".{path.name}")
    staged.write_text(text, "utf-8")
    staged.replace(path)
