"""Pages of supervisors, planners and callers, and the tour, with the product itself."""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import sqlite3
import zoneinfo

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect
from tests.browser.looking import faults_of_pages
from tests.browser.real_server import RealServer, Windows
from tests.unit.core.studies.test_foretelling import asked, calls

from wardmote.core.studies.forecast_sheet import forecast_document
from wardmote.core.studies.foretelling import foretell
from wardmote.gateways.simulated_people.accounts import whole_area

pytestmark = pytest.mark.browser

# Words and accessibility are checked in both languages; what a page does, in one.
IN_ENGLISH = pytest.mark.parametrize("language", ["en"])
IN_CHINESE = pytest.mark.parametrize("language", ["zh"])


@IN_CHINESE
def test_a_figure_of_the_bulletin_opens_the_calls_behind_it(
    windows: Windows, town: RealServer, language: str
) -> None:
    incident = town.take_down("offence.criminal.weapon", "Market of the bulletin")
    number = town.call(incident)["number"]
    page = windows.open("supervisor", language=language)
    page.goto("/bulletin/")
    page.locator("td a").first.press("Enter")
    expect(page.get_by_role("link", name=number)).to_be_visible()
    page.get_by_role("link", name=number).press("Enter")
    expect(page.locator("h1")).to_contain_text(number)


def test_the_bulletin_comes_as_pdf_and_workbook(windows: Windows, town: RealServer) -> None:
    town.take_down("dispute.neighbour", "Lane 3")
    page = windows.open("supervisor", language="zh")
    page.goto("/bulletin/")
    addresses = {
        kind: page.get_by_role("link", name=kind).get_attribute("href") for kind in ("PDF", "xlsx")
    }
    pdf = page.request.get(str(addresses["PDF"]))
    assert pdf.ok
    assert pdf.body().startswith(b"%PDF-")
    book = load_workbook(io.BytesIO(page.request.get(str(addresses["xlsx"])).body()))
    assert any(cell.value for row in book.worksheets[0].iter_rows() for cell in row)


@IN_ENGLISH
def test_the_calls_are_found_and_downloaded(
    windows: Windows, town: RealServer, language: str
) -> None:
    town.take_down("dispute.neighbour", "Lane of the search")
    page = windows.open("dispatcher", language=language)
    page.goto("/calls/")
    page.locator("#id_text").fill("of the search")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr").first).to_contain_text("Lane of the search")
    answer = page.request.get(str(page.get_by_role("link", name="CSV").get_attribute("href")))
    text = answer.body().decode("utf-8-sig")
    assert "Lane of the search" in text
    page.goto("/calls/?first=2026-13-40")
    expect(page.locator(".errorlist")).to_be_visible()


@IN_CHINESE
def test_the_routing_simulator_answers_and_refuses_a_wrong_hour(
    windows: Windows, town: RealServer, language: str
) -> None:
    assert town.origin
    page = windows.open("planner", language=language)
    page.goto("/routing/")
    expect(page.locator(".destinations .mark")).to_be_visible()
    expect(page.locator("tr.used")).to_have_count(1)
    page.goto("/routing/?category=dispute.neighbour&place=inside&hour=99")
    expect(page.locator(".errorlist")).to_be_visible()
    expect(page.locator("#id_hour")).to_have_attribute("aria-invalid", "true")


def test_a_planner_puts_a_standard_in_force_and_a_dispatcher_cannot(
    windows: Windows, town: RealServer
) -> None:
    assert town.origin
    page = windows.open("planner")
    page.goto("/standards/")
    try:
        page.locator("button[value='urban-rural']").press("Enter")
        expect(page.locator(".message.success")).to_be_visible()
        heading = page.locator("section", has=page.locator("#standard-urban-rural"))
        expect(heading.locator(".mark")).to_be_visible()
        other = windows.open("dispatcher")
        other.goto("/standards/")
        expect(other.locator("main button")).to_have_count(0)
    finally:
        page.locator("button[value='135']").press("Enter")
        expect(page.locator("#standard-135 .mark")).to_be_visible()


def test_key_places_are_drawn_by_clicks_and_by_typing(windows: Windows, town: RealServer) -> None:
    lon, lat = town.city.manifest.centre
    page = windows.open("planner")
    page.goto("/places/")
    expect(page.locator("#place-map canvas")).to_be_visible()
    expect(page.locator("#place-map canvas")).to_have_count(1)
    page.locator("#place-map canvas").click(position={"x": 200, "y": 150})
    expect(page.locator("#id_key_place-lon")).not_to_have_value("")
    page.locator("#id_key_place-name_en").fill("Night market")
    page.keyboard.press("Enter")
    expect(page.get_by_role("rowheader", name="Night market")).to_be_visible()
    page.locator("#id_zone-name_zh").fill("新区")
    corners = [(lon, lat), (lon + 0.01, lat), (lon + 0.01, lat + 0.01)]
    page.locator("#id_zone-corners").fill("\n".join(f"{x:.5f}, {y:.5f}" for x, y in corners))
    page.get_by_role("button", name="Add the zone").press("Enter")
    expect(page.get_by_role("rowheader", name="新区")).to_be_visible()
    page.locator("#id_zone-name_zh").fill("坏区")
    page.locator("#id_zone-corners").fill("111.4, 27.1\nhere and there")
    page.get_by_role("button", name="Add the zone").press("Enter")
    expect(page.locator("#zone-form .errorlist")).to_contain_text("2")
    expect(page.locator("#id_zone-corners")).to_have_value("111.4, 27.1\nhere and there")


