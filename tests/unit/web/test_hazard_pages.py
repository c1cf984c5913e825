"""The pages of hazards: what each role sees and does there, strangers' pages, bad input."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from tests.unit.operations.hazards.cast import (
    ADMIN,
    ASSISTANT,
    LAT,
    LON,
    OFFICER,
    check,
    filed,
    given,
    hand_in,
    new,
    reported,
)
from tests.unit.operations.photos.pictures import picture
from tests.unit.operations.small_place import COUNTY, EAST, ELSEWHERE, SMALL_PLACE, WEST, viewer

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.models import Disclosure
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.hazards import selectors, services
from wardmote.operations.hazards.models import Hazard, HazardPart
from wardmote.operations.journal import clock
from wardmote.operations.people.selectors import account_by_staff_id
from wardmote.operations.people.services import open_account
from wardmote.operations.photos import files
from wardmote.operations.photos.models import Photo
from wardmote.operations.photos.services import keep_photo
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places
from wardmote.web.pages.hazards.one import more_time

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _world(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "folder", lambda: tmp_path / "photos")
    forget()
    load_places(SMALL_PLACE)
    forget()
    for staff, role, area in (
        ("officer", Role.COMMUNITY_OFFICER, EAST),
        ("assistant", Role.VILLAGE_ASSISTANT, EAST),
        ("fire1", Role.DEPARTMENT, COUNTY),
        ("admin", Role.ADMINISTRATOR, COUNTY),
        ("west", Role.COMMUNITY_OFFICER, WEST),
    ):
        account = open_account(
            staff, "a long password", staff_id=staff, name=Bilingual(staff, staff)
        )
        grant_role(account.pk, role, AreaId(area), granted_by="test")
    wanted = services.DepartmentWanted("fire", Bilingual("消防", "Fire"), COUNTY, ("fire1",))
    services.set_department(ADMIN, wanted, now_s=now())


def now() -> float:
    return clock.now_s()


def of(staff: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    account = account_by_staff_id(staff)
    assert account is not None
    client.force_login(account, backend=BACKEND)
    return client


def photo(name: str = "p.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(), "image/jpeg")


def text(answer: Any) -> str:
    return str(answer.content.decode())


FORM = {"category": "gas", "words": "It smells", "place": "Cellar", "key": "k1",
        "lon": str(LON), "lat": str(LAT)}  # fmt: skip


def test_an_assistant_reports_with_a_picture_and_sees_the_hazard() -> None:
    client = of("assistant")
    sent = client.post("/hazards/report/", {**FORM, "photos": [photo(), photo()]}, follow=True)
    assert "It smells" in text(sent)
    assert (Hazard.objects.count(), Photo.objects.count()) == (1, 2)
    client.post("/hazards/report/", {**FORM, "photos": [photo()]})
    assert (Hazard.objects.count(), Photo.objects.count()) == (1, 2)
    assert "Gas" in text(client.get("/hazards/"))
    assert Hazard.objects.get().number in text(client.get("/hazards/?state=open"))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_in_both_languages(language: str) -> None:
    hazard, part = given(now_s=now())
    hand_in(part, now() + 1)
    Hazard.objects.update(words="Blocked 😀 𠮷\t堵")  # which the font of documents has not
    client = of("officer", language)
    for page in ("hazards/", "hazards/report/", "hazards/figures/", "hazards/map/",
                 "hazards/settings/", f"hazards/{hazard}/", "hazards/cases/?age=0",
                 "hazards/cases/?figure=due&by=department&key=fire"):  # fmt: skip
        assert client.get(f"/{page}").status_code == 200, page
    notice = client.get(f"/hazards/parts/{part}/notice.pdf")
    assert notice.content.startswith(b"%PDF")
    assert text(of("fire1", language).get("/to-rectify/")).count("/hazards/") >= 2


def test_a_hazard_goes_through_its_pages_to_closure() -> None:
    hazard = reported(now_s=now())
    officer, fire = of("officer"), of("fire1")
    page = f"/hazards/{hazard}/"
    officer.post(page, {"act": "file", "category": "gas"})
    officer.post(page, {"act": "assign", "department": "fire", "what": "Shut the valve"})
    part = HazardPart.objects.get()
    assert "Shut the valve" in text(fire.get(page))
    said = fire.post(page, {"act": "submit", "part": part.pk, "key": "s1"}, follow=True)
    assert "new picture" in text(said)
    fire.post(
        page, {"act": "submit", "part": part.pk, "key": "s1", "photos": photo(), "words": "Shut"}
    )
    far = {"act": "pass", "part": part.pk, "lon": str(LON), "lat": str(LAT + 0.01)}
    assert "m from the hazard" in text(officer.post(page, far, follow=True))
    officer.post(page, {**far, "lat": str(LAT)})
    assert Hazard.objects.get().state == "closed"
    assert "Re-check passed" in text(officer.get(page))


def test_who_may_not_end_an_order_finds_no_button_for_it_and_reads_why() -> None:
    hazard, part = given(now_s=now())
    services.escalate_part(OFFICER, part, "Now", now_s=now())
    hand_in(part, now() + 1)
    found = {
        staff: text(of(staff).get(f"/hazards/{hazard}/")) for staff in ("officer", "assistant")
    }
    assert ('value="pass"' in found["officer"], "ends the order" in found["officer"]) == (
        True,
        False,
    )
    seen = found["assistant"]
    assert ('value="pass"' in seen, 'value="return"' in seen) == (False, True)
    assert "ends the order" in seen


def test_a_picture_that_cannot_be_kept_stops_the_proof_and_says_why() -> None:
    hazard, part = given(now_s=now())
    wrong = SimpleUploadedFile("p.jpg", b"hello", "image/jpeg")
    sent = {"act": "submit", "part": part, "key": "s1", "photos": wrong}
    said = of("fire1").post(f"/hazards/{hazard}/", sent, follow=True)
    assert "not a picture" in text(said)
    assert HazardPart.objects.get().state == "assigned"


@pytest.mark.parametrize("staff", ["fire1", "west", "admin"])
def test_others_may_not_open_a_hazard(staff: str) -> None:
    hazard = filed(now_s=now())
    assert of(staff).get(f"/hazards/{hazard}/").status_code == 403
    assert of(staff).post(f"/hazards/{hazard}/", {"act": "reject", "words": "w"}).status_code == 403
    assert Client().get(f"/hazards/{hazard}/").status_code == 302
    assert of("officer").get("/hazards/none/").status_code == 404


def test_nonsense_is_refused_in_words() -> None:
    hazard, part = given(now_s=now())
    officer = of("officer")
    page = f"/hazards/{hazard}/"
    for sent in (
        {"act": "pass", "part": part, "lon": "x"},
        {"act": "assign"},
        {"act": "assign", "department": "fire"},
        {"act": "suspend", "part": part, "words": " \0"},
        {"act": "merge", "number": "no"},
        {"act": "nothing"},
    ):
        assert officer.post(page, sent).status_code == 302
    assert officer.post(page, {"act": "recall", "part": "none", "words": "w"}).status_code == 404
    for query in (
        "?first=2026-99-99",
        "?first=9999-12-31&last=0001-01-01",
        "?page=-1",
        "?category=%00",
    ):
        assert officer.get(f"/hazards/map/{query}").status_code == 200
        assert officer.get(f"/hazards/figures/{query}").status_code == 200
    assert officer.get("/hazards/?state=nonsense").status_code == 422
    assert officer.get("/hazards/cases/?figure=nonsense").status_code == 404
    assert officer.get("/hazards/figures/nonsense.csv").status_code == 404
    wrong = officer.post("/hazards/report/", {**FORM, "lon": ""})
    assert (wrong.status_code, Hazard.objects.count()) == (422, 1)
    assert "It smells" in text(wrong)


@pytest.fixture
def point() -> str:
    services.add_point(OFFICER, Bilingual("东街", "East street"), LON, LAT, now_s=now())
    return f"/h/r/{selectors.points_seen(OFFICER)[0].token}"


def test_a_resident_reports_without_an_account_and_follows_the_report(point: str) -> None:
    client = Client(headers={"accept-language": "en"})
    assert "East street" in text(client.get(point))
    sent = {**FORM, "name": "Wang", "phone": "139", "seen": "camera", "photos": photo()}
    done = client.post(point, sent)
    link = str(done.context["link"])
    follow = client.get("/h/f/" + link.rsplit("/", 1)[1])
    assert "reported" in text(follow)
    assert "Wang" not in text(follow)
    assert follow["Referrer-Policy"] == "same-origin"
    row = Hazard.objects.get()
    assert (row.channel, Photo.objects.get().taken_by) == ("camera_owner", "outside:camera-owner")
    assert client.post(point, sent).context["done"].known
    assert client.post(point, {**FORM, "key": "k2", "words": ""}).status_code == 422
    assert client.get("/h/r/none").status_code == 404
    assert client.get("/h/f/none").status_code == 404
    officer = of("officer")
    page = f"/hazards/{row.pk}/"
    assert "Wang" not in text(officer.get(page))
    assert "Wang" in text(officer.post(page, {"act": "contact", "purpose": "follow_up"}))
    assert Disclosure.objects.get().subject == row.number


def test_an_owner_puts_it_right_by_a_link() -> None:
    hazard = filed(now_s=now())
    officer = of("officer")
    given_away = officer.post(
        f"/hazards/{hazard}/", {"act": "assign", "owner_name": "Li", "what": "Clear it"}
    )
    page = "/h/o/" + given_away.context["links"][0]["url"].rsplit("/", 1)[1]
    client = Client(headers={"accept-language": "en"})
    assert "Clear it" in text(client.get(page))
    client.post(page, {"act": "submit", "key": "o1", "photos": photo(), "words": "Done"})
    part = HazardPart.objects.get()
    assert (part.state, part.submitted_by) == ("submitted", "outside:owner")
    shown = client.get(f"{page}/{Photo.objects.get().pk}?size=small")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert client.get(f"{page}/none").status_code == 404
    assert Client().get("/h/o/none").status_code == 404
    assert officer.get(f"/hazards/parts/{part.pk}/notice.pdf").status_code == 200
    assert Disclosure.objects.get().fields == "owner"
    assert of("assistant").get(f"/hazards/parts/{part.pk}/notice.pdf").status_code == 403


def test_the_wait_for_the_recheck_stands_beside_what_was_put_right_on_time() -> None:
    _hazard, part = given(now_s=now() - 3 * 86_400)
    hand_in(part, now() - 3 * 86_400 + 3_600)
    check(part, now() - 3_600)
    officer = of("officer")
    page = officer.get("/hazards/figures/")
    assert (page.context["all"]["on_time"], page.context["all"]["wait"]) == ("100.0 % *", "2.9 d")
    assert "2.9 d" in text(page)
    csv = officer.get("/hazards/figures/department.csv").getvalue().decode()
    assert csv.splitlines()[1] == "fire,Fire,1,1,1.0,2.92,1,0,0.0"


def test_a_late_part_offers_no_way_to_give_it_back() -> None:
    in_time, late = given(key="a", now_s=now() - 3_600), given(key="b", now_s=now() - 2 * 86_400)
    fire = of("fire1")
    for (hazard, part), offered in ((in_time, True), (late, False)):
        assert ('value="decline"' in text(fire.get(f"/hazards/{hazard}/"))) is offered
        sent = {"act": "decline", "part": part, "words": "Not ours"}
        fire.post(f"/hazards/{hazard}/", sent)
        assert (HazardPart.objects.get(pk=part).state == "declined") is offered


def test_figures_open_the_cases_they_count() -> None:
    hazard, part = given(now_s=now() - 2 * 86_400)
    hand_in(part, now() - 3_600)
    check(part, now() - 60)
    officer = of("officer")
    page = officer.get("/hazards/figures/")
    cells = {str(cell["figure"]): cell for cell in page.context["all"]["cells"]}
    counts = {name: cell["count"] for name, cell in cells.items()}
    assert counts == {
        "due": 1, "put right on time": 0, "not put right on time": 1, "re-checked": 1,
        "returned for rework": 0,
    }  # fmt: skip
    number = Hazard.objects.get(pk=hazard).number
    assert number in text(officer.get(cells["not put right on time"]["url"]))
    assert number not in text(officer.get(cells["put right on time"]["url"]))
    table = page.context["tables"][0]["rows"][0]
    assert number in text(officer.get(table["cells"][0]["url"]))
    csv = officer.get("/hazards/figures/department.csv").getvalue().decode()
    assert csv.splitlines()[1] == "fire,Fire,1,0,0.0,,1,0,0.0"


def test_departments_places_and_categories_are_set_on_a_page() -> None:
    admin = of("admin")
    sent = {"act": "department", "code": "gas", "area": COUNTY, "name_zh": "燃", "members": "fire1",
            "active": "yes"}  # fmt: skip
    admin.post("/hazards/settings/", sent)
    assert [row.code for row in selectors.departments_seen(ADMIN)] == ["fire", "gas"]
    said = admin.post("/hazards/settings/", {**sent, "members": "nobody"}, follow=True)
    assert "nobody" in text(said)
    assert of("officer").post("/hazards/settings/", sent).status_code == 403
    kept = json.loads(admin.get("/hazards/categories.json").content)
    kept["version"] = "ours/2"
    new_file = SimpleUploadedFile("c.json", json.dumps(kept).encode())
    admin.post("/hazards/settings/", {"act": "categories", "file": new_file})
    assert selectors.categories(now() + 60).version == "ours/2"
    for data in (b"{", b"\xff\xfe", b"[" * 5_000, b"{}", b"null"):
        wrong = SimpleUploadedFile("c.json", data)
        said = admin.post("/hazards/settings/", {"act": "categories", "file": wrong}, follow=True)
        assert said.context["messages"]
    officer = of("officer")
    place = {"act": "point", "name_en": "Gate", "lon": str(LON), "lat": str(LAT)}
    officer.post("/hazards/settings/", place)
    row = selectors.points_seen(OFFICER)[0]
    assert "<svg" in text(officer.get(f"/hazards/points/{row.pk}/"))
    officer.post("/hazards/settings/", {"act": "end-point", "point": row.pk})
    assert selectors.points_seen(OFFICER) == []


def test_departments_of_categories_are_named_beside_their_codes() -> None:
    page = text(of("admin", "zh-hans").get("/hazards/settings/"))
    assert "消防 <code>fire</code>" in page
    assert '<th scope="row">消防</th><td><code>fire</code></td>' in page


def test_the_list_downloads_a_line_for_each_part() -> None:
    services.report(ASSISTANT, new("x", place="=1+1"), now_s=now())
    given(key="y", now_s=now())
    body = of("officer").get("/hazards.csv").getvalue().decode()
    lines = body.lstrip("\ufeff").splitlines()
    assert len(lines) == 3
    assert "'=1+1" in body


def _many(number: int) -> str:
    """Hazards at one place, with two parts each; the id of the first."""
    first = ""
    for row in range(number):
        made = given("fire", "gas", key=f"many{row}", now_s=now() - 60 + row)
        first = first or made[0]
    return first


@pytest.mark.parametrize("page", ["/hazards/", "/hazards.csv", "/hazards/figures/", "one", "work"])
def test_a_page_of_many_asks_the_database_no_more_than_a_page_of_one(page: str) -> None:
    gas = services.DepartmentWanted("gas", Bilingual("燃", "Gas"), COUNTY, ("fire1",))
    services.set_department(ADMIN, gas, now_s=now())
    client = of("fire1" if page == "work" else "officer")
    first = _many(1)
    path = {"one": f"/hazards/{first}/", "work": "/to-rectify/"}.get(page, page)
    asked = []
    for more in (0, 22):
        for row in range(more):
            given("fire", "gas", key=f"more{row}", now_s=now() - 30 + row)
        client.get(path)  # what is cached is cached
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
            assert len(answer.getvalue()) > 1_000 or page == "/hazards.csv"
        asked.append(len(queries))
    assert asked[1] <= asked[0] + 1, asked
    assert asked[1] <= 24, asked


def test_members_of_departments_are_shown_to_who_sets_them_up_alone() -> None:
    other = services.DepartmentWanted("far", Bilingual("远", "Far"), ELSEWHERE, ())
    far_admin = viewer((Role.ADMINISTRATOR, ELSEWHERE))
    services.set_department(far_admin, other, now_s=now())
    seen = text(of("officer").get("/hazards/settings/"))
    assert "Fire" in seen
    assert "fire1" not in seen
    assert "Far" not in seen
    assert "fire1" in text(of("admin").get("/hazards/settings/"))
    assert [row.code for row in selectors.departments_seen(far_admin)] == ["far"]
    assert list(selectors.members_seen(far_admin)) == ["far"]
    assert "Far" not in text(of("officer").get("/hazards/"))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [("Europe/Berlin", "2027-03-28", 23), ("Europe/Berlin", "2027-10-31", 25),
     ("Asia/Shanghai", "2027-03-28", 24)],
)  # fmt: skip
def test_more_time_ends_a_second_before_midnight_also_when_the_clocks_change(
    settings: Any, zone: str, day: str, hours: int
) -> None:
    settings.TIME_ZONE = zone
    request = RequestFactory().post("/", {"until": day, "words": "w"})
    wanted = more_time(request)
    midnight_s = datetime.datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)).timestamp()
    assert wanted.until_s == midnight_s + hours * 3_600 - 1
    for nonsense in ("", "x", "9999-12-31", "0001-01-01"):
        assert more_time(RequestFactory().post("/", {"until": nonsense})).until_s == 0.0


def test_no_picture_is_added_to_a_hazard_that_ended() -> None:
    hazard, part = given(now_s=now())
    officer, page = of("officer"), f"/hazards/{hazard}/"
    hand_in(part, now() + 1)
    check(part, now() + 2)
    kept = Photo.objects.count()
    said = officer.post(page, {"act": "photo", "key": "late", "photos": photo()}, follow=True)
    assert "Somebody was faster" in text(said)
    assert "add-photos" not in text(said)
    with pytest.raises(AccessDeniedError):
        keep_photo(OFFICER, picture(), "hazard", hazard, None, now(), key="late")
    assert Photo.objects.count() == kept


def test_two_clicks_on_giving_an_owner_show_the_same_link() -> None:
    hazard = filed(now_s=now())
    officer, page = of("officer"), f"/hazards/{hazard}/"
    key = officer.get(page).context["key"]
    sent = {"act": "assign", "owner_name": "Li", "key": key}
    links = [officer.post(page, sent).context["links"][0]["url"] for _ in range(2)]
    assert (links[0] == links[1], HazardPart.objects.count()) == (True, 1)


def test_a_raised_hazard_is_the_first_thing_a_leader_sees() -> None:
    _hazard, part = given(now_s=now())
    officer = of("officer")
    assert "state=open&amp;raised=on" not in text(officer.get("/hazards/"))
    services.escalate_part(OFFICER, part, "Late", now_s=now() + 1)
    shown = text(officer.get("/hazards/?state=open&raised=on"))
    assert "1 hazard was raised" in shown
    assert "level 1" in shown
