"""What a run computes, in a process of its own: posts proposed, or plans compared on the twin."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from wardmote.core.domain.plain import JsonValue, load
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.standards import ResponseStandard, shipped_standard
from wardmote.core.domain.study import RunKind
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.siting.answer import Control, Progress
from wardmote.core.studies.cut_ground import packed
from wardmote.core.studies.cutting import AS_THEY_ARE, propose_grids
from wardmote.core.studies.figures import outcome_document
from wardmote.core.studies.ground import Ground, ground_of
from wardmote.core.studies.plan import PlannedGridRules, PlannedGrids, plan_document, read_plan
from wardmote.core.studies.proposing import propose_posts
from wardmote.core.studies.questions import PostObjective, PostQuestion
from wardmote.core.studies.rehearsing import rehearse
from wardmote.core.studies.scenario import read_scenario
from wardmote.core.studies.trial import TrialSetting, run_trial
from wardmote.operations.journal import clock
from wardmote.operations.places import selectors as places
from wardmote.operations.places.city_runtime import city_runtime
from wardmote.operations.studies.models import Run
from wardmote.operations.studies.own_records import DemandSource, own_records
from wardmote.operations.studies.present import present_book
from wardmote.operations.studies.services import (
    PROBLEM,
    fail,
    finish,
    keep_grid_ground,
    tell_progress,
)

TELL_EVERY_S = 1.0
"""Progress is written at most so often."""


@dataclass(slots=True)
class Watch:
    """Tells progress through the run's row, and hears from it whether to go on."""

    run: str
    claim: str
    wanted: bool = True
    _told_s: float = field(default=0.0)

    def tell(self, done: int, total: int) -> None:
        """Write how far it is, if some time has passed since the last word."""
        now_s = time.monotonic()
        if now_s - self._told_s >= TELL_EVERY_S:
            self._told_s = now_s
            self.wanted = tell_progress(self.run, self.claim, done, total)

    def should_stop(self) -> bool:
        """Whether nobody wants the outcome any more."""
        return not self.wanted


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
        city.travel,
        standard,
        own_records(demand, places.location_index().whole_area, now_s=now_s),
        street_names=city.directory.street_names(),
        tree=places.categories_in_force(now_s),
    )


def _trial(request: JsonValue, watch: Watch) -> JsonValue:
    outcome = run_trial(
        ground_now(places.standard_in_force(clock.now_s()), DemandSource(request["demand"])),
        [read_plan(one) for one in request["plans"]],
        [read_scenario(one) for one in request["scenarios"]],
        TrialSetting(seed=request["seed"], runs=request["runs"], days=float(request["days"])),
        should_stop=watch.should_stop,
        report=watch.tell,
    )
    return outcome_document(outcome)


def _proposal(request: JsonValue, watch: Watch) -> JsonValue:
    standard = (
        shipped_standard(request["standard"])
        if request["standard"]
        else places.standard_in_force(clock.now_s())
    )
    ground = ground_now(standard, DemandSource(request["demand"]))
    rehearse(PostObjective(request["objective"]))
    allowed_s = float(request["seconds"])
    begun_s = time.monotonic()

    def left_s() -> float:
        return max(0.0, allowed_s - (time.monotonic() - begun_s))

    def stop() -> bool:
        watch.tell(min(int(allowed_s), int(allowed_s - left_s())), int(allowed_s))
        return watch.should_stop() or left_s() == 0.0

    def report(_progress: Progress) -> None:
        stop()

    question = PostQuestion(
        posts=request["posts"],
        objective=PostObjective(request["objective"]),
        keep=tuple(request["keep"]),
        close=tuple(request["close"]),
    )
    control = Control(should_stop=stop, seconds_left=left_s, report=report, seed=request["seed"])
    name = Bilingual(request["name"], request["name"])
    proposal = propose_posts(ground, question, control, name=name)
    if proposal.plan is None:
        raise Problem(
            zh="没有方案能满足这些条件，或在限定时间内未找到；请增加快反点数、减少保留点或延长时间。",
            en="No plan keeps these conditions, or none was found in time. Allow more posts, keep "
            "fewer, or search longer.",
        )
    return plan_document(proposal.plan)


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
}
