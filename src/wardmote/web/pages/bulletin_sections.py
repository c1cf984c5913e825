"""The sections of a bulletin as tables, and their words."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from wardmote.core.measures.comparison import Change
from wardmote.core.measures.distributions import Share
from wardmote.core.measures.sections import (
    SECTIONS,
    FigureKind,
    GroupLine,
    Line,
    Measure,
    Room,
    Section,
)
from wardmote.core.measures.share_change import ShareChange
from wardmote.web.pages.bulletin_period_words import PeriodWords
from wardmote.web.pages.bulletin_words import change_text, said_of
from wardmote.web.tables import UNKNOWN, Cell, Table

OPENS = "bulletin-cases"

TITLES: Mapping[Room, Promise] = {
    Room.HAZARDS: pgettext_lazy("bulletin", "Hazards"),
    Room.TASKS: pgettext_lazy("bulletin", "Tasks"),
    Room.COVERAGE: pgettext_lazy("bulletin", "Villages and who answers for them"),
    Room.CHECKS: pgettext_lazy("bulletin", "Spot checks and equipment"),
    Room.WATCHES: pgettext_lazy("bulletin", "Night watches"),
    Room.DUTY: pgettext_lazy("bulletin", "Duty levels and plans"),
}

FIGURES: Mapping[tuple[Room, str], Promise] = {
    (Room.HAZARDS, "reported"): pgettext_lazy("bulletin", "Hazards reported"),
    (Room.HAZARDS, "filed"): pgettext_lazy("bulletin", "Hazards filed"),
    (Room.HAZARDS, "closed"): pgettext_lazy("bulletin", "Hazards closed"),
    (Room.HAZARDS, "due"): pgettext_lazy("bulletin", "Rectifications due"),
    (Room.HAZARDS, "on_time"): pgettext_lazy("bulletin", "put right on time"),
    (Room.HAZARDS, "checked"): pgettext_lazy("bulletin", "Rectifications first re-checked"),
    (Room.HAZARDS, "reworked"): pgettext_lazy("bulletin", "returned for rework"),
    (Room.HAZARDS, "repeated"): pgettext_lazy("bulletin", "reported again at the same place"),
    (Room.HAZARDS, "open"): pgettext_lazy("bulletin", "Hazards open at the end"),
    (Room.HAZARDS, "age_0"): pgettext_lazy("bulletin", "open for up to 1 day"),
    (Room.HAZARDS, "age_1"): pgettext_lazy("bulletin", "open for 1 to 3 days"),
    (Room.HAZARDS, "age_2"): pgettext_lazy("bulletin", "open for 3 to 7 days"),
    (Room.HAZARDS, "age_3"): pgettext_lazy("bulletin", "open for 7 to 30 days"),
    (Room.HAZARDS, "age_4"): pgettext_lazy("bulletin", "open for more than 30 days"),
    (Room.TASKS, "made"): pgettext_lazy("bulletin", "Tasks made"),
    (Room.TASKS, "due"): pgettext_lazy("bulletin", "Tasks due"),
    (Room.TASKS, "on_time"): pgettext_lazy("bulletin", "done on time"),
    (Room.TASKS, "late"): pgettext_lazy("bulletin", "done late"),
    (Room.TASKS, "expired"): pgettext_lazy("bulletin", "expired undone"),
    (Room.TASKS, "undone"): pgettext_lazy("bulletin", "not done yet"),
    (Room.TASKS, "person_days"): pgettext_lazy("bulletin", "People’s days with tasks"),
    (Room.TASKS, "overloaded"): pgettext_lazy("bulletin", "more than 8 hours planned"),
    (Room.COVERAGE, "villages"): pgettext_lazy("bulletin", "Villages at the end"),
    (Room.COVERAGE, "no_officer"): pgettext_lazy("bulletin", "no community officer answers"),
    (Room.COVERAGE, "no_assistant"): pgettext_lazy("bulletin", "no village assistant answers"),
    (Room.COVERAGE, "nobody"): pgettext_lazy("bulletin", "neither answers"),
    (Room.CHECKS, "drawn"): pgettext_lazy("bulletin", "Spot checks drawn"),
    (Room.CHECKS, "dropped"): pgettext_lazy("bulletin", "could not be made"),
    (Room.CHECKS, "results"): pgettext_lazy("bulletin", "Spot checks recorded"),
    (Room.CHECKS, "present_seen"): pgettext_lazy("bulletin", "Looked whether present"),
    (Room.CHECKS, "present"): pgettext_lazy("bulletin", "present"),
    (Room.CHECKS, "in_grid_seen"): pgettext_lazy("bulletin", "Looked whether in the grid"),
    (Room.CHECKS, "in_grid"): pgettext_lazy("bulletin", "in the grid"),
    (Room.CHECKS, "complete_seen"): pgettext_lazy("bulletin", "Looked whether equipment complete"),
    (Room.CHECKS, "complete"): pgettext_lazy("bulletin", "equipment complete"),
    (Room.CHECKS, "working_seen"): pgettext_lazy("bulletin", "Looked whether equipment works"),
    (Room.CHECKS, "working"): pgettext_lazy("bulletin", "equipment working"),
    (Room.CHECKS, "looks"): pgettext_lazy("bulletin", "Items of equipment inspected"),
    (Room.CHECKS, "faults"): pgettext_lazy("bulletin", "Faults of equipment reported"),
    (Room.CHECKS, "faults_open"): pgettext_lazy("bulletin", "Faults open at the end"),
    (Room.WATCHES, "due"): pgettext_lazy("bulletin", "Night watches planned"),
    (Room.WATCHES, "held"): pgettext_lazy("bulletin", "held"),
    (Room.WATCHES, "missed"): pgettext_lazy("bulletin", "missed"),
    (Room.WATCHES, "unsaid"): pgettext_lazy("bulletin", "nothing on record"),
    (Room.DUTY, "in_force"): pgettext_lazy("bulletin", "Duty levels in force in the period"),
    (Room.DUTY, "switched"): pgettext_lazy("bulletin", "Duty levels put in force"),
    (Room.DUTY, "activated"): pgettext_lazy("bulletin", "Contingency plans put to use"),
}

_PART_OF = gettext_lazy("of “%(whole)s”: %(part)s")


def section_tables(
    sections: Sequence[Section], words: PeriodWords, groups: Mapping[str, str]
) -> tuple[Table, ...]:
    """The tables of the sections: figures compared, then figures by town."""
    found: list[Table] = []
    for section in sections:
        found.append(_lines(section, words))
        if section.groups:
            found.append(_groups(section, groups))
    return tuple(found)


def figure_name(room: Room, kind: FigureKind) -> str:
    """A figure in words; of a part, what it is a part of too."""
    name = str(FIGURES[room, kind.code])
    if not kind.of:
        return name
    return str(_PART_OF) % {"whole": FIGURES[room, kind.of], "part": name}


def _lines(section: Section, words: PeriodWords) -> Table:
    kinds = {kind.code: kind for kind in SECTIONS[section.room]}
    return Table(
        f"section.{section.room}",
        str(TITLES[section.room]),
        (
            _("Figure"), pgettext("bulletin", "Count"), _("Share (95 % interval)"),
            str(words.column_before), _("Change"), _("A year before"), _("Change on the year"),
        ),
        tuple(_line(section.room, kinds[line.code], line) for line in section.lines),
        OPENS,
    )  # fmt: skip


def _line(room: Room, kind: FigureKind, line: Line) -> tuple[Cell, ...]:
    return (
        Cell(figure_name(room, kind)),
        _count(room, line.code, line.now),
        _share(line),
        _plain(line.before),
        _changed(line.change, line.shares),
        _plain(line.year),
        _changed(line.year_change, line.year_shares),
    )


def _count(room: Room, code: str, count: int, group: str = "") -> Cell:
    figure = f"{room}.{code}" if count else ""
    return Cell(_grouped(count, get_language()), count, figure, group)


@functools.lru_cache(maxsize=4_096)
def _grouped(count: int, _language: str | None) -> str:
    """A count with its thousands grouped; a prefecture's tables hold thousands of small ones."""
    return number_format(count, force_grouping=True)


