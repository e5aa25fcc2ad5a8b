"""The frame in a real browser against a real server: keys, languages, dialogs, the one stream, a lost server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.serving import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Window = Callable[..., "Page"]
FRAME = "import('/static/frame.js').then(({ frame, start }) => start().then(() => { window.frame_ = frame; }))"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without pages: what a room does by itself when it opens one is not the frame's."""
    with serving(tmp_path_factory.mktemp("frame")) as running:
        yield running


def opened(page: Page) -> Page:
    """Wait until frame and room stand, and put the frame where a test can reach it."""
    page.locator(".wb-person").wait_for()
    page.locator(".wb-room > *").first.wait_for()
    page.evaluate(FRAME)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 320])
def test_no_fault_of_accessibility(window: Window, axe: Callable[[Page], list[str]], scheme: str, width: int) -> None:
    page = opened(window(width=width, color_scheme=scheme))
    page.evaluate("frame_.setSaveState({kept: 2}); frame_.banner({kind: 'notice', title: 'A notice.', text: 'With words.'})")
    page.evaluate("frame_.toast({kind: 'error', title: 'Three pages were not added', text: 'One asks for a password.'})")
    page.locator(".wb-person").click()
    page.evaluate("document.querySelector('.wb-room').replaceChildren()")  # the room has tests of its own
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("locale", "language", "direction"), [("en-GB", "en", "ltr"), ("he-IL", "he", "rtl"), ("ar", "ar", "rtl")]
)
def test_the_browser_s_language_is_spoken(window: Window, locale: str, language: str, direction: str) -> None:
    page = opened(window(locale=locale))
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [language, direction]
    mark, person = page.locator(".wb-wordmark").bounding_box(), page.locator(".wb-person").bounding_box()
    assert mark is not None
    assert person is not None
    assert (mark["x"] < person["x"]) == (direction == "ltr")
    assert page.evaluate("getComputedStyle(document.querySelector('#wb-place-ocr')).direction") == direction


def test_language_and_theme_are_chosen_by_keyboard_and_kept(window: Window) -> None:
    page = opened(window())
    page.locator(".wb-person").focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitemradio", name="Dark").wait_for()
    page.keyboard.press("D")
    page.keyboard.press("Enter")
    assert page.evaluate("document.body.classList.contains('dark')")
    assert page.evaluate("getComputedStyle(document.querySelector('.wb-room')).backgroundColor") == "rgb(16, 18, 22)"
    page.keyboard.press("Enter")  # the focus is back on the button
    page.keyboard.press("ArrowDown")  # from the language in use to the next one
    page.keyboard.press("Enter")
    page.locator("html[lang=he][dir=rtl].dark").wait_for()  # the page was opened again: both choices were kept


def test_the_sheet_of_keys_lists_what_rooms_register(window: Window) -> None:
    page = opened(window())
    page.evaluate(
        "void frame_.keys.register('test', [{id: 'a', keys: {mac: 'Alt+J', other: 'Alt+J'}, label: 'frame.try_again'}],"
        " {title: 'frame.tabs'})"
    )
    page.keyboard.press("F1")
    sheet = page.get_by_role("dialog", name="Keys")
    sheet.wait_for()
    assert "Try again" in sheet.inner_text()
    assert sheet.locator("kbd", has_text="F1").count() >= 1
    page.keyboard.press("F1")
    sheet.wait_for(state="detached")


def test_a_dialog_keeps_the_focus_and_esc_is_the_safe_choice(window: Window) -> None:
    page = opened(window())
    page.locator(".wb-person").focus()
    page.evaluate(
        "() => { window.answer = 'open'; const actions = [{label: 'Keep it', value: 'keep', safe: true},"
        " {label: 'Delete', value: 'gone', kind: 'danger'}]; frame_.confirm({title: 'Delete page 4?', text: 'Its lines go to"
        " the trash.', actions}).then(v => { answer = v; }); }"
    )
    page.get_by_role("dialog", name="Delete page 4?").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Keep it"
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || Boolean(document.activeElement.closest('dialog'))")
    page.keyboard.press("Escape")
    page.wait_for_function("answer !== 'open'")
    assert page.evaluate("answer") == "keep"
    assert page.evaluate("document.activeElement.className") == "wb-person"


