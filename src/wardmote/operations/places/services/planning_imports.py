"""What taking in a table of places would do: added, changed, ended, and the rows that do not fit.

Nothing is changed here. A table says what it says: an empty cell leaves things as they are.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import get_language

from wardmote.core.beat.topology import Finding
from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.division_changes import (
    TOPS_ALLOWED,
    ValidDays,
    area_of,
    code_above,
    level_of,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.places import tree
from wardmote.operations.places.dependants import dependants_of
from wardmote.operations.places.lines import PlaceLine, PlaceLines, RowProblem, RowReason
from wardmote.operations.places.services.changing import DAY
from wardmote.operations.places.standing import beat_stretches
from wardmote.operations.places.tree import TreeRow

MAX_NAME = 120


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a file is to be taken in.

    Attributes:
        day: the local day from which changes hold; None: new places always were, all else today.
        whole_of: code of a division of which the table is the whole list: what it lacks there, of
            the levels that it has, ends the day before; empty: it is no whole list.
        open_new: boundaries of places that are not on record open these.
    """

    day: datetime.date | None = None
    whole_of: str = ""
    open_new: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """What a row would do to one place.

    Attributes:
        changes: pairs of a field (``name_zh``, ``name_en``, ``lon``, ``lat``, ``population``,
            ``first``, ``last``, ``boundary``) and what it would be, as text.
    """

    code: str
    name: Bilingual
    changes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What taking a file in would do. Nothing is taken in while there are problems.

    Attributes:
        unchanged: how many rows say what is on record already.
        findings: how places of boundaries would fit one another; no obstacle.
        unread: headings of columns that are not known, shortened; no obstacle.
    """

    added: tuple[Planned, ...] = ()
    changed: tuple[Planned, ...] = ()
    ended: tuple[Planned, ...] = ()
    unchanged: int = 0
    problems: tuple[RowProblem, ...] = ()
    findings: tuple[Finding, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(slots=True)
class _Ground:
    """What the plan is made on: the rows on record, and those of the table."""

    viewer: Viewer
    today: datetime.date
    options: ImportOptions
    known: Mapping[str, TreeRow]
    lines: Mapping[str, PlaceLine]
    file: PlaceLines
    problems: list[RowProblem] = field(default_factory=list)

    def wrong(self, line: PlaceLine, column: str, reason: RowReason, value: str = "") -> None:
        self.problems.append(RowProblem(line.row, self.file.heading(column), reason, value))


def plan_places(
    viewer: Viewer, file: PlaceLines, options: ImportOptions, today: datetime.date
) -> Outcome:
    """What a table of places would do on the local day `today`."""
    known = {row.code: row for row in tree.rows_within("", None)}
    lines: dict[str, PlaceLine] = {}
    ground = _Ground(viewer, today, options, known, lines, file, list(file.problems))
    for line in sorted((*file.places, *file.faulty), key=lambda one: one.row):
        if line.code in lines:
            ground.wrong(line, "code", RowReason.CODE_TWICE, str(lines[line.code].row))
        else:
            lines[line.code] = line
    added, changed, unchanged = [], [], 0
    ends: dict[str, datetime.date] = {}
    for line in lines.values():
        if not viewer.may(Permission.CONFIGURATION_EDIT, area_of(line.code)):
            ground.wrong(line, "code", RowReason.OUTSIDE_AREA, line.code)
            continue
        row = known.get(line.code)
        if row is None:
            new = _new(ground, line)
            added += [] if line.wrong else [new]
            continue
        found = _changed(ground, line, row)
        if line.last is not None and line.last != row.days.last:
            ends[line.code] = line.last
        if line.wrong:
            continue
        if found.changes:
            changed.append(found)
        unchanged += not found.changes
    ended = _lacking(ground)
    for one in ended:
        ends[one.code] = (options.day or today) - DAY
    _check_ends(ground, ends)
    order = sorted(ground.problems, key=lambda one: (one.row, one.column))
    return Outcome(tuple(added), tuple(changed), ended, unchanged, tuple(order), unread=file.unread)


def _new(ground: _Ground, line: PlaceLine) -> Planned:
    _check_name(ground, line)
    if not (line.zh or line.en):
        ground.wrong(line, "name", RowReason.NAME)
    dated = "first" not in line.wrong
    first = (line.first or ground.options.day) if dated else None
    if first is not None and line.last is not None and line.last < first:
        ground.wrong(line, "last", RowReason.LAST_BEFORE_FIRST, line.last.isoformat())
    above = code_above(line.code)
    if above is not None and above not in ground.lines:
        row = ground.known.get(above)
        stands = row is not None and (not dated or row.days.hold(first or ground.today))
        alone = row is None and level_of(line.code) in TOPS_ALLOWED
        if not (stands or alone):
            ground.wrong(line, "code", RowReason.PARENT, above)
    said = [
        ("lon", line.lon), ("lat", line.lat), ("population", line.population),
        ("first", first), ("last", line.last),
    ]  # fmt: skip
    changes = tuple((name, str(value)) for name, value in said if value is not None)
    return Planned(line.code, Bilingual(line.zh or "", line.en or ""), changes)


def _changed(ground: _Ground, line: PlaceLine, row: TreeRow) -> Planned:
    _check_name(ground, line)
    days = row.days
    if days.last is not None and days.last < ground.today and line.last != days.last:
        ground.wrong(line, "code", RowReason.ENDED, days.last.isoformat())
    if line.first is not None and days.first is not None and line.first != days.first:
        ground.wrong(line, "first", RowReason.FIRST_DAY_KEPT, days.first.isoformat())
    first = days.first or line.first
    if line.last is not None and first is not None and line.last < first:
        ground.wrong(line, "last", RowReason.LAST_BEFORE_FIRST, line.last.isoformat())
    said: list[tuple[str, object, object]] = [
        ("name_zh", line.zh, row.name.zh), ("name_en", line.en, row.name.en),
        ("lon", line.lon, row.lon), ("lat", line.lat, row.lat),
        ("population", line.population, row.population),
        ("first", line.first, days.first), ("last", line.last, days.last),
    ]  # fmt: skip
    changes = tuple((name, str(new)) for name, new, old in said if new is not None and new != old)
    return Planned(line.code, row.name, changes)


def _check_name(ground: _Ground, line: PlaceLine) -> None:
    for text in (line.zh, line.en):
        if text is not None and len(text) > MAX_NAME:
            ground.wrong(line, "name", RowReason.LONG_NAME, text[:20])


def _lacking(ground: _Ground) -> tuple[Planned, ...]:
    """What stands in the division that the table is the whole list of, and the table lacks."""
    if not ground.options.whole_of:
        return ()
    prefix = area_prefix(AreaId(ground.options.whole_of))
    levels = {level_of(code) for code in ground.lines}
    day = ground.options.day or ground.today
    return tuple(
        Planned(code, row.name)
        for code, row in ground.known.items()
        if code.startswith(prefix)
        and row.level in levels
        and row.days.hold(day)
        and code not in ground.lines
        and ground.viewer.may(Permission.CONFIGURATION_EDIT, area_of(code))
    )


def _check_ends(ground: _Ground, ends: Mapping[str, datetime.date]) -> None:
    """Nothing ends that something else still needs; the row named is the table's, or the first."""
    if not ends:
        return
    below: dict[str, list[TreeRow]] = {}
    for row in ground.known.values():
        below.setdefault(row.parent, []).append(row)
    new_below: dict[str, list[PlaceLine]] = {}
    for new in ground.lines.values():
        if new.code not in ground.known:
            new_below.setdefault(code_above(new.code) or "", []).append(new)
    beats, language = _beats_after(ground, ends), get_language() or ""
    leaning = _leaning(ground.viewer, ends)
    for code, last in ends.items():
        line = ground.lines.get(code) or PlaceLine(1, code)
        for row in below.get(code, ()):
            until = ends.get(row.code, row.days.last)
            if until is None or until > last:
                name = row.name.in_language(language)
                ground.wrong(line, "last", RowReason.NEEDED, f"{row.code} {name}".strip())
        for new in new_below.get(code, ()):
            ground.wrong(new, "code", RowReason.PARENT, code)
        if code in beats:
            ground.wrong(line, "last", RowReason.NEEDED, beats[code].in_language(language))
        if code in leaning:
            ground.wrong(line, "last", RowReason.NEEDED, leaning[code])


def _beats_after(ground: _Ground, ends: Mapping[str, datetime.date]) -> dict[str, Bilingual]:
    """A beat that has, or will have, each village after its last day."""
    found: dict[str, Bilingual] = {}
    for one in beat_stretches(max(min(ends.values()) + DAY, ground.today)):
        for village in one.villages & ends.keys():
            until = one.days.last
            if until is None or until > ends[village]:
                found.setdefault(village, one.name)
    return found


def _leaning(viewer: Viewer, ends: Mapping[str, datetime.date]) -> dict[str, str]:
    found = dependants_of(viewer, list(ends), min(ends.values()) + DAY)
    return {one.code: one.label for one in found}


def codes_of(planned: Iterable[Planned]) -> Sequence[str]:
    """The codes of what is planned."""
    return [one.code for one in planned]


def days_planned(line: PlaceLine, options: ImportOptions) -> ValidDays:
    """The days on which a new place of a line holds."""
    return ValidDays(line.first or options.day, line.last)