def _plain(count: int | None) -> Cell:
    if count is None:
        return Cell(UNKNOWN)
    return Cell(number_format(count, force_grouping=True), count)


def _share(line: Line) -> Cell:
    share = None if line.shares is None else line.shares.now
    if share is not None and share.share is not None:
        return Cell(f"{share.share:.0%} ({share.low:.0%}–{share.high:.0%})", share.share)
    if line.shares is None and line.of:
        return Cell(f"{line.now / line.of:.0%}", line.now / line.of)
    return Cell(UNKNOWN if line.shares is not None else "")


def _changed(change: Change | None, shares: ShareChange | None) -> Cell:
    if shares is not None:
        return Cell(share_change_text(shares), shares.points)
    if change is None or change.difference is None:
        return Cell(UNKNOWN)
    return Cell(change_text(change), change.difference)


def share_change_text(told: ShareChange) -> str:
    """The change of a share in percentage points with its interval, and whether it is clear."""
    if told.points is None or told.low is None or told.high is None:
        return UNKNOWN
    text = _("%(points)s points (%(low)s to %(high)s)") % {
        "points": f"{100 * told.points:+.0f}",
        "low": f"{100 * told.low:+.0f}",
        "high": f"{100 * told.high:+.0f}",
    }
    return said_of(text, told.is_surprising)


