"""Roles given by hand, and what else names a village, when the village ends."""

from __future__ import annotations

import datetime

import pytest
from tests.unit.operations.places import small_county
from tests.unit.operations.places.small_county import (
    EAST,
    NEW,
    NOW_S,
    OTHER_TOWN,
    PLANNER,
    TODAY,
    WEST,
)

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.following_places import follow_all
from wardmote.operations.access.models import Grant
from wardmote.operations.access.services import grant_role
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.patrols.models import WatchTeam
from wardmote.operations.people.services import open_account
from wardmote.operations.places import selectors, services
from wardmote.operations.places.named_after import named_after
from wardmote.operations.places.services import Choices

pytestmark = pytest.mark.django_db

DAY, DAY_S = datetime.timedelta(days=1), 86_400.0
MOVED = OTHER_TOWN[:9] + "201"


@pytest.fixture
def account() -> int:
    selectors.forget()
    small_county.open_small_county()
    opened = open_account("ann", "irrelevant here", staff_id="s1", name=Bilingual("安", "Ann"))
    return opened.pk


def roles(account: int) -> set[tuple[str, str]]:
    return set(Grant.objects.filter(account=account).values_list("role", "area"))


def go_round(now_s: float) -> None:
    selectors.forget()
    follow_all(now_s)


def test_a_role_goes_along_with_a_village_that_moves_once_its_day_has_come(account: int) -> None:
    grant_role(account, Role.VOLUNTEER, AreaId(WEST), granted_by="test")
    wanted = services.move_of(WEST, MOVED, small_county.name("moved"), TODAY + DAY)
    services.follow(PLANNER, wanted, Choices(), now_s=NOW_S)
    go_round(NOW_S)
    assert roles(account) == {("volunteer", WEST)}
    go_round(NOW_S + DAY_S)
    go_round(NOW_S + DAY_S)
    assert roles(account) == {("volunteer", MOVED)}
    events = JournalEntry.objects.filter(type="staff.role_followed")
    assert [one.area for one in events] == [MOVED]


def test_of_two_villages_that_merge_a_role_in_both_is_held_once(account: int) -> None:
    for village in (WEST, EAST):
        grant_role(account, Role.VOLUNTEER, AreaId(village), granted_by="test")
    Grant.objects.filter(area=WEST).update(valid_to_s=NOW_S + 9 * DAY_S)
    merger = services.merge_of([WEST, EAST], WEST, small_county.name("one"), TODAY)
    services.follow(PLANNER, merger, Choices(), now_s=NOW_S)
    go_round(NOW_S)
    assert roles(account) == {("volunteer", WEST)}
    assert Grant.objects.get().valid_to_s is None


def test_what_was_divided_is_listed_until_somebody_gives_it_to_a_part(account: int) -> None:
    grant_role(account, Role.VOLUNTEER, AreaId(WEST), granted_by="test")
    WatchTeam.objects.create(
        id="t1", name_zh="一队", name_en="One", area=WEST, leader="x", kept_by="x", kept_s=NOW_S
    )
    halves = [(NEW, small_county.name("left")), (WEST[:9] + "204", small_county.name("right"))]
    split = services.split_along(WEST, [(111.05, 26.9), (111.05, 27.2)], halves, TODAY)
    services.follow(PLANNER, split, Choices(), now_s=NOW_S)
    go_round(NOW_S)
    assert roles(account) == {("volunteer", WEST)}
    found = [(one.kind, one.id, one.code) for one in named_after([WEST], NOW_S)]
    assert found == [("role", "volunteer", WEST), ("team", "t1", WEST)]
    assert named_after([EAST], NOW_S) == named_after([], NOW_S) == []
