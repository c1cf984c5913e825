"""What is sent twice is done once: giving away, places to report at, residents' reports, merges."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError
from tests.unit.operations.hazards.cast import (
    FIRE,
    LAT,
    LON,
    OFFICER,
    check,
    filed,
    hand_in,
    new,
    reported,
)
from tests.unit.operations.small_place import NOW_S

from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.hazards import errors, selectors, services
from wardmote.operations.hazards.models import Hazard, HazardPart, ReportPoint
from wardmote.operations.journal.models import JournalEntry

pytestmark = pytest.mark.usefixtures("world")
OWNER = services.PartWanted(owner_name="Li", owner_phone="139")


def a_key() -> str:
    return uuid.uuid4().hex


def test_giving_an_owner_twice_with_one_key_gives_one_part_and_the_same_link() -> None:
    hazard, key = filed(), a_key()
    first, again = (
        services.assign_hazard(OFFICER, hazard, [OWNER], now_s=NOW_S + second, key=key)
        for second in (0, 1)
    )
    assert first == again
    part = HazardPart.objects.get()
    assert selectors.owner_page(again[0].owner_token, now_s=NOW_S).part.pk == part.pk
    assert key not in str(HazardPart.objects.values())
    assert again[0].owner_token not in str(HazardPart.objects.values())
    hand_in(part.pk, NOW_S + 2, who=again[0].owner_token)
    check(part.pk, NOW_S + 3)
    assert Hazard.objects.get(pk=hazard).state == "closed"


def test_another_key_gives_to_another_owner() -> None:
    hazard = filed()
    for key in (a_key(), a_key(), "", "short"):
        services.assign_hazard(OFFICER, hazard, [OWNER], now_s=NOW_S, key=key)
    assert HazardPart.objects.count() == 4
    assert HazardPart.objects.values("owner_token_sha256").distinct().count() == 4


def test_a_key_that_was_used_opens_nothing_to_who_may_not_triage() -> None:
    hazard, key = filed(), a_key()
    services.assign_hazard(OFFICER, hazard, [OWNER], now_s=NOW_S, key=key)
    with pytest.raises(AccessDeniedError):
        services.assign_hazard(FIRE, hazard, [OWNER], now_s=NOW_S, key=key)


def test_a_place_to_report_at_is_added_once_and_ended_once_and_both_are_on_record() -> None:
    key = a_key()
    name = Bilingual("东街", "East street")
    made = {services.add_point(OFFICER, name, LON, LAT, now_s=NOW_S, key=key) for _ in range(2)}
    (point,) = made
    assert ReportPoint.objects.count() == 1
    for _ in range(2):
        services.end_point(OFFICER, point, now_s=NOW_S + 1)
    written = JournalEntry.objects.filter(type="hazard.point_set").order_by("seq")
    assert [(one.data["point"], one.data["active"]) for one in written] == [
        (point, True), (point, False),
    ]  # fmt: skip
    row = ReportPoint.objects.get()
    row.pk, row.token = "other", "other"
    with pytest.raises(IntegrityError):
        row.save(force_insert=True)


@pytest.fixture
def point() -> str:
    services.add_point(OFFICER, Bilingual("东街", "East street"), LON, LAT, now_s=NOW_S)
    return selectors.points_seen(OFFICER)[0].token


def _sent(point: str, key: str, sender: str = "", now_s: float = NOW_S) -> services.Reported:
    return services.report_at_point(
        point, new(key), services.Contact(), own_camera=False, now_s=now_s, sender=sender
    )


def test_a_resident_who_clicks_twice_still_gets_the_link(point: str) -> None:
    key = a_key()
    first, again = _sent(point, key), _sent(point, key)
    assert (again.known, again.follow) == (True, first.follow)
    assert selectors.followed(again.follow).pk == first.id
    assert _sent(point, "short").follow != ""
    assert _sent(point, "short").follow == ""


def test_one_address_closes_a_place_to_itself_alone(point: str) -> None:
    for number in range(services.MOST_OF_SENDER):
        _sent(point, f"a{number}", "192.0.2.1")
    with pytest.raises(errors.TooManyReportsError):
        _sent(point, "one-more", "192.0.2.1")
    assert _sent(point, "a0", "192.0.2.1").known
    assert not _sent(point, "b", "192.0.2.2").known
    assert not _sent(point, "later", "192.0.2.1", NOW_S + 3_600.0).known


def _merge(one: str, into: str) -> None:
    number = Hazard.objects.get(pk=into).number
    services.merge_hazard(OFFICER, one, number, now_s=NOW_S)


def test_two_reports_are_not_merged_into_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one is merged by somebody else after it was found and before it is locked."""
    first, second = reported("a"), reported("b")
    locked = Hazard.objects.select_for_update

    def meanwhile(*args: object) -> object:
        monkeypatch.undo()
        _merge(second, first)
        return locked()

    monkeypatch.setattr(type(Hazard.objects), "select_for_update", meanwhile)
    with pytest.raises(errors.BadMergeError):
        _merge(first, second)
    assert Hazard.objects.get(pk=first).state == "reported"


def test_a_report_that_was_merged_twice_is_followed_to_the_end(point: str) -> None:
    done, middle, last = _sent(point, a_key()), reported("m"), reported("l")
    _merge(done.id, middle)
    _merge(middle, last)
    assert selectors.followed(done.follow).pk == last
