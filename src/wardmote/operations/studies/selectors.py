"""Reading studies. What a viewer may not read is not answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import JsonValue, load
from wardmote.core.domain.study import ADOPTION_LIFE_CYCLE, PENDING, AdoptionAction, AdoptionState
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.figures import Outcome, read_outcome
from wardmote.core.studies.grid_changes import GridChange, compare_grids
from wardmote.core.studies.plan import Plan, read_plan
from wardmote.core.studies.scenario import Scenario, read_scenario
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.studies.errors import UnknownPartError
from wardmote.operations.studies.models import Adoption, Run, Study, StudyPlan, StudyScenario
from wardmote.operations.studies.present import (
    grids_in_force,
    plan_in_force,
    posting_now,
    present_posts,
    village_seats,
)
from wardmote.operations.studies.promises import PromiseSeen, promise_in, promise_seen
from wardmote.operations.studies.rights import may_edit, may_stop, study_to_see
from wardmote.operations.studies.services.placing import (
    UNFIT,
    PostChange,
    changes_of,
    grids_after,
    plan_within,
    posting_that_fits,
    said,
)
from wardmote.operations.studies.services.staffed import DutyForeseen, with_duty

StudyRow = Study
PlanRow = StudyPlan
ScenarioRow = StudyScenario
RunRow = Run
AdoptionRow = Adoption
"""For annotations of pages; they reach the rows through this module only."""

MOST_LISTED = 200

__all__ = [
    "DutyForeseen",
    "GridChange",
    "PostChange",
    "PromiseSeen",
    "may_stop",
    "promise_in",
    "promise_seen",
]


@dataclass(frozen=True, slots=True)
class StudyPage:
    """All that the page of a study shows.

    Attributes:
        edits: whether the viewer may change it.
        shared_with: staff ids.
    """

    study: Study
    edits: bool
    owns: bool
    plans: tuple[StudyPlan, ...]
    scenarios: tuple[StudyScenario, ...]
    runs: tuple[Run, ...]
    adoptions: tuple[Adoption, ...]
    shared_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AdoptionPage:
    """All that the page of an adoption shows.

    Attributes:
        present: the posting in force, while the plan is not in force itself.
        changes: against that; grids: what becomes of each grid, while there are any.
        duty: of the whole area, before and after; None where that is not foreseen.
        problem: why it does not fit the place, or could not take effect; None where it does.
        moving, short, over: how many units change their post, are missing, are left over.
        kept: the promise against what followed; None before it took effect.
    """

    adoption: Adoption
    plan: Plan | None
    present: Plan | None
    changes: tuple[PostChange, ...]
    duty: DutyForeseen | None
    grids: tuple[GridChange, ...]
    moving: int
    short: int
    over: int
    kept: PromiseSeen | None
    may_decide: bool
    may_withdraw: bool
    is_proposer: bool
    allowed: frozenset[AdoptionAction]
    problem: Bilingual | None


@dataclass(frozen=True, slots=True)
class _Foreseen:
    """What putting a plan in force would change."""

    present: Plan | None = None
    changes: tuple[PostChange, ...] = ()
    duty: DutyForeseen | None = None
    grids: tuple[GridChange, ...] = ()
    moving: int = 0
    short: int = 0
    over: int = 0


def studies_seen(viewer: Viewer) -> list[Study]:
    """The studies of the viewer's areas, open ones first, newest first.

    Raises:
        AccessDeniedError: the viewer may read no studies.
    """
    rows = Study.objects.filter(_within(viewer)).order_by("-opened_s", "pk")[:MOST_LISTED]
    return sorted(rows, key=lambda study: study.state != "open")


def study_page(viewer: Viewer, study_id: str) -> StudyPage:
    """A study with its parts.

    Raises:
        UnknownStudyError: there is none.
        AccessDeniedError: the viewer may not read it.
    """
    study = study_to_see(viewer, study_id)
    return StudyPage(
        study=study,
        edits=may_edit(viewer, study) and study.state == "open",
        owns=may_edit(viewer, study),
        plans=tuple(study.plans.filter(dropped=False).order_by("made_s", "pk")),
        scenarios=tuple(study.scenarios.filter(dropped=False).order_by("made_s", "pk")),
        runs=tuple(study.runs.defer("outcome", "request").order_by("-asked_s", "-pk")[:50]),
        adoptions=tuple(study.adoptions.order_by("-proposed_s", "-pk")),
        shared_with=tuple(study.shares.order_by("staff_id").values_list("staff_id", flat=True)),
    )


def plan_row(viewer: Viewer, study_id: str, plan_id: str) -> tuple[Study, StudyPlan, Plan]:
    """A plan of a study.

    Raises:
        RefusedError: there is no such study or plan.
        AccessDeniedError: the viewer may not read it.
    """
    study = study_to_see(viewer, study_id)
    row = study.plans.filter(pk=plan_id, dropped=False).first()
    if row is None:
        raise UnknownPartError
    return study, row, read_plan(row.plan)


def run_row(viewer: Viewer, study_id: str, run_id: str) -> tuple[Study, Run]:
    """A run of a study.

    Raises:
        RefusedError: there is no such study or run.
        AccessDeniedError: the viewer may not read it.
    """
    study = study_to_see(viewer, study_id)
    run = study.runs.filter(pk=run_id).first()
    if run is None:
        raise UnknownPartError
    return study, run


def edits(viewer: Viewer, study: Study) -> bool:
    """Whether the viewer may change a study as it is now."""
    return study.state == "open" and may_edit(viewer, study)


def plans_with_grids(study: Study) -> list[StudyPlan]:
    """The plans of a study that have grids, oldest first."""
    rows = study.plans.filter(dropped=False).order_by("made_s", "pk")
    return [row for row in rows if row.plan.get("grids")]


def tried_plans(run: Run) -> tuple[Plan, ...]:
    """The plans of a trial, as they were tried."""
    return tuple(read_plan(one) for one in run.request["plans"])


def tried_scenarios(run: Run) -> tuple[Scenario, ...]:
    """The scenarios of a trial; “as usual” is the first."""
    return tuple(read_scenario(one) for one in run.request["scenarios"])


def outcome_of(run: Run) -> Outcome:
    """What came out of a finished trial."""
    return read_outcome(run.outcome)


def scenario_of(data: JsonValue) -> Scenario:
    """A scenario from its document."""
    return read_scenario(data)


def plan_document_of(data: JsonValue) -> Plan:
    """A plan from its document."""
    return read_plan(data)


def runs_ahead(run: Run) -> int:
    """How many other runs are computed before a waiting one."""
    before = Q(state__in=["running", "cancelling"]) | Q(state="queued", asked_s__lt=run.asked_s)
    return Run.objects.filter(before).exclude(pk=run.pk).count()


def adoptions_seen(viewer: Viewer, *, now_s: float) -> list[tuple[Adoption, PromiseSeen | None]]:
    """Plans on their way into force and since, of the viewer's areas, newest first.

    Raises:
        AccessDeniedError: the viewer may read no studies.
    """
    rows = Adoption.objects.select_related("study").filter(_within(viewer))
    listed = rows.order_by("-proposed_s", "-pk")[:MOST_LISTED]
    return [(row, promise_seen(viewer, row, now_s=now_s)) for row in listed]


def adoption_page(viewer: Viewer, adoption_id: str, *, language: str, now_s: float) -> AdoptionPage:
    """An adoption with what it changes and what came of its promise.

    Raises:
        RefusedError: there is none.
        AccessDeniedError: the viewer may not read it.
    """
    adoption = Adoption.objects.select_related("study", "run").filter(pk=adoption_id).first()
    if adoption is None:
        raise UnknownPartError
    area = AreaId(adoption.area)
    if not viewer.may(Permission.STUDY_VIEW, area):
        raise AccessDeniedError
    state = AdoptionState(adoption.state)
    told = state in PENDING or state in (AdoptionState.FAILED, AdoptionState.IN_FORCE)
    failed = told and adoption.failure is not None
    problem = load(Bilingual, adoption.failure) if failed else None
    plan, foreseen = None, _Foreseen()
    # Whatever is wrong with the plan, a person must be able to reject or withdraw it here.
    try:
        plan = read_plan(adoption.plan)
        if state in PENDING:
            foreseen = _foreseen(plan, area, language, now_s)
    except UNFIT as error:
        problem = said(error)
    return AdoptionPage(
        adoption=adoption,
        plan=plan,
        present=foreseen.present,
        changes=foreseen.changes,
        duty=foreseen.duty,
        grids=foreseen.grids,
        moving=foreseen.moving,
        short=foreseen.short,
        over=foreseen.over,
        kept=promise_seen(viewer, adoption, now_s=now_s),
        may_decide=viewer.may(Permission.STUDY_APPROVE, area),
        may_withdraw=may_edit(viewer, adoption.study),
        is_proposer=viewer.staff_id == adoption.proposed_by,
        allowed=frozenset(ADOPTION_LIFE_CYCLE.allowed_actions(state)),
        problem=problem,
    )


def _foreseen(plan: Plan, area: AreaId, language: str, now_s: float) -> _Foreseen:
    now = posting_now(plan.code, now_s)
    posting, stationing = posting_that_fits(plan, area, now_s)
    present = plan_in_force("present", Bilingual("", ""), now_s)
    plan = plan_within(plan, area, now, now_s)
    changes, duty = with_duty(changes_of(plan, language), now, posting, area)
    before = {post.post_id: post for post in present_posts()}
    grids = compare_grids(
        {post: one.grid for post, one in before.items() if one.grid},
        {post: grid for post, grid in grids_after(plan, before).items() if grid},
        village_seats(),
    )
    return _Foreseen(
        present=replace(present, grids=grids_in_force()),
        changes=changes,
        duty=duty,
        grids=grids,
        moving=len(stationing.moved),
        short=sum(stationing.short.values()),
        over=len(stationing.over),
    )


def area_names(studies: Sequence[Study]) -> list[str]:
    """The areas of studies, to be named."""
    return sorted({study.area for study in studies})


def _within(viewer: Viewer) -> Q:
    areas = viewer.areas_with(Permission.STUDY_VIEW)
    if not areas:
        raise AccessDeniedError
    found = Q()
    for area in areas:
        found |= Q(area__startswith=area_prefix(area))
    return found
