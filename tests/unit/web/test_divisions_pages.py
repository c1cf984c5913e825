"""The pages of divisions, grids and beats: seen by area, changed by who may, after a look."""

from __future__ import annotations

import datetime
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.unit.operations.places.small_county import (
    COUNTY,
    EAST,
    FIRST,
    GRID_1,
    GRID_2,
    NEW,
    NOW_S,
    OTHER_TOWN,
    PLANNER,
    TOWN,
    WEST,
    name,
    open_small_county,
)

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.journal import clock
from wardmote.operations.patrols.models import WatchTeam
from wardmote.operations.people.services import open_account
from wardmote.operations.places import selectors, services, tree
from wardmote.operations.places.named_after import Named
from wardmote.operations.places.services import NewPlace
from wardmote.web.pages.divisions import named
from wardmote.web.pages.divisions.words import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def beat() -> str:
    selectors.forget()
    return open_small_county()


def client_of(role: Role, area: str = EVERYWHERE, language: str = "en") -> Client:
    account = open_account("ann", "irrelevant here", staff_id="s1", name=Bilingual("安", "Ann"))
    grant_role(account.pk, role, AreaId(area), granted_by="test")
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post("/language/", {"language": language})
    return client


def text_of(client: Client, url: str, status: int = 200) -> str:
    page = client.get(url)
    assert page.status_code == status
    return page.content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_in_both_languages(beat: str, language: str) -> None:
    client = client_of(Role.PLANNER, language=language)
    for url in (
        "", "?lon=111.02&lat=27.05", "?lon=5&lat=5", "?lon=x", f"{COUNTY}/", f"{WEST}/",
        f"{GRID_1}/", f"{WEST}/split/", f"{WEST}/merge/", f"{WEST}/move/", "beats/",
        f"beats/{beat}/", "findings/", f"findings/?area={TOWN}&tolerance=1", "import/",
    ):  # fmt: skip
        text_of(client, f"/divisions/{url}")
    assert WEST in text_of(client, "/divisions/?lon=111.02&lat=27.05")


def test_the_tree_is_seen_and_changed_only_within_the_own_area(beat: str) -> None:
    client = client_of(Role.PLANNER, OTHER_TOWN)
    assert beat
    assert OTHER_TOWN in text_of(client, "/divisions/")
    for url in (TOWN + "/", TOWN + ".csv", TOWN + ".geojson", WEST + "/split/"):
        text_of(client, f"/divisions/{url}", 403)
    text_of(client, f"/divisions/beats/{beat}/", 404)
    text_of(client, "/divisions/430521109000/", 403)
    text_of(client, f"/divisions/{OTHER_TOWN[:9]}209/", 404)
    assert "Beat" not in text_of(client, "/divisions/?lon=111.02&lat=27.05").split("</h2>")[2]


def test_who_only_looks_sees_no_forms_and_changes_nothing(beat: str) -> None:
    client = client_of(Role.DISPATCHER)
    assert beat
    assert 'name="form"' not in text_of(client, f"/divisions/{WEST}/").split("<main")[1]
    sent = {"form": "rename", "rename-name_zh": "改名", "rename-day": today().isoformat()}
    assert client.post(f"/divisions/{WEST}/", sent).status_code == 422
    text_of(client, f"/divisions/{WEST}/split/", 403)
    text_of(client, "/divisions/import/", 403)


def test_a_village_assistant_has_no_such_page(beat: str) -> None:
    assert beat
    text_of(client_of(Role.VILLAGE_ASSISTANT), "/divisions/", 403)


def test_places_are_opened_renamed_redrawn_and_ended(beat: str) -> None:
    client, day = client_of(Role.PLANNER), today().isoformat()
    assert beat
    corners = "111.2, 27\n111.3, 27\n111.3, 27.1\n\n111.3, 27\n111.4，27\n111.4, 27.1"
    new = OTHER_TOWN[:9] + "201"
    for code, sent in (
        (
            OTHER_TOWN,
            {"form": "open", "open-code": new, "open-name_en": "New", "open-from_day": day},
        ),
        (new, {"form": "rename", "rename-name_en": "Newer", "rename-day": day}),
        (new, {"form": "redraw", "redraw-corners": corners, "redraw-day": day}),
    ):
        assert client.post(f"/divisions/{code}/", sent).status_code == 302
    place = selectors.division_at(new, today())
    assert place is not None
    assert (place.name.en, len(place.boundary)) == ("Newer", 2)
    bad = {"form": "redraw", "redraw-corners": "111, 27\nx", "redraw-day": day}
    page = client.post(f"/divisions/{new}/", bad)
    assert page.status_code == 422
    assert "Line 2" in page.content.decode()
    assert (
        client.post(f"/divisions/{new}/", {"form": "end", "end-last_day": day}).status_code == 302
    )
    shapes = client.get(f"/divisions/{OTHER_TOWN}.geojson").json()
    assert [one["properties"]["code"] for one in shapes["features"]] == [OTHER_TOWN, new]


