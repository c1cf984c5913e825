"""Patrols and night watches on a volunteer's phone, partly without a network."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect
from tests.browser.looking import faults_of_pages
from tests.browser.real_server import RealServer, Windows
from tests.browser.waiting import wait_until

pytestmark = pytest.mark.browser

MAKE_TEAM = """
import json, sys
import django
django.setup()
from django.conf import settings
from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.patrols import services
from wardmote.operations.people.models import Person
from wardmote.operations.local_time import local_time

wanted = json.load(sys.stdin)
for staff, kind in ((wanted["assistant"], "assistant"), (wanted["volunteer"], "volunteer")):
    Person.objects.get_or_create(
        staff_id=staff,
        defaults={"name_zh": staff, "kind": kind, "area": wanted["area"], "kept_by": "t",
                  "kept_s": 0.0},
    )
chief = Viewer("test", (RoleInArea(Role.STATION_CHIEF, AreaId(wanted["area"])),))
members = {wanted["assistant"]: frozenset(), wanted["volunteer"]: frozenset()}
place = {"meets_at": "South gate", "meets": tuple(wanted["meets"])}
team = services.TeamWanted(
    Bilingual(wanted["team"], wanted["team"]), AreaId(wanted["area"]), wanted["assistant"],
    members, **place,
)
made = services.keep_team(chief, None, team, now_s=wanted["now_s"])
if wanted["watches"]:
    other = services.TeamWanted(
        Bilingual("另一队", "Other"), AreaId(wanted["area"]), wanted["assistant"],
        {wanted["assistant"]: frozenset()},
    )
    second = services.keep_team(chief, None, other, now_s=wanted["now_s"])
    # It began an hour ago and lasts for seven more, whatever the hour.
    began = local_time(wanted["now_s"] - 3_600.0)
    roster = services.begin_roster(
        chief,
        services.RosterWanted(
            AreaId(wanted["area"]), Bilingual("现在", "Now"), began.date(), began.date(),
            settings.TIME_ZONE, (made, second), start=f"{began:%H:%M}", least_members=1,
        ),
        now_s=wanted["now_s"],
    )
    made = services.add_watch(chief, roster, made, began.date(), now_s=wanted["now_s"])
    services.publish(chief, roster, now_s=wanted["now_s"])
