"""Drills reach those who take part in them: no board, load, draw or offer shows them to others."""

from __future__ import annotations

import pytest
from django.db import transaction
from tests.unit.operations.duty.test_duty_services import CHIEF, CONTENT
from tests.unit.operations.duty.test_duty_services import plan as new_plan
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, SUPERVISOR, viewer
from tests.unit.operations.tasks.beat_place import DAY, request

from wardmote.core.domain.contingency import StepAction, Subject
from wardmote.core.domain.ids import IncidentId, PersonId
from wardmote.core.domain.permissions import Role, Viewer
from wardmote.core.domain.task import TaskSource
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.duty import errors, selectors, services
from wardmote.operations.incidents import services as incidents
from wardmote.operations.inspections import selectors as inspections
from wardmote.operations.inspections.models import Draw, SpotCheck
from wardmote.operations.people.services import open_account
from wardmote.operations.tasks import selectors as tasks
from wardmote.operations.tasks.errors import UnknownTaskError
from wardmote.operations.tasks.services import make, planned_minutes

INSPECTOR = viewer((Role.INSPECTOR, COUNTY), staff="insp")
DUTY_CHIEF = viewer((Role.STATION_CHIEF, COUNTY), (Role.SUPERVISOR, COUNTY), staff="chief")
OTHER = viewer((Role.INSPECTOR, COUNTY), (Role.AUDITOR, COUNTY), staff="other")
OFFICER = viewer((Role.COMMUNITY_OFFICER, EAST), staff="officer")
WANTED = tasks.BoardFilter(DAY, DAY)


@pytest.fixture(autouse=True)
def _people(place: None) -> None:
    for staff in ("chief", "officer", "volunteer"):
        made = open_account(staff, "a long password", staff_id=staff, name=Bilingual(staff, staff))
        grant_role(made.pk, Role.VOLUNTEER, EAST, granted_by="test")


def drill_task() -> str:
    with transaction.atomic():
        return make(request(drill=True, holder=PersonId("officer")), actor="rule:test", now_s=NOW_S)


def test_the_task_of_a_drill_is_its_holders_alone() -> None:
    task = drill_task()
    assert tasks.task_seen(OFFICER, task).drill
    assert [one.pk for one in tasks.board(OFFICER, WANTED, NOW_S)] == [task]
    for who in (CHIEF, INSPECTOR, SUPERVISOR):
        assert not tasks.board(who, WANTED, NOW_S).exists()
        with pytest.raises(UnknownTaskError):
            tasks.task_seen(who, task)


def _run(call: str) -> str:
    """A drill on a drill call, started by `DUTY_CHIEF`, in which the volunteer takes part."""
    new = incidents.NewCall(
        "dispute.neighbour", "phone", id=IncidentId(call), lon=111.15, lat=27.05, drill=True
    )
    incidents.enter_call(SUPERVISOR, new, now_s=NOW_S)
    people = (("volunteer", "leader"),)
    start = services.Start(new_plan(), Subject.INCIDENT, call, call, True, people)
    return services.activate(DUTY_CHIEF, start, now_s=NOW_S)


def made_by_call(call: str, rule: str = "after_call", **given: object) -> str:
    """A task that a drill call brought about; nobody holds it unless told otherwise."""
    wanted = request(rule=rule, drill=True, source=TaskSource("incident", call), **given)
    with transaction.atomic():
        return make(wanted, actor="rule:test", now_s=NOW_S)


def sees(who: Viewer, task: str) -> tuple[bool, bool]:
    """Whether somebody finds a task on the board, and may look at it."""
    try:
        tasks.task_seen(who, task)
        looks = True
    except UnknownTaskError:
        looks = False
    return tasks.board(who, WANTED, NOW_S).filter(pk=task).exists(), looks


