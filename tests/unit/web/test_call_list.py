"""The list of calls."""

from __future__ import annotations

import pytest
from django.test import Client

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.incidents.models import Incident
from wardmote.operations.incidents.services import NewCall, enter_call
from wardmote.operations.journal import clock
from wardmote.operations.people.services import open_account

pytestmark = pytest.mark.django_db
DISPATCHER = Viewer("d1", (RoleInArea(Role.DISPATCHER, EVERYWHERE),))


@pytest.fixture
def reader() -> Client:
    account = open_account("aud", "irrelevant here", staff_id="a1", name=Bilingual("", "Aud"))
    grant_role(account.pk, Role.AUDITOR, EVERYWHERE, granted_by="test")
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post("/language/", {"language": "en"})
    return client


def enter(category: str, place: str = "") -> None:
    enter_call(DISPATCHER, NewCall(category, "phone", place=place), now_s=clock.now_s())


def places_listed(reader: Client, **query: str) -> list[str]:
    return [call.place for call in reader.get("/calls/", query).context["calls"]]


def test_it_finds_by_category_subtree_state_place_and_day(reader: Client) -> None:
    enter("dispute.neighbour", "Mill Lane")
    enter("traffic.damage", "River Road")
    assert places_listed(reader) == ["River Road", "Mill Lane"]
    assert places_listed(reader, category="dispute") == ["Mill Lane"]
    assert places_listed(reader, text="river") == ["River Road"]
    assert places_listed(reader, state="open") == ["River Road", "Mill Lane"]
    assert places_listed(reader, state="closed") == []
    assert places_listed(reader, first="2999-01-01") == []


@pytest.mark.parametrize(("role", "state", "drill", "shown"), [
    (Role.COMMUNITY_OFFICER, "closed", False, True),
    (Role.COMMUNITY_OFFICER, "entered", False, False),
    (Role.COMMUNITY_OFFICER, "closed", True, False),
    (Role.AUDITOR, "closed", False, False),
])  # fmt: skip
def test_whoever_gives_out_the_survey_finds_its_code_on_the_page_of_a_closed_call(
    reader: Client, role: Role, state: str, drill: bool, shown: bool
) -> None:
    enter("dispute.neighbour")
    Incident.objects.update(state=state, drill=drill)
    account = open_account("off", "irrelevant here", staff_id="o1", name=Bilingual("", "Off"))
    grant_role(account.pk, role, EVERYWHERE, granted_by="test")
    reader.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = reader.get(f"/console/incidents/{Incident.objects.get().pk}/").content.decode()
    assert ('action="/survey/invite/"' in page) is shown


def test_a_day_that_cannot_be_read_is_explained(reader: Client) -> None:
    page = reader.get("/calls/", {"first": "yesterday"})
    assert page.status_code == 422
    assert "first" in page.context["form"].errors


def test_the_download_holds_the_same_calls_and_no_formulas(reader: Client) -> None:
    enter("dispute.neighbour", '=HYPERLINK("x")')
    lines = b"".join(reader.get("/calls.csv").streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Number,Received,Category")
    assert "'=HYPERLINK" in lines[1]


def test_crews_do_not_search_all_calls() -> None:
    account = open_account("crew", "irrelevant here", staff_id="c1", name=Bilingual("", "C"))
    grant_role(account.pk, Role.CREW, EVERYWHERE, granted_by="test")
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/calls/").status_code == 403
    assert client.get("/calls.csv").status_code == 403
