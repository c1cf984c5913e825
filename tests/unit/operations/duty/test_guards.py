"""Guards: one that cannot be made keeps none waiting, who stands there, and calling one off."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.unit.operations.duty.test_duty_services import CHIEF, MARKET, guard
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, SUPERVISOR, WEST, viewer

from wardmote.core.domain.event_guard import GuardAction
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.task import LIVING_TASKS
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.models import Grant
from wardmote.operations.access.services import grant_role
from wardmote.operations.duty import errors, services
from wardmote.operations.duty.models import Guard, GuardDay
from wardmote.operations.duty.services.guards import TRY_AGAIN_S
from wardmote.operations.journal import readers
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.local_time import midnight_s
from wardmote.operations.people.models import Account
from wardmote.operations.people.services import open_account
from wardmote.operations.places import selectors as places
from wardmote.operations.places.models import KeyPlace
from wardmote.operations.tasks.models import Task
from wardmote.operations.tasks.selectors import today_of

VILLAGE = AreaId("430521101001")
ROLES = {
    "officer": (Role.COMMUNITY_OFFICER, EAST),
    "helper": (Role.VILLAGE_ASSISTANT, VILLAGE),
    "western": (Role.COMMUNITY_OFFICER, WEST),
    "v1": (Role.SUPERVISOR, COUNTY),
}
DAY_S = 86_400.0


@pytest.fixture(autouse=True)
def _people(place: None) -> None:
    for staff, (role, area) in ROLES.items():
        open_account(staff, "a long password", staff_id=staff, name=Bilingual(staff, staff))
        grant_role(Account.objects.get(staff_id=staff).pk, role, area, granted_by="test")


def guarded_by(staff: str) -> str:
    duty = {"staff": staff, "post": 0, "from_minute": 480, "to_minute": 960}
    content: dict[str, Any] = {**MARKET, "duties": [duty]}
    new = services.NewGuard(EAST, Bilingual("集市", "Market"), content)
    made = services.write_guard(CHIEF, new, now_s=NOW_S)
    services.move_guard(SUPERVISOR, made, GuardAction.APPROVE, now_s=NOW_S)
    return made


@pytest.mark.parametrize(
    ("zone", "day", "begins", "ends"),
    [
        ("America/Los_Angeles", "2026-03-08", "2026-03-08T09:00-07:00", "2026-03-08T17:00-07:00"),
        ("America/Los_Angeles", "2026-11-01", "2026-11-01T09:00-08:00", "2026-11-01T17:00-08:00"),
        ("Asia/Shanghai", "2026-12-31", "2026-12-31T21:00+08:00", "2027-01-01T01:00+08:00"),
        ("America/Los_Angeles", "2026-10-31", "2026-10-31T21:00-07:00", "2026-11-01T01:00-07:00"),
    ],
)
def test_a_guard_keeps_to_the_clock_on_the_wall(
    settings: Any, zone: str, day: str, begins: str, ends: str
) -> None:
    settings.TIME_ZONE = zone
    at = [datetime.datetime.fromisoformat(one) for one in (begins, ends)]
    last = 24 * 60 if at[1].date() > at[0].date() else 0
    from_minute, to_minute = at[0].hour * 60, last + at[1].hour * 60
    duty = {"staff": "officer", "post": 0, "from_minute": from_minute, "to_minute": to_minute}
    check = {"what": {"zh": "灯", "en": "lamp"}, "by_minute": 480, "office": "village_assistant"}
    content = {
        **MARKET, "duties": [duty], "checks": [check],
        "recurrence": {"kind": "yearly", "days": [100 * int(day[5:7]) + int(day[8:])]},
    }  # fmt: skip
    now_s = at[0].timestamp() - 2 * DAY_S
    new = services.NewGuard(EAST, Bilingual("跨年", "Fair"), content)
    made = services.write_guard(CHIEF, new, now_s=now_s)
    services.move_guard(SUPERVISOR, made, GuardAction.APPROVE, now_s=now_s)
    make_all(now_s)
    stands = Task.objects.get(rule="guard.duty.0")
    assert (stands.opens_s, stands.due_s) == (at[0].timestamp(), at[1].timestamp())
    eight = datetime.datetime.fromisoformat(f"{day}T08:00").replace(tzinfo=ZoneInfo(zone))
    assert Task.objects.get(rule="guard.check.0").due_s == eight.timestamp()
    post = KeyPlace.objects.get(pk=GuardDay.objects.get(guard=made).posts[0])
    assert post.valid_to is not None
    assert post.valid_to.isoformat() == ends[:10]


def make_all(now_s: float = NOW_S) -> None:
    while services.make_guard_days(now_s):
        pass


def living() -> Iterator[datetime.date]:
    states = [one.value for one in LIVING_TASKS]
    yield from Task.objects.filter(state__in=states).values_list("day", flat=True)


def test_a_guard_that_cannot_be_made_keeps_no_other_waiting() -> None:
    first, second = sorted((guard(), guard()))
    Guard.objects.filter(pk=first).update(content={"of": "an older form"})
    make_all()
    assert set(GuardDay.objects.values_list("guard", flat=True)) == {second}
    assert [one.reaction for one in readers.faults()] == [f"duty.guard:{first}"]
    Guard.objects.filter(pk=first).update(content=MARKET)
    make_all(NOW_S + TRY_AGAIN_S)
    assert set(GuardDay.objects.values_list("guard", flat=True)) == {first, second}
    assert not readers.faults()


@pytest.mark.parametrize("staff", ["v1", "western", "stranger"])
def test_who_does_no_tasks_there_is_refused_by_number(staff: str) -> None:
    with pytest.raises(errors.CannotStandError) as refused:
        guarded_by(staff)
    assert staff in refused.value.message()


@pytest.mark.parametrize("staff", ["officer", "helper"])
def test_who_stands_at_a_post_has_it_in_the_own_day(staff: str) -> None:
    guarded_by(staff)
    make_all()
    task = Task.objects.filter(rule="guard.duty.0").order_by("day")[0]
    who = viewer(ROLES[staff], staff=staff)
    tomorrow = task.day - datetime.timedelta(days=1)
    assert task.pk in {one.pk for one in today_of(who, tomorrow, midnight_s(tomorrow))}


def test_who_lost_the_role_since_leaves_a_gap_and_no_task_that_nobody_sees() -> None:
    guarded_by("helper")
    Grant.objects.filter(account__staff_id="helper").delete()
    make_all()
    assert set(Task.objects.filter(rule="guard.duty.0").values_list("holder", flat=True)) == {""}


def test_ending_a_guard_calls_off_what_was_made_for_later_days() -> None:
    made = guard()
    make_all()
    days = sorted(GuardDay.objects.values_list("day", flat=True))
    on_first = midnight_s(days[0]) + DAY_S / 3
    make_all(on_first)
    later = [one for one in GuardDay.objects.values_list("day", flat=True) if one > days[0]]
    assert later
    services.move_guard(SUPERVISOR, made, GuardAction.END, now_s=on_first)
    places.forget()
    assert set(living()) <= {days[0]}
    for post in KeyPlace.objects.filter(drawn=True, valid_from__in=later):
        assert post.valid_to is not None
        assert post.valid_from is not None
        assert post.valid_to < post.valid_from
    for day in later:
        assert places.locate(111.15, 27.05, midnight_s(day) + DAY_S / 2).key_place == ""
    assert places.locate(111.15, 27.05, on_first).key_place
    told = JournalEntry.objects.filter(type="duty.guard_called_off")
    assert sorted(one.data["day"] for one in told) == [one.isoformat() for one in sorted(later)]
    assert set(GuardDay.objects.exclude(called_off_s=None).values_list("day", flat=True)) == set(
        later
    )
