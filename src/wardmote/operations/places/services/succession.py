"""Splitting, merging and moving villages and grids, with everything that hangs on them.

`prepare` says what would follow; `follow` does it, in one transaction. A grid goes with the ground
it lies on, and is cut where its village is; beats keep all successors of their villages unless told
otherwise; what other capabilities hang there goes to the first successor unless told otherwise.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from wardmote.core.beat.succession import cut_along, grids_in_parts, joined
from wardmote.core.beat.topology import DEFAULT_TOLERANCE_M2, area_m2
from wardmote.core.domain.division_changes import (
    DivisionChangeKind,
    TreeLevel,
    area_of,
    level_of,
    succession_problem,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.places import tree
from wardmote.operations.places.dependants import Dependant, dependants_of, move_dependant
from wardmote.operations.places.errors import (
    BadPlaceError,
    SuccessionRefusedError,
    UnknownPlaceError,
)
from wardmote.operations.places.models import Beat
from wardmote.operations.places.services.beats import set_villages
from wardmote.operations.places.services.changing import (
    DAY,
    Change,
    check_may_edit,
    keep_and_tell,
    lock_places,
    mark_drawn,
    new_row,
    row_on,
    set_boundary,
)
from wardmote.operations.places.services.divisions import check_above, check_name
from wardmote.operations.places.shapes import fit_boundary
from wardmote.operations.places.standing import beat_stretches
from wardmote.operations.places.tree import BeatOnDay, PlaceRow

GRIDS_OF_A_VILLAGE = 999


@dataclass(frozen=True, slots=True)
class Successor:
    """A place that follows.

    Attributes:
        shape: its shapely boundary; None where not known.
    """

    code: str
    name: Bilingual
    shape: Any = None


@dataclass(frozen=True, slots=True)
class Succession:
    """Places that follow others from a local day on."""

    kind: DivisionChangeKind
    before: tuple[str, ...]
    after: tuple[Successor, ...]
    day: datetime.date


@dataclass(frozen=True, slots=True)
class Choices:
    """Where the user wants things to go, beside what is usual.

    Attributes:
        beats: successors (codes) that each beat keeps.
        dependants: the code that each thing, by (kind, id), hangs on from then on.
    """

    beats: Mapping[str, Sequence[str]] = field(default_factory=dict)
    dependants: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What would follow, before anything is changed.

    Attributes:
        grids: the grids that would be opened, moved, cut or redrawn along with their village.
        beats: beats that have one of the villages.
        dependants: what else hangs there.
        pieces: of how many separate parts each successor consists, by code; 0 without a boundary.
    """

    succession: Succession
    grids: tuple[Succession, ...]
    beats: tuple[BeatOnDay, ...]
    dependants: tuple[Dependant, ...]
    pieces: Mapping[str, int]


def pieces_of_cut(
    code: str, line: Sequence[tuple[float, float]], day: datetime.date
) -> tuple[Any, ...]:
    """The pieces (shapely) of a place cut along a line, the largest first.

    Raises:
        SuccessionRefusedError: it has no boundary, or the line does not go through it.
    """
    shape = tree.boundaries_on([code], day).get(code)
    if shape is None:
        raise SuccessionRefusedError(reason="no_boundary")
    try:
        pieces = cut_along(shape, line)
    except ValueError:
        raise SuccessionRefusedError(reason="line") from None
    if len(pieces) < 2:
        raise SuccessionRefusedError(reason="line")
    return pieces


def split_along(
    code: str,
    line: Sequence[tuple[float, float]],
    parts: Sequence[tuple[str, Bilingual]],
    day: datetime.date,
) -> Succession:
    """A split along a line: the n-th of `parts` gets the n-th piece; a repeated code joins them.

    Raises:
        SuccessionRefusedError: the line does not cut, or the parts are not as many as the pieces.
    """
    pieces = pieces_of_cut(code, line, day)
    if len(parts) != len(pieces):
        raise SuccessionRefusedError(reason="parts")
    names = dict(reversed(parts))
    after = tuple(
        Successor(
            part,
            names[part],
            joined([piece for piece, (own, _) in zip(pieces, parts, strict=True) if own == part]),
        )
        for part in dict.fromkeys(part for part, _ in parts)
    )
    return Succession(DivisionChangeKind.SPLIT, (code,), after, day)


def merge_of(codes: Sequence[str], code: str, name: Bilingual, day: datetime.date) -> Succession:
    """A merger: the ground of all together; none where that of any is not known."""
    shapes = tree.boundaries_on(codes, day)
    whole = joined(list(shapes.values())) if codes and len(shapes) == len(set(codes)) else None
    return Succession(DivisionChangeKind.MERGE, tuple(codes), (Successor(code, name, whole),), day)