def test_what_people_wrote_is_shown_as_text(window: Window) -> None:
    page = opened(window())
    page.evaluate("frame_.toast({title: '<img src=x onerror=window.bad=1>', text: '${window.bad=1}{{bad}}'})")
    page.evaluate("frame_.banner({kind: 'notice', title: '<b>', text: '<script>window.bad=1</script>'})")
    assert "<img src=x" in page.locator(".wb-toast").inner_text()
    assert page.evaluate("window.bad === undefined && !document.querySelector('.wb-banner b')")


def test_only_the_gravest_banner_stands(window: Window) -> None:
    page = opened(window())
    page.evaluate(
        "for (const [kind, title] of [['demo', 'Demo.'], ['offline', 'Away.'], ['disk', 'Full.']]) frame_.banner({kind, title})"
    )
    seen = []
    for kind in ("disk", "offline", "demo"):
        seen.append(page.locator(".wb-banner").all_inner_texts())
        page.evaluate("kind => frame_.banner(null, kind)", kind)
    assert seen == [["Full."], ["Away."], ["Demo."]]
    assert page.locator(".wb-banner").count() == 0
    page.wait_for_function("getComputedStyle(document.documentElement).getPropertyValue('--wb-banner-height').trim() === '0px'")


def test_an_address_goes_back_and_forward(window: Window) -> None:
    page = opened(window("/?tab=ocr&page=x7&line=3"))
    page.evaluate("() => { window.heard = []; frame_.on('address', (parts) => heard.push(parts)); }")
    steps = "frame_.address.set({page: 5, line: null}, {push: true}); frame_.address.set({page: 6}, {push: true});"
    assert page.evaluate(f"() => {{ {steps} return frame_.address.get(); }}")["page"] == 6
    page.go_back()
    page.wait_for_function("heard.length === 1")
    assert page.evaluate("heard[0].page") == 5


def test_eight_tabs_hold_one_stream_and_all_hear_it(window: Window, server: Server) -> None:
    first = window("/login")  # the lightest page of the same origin: only the frame matters here
    streams: list[str] = []
    first.context.on(
        "request", lambda request: streams.append(request.url) if request.url.partition("?")[0].endswith("/events") else None
    )
    pages = [first, *(first.context.new_page() for _ in range(7))]
    for page in pages:
        page.goto(f"{server.url}/login")
        page.evaluate(FRAME)
        page.evaluate("() => { window.heard = 0; frame_.on('project', () => { heard += 1; }); }")
    answer = first.evaluate("frame_.api('POST', '/projects/', {name: 'Heard everywhere'})")
    assert answer["status"] == 201
    for page in pages:
        page.wait_for_function("heard > 0")
    assert len(streams) == 1
    first.close()
    for page in pages[1:]:
        page.evaluate("() => { heard = 0; }")
    pages[1].evaluate("id => frame_.api('DELETE', `/projects/${id}`)", answer["data"]["id"])
    for page in pages[1:]:  # whichever tab leads now, and even if the project went while nobody did
        page.wait_for_function("heard > 0")
    assert len(streams) == 2
    assert "after=" in streams[1]


def test_a_lost_server_is_said_and_found_again(window: Window) -> None:
    page = opened(window())
    page.evaluate("frame_.setSaveState({kept: 3})")
    page.route(re.compile("/(health|session|jobs|projects)"), lambda route: route.abort())
    answer = page.evaluate("frame_.api('GET', '/projects/')")
    assert answer["status"] == 0
    assert answer["data"]["error"]
    page.locator(".wb-banner", has_text="3 lines are kept on this computer").wait_for()
    assert "3 kept here" in page.locator(".wb-save").inner_text()
    page.unroute(re.compile("/(health|session|jobs|projects)"))
    page.locator(".wb-banner").wait_for(state="detached", timeout=20_000)


