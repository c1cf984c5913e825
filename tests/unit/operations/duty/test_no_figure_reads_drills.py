"""No figure reads drills: every selector that can be asked is asked before and after drills.

The selectors are found by walking the modules of operations, so one that is added is asked too.
"""

from __future__ import annotations

import dataclasses
import datetime
import importlib
import inspect
import pkgutil
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, SUPERVISOR, viewer

import wardmote.operations
from wardmote.core.beat.hazard_figures import Period as HazardPeriod
from wardmote.core.domain.contingency import StepAction, Subject
from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.permissions import Permission, Role
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.task import TaskKind, TaskRequest, TaskSource
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.periods import Period, PeriodKind, period_of
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.counting import Window
from wardmote.operations.duty import services
from wardmote.operations.incidents import history
from wardmote.operations.incidents import services as incidents
from wardmote.operations.local_time import local_day
from wardmote.operations.people.services import open_account
from wardmote.operations.places import selectors as places
from wardmote.operations.refusals import RefusedError
from wardmote.operations.tasks.services import make
from wardmote.operations.training.errors import NotATrainingRoomError

DAY_S = 86_400.0
DAY = datetime.date(2026, 11, 18)
CHIEF = viewer((Role.STATION_CHIEF, COUNTY), staff="chief")
EVERYTHING = viewer(*((role, COUNTY) for role in Role), staff="boss")
"""Holds every right, and takes part in no drill."""

READS = ("selectors", "history", "counted", "assessed")
"""What modules are called that read figures and lists."""

FIRST, LAST = NOW_S - DAY_S, NOW_S + DAY_S
BY_NAME: Mapping[str, Any] = {
    "viewer": EVERYTHING, "now_s": LAST, "at_s": NOW_S + 30, "start_s": FIRST, "end_s": LAST,
    "since_s": FIRST, "until_s": LAST, "midnight_s": FIRST, "area": COUNTY, "areas": [COUNTY],
    "lon": 111.15, "lat": 27.05, "first": DAY, "last": DAY, "day": DAY, "today": DAY,
    "language": "en", "limit": 100, "cell_m": 500.0, "category": "dispute", "channels": ["phone"],
    "permission": Permission.DUTY_VIEW, "days": 30, "text": "1",
}  # fmt: skip
BY_TYPE: Mapping[type, Any] = {
    HazardPeriod: HazardPeriod(FIRST, LAST, LAST),
    Period: period_of(PeriodKind.WEEK, DAY),
    Window: Window(FIRST, LAST, LAST),
}
DUTY = "duty.selectors.activations.activation_figures"
SHOWN_MARKED = frozenset(
    {
        # Lists of calls show drills to whoever sees the area, and say that they are.
        "dispatch.selectors.board",
        "dispatch.selectors.open_calls",
        # Says where to look; what is counted there leaves drills out.
        "incidents.history.areas_of_calls",
        "incidents.history.filtered_calls",
        "incidents.history.ids_with_number",
        "incidents.selectors.id_of_number",
        "incidents.selectors.nearby_calls",
        "incidents.selectors.open_calls",
        "incidents.selectors.visible",
    }
)
"""Lists, not figures: a drill stands in them with its mark."""
REFUSALS = (AccessDeniedError, RefusedError, Problem, LookupError, NotATrainingRoomError)


def _readers() -> Iterator[tuple[str, Callable[..., object]]]:
    for found in pkgutil.walk_packages(wardmote.operations.__path__, "wardmote.operations."):
        if not set(READS) & set(found.name.split(".")):
            continue
        module = importlib.import_module(found.name)
        for name, thing in vars(module).items():
            own = inspect.isfunction(thing) and thing.__module__ == found.name
            if own and not name.startswith("_"):
                yield f"{found.name.removeprefix('wardmote.operations.')}.{name}", thing


def _arguments(function: Callable[..., object]) -> dict[str, object] | None:
    """What to ask a reader with; None for one that asks about one thing by its id."""
    filled: dict[str, object] = {}
    for one in inspect.signature(function).parameters.values():
        if one.default is not one.empty or one.kind is one.VAR_POSITIONAL:
            continue
        kind = getattr(inspect.getmodule(function), str(one.annotation), None)
        if isinstance(kind, type) and kind in BY_TYPE:
            filled[one.name] = BY_TYPE[kind]
        elif one.name == "wanted" and isinstance(kind, type):
            needed = [field.name for field in inspect.signature(kind).parameters.values()
                      if field.default is field.empty]  # fmt: skip
            filled[one.name] = kind(**{field: BY_NAME[field] for field in needed})
        elif one.name in BY_NAME:
            filled[one.name] = BY_NAME[one.name]
        else:
            return None
    return filled


