"""The real server in its own process: start, refuse, stream, end."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from tests.serving import ROOT, Server, end, free_port, serving, start

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lonely(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve without workers: nothing but the web process."""
    with serving(tmp_path_factory.mktemp("lonely"), {"WORKBENCH_WORKERS": "0", "WORKBENCH_UPLOAD_MEGABYTES": "4"}) as running:
        yield running


def _run(environment: dict[str, str], home: Path) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "WORKBENCH_HOME": str(home), **environment}
    command = [sys.executable, "-m", "workbench", "serve"]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=60, check=False)


def test_local_access_refuses_to_listen_to_others(tmp_path: Path) -> None:
    done = _run({"WORKBENCH_HOST": "0.0.0.0"}, tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "hint: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_server_on_the_same_port_says_so(lonely: Server, tmp_path: Path) -> None:
    done = _run({"WORKBENCH_PORT": str(urlsplit(lonely.url).port)}, tmp_path)
    assert done.returncode == 2
    assert "is taken" in done.stderr
    assert not (tmp_path / "data").exists()


def test_the_page_and_the_api_answer_on_one_port(lonely: Server) -> None:
    with httpx.Client(base_url=lonely.url) as client:
        assert "text/html" in client.get("/").headers["content-type"]
        assert client.get("/session").json()["access"] == "local"
        for path in ("/no/such/page", "/pages/77", "/gradio_api/file=/etc/passwd", "/monitoring", "/static/no.js"):
            answer = client.get(path)
            assert answer.status_code in (403, 404), path
            assert {"error", "hint"} <= set(answer.json()), path
        assert client.post("/gradio_api/queue/join", headers={"Origin": "http://evil.example"}, json={}).status_code == 403
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_static_files_with_a_version_are_kept(lonely: Server) -> None:
    with httpx.Client(base_url=lonely.url) as client:
        assert "immutable" in client.get("/static/tokens.css?v=1").headers["cache-control"]
        plain = client.get("/static/tokens.css")
        assert plain.headers["cache-control"] == "no-cache"
        again = client.get("/static/tokens.css", headers={"If-None-Match": plain.headers["etag"]})
        assert again.status_code == 304


def test_the_web_process_is_light(lonely: Server) -> None:
    httpx.get(f"{lonely.url}/ocr/engines").raise_for_status()
    process = psutil.Process(lonely.process.pid)
    loaded = {Path(found.path).name for found in process.memory_maps()}
    assert not [name for name in loaded if name.startswith(("libtorch", "_pywrap_tensorflow"))]
    assert process.memory_info().rss < 400 * 1024 * 1024


def test_a_server_that_nobody_uses_sleeps(lonely: Server) -> None:
    process = psutil.Process(lonely.process.pid)
    before = process.num_ctx_switches().voluntary
    time.sleep(2)
    assert process.num_ctx_switches().voluntary - before < 600  # a queue that looks every millisecond wakes 2,000 times


@pytest.mark.parametrize("announced", [True, False])
def test_who_sends_too_much_reads_why(lonely: Server, announced: bool) -> None:
    """A client that sends all of it before it listens still gets the answer, not a broken connection."""
    place = urlsplit(lonely.url)
    connection = http.client.HTTPConnection("127.0.0.1", place.port or 0, timeout=60)
    head = b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
    parts = [head, *([b"x" * 1_000_000] * 40)]
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    if announced:
        headers["Content-Length"] = str(sum(map(len, parts)))
    connection.request("POST", "/ocr/", body=iter(parts), headers=headers, encode_chunked=not announced)
    answer = connection.getresponse()
    assert answer.status == 413
    assert json.loads(answer.read())["error"] == "This is larger than 4 MB."
    connection.close()
    assert list((lonely.home / "data").glob("uploads/tmp/*")) == []


def test_a_change_arrives_at_every_browser(lonely: Server) -> None:
    heard: list[dict] = []
    ready = threading.Barrier(9, timeout=30)

    def listen() -> None:
        with httpx.stream("GET", f"{lonely.url}/events", timeout=30) as answer:
            lines = answer.iter_lines()
            assert next(lines) == "retry: 2000"
            ready.wait()
            heard.append(next(json.loads(line[6:]) for line in lines if line.startswith("data: ")))

    threads = [threading.Thread(target=listen) for _ in range(8)]
    for thread in threads:
        thread.start()
    ready.wait()
    project = httpx.post(f"{lonely.url}/projects/", json={"name": "seen by all"}).json()
    for thread in threads:
        thread.join(30)
    assert heard == [{"kind": "project", "ref": project["id"], "page_id": None}] * 8


def test_a_signal_ends_it_though_a_browser_listens(tmp_path: Path) -> None:
    server = start(tmp_path / "home", {"WORKBENCH_WORKERS": "0"})
    try:
        with httpx.stream("GET", f"{server.url}/events", timeout=30) as answer:
            next(answer.iter_lines())
            server.process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            server.process.wait(30)
        assert time.monotonic() - began < 15
        assert server.process.returncode == 0
    finally:
        end(server)
    assert "Traceback" not in server.log()


def test_accounts_print_a_link_for_the_first_admin(tmp_path: Path) -> None:
    port = free_port()
    environment = {"WORKBENCH_ACCESS": "accounts", "WORKBENCH_HOST": "0.0.0.0", "WORKBENCH_WORKERS": "0"}
    server = start(tmp_path / "home", environment, port=port)
    try:
        link = re.search(r"http://127\.0\.0\.1:\d+/invitation/\S+", server.log())
        assert link is not None
        with httpx.Client(base_url=server.url) as client:
            assert client.get("/", headers={"Accept": "text/html"}).headers["location"].startswith("/login")
            assert "text/html" in client.get(link[0]).headers["content-type"]
            assert client.post(link[0], json={"password": "a long password"}).status_code == 200
            assert client.get("/session").json()["person"]["name"] == "admin"
            assert "text/html" in client.get("/", headers={"Accept": "text/html"}).headers["content-type"]
            assert httpx.get(f"{server.url}/config").status_code == 401
    finally:
        end(server)
