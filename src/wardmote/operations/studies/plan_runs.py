"""What runs that make plans compute, on a ground that is ready; see `computing`."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.plain import JsonValue, dump, load
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.standards import ResponseStandard, shipped_standard
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.changed_demand import ChangedPlace, changed_demand
from wardmote.core.studies.duty_hours import as_staffed
from wardmote.core.studies.figures import outcome_document
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.own_candidates import read_own, with_own
from wardmote.core.studies.part import Part, part_of
from wardmote.core.studies.plan import Plan, PlannedShift, plan_document, read_plan
from wardmote.core.studies.proposing import Proposal, propose_posts
from wardmote.core.studies.questions import (
    ALIKE,
    PostObjective,
    PostQuestion,
    ResitingTerms,
    ShiftQuestion,
)
from wardmote.core.studies.rehearsing import rehearse
from wardmote.core.studies.relocating import MoveSearch, propose_relocation, ways_of
from wardmote.core.studies.resiting import resite
from wardmote.core.studies.scenario import AS_USUAL
from wardmote.core.studies.shifting import propose_shifts
from wardmote.core.studies.trial import TrialSetting, run_trial
from wardmote.operations.journal import clock
from wardmote.operations.local_time import midnight_s
from wardmote.operations.places import selectors as places
from wardmote.operations.studies.made import (
    FRONT_FORMAT,
    RELOCATION_FORMAT,
    RESITING_FORMAT,
    SHIFTS_FORMAT,
)
from wardmote.operations.studies.own_records import DemandSource, own_records
from wardmote.operations.studies.watching import Watch

MOST_CHANGES = 40
"""Places whose calls changed most."""
GroundNow = Callable[[ResponseStandard, DemandSource], Ground]


def proposed(ground_now: GroundNow, request: JsonValue, watch: Watch) -> JsonValue:
    """Posts for the study's area: a plan, or a front of plans."""
    ground = ground_now(_standard(request["standard"]), DemandSource(request["demand"]))
    listed = read_own(request.get("candidates", []))
    if listed:
        candidates = with_own(
            ground.candidates, listed, ground.book, ground.travel,
            besides=bool(request.get("besides")),
        )  # fmt: skip
        ground = replace(ground, candidates=candidates)
    question = _question(request)
    rehearse(question.objective, measured=question.busy_measured)
    found = propose_posts(
        ground,
        question,
        watch.control(float(request["seconds"]), request["seed"]),
        part=_part(ground, request),
        name=Bilingual(request["name"], request["name"]),
        watch=watch.stands,
    )
    if found.needed is not None:
        raise found.needed.problem
    if found.plan is None:
        raise Problem(
            zh="没有方案能满足这些条件，或在限定时间内未找到；请增加快反点数、减少保留点或延长时间。",
            en="No plan keeps these conditions, or none was found in time. Allow more posts, keep "
            "fewer, or search longer.",
        )
    if question.objective is PostObjective.FRONT:
        return _front(found, [ground.standard, *question.also])
    return plan_document(found.plan)


def _question(request: JsonValue) -> PostQuestion:
    """The question of a request; those asked before some of it could be asked lack a few fields."""
    also = request.get("also")
    return PostQuestion(
        posts=request["posts"],
        objective=PostObjective(request["objective"]),
        units=request.get("units"),
        keep=tuple(request["keep"]),
        close=tuple(request["close"]),
        budget=float("inf") if request.get("budget") is None else float(request["budget"]),
        cost_new=request.get("cost_new", 1.0),
        cost_standing=request.get("cost_standing", 1.0),
        units_at_post=request.get("units_at_post", 20),
        busy_share=request.get("busy_share", 0.3),
        busy_measured=request.get("busy_measured", False),
        also=(shipped_standard(also),) if also else (),
        steps=request.get("steps", 8),
        weights=tuple(request.get("weights", ALIKE)),
    )


def _front(found: Proposal, standards: list[ResponseStandard]) -> JsonValue:
    return {
        "format": FRONT_FORMAT,
        "plan": None,
        "plans": [plan_document(plan) for plan, _ in found.front],
        "shares": [list(shares) for _, shares in found.front],
        "standards": [one.code for one in standards],
        "ended": found.front_ended,
    }


