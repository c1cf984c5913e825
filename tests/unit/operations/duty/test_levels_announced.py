"""A switch of level is told to everybody whom it concerns, and can be looked at by them."""

from __future__ import annotations

import pytest
from tests.unit.operations.duty.test_duty_services import (
    CHIEF,
    OFFICER,
    in_force,
    proposed,
)
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, WEST, viewer

from wardmote.core.domain.areas import concerns
from wardmote.core.domain.duty_events import DutyLevelMoved
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.duty import errors, selectors
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.notices import services as notices
from wardmote.operations.notices.models import Notice
from wardmote.operations.people.models import Account
from wardmote.operations.people.services import open_account

PROVINCE = AreaId("430000000000")
PEOPLE = {
    "officer": (Role.COMMUNITY_OFFICER, AreaId("430521101201")),
    "chief": (Role.STATION_CHIEF, COUNTY),
    "western": (Role.COMMUNITY_OFFICER, WEST),
    "auditor": (Role.AUDITOR, PROVINCE),
}


@pytest.fixture(autouse=True)
def _people(place: None) -> None:
    for staff, (role, area) in PEOPLE.items():
        open_account(staff, "a long password", staff_id=staff, name=Bilingual(staff, staff))
        account = Account.objects.get(staff_id=staff)
        grant_role(account.pk, role, area, granted_by="test")


def told() -> set[str]:
    for event in all_events():
        if isinstance(event.payload, DutyLevelMoved):
            notices.on_duty_level(event, NOW_S)
    return set(Notice.objects.values_list("staff", flat=True))


def test_the_level_of_a_county_is_told_in_its_villages_and_seen_there() -> None:
    switch = in_force(COUNTY)
    assert told() >= {"officer", "chief", "western"}
    of_village = viewer(PEOPLE["officer"], staff="officer")
    assert selectors.announced(of_village)
    assert selectors.switch_to_see(of_village, switch).pk == switch


def test_the_level_of_a_town_is_told_in_its_county_and_not_in_all_the_province() -> None:
    in_force(EAST, "level_3")
    assert told() == {"officer", "chief"}


def test_what_is_only_proposed_around_an_area_is_not_shown_there() -> None:
    switch = proposed(COUNTY)
    assert selectors.switch_to_see(CHIEF, switch).pk == switch
    with pytest.raises(errors.UnknownDutyError):
        selectors.switch_to_see(OFFICER, switch)


@pytest.mark.parametrize(
    ("held", "area", "within", "expected"),
    [
        (COUNTY, EAST, None, True),
        (EAST, COUNTY, None, False),
        (EAST, COUNTY, COUNTY, True),
        (COUNTY, EAST, COUNTY, True),
        (PROVINCE, EAST, COUNTY, False),
        (WEST, EAST, COUNTY, False),
    ],
)
def test_whom_an_area_concerns(
    held: AreaId, area: AreaId, within: AreaId | None, expected: bool
) -> None:
    assert concerns(held, area, within) is expected
