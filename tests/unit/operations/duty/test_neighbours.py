"""Agreements with neighbours: written with a record, changed, ended, and not asked after that."""

from __future__ import annotations

import dataclasses

import pytest
from tests.unit.operations.duty.test_duty_services import CHIEF
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, viewer

from wardmote.core.domain.agreement import AidKind
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.duty import errors, selectors, services
from wardmote.operations.journal.models import JournalEntry

pytestmark = pytest.mark.usefixtures("place")

NEW = services.NewNeighbour(COUNTY, Bilingual("邻县", "Next"), "Aid", "Wang 13800000000")
TOWN_CHIEF = viewer((Role.STATION_CHIEF, EAST), staff="town")


def test_keeping_changing_and_ending_an_agreement_are_on_record_without_the_contact() -> None:
    near = services.keep_neighbour(CHIEF, NEW, now_s=NOW_S)
    changed = dataclasses.replace(NEW, agreed="Aid and joint duty", contact="")
    services.change_neighbour(CHIEF, near, changed, now_s=NOW_S + 1)
    assert services.open_contact(CHIEF, near, now_s=NOW_S + 1) == NEW.contact
    services.change_neighbour(
        CHIEF, near, dataclasses.replace(NEW, contact="Li 13900000000"), now_s=NOW_S + 2
    )
    assert services.open_contact(CHIEF, near, now_s=NOW_S + 2) == "Li 13900000000"
    services.end_neighbour(CHIEF, near, now_s=NOW_S + 3)
    told = JournalEntry.objects.filter(type="duty.neighbour_kept").order_by("seq")
    assert [one.data["ended"] for one in told] == [False, False, False, True]
    assert "13800000000" not in str([one.data for one in told])
    ((row, _figures),) = selectors.neighbours_seen(CHIEF)
    assert (row.ended_s, row.contact) == (NOW_S + 3, "")


def test_nobody_is_asked_by_an_agreement_that_ended() -> None:
    near = services.keep_neighbour(CHIEF, NEW, now_s=NOW_S)
    services.end_neighbour(CHIEF, near, now_s=NOW_S)
    with pytest.raises(errors.NotPossibleError):
        services.ask_neighbour(CHIEF, near, AidKind.AID, "Two cars", now_s=NOW_S)
    with pytest.raises(errors.NotPossibleError):
        services.change_neighbour(CHIEF, near, NEW, now_s=NOW_S)
    with pytest.raises(errors.NotPossibleError):
        services.end_neighbour(CHIEF, near, now_s=NOW_S)


def test_an_agreement_is_changed_by_who_plans_duty_in_its_area() -> None:
    near = services.keep_neighbour(CHIEF, NEW, now_s=NOW_S)
    with pytest.raises(AccessDeniedError):
        services.change_neighbour(TOWN_CHIEF, near, NEW, now_s=NOW_S)
    with pytest.raises(AccessDeniedError):
        services.end_neighbour(TOWN_CHIEF, near, now_s=NOW_S)
