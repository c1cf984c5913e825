"""A day on which the rooms have something, made through their own services."""

from __future__ import annotations

from django.db import transaction
from tests.unit.operations.hazards import cast as hazards_cast
from tests.unit.operations.inspections import cast as checks_cast
from tests.unit.operations.small_place import COUNTY, DISPATCHER, NOW_S, SUPERVISOR
from tests.unit.operations.tasks import beat_place as task_cast

from wardmote.core.domain.contingency import Subject
from wardmote.core.domain.text import Bilingual
from wardmote.operations.duty import selectors as levels
from wardmote.operations.duty import services as duty
from wardmote.operations.incidents import services as incidents
from wardmote.operations.tasks import services as tasks
from wardmote.operations.tasks.services import Whereabouts

HOUR_S = 3_600.0
THERE = Whereabouts(task_cast.PLACE.lon, task_cast.PLACE.lat)
SEEN = {"seen": True}
CALL = incidents.NewCall("dispute.neighbour", "phone", lon=111.15, lat=27.05)
STEPS = {
    "steps": [{"what": {"zh": "封控", "en": "Seal off"}, "role": "leader", "minutes": 5}],
    "triggers": [],
}


def task(code: str, **changed: object) -> str:
    with transaction.atomic():
        return tasks.make(task_cast.request(code, **changed), actor="rule:test", now_s=NOW_S)


def do(task_id: str, at_s: float) -> None:
    who = task_cast.ASSISTANT
    tasks.check_in(who, task_id, THERE, now_s=at_s)
    tasks.finish(who, task_id, SEEN, now_s=at_s)


def make_tasks() -> str:
    """Six that count: on time, late, expired, three undone; returns one of these."""
    do(task("on time"), NOW_S + HOUR_S)
    do(task("late"), NOW_S + HOUR_S + 1)
    task("expired", useless_after_s=NOW_S + HOUR_S)
    tasks.release_and_expire(NOW_S + HOUR_S + 2)
    cancelled = task("cancelled")
    tasks.cancel(task_cast.CHIEF, cancelled, "not_needed", now_s=NOW_S)
    task("drill", drill=True)
    task("undone", minutes=481)
    task("never")
    return task("later")


def make_hazards() -> str:
    """One closed, one returned, one that repeats the first; returns the part returned."""
    _hazard, closed = hazards_cast.given(key="a")
    hazards_cast.hand_in(closed, NOW_S + 1)
    hazards_cast.check(closed, NOW_S + 2)
    _hazard, returned = hazards_cast.given(key="b")
    hazards_cast.hand_in(returned, NOW_S + 1)
    hazards_cast.check(returned, NOW_S + 2, passed=False)
    hazards_cast.reported("c", NOW_S + 3)
    return returned


def make_duty() -> None:
    """A level in force, a plan put to use, and a drill of it."""
    found = levels.levels_in_force(NOW_S).of("level_1")
    shown = levels.effects_of(COUNTY, found, NOW_S).digest
    switch = duty.propose_switch(task_cast.CHIEF, COUNTY, "level_1", shown, "Festival", now_s=NOW_S)
    duty.approve_switch(SUPERVISOR, switch, shown, now_s=NOW_S)
    new = duty.NewPlan(COUNTY, Bilingual("庙会预案", "Fair plan"), STEPS)
    plan = duty.write_plan(task_cast.CHIEF, new, now_s=NOW_S)
    duty.approve_version(SUPERVISOR, plan, 1, now_s=NOW_S)
    for key, drill in (("real", False), ("drill", True)):
        start = duty.Start(plan, Subject.EVENT, "Fair", key, drill, (("a1", "leader"),))
        duty.activate(task_cast.CHIEF, start, now_s=NOW_S)


def make_day() -> tuple[str, str, str]:
    """Everything; returns a task that is undone, a part that was returned, and a call."""
    undone = make_tasks()
    returned = make_hazards()
    checks_cast.recorded(wanting=True, person="a1")  # type: ignore[arg-type]  # a person
    checks_cast.drawn(drill=True)
    make_duty()
    call = incidents.enter_call(DISPATCHER, CALL, now_s=NOW_S)
    return undone, returned, call.id