def _groups(section: Section, names: Mapping[str, str]) -> Table:
    kinds = [kind for kind in SECTIONS[section.room] if kind.by_group]
    header = (_("Area"), *(str(FIGURES[section.room, kind.code]) for kind in kinds))
    return Table(
        f"towns.{section.room}",
        _("%(title)s by area") % {"title": TITLES[section.room]},
        header,
        tuple(_group(section.room, kinds, one, names) for one in section.groups),
        OPENS,
    )


def _group(
    room: Room, kinds: Sequence[FigureKind], one: GroupLine, names: Mapping[str, str]
) -> tuple[Cell, ...]:
    counts = {counted.code: counted.count for counted in one.counts}
    language = get_language()
    cells = []
    for kind in kinds:
        count = counts.get(kind.code, 0)
        figure = f"{room}.{kind.code}" if count else ""
        cells.append(Cell(_grouped(count, language), count, figure, one.group))
    return (Cell(names.get(one.group, one.group)), *cells)


def section_finding(room: Room, line: Line) -> str:
    """What is to be said of a figure that changed by more than chance."""
    kind = next(one for one in SECTIONS[room] if one.code == line.code)
    values = {"title": TITLES[room], "figure": figure_name(room, kind)}
    shares = line.shares
    now, before = str(line.now), str(line.before)
    if kind.measure is Measure.PART and shares is not None and shares.before is not None:
        now, before = _per_cent(shares.now), _per_cent(shares.before)
    return _("%(title)s, %(figure)s: %(now)s after %(before)s.") % {
        **values, "now": now, "before": before,
    }  # fmt: skip


def _per_cent(share: Share) -> str:
    return UNKNOWN if share.share is None else f"{share.share:.0%}"


def section_groups(sections: Sequence[Section]) -> list[str]:
    """Codes of the towns that sections name."""
    return [one.group for section in sections for one in section.groups]


def part_lines(section: Section) -> list[tuple[str, Line]]:
    """The shares of a section that a chart shows, with their names."""
    kinds = {kind.code: kind for kind in SECTIONS[section.room]}
    return [
        (figure_name(section.room, kinds[line.code]), line)
        for line in section.lines
        if kinds[line.code].measure is Measure.PART
        and line.shares is not None
        and line.shares.now.share is not None
    ]
