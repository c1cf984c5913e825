"""A hazard in the browser: a resident's report with a picture, two departments, rework, closure."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.looking import faults_of_pages
from tests.browser.real_server import RealServer, Windows
from tests.unit.operations.photos.pictures import noise

from wardmote.gateways.simulated_people.accounts import whole_area

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
PHOTO: Any = [{"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": noise((64, 32), 7)}]
NO_PICTURE: Any = [{"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}]


def _send_form(town: RealServer, username: str, **form: str) -> None:
    person = town.person(username)
    headers = {
        "X-CSRFToken": person.http.cookies["csrftoken"],
        "Referer": f"{town.origin}/hazards/settings/",
    }
    answer = person.http.post("/hazards/settings/", data=form, headers=headers)
    assert answer.status_code == 302, answer.text


def _set_up(town: RealServer) -> None:
    """Two departments that one account acts for, and a place with a code to report at."""
    area = whole_area(town.book)
    for department, name in (("city_management", "City management"), ("community", "Community")):
        _send_form(town, "administrator", act="department", code=department, area=area,
                   name_en=name, members="department", active="yes")  # fmt: skip
    lon, lat = town.city.manifest.centre
    _send_form(
        town, "chief", act="point", name_en="East street", lon=str(lon), lat=str(lat), key="p1"
    )


def _use_photo(page: Page, *, blur: bool = False) -> None:
    """The chosen picture is shown before anything is sent and can be blurred by keyboard."""
    sheet = page.get_by_role("dialog", name="Blur bystanders")
    canvas = sheet.get_by_role("img")
    expect(canvas).to_be_visible()
    if blur:
        before = canvas.evaluate("one => one.toDataURL()")
        canvas.focus()
        canvas.press("ArrowRight")
        canvas.press(" ")
        assert canvas.evaluate("one => one.toDataURL()") != before
    sheet.get_by_role("button", name="Use photo").press("Enter")
    expect(sheet).to_be_hidden()
    expect(page.get_by_text("1 picture is ready.")).to_be_visible()


def _prove(page: Page, who: str, words: str) -> None:
    part = page.locator("section.part", has_text=who)
    part.locator("input[type=file]").set_input_files(files=PHOTO)
    _use_photo(page)
    part.get_by_label("What was done").fill(words)
    part.get_by_role("button", name="Hand in the proof").press("Enter")
    expect(page.locator("section.part", has_text=who)).to_contain_text("waiting for the re-check")


def _check(page: Page, who: str, button: str, words: str = "") -> None:
    part = page.locator("section.part", has_text=who)
    part.get_by_label("If you cannot be there").select_option("no_signal")
    part.get_by_label("What you saw").fill(words)
    part.get_by_role("button", name=button).press("Enter")
    expect(page.locator(".message.success").last).to_be_visible()


def _report(page: Page) -> str:
    """Report as a resident; gives the link that follows it."""
    page.get_by_label("What kind of hazard?").select_option("pavement")
    page.get_by_label("What is wrong?").fill("Stalls all over the pavement 😀")
    page.locator("#photos").set_input_files(files=NO_PICTURE)
    expect(page.get_by_text("is not a picture that can be read here")).to_be_visible()
    page.locator("#photos").set_input_files(files=PHOTO)
    page.get_by_role("button", name="Back", exact=True).press("Enter")
    expect(page.get_by_text("was left out: you went back")).to_be_visible()
    assert page.locator("#photos").evaluate("one => one.files.length") == 0
    page.locator("#photos").set_input_files(files=PHOTO)
    _use_photo(page, blur=True)
    page.context.set_offline(True)
    page.get_by_role("button", name="Report", exact=True).press("Enter")
    expect(page.get_by_text("There is no network")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Report", exact=True).dblclick()
    expect(page.locator(".message.success").last).to_be_visible()
    return str(page.locator("a.wrap").get_attribute("href"))


def test_a_blocked_pavement_goes_to_two_departments_at_once_and_is_put_right(
    windows: Windows, town: RealServer
) -> None:
    _set_up(town)
    officer = windows.open("officer")
    officer.goto("/hazards/settings/")
    officer.get_by_role("link", name="East street").click()
    code = str(officer.locator("p.wrap").inner_text()).removeprefix("http://")
    point = code[code.index("/h/r/") :]
    resident = windows.open(None, viewport=PHONE)
    resident.goto(point)
    follow = _report(resident)
    follow = follow[follow.index("/h/f/") :]

    officer.goto("/hazards/?state=reported")
    expect(officer.locator("tbody tr")).to_have_count(1)
    officer.locator("tbody a").first.click()
    address = officer.url.removeprefix(town.origin)
    expect(officer.locator(".pictures img")).to_have_count(1)
    officer.get_by_role("button", name="File it").press("Enter")
    for name in ("City management", "Community"):
        expect(officer.get_by_label(name, exact=True)).to_be_checked()
    officer.get_by_label("Owner without an account").fill("Wang")
    officer.get_by_role("button", name="Give it away").press("Enter")
    owner = str(officer.locator("a.wrap").get_attribute("href"))
    owner = owner[owner.index("/h/o/") :]

    department = windows.open("department", viewport=PHONE)
    department.goto("/to-rectify/")
    expect(department.locator("ul.work li")).to_have_count(2)
    department.goto(address)
    _prove(department, "City management", "Moved")
    _prove(department, "Community", "Talked")
    stranger = windows.open(None, viewport=PHONE)
    stranger.goto(owner)
    stranger.locator("input[type=file]").set_input_files(files=PHOTO)
    _use_photo(stranger)
    stranger.get_by_role("button", name="Hand in the proof").press("Enter")
    expect(stranger.locator(".message.success").last).to_be_visible()

    officer.goto(address)
    _check(officer, "City management", "Return for rework", "Half of it is back")
    _check(officer, "Community", "Passed")
    _check(officer, "owner", "Passed")
    department.goto(address)
    _prove(department, "City management", "All gone")
    officer.goto(address)
    _check(officer, "City management", "Passed")
    expect(officer.locator("main .mark").first).to_have_text("closed")
    resident.goto(follow)
    expect(resident.locator("main")).to_contain_text("closed")

    for language, theme, width in (("en", "dark", 1280), ("zh", "light", 360)):
        stops = [
            ("officer", "/hazards/", "h1"),
            ("officer", address, "h1"),
            (None, point, "h1"),
            (None, owner, "h1"),
        ]
        found = faults_of_pages(windows, stops, language=language, theme=theme, width=width)
        assert not found, found
