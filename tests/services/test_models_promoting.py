"""Which version reads: promoting, going back, deleting; and what the OCR tab makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest

from workbench.config import Settings
from workbench.services import Services, build
from workbench.services import models as models_module
from workbench.services.actors import Actor
from workbench.services.errors import Conflict, Invalid, NotFound, Refused, ServiceError

ANNA = Actor(workspace="anna", name="anna")
BORIS = Actor(workspace="boris", name="boris")


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """Return a workbench of Anna and Boris with a shipped model of Hebrew."""
    monkeypatch.setattr(models_module, "PROGRAM", tmp_path / "program")
    write(tmp_path / "program" / "models" / "base" / "ocr" / "hebrew" / "v1", script="Hebrew")
    built = build(Settings(home=tmp_path / "home"))
    built.store.upgrade()
    with built.store.begin() as connection:
        for slug in ("anna", "boris"):
            connection.exec_driver_sql("INSERT INTO workspaces (slug, kind, created) VALUES (?, 'user', 0)", (slug,))
    yield built
    built.close()


def write(folder: Path, **said: object) -> None:
    """Write a model of which nobody reads the weights."""
    folder.mkdir(parents=True)
    (folder / "model.json").write_text(json.dumps({"engine": "fixed", **said}))
    (folder / "model.safetensors").write_bytes(b"weights")


def own(services: Services, name: str, script: str = "Hebrew", engine: str = "fixed") -> str:
    """Publish the next version of a model of Anna's and return its full name."""
    folder = services.models.staging("anna", "ocr", name, 1)
    (folder / "model.safetensors").write_bytes(b"weights")
    return services.models.publish("anna", "ocr", name, folder, {"engine": engine, "script": script}).full_name


def reads(services: Services, script: str = "", name: str | None = None, actor: Actor = ANNA) -> str | None:
    version = services.models.resolve(actor, name, None, "fixed", script=script)
    return version.full_name if version else None


def flags(services: Services, actor: Actor = ANNA) -> tuple[list[str], list[str]]:
    """Return what reads by itself, and what is promoted of its name."""
    found = services.models.list(actor)
    return [v.full_name for v in found if v.promoted], [v.full_name for v in found if v.production]


def test_a_name_means_the_promoted_version_else_the_newest(services):
    first, second = own(services, "mine"), own(services, "mine")
    assert services.models.find(ANNA, "anna/ocr/mine").full_name == second
    promoted = services.models.promote(ANNA, first)
    assert (promoted.model, promoted.before) == (first, None)
    assert services.models.find(ANNA, "anna/ocr/mine").full_name == first
    assert flags(services) == ([first], [first])
    assert services.models.promote(ANNA, second).before == first
    assert reads(services, name="anna/ocr/mine") == second
    assert flags(services, BORIS) == (["base/ocr/hebrew/v1"], [])
    with pytest.raises(NotFound):
        services.models.promote(BORIS, second)


def test_the_script_decides(services):
    hebrew, arabic = own(services, "letters"), own(services, "rasail", "Arabic")
    assert reads(services) is None  # this engine reads without weights
    services.models.promote(ANNA, hebrew)
    services.models.promote(ANNA, arabic)
    assert (reads(services, "Hebrew"), reads(services, "Arabic"), reads(services)) == (hebrew, arabic, arabic)
    assert reads(services, "Latin") is None
    assert services.models.reads(ANNA, "Latin").full_name == "base/ocr/hebrew/v1"
    assert services.models.reads(ANNA, "Hebrew").full_name == hebrew
    assert flags(services) == ([arabic], [hebrew, arabic])
    services.models.promote(ANNA, "base/ocr/hebrew/v1")
    assert reads(services, "Hebrew") == "base/ocr/hebrew/v1"
    services.models.promote(ANNA, hebrew)
    assert reads(services, "Hebrew") == hebrew
    unsaid = own(services, "any", "")
    services.models.promote(ANNA, unsaid)
    assert (reads(services, "Latin"), reads(services, "Hebrew")) == (unsaid, unsaid)


def test_nothing_is_promoted_twice(services):
    one = own(services, "mine")
    for _ in range(3):
        services.models.promote(ANNA, one)
    with services.store.connect() as connection:
        assert len(services.store.promotions.all(connection, "anna")) == 1


def test_going_back(services):
    first, second, third = (own(services, "mine") for _ in range(3))
    other = own(services, "other")
    for name in (first, second, third, other):
        services.models.promote(ANNA, name)
    back = services.models.rollback(ANNA, "anna/ocr/mine")
    assert (back.model, back.before) == (second, third)
    assert reads(services, "Hebrew") == other  # a step back is no reason to be preferred
    assert services.models.rollback(ANNA, "anna/ocr/mine").model == first
    assert services.models.rollback(ANNA, "anna/ocr/mine").model is None
    assert services.models.find(ANNA, "anna/ocr/mine").full_name == third
    with pytest.raises(Conflict):
        services.models.rollback(ANNA, "anna/ocr/mine")
    services.models.promote(ANNA, first)
    assert services.models.rollback(ANNA, first).model is None
    assert services.models.rollback(ANNA, "anna/ocr/other").model is None
    assert flags(services) == (["base/ocr/hebrew/v1"], [])


