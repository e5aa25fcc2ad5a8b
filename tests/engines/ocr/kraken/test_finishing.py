"""What a training ends with: the mean of its best epochs, and no more of it than lines of the base allow."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engines.base import Report

if TYPE_CHECKING:
    from engines.ocr.kraken.batches import Sample
    from engines.ocr.kraken.training import Trainer

pytestmark = pytest.mark.kraken


def test_lines_of_the_base_are_kept_and_mixed_in(make: Callable[..., tuple[Trainer, list[Sample]]], tmp_path: Path) -> None:
    from engines.ocr.kraken import replay

    trainer, lines = make()
    replay.write(tmp_path, replay.Replay(lines[:8], lines[8:12], lines[12:]))
    kept = replay.load(tmp_path / "model.safetensors", trainer.network.codec, 48, stride=4, base="R")
    assert [line.text for line in (*kept.learning, *kept.choosing, *kept.testing)] == [line.text for line in lines]
    assert (len(kept.learning), len(kept.choosing)) == (8, 4)
    assert np.abs(kept.learning[0].image.astype(int) - lines[0].image).max() < 17
    assert len(kept.some(0.5, 8, random.Random(0))) == 8
    assert kept.some(0.0, 8, random.Random(0)) == []
    assert replay.load(None, trainer.network.codec, 48, stride=4, base="R") == replay.Replay()
    assert replay.load(tmp_path / "x", trainer.network.codec, 40, stride=4, base="R") == replay.Replay()
    whole = (tmp_path / replay.FILE).read_bytes()
    (tmp_path / replay.FILE).write_bytes(whole[:60] + bytes(200) + whole[260:])
    assert replay.load(tmp_path / "x", trainer.network.codec, 48, stride=4, base="R") == replay.Replay()
    (tmp_path / replay.FILE).write_bytes(b"PK\x03\x04 no archive")
    assert replay.load(tmp_path / "x", trainer.network.codec, 48, stride=4, base="R") == replay.Replay()


class Quiet(Report):
    """Hears nothing."""

    def __call__(self, progress: float, message: str, **metrics: float) -> None:
        """Do nothing."""


@pytest.mark.parametrize(("share", "forgotten", "all_of_it"), [(0.0, 1.0, True), (0.5, 1.05, False), (0.5, 3.0, False)])
def test_with_replay_no_more_of_a_training_is_taken_than_the_base_allows(
    make: Callable[..., tuple[Trainer, list[Sample]]], tmp_path: Path, share: float, forgotten: float, all_of_it: bool
) -> None:
    import torch

    from engines.ocr.kraken.course import Best, Course, base_score
    from engines.ocr.kraken.finishing import take
    from engines.ocr.kraken.options import KrakenTraining
    from engines.ocr.kraken.records import Records
    from engines.ocr.kraken.replay import Replay

    trainer, lines = make()
    start = trainer.keep()
    read = [replace(line, text=trainer.read([line])[0]) for line in lines]  # so it makes no error on them
    assert all(line.text for line in read)
    far = {name: weights + torch.randn_like(weights) for name, weights in start.items()}
    with Records(tmp_path) as records:
        options = KrakenTraining(replay=share, forgotten=forgotten)
        course = Course(trainer, lines, [], "R", options, Quiet(), Replay(choosing=read), records, best=Best(3, 0.1, 0.1, far))
        part = take(course, start)
    now = trainer.keep()
    if all_of_it:
        assert part == 1
        assert all(torch.equal(now[name], far[name]) for name in far)
        assert not course.log
    else:
        assert part < 1
        name = next(iter(far))
        assert torch.allclose(now[name], start[name].lerp(far[name], part))
        assert f"{100 * part:.0f} % of it is taken" in course.log[-1]
        assert part == 0.3 or base_score(course, read).cer == 0


def test_a_training_ends_with_the_mean_of_what_came_from_the_best_epoch_on(
    make: Callable[..., tuple[Trainer, list[Sample]]], tmp_path: Path
) -> None:
    import torch

    from engines.ocr.kraken.course import Best, Course, settled
    from engines.ocr.kraken.options import KrakenTraining
    from engines.ocr.kraken.records import Records
    from engines.ocr.kraken.replay import Replay

    trainer, lines = make()
    start = trainer.keep()
    read = [(replace(line, text=trainer.read([line])[0]), "page") for line in lines]  # so the start makes no error on them
    near, far = ({name: w + by * torch.randn_like(w) for name, w in start.items()} for by in (1e-6, 1.0))
    with Records(tmp_path) as records:
        course = Course(trainer, lines, read, "R", KrakenTraining(), Quiet(), Replay(), records, best=Best(3, 0.0, 0.1, start))
        assert settled(course) is start
        course.best.followed(near)
        course.best.followed(near)
        name = next(iter(start))
        assert torch.allclose(settled(course)[name], start[name] / 3 + near[name] * 2 / 3)
        assert "epochs 3 to 5" in course.log[-1]
        course.best.followed(far)
        course.best.followed(far)
        assert settled(course) is start, "a mean that reads worse is not taken"
