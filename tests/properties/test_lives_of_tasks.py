"""Random lives of a task: by its holder, by a phone that tells later, by a leader and the clock."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from tests.properties.service_life import STEP_S, ServiceLife, live, moved
from tests.unit.operations.small_place import NOW_S
from tests.unit.operations.tasks.beat_place import ASSISTANT, CHIEF, PLACE, SECOND, STAFF, request

from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.task import OFFLINE_S, TaskState
from wardmote.operations.access.services import grant_role
from wardmote.operations.device_clock import AHEAD_S
from wardmote.operations.people.models import Account
from wardmote.operations.tasks import services
from wardmote.operations.tasks.models import Task, TaskStep
from wardmote.operations.tasks.services import Told, Whereabouts

HOUR_S = 3_600.0
OPENS_S, END_S = NOW_S + 2 * HOUR_S, NOW_S + 6 * HOUR_S
THERE = Whereabouts(PLACE.lon, PLACE.lat)
WHO = st.sampled_from([ASSISTANT, ASSISTANT, ASSISTANT, SECOND, CHIEF])
TOLD = st.none() | st.sampled_from(
    [OPENS_S - 1.0, OPENS_S, OPENS_S + HOUR_S, END_S - 1.0, END_S, END_S + HOUR_S]
)
"""What the phone's clock said, seconds UTC; None: a page of the server."""
Events = list[tuple[str, str]]
_S = TaskState


class TaskTold(ServiceLife):
    """One task of the assistant's; the phone saw it as somebody last left it, not the clock."""

    rows = (Task, TaskStep)

    def __init__(self) -> None:
        super().__init__()
        asked = request(opens_s=OPENS_S, due_s=END_S, useless_after_s=END_S, holder="a1")
        with transaction.atomic():
            self.task = services.make(asked, actor="rule:test", now_s=self.now_s)
        self.state, self.newest_s, self.seen, self.useless = _S.PLANNED, self.now_s, 1, True

    def _moment(self, told: float | None) -> tuple[float, bool]:
        """When it happens a step from now, and whether the phone says so."""
        at_s = self.now_s + STEP_S
        if told is None or not at_s - OFFLINE_S <= told <= at_s + AHEAD_S:
            return at_s, False
        said_s = min(told, at_s)
        counts = said_s >= max(self.newest_s, min(OPENS_S, at_s))
        return (said_s, True) if counts else (at_s, False)

    def _opening(self, told: float | None) -> Events | None:
        """What must happen first so that it is open; None: it cannot be."""
        at_s, by_phone = self._moment(told)
        ahead = told is not None and OPENS_S <= told <= self.now_s + STEP_S + AHEAD_S
        if self.state is _S.OPEN:
            return []
        if self.state is _S.PLANNED and (self.now_s + STEP_S >= OPENS_S or ahead):
            return [moved("task.moved", "open")]
        if self.state is _S.EXPIRED and by_phone and at_s < END_S:
            return [moved("task.moved", "open")]
        return None

    def _sent(self, told: float | None) -> Told:
        return Told(told, self.seen)

    def _go(self, after: TaskState, at_s: float) -> None:
        self.state, self.newest_s = after, at_s
        self.seen = Task.objects.values_list("revision", flat=True).get(pk=self.task)

    @rule(who=WHO, told=TOLD)
    def is_checked_in(self, who: Viewer, told: float | None) -> None:
        at_s, _by_phone = self._moment(told)
        first = self._opening(told) if who is ASSISTANT else None
        events = None if first is None else [*first, moved("task.moved", "under_way")]
        self.act(
            lambda: services.check_in(
                who, self.task, THERE, now_s=self.now_s, told=self._sent(told)
            ),
            events,
        )
        if events is not None:
            self._go(_S.UNDER_WAY, at_s)

    @rule(who=WHO, told=TOLD, whole=st.booleans())
    def is_finished(self, who: Viewer, told: float | None, whole: bool) -> None:
        at_s, _by_phone = self._moment(told)
        first: Events | None = []
        if self.state is not _S.UNDER_WAY:
            first = self._opening(told)
            first = None if first is None else [*first, moved("task.moved", "under_way")]
        good = who is ASSISTANT and whole and first is not None
        self.act(
            lambda: services.finish(
                who, self.task, {"seen": True} if whole else {}, now_s=self.now_s,
                told=self._sent(told), where=THERE,
            ),
            [*first, moved("task.moved", "done")] if good and first is not None else None,
        )  # fmt: skip
        if good:
            self._go(_S.DONE, at_s)
            assert Task.objects.get(pk=self.task).done_s == at_s

    @rule(who=WHO, told=TOLD)
    def is_taken_back(self, who: Viewer, told: float | None) -> None:
        at_s, _by_phone = self._moment(told)
        good = who is ASSISTANT and self.state is _S.UNDER_WAY
        self.act(
            lambda: services.undo(who, self.task, now_s=self.now_s, told=self._sent(told)),
            [moved("task.moved", "open")] if good else None,
        )
        if good:
            self._go(_S.OPEN, at_s)

    @rule(who=WHO)
    def is_cancelled(self, who: Viewer) -> None:
        good = who is CHIEF and self.state in (_S.PLANNED, _S.OPEN, _S.UNDER_WAY)
        self.act(
            lambda: services.cancel(who, self.task, "not_needed", now_s=self.now_s),
            [moved("task.moved", "cancelled")] if good else None,
        )
        if good:
            self._go(_S.CANCELLED, self.now_s)

    @rule(who=WHO)
    def is_opened_again(self, who: Viewer) -> None:
        good = who is CHIEF and self.state in (_S.DONE, _S.EXPIRED)
        self.act(
            lambda: services.reopen(who, self.task, "check_failed", now_s=self.now_s),
            [moved("task.moved", "open")] if good else None,
        )
        if good:
            self._go(_S.OPEN, self.now_s)
            self.useless = False

    @rule(hours=st.sampled_from([1.0, 3.0, 70.0]))
    def time_goes_on(self, hours: float) -> None:
        self.now_s += hours * HOUR_S
        at_s, events = self.now_s + STEP_S, []
        if self.state is _S.PLANNED and at_s >= OPENS_S:
            self.state = _S.OPEN
            events.append(moved("task.moved", "open"))
        if self.state in (_S.PLANNED, _S.OPEN) and self.useless and at_s >= END_S:
            self.state = _S.EXPIRED
            events.append(moved("task.moved", "expired"))
        self.act(lambda: services.release_and_expire(self.now_s), events)

    @invariant()
    def the_row_is_as_the_model_says(self) -> None:
        row = Task.objects.get(pk=self.task)
        assert row.state == self.state
        assert (row.done_s is not None) == (self.state is _S.DONE)
        if row.begun_s is not None and row.done_s is not None:
            assert row.begun_s <= row.done_s <= (row.recorded_s or 0.0)


@pytest.mark.usefixtures("place")
def test_a_task_is_told_of_by_its_holder_a_leader_and_the_clock_alone() -> None:
    for one in STAFF:
        account = Account.objects.create(
            username=one.staff_id, staff_id=one.staff_id, name_zh=one.staff_id
        )
        for grant in one.grants:
            grant_role(account.pk, grant.role, grant.area, granted_by="test")
    live(TaskTold, 25)
