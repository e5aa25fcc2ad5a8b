"""Arrow files of kraken: kraken reads ours, we read those of kraken, and nobody falls over a bad one."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile

import pyarrow as pa
import pytest

from tests.services.books import add_page, inspect_near, scan, two_workspaces
from tests.services.ocr.conftest import ANNA
from workbench.formats import FormatError, scans
from workbench.formats.arrow import CutLine, read, unpack_apart, write

TEXTS = ("שָׁלוֹם, עולם!", "abc 123", "مرحبا", "שורה")


@pytest.fixture(autouse=True)
def near(request, monkeypatch):
    """Look at images in this process; tests marked `slow` do it in a child as the workbench does."""
    if request.node.get_closest_marker("slow") is None:
        monkeypatch.setattr(scans, "inspect_all_apart", inspect_near)


@pytest.fixture
def services(tmp_path):
    """Return a workbench with two workspaces and nothing in them."""
    with two_workspaces(tmp_path / "home") as services:
        yield services


@pytest.fixture
def dataset(services):
    """Return a dataset of four pages, one of them never learnt from."""
    with services.store.begin() as connection:
        project_id = services.store.projects.add(connection, "anna", "ספר: א/ב", engine=None, model=None).id
    for number in range(4):
        add_page(services, ANNA, project_id, scan(number, 4), TEXTS, name="עמוד/1" if number else "../x")
    services.datasets.set_split(ANNA, services.datasets.pages(ANNA)[0].page_id, "test")
    return services.datasets.freeze(ANNA, [project_id])


@pytest.fixture
def folder(tmp_path):
    """Return an empty folder."""
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


def line(folder, name, text, seed=0, *, image=None):
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.png").write_bytes(scan(seed, 1) if image is None else image)
    if text is not None:
        (folder / f"{name}.gt.txt").write_text(text, encoding="utf-8")


def texts(services, view, *, empty=True):
    rows = services.datasets.open(ANNA, view.id).rows.values()
    return sorted(row.text for row in rows if row.text or empty)


def test_arrow_that_is_none(tmp_path):
    other = tmp_path / "other.arrow"
    table = pa.table({"lines": ["a"], "x": [1]})
    with pa.OSFile(str(other), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    whole = tmp_path / "whole.arrow"
    write(whole, [CutLine(scan(1, 1), "א" * 50)] * 5)
    data = whole.read_bytes()
    damaged = [
        b"",
        b"ARROW1",
        b"ARROW1\0\0" + b"\xff" * 500,
        data[:-40],
        data[: len(data) // 2] + data[-600:],
        other.read_bytes(),
    ]
    for number, bad in enumerate(damaged):
        (tmp_path / "bad.arrow").write_bytes(bad)
        (tmp_path / str(number)).mkdir()
        with pytest.raises(FormatError) as refused:
            list(read(tmp_path / "bad.arrow"))
        assert refused.value.message
        assert refused.value.hint
    with pytest.raises(FormatError, match="holds no lines"):
        list(read(other))


@pytest.mark.slow
def test_arrow_is_unpacked_apart(tmp_path):
    path = tmp_path / "a.arrow"
    assert write(path, [CutLine(scan(number, 1), text) for number, text in enumerate(("א", "", "b"))]) == 3
    (tmp_path / "out").mkdir()
    found = unpack_apart(path, tmp_path / "out", 10**8)
    assert [text for _, text in found] == ["א", "", "b"]
    assert found[2][0].read_bytes() == scan(2, 1)
    with pytest.raises(FormatError, match="more than an upload"):
        unpack_apart(path, tmp_path / "out", 1000)
    path.write_bytes(b"no")
    with pytest.raises(FormatError, match="cannot be read"):
        unpack_apart(path, tmp_path / "out", 10**8)


def test_arrow_of_other_programs(tmp_path):
    """Files of older versions of kraken have neither splits nor languages; a line may be without a text."""
    table = pa.table({"lines": [{"text": None, "im": scan(0, 1)}, {"text": "א", "im": None}, {"text": "ב", "im": scan(1, 1)}]})
    path = tmp_path / "old.arrow"
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    assert [(cut.text, cut.split) for cut in read(path)] == [("", "train"), ("ב", "train")]


@pytest.mark.kraken
def test_kraken_reads_our_arrow(services, dataset, tmp_path):
    from engines.runtime import prepare

    prepare()
    from kraken.lib.dataset.recognition import ArrowIPCRecognitionDataset
    from torchvision.transforms import v2

    path = services.datasets.export(ANNA, dataset.id, "arrow")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "out")
    for name, flag in (("train", "train"), ("held_out", "validation"), ("test", "test")):
        for split_filter in (None, flag):
            transforms = v2.Compose([v2.PILToTensor()])
            found = ArrowIPCRecognitionDataset(reorder=False, im_transforms=transforms, split_filter=split_filter)
            found.add(str(tmp_path / "out" / f"{name}.arrow"))
            found.no_encode()
            assert len(found) == dataset.split[name]["examples"]
        seen = [found[number] for number in range(len(found))]
        assert not found.failed_samples
        wanted = [cut.text for cut in read(tmp_path / "out" / f"{name}.arrow")]
        assert [sample["target"] for sample in seen] == wanted
        assert seen[0]["image"].shape == (1, 36, 190)
        assert set("".join(wanted)) == set(found.alphabet)


@pytest.mark.kraken
def test_what_kraken_compiles_is_taken_in(services, folder, tmp_path):
    from engines.runtime import prepare

    prepare()
    from kraken.lib.arrow_dataset import build_binary_dataset

    for number, text in enumerate(TEXTS):
        line(folder, f"{number}", text, number)
    build_binary_dataset(sorted(folder.glob("*.png")), str(tmp_path / "k.arrow"), format_type="path")
    view = services.datasets.take_in(ANNA, [tmp_path / "k.arrow"], name="k")
    assert texts(services, view) == sorted(TEXTS)
    assert {row.page for row in services.datasets.open(ANNA, view.id).rows.values()} >= {"k-00001", "k-00004"}


def test_the_web_process_imports_nothing_heavy(services, dataset, tmp_path):
    path = services.datasets.export(ANNA, dataset.id, "arrow")
    shutil.move(path, tmp_path / "a.zip")
    code = (
        "import sys; from pathlib import Path\n"
        "from workbench.config import Settings; from workbench.services import build\n"
        "from workbench.services.actors import Actor\n"
        f"anna, services = Actor('anna', 'anna'), build(Settings(home=Path({str(tmp_path / 'home')!r})))\n"
        f"view = services.datasets.take_in(anna, [Path({str(tmp_path / 'a.zip')!r})], name='x')\n"
        "services.datasets.export(anna, view.id, 'arrow'); services.datasets.freeze(anna, [1])\n"
        "print({'torch', 'kraken', 'tensorflow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