def move_of(code: str, to: str, name: Bilingual, day: datetime.date) -> Succession:
    """A village that comes under another town, and so under another code; its ground stays."""
    shape = tree.boundaries_on([code], day).get(code)
    return Succession(DivisionChangeKind.MOVE, (code,), (Successor(to, name, shape),), day)


def prepare(viewer: Viewer, wanted: Succession) -> Prepared:
    """What would follow; nothing is changed.

    Raises:
        AccessDeniedError: the viewer may not change one of the places.
        SuccessionRefusedError: places cannot follow one another so; `reason` is a code.
        UnknownPlaceError, NoPlaceAboveError, BadPlaceError, BadBoundaryError: a place does not fit.
    """
    codes = [one.code for one in wanted.after]
    _check(viewer, wanted, codes)
    grids = () if level_of(codes[0]) is TreeLevel.GRID else _grids_along(wanted)
    gone = (*wanted.before, *(code for one in grids for code in one.before))
    return Prepared(
        succession=wanted,
        grids=grids,
        beats=tuple(
            beat for beat in tree.beats_on(wanted.day) if set(beat.villages) & set(wanted.before)
        ),
        dependants=dependants_of(viewer, gone, wanted.day),
        pieces={
            one.code: 0 if one.shape is None else len(joined([one.shape]).geoms)
            for one in wanted.after
        },
    )


def follow(viewer: Viewer, wanted: Succession, choices: Choices, *, now_s: float) -> str:
    """Let places follow others; returns the id of the change.

    Raises:
        as `prepare`; and
        SuccessionRefusedError: a choice names what is not there, or a day lies before another
            change that is on record already.
    """
    with transaction.atomic():
        # First of all: what is looked at from here on, nobody else changes meanwhile.
        lock_places([*wanted.before, *(one.code for one in wanted.after)])
        ready = prepare(viewer, wanted)
        change = _carry_out(viewer, wanted, now_s)
        for grids in ready.grids:
            _carry_out(viewer, grids, now_s)
        _give_to_beats(viewer, ready, choices, now_s)
        _give_dependants(viewer, ready, choices, now_s)
    return change


def _check(viewer: Viewer, wanted: Succession, codes: Sequence[str]) -> None:
    problem = succession_problem(
        wanted.kind, wanted.before, codes, tree.used_codes([*wanted.before, *codes])
    )
    if problem is not None:
        raise SuccessionRefusedError(reason=problem.value)
    check_may_edit(viewer, [*wanted.before, *codes])
    for code in wanted.before:
        row = tree.place_row(code)  # a look locks nothing; `follow` does
        if row is None or not tree.days_of(row).hold(wanted.day):
            raise UnknownPlaceError
        if row.valid_from is not None and row.valid_from >= wanted.day and code not in codes:
            raise BadPlaceError(field="day")
    for one in wanted.after:
        check_name(one.name)
        check_above(one.code, wanted.day)
    _check_ground(wanted)


def _check_ground(wanted: Succession) -> None:
    """Together the successors have the ground that was there, and none of it twice."""
    before = tree.boundaries_on(wanted.before, wanted.day)
    shapes = [fit_boundary(one.shape) for one in wanted.after if one.shape is not None]
    if not shapes:
        return
    if len(before) < len(wanted.before) or len(shapes) < len(wanted.after):
        raise SuccessionRefusedError(reason="no_boundary")
    ground, follows = joined(list(before.values())), joined(shapes)
    twice = sum(area_m2(shape) for shape in shapes) - area_m2(follows)
    other = area_m2(ground.symmetric_difference(follows))
    if max(twice, other) > DEFAULT_TOLERANCE_M2:
        raise SuccessionRefusedError(reason="ground")


def _grids_along(wanted: Succession) -> tuple[Succession, ...]:
    """What becomes of the grids of villages that follow one another."""
    grids = [row for code in wanted.before for row in tree.children_of(code, wanted.day)]
    names = {row.code: row.name for row in grids}
    shapes = tree.boundaries_on(list(names), wanted.day)
    parts = {one.code: one.shape for one in wanted.after if one.shape is not None}
    if not parts:
        shapes, parts = {}, {one.code: None for one in wanted.after}
    pieces = grids_in_parts(
        {code: shapes.get(code) for code in names}, parts, tolerance_m2=DEFAULT_TOLERANCE_M2
    )
    given: set[str] = set()
    found = []
    for grid, name in names.items():
        own = [piece for piece in pieces if piece.grid == grid]
        if len(own) == 1 and own[0].village == area_of(grid):
            continue
        after: list[Successor] = []
        for piece in own:
            code = _grid_code(grid, piece.village, given, keep=not after)
            given.add(code)
            after.append(Successor(code, name, piece.shape))
        kind = DivisionChangeKind.SPLIT if len(after) > 1 else DivisionChangeKind.MOVE
        found.append(Succession(kind, (grid,), tuple(after), wanted.day))
    return tuple(found)


