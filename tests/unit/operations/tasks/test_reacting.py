"""What follows from closed calls, done tasks and leave; care visits end with their consent."""

from __future__ import annotations

import datetime

import pytest
from django.db import transaction
from tests.unit.operations.small_place import NOW_S, SUPERVISOR
from tests.unit.operations.tasks.beat_place import (
    CHIEF,
)

from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.incident import IncidentAction
from wardmote.core.domain.incident_events import IncidentMoved
from wardmote.operations.dispatch import services as dispatch
from wardmote.operations.following import JournalFollower
from wardmote.operations.incidents import services as incidents
from wardmote.operations.journal import clock
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.reactions import REACTIONS
from wardmote.operations.tasks import selectors, services
from wardmote.operations.tasks.models import Task

CALL = IncidentId("call-00001")


def closed_call(*, drill: bool = False) -> None:
    new = incidents.NewCall(
        "dispute.neighbour", "phone", id=CALL, lon=111.15, lat=27.05, drill=drill
    )
    incidents.enter_call(SUPERVISOR, new, now_s=NOW_S)
    dispatch.act_on_call(
        SUPERVISOR, CALL, IncidentAction.CLOSE, disposition="settled_on_scene", now_s=NOW_S + 60
    )


@pytest.fixture
def follower(beat: None, monkeypatch: pytest.MonkeyPatch) -> JournalFollower:
    monkeypatch.setattr(clock, "now_s", lambda: NOW_S + 100)
    made = JournalFollower(REACTIONS, ())
    made.begin()
    return made


def test_a_closed_dispute_asks_for_one_visit_however_often_it_is_handled(
    follower: JournalFollower,
) -> None:
    closed_call()
    follower.work()
    task = Task.objects.get()
    assert (task.rule, task.source, task.holder) == ("dispute_follow_up", CALL, "o1")
    assert task.day == datetime.date(2026, 11, 23)  # the third working day after Wednesday evening
    closing = next(
        event for event in all_events()
        if isinstance(event.payload, IncidentMoved)
        and event.payload.action is IncidentAction.CLOSE
    )  # fmt: skip
    with transaction.atomic():
        services.follow_up_call(closing, NOW_S + 200)
    assert Task.objects.count() == 1


def test_what_follows_a_drill_is_a_drill(follower: JournalFollower) -> None:
    closed_call(drill=True)
    follower.work()
    assert Task.objects.get().drill
    assert selectors.overdue_count(CHIEF, NOW_S + 1e7) == 0