def test_what_is_gone_or_broken_does_not_read(services):
    first, second = own(services, "mine"), own(services, "mine")
    services.models.promote(ANNA, first)
    services.models.promote(ANNA, second)
    folder = services.models.get(ANNA, second).path.parent
    (folder / "model.safetensors").unlink()
    assert reads(services, "Hebrew") is None
    assert services.models.default_engine(ANNA) == "fixed"
    with pytest.raises(Invalid, match="cannot be used"):
        services.models.promote(ANNA, second)
    (folder / "model.json").unlink()
    folder.rmdir()
    assert reads(services, "Hebrew") == first
    assert services.models.rollback(ANNA, "anna/ocr/mine").before == first


def test_deleting(services):
    first, second, third = (own(services, "mine") for _ in range(3))
    services.models.promote(ANNA, first)
    with pytest.raises(Conflict, match="promoted"):
        services.models.delete(ANNA, first)
    project = services.ocr.create_project(ANNA, "Letters", "fixed", second)
    assert services.models.used_by(ANNA, services.models.get(ANNA, second)) == ["Letters"]
    services.ocr.delete_project(ANNA, project.id)
    with pytest.raises(Conflict, match="Letters"):
        services.models.delete(ANNA, second)
    services.models.delete(ANNA, third)
    model = services.models.get(ANNA, first).path.parents[1]
    assert (model / "latest.safetensors").stat().st_ino == (model / "v2" / "model.safetensors").stat().st_ino
    assert own(services, "mine") == "anna/ocr/mine/v4"  # never a number twice
    for error, actor, name in (
        (NotFound, ANNA, third),
        (NotFound, BORIS, second),
        (NotFound, ANNA, "anna/ocr/mine"),
        (Refused, ANNA, "base/ocr/hebrew/v1"),
    ):
        with pytest.raises(error):
            services.models.delete(actor, name)


def test_the_last_version_of_a_name_that_a_project_names_stays(services):
    first = own(services, "mine")
    services.ocr.create_project(ANNA, "Letters", None, "anna/ocr/mine")
    with pytest.raises(Conflict):
        services.models.delete(ANNA, first)
    own(services, "mine")
    services.models.delete(ANNA, first)


def test_what_is_being_deleted_cannot_be_promoted(services):
    for _ in range(15):
        version = own(services, "mine")
        start, outcomes = Barrier(2), []

        def attempt(what, version=version, start=start, outcomes=outcomes) -> None:
            start.wait()
            try:
                what(ANNA, version)
                outcomes.append(what.__name__)
            except ServiceError:
                pass

        threads = [Thread(target=attempt, args=(what,)) for what in (services.models.promote, services.models.delete)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        exists = version in [found.full_name for found in services.models.list(ANNA)]
        assert outcomes == (["promote"] if exists else ["delete"])
        assert (version in flags(services)[1]) == exists


def test_the_policy(services):
    assert services.models.policy(ANNA) == "hand"
    assert services.models.set_policy(ANNA, "auto") == "auto"
    assert (services.models.policy(ANNA), services.models.policy(BORIS)) == ("auto", "hand")
    with pytest.raises(Invalid):
        services.models.set_policy(ANNA, "perhaps")


def test_the_ocr_tab_follows(services):
    arabic, hebrew = own(services, "rasail", "Arabic"), own(services, "letters")
    services.models.promote(ANNA, arabic)
    services.models.promote(ANNA, hebrew)
    offer = services.ocr.engines(ANNA)[0]
    assert (offer.name, offer.default, offer.models[:2]) == ("fixed", True, (hebrew, arabic))
    assert services.ocr.choose(ANNA, None).reader.model == hebrew
    with services.store.begin() as connection:
        project = services.store.projects.add(connection, "anna", "Letters", engine=None, model=None)
        page = services.store.pages.add(connection, project.id, {"name": "1", "source": "", "state": "read"})
        line = {"position": 0.0, "baseline": [], "polygon": [], "origin": "found", "text": "رسالة abc"}
        services.store.lines.add(connection, page.id, [line])
    assert services.ocr.choose(ANNA, project).reader.model == arabic
    assert services.ocr.choose(ANNA, project, model="base/ocr/hebrew").reader.model == "base/ocr/hebrew/v1"
    pinned = services.ocr.update_project(ANNA, project.id, model="anna/ocr/letters")
    with services.store.connect() as connection:
        project = services.store.projects.get(connection, "anna", pinned.id)
    assert services.ocr.choose(ANNA, project).reader.model == hebrew
