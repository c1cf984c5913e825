"""The list of the day as the page brings it along, before any script has run.

A script draws the same list again with what waits on the phone and the order of the way
(`phone/day.js`); the words and the classes are the same, so that nothing jumps.
"""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.task import TaskState
from wardmote.core.domain.text import Bilingual
from wardmote.operations.duty_time import duty_minutes_of
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.people.selectors import names_of
from wardmote.operations.places.selectors import division_names
from wardmote.operations.tasks import selectors, services
from wardmote.operations.tasks.selectors import TaskRow

_TO_DO = (TaskState.UNDER_WAY.value, TaskState.OPEN.value)


@dataclass(frozen=True, slots=True)
class DayRow:
    """A task in the list. `stop`: its number, or a sign."""

    task: str
    state: str
    stop: str
    title: str
    place: str
    late: bool
    line: str


@dataclass(frozen=True, slots=True)
class DayList:
    """The whole list; `parts`: headings, each with its rows, none empty."""

    made_s: float
    minutes: str
    parts: tuple[tuple[str, tuple[DayRow, ...]], ...]
    to_do: int
    first: str


def day_list(viewer: Viewer, now_s: float, language: str) -> DayList:
    """What today asks of the viewer, without the order of the way."""
    day = local_day(now_s)
    rows = selectors.today_of(viewer, day, midnight_s(day))
    names = division_names(sorted({row.area for row in rows}))
    together = {one for row in rows if row.officer for one in (row.officer, row.holder)}
    people = names_of(together, language)
    draw = _Drawing(now_s, day, language, names, viewer.staff_id, people)
    to_do = sorted((row for row in rows if row.state in _TO_DO), key=_order)
    parts = (
        (_("To do"), [draw.row(row, str(number)) for number, row in enumerate(to_do, 1)]),
        (_("Coming up"), draw.rows(rows, TaskState.PLANNED, "·")),
        (_("Done today"), draw.rows(rows, TaskState.DONE, "✓")),
    )
    planned = services.planned_minutes([viewer.staff_id], day, day)
    return DayList(
        now_s,
        _("%(planned)s min planned, %(duty)s min on duty today")
        % {
            "planned": planned.get((viewer.staff_id, day), 0),
            "duty": duty_minutes_of([viewer.staff_id], day, now_s)[viewer.staff_id],
        },
        tuple((f"{title} ({len(shown)})", tuple(shown)) for title, shown in parts if shown),
        len(to_do),
        to_do[0].pk if to_do else "",
    )


def _order(row: TaskRow) -> tuple[bool, float, str]:
    return (row.state != TaskState.UNDER_WAY.value, row.due_s, row.pk)


@dataclass(frozen=True, slots=True)
class _Drawing:
    now_s: float
    day: datetime.date
    language: str
    areas: dict[str, tuple[str, str]]
    reader: str
    people: dict[str, str]

    def rows(self, rows: Sequence[TaskRow], state: TaskState, stop: str) -> list[DayRow]:
        return [self.row(row, stop) for row in rows if row.state == state.value]

    def row(self, row: TaskRow, stop: str) -> DayRow:
        late = row.state in _TO_DO and row.due_s < self.now_s
        words = (
            _("Late") if late else "",
            self._due(row.due_s),
            _("%(min)s min") % {"min": row.minutes},
            _("Under way") if row.state == TaskState.UNDER_WAY.value else "",
            self._beside(row),
            _("Drill") if row.drill else "",
        )
        return DayRow(
            row.pk,
            row.state,
            stop,
            self._name(row.sheet.title_zh, row.sheet.title_en),
            self._name(row.place_zh, row.place_en)
            or self._name(*self.areas.get(row.area, ("", ""))),
            late,
            " · ".join(word for word in words if word),
        )

    def _beside(self, row: TaskRow) -> str:
        """With whom, where somebody may not do it alone."""
        if row.officer_gap:
            return _("no officer to go along")
        if not row.officer:
            return ""
        along = row.holder != self.reader
        other = row.holder if along else row.officer
        who = {"who": self.people.get(other, other)}
        if along and row.state != TaskState.DONE.value:
            return _("go along with %(who)s") % who
        return _("with %(who)s") % who

    def _name(self, zh: str, en: str) -> str:
        return Bilingual(zh, en).in_language(self.language)

    def _due(self, at_s: float) -> str:
        due = datetime.datetime.fromtimestamp(at_s, zoneinfo.ZoneInfo(settings.TIME_ZONE))
        day = "" if due.date() == self.day else f"{due:%m-%d} "
        return _("by %(time)s") % {"time": f"{day}{due:%H:%M}"}
