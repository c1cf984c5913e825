"""Plans and scenarios of a study: taking over, uploading, copying, editing, dropping."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import get_language

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.places import Post
from wardmote.core.domain.plain import InvalidDataError, JsonValue
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.study_events import StudyPlanKept
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.documents import field_problem, is_readable
from wardmote.core.studies.plan import MAX_NAME, Plan, PlannedPost, plan_document, read_plan
from wardmote.core.studies.plan_files import read_plan_file, with_own_ids
from wardmote.core.studies.scenario import Scenario, read_scenario, scenario_document
from wardmote.core.studies.trial_limits import check_trial
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.studies.errors import (
    DocumentRefusedError,
    NotPossibleNowError,
    PlanChangedError,
    TextNeededError,
    TooManyError,
    TrialRefusedError,
    UnknownPartError,
    UnreadableTextError,
)
from wardmote.operations.studies.made import made_plan
from wardmote.operations.studies.models import GridGround, Study, StudyPlan, StudyScenario
from wardmote.operations.studies.present import plan_in_force, present_posts
from wardmote.operations.studies.rights import study_to_edit

MAX_PLANS = 30
MAX_SCENARIOS = 30

PLAN_NOT_ADDED = "plan_not_added"
"""Of a finished run whose plan the study could not take."""

IN_FORCE, PROPOSED, UPLOADED, EDITED = "in_force", "proposed", "uploaded", "edited"

_PLAN = Bilingual("方案", "plan")
_SCENARIO = Bilingual("情景", "scenario")


def add_present_plan(viewer: Viewer, study_id: str, name: str, *, now_s: float) -> str:
    """Add the posting in force as a plan; returns the plan's id.

    Raises:
        RefusedError: no such study, closed, full, or there are no posts.
        AccessDeniedError: the viewer may not change it.
    """
    with transaction.atomic():
        study = study_to_edit(viewer, study_id)
        try:
            plan = plan_in_force("present", Bilingual(name, name), now_s)
        except InvalidDataError as error:
            raise _refused(field_problem(error, _PLAN)) from error
        return keep_plan(study, plan, IN_FORCE, name, actor=viewer.staff_id, now_s=now_s)


def upload_plan(viewer: Viewer, study_id: str, name: str, data: JsonValue, *, now_s: float) -> str:
    """Add a plan from a file (``wardmote-plan/1``, or its posts as GeoJSON); returns the plan's id.

    Without a `name` it keeps the name of the file's plan. A post that has the id of one outside
    the study's area, and stands elsewhere, is another post and gets an id of its own.

    Raises:
        RefusedError: no such study, closed, full, or the file does not fit.
        AccessDeniedError: the viewer may not change it.
    """
    with transaction.atomic():
        study = study_to_edit(viewer, study_id)
        plan = with_own_ids(_read_file(data), _elsewhere(AreaId(study.area)))
        shown = name.strip() or plan.name.in_language(get_language() or "") or plan.code
        return keep_plan(study, plan, UPLOADED, shown, actor=viewer.staff_id, now_s=now_s)


def copy_plan(viewer: Viewer, study_id: str, plan_id: str, name: str, *, now_s: float) -> str:
    """Add a copy of a plan, to be edited; returns the copy's id.

    Raises:
        RefusedError: no such study or plan, closed, full, or without a name.
        AccessDeniedError: the viewer may not change it.
    """
    with transaction.atomic():
        study = study_to_edit(viewer, study_id)
        row = plan_of(study, plan_id)
        plan, shown = _read_plan(row.plan), _name(name)
        return keep_plan(
            study, plan, EDITED, shown, actor=viewer.staff_id, now_s=now_s, ground=row.grid_ground
        )


def edit_plan(
    viewer: Viewer,
    study_id: str,
    plan_id: str,
    name: str,
    data: JsonValue,
    *,
    now_s: float,
    changed_s: float | None = None,
) -> None:
    """Replace what a plan says.

    What its grids were cut from stays with it while there are grids and no post moves.

    Args:
        changed_s: when the plan had last been saved as its editor read it; None to replace
            whatever is there.

    Raises:
        RefusedError: no such study or plan, closed, saved by somebody else since, or the plan does
            not fit.
        AccessDeniedError: the viewer may not change it.
    """
    with transaction.atomic():
        study = study_to_edit(viewer, study_id)
        row = plan_of(study, plan_id)
        if changed_s is not None and changed_s != row.changed_s:
            raise PlanChangedError
        row.name = _name(name)
        plan = _read_plan(data)
        if plan.grids is None or _places(plan.posts) != _places(read_plan(row.plan).posts):
            row.grid_ground = None
        row.plan = plan_document(plan.renamed(row.code, Bilingual(row.name, row.name)))
        row.source = EDITED
        row.changed_s = now_s
        row.save(update_fields=["name", "plan", "source", "changed_s", "grid_ground"])
        _record(study, row, len(plan.posts), viewer.staff_id, now_s)


def drop_plan(viewer: Viewer, study_id: str, plan_id: str) -> None:
    """Show a plan no longer; runs that tried it keep it.

    Raises:
        RefusedError: no such study or plan, or closed.
        AccessDeniedError: the viewer may not change it.
    """
    with transaction.atomic():
        row = plan_of(study_to_edit(viewer, study_id), plan_id)
        row.dropped = True
        row.save(update_fields=["dropped"])


def add_scenario(viewer: Viewer, study_id: str, name: str, data: JsonValue, *, now_s: float) -> str:
    """Add a what-if (``wardmote-scenario/1``); returns its id.

    Raises:
        RefusedError: no such study, closed, full, without a name, or the what-if does not fit.
        AccessDeniedError: the viewer may not change it.
    """
    with transaction.atomic():
        study = study_to_edit(viewer, study_id)
        shown = _name(name)
        if study.scenarios.filter(dropped=False).count() >= MAX_SCENARIOS:
            raise TooManyError(most=MAX_SCENARIOS)
        code = _next_code("s", study.scenarios.values_list("code", flat=True))
        scenario = read_scenario_of({**data, "code": code, "name": {"zh": shown, "en": shown}})
        row = StudyScenario.objects.create(
            id=new_id(now_s),
            study=study,
            code=code,
            name=shown,
            scenario=scenario_document(scenario),
            made_by=viewer.staff_id,
            made_s=now_s,
        )
        return row.pk


def drop_scenario(viewer: Viewer, study_id: str, scenario_id: str) -> None:
    """Show a what-if no longer; runs that used it keep it.

    Raises:
        RefusedError: no such study or scenario, or closed.
        AccessDeniedError: the viewer may not change it.
    """
    with transaction.atomic():
        study = study_to_edit(viewer, study_id)
        row = study.scenarios.filter(pk=scenario_id, dropped=False).first()
        if row is None:
            raise UnknownPartError
        row.dropped = True
        row.save(update_fields=["dropped"])


def add_made_plan(viewer: Viewer, study_id: str, run_id: str, *, now_s: float) -> str:
    """Add the plan of a finished run that could not be added then; returns the plan's id.

    Raises:
        RefusedError: no such study or run, closed, full, or the plan was added already.
        AccessDeniedError: the viewer may not change it.
    """
    with transaction.atomic():
        study = study_to_edit(viewer, study_id)
        run = study.runs.select_for_update().filter(pk=run_id).first()
        if run is None:
            raise UnknownPartError
        made = made_plan(run.outcome)
        if made is None or run.failure != PLAN_NOT_ADDED:
            raise NotPossibleNowError
        plan, name = _read_plan(made), str(run.request["name"])
        kept = keep_plan(
            study, plan, PROPOSED, name, actor=viewer.staff_id, now_s=now_s,
            ground=run.grid_grounds.order_by("-pk").first(),
        )  # fmt: skip
        run.failure = ""
        run.save(update_fields=["failure"])
        return kept


def keep_front_plan(
    viewer: Viewer, study_id: str, run_id: str, row: int, name: str, *, now_s: float
) -> str:
    """Add one plan of a front to the study; returns the plan's id.

    Args:
        row: from 0, in the order of the front.

    Raises:
        RefusedError: no such study, run or plan, closed, full, or without a name.
        AccessDeniedError: the viewer may not change it.
    """
    with transaction.atomic():
        study = study_to_edit(viewer, study_id)
        run = study.runs.filter(pk=run_id).first()
        plans = (run.outcome or {}).get("plans", []) if run is not None else []
        if not 0 <= row < len(plans):
            raise UnknownPartError
        plan = _read_plan(plans[row])
        return keep_plan(study, plan, PROPOSED, _name(name), actor=viewer.staff_id, now_s=now_s)


def has_room(study: Study) -> bool:
    """Whether a study can take one more plan."""
    return study.plans.filter(dropped=False).count() < MAX_PLANS


def require_room(study: Study) -> None:
    """Refuse where a plan that is to be made could not be added.

    Raises:
        TooManyError: the study is full.
    """
    if not has_room(study):
        raise TooManyError(most=MAX_PLANS)


def require_trial(
    plans: Sequence[JsonValue], scenarios: Sequence[JsonValue], *, runs: int, days: int
) -> None:
    """Refuse a trial of these documents that would be too much, or leave a festival uncounted.

    Raises:
        TrialRefusedError: it says what to change.
    """
    try:
        check_trial(
            [read_plan(one) for one in plans],
            [read_scenario(one) for one in scenarios],
            runs=runs,
            days=float(days),
        )
    except Problem as problem:
        said = problem.message.in_language(get_language() or "")
        raise TrialRefusedError(problem=said) from problem


def keep_plan(
    study: Study,
    plan: Plan,
    source: str,
    name: str,
    *,
    actor: str,
    now_s: float,
    ground: GridGround | None = None,
) -> str:
    """Add a plan to a locked study; returns its id.

    Args:
        ground: what its grids were cut from.

    Raises:
        RefusedError: the study is full, or the name cannot be kept.
    """
    require_room(study)
    code = _next_code("p", study.plans.values_list("code", flat=True))
    shown = _name(name.strip() or code)
    row = StudyPlan.objects.create(
        id=new_id(now_s),
        study=study,
        code=code,
        name=shown,
        source=source,
        plan=plan_document(plan.renamed(code, Bilingual(shown, shown))),
        made_by=actor,
        made_s=now_s,
        changed_s=now_s,
        grid_ground=ground,
    )
    _record(study, row, len(plan.posts), actor, now_s)
    return row.pk


def plan_of(study: Study, plan_id: str) -> StudyPlan:
    """A plan of a study that was not dropped.

    Raises:
        UnknownPartError: there is none.
    """
    row = study.plans.filter(pk=plan_id, dropped=False).first()
    if row is None:
        raise UnknownPartError
    return row


def read_scenario_of(data: JsonValue) -> Scenario:
    """A scenario from its document.

    Raises:
        DocumentRefusedError: it does not fit.
    """
    try:
        return read_scenario(data)
    except Problem as problem:
        raise _refused(problem) from problem


def _places(posts: Iterable[PlannedPost]) -> list[tuple[str, float, float]]:
    return [(post.id, post.lon, post.lat) for post in posts]


def _name(text: str) -> str:
    """A name as it is kept.

    Raises:
        RefusedError: there is none, or it holds what databases cannot keep.
    """
    shown = text.strip()[:MAX_NAME]
    if not shown:
        raise TextNeededError(field="name")
    if not is_readable(shown):
        raise UnreadableTextError(field="name")
    return shown


def _read_file(data: JsonValue) -> Plan:
    try:
        return read_plan_file(data)
    except Problem as problem:
        raise _refused(problem) from problem


def _elsewhere(area: AreaId) -> tuple[Post, ...]:
    """Posts in force outside an area."""
    return tuple(post for post in present_posts() if not area_contains(area, post.area))


def _read_plan(data: JsonValue) -> Plan:
    try:
        return read_plan(data)
    except Problem as problem:
        raise _refused(problem) from problem


def _refused(problem: Problem) -> DocumentRefusedError:
    return DocumentRefusedError(problem=problem.message.in_language(get_language() or ""))


def _next_code(letter: str, taken: Iterable[str]) -> str:
    known = set(taken)
    number = 1
    while f"{letter}{number}" in known:
        number += 1
    return f"{letter}{number}"


def _record(study: Study, row: StudyPlan, posts: int, actor: str, now_s: float) -> None:
    event = StudyPlanKept(study.pk, row.pk, row.source, posts)
    record([event], actor=actor, area=AreaId(study.area), now_s=now_s)
