"""The tree of places in a browser: drawn by clicks and by keys, read on a telephone, no faults."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.looking import faults_of_pages
from tests.browser.real_server import RealServer, Windows

pytestmark = pytest.mark.browser


def test_a_planner_draws_a_boundary_by_clicks_and_by_keys(
    windows: Windows, town: RealServer
) -> None:
    assert town.origin
    page = windows.open("planner", language="en")
    page.goto("/divisions/")
    for _level in range(3):  # province, city, county: down to the town
        page.locator("tbody th a").first.press("Enter")
        expect(page.locator("#below-heading")).to_be_visible()
    town_page = page.locator("section[aria-labelledby=below-heading] tbody th a").first
    town_page.press("Enter")
    page.locator("section[aria-labelledby=below-heading] tbody th a").last.press("Enter")
    corners = page.locator("#id_redraw-corners")
    page.locator("#redraw summary").press("Enter")
    before = corners.input_value()
    assert before.count("\n") >= 2
    page.get_by_label("adds a corner of the boundary").check()
    page.locator("#redraw .clear-corners").press("Enter")
    expect(corners).to_have_value("")
    box = page.locator("#division-map canvas").bounding_box()
    assert box is not None
    for lines, across in enumerate((0.3, 0.5), start=1):
        page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * 0.5)
        expect(page.locator("#map-status")).to_have_text(f"Corner {lines} added.")
    corners.fill(before)
    page.locator("#redraw button.primary").press("Enter")
    expect(page.locator(".message.success")).to_be_visible()
    expect(page.locator("section[aria-labelledby=changes-heading]")).to_contain_text("redrawn")


def test_the_pages_have_no_fault_that_axe_knows_and_fit_a_telephone(
    windows: Windows, town: RealServer
) -> None:
    assert town.origin
    rows = windows.open("planner", language="zh")
    rows.goto("/divisions/findings/")
    area = str(rows.locator("#area option").last.get_attribute("value"))
    rows.goto(f"/divisions/{area}/")
    below = rows.locator("section[aria-labelledby=below-heading] tbody th a")
    village = str(below.first.get_attribute("href"))
    rows.close()
    stops = [
        ("planner", "/divisions/", "#tree-heading"),
        ("planner", f"/divisions/{area}/", "#below-heading"),
        ("planner", f"{village}split/", "#id_line"),
        ("planner", "/divisions/beats/", "#list-heading"),
        ("planner", "/divisions/findings/", "#finding-count"),
        ("planner", "/divisions/import/", "#id_table-file"),
    ]
    found = faults_of_pages(windows, stops, language="zh", theme="light", width=360)
    assert not found, found