def test_a_split_is_cut_then_looked_at_then_done(beat: str) -> None:
    client, day = client_of(Role.PLANNER), today().isoformat()
    url = f"/divisions/{WEST}/split/"
    line = {"line": "111.08, 26.9\n111.08, 27.2", "day": day}
    page = client.post(url, line)
    assert len(page.context["parts"]) == 2
    parts = line | {
        "parts": "1", "part0-code": WEST, "part0-name_en": "W", "part1-code": NEW,
        "part1-name_en": "N",
    }  # fmt: skip
    page = client.post(url, parts)
    assert page.context["ready"]["grids"] == [(GRID_2, [GRID_2, NEW + "002"])]
    assert selectors.division_at(NEW, today()) is None
    done = client.post(url, parts | {"confirm": "1", f"beat-{beat}": [WEST]})
    assert done.status_code == 302
    assert selectors.division_at(NEW, today()) is not None
    assert [one.villages for one in tree.beats_on(today())] == [(EAST, WEST)]
    missed = client.post(url, {"line": "112, 27\n112, 28", "day": day})
    assert missed.status_code == 422
    assert "does not cut right through" in missed.content.decode()


def test_villages_are_merged_and_moved_after_a_look(beat: str) -> None:
    client, day = client_of(Role.PLANNER), today().isoformat()
    sent = {"others": [WEST], "code": EAST, "name_en": "Both", "day": day}
    url = f"/divisions/{EAST}/merge/"
    assert client.post(url, sent).context["ready"]["ends"] == [WEST]
    done = client.post(url, sent | {"confirm": "1", f"beat-{beat}": [EAST]})
    assert done["Location"] == f"/divisions/{EAST}/"
    moved, later = OTHER_TOWN[:9] + "201", today() + datetime.timedelta(days=1)
    sent = {"code": moved, "name_en": "Moved", "confirm": "1", f"beat-{beat}": [moved]}
    url = f"/divisions/{EAST}/move/"
    # Its grids got their codes today, and cannot end before they began.
    assert client.post(url, sent | {"day": day}).status_code == 200
    assert client.post(url, sent | {"day": later.isoformat()}).status_code == 302
    assert selectors.division_at(EAST, today()) is not None
    assert selectors.division_at(EAST, later) is None
    assert selectors.division_at(moved, later) is not None


def test_a_table_is_shown_before_it_is_taken_in_and_its_own_export_changes_nothing(
    beat: str,
) -> None:
    client = client_of(Role.PLANNER)
    assert beat

    def read(text: str, **more: str) -> str:
        file = SimpleUploadedFile("places.csv", text.encode())
        sent = {"form": "places", "table-datum": "WGS-84", "table-file": file}
        answer = client.post("/divisions/import/", sent | more)
        assert answer.status_code == 302
        return str(answer["Location"])

    exported = b"".join(client.get(f"/divisions/{COUNTY}.csv")).decode("utf-8-sig")
    page = client.get(read(exported))
    assert (page.context["outcome"].unchanged, page.context["nothing"]) == (7, True)
    page = client.get(read(f"代码,名称,<b>\n{NEW},新村\n43052,错\n{WEST}001,改\n"))
    assert b"and not read: &lt;b&gt;" in page.content
    assert [one["row"] for one in page.context["problems"]] == [3]
    assert b"2, 4, 6, 9, 12 or 15 digits" in page.content
    url = read(f"代码,名称\n{NEW},新村\n")
    assert client.get(url).context["unread"] == ""
    digest = client.get(url).context["digest"]
    assert client.post(url, {"digest": "other"}).status_code == 200
    assert selectors.division_at(NEW, today()) is None
    assert client.post(url, {"digest": digest}).status_code == 302
    assert selectors.division_at(NEW, today()) is not None
    text_of(client, url, 404)
    given_up = read(f"code\n{WEST}\n")
    client.post(given_up, {"form": "give_up"})
    text_of(client, given_up, 404)


