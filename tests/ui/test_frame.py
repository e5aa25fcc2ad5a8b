"""The frame around the rooms, without a browser: what stands in the page, and what must never stand there."""

from __future__ import annotations

import json
import re

import pytest
from starlette.types import Message, Receive, Scope, Send

from tests.coroutines import ran
from workbench.services.passwords import SHORTEST
from workbench.store.errors import DiskFull
from workbench.ui import catalogue, frame, pages
from workbench.ui.components.room import room
from workbench.ui.start_page import StartPage
from workbench.ui.static_files import CHARTS, STATIC, charts_library, versioned
from workbench.ui.theme import theme

TEXTS = [*STATIC.rglob("*.js"), *STATIC.rglob("*.css")]


@pytest.fixture(scope="module")
def config() -> dict[str, object]:
    """What Gradio sends to every browser before anybody has asked for anything."""
    return {**frame.build().get_config_file()}


def test_every_tab_is_one_module_with_a_name_in_every_language() -> None:
    for tab in frame.TABS:
        for language in catalogue.LANGUAGES:
            assert catalogue.text(language, f"frame.tab.{tab.NAME}")


def test_the_page_holds_no_data_and_offers_no_function(config: dict[str, object]) -> None:
    components = config["components"]
    assert isinstance(components, list)
    rooms = [component["props"] for component in components if component["type"] == "html"]
    assert [props.get("value") for props in rooms] == [None] * len(frame.TABS)
    assert not any(re.search(r"\{\{|\$\{", props["html_template"]) for props in rooms)
    assert config["dependencies"] == []


def test_a_room_has_a_plain_name() -> None:
    with pytest.raises(ValueError, match="small letters"):
        room("../ocr'")


def test_the_head_names_files_that_exist() -> None:
    addresses = re.findall(r'(?:href=|src=|: )"(/static/[^"]+)"', frame.scripts() + frame.sheets())
    assert len(addresses) > len(frame.STYLES)
    names = {address.removeprefix("/static/").partition("?")[0] for address in addresses} - {CHARTS}
    assert [name for name in names if not (STATIC / name).is_file()] == []


def test_the_import_map_leads_to_every_module_of_every_room() -> None:
    found = re.search(r'<script type="importmap">(.*?)</script>', frame.scripts())
    assert found is not None
    addresses = json.loads(found[1])["imports"]
    rooms = ["frame", *(tab.NAME for tab in frame.TABS)]
    expected = {f"/static/{path.relative_to(STATIC)}" for room in rooms for path in (STATIC / room).glob("*.js")}
    assert addresses.keys() == expected | {"/static/frame.js", f"/static/{CHARTS}"}
    assert all(address.startswith(f"{name}?v=") for name, address in addresses.items())


def test_the_library_of_charts_is_there_and_not_fetched_before_a_chart_is_shown() -> None:
    library = charts_library()
    assert library is not None
    assert library.is_file()
    assert not re.search(rf'(?:href|src)="/static/{re.escape(CHARTS)}', frame.scripts())


def test_the_frame_has_one_address_everywhere() -> None:
    """Another query string would be a second frame with a state of its own."""
    imports = [
        line
        for path in TEXTS
        for line in path.read_text(encoding="utf-8").splitlines()
        if "import" in line and "frame.js" in line
    ]
    assert [line for line in imports if "frame.js?" in line] == []


def test_nothing_is_fetched_from_elsewhere() -> None:
    foreign = re.compile(r"""(?:url\(|import\(|from |fetch\(|src=|href=)\s*['"]?(?:https?:)?//""")
    assert [path.name for path in TEXTS if foreign.search(path.read_text(encoding="utf-8"))] == []
    assert not foreign.search(frame.scripts() + frame.sheets())


def test_what_people_wrote_never_becomes_html() -> None:
    unsafe = re.compile(r"\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|new Function|\beval\(")
    assert [path.name for path in STATIC.rglob("*.js") if unsafe.search(path.read_text(encoding="utf-8"))] == []


def test_styles_follow_the_direction_of_the_page() -> None:
    physical = re.compile(r"^\s*(?:margin|padding|border)-(?:left|right)\s*:|text-align:\s*(?:left|right)|float:", re.M)
    sheets = [path for path in TEXTS if path.suffix == ".css"]
    assert [path.name for path in sheets if physical.search(path.read_text(encoding="utf-8"))] == []


