"""What the computing side does to runs: claim one, tell progress, end it.

A run is claimed by a conditional update, so that two servers never compute the same one; whoever
holds no claim any more changes nothing.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.plain import JsonValue, dump
from wardmote.core.domain.study import (
    KEEPS_BEST,
    RunAction,
    RunKind,
    RunState,
    StudyState,
)
from wardmote.core.domain.study_events import StudyRunMoved
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.plan import read_plan
from wardmote.operations.journal.services import record
from wardmote.operations.studies.made import made_plan
from wardmote.operations.studies.models import Run, Study
from wardmote.operations.studies.services.planning import (
    PLAN_NOT_ADDED,
    PROPOSED,
    has_room,
    keep_plan,
)
from wardmote.operations.studies.services.running import write_move

ACTOR = "rule:studies"
SERVER_STOPPED = "server_stopped"
PROCESS_ENDED = "process_ended"
PROBLEM = "problem"


def claim_next(claim: str, *, now_s: float) -> str | None:
    """Take the run that has waited longest; returns its id, or None when there is none.

    `claim` names the holder and is never used again for another run.
    """
    waiting = Run.objects.filter(state=RunState.QUEUED.value).order_by("asked_s", "pk")
    for run_id in waiting.values_list("pk", flat=True)[:5]:
        with transaction.atomic():
            taken = Run.objects.filter(pk=run_id, state=RunState.QUEUED.value).update(
                state=RunState.RUNNING.value,
                claim=claim,
                attempt=F("attempt") + 1,
                done=0,
                standing=None,
                started_s=now_s,
                ended_s=None,
                failure="",
            )
            if taken:
                run = Run.objects.select_related("study").get(pk=run_id)
                event = StudyRunMoved(
                    run.study_id, run_id, RunKind(run.kind), RunAction.CLAIM, RunState.RUNNING, ""
                )
                record([event], actor=ACTOR, area=AreaId(run.study.area), now_s=now_s)
                return run_id
    return None


def tell_progress(
    run_id: str, claim: str, done: int, total: int, standing: JsonValue | None = None
) -> bool:
    """Write how far a run is, and the best so far; returns whether it should go on."""
    held = Run.objects.filter(pk=run_id, claim=claim, state=RunState.RUNNING.value)
    return held.update(done=done, total=total, standing=standing) > 0


def finish(run_id: str, claim: str, outcome: JsonValue, *, now_s: float) -> bool:
    """Keep what came out; returns whether the claim still held.

    A run that was asked to end is cancelled all the same; one that searches (`KEEPS_BEST`) leaves
    the best that it had found.

    The plan that a run makes is added to the study in the same transaction. Where the study was
    closed or filled meanwhile, it is kept with the run alone, which says so (`PLAN_NOT_ADDED`) and
    may add it later.
    """
    with transaction.atomic():
        run = _held(run_id, claim)
        if run is None:
            return False
        stopped = run.state == RunState.CANCELLING.value and RunKind(run.kind) in KEEPS_BEST
        if run.state != RunState.RUNNING.value and not stopped:
            return False
        write_move(
            run, RunAction.STOP if stopped else RunAction.FINISH, actor=ACTOR, now_s=now_s,
            reason=_plan_added(run, outcome, now_s), outcome=outcome, ended_s=now_s,
            done=run.done if stopped else max(run.done, run.total),
        )  # fmt: skip
        return True


def _plan_added(run: Run, outcome: JsonValue, now_s: float) -> str:
    """Add the plan that a run made to its study; the code of why it could not be, or nothing."""
    made = made_plan(outcome)
    if made is None:
        return ""
    if run.study.state != StudyState.OPEN.value or not has_room(run.study):
        return PLAN_NOT_ADDED
    plan, name = read_plan(made), str(run.request["name"])
    ground = run.grid_grounds.order_by("-pk").first()
    keep_plan(run.study, plan, PROPOSED, name, actor=run.asked_by, now_s=now_s, ground=ground)
    return ""


def fail(
    run_id: str, claim: str, reason: str, *, now_s: float, problem: Bilingual | None = None
) -> None:
    """Note that a run ended without an outcome; one that was being cancelled is cancelled.

    `problem` is what the planner can mend; it is kept where the outcome would be.
    """
    with transaction.atomic():
        run = _held(run_id, claim)
        if run is not None:
            if problem is not None and run.state == RunState.RUNNING.value:
                run.outcome = {"problem": dump(problem)}
                run.save(update_fields=["outcome"])
            _end(run, reason, now_s)


def is_wanted(run_id: str, claim: str) -> bool:
    """Whether the holder of the claim should go on."""
    held = Run.objects.filter(pk=run_id, claim=claim, state=RunState.RUNNING.value)
    return held.exists()


def ends_itself(run_id: str, claim: str) -> bool:
    """Whether a run that was asked to end is to hand back the best it has found first."""
    kinds = [kind.value for kind in KEEPS_BEST]
    return Run.objects.filter(
        pk=run_id, claim=claim, state=RunState.CANCELLING.value, kind__in=kinds
    ).exists()


def give_up_lost(*, now_s: float) -> int:
    """Fail every run that a server had begun and did not end; returns how many.

    Called at the start of the only server of a deployment: whatever was running has died with
    the last one.
    """
    lost = [RunState.RUNNING.value, RunState.CANCELLING.value]
    with transaction.atomic():
        runs = list(Run.objects.select_related("study").filter(state__in=lost))
        for run in runs:
            _end(run, SERVER_STOPPED, now_s)
    return len(runs)


def _held(run_id: str, claim: str) -> Run | None:
    """The run, locked after its study: the order in which everybody locks them."""
    held = Run.objects.filter(pk=run_id, claim=claim)
    study = Study.objects.select_for_update().filter(pk__in=held.values("study_id")).first()
    run = held.select_for_update().first()
    if run is not None and study is not None:
        run.study = study
    return run


def _end(run: Run, reason: str, now_s: float) -> None:
    if run.state == RunState.CANCELLING.value:
        write_move(run, RunAction.STOP, actor=ACTOR, now_s=now_s, ended_s=now_s)
    elif run.state == RunState.RUNNING.value:
        write_move(run, RunAction.FAIL, actor=ACTOR, now_s=now_s, reason=reason, ended_s=now_s)
