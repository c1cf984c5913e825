"""Asking for runs, cancelling them, starting them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.plain import JsonValue, dump
from wardmote.core.domain.study import RUN_LIFE_CYCLE, UNDER_WAY, RunAction, RunKind, RunState
from wardmote.core.domain.study_events import StudyRunMoved
from wardmote.core.policies.recommend_keeping_cover import dump_cover_keeping_rule
from wardmote.core.studies.scenario import AS_USUAL, scenario_document
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.places import selectors as places
from wardmote.operations.studies.errors import (
    NothingToRunError,
    NotPossibleNowError,
    OutOfRangeError,
    TooManyRunsError,
    UnknownPartError,
)
from wardmote.operations.studies.models import Run, Study
from wardmote.operations.studies.own_records import DemandSource
from wardmote.operations.studies.present import relocation_planned, staffed_elsewhere
from wardmote.operations.studies.rights import study_to_edit, study_to_stop
from wardmote.operations.studies.services.planning import plan_of, require_trial

MAX_RUNS, MAX_DAYS, MAX_SEED = 200, 366, 2**31 - 1
MAX_CELLS = 40
"""Plans times scenarios of one trial."""
MAX_WAITING = 10
"""Runs under way that one person has asked for."""


@dataclass(frozen=True, slots=True)
class TrialWanted:
    """A trial to be asked for.

    Attributes:
        plans, scenarios: ids of rows of the study; “as usual” is always tried, and comes first.
        demand: what tells where and when calls are to be expected.
        runs: replications, 1 .. MAX_RUNS. days: simulated time of each, 1 .. MAX_DAYS.
    """

    plans: tuple[str, ...]
    scenarios: tuple[str, ...]
    seed: int
    runs: int
    days: int
    demand: DemandSource = DemandSource.RESIDENTS


def ask_trial(viewer: Viewer, study_id: str, wanted: TrialWanted, *, now_s: float) -> str:
    """Queue a trial; returns the run's id.

    A plan that does not say where free units go is tried as the rule in force has it now.

    Raises:
        RefusedError: no such study, plan or scenario, closed, too much, or out of range.
        AccessDeniedError: the viewer may not run it.
    """
    require_between("seed", wanted.seed, 0, MAX_SEED)
    require_between("runs", wanted.runs, 1, MAX_RUNS)
    require_between("days", wanted.days, 1, MAX_DAYS)
    with transaction.atomic():
        study = study_to_edit(viewer, study_id)
        plans = [whole_plan(plan_of(study, one).plan, now_s) for one in dict.fromkeys(wanted.plans)]
        scenarios = [scenario_document(AS_USUAL), *_scenarios(study, wanted.scenarios)]
        if not 0 < len(plans) * len(scenarios) <= MAX_CELLS:
            raise NothingToRunError(most=MAX_CELLS)
        require_trial(plans, scenarios, runs=wanted.runs, days=wanted.days)
        request = {
            "plans": plans,
            "scenarios": scenarios,
            "seed": wanted.seed,
            "runs": wanted.runs,
            "days": wanted.days,
            "demand": wanted.demand.value,
            "keeping": _keeping(now_s),
            "staffed": staffed_elsewhere(AreaId(study.area), now_s),
        }
        total = len(plans) * len(scenarios) * wanted.runs
        return queue_run(viewer, study, RunKind.TRIAL, request, total, now_s)


def cancel_run(viewer: Viewer, study_id: str, run_id: str, *, now_s: float) -> None:
    """Take a waiting run back, or ask for the end of one that is being computed.

    A search hands back the best that it has found (`KEEPS_BEST`).

    Whoever may change the study may, closed as it may be, and whoever decides on plans in its area.

    Raises:
        RefusedError: no such study or run, or it is over.
        AccessDeniedError: the viewer may not.
    """
    _act(viewer, study_id, run_id, RunAction.CANCEL, now_s)


def restart_run(viewer: Viewer, study_id: str, run_id: str, *, now_s: float) -> None:
    """Queue a failed or cancelled run again, from the beginning.

    Raises:
        RefusedError: no such study or run, closed, or it is neither failed nor cancelled.
        AccessDeniedError: the viewer may not.
    """
    _act(viewer, study_id, run_id, RunAction.RESTART, now_s)


def write_move(
    run: Run, action: RunAction, *, actor: str, now_s: float, reason: str = "", **values: Any
) -> None:
    """Move a locked run through its life cycle; the row and its event together.

    Raises:
        TransitionRefusedError: the life cycle does not allow it.
    """
    after = RUN_LIFE_CYCLE.next_state(RunState(run.state), action)
    run.state = after.value
    run.failure = reason
    for name, value in values.items():
        setattr(run, name, value)
    run.save(update_fields=["state", "failure", *values])
    event = StudyRunMoved(run.study_id, run.pk, RunKind(run.kind), action, after, reason)
    record([event], actor=actor, area=AreaId(run.study.area), now_s=now_s)


def _act(viewer: Viewer, study_id: str, run_id: str, action: RunAction, now_s: float) -> None:
    with transaction.atomic():
        cancels = action is RunAction.CANCEL
        study = (study_to_stop if cancels else study_to_edit)(viewer, study_id)
        run = study.runs.select_for_update().filter(pk=run_id).first()
        if run is None:
            raise UnknownPartError
        values: dict[str, Any] = {}
        if action is RunAction.RESTART:
            _check_queue(run.asked_by)
            values = {
                "done": 0, "standing": None, "claim": "", "outcome": None, "started_s": None,
                "ended_s": None,
            }  # fmt: skip
        elif run.state == RunState.QUEUED.value:
            values = {"ended_s": now_s}
        try:
            write_move(run, action, actor=viewer.staff_id, now_s=now_s, **values)
        except TransitionRefusedError as error:
            raise NotPossibleNowError from error


def queue_run(
    viewer: Viewer, study: Study, kind: RunKind, request: JsonValue, total: int, now_s: float
) -> str:
    """Queue a run of a locked study; returns its id.

    Raises:
        TooManyRunsError: the viewer has as many under way as one may have.
    """
    _check_queue(viewer.staff_id)
    run = Run.objects.create(
        id=new_id(now_s),
        study=study,
        kind=kind.value,
        request=request,
        total=total,
        asked_by=viewer.staff_id,
        asked_s=now_s,
    )
    event = StudyRunMoved(study.pk, run.pk, kind, None, RunState.QUEUED, "")
    record([event], actor=viewer.staff_id, area=AreaId(study.area), now_s=now_s)
    return run.pk


def _check_queue(staff: str) -> None:
    states = [state.value for state in UNDER_WAY]
    if Run.objects.filter(state__in=states, asked_by=staff).count() >= MAX_WAITING:
        raise TooManyRunsError(most=MAX_WAITING)


def whole_plan(plan: JsonValue, now_s: float) -> JsonValue:
    """A plan that says where free units go, so that what is tried is what would be adopted."""
    if plan.get("relocation") is not None:
        return plan
    order = relocation_planned([post["id"] for post in plan["posts"]], now_s)
    return {**plan, "relocation": dump(order)}


def _keeping(now_s: float) -> JsonValue:
    """The rule for dispatch in force, which is tried with every plan; None where there is none."""
    rule = places.cover_keeping_in_force(now_s)
    return None if rule is None else dump_cover_keeping_rule(rule)


def _scenarios(study: Study, ids: Sequence[str]) -> list[JsonValue]:
    rows = {row.pk: row for row in study.scenarios.filter(dropped=False)}
    chosen = list(dict.fromkeys(ids))
    if not set(chosen) <= set(rows):
        raise UnknownPartError
    return [rows[one].scenario for one in chosen]


def require_between(field: str, value: float, least: float, most: float) -> None:
    """Raise `OutOfRangeError` unless `least <= value <= most`."""
    if not least <= value <= most:
        raise OutOfRangeError(field=field, least=least, most=most)
