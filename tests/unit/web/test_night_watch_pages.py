"""The pages of night watches: teams, rosters, own watches, calendars, bad input."""

from __future__ import annotations

import pytest
from django.test import Client
from icalendar import Calendar
from tests.unit.operations.patrols.cast import FIRST, night, published, teams
from tests.unit.operations.small_place import EAST, SMALL_PLACE, WEST

from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.patrols.models import Watch, WatchRoster, WatchSwap, WatchTeam
from wardmote.operations.people.selectors import account_by_staff_id
from wardmote.operations.people.services import open_account
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PEOPLE = {
    "chief": (Role.STATION_CHIEF, EAST),
    "officer": (Role.COMMUNITY_OFFICER, EAST),
    "west": (Role.COMMUNITY_OFFICER, WEST),
    "v0": (Role.VOLUNTEER, EAST),
    "v1": (Role.VOLUNTEER, EAST),
    "dept": (Role.DEPARTMENT, EAST),
}


@pytest.fixture(autouse=True)
def _world(db: None) -> None:
    forget()
    load_places(SMALL_PLACE)
    forget()


def of(staff: str, language: str = "en") -> Client:
    account = account_by_staff_id(staff)
    if account is None:
        role, area = PEOPLE[staff]
        name = Bilingual(staff, staff)
        account = open_account(staff, "a long password", staff_id=staff, name=name)
        grant_role(account.pk, role, area, granted_by="test")
    client = Client(headers={"accept-language": language})
    client.force_login(account, backend=BACKEND)
    return client


def said(client: Client, path: str, **sent: object) -> str:
    return client.post(path, sent, follow=True).content.decode()


def test_a_leader_sets_up_a_team_and_begins_a_roster_by_hand() -> None:
    ids = teams()
    chief = of("chief")
    page = said(
        chief, "/night-watches/teams/", name_en="Lantern", area=EAST, leader="a0",
        members="a0:D, v0:df", active="yes",
    )  # fmt: skip
    assert "The team was saved." in page
    assert WatchTeam.objects.get(name_en="Lantern").members.get(person="v0").skills == [
        "driver", "first_aid",
    ]  # fmt: skip
    assert "only D" in said(chief, "/night-watches/teams/", area=EAST, leader="a0", members="a0:x")
    asked = {
        "name_en": "Winter", "area": EAST, "first": FIRST.isoformat(),
        "last": night(7).isoformat(), "start": "22:00", "hours": "8", "teams": list(ids),
        "teams_a_night": "1", "rest_nights": "2", "least_members": "2", "fair": "yes",
    }  # fmt: skip
    assert "needs 1 to 62 nights" in said(chief, "/night-watches/", **{**asked, "hours": "x"})
    assert "Winter" in said(chief, "/night-watches/", **asked)
    path = f"/night-watches/{WatchRoster.objects.get().pk}/"
    said(chief, path, act="add", team=ids[0], night=night(0).isoformat())
    refused = said(chief, path, act="add", team=ids[0], night=night(1).isoformat())
    assert "rest between two watches" in refused
    assert "Something is missing" in said(chief, path, act="add", team=ids[0], night="x")
    assert "being made" in said(chief, path, act="make")
    assert chief.get(path + "progress").json()["under_way"] is True
    assert "the draft stays" in said(chief, path, act="stop")
    assert "is published" in said(chief, path, act="publish")
    assert "第0队" in of("chief", "zh-hans").get(path).content.decode()
    assert chief.get(path[:-1] + ".csv").status_code == 200


def test_only_those_with_the_right_come_in() -> None:
    roster, _first, _second = published(teams())
    path = f"/night-watches/{roster}/"
    assert of("officer").get(path).status_code == 200
    assert of("west").get(path).status_code == 403
    for closed in ("/night-watches/", "/night-watches/teams/", path):
        assert of("v0").get(closed).status_code == 403
    for closed in ("/night-watches/", "/my-watches/"):
        assert of("dept").get(closed).status_code == 403
    assert of("chief").get("/night-watches/nonsense/").status_code == 404
    assert "lapsed" not in of("west").post(path, {"act": "close"}).content.decode()
    assert WatchRoster.objects.get().state == "published"


def test_members_swap_and_read_their_calendar() -> None:
    roster, first, second = published(teams())
    page = of("v0").get("/my-watches/").content.decode()
    assert "Ask to swap" in page
    assert "was asked" in said(of("v0"), "/my-watches/", act="swap", watch=first, other=second)
    swap = WatchSwap.objects.get().pk
    assert "Agreed." in said(of("v1"), "/my-watches/", act="agree", swap=swap)
    linked = of("v0").post("/my-watches/", {"act": "feed", "team": ""}).content.decode()
    path = "/calendars/" + linked.split("/calendars/")[1].split('"')[0]
    stranger = Client()
    before = stranger.get(path)
    assert before["Content-Type"] == "text/calendar; charset=utf-8"
    assert stranger.get(path, headers={"If-None-Match": before["ETag"]}).status_code == 304
    approved = said(of("officer"), f"/night-watches/{roster}/", act="approve", swap=swap)
    assert "were swapped" in approved
    after = stranger.get(path, headers={"If-None-Match": before["ETag"]})
    events = Calendar.from_ical(after.content).walk("VEVENT")
    assert [(str(one["status"]), int(one["sequence"])) for one in events] == [
        ("CANCELLED", 1), ("CONFIRMED", 0),
    ]  # fmt: skip
    starts = [one.decoded("dtstart").timestamp() for one in events]
    assert starts == list(Watch.objects.order_by("night").values_list("begins_s", flat=True))
    assert stranger.get("/calendars/nonsense.ics").status_code == 404
