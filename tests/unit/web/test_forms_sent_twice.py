"""Forms of staff and divisions that a browser sends twice are carried out once."""

from __future__ import annotations

import datetime
import re

import pytest
from django.test import Client
from tests.unit.operations.places.small_county import (
    OTHER_TOWN,
    open_small_county,
)
from tests.unit.operations.small_place import COUNTY, EAST, SMALL_PLACE, viewer

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.journal import clock
from wardmote.operations.people import services
from wardmote.operations.people.models import Appointment, Leave, StaffEntry
from wardmote.operations.places import selectors, tree
from wardmote.operations.places.services import load_places
from wardmote.web.pages.divisions.words import today
from wardmote.web.pages.once import FIELD

pytestmark = pytest.mark.django_db

LIN = "officer-lin"
KEY = re.compile(rf'name="{FIELD}" value="(\w+)"')


def _client(role: Role, area: str) -> Client:
    account = services.open_account(
        "ann", "irrelevant here", staff_id="ann", name=Bilingual("安", "Ann")
    )
    grant_role(account.pk, role, area, granted_by="test")
    client = Client(headers={"accept-language": "en"})
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _twice(client: Client, url: str, sent: dict[str, object]) -> list[str]:
    """Where the same form of one page led, sent twice; its key is the page's own."""
    key = KEY.search(client.get(url).content.decode())
    assert key is not None, f"{url} has a form without a key"
    found = []
    for _time in range(2):
        answer = client.post(url, sent | {FIELD: key.group(1)})
        assert answer.status_code == 302
        found.append(answer.headers["Location"])
    return found


@pytest.fixture
def chief() -> Client:
    selectors.forget()
    load_places(SMALL_PLACE)
    selectors.forget()
    admin = viewer((Role.ADMINISTRATOR, COUNTY), staff="boss")
    card = services.PersonCard(LIN, Bilingual("林警官", "Officer Lin"), StaffKind.POLICE, EAST)
    services.keep_person(admin, card, now_s=clock.now_s())
    return _client(Role.STATION_CHIEF, EAST)


def test_leave_asked_for_twice_by_one_form_is_asked_once(chief: Client) -> None:
    first = today() + datetime.timedelta(days=3)
    sent = {"form": "leave", "leave-kind": "annual", "leave-first": first, "leave-last": first}
    _twice(chief, f"/staff/people/{LIN}/", sent)
    assert Leave.objects.count() == 1


def test_a_new_page_may_ask_for_the_same_again(chief: Client) -> None:
    first = today() + datetime.timedelta(days=3)
    sent = {"form": "leave", "leave-kind": "annual", "leave-first": first, "leave-last": first}
    for _page in range(2):
        _twice(chief, f"/staff/people/{LIN}/", sent)
    assert Leave.objects.count() == 2


def test_an_entry_sent_twice_is_once_in_the_record(chief: Client) -> None:
    sent = {"form": "entry", "what": "training:yearly", "day": today()}
    _twice(chief, f"/staff/people/{LIN}/record/", sent)
    assert StaffEntry.objects.count() == 1


def test_somebody_is_put_on_record_once_and_the_second_form_leads_there_too(chief: Client) -> None:
    sent = {"staff_id": "N7", "name_en": "Seven", "kind": "assistant", "area": EAST}
    assert _twice(chief, "/staff/new/", sent) == ["/staff/people/N7/"] * 2


def test_an_appointment_sent_twice_is_made_once(chief: Client) -> None:
    page = f"/staff/places/town/{EAST}/"
    offices = re.findall(r'<option value="(\w+)"', chief.get(page).content.decode())
    sent = {"form": "appoint", "office": offices[0], "staff_id": LIN, "from_day": today()}
    _twice(chief, page, sent)
    assert Appointment.objects.filter(person_id=LIN).count() == 1


def test_a_beat_opened_twice_by_one_form_is_one_beat() -> None:
    selectors.forget()
    open_small_county()
    client = _client(Role.PLANNER, EVERYWHERE)
    before = len(tree.beats_on(today()))
    sent = {
        "name_en": "New beat", "area": OTHER_TOWN, "office_lon": "111.1", "office_lat": "27.05",
        "day": today().isoformat(),
    }  # fmt: skip
    new = OTHER_TOWN[:9] + "201"
    opened = {"form": "open", "open-code": new, "open-name_en": "New",
              "open-from_day": today().isoformat()}  # fmt: skip
    assert _twice(client, f"/divisions/{OTHER_TOWN}/", opened) == [f"/divisions/{OTHER_TOWN}/"] * 2
    where = _twice(client, "/divisions/beats/", sent | {"villages": new})
    assert where[0] == where[1]
    assert where[0].startswith("/divisions/beats/")
    assert len(tree.beats_on(today())) == before + 1
