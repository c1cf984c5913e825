"""Studies with the product itself: plans compared, edited, run, adopted and taken back."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import expect
from tests.browser.looking import faults_of_pages
from tests.browser.real_server import Person, RealServer, Windows

pytestmark = pytest.mark.browser

COMPUTED_WITHIN_S = 300.0


@dataclass(frozen=True, slots=True)
class Planned:
    """Addresses of a study with everything in it."""

    study: str
    plan: str
    run: str
    adoption: str
    grids: str


def send(person: Person, path: str, **fields: str | list[str]) -> httpx.Response:
    """Send a form as the page would; the answer it leads to."""
    data = {**fields, "csrfmiddlewaretoken": person.http.cookies["csrftoken"]}
    origin = str(person.http.base_url)
    answer = person.http.post(path, data=data, headers={"Referer": origin}, follow_redirects=True)
    assert answer.status_code == httpx.codes.OK, (path, fields, answer.status_code)
    return answer


def wait_until_over(person: Person, run: str) -> str:
    """Look at a run until it is over; its state."""
    deadline_s = time.monotonic() + COMPUTED_WITHIN_S
    while True:
        state = str(person.get(f"{run}progress")["state"])
        if state in ("done", "failed", "cancelled"):
            return state
        assert time.monotonic() < deadline_s, "the run is not over"


def new_study(person: Person, title: str) -> str:
    """A study of the whole place; its address."""
    page = person.http.get("/studies/").text
    area = re.findall(r'<option value="(\d+)"', page)[0]
    return send(person, "/studies/", title=title, question="", area=area).url.path


@pytest.fixture(scope="module")
def planned(served_town: RealServer) -> Planned:
    """A study with two plans, a what-if, a finished run and a plan that waits for review."""
    planner = served_town.person("planner")
    study = new_study(planner, "Posts")
    page = send(planner, study, form="present", name="Now").text
    first = re.findall(rf'href="({study}plans/[^"/]+/)"', page)[0]
    value = first.rstrip("/").split("/")[-1]
    send(planner, study, form="copy", value=value, name="Moved")
    grids = cut_grids(planner, study, first)
    usual = {"units_away": "0", "duty_level": "3", "add_units": "0", "festival_factor": "1",
             "festival_m": "1000", "festival_day": "5", "festival_from": "10",
             "festival_hours": "8"}  # fmt: skip
    what_if = {f"scenario-{name}": text for name, text in usual.items()}
    what_if |= {"scenario-name": "Busier", "scenario-more_calls": "20"}
    page = send(planner, study, form="scenario", **what_if).text
    trial = {name: re.findall(rf'name="trial-{name}" value="([^"]+)"', page)
             for name in ("plans", "scenarios")}  # fmt: skip
    run = send(
        planner, study, form="trial",
        **{f"trial-{name}": values for name, values in trial.items()},
        **{"trial-runs": "2", "trial-days": "1", "trial-seed": "1", "trial-demand": "residents"},
    ).url.path  # fmt: skip
    assert wait_until_over(planner, run) == "done"
    day = re.findall(r'name="adopt-first_day" value="([^"]+)"', planner.http.get(run).text)[0]
    fields = {"adopt-plan": "p2", "adopt-first_day": day, "adopt-note": "As good, and calmer"}
    adoption = send(planner, run, form="adopt", **fields).url.path
    return Planned(study, first, run, adoption, grids)


def cut_grids(person: Person, study: str, plan: str) -> str:
    """Have grids cut for a plan; the page of those of the plan that comes out."""
    asked = {"cut-name": "Shared out", "cut-demand": "residents", "cut-begin": "nothing",
             "cut-tolerance": "1.5"}  # fmt: skip
    run = send(person, f"{plan}grids/", form="cut", **asked).url.path
    assert wait_until_over(person, run) == "done"
    page = person.http.get(study).text
    return str(re.findall(rf'href="({study}plans/[^"/]+/grids/)"[^>]*Shared out', page)[0])


@pytest.mark.parametrize(
    ("language", "theme", "width"), [("en", "light", 1366), ("zh", "dark", 360)]
)
def test_no_page_of_studies_has_a_violation_or_scrolls_sideways(
    windows: Windows, planned: Planned, language: str, theme: str, width: int
) -> None:
    pages = (
        ("planner", "/studies/", "tbody tr"),
        ("planner", planned.study, "#plans-map canvas"),
        ("planner", planned.plan, "#plan-map canvas"),
        ("planner", planned.grids, "#grids-map canvas"),
        ("auditor", planned.run, "#chart-tiers canvas"),
        ("planner", "/studies/adoptions/", "tbody tr"),
        ("supervisor", planned.adoption, "#plans-map canvas"),
    )
    found = faults_of_pages(windows, pages, language=language, theme=theme, width=width)
    assert not found, found


def test_a_plan_is_edited_with_keys_and_clicks(
    windows: Windows, town: RealServer, planned: Planned
) -> None:
    page = windows.open("planner")
    page.goto(planned.study)
    page.get_by_role("button", name="Copy Now").press("Enter")
    page.get_by_role("link", name="Now (copy)").first.press("Enter")
    expect(page.locator("#plan-map canvas")).to_be_visible()
    rows = page.locator("#post-rows tr")
    before = rows.count()
    first = rows.first.locator("[name=post-lat]")
    latitude = float(first.input_value())
    for key in ("ArrowUp", "Shift+ArrowUp", "Shift+ArrowLeft", "Alt+ArrowUp"):
        rows.first.locator("[name=post-name]").press(key)
    rows.first.get_by_role("button", name="Remove").press("Alt+ArrowDown")
    assert float(first.input_value()) == latitude
    rows.first.get_by_role("button", name="Remove").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowUp")
    assert float(first.input_value()) == pytest.approx(latitude + 0.0055)
    page.get_by_role("button", name="Add a post").press("Enter")
    expect(rows).to_have_count(before + 1)
    expect(rows.last.locator("[name=post-name]")).to_be_focused()
    placed = rows.last.locator("[name=post-lon]").input_value()
    page.locator("#plan-map canvas").click(position={"x": 90, "y": 200})
    expect(rows.last.locator("[name=post-lon]")).not_to_have_value(placed)
    rows.nth(1).get_by_role("button", name="Remove").press("Enter")
    expect(rows).to_have_count(before)
    page.get_by_role("button", name="Save the plan").press("Enter")
    expect(page.locator(".message.success")).to_be_visible()
    expect(rows).to_have_count(before)
    expect(page.locator("#post-rows tr").first.locator("[name=post-lat]")).to_have_value(
        f"{latitude + 0.0055:.6f}"
    )
    rows.first.locator("[name=post-lat]").fill("north")
    page.get_by_role("button", name="Save the plan").press("Enter")
    expect(page.locator(".message.error")).to_contain_text("1")
    assert town.origin


def test_grids_are_edited_with_keys_refused_undone_and_saved(
    windows: Windows, planned: Planned
) -> None:
    page = windows.open("planner")
    page.goto(planned.grids)
    expect(page.locator("#grids-map canvas")).to_be_visible()
    before = page.locator("#grids-table tbody").inner_text()
    pieces, target = page.locator("#pieces"), page.locator("#target")
    own = str(pieces.locator("option").first.get_attribute("data-post"))
    page.locator("#piece-grid").select_option(own)
    keys = [str(one.get_attribute("value")) for one in pieces.locator("option").all()]
    other = next(
        value
        for one in target.locator("option").all()
        if (value := str(one.get_attribute("value"))) != own
    )
    target.select_option(other)
    pieces.select_option(keys)
    page.get_by_role("button", name="Give").press("Enter")
    expect(page.locator("#edit-refused")).to_contain_text("would be empty")
    expect(page.locator("#save")).to_be_disabled()
    page.locator("#anyway").check()
    page.get_by_role("button", name="Give").press("Enter")
    expect(page.locator("#edit-broken")).to_contain_text("cannot be put in force")
    expect(page.locator("#grids-table .delta").first).to_be_visible()
    page.get_by_role("button", name="Undo the last").press("Enter")
    expect(page.locator("#edit-status")).to_contain_text("Nothing is changed yet.")
    assert page.locator("#grids-table tbody").inner_text() == before
    pieces.select_option(keys[:1])
    page.get_by_role("button", name="Give").press("Enter")
    expect(page.locator("#save")).to_be_enabled()
    page.get_by_role("button", name="Save the grids").press("Enter")
    expect(page.locator(".message.success")).to_be_visible()
    expect(page.locator("#save")).to_be_disabled()


def test_a_run_is_followed_and_cancelled(windows: Windows, planned: Planned) -> None:
    page = windows.open("planner", language="zh")
    page.goto(planned.study)
    page.locator("summary", has_text="孪生").press("Enter")
    page.locator("#id_trial-runs").fill("200")
    page.locator("#id_trial-days").fill("366")
    page.get_by_role("button", name="开始运行").press("Enter")
    expect(page.locator("#run-progress")).to_be_visible()
    page.get_by_role("button", name="取消运行").press("Enter")
    expect(page.get_by_role("button", name="重新开始")).to_be_visible()
    expect(page.locator("#run-state")).to_have_text("已取消")


def test_a_second_person_puts_a_plan_in_force_and_takes_it_back(
    windows: Windows, town: RealServer, planned: Planned
) -> None:
    planner = windows.open("planner")
    planner.goto(planned.adoption)
    expect(planner.get_by_role("button", name="Approve")).to_have_count(0)
    chief = windows.open("supervisor")
    chief.goto(planned.adoption)
    chief.get_by_role("button", name="Approve").press("Enter")
    expect(chief.locator("h1 .mark")).to_have_text("in force")
    expect(chief.locator("#table-promise")).to_have_text("Promise and what followed")
    chief.locator("#reason").fill("Only a rehearsal")
    chief.get_by_role("button", name="Put the former posting in force again").press("Enter")
    expect(chief.locator("h1 .mark")).to_have_text("rolled back")
    posts = town.person("planner").get("/api/city")["posts"]["features"]
    assert {one["properties"]["id"] for one in posts} == {one.post_id for one in town.book.posts}


def test_a_comparison_comes_as_csv_and_pdf(windows: Windows, planned: Planned) -> None:
    page = windows.open("auditor", language="zh")
    page.goto(planned.run)
    names = [one.get_attribute("href") or "" for one in page.get_by_role("link", name="CSV").all()]
    assert len(names) == 7
    for name in names:
        answer = page.request.get(name)
        assert answer.ok
        assert answer.body().decode("utf-8-sig").count("\n") >= 2
    pdf = page.request.get(str(page.get_by_role("link", name="PDF").get_attribute("href")))
    assert pdf.body().startswith(b"%PDF-")
    expect(page.get_by_role("button", name="提请采用")).to_have_count(0)


def test_areas_are_gone_through_with_keys_beside_the_maps(
    windows: Windows, planned: Planned
) -> None:
    page = windows.open("planner", language="en")
    page.goto(planned.run)
    rows = page.locator("#area-rows [data-area]")
    rows.first.focus()
    page.locator("#area-maps").scroll_into_view_if_needed()
    expect(page.locator("#maps-legend li")).to_have_count(6, timeout=60_000)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#maps-value")).to_contain_text(rows.nth(1).inner_text())
    expect(page.locator("#maps-value")).to_contain_text("Moved: ")
    page.get_by_label("Show", exact=True).select_option("reach")
    expect(page.locator("#maps-legend li")).to_have_count(3)
    expect(page.locator("#maps-legend")).to_contain_text("1:00")
