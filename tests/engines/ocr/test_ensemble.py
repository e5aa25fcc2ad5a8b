"""An ensemble of kraken's recognisers: how its members are kept, averaged and heard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

import engines
from engines.base import OcrEngine
from engines.errors import EngineUnavailable, InvalidWeights
from engines.learning import Combining
from engines.types import Line, Page
from tests.recognisers import ALPHABET, write_recogniser

pytestmark = pytest.mark.kraken

LINES = [Line(((20, y + 34), (380, y + 34)), ((20, y), (380, y), (380, y + 46), (20, y + 46))) for y in (20, 120)]


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    """Return a page of two lines."""
    page = Image.new("RGB", (400, 200), (250, 246, 238))
    for line in LINES:
        ImageDraw.Draw(page).text((25, line.box[1] + 4), "lines (of ink)", font=ImageFont.load_default(34), fill=(20, 20, 40))
    return np.asarray(page)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return files of weights: two recognisers, one that can also write `!`, and ensembles of them."""
    folder = tmp_path_factory.mktemp("members")
    found = {
        "one": write_recogniser(folder / "one.safetensors", 3),
        "other": write_recogniser(folder / "other.safetensors", 4),
        "wider": write_recogniser(folder / "wider.safetensors", 5, alphabet=ALPHABET + "!"),
    }
    for name, members in {"twice": ("one", "one"), "both": ("one", "other"), "mixed": ("one", "other", "wider")}.items():
        (folder / name).mkdir()
        made = combining("ensemble").combine([found[member] for member in members], folder / name)
        found[name] = folder / name / made.weights
    return found


def combining(name: str) -> type[Combining]:
    kind = engines.get("ocr", name)
    assert issubclass(kind, Combining)
    return kind


def read(name: str, weights: Path | None, image: np.ndarray, **options: object) -> Page:
    engine = engines.get("ocr", name)(weights)
    assert isinstance(engine, OcrEngine)
    return engine.read(image, LINES, options)


def posterior(weights: Path, index: int, ink: np.ndarray) -> np.ndarray:
    """Return what one network of a file says, (labels, frames)."""
    import torch

    from engines.ocr.kraken.weights import every

    with torch.inference_mode():
        logits, _ = every(weights)[index].eval().nn(torch.from_numpy(ink), torch.tensor([ink.shape[-1]]))
    return logits.softmax(1)[0, :, 0].numpy()


@pytest.mark.parametrize("way", ["vote", "average"])
def test_equal_members_give_the_members_own_reading(files: dict[str, Path], image: np.ndarray, way: str) -> None:
    alone, together = read("kraken", files["one"], image), read("ensemble", files["twice"], image, together=way)
    assert together == alone
    assert all(line.text for line in alone.lines)


def test_the_average_is_that_of_the_probabilities(files: dict[str, Path]) -> None:
    import torch

    from engines.ocr.ensemble.members import members

    ((mean, count),) = members(files["both"], averaged=True)
    ink = np.random.default_rng(0).random((1, 1, 32, 160), np.float32)
    with torch.inference_mode():
        logits, _ = mean.network(torch.from_numpy(ink), torch.tensor([160]))
    by_hand = (posterior(files["one"], 0, ink) + posterior(files["other"], 0, ink)) / 2
    assert count == 2
    assert np.allclose(logits.softmax(1)[0, :, 0].numpy(), by_hand, atol=1e-5)
    assert not np.allclose(by_hand, posterior(files["one"], 0, ink), atol=0.01)


def test_other_alphabets_vote_in_groups(files: dict[str, Path], image: np.ndarray) -> None:
    from engines.ocr.ensemble.members import members
    from engines.ocr.ensemble.voting import Reading, vote

    assert [count for _, count in members(files["mixed"], averaged=True)] == [2, 1]
    pair, wider = read("ensemble", files["both"], image, together="average"), read("kraken", files["wider"], image)
    together = read("ensemble", files["mixed"], image, together="average")
    for line, first, second in zip(together.lines, pair.lines, wider.lines, strict=True):
        assert line.chars == vote([Reading(first.chars, 2), Reading(second.chars, 1)], 0.01)
        assert line.text


def test_each_member_has_a_vote(files: dict[str, Path], image: np.ndarray) -> None:
    from engines.ocr.ensemble.voting import Reading, vote

    alone = [read("kraken", files[name], image) for name in ("one", "other", "wider")]
    together = read("ensemble", files["mixed"], image)
    for line, *heard in zip(together.lines, *(page.lines for page in alone), strict=True):
        assert line.chars == vote([Reading(one.chars) for one in heard], 0.01)


def test_an_ensemble_of_ensembles_has_all_their_members(files: dict[str, Path], tmp_path: Path) -> None:
    from engines.ocr.ensemble.members import MOST

    made = combining("ensemble").combine([files["both"], files["mixed"]], tmp_path)
    said = engines.get("ocr", "ensemble").describe(tmp_path / made.weights)
    assert (said["members"], said["script"], said["height"]) == (5, "Hebrew", 32)
    assert set(str(said["alphabet"])) == {*ALPHABET, "!"}
    with pytest.raises(InvalidWeights, match=f"at most {MOST}"):
        combining("ensemble").combine([files["mixed"]] * 6, tmp_path)


def test_no_members_and_one_member_are_none(files: dict[str, Path], image: np.ndarray) -> None:
    with pytest.raises(EngineUnavailable) as missing:
        read("ensemble", None, image)
    assert "models combine" in missing.value.hint
    for attempt in (engines.get("ocr", "ensemble").describe, lambda weights: read("ensemble", weights, image)):
        with pytest.raises(InvalidWeights, match="holds one recogniser"):
            attempt(files["one"])


@pytest.mark.tesseract
def test_tesseract_votes_too(files: dict[str, Path], image: np.ndarray) -> None:
    from engines.errors import InvalidOptions

    alone, heard = read("ensemble", files["both"], image), read("ensemble", files["both"], image, tesseract="eng")
    assert heard != alone
    assert all(line.text == "".join(char.text for char in line.chars) for line in heard.lines)
    with pytest.raises(InvalidOptions, match="zzz"):
        read("ensemble", files["both"], image, tesseract="zzz")


def test_averaged_weights_are_the_mean(files: dict[str, Path], image: np.ndarray, tmp_path: Path) -> None:
    from engines.ocr.kraken.weights import every

    made = combining("kraken").combine([files["one"], files["other"]], tmp_path)
    (mean,) = every(tmp_path / made.weights)
    parts = [every(files[name])[0].nn.state_dict() for name in ("one", "other")]
    for name, value in mean.nn.state_dict().items():
        assert np.allclose(value.numpy(), (parts[0][name].numpy() + parts[1][name].numpy()) / 2, atol=1e-6)
    same = combining("kraken").combine([files["one"], files["one"]], tmp_path)
    assert read("kraken", tmp_path / same.weights, image) == read("kraken", files["one"], image)


def test_weights_of_another_alphabet_cannot_be_averaged(files: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(InvalidWeights, match="another architecture or alphabet"):
        combining("kraken").combine([files["one"], files["wider"]], tmp_path)
