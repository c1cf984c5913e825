"""What a run computes, in a process of its own."""

from __future__ import annotations

from collections.abc import Callable

from wardmote.core.domain.plain import JsonValue, load
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.standards import ResponseStandard
from wardmote.core.domain.study import RunKind
from wardmote.core.policies.recommend_keeping_cover import load_cover_keeping_rule
from wardmote.core.studies.cut_ground import packed
from wardmote.core.studies.cutting import AS_THEY_ARE, propose_grids
from wardmote.core.studies.figures import outcome_document
from wardmote.core.studies.ground import Ground, ground_of
from wardmote.core.studies.plan import (
    PlannedGridRules,
    PlannedGrids,
    plan_document,
    read_plan,
)
from wardmote.core.studies.scenario import read_scenario
from wardmote.core.studies.trial import TrialSetting, run_trial
from wardmote.operations.journal import clock
from wardmote.operations.places import selectors as places
from wardmote.operations.places.city_runtime import city_runtime
from wardmote.operations.studies.models import Run
from wardmote.operations.studies.own_records import DemandSource, own_records
from wardmote.operations.studies.plan_runs import (
    proposed,
    relocated,
    resited,
    shifted,
    staffed_as_asked,
)
from wardmote.operations.studies.present import present_book
from wardmote.operations.studies.services import (
    PROBLEM,
    fail,
    finish,
    keep_grid_ground,
)
from wardmote.operations.studies.watching import Watch


def compute(run_id: str, claim: str) -> bool:
    """Work a claimed run out and keep what came out; returns whether it was kept."""
    run = Run.objects.get(pk=run_id)
    watch = Watch(run_id, claim)
    try:
        outcome = _WORK[RunKind(run.kind)](run.request, watch)
    except Problem as problem:
        fail(run_id, claim, PROBLEM, now_s=clock.now_s(), problem=problem.message)
        return False
    return finish(run_id, claim, outcome, now_s=clock.now_s())


def ground_now(standard: ResponseStandard, demand: DemandSource) -> Ground:
    """The place as it is in force now, under a standard.

    Roads are as the city has them: what is closed today is a question for a what-if.
    """
    city = city_runtime()
    now_s = clock.now_s()
    return ground_of(
        present_book(city.directory.place_book()),
        city.settled_travel(),
        standard,
        own_records(demand, places.location_index().whole_area, now_s=now_s),
        street_names=city.directory.street_names(),
        tree=places.categories_in_force(now_s),
    )


def _trial(request: JsonValue, watch: Watch) -> JsonValue:
    rule = request.get("keeping")
    outcome = run_trial(
        ground_now(places.standard_in_force(clock.now_s()), DemandSource(request["demand"])),
        [staffed_as_asked(read_plan(one), request) for one in request["plans"]],
        [read_scenario(one) for one in request["scenarios"]],
        TrialSetting(seed=request["seed"], runs=request["runs"], days=float(request["days"])),
        should_stop=watch.should_stop,
        report=watch.tell,
        keeping=None if rule is None else load_cover_keeping_rule(rule),
    )
    return outcome_document(outcome)


def _proposal(request: JsonValue, watch: Watch) -> JsonValue:
    return proposed(ground_now, request, watch)


def _shifts(request: JsonValue, watch: Watch) -> JsonValue:
    return shifted(ground_now, request, watch)


def _relocation(request: JsonValue, watch: Watch) -> JsonValue:
    return relocated(ground_now, request, watch)


def _resiting(request: JsonValue, watch: Watch) -> JsonValue:
    return resited(ground_now, request, watch)


def _grids(request: JsonValue, watch: Watch) -> JsonValue:
    standard = places.standard_in_force(clock.now_s())
    ground = ground_now(standard, DemandSource(request["demand"]))
    before = request.get("previous")
    found = propose_grids(
        ground,
        read_plan(request["plan"]),
        previous=None if before is None else load(PlannedGrids, before),
        rules=load(PlannedGridRules, request.get("rules", {})),
        effort=None if request.get("refine", True) else AS_THEY_ARE,
        should_stop=watch.should_stop,
        report=lambda share: watch.tell(round(100 * share), 100),
    )
    keep_grid_ground(watch.run, packed(found.cut))
    return plan_document(found.plan)


_WORK: dict[RunKind, Callable[[JsonValue, Watch], JsonValue]] = {
    RunKind.TRIAL: _trial,
    RunKind.PROPOSAL: _proposal,
    RunKind.GRIDS: _grids,
    RunKind.SHIFTS: _shifts,
    RunKind.RELOCATION: _relocation,
    RunKind.RESITING: _resiting,
}
