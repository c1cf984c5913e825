"""What taking in a file of boundaries would do: matched places, new outlines, and how they fit."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import shapely

from wardmote.core.beat.topology import (
    DEFAULT_TOLERANCE_M2,
    Finding,
    PlaceShape,
    find,
    sticking_out_m2,
)
from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.division_changes import (
    TOPS_ALLOWED,
    TreeLevel,
    area_of,
    code_above,
    level_of,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.places import tree
from wardmote.operations.places.lines import BoundaryLine, PlaceLines, RowProblem, RowReason
from wardmote.operations.places.models import BoundaryVersion
from wardmote.operations.places.services.planning_imports import ImportOptions, Outcome, Planned
from wardmote.operations.places.shapes import boundary_problem, fit_boundary
from wardmote.operations.places.tree import TreeRow

SAME_DEGREES = 1e-9
"""Corners closer than this (a tenth of a millimetre) are the same."""


def plan_boundaries(
    viewer: Viewer, file: PlaceLines, options: ImportOptions, today: datetime.date
) -> Outcome:
    """What a file of boundaries would do on the local day `today`."""
    known = {row.code: row for row in tree.rows_within("", options.day or today)}
    problems = list(file.problems)
    lines = _matched(file, known, options, problems)
    shapes: dict[str, Any] = {}
    for code, line in lines.items():
        shape = shapely.from_wkb(line.wkb)
        reason = boundary_problem(shape)
        if reason:
            problems.append(_wrong(file, line, RowReason(f"boundary_{reason}")))
            continue
        shapes[code] = fit_boundary(shape)
        if not viewer.may(Permission.CONFIGURATION_EDIT, area_of(code)):
            problems.append(_wrong(file, line, RowReason.OUTSIDE_AREA, code))
        _check_new(file, line, code, known, lines, problems)
    day = options.day or today
    for code in sorted(tree.used_codes(code for code in shapes if code not in known)):
        problems.append(_wrong(file, lines[code], RowReason.ENDED, code))
    present = tree.boundaries_on(list(shapes), day)
    _check_later(file, lines, day, problems)
    added, changed, unchanged = [], [], 0
    for code, shape in shapes.items():
        line = lines[code]
        if code not in known:
            added.append(Planned(code, Bilingual(line.zh, line.en), (("boundary", ""),)))
        elif code in present and shapely.equals_exact(shape, present[code], SAME_DEGREES):
            unchanged += 1
        else:
            changed.append(Planned(code, known[code].name, (("boundary", ""),)))
    problems += _grids_outside(file, shapes, known, lines, day)
    findings = () if problems else would_fit(shapes, known, day)
    order = sorted(problems, key=lambda one: (one.row, one.column))
    return Outcome(tuple(added), tuple(changed), (), unchanged, tuple(order), findings)


def would_fit(
    shapes: Mapping[str, Any], known: Mapping[str, TreeRow], day: datetime.date
) -> tuple[Finding, ...]:
    """How places would fit one another with these boundaries: each with those beside and above."""
    parents = {code_above(code) or "" for code in shapes}
    family = {
        code
        for code in {*known, *shapes}
        if (code_above(code) or "") in parents or code in parents or code in shapes
    }
    drawn = tree.boundaries_on(list(family), day) | dict(shapes)
    return find(
        [PlaceShape(code, code_above(code) or "", drawn.get(code)) for code in sorted(family)]
    )


def matched_codes(
    file: PlaceLines, options: ImportOptions, day: datetime.date
) -> dict[str, BoundaryLine]:
    """The lines by the code of the place that each is about."""
    known = {row.code: row for row in tree.rows_within("", day)}
    return _matched(file, known, options, [])


def _matched(
    file: PlaceLines,
    known: Mapping[str, TreeRow],
    options: ImportOptions,
    problems: list[RowProblem],
) -> dict[str, BoundaryLine]:
    """Lines by code: their own, or that of the only place of their name in `whole_of`."""
    prefix = area_prefix(AreaId(options.whole_of)) if options.whole_of else ""
    by_name: dict[str, list[str]] = {}
    for code, row in known.items():
        if code.startswith(prefix):
            for text in {row.name.zh, row.name.en} - {""}:
                by_name.setdefault(text, []).append(code)
    found: dict[str, BoundaryLine] = {}
    for line in file.boundaries:
        code = line.code
        if not code:
            code = _named(file, line, by_name, problems)
        elif code not in known and not options.open_new:
            problems.append(_wrong(file, line, RowReason.UNKNOWN_CODE, code))
            code = ""
        if code and code in found:
            problems.append(_wrong(file, line, RowReason.CODE_TWICE, str(found[code].row)))
        elif code:
            found[code] = line
    return found


def _named(
    file: PlaceLines,
    line: BoundaryLine,
    by_name: Mapping[str, list[str]],
    problems: list[RowProblem],
) -> str:
    name = line.zh or line.en
    codes = sorted({code for text in (line.zh, line.en) for code in by_name.get(text, ())})
    if len(codes) == 1:
        return codes[0]
    if not name:
        problems.append(_wrong(file, line, RowReason.NO_CODE_OR_NAME))
    else:
        reason = RowReason.SAME_NAME if codes else RowReason.UNKNOWN_NAME
        column = file.heading("name")
        problems.append(RowProblem(line.row, column, reason, name[:40]))
    return ""


def _wrong(file: PlaceLines, line: BoundaryLine, reason: RowReason, value: str = "") -> RowProblem:
    return RowProblem(line.row, file.heading("code"), reason, value)


def _check_new(
    file: PlaceLines,
    line: BoundaryLine,
    code: str,
    known: Mapping[str, TreeRow],
    lines: Mapping[str, BoundaryLine],
    problems: list[RowProblem],
) -> None:
    """A place that the file opens has a name, and one above it."""
    if code in known:
        return
    if not (line.zh or line.en):
        problems.append(_wrong(file, line, RowReason.NAME))
    above = code_above(code)
    lacks = above is not None and above not in known and above not in lines
    if lacks and level_of(code) not in TOPS_ALLOWED:
        problems.append(_wrong(file, line, RowReason.PARENT, above or ""))


def _check_later(
    file: PlaceLines,
    lines: Mapping[str, BoundaryLine],
    day: datetime.date,
    problems: list[RowProblem],
) -> None:
    for part in tree.batches(sorted(lines)):
        rows = BoundaryVersion.objects.filter(code__in=part, from_day__gt=day)
        for code, later in rows.values_list("code", "from_day"):
            problems.append(_wrong(file, lines[code], RowReason.LATER_BOUNDARY, later.isoformat()))


def _grids_outside(
    file: PlaceLines,
    shapes: Mapping[str, Any],
    known: Mapping[str, TreeRow],
    lines: Mapping[str, BoundaryLine],
    day: datetime.date,
) -> list[RowProblem]:
    """Grids of the file, and grids of villages of the file, that would lie outside a village."""
    grids = {code for code in {*known, *shapes} if level_of(code) is TreeLevel.GRID}
    touched = {code for code in grids if code in shapes or area_of(code) in shapes}
    drawn = tree.boundaries_on([*touched, *{area_of(code) for code in touched}], day)
    drawn |= shapes
    found = []
    for code in sorted(touched):
        village = drawn.get(area_of(code))
        if code not in drawn or village is None:
            continue
        beyond = sticking_out_m2(drawn[code], village)
        if beyond > DEFAULT_TOLERANCE_M2:
            line = lines.get(code) or lines[area_of(code)]
            value = f"{code}: {beyond:.0f} m²"
            found.append(_wrong(file, line, RowReason.GRID_OUTSIDE, value))
    return found
