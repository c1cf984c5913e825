"""Bulletins that write themselves, and are read again as they were published."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.unit.operations.small_place import COUNTY, DISPATCHER, EAST, NOW_S, SUPERVISOR, viewer

from wardmote.core.domain.permissions import Role
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.periods import PeriodKind, period_of
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.bulletins.selectors import (
    bulletin_of,
    document_of,
    published_bulletin,
    read_document,
    span_of,
)
from wardmote.operations.bulletins.services import SETTLED_AFTER_S, digest_of, publish, publish_due
from wardmote.operations.incidents import services as incidents
from wardmote.operations.journal import clock
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.people.services import open_account
from wardmote.operations.places.selectors import local_day

pytestmark = pytest.mark.usefixtures("place")
DAY = period_of(PeriodKind.DAY, local_day(NOW_S))
OVER_S = span_of(DAY)[1]
NEW = incidents.NewCall("dispute.neighbour", "phone", lon=111.15, lat=27.05)


def published_now() -> list[str]:
    """What is published for the county up to now, by period."""
    return [
        event.payload.period  # type: ignore[attr-defined]  # of bulletins alone
        for event in all_events()
        if type(event.payload).__name__ == "BulletinPublished"
    ]


@pytest.fixture
def reader() -> Client:
    account = open_account("vic", "irrelevant here", staff_id="v1", name=Bilingual("魏", "Vic"))
    grant_role(account.pk, Role.SUPERVISOR, COUNTY, granted_by="test")
    client = Client()
    client.force_login(account)
    return client


def test_each_period_is_published_once_when_late_reports_are_in(reader: Client) -> None:
    incidents.enter_call(DISPATCHER, NEW, now_s=NOW_S)
    while publish_due(OVER_S + SETTLED_AFTER_S - 1):
        pass
    assert DAY.name not in published_now()
    while publish_due(OVER_S + SETTLED_AFTER_S):
        pass
    assert DAY.name in published_now()
    before = published_now()
    assert not publish_due(OVER_S + SETTLED_AFTER_S + 60)
    assert published_now() == before
    assert len(before) == len(set(before))


def test_a_published_bulletin_stays_as_it_was_and_says_what_was_corrected(reader: Client) -> None:
    call = incidents.enter_call(DISPATCHER, NEW, now_s=NOW_S)
    assert publish(COUNTY, DAY, now_s=OVER_S)
    assert not publish(COUNTY, DAY, now_s=OVER_S + 1)
    later = incidents.NewCall("traffic.damage", "phone", lon=111.15, lat=27.05)
    incidents.enter_call(DISPATCHER, later, now_s=NOW_S + 1)
    kept = published_bulletin(SUPERVISOR, DAY)
    assert kept is not None
    assert kept.reported.bulletin.total.calls.calls == (call.id,)
    assert bulletin_of(SUPERVISOR, DAY, now_s=OVER_S).bulletin.total.calls.count == 2
    assert kept.digest == digest_of(document_of(kept.reported))
    clock.set_rate(1.0, served_s=OVER_S + 10)
    page = reader.get(f"/bulletin/{DAY.name}/published/")
    assert ("1", "2") in {(one.before, one.now) for one in page.context["corrections"]}
    assert reader.get(f"/bulletin/{DAY.name}/").context["published"].digest == kept.digest
    assert reader.get("/bulletin/2020-01-01/published/").status_code == 404


def test_a_town_sees_no_bulletin_of_the_county() -> None:
    publish(COUNTY, DAY, now_s=OVER_S)
    assert published_bulletin(viewer((Role.SUPERVISOR, EAST)), DAY) is None
    with pytest.raises(AccessDeniedError):
        published_bulletin(viewer((Role.CREW, COUNTY)), DAY)


def test_a_period_that_is_not_over_is_not_published() -> None:
    with pytest.raises(ValueError, match="not over"):
        publish(COUNTY, DAY, now_s=OVER_S - 1)


def test_another_document_is_refused() -> None:
    made = bulletin_of(SUPERVISOR, DAY, now_s=OVER_S)
    assert read_document(document_of(made)) == made
    with pytest.raises(InvalidDataError):
        read_document({**document_of(made), "format": "wardmote-bulletin/9"})
