"""Models as files: what goes out comes in again, and what is hostile is refused before anything is loaded."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from engines.ocr.memory import Memory
from tests.services.homes import ANNA, home_of
from workbench.formats.errors import MalformedFile, WrongFormat
from workbench.formats.weights import Limits, describe_apart
from workbench.services import Services
from workbench.services.actors import Actor
from workbench.services.errors import Invalid, ServiceError, TooLarge
from workbench.services.models import unpacking

BORIS = Actor(workspace="boris", name="boris")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Return a workbench of Anna and Boris."""
    with home_of(tmp_path, "anna", "boris") as built:
        yield built


def weights(path: Path, text: str = "שלום עולם") -> Path:
    """Write a tiny model of the fake engine."""
    Memory(np.zeros((1, 8 * 48), np.float32), (text,)).save(path)
    return path


HEADLINE = {"measure": "strict", "value": 0.05, "low": 0.04, "high": 0.06, "n": 900}
SAID = {
    "engine": "fixed",
    "title": "Letters of Noa",
    "script": "Hebrew",
    "parent": "anna/ocr/older/v4",
    "dataset": {"id": 3, "name": "Letters", "sha256": "00", "examples": 214, "documents": 9, "sources": [{"project": 7}]},
    "learnt": {"documents": ["aa-0", "bb-0"], "examples": ["17"]},
    "chosen_on": ["cc-0"],
    "metrics": {"headline": HEADLINE},
    "job": 7,
    "created": 5.0,
    "temperature": 1.5,
}


def publish(services: Services, **said: object) -> str:
    folder = services.models.staging("anna", "ocr", "mine", 1)
    weights(folder / "model.safetensors")
    (folder / "card.md").write_text("# Card")
    (folder / "errors.svg").write_text("<svg/>")
    return services.models.publish("anna", "ocr", "mine", folder, {**SAID, **said}).full_name


def test_what_goes_out_comes_in_again(services, tmp_path):
    name = publish(services)
    out = services.models.export(ANNA, name, tmp_path / "out" / "mine.zip")
    assert sorted(zipfile.ZipFile(out).namelist()) == ["card.md", "errors.svg", "model.json", "model.safetensors"]
    assert [path.name for path in out.parent.iterdir()] == ["mine.zip"]
    made = services.models.take_in(BORIS, out, "theirs")
    first = services.models.get(ANNA, name)
    assert (made.full_name, made.problem, made.engine, made.script) == ("boris/ocr/theirs/v1", "", "fixed", "Hebrew")
    assert (made.title, made.card, made.headline) == (first.title, first.card, first.headline)
    assert made.path.read_bytes() == first.path.read_bytes()
    assert (made.parent, made.job_id, made.dataset_id, made.examples, made.documents) == (None, None, None, 214, 9)
    said = made.said
    assert (said["learnt_from"], said["author"], said["created"], said["temperature"]) == (None, "boris", 5.0, 1.5)
    assert said["learnt"] == {"documents": ["aa-0", "bb-0", "cc-0"], "examples": []}  # lines have other ids here
    assert said["imported"]["name"] == "mine"
    assert services.models.take_in(BORIS, out, "theirs", "Another title").title == "Another title"
    assert [v.full_name for v in services.models.list(BORIS) if v.owner == "boris"] == [
        "boris/ocr/theirs/v2",
        "boris/ocr/theirs/v1",
    ]
    assert sorted(p.name for p in made.path.parents[1].iterdir()) == ["latest.safetensors", "v1", "v2"]


def test_weights_alone(services, tmp_path):
    name = publish(services)
    out = services.models.export(ANNA, name, tmp_path / "weights.safetensors")
    made = services.models.take_in(BORIS, out, "plain")
    assert (made.title, made.engine, made.script, made.headline) == ("weights", "fixed", "Hebrew", None)
    assert made.said["alphabet"] == " ולםעש"
    assert "learnt" not in made.said
    for wrong in ("x.mlmodel", "x", "x.tar"):
        with pytest.raises(Invalid, match="cannot be written"):
            services.models.export(ANNA, name, tmp_path / wrong)


