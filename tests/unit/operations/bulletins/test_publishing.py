"""Bulletins that write themselves, and are read again as they were published."""

from __future__ import annotations

import dataclasses
import datetime
from collections import Counter
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from tests.unit.operations.small_place import COUNTY, DISPATCHER, EAST, NOW_S, SUPERVISOR, viewer

from wardmote.core.domain.permissions import Role
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.periods import Period, PeriodKind, period_named, period_of
from wardmote.operations.access.selectors import viewer_of
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.bulletins import services
from wardmote.operations.bulletins.models import PublishedBulletin
from wardmote.operations.bulletins.selectors import (
    bulletin_of,
    document_of,
    published_bulletin,
    read_document,
    span_of,
)
from wardmote.operations.bulletins.services import (
    SETTLED_AFTER_S,
    UnsettledError,
    digest_of,
    publish,
    publish_due,
)
from wardmote.operations.incidents import services as incidents
from wardmote.operations.journal import clock, readers
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.local_time import local_day
from wardmote.operations.people.models import Account, Appointment, Person
from wardmote.operations.people.services import open_account

pytestmark = pytest.mark.usefixtures("place")
DAY = period_of(PeriodKind.DAY, local_day(NOW_S))
OVER_S = span_of(DAY)[1]
DAY_S = 86_400.0
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
    shown = reader.get(f"/bulletin/{DAY.name}/", headers={"accept-language": "en"})
    assert f"one standard: {kept.reported.standard.name.en}, in force" in shown.content.decode()
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


def test_one_that_fails_keeps_none_waiting_is_noted_and_made_when_it_can(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant_role(Account.objects.get().pk, Role.SUPERVISOR, EAST, granted_by="test")
    whole = services.figures_of

    def broken(areas: list[str], period: Period, **other: object) -> object:
        if areas == [COUNTY]:
            raise ZeroDivisionError
        return whole(areas, period, **other)  # type: ignore[arg-type]  # as they came

    now_s = OVER_S + SETTLED_AFTER_S
    with monkeypatch.context() as patch:
        patch.setattr(services, "figures_of", broken)
        while publish_due(now_s):
            pass
        assert set(PublishedBulletin.objects.values_list("area", flat=True)) == {EAST}
        noted = [fault for fault in readers.faults() if COUNTY in fault.reaction]
        assert len(noted) == len(PeriodKind)
        assert {fault.cause for fault in noted} == {"ZeroDivisionError"}
    while publish_due(now_s):
        pass
    assert PublishedBulletin.objects.filter(area=COUNTY).count() == len(PeriodKind)
    assert not readers.faults()


def test_figures_are_made_outside_the_transaction_and_again_when_the_moment_was_not_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole, blocks = services.figures_of, []
    outside = len(connection.savepoint_ids)

    def late(*args: object, **other: object) -> object:
        made = whole(*args, **other)  # type: ignore[arg-type]  # as they came
        blocks.append(len(connection.savepoint_ids))
        if len(blocks) == 1:
            incidents.enter_call(DISPATCHER, NEW, now_s=OVER_S - 1)
        return made

    monkeypatch.setattr(services, "figures_of", late)
    assert publish(COUNTY, DAY, now_s=OVER_S)
    assert blocks == [outside, outside]
    kept = published_bulletin(SUPERVISOR, DAY)
    assert kept is not None
    assert kept.reported.bulletin.total.calls.count == 1
    assert published_now() == [DAY.name]


def test_what_keeps_on_changing_is_not_published_half(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = services.figures_of

    def late(*args: object, **other: object) -> object:
        made = whole(*args, **other)  # type: ignore[arg-type]  # as they came
        incidents.enter_call(DISPATCHER, NEW, now_s=OVER_S - 1)
        return made

    monkeypatch.setattr(services, "figures_of", late)
    with pytest.raises(UnsettledError):
        publish(COUNTY, DAY, now_s=OVER_S)
    assert not PublishedBulletin.objects.exists()
    assert published_now() == []


def test_a_document_of_the_release_before_is_still_read() -> None:
    made = bulletin_of(SUPERVISOR, DAY, now_s=OVER_S)
    old = {**document_of(made), "format": "wardmote-bulletin/1"}
    del old["sections"]
    assert read_document(old) == dataclasses.replace(made, sections=())


def firsts(kind: PeriodKind, area: str = COUNTY) -> list[str]:
    rows = PublishedBulletin.objects.filter(kind=kind.value, area=area).order_by("first")
    return list(rows.values_list("first", flat=True))


def publish_all(now_s: float) -> None:
    while publish_due(now_s):
        pass


def test_what_fell_due_while_the_server_stood_still_is_published_the_oldest_first(
    reader: Client,
) -> None:
    at_s = OVER_S + SETTLED_AFTER_S
    publish_all(at_s)
    assert firsts(PeriodKind.DAY) == [DAY.first.isoformat()]
    publish_all(at_s + 21 * DAY_S)
    assert firsts(PeriodKind.DAY) == [
        (DAY.first + datetime.timedelta(days=later)).isoformat() for later in range(22)
    ]
    mondays = [datetime.date.fromisoformat(one) for one in firsts(PeriodKind.WEEK)]
    assert [(after - before).days for before, after in pairwise(mondays)] == [7, 7, 7]
    days = [one for one in published_now() if period_named(one).kind is PeriodKind.DAY]  # type: ignore[union-attr]  # of days
    assert days == sorted(days)
    PublishedBulletin.objects.filter(kind="day", first=days[9]).delete()
    publish_all(at_s + 21 * DAY_S)
    assert firsts(PeriodKind.DAY) == days, "a hole is found too"


def test_a_long_standstill_is_made_up_for_as_far_back_as_is_said(reader: Client) -> None:
    at_s = OVER_S + SETTLED_AFTER_S
    publish_all(at_s)
    due = services._due(at_s + 200 * DAY_S)
    kinds = Counter(period.kind for _area, period in due)
    assert kinds == {PeriodKind.DAY: 60, PeriodKind.WEEK: 10, PeriodKind.MONTH: 7}
    assert [one.last for _area, one in due] == sorted(one.last for _area, one in due)


def test_an_area_led_by_appointment_has_bulletins_of_its_own() -> None:
    officer = Person.objects.create(
        staff_id="c9", name_zh="所长", kind="police", area=EAST, kept_by="t", kept_s=0.0
    )
    Appointment.objects.create(
        id="x", person=officer, office="station_chief", place_kind="town", place=EAST, area=EAST,
        from_day="2026-01-01", sole=True, acting=False, made_by="t", made_s=0.0,
    )  # fmt: skip
    at_s = OVER_S + SETTLED_AFTER_S
    publish_all(at_s)
    assert not PublishedBulletin.objects.exists(), "nobody could read it"
    account = open_account("c9", "irrelevant here", staff_id="c9", name=Bilingual("所长", "Chief"))
    publish_all(at_s)
    assert firsts(PeriodKind.DAY, EAST) == [DAY.first.isoformat()]
    chief = viewer_of(account.pk, at_s)
    assert chief is not None
    assert published_bulletin(chief, DAY) is not None
    assert not firsts(PeriodKind.DAY)