def test_errors_always_have_words(window: Window) -> None:
    page = opened(window())
    page.route("**/broken", lambda route: route.fulfill(status=502, body="<html>Bad gateway</html>"))
    answer = page.evaluate("frame_.api('POST', '/broken', {})")
    assert answer["status"] == 502
    assert "502" in answer["data"]["error"]
    assert answer["data"]["hint"]
    missing = page.evaluate("frame_.api('GET', '/pages/999999')")
    assert missing["status"] == 404
    assert "999999" in missing["data"]["error"]


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with logins on which nobody has an account yet."""
    with serving(tmp_path_factory.mktemp("accounts"), {"WORKBENCH_ACCESS": "accounts", "WORKBENCH_WORKERS": "0"}) as running:
        yield running


def test_from_the_one_time_link_to_a_token_and_out_again(
    window: Window, accounts: Server, axe: Callable[[Page], list[str]]
) -> None:
    link = re.search(r"http://\S+/invitation/\S+", accounts.log())
    assert link is not None
    page = window(link[0].removeprefix(accounts.url), base=accounts.url)
    assert axe(page) == []
    page.get_by_label(re.compile("^Password")).fill("a long pass phrase")
    page.get_by_label("The same once more").fill("another long phrase")
    page.keyboard.press("Enter")
    page.get_by_text("The two passwords differ").wait_for()
    page.get_by_label("The same once more").fill("a long pass phrase")
    page.keyboard.press("Enter")
    page.locator(".wb-person").wait_for()
    page.locator(".wb-person").click()
    page.get_by_role("menuitem", name="API tokens").click()
    page.get_by_label("Name, to know it again").fill("laptop")
    page.get_by_role("button", name="Create token").click()
    page.get_by_text("It is not shown again").wait_for()
    token = page.locator(".wb-note input").input_value()
    answer = page.request.get(f"{accounts.url}/projects/", headers={"Authorization": f"Bearer {token}", "Cookie": ""})
    assert answer.status == 200
    assert axe(page) == []
    page.get_by_role("button", name="Revoke: laptop").click()
    page.get_by_role("dialog", name=re.compile("Revoke the token")).get_by_role("button", name="Revoke").click()
    page.get_by_text("No tokens yet").wait_for()
    page.keyboard.press("Escape")
    page.locator(".wb-person").click()
    page.get_by_role("menuitem", name="People and invitations").click()
    page.get_by_label(re.compile("^Name: small letters")).fill("daniel")
    page.get_by_role("button", name="Invite").click()
    page.get_by_text("Send this link to daniel").wait_for()
    assert "/invitation/" in page.locator(".wb-note input").input_value()
    page.keyboard.press("Escape")
    page.locator(".wb-person").click()
    page.get_by_role("menuitem", name="Log out").click()
    page.get_by_role("heading", name="Log in").wait_for()


def test_a_session_that_ended_loses_nothing(window: Window, accounts: Server) -> None:
    page = window("/login?next=//evil.example/", base=accounts.url)
    page.get_by_label("Name").fill("nobody")
    page.get_by_label("Password").fill("not the password")
    page.keyboard.press("Enter")
    page.locator(".wb-note.wb-error").wait_for()
    assert page.url.startswith(accounts.url)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose visitors get throw-away workspaces."""
    more = {"WORKBENCH_ACCESS": "demo", "WORKBENCH_WORKERS": "0", "WORKBENCH_SAMPLES": "1"}
    with serving(tmp_path_factory.mktemp("demo"), more) as running:
        yield running


def test_a_demo_says_what_is_kept_and_offers_it(window: Window, demo: Server, tmp_path: Path) -> None:
    page = opened(window(base=demo.url))
    banner = page.locator(".wb-banner")
    banner.get_by_text("Demo workspace").wait_for()
    assert "2 h" in banner.inner_text() or "1 h 5" in banner.inner_text()
    with page.expect_download() as download:
        banner.get_by_role("link", name="Download all").click()
    assert download.value.suggested_filename.endswith(".zip")
