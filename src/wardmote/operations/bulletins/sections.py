"""The sections of a bulletin: each room's figures, compared, and the cases behind each of them.

A room that has nothing on record for the areas has no section.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wardmote.core.domain.ids import AreaId
from wardmote.core.measures.periods import Period
from wardmote.core.measures.sections import Compared, Room, Section, figure_kind, make_section
from wardmote.operations.counting import Case, Counting, Window, cases_behind, together
from wardmote.operations.duty.counted import duty_countings, first_switch_s
from wardmote.operations.hazards.counted import first_hazard_s, hazard_countings
from wardmote.operations.inspections.counted import check_countings, first_check_s
from wardmote.operations.local_time import midnight_s
from wardmote.operations.patrols.counted import first_watch_s, watch_countings
from wardmote.operations.people.counted import coverage_countings, first_appointed_s
from wardmote.operations.tasks.counted import first_task_s, task_countings

MOST_CASES: Final = 2_000


@dataclass(frozen=True, slots=True)
class Counted:
    """How a room is counted.

    Attributes:
        countings: the cases of a window in some areas.
        first_s: since when the room is in use, seconds UTC; None while it is not.
    """

    countings: Callable[[Iterable[AreaId], Window], tuple[Counting, ...]]
    first_s: Callable[[], float | None]


ROOMS: Final[Mapping[Room, Counted]] = {
    Room.HAZARDS: Counted(hazard_countings, first_hazard_s),
    Room.TASKS: Counted(task_countings, first_task_s),
    Room.COVERAGE: Counted(coverage_countings, first_appointed_s),
    Room.CHECKS: Counted(check_countings, first_check_s),
    Room.WATCHES: Counted(watch_countings, first_watch_s),
    Room.DUTY: Counted(duty_countings, first_switch_s),
}
"""In the order of the bulletin."""


@dataclass(frozen=True, slots=True)
class Windows:
    """The window of a period, and of as much of those that it is compared with.

    Attributes:
        before, year: None where the calendar does not reach.
    """

    now: Window
    before: Window | None
    year: Window | None


def span_of(period: Period) -> tuple[float, float]:
    """[start, end) of a period in seconds UTC."""
    return midnight_s(period.first), midnight_s(period.last + datetime.timedelta(days=1))


def windows_of(period: Period, *, now_s: float, live: bool) -> Windows:
    """The windows of a period as seen at `now_s`; with `live` false, long after."""
    start_s, whole_s = span_of(period)
    end_s = min(whole_s, now_s) if start_s < now_s else whole_s
    seconds = end_s - start_s if end_s < whole_s else None

    def earlier(other: Callable[[], Period]) -> Window | None:
        try:
            first_s, last_s = span_of(other())
        except (OverflowError, ValueError):
            return None
        if seconds is not None:
            last_s = min(last_s, first_s + seconds)
        return Window(first_s, last_s, now_s, live)

    as_of_s = max(now_s, end_s)
    now = Window(start_s, end_s, as_of_s, live)
    return Windows(now, earlier(period.before), earlier(period.year_before))


def sections_of(areas: Sequence[AreaId], windows: Windows) -> tuple[Section, ...]:
    """The sections that there are, in order."""
    made = (_section(room, counted, areas, windows) for room, counted in ROOMS.items())
    return tuple(one for one in made if one is not None)


def _section(
    room: Room, counted: Counted, areas: Sequence[AreaId], windows: Windows
) -> Section | None:
    first_s = counted.first_s()
    if first_s is None or first_s >= windows.now.end_s:
        return None
    now = windows.now

    def compared(window: Window | None) -> Compared | None:
        # A period in which the room was not in use from the start would make everything rise.
        if window is None or window.start_s < first_s:
            return None
        tally = together(counted.countings(areas, window))
        return Compared(tally, (now.end_s - now.start_s) / (window.end_s - window.start_s))

    tally = together(counted.countings(areas, now))
    return make_section(room, tally, compared(windows.before), compared(windows.year))


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases behind a figure: how many in all, and the first of them."""

    count: int
    cases: tuple[Case, ...]


def cases_of(
    areas: Sequence[AreaId], window: Window, room: Room, code: str, town: str
) -> Cases | None:
    """The cases behind a figure, in a town or (empty) anywhere; None where there is no such."""
    if figure_kind(room, code) is None:
        return None
    countings = ROOMS[room].countings(areas, window)
    count = together(one for one in countings if code in one.codes).get(town, {}).get(code, 0)
    return Cases(count, tuple(cases_behind(countings, code, town, MOST_CASES)))