def test_the_shipped_model_can_be_exported(services, tmp_path):
    shipped = next(version for version in services.models.list(ANNA) if version.owner == "base")
    assert zipfile.ZipFile(services.models.export(ANNA, shipped.name, tmp_path / "base.zip")).testzip() is None


class Bomb:
    """What a pickle runs when it is opened."""

    def __reduce__(self):
        return (Path("/tmp/never").write_text, ("owned",))


def zipped(path: Path, files: dict[str, bytes], change: Callable[[zipfile.ZipInfo], None] | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if change is not None:
                change(info)
            archive.writestr(info, content)
    return path


@pytest.fixture
def refused(services: Services, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], ServiceError]:
    """Return a function that says why a file is refused; nothing of it stays, and no process is started for it."""

    def never(*_given: object, **_more: object) -> None:
        raise AssertionError("it was loaded")

    def why(file: Path) -> ServiceError:
        with monkeypatch.context() as patched:
            patched.setattr("workbench.services.models.importing.describe_apart", never)
            with pytest.raises(ServiceError) as error:
                services.models.take_in(ANNA, file, "evil")
        assert error.value.hint
        assert services.models.find(ANNA, "base/ocr/hebrew")
        assert [v for v in services.models.list(ANNA) if v.owner == "anna"] == []
        model = services.settings.models_home / "anna" / "ocr" / "evil"
        assert not model.exists() or list(model.iterdir()) == []
        return error.value

    return why


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".ckpt", ".bin", ".pkl", ".exe", ""])
def test_other_kinds_are_refused(refused, tmp_path, suffix):
    file = tmp_path / f"model{suffix}"
    file.write_bytes(pickle.dumps(Bomb()))
    told = refused(file)
    assert ("Pickles can run foreign code" in told.hint) == (suffix not in (".exe", ""))


@pytest.mark.parametrize("suffix", [".safetensors", ".mlmodel"])
@pytest.mark.parametrize("content", [pickle.dumps(Bomb()), b"PK\x03\x04 a checkpoint of torch", b"\x1f\x8b gzip"])
def test_a_pickle_under_another_name_is_refused(refused, tmp_path, suffix, content):
    file = tmp_path / f"model{suffix}"
    file.write_bytes(content)
    assert "pickle" in refused(file).message


@pytest.mark.parametrize("content", [b"", b"x", b"\xff" * 8 + b"{", struct.pack("<Q", 2**40) + b"{}", b"<html>" * 10])
def test_what_is_no_safetensors_is_refused(refused, tmp_path, content):
    file = tmp_path / "model.safetensors"
    file.write_bytes(content)
    assert "no safetensors" in refused(file).message


GOOD = {"model.json": json.dumps({"engine": "fixed"}).encode(), "model.safetensors": b"\x02\0\0\0\0\0\0\0{}"}


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"../evil.md": b"x"}, "none in folders"),
        ({"/etc/evil.md": b"x"}, "none in folders"),
        ({"a/b.md": b"x"}, "none in folders"),
        ({"..\\evil.md": b"x"}, "none in folders"),
        ({".hidden.md": b"x"}, "none in folders"),
        ({"x\n.md": b"x"}, "none in folders"),
        ({"archive/data.pkl": b"x"}, ".pkl"),
        ({"weights.pt": b"x"}, ".pt"),
        ({"run.py": b"x"}, "belongs to no model"),
        ({"MODEL.json": b"x"}, "same name"),
        ({f"{n}.md": b"x" for n in range(300)}, "300|302 files"),
    ],
)
def test_what_a_zip_may_not_hold(refused, tmp_path, files, says):
    import re

    told = refused(zipped(tmp_path / "m.zip", {**GOOD, **files}))
    assert re.search(says, told.message), told.message