@IN_CHINESE
def test_the_callers_phone_sends_its_position_once(
    windows: Windows, town: RealServer, language: str
) -> None:
    lon, lat = town.city.manifest.centre
    desk = windows.open("dispatcher", language=language)
    desk.goto("/console/")
    expect(desk.locator(".unit-row").first).to_be_visible()
    desk.keyboard.press("F2")
    asked = town.person("dispatcher").post("/api/location-requests", {})
    phone = windows.open(
        None,
        language=language,
        viewport={"width": 360, "height": 740},
        geolocation={"longitude": lon, "latitude": lat, "accuracy": 12},
        permissions=["geolocation"],
    )
    phone.goto(asked["url"])
    phone.locator("#send-position").press("Enter")
    expect(phone.locator("#position-status")).to_contain_text(
        "谢谢" if language == "zh" else "Thank you"
    )
    answer = town.person("dispatcher").get(f"/api/location-requests/{asked['id']}")
    assert answer["state"] == "answered"
    assert answer["lon"] == pytest.approx(lon)
    phone.reload()
    expect(phone.locator("#send-position")).to_have_count(0)


@pytest.mark.parametrize(
    ("username", "path", "language"),
    [
        ("crew", "/console/", "zh"),
        ("crew", "/calls/", "en"),
        ("officer", "/crew/", "zh"),
        ("dispatcher", "/crew/", "en"),
    ],
)
def test_a_role_that_may_not_is_told_so(
    windows: Windows, town: RealServer, username: str, path: str, language: str
) -> None:
    assert town.origin
    page = windows.open(username, language=language)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 403
    expect(page.locator("h1")).to_be_visible()


@IN_CHINESE
def test_the_tour_goes_on_by_what_the_reader_does(
    windows: Windows, town: RealServer, language: str
) -> None:
    page = windows.open("dispatcher", language=language, tour=True)
    page.goto("/console/")
    count = page.locator(".tour-count")
    expect(count).to_have_text("1/6")
    town.take_down("offence.criminal.weapon", "Market")
    expect(page.locator(".queue-row")).to_have_count(1)
    page.locator(".queue-row").press("Enter")
    expect(count).to_have_text("2/6")
    expect(page.locator(".ranking-line input").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(count).to_have_text("3/6")
    units = [row["call_sign"] for row in town.call(_only(town))["assignments"]]
    town.person("dispatcher").post("/api/commands", {"line": f"er {units[0]}"})
    expect(count).to_have_text("4/6")
    page.reload()
    expect(count).to_have_text("4/6")
    expect(page.locator(".queue-row")).to_have_count(1)
    town.person("dispatcher").post("/api/incidents", {"category": "help.other", "channel": "phone"})
    expect(count).to_have_text("5/6")
    page.locator("#tour button").first.press("Enter")
    expect(page.locator("#tour a")).to_have_attribute("href", "/wall/")
    page.locator("#tour button").nth(1).press("Enter")
    expect(count).to_be_hidden()
    page.locator("[data-rate='5']").press("Enter")
    expect(page.locator("[data-rate='5']")).to_have_attribute("aria-pressed", "true")
    assert town.person("dispatcher").get("/api/clock")["rate"] == 5.0


def _only(town: RealServer) -> str:
    [incident] = town.person("dispatcher").get("/api/board")["incidents"]
    return str(incident["id"])


def keep_a_forecast(town: RealServer) -> None:
    """Put a forecast of a made-up history where the server keeps the one of today."""
    sheet = forecast_document(foretell(calls(92), asked()))
    today = datetime.datetime.now(zoneinfo.ZoneInfo(town.city.manifest.timezone)).date()
    with contextlib.closing(sqlite3.connect(town.home / "wardmote.sqlite3")) as rows, rows:
        rows.execute(
            "INSERT OR REPLACE INTO forecasts_demandforecast"
            " (area, source, state, claim, day, document, wanted_s, stated_by)"
            " VALUES (?, 'own_calls', 'idle', '', ?, ?, 0, '')",
            (whole_area(town.book), today.isoformat(), json.dumps(sheet)),
        )


PAGES = (
    (None, "/accounts/login/", "#id_login"),
    ("dispatcher", "/console/", ".queue-row"),
    ("dispatcher", "/console/map/", "canvas"),
    ("dispatcher", "/console/incidents/{incident}/", ".timeline li"),
    ("dispatcher", "/calls/", "tbody tr"),
    ("dispatcher", "/accounts/2fa/", "h1"),
    ("dispatcher", "/accounts/2fa/webauthn/", "h1"),
    ("dispatcher", "/accounts/2fa/totp/activate/", "h1"),
    ("dispatcher", "/accounts/password/change/", "h1"),
    ("crew", "/crew/", "#duty"),
    ("supervisor", "/wall/", "#figures .figure"),
    ("supervisor", "/bulletin/", "table"),
    ("planner", "/forecast/", "#chart-days canvas"),
    ("planner", "/routing/", "table"),
    ("planner", "/standards/", "table"),
    ("planner", "/places/", "canvas"),
    (None, "/i/nothing", "h1"),
    ("crew", "/console/", "h1"),
)


@pytest.mark.parametrize(
    ("language", "theme", "width"), [("en", "light", 1366), ("zh", "dark", 360)]
)
def test_no_page_has_a_violation_or_scrolls_sideways(
    windows: Windows, town: RealServer, language: str, theme: str, width: int
) -> None:
    incident = town.take_down("offence.criminal.weapon", "Market", note="knife")
    keep_a_forecast(town)
    stops = [(who, path.format(incident=incident), shown) for who, path, shown in PAGES]
    found = faults_of_pages(windows, stops, language=language, theme=theme, width=width)
    assert not found, found
