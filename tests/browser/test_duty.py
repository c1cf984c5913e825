"""Duty in the browser: a level by two people, a plan offered on a call, a drill beside it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.looking import faults_of_pages
from tests.browser.real_server import RealServer, Windows

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
REACTS_MS = 40_000
"""A reaction comes a moment after its event, and the page asks again every ten seconds."""


def _press(page: Page, name: str) -> None:
    # Forms that come with a read-again part may be replaced while a pointer travels; keys are not.
    page.get_by_role("button", name=name, exact=True).first.press("Enter")


def _confirm(page: Page) -> None:
    """Tick that people are called back from leave, where somebody is on leave."""
    box = page.get_by_role("checkbox")
    if box.count():
        box.check()


def _latest_switch(page: Page) -> Locator:
    return (
        page.get_by_role("region", name="Switches")
        .get_by_role("rowheader")
        .get_by_role("link")
        .first
    )


def _switch_level(chief: Page, boss: Page) -> None:
    chief.goto("/duty/")
    chief.locator("select[name=level]").select_option(label="Level 1")
    _press(chief, "Show what would change")
    expect(chief.get_by_role("row", name="Timers, % of everyday 100 % 50 %")).to_be_visible()
    expect(chief.get_by_role("heading", name="Leave that is ended or cancelled")).to_be_visible()
    chief.get_by_label("Why").fill("Lantern Festival")
    _confirm(chief)
    _press(chief, "Propose")
    boss.goto("/duty/")
    _latest_switch(boss).press("Enter")
    expect(boss.get_by_role("heading", name="Who may put it in force")).to_be_visible()
    _confirm(boss)
    _press(boss, "Put in force")
    expect(boss.locator(".duty-banner")).to_contain_text("Level 1")


def _write_plan(chief: Page, boss: Page) -> None:
    chief.goto("/duty/plans/")
    chief.get_by_text("Write a plan").click()
    chief.get_by_label("Name in English").fill("Quarrel in a crowd")
    chief.get_by_label("Within minutes").first.fill("5")
    chief.get_by_label("Role").first.fill("leader")
    chief.get_by_label("What, in English").first.fill("Clear the square")
    chief.get_by_role("button", name="Another step").click()
    expect(chief.get_by_label("What, in English")).to_have_count(3)
    chief.get_by_label("Code or name").first.fill("dispute")
    _press(chief, "Save")
    expect(chief.locator(".message.success")).to_be_visible()
    boss.goto("/duty/plans/")
    boss.get_by_role("link", name="Quarrel in a crowd").press("Enter")
    _press(boss, "Approve")
    expect(boss.locator(".message.success")).to_be_visible()


def test_a_level_a_plan_on_a_call_and_a_drill_beside_it(windows: Windows, town: RealServer) -> None:
    chief, boss = windows.open("chief"), windows.open("supervisor", viewport=PHONE)
    _switch_level(chief, boss)
    _write_plan(chief, boss)
    plan = boss.url
    call = town.take_down("dispute.neighbour", "Old market")
    boss.goto(f"/console/incidents/{call}/")
    offered = boss.get_by_role("button", name="Activate the plan")
    expect(offered).to_be_visible(timeout=REACTS_MS)
    offered.press("Enter")
    expect(boss.get_by_role("heading", name="Quarrel in a crowd", level=1)).to_be_visible()
    run = boss.url
    _press(boss, "Done")
    expect(boss.get_by_text("1 of 1 steps have ended.")).to_be_visible()
    _press(boss, "Stand down")
    boss.get_by_label("What was learnt").fill("Bring barriers")
    _press(boss, "Keep")
    expect(boss.get_by_text("Bring barriers")).to_be_visible()
    assert boss.request.get(f"{run}record.pdf").body().startswith(b"%PDF")

    chief.goto(plan)
    chief.get_by_label("Which").fill("Yearly exercise")
    chief.get_by_label("Staff number").first.fill("volunteer")
    chief.get_by_role("checkbox").check()
    _press(chief, "Activate now")
    expect(chief.get_by_role("heading", level=1)).to_contain_text("DRILL")
    drill = chief.url
    helper = windows.open("volunteer", language="zh", viewport=PHONE)
    helper.goto("/")
    expect(helper.locator(".duty-banner.error")).to_contain_text("演练")
    helper.goto(drill)
    answer = boss.goto(drill)
    assert answer is not None
    assert answer.status == 404
    expect(boss.locator(".duty-banner.error")).to_have_count(0)

    stops = [("chief", path, "h1") for path in (
        "/duty/", "/duty/plans/", plan, run, drill, "/duty/guards/new/", "/duty/neighbours/",
    )]  # fmt: skip
    stops.append(("administrator", "/duty/levels/", "h1"))
    found = faults_of_pages(windows, stops, language="zh", theme="light", width=360)
    chief.goto(drill)
    _press(chief, "Stand down")
    boss.goto("/duty/")
    _latest_switch(boss).press("Enter")
    _press(boss, "End this level")
    expect(boss.locator(".duty-banner")).to_have_count(0)
    assert not found, found
