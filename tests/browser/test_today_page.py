"""The phone's pages: accessible, narrow, installable, with a map and words without a network."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import CDPSession, Page, expect
from tests.browser.real_server import RealServer, Windows
from tests.browser.test_accessibility import assert_clean
from tests.browser.test_today import make_tasks, open_phone
from tests.browser.waiting import wait_until

from wardmote.core.domain.notice import NOTICE_NAMES, NoticeKind

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 640}
ONLY_IN_TESTS = {"in-incognito"}
"""Windows of tests have no history, in which Chromium installs nothing."""


def is_narrow(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= 360"))


@pytest.mark.parametrize(("language", "theme"), [("en", "dark"), ("zh", "light")])
def test_today_and_notices_are_clean_and_fit_a_narrow_phone(
    windows: Windows, town: RealServer, language: str, theme: Any
) -> None:
    make_tasks(town, f"Stairs {language}")
    page = open_phone(windows, town, language)
    page.emulate_media(color_scheme=theme)
    assert is_narrow(page)
    assert_clean(page)
    page.locator(".task-row", has_text=f"Stairs {language}").click()
    expect(page.locator("#title")).to_have_text(f"Stairs {language}")
    assert is_narrow(page)
    assert_clean(page)
    page.goto("/notices/")
    expect(page.locator("#push-status")).not_to_be_empty()
    assert is_narrow(page)
    assert_clean(page)


def test_a_task_is_opened_and_left_by_the_keyboard(windows: Windows, town: RealServer) -> None:
    make_tasks(town, "Roof door")
    page = open_phone(windows, town)
    row = page.locator(".task-row").first
    for _ in range(40):
        page.keyboard.press("Tab")
        if row.evaluate("(one) => one === document.activeElement"):
            break
    else:
        pytest.fail("Tab does not reach the first task")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Back")).to_be_visible()
    page.get_by_role("link", name="Back").press("Enter")
    expect(page.locator("#title")).to_have_text("Today")
    assert page.evaluate("document.activeElement.id") == "title"


def tools_of(page: Page) -> CDPSession:
    return page.context.new_cdp_session(page)


def test_the_page_can_be_installed(windows: Windows, town: RealServer) -> None:
    page = open_phone(windows, town)
    tools = tools_of(page)
    manifest = tools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    said = json.loads(manifest["data"])
    assert (said["start_url"], said["scope"], said["display"]) == (
        "/today/",
        "/today/",
        "standalone",
    )
    for icon in said["icons"]:
        assert town.person("assistant").http.get(icon["src"]).is_success
    errors = tools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {one["errorId"] for one in errors} <= ONLY_IN_TESTS


def picture_of_map(page: Page) -> Image.Image:
    page.wait_for_timeout(1_500)
    return Image.open(io.BytesIO(page.locator("#map canvas").screenshot())).convert("RGB")


def test_the_beats_map_is_there_without_a_network(windows: Windows, town: RealServer) -> None:
    make_tasks(town, "Bridge")
    page = open_phone(windows, town)
    page.get_by_role("button", name="Map").click()
    expect(page.locator(".map-stop").first).to_be_visible()
    page.get_by_role("button", name="Keep the map on this phone").click()
    expect(page.locator("#announcer")).to_contain_text("The map is kept")
    page.reload()
    page.get_by_role("button", name="Map").click()
    expect(page.locator(".map-stop").first).to_be_visible()
    online = picture_of_map(page)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#connection")).to_contain_text("No connection")
    page.get_by_role("button", name="Map").click()
    expect(page.locator(".map-stop").first).to_be_visible()
    offline = picture_of_map(page)
    # Roads and houses are drawn, and they are those of before.
    pixels = offline.width * offline.height
    most_common = max(count for count, _colour in offline.getcolors(pixels) or [(pixels, None)])
    assert most_common < 0.97 * pixels
    changed = ImageChops.difference(online, offline).convert("L").point(lambda v: 255 * (v > 40))
    assert changed.histogram()[255] < 0.1 * pixels


def test_a_push_shows_the_words_of_its_kind_in_the_readers_language(
    windows: Windows, town: RealServer
) -> None:
    page = windows.open("assistant", viewport=PHONE, permissions=["notifications"])
    page.goto("/notices/")
    tools = tools_of(page)
    found: list[dict[str, Any]] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(event["registrations"]),
    )
    tools.send("ServiceWorker.enable")
    page.evaluate(
        "navigator.serviceWorker.register('/notices/worker.js', {scope: '/notices/'})"
        ".then(() => navigator.serviceWorker.ready).then(() => null)"
    )
    registration = next(one for one in found if one["scopeURL"].endswith("/notices/"))
    name = NOTICE_NAMES[NoticeKind.TASK_HANDED]
    for language in ("zh-hans", "en"):
        told = {
            "id": language,
            "kind": "task_handed",
            "count": 2,
            "language": language,
            "drill": False,
        }
        tools.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": town.origin,
                "registrationId": registration["registrationId"],
                "data": json.dumps(told),
            },
        )
    shown = (
        "navigator.serviceWorker.getRegistration('/notices/').then((one) => one.getNotifications())"
        ".then((all) => all.map((one) => one.title).sort())"
    )
    wait_until(page, f"{shown}.then((titles) => titles.length === 2)")
    assert page.evaluate(shown) == sorted([f"{name.zh} (2)", f"{name.en} (2)"])
