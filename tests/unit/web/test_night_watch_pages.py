"""The pages of night watches: teams, rosters, own watches, calendars, bad input."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar
from tests.unit.operations.patrols.cast import FIRST, night, published, teams
from tests.unit.operations.small_place import EAST, SMALL_PLACE, WEST

from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.journal import clock
from wardmote.operations.journal.models import AnsweredRequest
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
    assert WatchTeam.objects.get(name_en="Lantern").stays.get(person="v0").skills == [
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


def test_a_button_that_is_sent_twice_acts_once_and_says_the_same() -> None:
    ids = teams()
    roster, _first, _second = published(ids)
    chief, path = of("chief"), f"/night-watches/{roster}/"
    assert 'name="key"' in chief.get(path).content.decode()
    sent = {"act": "add", "team": ids[2], "night": night(2).isoformat(), "key": "page-1"}
    before = Watch.objects.count()
    for _time in range(2):
        assert "was added" in said(chief, path, **sent)
    assert Watch.objects.count() == before + 1
    assert "was added" not in said(chief, path, **{**sent, "key": "page-2"})


def test_the_address_of_a_calendar_is_not_kept_with_the_answer_to_its_form() -> None:
    published(teams())
    member = of("v0")
    link = member.post("/my-watches/", {"act": "feed", "key": "k"}).content.decode()
    token = link.partition("/calendars/")[2].partition(".ics")[0]
    assert len(token) > 20
    assert AnsweredRequest.objects.get().answer == ""


def sent(client: Client, path: str, body: dict[str, Any], key: str) -> Any:
    return client.post(
        f"/api/watches/{path}", json.dumps(body), content_type="application/json",
        headers={"idempotency-key": key},
    )  # fmt: skip


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """A watch of the first team, two hours after it should have ended."""
    _roster, first, _second = published(teams())
    watch = Watch.objects.get(pk=first)
    monkeypatch.setattr(clock, "now_s", lambda: watch.ends_s + 7_200.0)
    return watch


def test_a_phone_tells_a_watch_later_and_telling_it_twice_counts_once(later: Watch) -> None:
    phone = of("v0")
    begun_s = later.begins_s + 60.0
    for _time in range(2):
        told = sent(phone, f"{later.pk}/begin", {"device_s": begun_s}, "k1")
        assert (told.status_code, told.json()["state"]) == (200, "under_way")
    done = sent(
        phone, f"{later.pk}/finish", {"device_s": later.ends_s, "note": "A lamp is out"}, "k2"
    ).json()
    assert (done["state"], done["begun_s"], done["ended_s"]) == (
        "finished", begun_s, later.ends_s,
    )  # fmt: skip
    assert "A lamp is out" in of("chief").get(f"/night-watches/{later.roster_id}/").content.decode()
    mine = phone.get("/api/watches/mine")
    assert [one["leads"] for one in mine.json()["watches"]] == ["a0"]
    assert "note" not in mine.json()["watches"][0]
    again = phone.get("/api/watches/mine", headers={"If-None-Match": mine["ETag"]})
    assert again.status_code == 304


def test_a_conflict_says_how_the_watch_stands_and_is_decided_by_who_was_there(
    later: Watch,
) -> None:
    Watch.objects.filter(pk=later.pk).update(state="missed", missed_s=later.ends_s)
    phone, body = of("v0"), {"device_s": later.begins_s}
    refused = sent(phone, f"{later.pk}/begin", body, "k1")
    assert (refused.status_code, refused.json()["code"]) == (409, "watch_missed")
    assert refused.json()["watch"]["state"] == "missed"
    assert (
        sent(phone, f"{later.pk}/begin", {**body, "although_missed": True}, "k2").status_code == 200
    )
    taken = sent(phone, f"{later.pk}/begin", body, "k3")
    assert (taken.status_code, taken.json()["watch"]["begun_by"]) == (409, "v0")


def test_the_phone_of_another_team_or_role_gets_nothing(later: Watch) -> None:
    other = of("v1")
    assert later.pk not in [one["id"] for one in other.get("/api/watches/mine").json()["watches"]]
    refused = sent(other, f"{later.pk}/begin", {"device_s": later.begins_s}, "k")
    assert refused.status_code == 403
    assert "watch" not in refused.json()
    assert of("dept").get("/api/watches/mine").status_code == 403
    assert of("dept").get("/my-watches/frame/").status_code == 403
    unknown = sent(other, "nonsense/finish", {}, "k2")
    assert (unknown.status_code, unknown.json()["watch"]) == (404, None)


def test_without_a_script_the_page_begins_and_finishes(monkeypatch: pytest.MonkeyPatch) -> None:
    _roster, first, _second = published(teams())
    begins_s = Watch.objects.get(pk=first).begins_s
    monkeypatch.setattr(clock, "now_s", lambda: begins_s)
    assert "has begun" in said(of("v0"), "/my-watches/", act="begin", watch=first)
    ended = said(of("v0"), "/my-watches/", act="finish", watch=first, note="All quiet")
    assert "is finished" in ended
    assert Watch.objects.get(pk=first).note == "All quiet"


def test_the_frame_that_phones_keep_has_no_watches_and_its_worker_keeps_what_it_loads() -> None:
    published(teams())
    phone = of("v0")
    assert "Team 0" in phone.get("/my-watches/").content.decode()
    frame = phone.get("/my-watches/frame/").content.decode()
    assert "watch-card" not in frame
    assert "Team 0" not in frame
    worker = phone.get("/my-watches/worker.js").content.decode()
    [kept] = re.findall(r"const KEPT = (\{.*?\});", worker)
    files = json.loads(kept)["files"]
    for address in re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css)|/i18n/js/[^"]+)"', frame):
        assert address in files, address
    assert "/my-watches/frame/" in files
    assert phone.get("/my-watches/manifest.webmanifest").json()["start_url"] == "/my-watches/"


def test_a_team_says_where_it_meets_and_nonsense_is_refused() -> None:
    teams()
    path, asked = "/night-watches/teams/", {
        "name_en": "Lantern", "area": EAST, "leader": "a0", "members": "a0 v0", "active": "yes",
        "meets_at": "South gate",
    }  # fmt: skip
    for wrong in ("x", "1", "200, 10", "1, 2, 3", "nan, nan"):
        assert "longitude and latitude" in said(of("chief"), path, **asked, position=wrong)
    assert "was saved" in said(of("chief"), path, **asked, position="111.12，27.02")
    team = WatchTeam.objects.get(name_en="Lantern")
    assert (team.meets_at, team.lon, team.lat) == ("South gate", 111.12, 27.02)