def shifted(ground_now: GroundNow, request: JsonValue, watch: Watch) -> JsonValue:
    """Shifts for a plan, tried beside the same plan with all units always on duty."""
    ground = ground_now(_standard(""), DemandSource(request["demand"]))
    plan = read_plan(request["plan"])
    question = load(ShiftQuestion, request["question"])
    found = propose_shifts(
        ground, plan, question, part=_part(ground, request), staffed=_staffed(request)
    )
    outcome = run_trial(
        ground,
        [
            staffed_as_asked(one, request)
            for one in (
                replace(
                    plan, code="throughout", name=_told(plan, "全员值勤", "all on duty"), shifts=()
                ),
                replace(found.plan, code="shifts", name=_told(plan, "按班次", "by shift")),
            )
        ],
        [AS_USUAL],
        _setting(request),
        should_stop=watch.should_stop,
        report=watch.tell,
        keeping=places.cover_keeping_in_force(clock.now_s()),
    )
    return {
        "format": SHIFTS_FORMAT,
        "plan": plan_document(found.plan),
        "starts": list(question.starts),
        "calls": [round(one, 4) for one in found.calls.tolist()],
        "load": [round(one, 4) for one in found.load.tolist()],
        "needed": found.needed.tolist(),
        "wanted": found.wanted.tolist(),
        "on_duty": found.on_duty.tolist(),
        "all_busy": [round(one, 6) for one in found.all_busy.tolist()],
        "short": found.short,
        "unit_hours_a_week": found.unit_hours_a_week,
        "throughout": found.throughout,
        "trial": outcome_document(outcome),
    }


def staffed_as_asked(plan: Plan, request: JsonValue) -> Plan:
    """The plan with posts outside the study's area on duty as they were when it was asked."""
    there = request.get("staffed")
    return plan if there is None else as_staffed(plan, there["posts"], _staffed(request))


def _staffed(request: JsonValue) -> tuple[PlannedShift, ...]:
    there = request.get("staffed")
    return () if there is None else tuple(load(PlannedShift, one) for one in there["shifts"])


def _told(plan: Plan, zh: str, en: str) -> Bilingual:
    """The plan's name with what tells it from the other one."""
    return Bilingual(f"{plan.name.zh}（{zh}）", f"{plan.name.en} ({en})")


def relocated(ground_now: GroundNow, request: JsonValue, watch: Watch) -> JsonValue:
    """Where free units of a plan go: the ways that were tried, the best proved on other calls."""
    ground = ground_now(_standard(""), DemandSource(request["demand"]))
    plan = read_plan(request["plan"])
    found = propose_relocation(
        ground,
        plan,
        _setting(request),
        ways=ways_of(MoveSearch(request.get("method", MoveSearch.COVER)), len(plan.posts)),
        should_stop=watch.should_stop,
        report=watch.tell,
        keeping=places.cover_keeping_in_force(clock.now_s()),
    )
    return {
        "format": RELOCATION_FORMAT,
        "plan": plan_document(found.plan) if found.better else None,
        "choices": [
            {
                "choice": dump(one.way),
                "in_time": None if one.in_time is None else dump(one.in_time),
                "gain": None if one.gain is None else dump(one.gain),
            }
            for one in found.tried
        ],
        "best": found.best,
        "better": found.better,
        "trial": outcome_document(found.outcome),
    }


def resited(ground_now: GroundNow, request: JsonValue, watch: Watch) -> JsonValue:
    """Posts of a plan that should move by now, and how calls have changed."""
    source = DemandSource(request["demand"])
    ground = ground_now(_standard(""), source)
    # First, because it may refuse the day: a search of an hour would be lost by it.
    changes = _changes(ground, request, source)
    found = resite(
        ground,
        read_plan(request["plan"]),
        load(ResitingTerms, request["terms"]),
        watch.control(float(request["seconds"]), request["seed"]),
        part=_part(ground, request),
        watch=watch.stands,
    )
    return {
        "format": RESITING_FORMAT,
        "plan": plan_document(found.plan) if found.moves else None,
        "moves": [dump(one) for one in found.moves],
        "staying": found.staying,
        "proof": dump(found.proof),
        "since": request["since"],
        "changes": [dump(one) for one in changes],
    }


def _changes(ground: Ground, request: JsonValue, source: DemandSource) -> tuple[ChangedPlace, ...]:
    """Places of the study's area whose calls changed most since the day that was chosen."""
    if request["since"] is None:
        return ()
    now_s, area = clock.now_s(), AreaId(request["area"])
    records = own_records(source, places.location_index().whole_area, now_s=now_s)
    if records is None:
        return ()
    since_s = midnight_s(datetime.date.fromisoformat(request["since"]))
    found = changed_demand(records.calls, records.origin_of, ground.book, since_s, now_s)
    return tuple(one for one in found if not one.area or area_contains(area, one.area))[
        :MOST_CHANGES
    ]


def _setting(request: JsonValue) -> TrialSetting:
    return TrialSetting(seed=request["seed"], runs=request["runs"], days=float(request["days"]))


def _standard(code: str) -> ResponseStandard:
    return shipped_standard(code) if code else places.standard_in_force(clock.now_s())


def _part(ground: Ground, request: JsonValue) -> Part | None:
    """The study's area, unless it is the whole place."""
    area = AreaId(request.get("area") or places.location_index().whole_area)
    if area_contains(area, places.location_index().whole_area):
        return None
    now_s = clock.now_s()
    return part_of(ground, area, lambda lon, lat: places.locate(lon, lat, now_s).area)
