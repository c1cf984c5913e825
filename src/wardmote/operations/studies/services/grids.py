"""Grids of a plan: having them cut, and changing them by hand."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import transaction
from django.utils.translation import get_language

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.study import RunKind
from wardmote.core.domain.study_events import StudyPlanKept
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.cut_ground import unpacked
from wardmote.core.studies.cutting import CutGround
from wardmote.core.studies.documents import field_problem
from wardmote.core.studies.plan import (
    Plan,
    PlannedGridRules,
    PlannedGrids,
    check_grid_rules,
    plan_document,
    read_plan,
)
from wardmote.core.studies.regrouping import MOST_MOVES, PieceMove, Regrouped, regroup
from wardmote.operations.journal.services import record
from wardmote.operations.studies.errors import (
    DocumentRefusedError,
    GridsNotForEditingError,
    MoveRefusedError,
    NoGridsBeforeError,
    PlanChangedError,
    TooManyMovesError,
)
from wardmote.operations.studies.models import GridGround, Study, StudyPlan
from wardmote.operations.studies.own_records import DemandSource
from wardmote.operations.studies.present import grids_in_force
from wardmote.operations.studies.rights import study_to_edit
from wardmote.operations.studies.services.planning import EDITED, plan_of, require_room
from wardmote.operations.studies.services.running import queue_run

STEPS = 100
GROUND_KEPT_S = 30 * 86_400.0


class BeginWith(StrEnum):
    """Which grids the cut begins with, so that few villages change theirs."""

    PLAN = "plan"
    """Those of the plan itself, or of another plan of the study (its id)."""
    IN_FORCE = "in_force"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class GridsWanted:
    """Grids to be cut for the posts of a plan.

    Attributes:
        plan: id of the plan.
        name: of the plan that comes out; empty for the same name.
        demand: what tells where and when calls are to be expected.
        begin: grids to begin with; `PLAN` means those of the plan `of`, or of the plan itself.
        refine: False leaves those as they are, but for what breaks a rule: only figures are new.
    """

    plan: str
    name: str
    demand: DemandSource
    begin: BeginWith = BeginWith.NOTHING
    of: str = ""
    refine: bool = True
    rules: PlannedGridRules = field(default_factory=PlannedGridRules)


def ask_grids(viewer: Viewer, study_id: str, wanted: GridsWanted, *, now_s: float) -> str:
    """Queue the cutting of grids for the posts of a plan; returns the run's id.

    What comes out is a plan of its own.

    Raises:
        RefusedError: no such study or plan, closed, full, too much waits, rules that cannot be
            kept in a plan, or there are no grids to begin with.
        AccessDeniedError: the viewer may not run it.
    """
    try:
        check_grid_rules(wanted.rules)
    except InvalidDataError as error:
        problem = field_problem(error, Bilingual("网格规则", "rules of grids"))
        raise _refused(problem) from error
    with transaction.atomic():
        study = study_to_edit(viewer, study_id)
        row = plan_of(study, wanted.plan)
        require_room(study)
        before = _before(study, row, wanted)
        if before is None and (wanted.begin is not BeginWith.NOTHING or not wanted.refine):
            raise NoGridsBeforeError
        request = {
            "name": (wanted.name.strip() or row.name)[:120],
            "plan": row.plan,
            "demand": wanted.demand.value,
            "begin": wanted.begin.value,
            "previous": None if before is None else dump(before),
            "refine": wanted.refine,
            "rules": dump(wanted.rules),
        }
        return queue_run(viewer, study, RunKind.GRIDS, request, STEPS, now_s)


def keep_grid_ground(run_id: str, data: bytes) -> None:
    """Keep what a run cut grids from; the plan that it makes is given it."""
    with transaction.atomic():
        GridGround.objects.filter(run_id=run_id).delete()
        GridGround.objects.create(run_id=run_id, data=data)


def forget_grounds(*, now_s: float) -> int:
    """Forget what grids were cut from where no plan of a study needs it any more; how many.

    A run's own is kept for `GROUND_KEPT_S` after its end, for a plan that is added late. Grids
    whose ground is gone can be cut again, and not be edited by hand before.
    """
    over = GridGround.objects.filter(run__ended_s__lt=now_s - GROUND_KEPT_S)
    _all, each = over.exclude(plans__dropped=False).delete()
    return each.get(GridGround._meta.label, 0)


def try_moves(row: StudyPlan, plan: Plan, moves: Sequence[PieceMove]) -> Regrouped:
    """What moves by hand do to the grids of a plan; nothing is kept.

    Raises:
        RefusedError: the grids are not ready to be edited, or a move names what does not exist.
    """
    return _moved(row, plan, moves, keep=False)


def edit_grids(
    viewer: Viewer,
    study_id: str,
    plan_id: str,
    moves: Sequence[PieceMove],
    *,
    changed_s: float,
    now_s: float,
) -> None:
    """Keep grids as moves by hand make them.

    Args:
        changed_s: when the plan had last been saved as its editor read it.

    Raises:
        RefusedError: no such study or plan, closed, saved by somebody else since, the grids are
            not ready to be edited, or a move breaks something and was not wanted anyway.
        AccessDeniedError: the viewer may not change it.
    """
    with transaction.atomic():
        study = study_to_edit(viewer, study_id)
        row = plan_of(study, plan_id)
        if changed_s != row.changed_s:
            raise PlanChangedError
        plan = read_plan(row.plan)
        found = _moved(row, plan, moves, keep=True)
        if found.grids is None:
            raise MoveRefusedError
        document = plan_document(plan)
        document["grids"] = dump(found.grids)
        row.plan = document
        row.source = EDITED
        row.changed_s = now_s
        row.save(update_fields=["plan", "source", "changed_s"])
        event = StudyPlanKept(study.pk, row.pk, row.source, len(plan.posts))
        record([event], actor=viewer.staff_id, area=AreaId(study.area), now_s=now_s)


def cut_ground_of(row: StudyPlan, plan: Plan) -> CutGround | None:
    """What the grids of a plan were cut from; None where they cannot be edited by hand yet."""
    if row.grid_ground_id is None or plan.grids is None:
        return None
    run = GridGround.objects.filter(pk=row.grid_ground_id).values_list("run_id", flat=True).get()
    try:
        cut = _unpacked(row.grid_ground_id, run)
    except Problem:
        return None
    return cut if cut.fits(plan) else None


@functools.lru_cache(maxsize=4)
def _unpacked(ground: int, _run: str) -> CutGround:
    # A few megabytes for a prefecture; rows are never changed, so none is read twice for one edit.
    # A run's id is never given again, a row's number may be.
    return unpacked(bytes(GridGround.objects.values_list("data", flat=True).get(pk=ground)))


def _moved(row: StudyPlan, plan: Plan, moves: Sequence[PieceMove], *, keep: bool) -> Regrouped:
    if len(moves) > MOST_MOVES:
        raise TooManyMovesError(most=MOST_MOVES)
    cut = cut_ground_of(row, plan)
    if cut is None:
        raise GridsNotForEditingError
    try:
        return regroup(cut, plan, moves, keep=keep)
    except Problem as problem:
        raise _refused(problem) from problem


def _before(study: Study, row: StudyPlan, wanted: GridsWanted) -> PlannedGrids | None:
    if wanted.begin is BeginWith.IN_FORCE:
        return grids_in_force()
    if wanted.begin is BeginWith.NOTHING:
        return None
    source = plan_of(study, wanted.of) if wanted.of else row
    document: JsonValue = source.plan
    return read_plan(document).grids


def _refused(problem: Problem) -> DocumentRefusedError:
    return DocumentRefusedError(problem=problem.message.in_language(get_language() or ""))
