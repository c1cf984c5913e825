"""Checks and assessment in the browser: drawn, recorded, replied, decided; counted, appealed."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.looking import faults_of_pages
from tests.browser.real_server import RealServer, Windows
from tests.unit.operations.photos.pictures import picture

from wardmote.core.domain.assessment import SHIPPED_ASSESSMENT_RULES, dump_assessment_rules

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


def _draw_and_record(inspector: Page, folder: Path) -> str:
    inspector.goto("/inspections/")
    inspector.get_by_label("posts").fill("1")
    inspector.get_by_role("button", name="Draw", exact=True).click()
    expect(inspector.get_by_text("the same came out")).to_be_visible()
    inspector.get_by_role("region", name="Spot checks").get_by_role("link").first.click()
    inspector.get_by_role("button", name="Begin the check").click()
    for choice in inspector.get_by_label("no", exact=True).all():
        choice.check()
    inspector.get_by_label("staff number").fill("crew")
    inspector.get_by_label("What was found, in words").fill("Nobody at the post")
    seen = folder / "seen.jpg"
    seen.write_bytes(picture())
    inspector.get_by_label("Picture").set_input_files(seen)
    sheet = inspector.get_by_role("dialog", name="Blur bystanders")
    sheet.get_by_role("button", name="Use photo").press("Enter")
    expect(inspector.get_by_text("1 picture is ready.")).to_be_visible()
    inspector.get_by_role("button", name="Record the result").click()
    expect(inspector.locator(".pictures img")).to_have_count(1)
    return inspector.url


def _count(home: Path) -> str:
    """A sheet of the assistant for a quarter that is over, as if counted when it ended."""
    found = home / "wardmote.sqlite3"
    now_s = time.time()
    rules = json.dumps(dump_assessment_rules(SHIPPED_ASSESSMENT_RULES))
    case = {"counted": "tasks_in_time", "kind": "task", "id": "gone", "met": False}
    cases = json.dumps([{**case, "at_s": now_s - 9e6, "due_s": now_s - 9e6}])
    with sqlite3.connect(found, timeout=30) as rows:
        area = rows.execute(
            "select area from access_grant where role = 'village_assistant'"
        ).fetchone()[0]
        rows.execute(
            "insert into inspections_assessmentrulesversion"
            " (version, area, data, from_day, published_by, published_s) values (?,?,?,?,?,?)",
            ("v1", area, rules, "2020-01-01", "supervisor", 1.5e9),
        )
        rows.execute(
            "insert into inspections_assessmentsheet (id, staff_id, area, first_day, last_day,"
            " as_of_s, cases, made_by, made_s, appeal_until_s, rules_id)"
            " values (?,?,?,?,?,?,?,?,?,?,?)",
            (
                *("sheet1", "assistant", area, "2025-01-01", "2025-03-31", now_s - 8e6, cases),
                *("chief", now_s, now_s + 9e6, "v1"),
            ),
        )
    return "/assessment/sheet1/"


def test_a_check_from_the_draw_to_the_decision_and_a_sheet_with_an_appeal(
    windows: Windows, town: RealServer, tmp_path: Path
) -> None:
    inspector = windows.open("inspector")
    check = _draw_and_record(inspector, tmp_path)
    crew = windows.open("crew", viewport=PHONE)
    crew.goto(check)
    crew.get_by_label("Your reply").fill("We were on a call")
    crew.get_by_role("button", name="Reply").click()
    expect(crew.get_by_text("We were on a call")).to_be_visible()
    chief = windows.open("chief", viewport=PHONE)
    chief.goto(check)
    chief.get_by_label("Decision and why").first.fill("There was no call then")
    chief.get_by_role("button", name="Uphold").click()
    expect(chief.get_by_text("There was no call then")).to_be_visible()

    sheet = _count(town.home)
    aide = windows.open("assistant", language="zh", viewport=PHONE)
    aide.goto("/assessment/")
    aide.get_by_role("link", name="2025-01-01").click()
    aide.locator("main summary").first.click()
    aide.locator("td a[href*='case=']").first.click()
    aide.locator("#ground").select_option("facts_wrong")
    aide.locator("#words").fill("当天按时完成")
    aide.locator("button[value=file]").click()
    expect(aide.locator("article")).to_have_count(1)
    inspector.goto("/assessment/appeals/")
    inspector.get_by_role("link", name="Assistant Luo").click()
    appeal = inspector.url
    inspector.get_by_label("Decision and why").fill("The log agrees")
    inspector.get_by_role("button", name="Allow: count it as met").click()
    expect(inspector.get_by_text("The log agrees")).to_be_visible()
    aide.goto(sheet)
    expect(aide.get_by_text("1 / 1").first).to_be_visible()
    expect(aide.get_by_text("0 / 1").first).to_be_visible()

    stops = [
        *(("inspector", path, "h1") for path in (
            "/inspections/", check, "/inspections/day/", "/inspections/notice/", appeal,
            "/assessment/appeals/", "/equipment/", "/equipment/due/", "/survey/",
        )),
        *(("assistant", path, "h1") for path in ("/assessment/", sheet, "/my-checks/")),
        *(("supervisor", path, "h1") for path in ("/assessment/rules/", "/assessment/")),
        ("chief", "/training-calendar/", "h1"),
        (None, "/s/unknown", "h1"),
    ]  # fmt: skip
    found = faults_of_pages(windows, stops, language="zh", theme="light", width=360)
    assert not found, found
