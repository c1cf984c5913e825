"""When somebody is on duty: by the rosters that the person stands in, else by the working calendar.

Apps that plan people by name register their rosters here. In this order:

1. Who is on leave is off duty.
2. In a watch of a published roster a person is on duty, whatever the calendar says.
3. Who crews a unit is on duty exactly while the unit is.
4. A volunteer has no other hours.
5. Everybody else works by the calendar (office hours, holidays, made-up days), less a rest of
   `REST_S` after a watch.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from wardmote.core.domain.appointment import StaffKind
from wardmote.operations.access.selectors import viewer_of
from wardmote.operations.people.selectors import account_by_staff_id, leaves_of, persons_known
from wardmote.operations.units.selectors import units_by_id
from wardmote.operations.working_time import working_calendar

Stretch = tuple[float, float]
"""Begin and end, seconds UTC, [begin, end)."""
Roster = Callable[[Collection[str], float, float], Mapping[str, Sequence[Stretch]]]
"""Staff ids, begin, end -> by staff id the stretches that touch [begin, end)."""

REST_S = 8 * 3_600.0
"""Rest after a watch before the ordinary day goes on (an assumption of this product)."""

_rosters: dict[str, Roster] = {}


def register_roster(name: str, roster: Roster) -> None:
    """Let a roster say when people are on duty; registering a name again replaces it."""
    _rosters[name] = roster


def duty_stretches(
    staff: Collection[str], days: Sequence[datetime.date], now_s: float
) -> dict[tuple[str, datetime.date], list[Stretch]]:
    """When each person is on duty on local days: stretches in order, apart, within the day.

    Crews of units count by the calendar here: nobody plans them by name.

    Args:
        days: in order. now_s: which years' calendars are read, seconds UTC.
    """
    if not staff or not days:
        return {}
    calendar = working_calendar(now_s)
    first_s = calendar.midnight_s(days[0])
    last_s = calendar.midnight_s(days[-1] + datetime.timedelta(days=1))
    known = persons_known(staff)
    watches = _watches(staff, first_s - REST_S, last_s)
    away = defaultdict(list)
    for leave in leaves_of(staff, first_s, last_s):
        away[str(leave.person)].append((leave.from_s, leave.to_s))
    found = {}
    for day in days:
        begin_s = calendar.midnight_s(day)
        end_s = calendar.midnight_s(day + datetime.timedelta(days=1))
        office = calendar.intervals(day)
        for person in staff:
            on = watches.get(person, [])
            volunteer = person in known and known[person].kind is StaffKind.VOLUNTEER
            rest = [(end, end + REST_S) for _begin, end in on]
            hours = [] if volunteer else _without(office, rest)
            all_day = _together([*on, *hours], begin_s, end_s)
            found[person, day] = _without(all_day, away[person])
    return found


def duty_minutes_on(
    staff: Collection[str], days: Sequence[datetime.date], now_s: float
) -> dict[tuple[str, datetime.date], int]:
    """(person, local day) -> minutes on duty, for days in order; 0 where there are none."""
    return {
        one: round(sum(end - begin for begin, end in stretches) / 60.0)
        for one, stretches in duty_stretches(staff, days, now_s).items()
    }


def duty_minutes_of(staff: Collection[str], day: datetime.date, now_s: float) -> dict[str, int]:
    """Minutes on duty of each person on a local day; 0 for who has none."""
    found = duty_minutes_on(staff, [day], now_s)
    return {person: found[person, day] for person in staff}


def on_duty(staff: str, at_s: float) -> bool:
    """Whether a person is on duty at a moment (see the module for how)."""
    if any(leave.from_s <= at_s < leave.to_s for leave in leaves_of([staff], at_s, at_s)):
        return False
    watches = _watches([staff], at_s - REST_S, at_s + 1.0).get(staff, [])
    if any(begin <= at_s < end for begin, end in watches):
        return True
    crewed = _crewed(staff, at_s)
    if crewed:
        return any(unit.on_duty for unit in units_by_id(crewed).values())
    known = persons_known([staff]).get(staff)
    if known is not None and (known.kind is StaffKind.VOLUNTEER or not known.serving):
        return False
    if any(end <= at_s < end + REST_S for _begin, end in watches):
        return False
    return working_calendar(at_s).is_working(at_s)


def _crewed(staff: str, at_s: float) -> tuple[str, ...]:
    account = account_by_staff_id(staff)
    viewer = None if account is None else viewer_of(account.pk, at_s)
    return () if viewer is None else tuple(viewer.crew_of)


def _watches(staff: Collection[str], begin_s: float, end_s: float) -> dict[str, list[Stretch]]:
    found: dict[str, list[Stretch]] = defaultdict(list)
    for roster in _rosters.values():
        for person, stretches in roster(staff, begin_s, end_s).items():
            found[person] += stretches
    return {person: sorted(stretches) for person, stretches in found.items()}


def _together(stretches: Iterable[Stretch], begin_s: float, end_s: float) -> list[Stretch]:
    """What is covered of [begin_s, end_s)."""
    found: list[Stretch] = []
    for begin, end in sorted(stretches):
        first, last = max(begin, begin_s), min(end, end_s)
        if first >= last:
            continue
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    left = list(stretches)
    for begin, end in taken:
        left = [
            piece
            for first, last in left
            for piece in ((first, min(last, begin)), (max(first, end), last))
            if piece[0] < piece[1]
        ]
    return left
