"""Duty levels, a contingency plan and its drill, a guarded market, a neighbour."""

from __future__ import annotations

from wardmote.config.example_weeks.cast import (
    ASSISTANT,
    CHIEF,
    OFFICER,
    SUPERVISOR,
    VOLUNTEER,
    Cast,
)
from wardmote.core.domain.agreement import AidAction, AidKind
from wardmote.core.domain.contingency import StepAction, Subject
from wardmote.core.domain.event_guard import GuardAction
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.text import Bilingual
from wardmote.operations.duty import services
from wardmote.operations.duty.selectors import effects_of, levels_in_force
from wardmote.operations.duty.services import NewGuard, NewNeighbour, NewPlan, Start

MINUTE_S, DAY_S = 60.0, 86_400.0
_STEPS: JsonValue = [
    {"what": {"zh": "报告值班领导", "en": "Tell the leader"}, "role": "值班员", "minutes": 2},
    {"what": {"zh": "封控出入口", "en": "Hold the entrances"}, "role": "现场组", "minutes": 5},
    {"what": {"zh": "疏导车辆", "en": "Lead the traffic away"}, "role": "交通组", "minutes": 10},
    {"what": {"zh": "清点人员，走访安抚", "en": "Count people, talk to them"}, "role": "社区组",
     "minutes": 30},
]  # fmt: skip


def stand_ready(cast: Cast) -> None:
    """A market day at a higher level last week, a drill, a guard of every market to come."""
    _raise_level(cast)
    _drill(cast)
    _guard_market(cast)
    _ask_neighbour(cast)


def _raise_level(cast: Cast) -> None:
    at_s = cast.at_s(8, 15.0)
    chief, supervisor = cast.person(CHIEF, at_s), cast.person(SUPERVISOR, at_s)
    level = min((one for one in levels_in_force(at_s).levels if one.rank), key=lambda one: one.rank)
    digest = effects_of(cast.town, level, at_s).digest
    until_s = at_s + 1.5 * DAY_S
    switch = services.propose_switch(
        chief, cast.town, level.code, digest, "集镇赶场，人流大", until_s=until_s, now_s=at_s
    )
    services.approve_switch(supervisor, switch, digest, now_s=at_s + 20 * MINUTE_S)
    services.end_due_switches(until_s)


def _drill(cast: Cast) -> None:
    at_s = cast.at_s(5, 10.0)
    chief, supervisor = cast.person(CHIEF, at_s), cast.person(SUPERVISOR, at_s)
    new = NewPlan(
        cast.town,
        Bilingual("集镇突发事件处置预案", "Disturbance at a market"),
        {"steps": _STEPS, "triggers": [{"kind": "category", "code": "public_order"}]},
    )
    plan = services.write_plan(chief, new, now_s=at_s)
    services.approve_version(supervisor, plan, 1, now_s=at_s + DAY_S)
    begin_s = at_s + DAY_S + 60 * MINUTE_S
    people = ((OFFICER, "现场组"), (ASSISTANT, "社区组"), (VOLUNTEER, "交通组"))
    start = Start(plan, Subject.EVENT, "集镇", "example-drill", True, people)
    run = services.activate(chief, start, now_s=begin_s)
    for number, minutes in ((1, 1.0), (2, 4.0), (3, 14.0), (4, 25.0)):
        now_s = begin_s + minutes * MINUTE_S
        services.move_step(chief, run, number, StepAction.FINISH, now_s=now_s)
    services.stand_down(chief, run, now_s=begin_s + 40 * MINUTE_S)
    services.keep_review(
        chief,
        run,
        "交通组到位偏晚：下次提前在路口备好锥桶。",
        {3: "锥桶不在车上"},
        now_s=begin_s + 90 * MINUTE_S,
    )


def _guard_market(cast: Cast) -> None:
    """The market of the lunar calendar's third, eighth, thirteenth … day."""
    at_s = cast.at_s(6, 9.0)
    gate, crossing = cast.points(2)
    content: JsonValue = {
        "recurrence": {"kind": "lunar", "days": [3, 8, 13, 18, 23, 28]},
        "posts": [
            {"title": {"zh": "市场入口", "en": "Entrance"}, "lon": gate.lon, "lat": gate.lat}
        ],
        "traffic": [
            {"title": {"zh": "路口", "en": "Crossing"}, "lon": crossing.lon, "lat": crossing.lat}
        ],
        "duties": [
            {"staff": ASSISTANT, "post": 0, "from_minute": 420, "to_minute": 720},
            {"staff": OFFICER, "post": 1, "from_minute": 420, "to_minute": 720},
        ],
        "checks": [
            {"what": {"zh": "消防通道畅通", "en": "Fire lanes are clear"}, "by_minute": 400}
        ],
    }
    new = NewGuard(cast.town, Bilingual("集镇赶场", "Market of the town"), content)
    guard = services.write_guard(cast.person(CHIEF, at_s), new, now_s=at_s)
    services.move_guard(cast.person(SUPERVISOR, at_s), guard, GuardAction.APPROVE, now_s=at_s + 60)


def _ask_neighbour(cast: Cast) -> None:
    at_s = cast.at_s(12, 19.0)
    chief = cast.person(CHIEF, at_s)
    new = NewNeighbour(
        cast.town,
        Bilingual("邻县派出所", "Station of the next county"),
        "边界三公里内互通警情，先到先处。",
        "（示例）值班电话 0000",
    )
    neighbour = services.keep_neighbour(chief, new, now_s=at_s)
    request = services.ask_neighbour(
        chief, neighbour, AidKind.JOINT_DUTY, "赶场日共同值守边界路口", now_s=at_s + 60.0
    )
    services.move_request(
        chief, request, AidAction.ANSWER, agreed=True, answer="派两人", now_s=at_s + 9 * MINUTE_S
    )
    services.move_request(chief, request, AidAction.END, now_s=at_s + DAY_S)