def test_a_task_of_a_drill_reaches_who_started_it_and_who_takes_part() -> None:
    run, unheld = _run("call-00091"), made_by_call("call-00091")
    held = made_by_call("call-00091", "second", holder=PersonId("officer"))
    with transaction.atomic():
        after = make(
            request(rule="third", drill=True, source=TaskSource("task", unheld)),
            actor="rule:test",
            now_s=NOW_S,
        )
    other_drill = made_by_call("call-00092", "fourth")
    taking_part = viewer((Role.VOLUNTEER, EAST), staff="volunteer")
    for task in (unheld, held, after):
        assert sees(DUTY_CHIEF, task) == (True, True)
        # A volunteer sees no board; the page of the drill names the tasks.
        assert sees(taking_part, task) == (False, True)
        for who in (SUPERVISOR, INSPECTOR, OTHER):
            assert sees(who, task) == (False, False)
    assert sees(OFFICER, held) == (True, True)
    assert sees(OFFICER, unheld) == (False, False)
    assert sees(DUTY_CHIEF, other_drill) == (False, False)
    row = selectors.activation_to_see(taking_part, run)
    assert {one.pk for one in tasks.tasks_of_drill(row.subject_code)} == {unheld, held, after}
    assert not planned_minutes(None, DAY, DAY)


def test_a_drill_is_no_load_that_refuses_a_real_task() -> None:
    drill_task()
    assert not planned_minutes(["officer"], DAY, DAY)
    assert not tasks.load_of(OFFICER, WANTED, NOW_S)


def test_a_draw_for_practice_is_seen_by_who_drew_it() -> None:
    row = Draw.objects.create(
        id="d1", name="d1", area=COUNTY, day=DAY, seed="s", candidates={}, wanted={}, drill=True,
        drawn_by="insp", drawn_s=NOW_S,
    )  # fmt: skip
    SpotCheck.objects.create(id="c1", draw=row, place=1, stratum="post", subject="p1", area=EAST)
    assert inspections.draws_seen(INSPECTOR).exists()
    assert inspections.check_seen(INSPECTOR, "c1").pk == "c1"
    assert not inspections.draws_seen(OTHER).exists()
    assert not inspections.checks_seen(OTHER, DAY, DAY).exists()
    assert not inspections.may_see_check(OTHER, "c1")
    with pytest.raises(AccessDeniedError):
        inspections.check_seen(OTHER, "c1")


def started(key: str, code: str = "Fair", plan: str = "", role: str = "observer") -> str:
    made = plan or new_plan()
    start = services.Start(made, Subject.EVENT, code, key, False, (("volunteer", role),))
    return services.activate(CHIEF, start, now_s=NOW_S)


def test_a_step_is_marked_in_its_role_or_by_who_leads() -> None:
    run = started("k1")
    watching = viewer(staff="volunteer")
    for action in (StepAction.FINISH, StepAction.UNDO):
        with pytest.raises(errors.RoleOfStepError) as refused:
            services.move_step(watching, run, 1, action, now_s=NOW_S)
        assert CONTENT["steps"][0]["role"] in refused.value.message()  # type: ignore[index]  # a dict
    services.add_participant(CHIEF, run, "volunteer", "leader", now_s=NOW_S)
    services.move_step(watching, run, 1, StepAction.FINISH, now_s=NOW_S + 1)
    services.move_step(SUPERVISOR, run, 1, StepAction.UNDO, now_s=NOW_S + 2)
    services.move_step(CHIEF, run, 2, StepAction.SKIP, "Road empty", now_s=NOW_S + 3)
    rows = selectors.activation_to_see(CHIEF, run).steps.order_by("number")
    assert [one.state for one in rows] == ["waiting", "skipped"]


def test_a_key_that_started_something_else_is_refused() -> None:
    plan = new_plan()
    run = started("k1", plan=plan)
    assert started("k1", plan=plan) == run
    with pytest.raises(errors.KeyReusedError):
        started("k1", "Market", plan)
    with pytest.raises(errors.KeyReusedError):
        started("k1", plan=new_plan())
