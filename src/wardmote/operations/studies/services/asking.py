"""Asking for plans: posts proposed, posts that should move, shifts, and where free units go."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.plain import JsonValue, dump
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.standards import shipped_standard
from wardmote.core.domain.study import RunKind
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.changed_demand import require_days_since
from wardmote.core.studies.own_candidates import OwnCandidate, own_document
from wardmote.core.studies.questions import (
    ALIKE,
    PostObjective,
    PostQuestion,
    ResitingTerms,
    ShiftQuestion,
)
from wardmote.core.studies.relocating import MoveSearch, check_ways, runs_needed, ways_of
from wardmote.core.studies.scenario import AS_USUAL, scenario_document
from wardmote.operations.local_time import midnight_s
from wardmote.operations.places import selectors as places
from wardmote.operations.studies.errors import QuestionRefusedError, WholePlaceOnlyError
from wardmote.operations.studies.models import Study
from wardmote.operations.studies.own_records import DemandSource
from wardmote.operations.studies.present import staffed_elsewhere
from wardmote.operations.studies.rights import study_to_edit
from wardmote.operations.studies.services.planning import plan_of, require_room, require_trial
from wardmote.operations.studies.services.running import (
    MAX_DAYS,
    MAX_RUNS,
    MAX_SEED,
    queue_run,
    require_between,
    whole_plan,
)

MAX_POSTS_ASKED = 500
MAX_SECONDS = 3_600
MAX_UNITS_ASKED = 10_000
MAX_STEPS = 30
FEWEST_RUNS = 2
SHIFTS_TRIED = 2
"""Simulations for each of the runs asked for: by shift, and all units always on duty."""


@dataclass(frozen=True, slots=True)
class ProposalWanted:
    """Posts to be proposed by the solver.

    Attributes:
        name: of the plan that comes out.
        objective: code of what is to be best, as the core names it.
        standard: code of the response standard; empty for the one in force.
        posts: how many in the study's area, kept ones included; None for as many as it takes.
        keep: ids of posts that stay where they are; close: posts that must go.
        units: in the area, to be shared out; None for those that are there. `units_at_post`: at
            most.
        budget: most that the posts may cost together; None for no limit.
        busy_share: of expected cover; where `busy_measured`, only to begin with.
        also: code of the second standard of a front; `steps`: about how many plans it should have.
        candidates: the planner's own; `besides` keeps the usual ones as well.
        weights: of priorities, as in `PostQuestion`.
    """

    name: str
    objective: str
    standard: str
    posts: int | None
    keep: tuple[str, ...]
    close: tuple[str, ...]
    seed: int
    seconds: int
    demand: DemandSource = DemandSource.RESIDENTS
    units: int | None = None
    units_at_post: int = 20
    budget: float | None = None
    cost_new: float = 1.0
    cost_standing: float = 1.0
    busy_share: float = 0.3
    busy_measured: bool = False
    also: str = ""
    steps: int = 8
    candidates: tuple[OwnCandidate, ...] = ()
    besides: bool = False
    weights: tuple[float, ...] = ALIKE

    def question(self) -> PostQuestion:
        """What the core is asked.

        Raises:
            Problem: a number is out of range, or a standard is not known.
        """
        return PostQuestion(
            posts=self.posts,
            objective=PostObjective(self.objective),
            units=self.units,
            keep=tuple(PostId(one) for one in self.keep),
            close=tuple(PostId(one) for one in self.close),
            budget=float("inf") if self.budget is None else self.budget,
            cost_new=self.cost_new,
            cost_standing=self.cost_standing,
            units_at_post=self.units_at_post,
            busy_share=self.busy_share,
            busy_measured=self.busy_measured,
            also=(shipped_standard(self.also),) if self.also else (),
            steps=self.steps,
            weights=self.weights,
        )


@dataclass(frozen=True, slots=True)
class ShiftsWanted:
    """Shifts for a plan, tried on the twin beside the same plan with all units always on duty."""

    plan: str
    name: str
    question: ShiftQuestion
    runs: int
    days: int
    seed: int
    demand: DemandSource = DemandSource.RESIDENTS


@dataclass(frozen=True, slots=True)
class RelocationWanted:
    """Where free units of a plan go, chosen on the twin among the ways of one method or of all."""

    plan: str
    name: str
    runs: int
    days: int
    seed: int
    demand: DemandSource = DemandSource.RESIDENTS
    method: MoveSearch = MoveSearch.COVER


@dataclass(frozen=True, slots=True)
class ResitingWanted:
    """Posts of a plan that should move by now.

    Attributes:
        since: calls taken down before this day are "then"; None shows no change.
    """

    plan: str
    name: str
    terms: ResitingTerms
    seconds: int
    seed: int
    demand: DemandSource = DemandSource.RESIDENTS
    since: datetime.date | None = None


def ask_proposal(viewer: Viewer, study_id: str, wanted: ProposalWanted, *, now_s: float) -> str:
    """Queue a proposal of posts for the area of the study; returns the run's id.

    Raises:
        RefusedError: no such study, closed, full, too much, or out of range.
        AccessDeniedError: the viewer may not run it.
    """
    require_between("seed", wanted.seed, 0, MAX_SEED)
    if wanted.posts is not None:
        require_between("posts", wanted.posts, 1, MAX_POSTS_ASKED)
    require_between("seconds", wanted.seconds, 1, MAX_SECONDS)
    require_between("steps", wanted.steps, 2, MAX_STEPS)
    require_between("units", wanted.units or 1, 1, MAX_UNITS_ASKED)
    try:
        wanted.question()
    except Problem as problem:
        raise _refused(problem) from problem
    first = wanted.standard or places.standard_in_force(now_s).code
    if wanted.objective == PostObjective.FRONT.value and wanted.also == first:
        raise QuestionRefusedError(problem=_("Choose a second standard that is not the first."))
    with transaction.atomic():
        study = study_to_edit(viewer, study_id)
        require_room(study)
        request = dump(wanted) | {
            "name": wanted.name.strip()[:120],
            "candidates": own_document(wanted.candidates),
            "area": study.area,
        }
        return queue_run(viewer, study, RunKind.PROPOSAL, request, 0, now_s)


def ask_shifts(viewer: Viewer, study_id: str, wanted: ShiftsWanted, *, now_s: float) -> str:
    """Queue shifts for a plan; returns the run's id.

    Raises:
        RefusedError: no such study or plan, closed, full, or out of range.
        AccessDeniedError: the viewer may not run it.
    """
    _check_twin(wanted.seed, wanted.runs, wanted.days)
    with transaction.atomic():
        study = study_to_edit(viewer, study_id)
        asked = _of_plan(study, wanted.plan, wanted.name, _("%(plan)s, by shift"))
        plan = whole_plan(asked["plan"], now_s)
        _check_trial(plan, SHIFTS_TRIED, wanted.runs, wanted.days)
        request = asked | {
            "plan": plan,
            "staffed": staffed_elsewhere(AreaId(study.area), now_s),
            "question": dump(wanted.question),
            "runs": wanted.runs,
            "days": wanted.days,
            "seed": wanted.seed,
            "demand": wanted.demand.value,
        }
        return queue_run(viewer, study, RunKind.SHIFTS, request, SHIFTS_TRIED * wanted.runs, now_s)


def ask_relocation(viewer: Viewer, study_id: str, wanted: RelocationWanted, *, now_s: float) -> str:
    """Queue the choice of where free units go; returns the run's id.

    Raises:
        WholePlaceOnlyError: the study is about a part of the place.
        RefusedError: no such study or plan, closed, full, or out of range.
        AccessDeniedError: the viewer may not run it.
    """
    _check_twin(wanted.seed, wanted.runs, wanted.days)
    with transaction.atomic():
        study = study_to_edit(viewer, study_id)
        if not area_contains(AreaId(study.area), places.location_index().whole_area):
            raise WholePlaceOnlyError
        asked = _of_plan(study, wanted.plan, wanted.name, _("%(plan)s, free units moved"))
        ways = ways_of(wanted.method, len(asked["plan"]["posts"]))
        _check_trial(asked["plan"], len(ways) + 1, wanted.runs, wanted.days)
        try:
            check_ways(ways, runs=wanted.runs, days=wanted.days)
        except Problem as problem:
            raise _refused(problem) from problem
        request = asked | {
            "runs": wanted.runs,
            "days": wanted.days,
            "seed": wanted.seed,
            "demand": wanted.demand.value,
            "method": wanted.method.value,
        }
        total = runs_needed(len(ways), wanted.runs)
        return queue_run(viewer, study, RunKind.RELOCATION, request, total, now_s)


def ask_resiting(viewer: Viewer, study_id: str, wanted: ResitingWanted, *, now_s: float) -> str:
    """Queue the question which posts of a plan should move by now; returns the run's id.

    Raises:
        RefusedError: no such study or plan, closed, full, or out of range.
        AccessDeniedError: the viewer may not run it.
    """
    require_between("seed", wanted.seed, 0, MAX_SEED)
    require_between("seconds", wanted.seconds, 1, MAX_SECONDS)
    if wanted.since is not None:
        try:
            require_days_since(midnight_s(wanted.since), now_s)
        except Problem as problem:
            raise _refused(problem) from problem
    with transaction.atomic():
        study = study_to_edit(viewer, study_id)
        asked = _of_plan(study, wanted.plan, wanted.name, _("%(plan)s, posts moved"))
        _check_has(asked["plan"], wanted.terms.keep)
        request = asked | {
            "terms": dump(wanted.terms),
            "seconds": wanted.seconds,
            "seed": wanted.seed,
            "demand": wanted.demand.value,
            "since": None if wanted.since is None else wanted.since.isoformat(),
        }
        return queue_run(viewer, study, RunKind.RESITING, request, 0, now_s)


def _of_plan(study: Study, plan_id: str, name: str, usual: str) -> dict[str, JsonValue]:
    """What every question about a plan says; `usual` names what comes out unless the asker does."""
    row = plan_of(study, plan_id)
    require_room(study)
    return {
        "name": (name.strip() or usual % {"plan": row.name})[:120],
        "plan": row.plan,
        "area": study.area,
    }


def _check_twin(seed: int, runs: int, days: int) -> None:
    require_between("seed", seed, 0, MAX_SEED)
    require_between("runs", runs, FEWEST_RUNS, MAX_RUNS)
    require_between("days", days, 1, MAX_DAYS)


def _check_trial(plan: JsonValue, count: int, runs: int, days: int) -> None:
    """Refuse what the run would refuse once its turn comes: too many days simulated at once."""
    require_trial([plan] * count, [scenario_document(AS_USUAL)], runs=runs, days=days)


def _check_has(plan: JsonValue, posts: tuple[PostId, ...]) -> None:
    known = {post["id"] for post in plan["posts"]}
    missing = [post for post in posts if post not in known]
    if missing:
        language = get_language() or ""
        names = {
            row.pk: Bilingual(row.name_zh, row.name_en).in_language(language)
            for row in places.posts()
        }
        listed = ", ".join(names.get(post) or post for post in missing[:5])
        raise QuestionRefusedError(
            problem=_("These posts are to stay, but the plan does not have them: %(posts)s.")
            % {"posts": listed}
        )


def _refused(problem: Problem) -> QuestionRefusedError:
    return QuestionRefusedError(problem=problem.message.in_language(get_language() or ""))
