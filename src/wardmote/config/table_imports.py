"""Importing lists of places and of staff from the command line, by the operator of the server."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from wardmote.config.deployment import OPERATOR, bring_up_to_date
from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.problem import Problem
from wardmote.gateways.boundaries.reading import FileDatum, read_boundaries
from wardmote.gateways.boundaries.shapefiles import is_shapefile
from wardmote.gateways.datums import Datum
from wardmote.gateways.place_tables.reading import read_place_table
from wardmote.gateways.staff_tables.reading import StaffTableError, read_staff_file
from wardmote.operations.journal import clock
from wardmote.operations.people import services as people
from wardmote.operations.places import services as places
from wardmote.operations.places.lines import PlaceLines
from wardmote.operations.places.services import BOUNDARIES, PLACES, ImportOptions, Planned
from wardmote.operations.refusals import RefusedError
from wardmote.web.pages.divisions.words import FIELDS, problem_text, refusal_text, spoken
from wardmote.web.pages.staff.tables import unreadable
from wardmote.web.pages.staff.words import fault_words, named, office_name
from wardmote.web.spreadsheets import csv_lines, unread_columns

SHOWN = 10
PROBLEMS_SHOWN = 50
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class PlaceFile:
    """A file of places, and how it is meant; see `wardmote places import --help`."""

    path: Path
    datum: str
    day: datetime.date | None
    whole_of: str
    open_new: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What an import would do or did, as lines for a terminal.

    Attributes:
        problems: row, column and what is wrong, for each cell that does not fit.
    """

    lines: list[str]
    problems: list[list[str]]


def import_places(wanted: PlaceFile, take_over: bool, language: str) -> Report:
    """Read a table of places or a file of boundaries, say what it would do, and do it if asked.

    Raises:
        Problem: the file cannot be read, or the tree of places refuses it.
    """
    raw = _bytes_of(wanted.path)
    bring_up_to_date()
    with translation.override(language):
        file, source = _read_places(raw, wanted)
        whole_of = wanted.whole_of.strip()
        options = ImportOptions(
            wanted.day, whole_of.ljust(_DIGITS, "0") if whole_of else "", wanted.open_new
        )
        try:
            return _places(file, options, source, wanted.path.name, take_over)
        except RefusedError as refused:
            raise _as_problem(refused) from refused


def _places(
    file: PlaceLines, options: ImportOptions, source: str, label: str, take_over: bool
) -> Report:
    viewer, now_s = _operator(), clock.now_s()
    kept = places.keep_read(viewer, file, options, source=source, label=label, now_s=now_s)
    _row, outcome = places.look_at_import(viewer, kept, now_s=now_s)
    lines = [
        _("%(added)s new, %(changed)s changed, %(ended)s end, %(unchanged)s as on record.")
        % {
            "added": len(outcome.added),
            "changed": len(outcome.changed),
            "ended": len(outcome.ended),
            "unchanged": outcome.unchanged,
        }
    ]
    for title, planned in (
        (_("New"), outcome.added),
        (_("Changed"), outcome.changed),
        (_("End"), outcome.ended),
    ):
        lines += _some(title, [_planned(one) for one in planned])
    lines += _unread(outcome.unread)
    problems = [[str(one.row), one.column, problem_text(one)] for one in outcome.problems]
    lines += _problem_lines(problems)
    if take_over and not problems:
        places.take_in(viewer, kept, places.digest_of(outcome), now_s=now_s)
    else:
        places.give_up_import(viewer, kept)
    return Report(lines, problems)