def test_a_file_must_say_which_coordinates_it_has_and_bad_files_are_told(beat: str) -> None:
    client = client_of(Role.PLANNER)
    assert beat
    ring = [[111.1, 27], [111.18, 27], [111.18, 27.1], [111.1, 27.1], [111.1, 27]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    features = [{"type": "Feature", "properties": {"code": EAST}, "geometry": shape}]
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()

    def send(data: bytes, datum: str) -> object:
        sent = {"form": "boundaries", "boundaries-file": SimpleUploadedFile("b.json", data)}
        return client.post("/divisions/import/", sent | {"boundaries-datum": datum})

    assert send(data, "").status_code == 422  # type: ignore[attr-defined]  # of a response
    assert b"not JSON" in send(b"{", "WGS-84").content  # type: ignore[attr-defined]  # likewise
    url = str(send(data, "WGS-84")["Location"])  # type: ignore[index]  # likewise
    page = client.get(url)
    assert [one["codes"] for one in page.context["findings"]] == [(TOWN,)]
    assert client.post(url, {"digest": page.context["digest"]}).status_code == 302
    found = client.get(f"/divisions/findings/?area={TOWN}")
    assert (found.context["count"], found.context["rows"][0]["places"][0][0]) == (1, TOWN)
    assert len(client.get(f"/divisions/findings.geojson?area={TOWN}").json()["features"]) == 1
    assert client.get("/divisions/findings/?tolerance=1e9").context["count"] == 0
    assert len(list(client.get(f"/divisions/findings.csv?area={TOWN}"))) == 3


def test_findings_are_named_by_as_many_questions_however_many_there_are(beat: str) -> None:
    client = client_of(Role.PLANNER, language="zh-hans")
    client.get(f"/divisions/findings/?area={TOWN}")  # what is read once for a while
    asked = []
    for count in (1, 12):
        for number in range(count):
            code = f"430521101{600 + count + number}"
            services.open_place(PLANNER, NewPlace(code, name(code), FIRST), now_s=NOW_S)
        selectors.forget()
        with CaptureQueriesContext(connection) as questions:
            page = client.get(f"/divisions/findings/?area={TOWN}")
        asked.append(len(questions))
        assert len(page.context["rows"]) >= count
        assert page.context["rows"][-1]["names_text"].endswith("村")
    assert asked[0] == asked[1]


def test_a_beat_is_opened_changed_and_ended(beat: str) -> None:
    client, day = client_of(Role.PLANNER), today().isoformat()
    sent = {
        "area": TOWN, "villages": EAST, "name_en": "Second", "office_lon": "111.1",
        "office_lat": "27.05", "day": day,
    }  # fmt: skip
    refused = client.post("/divisions/beats/", sent)
    assert refused.status_code == 422
    assert b"A village has one beat" in refused.content
    first = sent | {"form": "change", "villages": f"{WEST} West", "name_en": "First"}
    assert client.post(f"/divisions/beats/{beat}/", first).status_code == 302
    opened = client.post("/divisions/beats/", sent)
    assert opened.status_code == 302
    assert [one.villages for one in tree.beats_on(today())] == [(WEST,), (EAST,)]
    client.post(opened["Location"], {"form": "end", "end-last_day": day})
    assert tree.beats_on(today())[-1].days.last == today()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_still_named_after_a_village_that_ended_is_listed_with_links(
    beat: str, language: str
) -> None:
    client = client_of(Role.PLANNER, language=language)
    WatchTeam.objects.create(
        id="t1", name_zh="一队", name_en="First", area=EAST, leader="x", kept_by="x", kept_s=NOW_S
    )
    merger = services.merge_of([WEST, EAST], WEST, name("one"), today())
    shown = f'<a href="{reverse("watch-teams")}">{"First" if language == "en" else "一队"}</a>'
    assert shown not in text_of(client, f"/divisions/{EAST}/")
    services.follow(PLANNER, merger, services.Choices(), now_s=clock.now_s())
    for code in (EAST, WEST):
        assert shown in text_of(client, f"/divisions/{code}/")


def test_each_kind_of_thing_that_names_a_place_leads_to_its_page(
    beat: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    each = [
        Named(kind, "volunteer" if kind == "role" else "x1", name(kind), WEST)
        for kind in named.KINDS
    ]
    services.end_place(PLANNER, GRID_1, today(), now_s=clock.now_s())
    monkeypatch.setattr(named, "named_after", lambda codes, now_s: each)
    row = tree.tree_row(GRID_1)
    assert row is not None
    assert len({line.href for line in named.named_lines(row, [])}) == len(each)