def _plain(value: object) -> object:
    """An answer in a form that can be compared."""
    if isinstance(value, models.Model):
        plain: object = (type(value).__name__, value.pk)
    elif hasattr(value, "tally") and hasattr(value, "codes"):
        plain = repr(value.tally())
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        plain = [_plain(getattr(value, one.name)) for one in dataclasses.fields(value)]
    elif isinstance(value, Mapping):
        plain = sorted((repr(key), repr(_plain(one))) for key, one in value.items())
    elif isinstance(value, QuerySet | list | tuple | types.GeneratorType):
        plain = [_plain(one) for one in value]
    elif isinstance(value, set | frozenset):
        plain = sorted(map(repr, value))
    else:
        told = type(value).__repr__ is not object.__repr__
        plain = repr(value) if told else type(value).__name__
    return plain


def _asked() -> dict[str, object]:
    """The answers of all readers that can be asked, by their name."""
    places.forget()
    answers: dict[str, object] = {}
    for name, function in _readers():
        arguments = _arguments(function)
        if arguments is None:
            continue
        try:
            with transaction.atomic():
                answers[name] = _plain(function(**arguments))
        except (
            AccessDeniedError,
            RefusedError,
            Problem,
            LookupError,
            NotATrainingRoomError,
        ) as refused:
            answers[name] = f"refused: {type(refused).__name__}"
    return answers


CONTENT = {
    "steps": [{"what": {"zh": "封控", "en": "Seal off"}, "role": "leader", "minutes": 5}],
    "triggers": [{"kind": "category", "code": "dispute"}],
}


def _call(call: str, *, drill: bool) -> None:
    new = incidents.NewCall(
        "dispute.neighbour", "phone", id=IncidentId(call), lon=111.15, lat=27.05, drill=drill
    )
    incidents.enter_call(SUPERVISOR, new, now_s=NOW_S)


def _run(plan: str, *, drill: bool, key: str) -> None:
    start = services.Start(plan, Subject.EVENT, "Fair", key, drill, (("volunteer", "leader"),))
    run = services.activate(CHIEF, start, now_s=NOW_S)
    services.move_step(CHIEF, run, 1, StepAction.FINISH, now_s=NOW_S + 10)


def _task(rule: str, *, drill: bool) -> None:
    request = TaskRequest(
        rule=rule, source=TaskSource("drill"), kind=TaskKind.CHECK,
        title=Bilingual("演练", "Drill"), area=EAST, day=local_day(NOW_S),
        opens_s=NOW_S, due_s=NOW_S + 60, drill=drill,
    )  # fmt: skip
    with transaction.atomic():
        make(request, actor="rule:test", now_s=NOW_S)


def test_drills_enter_no_figure(place: None) -> None:
    for staff in ("chief", "volunteer"):
        made = open_account(staff, "a long password", staff_id=staff, name=Bilingual(staff, staff))
        grant_role(made.pk, Role.VOLUNTEER, EAST, granted_by="test")
    new = services.NewPlan(COUNTY, Bilingual("预案", "Plan"), CONTENT)
    plan = services.write_plan(CHIEF, new, now_s=NOW_S)
    services.approve_version(SUPERVISOR, plan, 1, now_s=NOW_S)
    _asked()  # what is read once for a process
    before = _asked()
    _call("call-00002", drill=True)
    _run(plan, drill=True, key="k1")
    _task("drill", drill=True)
    after = _asked()
    changed = {name for name in before if before[name] != after[name]}
    changed = {name for name in changed if not name.startswith("journal.")}
    unmarked = sorted(changed - SHOWN_MARKED)
    assert not unmarked, unmarked
    # The same, not as a drill, does enter: the figures look where drills would be.
    _call("call-00003", drill=False)
    _run(plan, drill=False, key="k2")
    _task("real", drill=False)
    real = _asked()
    enters = {name for name in before if after[name] != real[name]}
    assert len(before) > 100
    assert {
        "incidents.history.received_between",
        "duty.selectors.activations.activation_figures",
    } <= enters
    assert history
