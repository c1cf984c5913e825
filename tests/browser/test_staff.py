"""Staff in the browser: a table taken over, a gap that goes away, leave with a deputy."""

from __future__ import annotations

import datetime

import pytest
from playwright.sync_api import expect
from tests.browser.looking import faults_of_pages
from tests.browser.real_server import RealServer, Windows

pytestmark = pytest.mark.browser

HEAD = "工号,姓名,英文名,人员类别,所属区划,职务,任职地点,任职开始\n"


def test_a_table_fills_a_gap_and_a_deputy_stands_in(windows: Windows, town: RealServer) -> None:
    beat = town.city.place_book().beats[0]
    rows = HEAD + (
        f"B1,甲警官,Officer A,民警,{beat.area},社区民警,{beat.beat_id},2026-01-01\n"
        f"B2,乙警官,Officer B,民警,{beat.area},,,\n"
    )
    page = windows.open("administrator", language="en", viewport={"width": 360, "height": 740})

    def send(text: str) -> None:
        page.goto("/staff/import/")
        file = {"name": "staff.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.locator("input[type=file]").set_input_files(files=[file])  # type: ignore[list-item]  # a payload
        page.get_by_role("button", name="Read it").press("Enter")

    send(rows.replace("民警,", "警犬,", 1))
    expect(page.get_by_role("row", name="2 kind 警犬")).to_be_visible()
    send(rows)
    page.get_by_role("button", name="Take over the whole table").press("Enter")
    expect(page.locator(".message.success")).to_be_visible()
    place = f"/staff/places/beat/{beat.beat_id}/"
    page.goto(place)
    expect(page.locator("section.card").first).to_contain_text("Officer A")
    page.goto("/staff/people/B1/")
    day = datetime.datetime.now(tz=datetime.UTC).date()
    page.locator("#id_leave-first").fill((day - datetime.timedelta(days=1)).isoformat())
    page.locator("#id_leave-last").fill((day + datetime.timedelta(days=9)).isoformat())
    page.locator("#id_leave-deputy").fill("B2")
    page.get_by_role("button", name="Ask", exact=True).press("Enter")
    page.get_by_role("button", name="Approve").press("Enter")
    expect(page.get_by_role("button", name="Recall now")).to_be_visible()
    page.goto(place)
    expect(page.locator("section.card").first).to_contain_text("Officer B (deputises for")
    stops = [("administrator", path, "h1") for path in ("/staff/gaps/", place, "/staff/people/B1/")]
    stops.append(("chief", "/staff/people/B1/record/", "h1"))
    found = faults_of_pages(windows, stops, language="zh", theme="light", width=360)
    assert not found, found
