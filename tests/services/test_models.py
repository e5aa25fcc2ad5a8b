"""Models are folders; a broken one says so and never stops the others."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from engines.errors import UnknownEngine
from workbench.config import Settings
from workbench.services import Services, build
from workbench.services import models as models_module
from workbench.services.actors import Actor
from workbench.services.errors import Invalid, NotFound, Unavailable
from workbench.services.models import Headline

ANNA = Actor(workspace="anna", name="anna")


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """Return a workbench whose program ships no model yet."""
    monkeypatch.setattr(models_module, "PROGRAM", tmp_path / "program")
    return build(Settings(home=tmp_path / "home"))


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Return the folder of the shipped models."""
    return tmp_path / "program" / "models"


def ship(folder: Path, name: str, **said: object) -> Path:
    """Write a model of which nobody reads the weights."""
    version = folder / name
    version.mkdir(parents=True)
    (version / "model.json").write_text(json.dumps({"engine": "kraken", "title": "Hebrew", **said}))
    (version / "model.safetensors").write_bytes(b"weights")
    return version


def test_versions_are_listed(services, program, tmp_path):
    for number in (1, 2, 10):
        ship(program / "base" / "ocr", f"hebrew/v{number}", metrics={"cer": 0.02}, script="Hebr")
    (program / "base" / "ocr" / "hebrew" / "v1" / "card.md").write_text("# Card")
    ship(tmp_path / "home" / "models" / "anna" / "ocr", "mine/v1")
    ship(tmp_path / "home" / "models" / "boris" / "ocr", "his/v1")
    ship(tmp_path / "home" / "models" / "anna" / "layout", "other/v1")
    found = services.models.list(ANNA)
    names = [version.full_name for version in found]
    assert names == ["base/ocr/hebrew/v10", "base/ocr/hebrew/v2", "base/ocr/hebrew/v1", "anna/ocr/mine/v1"]
    assert [version.promoted for version in found] == [True, False, False, False]
    assert (found[2].card, found[2].metrics, found[2].script, found[2].title) == ("# Card", {"cer": 0.02}, "Hebr", "Hebrew")
    assert found[0].path.name == "model.safetensors"
    with pytest.raises(UnknownEngine):
        services.models.list(ANNA, "cooking")


def test_which_model_reads(services, program, tmp_path):
    ship(program / "base" / "ocr", "hebrew/v1")
    ship(program / "base" / "ocr", "hebrew/v2")
    ship(tmp_path / "home" / "models" / "anna" / "ocr", "mine/v1")

    def named(name, project=None, engine="kraken"):
        version = services.models.resolve(ANNA, name, project, engine)
        return version.full_name if version else None

    assert named(None) == "base/ocr/hebrew/v2"
    assert named(None, "anna/ocr/mine") == "anna/ocr/mine/v1"
    assert named("base/ocr/hebrew/v1", "anna/ocr/mine") == "base/ocr/hebrew/v1"
    assert named(None, None, "fixed") is None
    assert services.models.default_engine(ANNA) == "kraken"
    for name in ("base/ocr/none", "../../etc/passwd", "base/ocr/hebrew/v9", "boris/ocr/his", "x" * 500):
        with pytest.raises(Invalid):
            named(name)
    with pytest.raises(Invalid, match="takes no model"):
        named("base/ocr/hebrew", None, "tesseract")
    with pytest.raises(Invalid, match="is for kraken"):
        named("base/ocr/hebrew", None, "fixed")


def test_without_models(services):
    assert services.models.list(ANNA) == []
    with pytest.raises(Unavailable):
        services.models.resolve(ANNA, None, None, "kraken")
    with pytest.raises(Unavailable):
        services.models.default_engine(ANNA)
    views = {view.name: view for view in services.ocr.engines(ANNA)}
    assert not views["kraken"].available
    assert re.search("base-models|not installed", views["kraken"].hint)
    assert views["fixed"].available
    assert views["fixed"].options["text"]["description"]
    assert not any(view.default for view in views.values())


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("model.json", None, "missing"),
        ("model.json", b"{", "cannot be read"),
        ("model.json", b"\xff\xfe", "cannot be read"),
        ("model.json", b"[]", "names no engine"),
        ("model.json", b'{"engine": "nobody"}', "no ocr engine"),
        ("model.safetensors", None, "no weights"),
    ],
)
def test_a_broken_model_says_so(services, program, file, content, says):
    good = ship(program / "base" / "ocr", "good/v1")
    broken = ship(program / "base" / "ocr", "broken/v1")
    if content is None:
        (broken / file).unlink()
    else:
        (broken / file).write_bytes(content)
    found = {version.name: version for version in services.models.list(ANNA)}
    assert says in found["base/ocr/broken"].problem
    assert found["base/ocr/good"].promoted
    assert services.models.resolve(ANNA, None, None, "kraken").path.parent == good
    with pytest.raises(Invalid, match="cannot be used"):
        services.models.resolve(ANNA, "base/ocr/broken", None, "kraken")


def test_what_is_not_a_version_is_not_listed(services, program, tmp_path):
    own = tmp_path / "home" / "models" / "anna" / "ocr"
    ship(own, "mine/v1")
    ship(own, "mine/.training-7")
    ship(own, "mine/v01")
    ship(own, "mine/.v3")
    (own / "mine" / "v2").mkdir()
    (own / "mine" / "latest.safetensors").write_bytes(b"weights")
    (own / "mine" / "v4").write_bytes(b"a file")
    assert [version.full_name for version in services.models.list(ANNA)] == ["anna/ocr/mine/v1"]


def test_what_model_json_says(services, program, tmp_path):
    metrics = {"headline": {"measure": "strict", "value": 0.081, "low": 0.07, "high": 0.09, "n": 1704}, "seconds": 4.5}
    said = {"parent": "base/ocr/hebrew/v1", "created": 5.5, "dataset": {"id": 3, "examples": 214, "documents": 9}}
    ship(tmp_path / "home" / "models" / "anna" / "ocr", "mine/v2", metrics=metrics, job=7, **said)
    ship(program / "base" / "ocr", "hebrew/v1")
    version = services.models.get(ANNA, "anna/ocr/mine/v2")
    assert (version.owner, version.task, version.created, version.job_id) == ("anna", "ocr", 5.5, 7)
    assert (version.dataset_id, version.examples, version.documents) == (3, 214, 9)
    assert version.headline == Headline("strict", 0.081, 0.07, 0.09, 1704)
    assert services.models.lineage(ANNA, version) == ["base/ocr/hebrew/v1", "anna/ocr/mine/v2"]
    for name in ("anna/ocr/mine", "anna/ocr/mine/v1", "boris/ocr/mine/v2", "anna/cooking/mine/v2", "../x"):
        with pytest.raises(NotFound):
            services.models.get(ANNA, name)


def test_a_hostile_model_json_is_no_fault_of_the_program(services, program):
    version = ship(program / "base" / "ocr", "odd/v1")
    odd = {
        "metrics": {"headline": {"measure": "strict", "value": 10**400}},
        "dataset": [],
        "created": True,
        "parent": 5,
        "title": {},
    }
    (version / "model.json").write_text(json.dumps({"engine": "kraken", "script": None, "weights": "../../x", **odd}))
    (found,) = services.models.list(ANNA)
    assert (found.headline, found.created, found.parent, found.dataset_id, found.problem) == (None, None, None, None, "")


def test_a_workspace_name_is_never_a_path(services, tmp_path):
    ship(tmp_path / "home" / "secret" / "ocr", "mine/v1")
    assert services.models.list(Actor(workspace="../secret", name="x")) == []