print(made)
"""
OFFICER_PAGES = ("/patrols/", "/patrols/new/", "/patrols/walked/", "/patrols/grades/")


def set_up_team(town: RealServer, name: str, *, watches: bool = False) -> str:
    """A team of the assistant and the volunteer in the officer's area; its id, or its watch's."""
    day = town.person("assistant").get("/api/tasks/today")
    wanted = {
        "assistant": day["staff_id"], "now_s": day["made_s"],
        "volunteer": town.person("volunteer").get("/api/patrol-orders/mine")["staff_id"],
        "area": area_of(town), "team": name, "watches": watches,
        "meets": town.city.manifest.centre,
    }  # fmt: skip
    made = subprocess.run(  # our own interpreter
        [sys.executable, "-c", MAKE_TEAM],
        input=json.dumps(wanted), env=town._environment(), text=True, capture_output=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def area_of(town: RealServer) -> str:
    return min(town.book.beats, key=lambda beat: beat.beat_id).area


def order(windows: Windows, town: RealServer) -> Page:
    """The officer makes an order for the team that may start now, with the keyboard alone."""
    page = windows.open("officer")
    page.goto("/patrols/new/")
    lon, lat = town.city.manifest.centre
    page.get_by_label("Area (12 digits)").fill(area_of(town))
    page.get_by_label("Name (of a street").fill("Old market")
    page.get_by_label("Check-points, one a line").fill(
        f"{lon}, {lat}, Gate\n{lon}, {lat + 0.002}, Bridge"
    )
    # The form offers the next full hour; this patrol is to be walked now, whatever the hour.
    offered = datetime.datetime.fromisoformat(page.get_by_label("From", exact=True).input_value())
    for label, hours in (("From", -1), ("To", 3)):
        moment = offered + datetime.timedelta(hours=hours)
        page.get_by_label(label, exact=True).fill(f"{moment:%Y-%m-%dT%H:%M}")
    page.get_by_label("Team or unit").select_option(label="Lantern")
    page.get_by_role("button", name="Make the order").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Old market")
    return page


def test_a_patrol_from_its_order_over_a_dead_network_to_its_adherence(
    windows: Windows, town: RealServer
) -> None:
    set_up_team(town, "Lantern")
    leader = order(windows, town)
    lon, lat = town.city.manifest.centre
    phone = windows.open(
        "volunteer",
        viewport={"width": 360, "height": 640},
        permissions=["geolocation"],
        geolocation={"longitude": lon, "latitude": lat, "accuracy": 8},
    )
    phone.goto("/patrols/walk/")
    phone.locator(".task-row", has_text="Old market").click()
    phone.evaluate("navigator.serviceWorker.ready.then(() => null)")
    wait_until(phone, "navigator.serviceWorker.controller !== null")
    phone.get_by_role("button", name="Start").click()
    phone.get_by_role("button", name="Reached: Gate").click()
    expect(phone.locator(".point-row[data-done=true]")).to_have_count(1)
    expect(phone.locator("#outbox")).to_be_hidden()
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator("#connection")).to_contain_text("No connection")
    phone.get_by_role("button", name="Hazard").click()
    phone.get_by_label("In your own words").fill("A cable hangs low")
    phone.get_by_role("button", name="Send").click()
    phone.get_by_role("button", name="Reached: Bridge").click()
    expect(phone.locator("#question")).to_contain_text("Why from here?")
    phone.get_by_label("Choose").select_option("no_way_in")
    phone.get_by_role("button", name="Count it").click()
    expect(phone.locator("#outbox h2")).to_have_text("2 items wait to be sent")
    phone.context.set_offline(False)
    expect(phone.locator("#outbox")).to_be_hidden()
    phone.get_by_role("button", name="Finish").click()
    phone.get_by_label("Short note").fill("Quiet otherwise")
    phone.locator("#question").get_by_role("button", name="Finish").click()
    expect(phone.locator(".task-row[data-state=done]")).to_have_count(1)
    expect(phone.locator("#conflicts")).to_be_empty()
    expect(phone.locator("#outbox")).to_be_hidden()
    leader.reload()
    expect(leader.locator("h1")).to_contain_text("Finished")
    expect(leader.locator(".facts")).to_contain_text("2/2")
    expect(leader.locator("main")).to_contain_text("Quiet otherwise")
    expect(leader.get_by_role("link", name="Hazard")).to_be_visible()
    leader.get_by_role("button", name="Show the walked line").click()
    expect(leader.locator("#map-status")).to_contain_text("That you looked is on record")
    stops = [("officer", path, "h1") for path in (*OFFICER_PAGES, leader.url)]
    stops += [
        ("volunteer", "/patrols/walk/", ".task-row"),
        ("volunteer", "/my-watches/", "h1"),
    ]
    stops += [("officer", path, "h1") for path in ("/night-watches/", "/night-watches/teams/")]
    faults = faults_of_pages(windows, stops, language="zh", theme="light", width=360)
    assert not faults, faults


def test_a_night_watch_over_a_dead_network_that_somebody_else_began_meanwhile(
    windows: Windows, town: RealServer
) -> None:
    watch = set_up_team(town, "Bell", watches=True)
    lon, lat = town.city.manifest.centre
    phone = windows.open(
        "volunteer",
        viewport={"width": 360, "height": 640},
        permissions=["geolocation"],
        geolocation={"longitude": lon, "latitude": lat, "accuracy": 8},
    )
    phone.goto("/my-watches/")
    phone.evaluate("navigator.serviceWorker.ready.then(() => null)")
    wait_until(phone, "navigator.serviceWorker.controller !== null")
    expect(phone.locator(".day-part .watch-card", has_text="Bell")).to_be_visible()
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator("#connection")).to_contain_text("No connection. Watches as of")
    card = phone.locator(".watch-card", has_text="Bell")
    expect(card).to_contain_text("South gate")
    link = card.get_by_role("link", name="Show on the map").get_attribute("href")
    assert link is not None
    assert link.startswith(f"geo:{lat:.6f},{lon:.6f}")
    card.get_by_role("button", name="Begin").click()
    expect(card).to_contain_text("Watch under way")
    card.get_by_role("button", name="Hazard").click()
    phone.get_by_label("In your own words").fill("A door stands open")
    phone.get_by_role("button", name="Send").click()
    card.get_by_role("button", name="Finish").click()
    phone.get_by_label("Short note").fill("Quiet otherwise")
    phone.locator("#question").get_by_role("button", name="Finish").click()
    expect(phone.locator("#outbox h2")).to_have_text("3 items wait to be sent")
    assistant = town.person("assistant")
    begun = assistant.post(f"/api/watches/{watch}/begin", {})
    phone.context.set_offline(False)
    conflict = phone.locator(".conflict")
    expect(conflict).to_contain_text("On the server")
    expect(conflict).to_contain_text("Watch under way")
    expect(phone.locator("#outbox")).to_be_hidden()
    conflict.get_by_role("button", name="Keep the beginning").click()
    expect(phone.locator("#conflicts")).to_be_empty()
    expect(card).to_contain_text("Finished")
    expect(phone.locator("#outbox")).to_be_hidden()
    [told] = [one for one in assistant.get("/api/watches/mine")["watches"] if one["id"] == watch]
    assert (told["state"], told["begun_s"]) == ("finished", begun["begun_s"])
    assert told["ended_s"] >= told["begun_s"]