def _grid_code(grid: str, village: str, given: set[str], *, keep: bool) -> str:
    """A code for a piece of a grid in a village: its own, its own digits, or the first free."""
    if keep and area_of(grid) == village:
        return grid
    numbers = [int(grid[12:]), *range(1, GRIDS_OF_A_VILLAGE + 1)]
    candidates = [f"{village}{number:03d}" for number in numbers]
    used = tree.used_codes(candidates) | given
    for code in candidates:
        if code not in used:
            return code
    raise SuccessionRefusedError(reason="grids_used_up")


def _carry_out(viewer: Viewer, wanted: Succession, now_s: float) -> str:
    codes = [one.code for one in wanted.after]
    was: dict[str, Any] = {}
    for code in wanted.before:
        row = row_on(code, wanted.day)
        was[code] = [row.name_zh, row.name_en]
        if code not in codes:
            row.valid_to = wanted.day - DAY
            if row.valid_from is not None and row.valid_to < row.valid_from:
                raise BadPlaceError(field="day")
            mark_drawn(row)
            row.save()
    for one in wanted.after:
        if one.code in wanted.before:
            row = row_on(one.code, wanted.day)
            _rename(viewer, row, one.name, wanted.day, now_s)
            mark_drawn(row)
        else:
            row = new_row(one.code, one.name, (None, None), wanted.day)
        if one.shape is not None:
            set_boundary(row, fit_boundary(one.shape), wanted.day, by=viewer.staff_id, now_s=now_s)
        row.save()
    change = Change(wanted.kind, wanted.before, codes, wanted.day, was)
    return keep_and_tell(viewer, change, area_of(wanted.before[0]), now_s=now_s)


def _rename(
    viewer: Viewer, row: PlaceRow, name: Bilingual, day: datetime.date, now_s: float
) -> None:
    """A place that goes on under another name is renamed, so that its old name stays known."""
    was = {"name_zh": row.name_zh, "name_en": row.name_en}
    if was != {"name_zh": name.zh, "name_en": name.en}:
        row.name_zh, row.name_en = name.zh, name.en
        change = Change(DivisionChangeKind.RENAME, (row.pk,), (row.pk,), day, was)
        keep_and_tell(viewer, change, area_of(row.pk), now_s=now_s)


def _give_to_beats(viewer: Viewer, ready: Prepared, choices: Choices, now_s: float) -> None:
    wanted = ready.succession
    follow_on = [one.code for one in wanted.after]
    if set(choices.beats) - {beat.beat for beat in ready.beats}:
        raise SuccessionRefusedError(reason="choice")
    if _given_later(wanted, {beat.beat for beat in ready.beats}):
        raise SuccessionRefusedError(reason="later_beat")
    taken: set[str] = set()
    for beat in ready.beats:
        kept = [code for code in choices.beats.get(beat.beat, follow_on) if code not in taken]
        if not set(kept) <= set(follow_on):
            raise SuccessionRefusedError(reason="choice")
        if level_of(follow_on[0]) is not TreeLevel.VILLAGE:
            continue
        taken |= set(kept)
        stay = [code for code in beat.villages if code not in wanted.before]
        villages = [AreaId(code) for code in (*stay, *kept)]
        row = Beat.objects.select_for_update().get(pk=beat.beat)
        set_villages(row, villages, wanted.day, viewer=viewer, now_s=now_s)


def _given_later(wanted: Succession, beats: Collection[str]) -> bool:
    """Whether the villages of one of `beats`, or of another that will have one of those that are
    followed, are on record from a later day already: that would contradict what follows."""
    gone = set(wanted.before)
    return any(
        one.days.first is not None
        and one.days.first > wanted.day
        and (one.beat in beats or one.villages & gone)
        for one in beat_stretches(wanted.day)
    )


def _give_dependants(viewer: Viewer, ready: Prepared, choices: Choices, now_s: float) -> None:
    """Each thing goes where the user says, else to what follows the place that it hangs on."""
    heirs = {
        code: [one.code for one in succession.after]
        for succession in (ready.succession, *ready.grids)
        for code in succession.before
    }
    allowed = {code for codes in heirs.values() for code in codes}
    known = {(one.kind, one.dependant_id) for one in ready.dependants}
    if set(choices.dependants) - known or not set(choices.dependants.values()) <= allowed:
        raise SuccessionRefusedError(reason="choice")
    for one in ready.dependants:
        own = heirs.get(one.code, [])
        usual = one.code if one.code in own or not own else own[0]
        code = choices.dependants.get((one.kind, one.dependant_id), usual)
        if code != one.code:
            move_dependant(
                viewer, one.kind, one.dependant_id, code, ready.succession.day, now_s=now_s
            )