def test_every_token_that_gradio_takes_has_a_light_and_a_dark_value() -> None:
    light, dark = (STATIC / "tokens.css").read_text().split(".dark {", 1)
    names = set(re.findall(r"(--wb-[\w-]+):", light))
    used_by_gradio = set(re.findall(r"var\((--wb-[\w-]+)\)", " ".join(str(value) for value in vars(theme()).values())))
    assert used_by_gradio <= names
    assert used_by_gradio <= set(re.findall(r"(--wb-[\w-]+):", dark))


def test_every_token_that_is_used_is_defined() -> None:
    defined = re.compile(r"""(?:^|[\s{'"(])(--wb-[\w-]+)['"]?\s*[:,\]]""")
    text = {path: path.read_text(encoding="utf-8") for path in TEXTS}
    known = {name for words in text.values() for name in defined.findall(words)}
    missing = {
        (path.name, name)
        for path, words in text.items()
        for name in re.findall(r"var\((--wb-[\w-]+)\)", words)
        if name not in known
    }
    assert missing == set()


def test_every_typeface_has_its_licence_and_is_named_as_a_source() -> None:
    sources = (STATIC / "fonts" / "SOURCES.md").read_text()
    folders = [path for path in (STATIC / "fonts").iterdir() if path.is_dir()]
    assert folders
    for folder in folders:
        assert "SIL Open Font License" in (folder / "LICENSE").read_text(encoding="utf-8"), folder.name
        assert f"`{folder.name}`" in sources
    named = set(re.findall(r"url\('([^'?]+)\?v=[0-9.]+'\)", (STATIC / "fonts" / "fonts.css").read_text()))
    assert named == {str(path.relative_to(STATIC / "fonts")) for path in (STATIC / "fonts").rglob("*.woff2")}


def test_an_address_changes_with_its_file() -> None:
    assert re.fullmatch(r"/static/tokens\.css\?v=[0-9a-f]{12}", versioned("tokens.css"))


def test_the_browser_recognises_a_full_disk_by_the_words_of_the_server() -> None:
    begins = re.search(r"DISK_FULL = '([^']+)'", (STATIC / "frame" / "api.js").read_text())
    assert begins is not None
    assert DiskFull().message.startswith(begins[1])


def test_names_stand_in_the_invitation_as_text() -> None:
    page = pages.invitation("""<b>"noa'&""")
    assert "<b>" not in page
    assert f'minlength="{SHORTEST}"' in page


def test_the_login_page_needs_no_gradio_and_nothing_foreign() -> None:
    page = pages.login()
    assert "gradio" not in page
    assert not re.search(r"(?:src|href)=\"(?!/)", page)
    assert 'autocomplete="current-password"' in page


async def answered(query: bytes, *, status: int = 200, kind: bytes = b"text/html; charset=utf-8") -> tuple[bytes, list[Message]]:
    """Send a request through the start page's gate; return the query that came through and the answer."""
    seen: list[bytes] = []
    sent: list[Message] = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["query_string"])
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-type", kind), (b"content-length", b"28")]}
        )
        await send({"type": "http.response.body", "body": b"<html><head>", "more_body": True})
        await send({"type": "http.response.body", "body": b"</head>...</html>"})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "path": "/", "query_string": query}
    await StartPage(page, "<first>", "<last>")(scope, receive, send)
    return seen[0], sent


@pytest.mark.parametrize(
    ("query", "left"),
    [
        (b"", b""),
        (b"tab=ocr&page=7&line=3", b"tab=ocr&line=3"),
        (b"page=x&page=%ff&deep_link=../x", b""),
        (b"__theme=dark", b"__theme=dark"),
    ],
)
def test_our_addresses_mean_nothing_to_gradio(query: bytes, left: bytes) -> None:
    assert ran(answered(query))[0] == left


def test_the_page_gets_both_ends_of_its_head() -> None:
    _, sent = ran(answered(b""))
    body = b"".join(message.get("body", b"") for message in sent)
    assert body == b"<html><head><first><last></head>...</html>"
    assert dict(sent[0]["headers"])[b"content-length"] == str(len(body)).encode()


def test_what_is_not_a_page_is_left_alone() -> None:
    _, sent = ran(answered(b"", kind=b"application/json"))
    assert [message.get("body") for message in sent] == [None, b"<html><head>", b"</head>...</html>"]
    assert dict(sent[0]["headers"])[b"content-length"] == b"28"


def test_an_error_is_shown_as_data_with_a_way_out() -> None:
    page = pages.failure('<script>alert(1)</script> & "more"', "<img src=x onerror=alert(2)>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;" in page
    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="/"' in page
    assert "gate.js" not in page  # it drives a form
    assert "<p dir" not in pages.failure("Nothing.", "")