def test_links_locks_and_lies_in_a_zip(refused, tmp_path, monkeypatch):
    def link(info: zipfile.ZipInfo) -> None:
        info.external_attr = (0o120777 << 16) if info.filename == "link.md" else 0

    told = refused(zipped(tmp_path / "link.zip", {**GOOD, "link.md": b"/etc/passwd"}, link))
    assert "plain files" in told.message
    no_model = refused(zipped(tmp_path / "none.zip", {"model.safetensors": b"x"}))
    assert "model.json" in no_model.message
    assert "names no engine" in refused(zipped(tmp_path / "e.zip", {**GOOD, "model.json": b"[]"})).message
    assert "cannot be read" in refused(zipped(tmp_path / "d.zip", {**GOOD, "model.json": b"[" * 99_999})).message
    assert "layout" in refused(zipped(tmp_path / "t.zip", {**GOOD, "model.json": b'{"engine":"fixed","task":"layout"}'})).message
    assert "nobody" in refused(zipped(tmp_path / "n.zip", {**GOOD, "model.json": b'{"engine":"nobody"}'})).message
    wrong = json.dumps({"engine": "fixed", "sha256": "0" * 64}).encode()
    assert "not those" in refused(zipped(tmp_path / "s.zip", {**GOOD, "model.json": wrong})).message
    data = bytearray(zipped(tmp_path / "locked.zip", GOOD).read_bytes())
    for at in range(len(data) - 10):
        if data[at : at + 4] == b"PK\x01\x02":
            data[at + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(data)
    assert "password" in refused(tmp_path / "locked.zip").message


def test_bombs_and_damaged_zips(refused, tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "MOST_BYTES", 1_000_000)
    bomb = zipped(tmp_path / "bomb.zip", {**GOOD, "zeros.txt": b"\0" * 2_000_000})
    assert isinstance(refused(bomb), TooLarge)
    data = bytearray(zipped(tmp_path / "lie.zip", {**GOOD, "zeros.txt": b"\0" * 500_000}).read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)  # it says that it unpacks to 10 bytes
    (tmp_path / "lie.zip").write_bytes(data)
    assert "damaged" in refused(tmp_path / "lie.zip").message
    whole = zipped(tmp_path / "half.zip", GOOD).read_bytes()
    for name, content in (("half", whole[: len(whole) // 2]), ("empty", b""), ("text", b"no zip at all" * 99)):
        (tmp_path / f"{name}.zip").write_bytes(content)
        assert "no ZIP, or damaged" in refused(tmp_path / f"{name}.zip").message
    flipped = bytearray(whole)
    flipped[45] ^= 0xFF
    (tmp_path / "flipped.zip").write_bytes(flipped)
    refused(tmp_path / "flipped.zip")
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number:0100d}.md", b"")
    (tmp_path / "many.zip").write_bytes(many.getvalue())
    assert "too many" in refused(tmp_path / "many.zip").message


def test_wrong_names_and_missing_files(services, tmp_path):
    for file, name in ((tmp_path / "none.zip", "x"), (tmp_path, "x"), (weights(tmp_path / "a.safetensors"), "../x")):
        with pytest.raises(Invalid):
            services.models.take_in(ANNA, file, name)


@pytest.mark.slow
def test_weights_that_nobody_can_load_are_refused(services, tmp_path):
    file = tmp_path / "model.safetensors"
    head = json.dumps({"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    file.write_bytes(struct.pack("<Q", len(head)) + head + b"\0\0\0\0")
    bad = zipped(tmp_path / "b.zip", {"model.json": GOOD["model.json"], "model.safetensors": file.read_bytes()})
    with pytest.raises(Invalid, match="cannot be imported"):
        services.models.take_in(ANNA, bad, "evil")
    good = json.loads(GOOD["model.json"]) | {"options": {"nothing": 1}}
    content = weights(tmp_path / "w.safetensors").read_bytes()
    file = zipped(tmp_path / "o.zip", {"model.json": json.dumps(good).encode(), "model.safetensors": content})
    with pytest.raises(Invalid, match="no option 'nothing'"):
        services.models.take_in(ANNA, file, "evil")


@pytest.mark.slow
def test_the_child_is_stopped(tmp_path):
    file = weights(tmp_path / "model.safetensors")
    with pytest.raises(MalformedFile, match="longer than"):
        describe_apart(file, "ocr", limits=Limits(seconds=0.05))
    with pytest.raises((MalformedFile, WrongFormat), match=r"cannot be loaded|more memory"):
        describe_apart(file, "ocr", limits=Limits(memory_bytes=20_000_000))