def import_staff(path: Path, take_over: bool, language: str) -> Report:
    """Read a table of staff, say what it would do, and do it if asked.

    Raises:
        Problem: the file cannot be read, or staff or places changed meanwhile.
    """
    raw = _bytes_of(path)
    bring_up_to_date()
    with translation.override(language):
        try:
            read = read_staff_file(raw)
        except StaffTableError as error:
            raise _problem(unreadable(error)) from error
        viewer, now_s = _operator(), clock.now_s()
        try:
            table = people.keep_table(viewer, path.name, read.rows, unread=read.unread, now_s=now_s)
            plan = people.plan_of_table(viewer, table, now_s=now_s)
            problems = [_fault(one) for one in map(fault_words, plan.faults)]
            lines = [
                _(
                    "%(added)s new, %(changed)s changed, %(unchanged)s as on record; "
                    "%(appointed)s appointments begin, %(ended)s get another last day."
                )
                % {
                    "added": len(plan.added),
                    "changed": len(plan.changed),
                    "unchanged": plan.unchanged,
                    "appointed": len(plan.appointed),
                    "ended": len(plan.ended),
                }
            ]
            lines += _some(_("New"), [f"{one.staff_id} {named(one.name)}" for one in plan.added])
            lines += _some(
                _("Changed"), [f"{one.staff_id} {named(one.name)}" for one in plan.changed]
            )
            lines += _some(
                _("Appointed"),
                [
                    f"{one.staff_id} {office_name(one.office)} "
                    f"{named(one.place.name, one.place.ref.code)} {one.from_day.isoformat()} – "
                    f"{one.to_day.isoformat() if one.to_day else '…'}"
                    for one in plan.appointed
                ],
            )
            lines += _unread(plan.unread)
            lines += _problem_lines(problems)
            if take_over and not problems:
                people.take_over_table(viewer, table, now_s=now_s)
            else:
                people.give_up_table(viewer, table)
        except RefusedError as refused:
            raise _as_problem(refused) from refused
    return Report(lines, problems)


def problems_csv(problems: Sequence[Sequence[str]], language: str) -> bytes:
    """What does not fit as a CSV file with headings."""
    with translation.override(language):
        header = [_("Row"), _("Column"), _("What is wrong")]
        return "".join(csv_lines(header, problems)).encode()


def _operator() -> Viewer:
    """Whoever may log in to the machine itself: everything, in the operator's name."""
    roles = (Role.ADMINISTRATOR, Role.PLANNER)
    return Viewer(OPERATOR, tuple(RoleInArea(role, EVERYWHERE) for role in roles))


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Problem(
            zh=f"无法读取 {path}（{error.strerror}）。",
            en=f"Cannot read {path} ({error.strerror}).",
        ) from error


def _read_places(raw: bytes, wanted: PlaceFile) -> tuple[PlaceLines, str]:
    """A zip is a workbook unless it holds a shapefile; text is GeoJSON if it begins as JSON."""
    if is_shapefile(raw) or raw[:64].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return read_boundaries(raw, FileDatum(wanted.datum)), BOUNDARIES
    if wanted.datum == FileDatum.FILE.value:
        raise Problem(
            zh="表格本身不说明坐标系，请用 --datum 指定 WGS-84、GCJ-02 或 BD-09。",
            en="A table does not say which coordinates it has; give --datum WGS-84, GCJ-02 or "
            "BD-09.",
        )
    return read_place_table(raw, Datum(wanted.datum)), PLACES


def _planned(one: Planned) -> str:
    changes = ", ".join(f"{FIELDS[name]} {value}".strip() for name, value in one.changes)
    return f"{one.code} {spoken(one.name)}" + (f" ({changes})" if changes else "")


def _some(title: str, lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    more = [f"  … (+{len(lines) - SHOWN})"] if len(lines) > SHOWN else []
    return [f"{title}:", *(f"  {line}" for line in lines[:SHOWN]), *more]


def _unread(columns: Sequence[str]) -> list[str]:
    return [unread_columns(columns)] if columns else []


def _fault(one: dict[str, str]) -> list[str]:
    value = f"“{one['value']}” " if one["value"] else ""
    return [str(one["row"]), one["column"], f"{value}{one['why']}"]


def _problem_lines(problems: Iterable[Sequence[str]]) -> list[str]:
    said = [
        _("row %(row)s, “%(column)s”: %(what)s") % {"row": row, "column": column, "what": what}
        for row, column, what in problems
    ]
    more = [f"  … (+{len(said) - PROBLEMS_SHOWN})"] if len(said) > PROBLEMS_SHOWN else []
    return [f"  {line}" for line in said[:PROBLEMS_SHOWN]] + more


def _as_problem(refused: RefusedError) -> Problem:
    return _problem(refusal_text(refused))


def _problem(sentence: str) -> Problem:
    """A sentence that is in the terminal's language already."""
    return Problem(zh=sentence, en=sentence)


__all__ = ["PlaceFile", "Report", "import_places", "import_staff", "problems_csv"]
