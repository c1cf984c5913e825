"""Random lives of a night watch: by pages, by phones that tell later, by a leader and the clock."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from tests.properties.service_life import STEP_S, ServiceLife, live, moved
from tests.unit.operations.patrols import cast as night

from wardmote.core.domain.night_watch import WatchState
from wardmote.core.domain.permissions import Viewer
from wardmote.operations.device_clock import AHEAD_S
from wardmote.operations.patrols import services as patrols
from wardmote.operations.patrols.device_clock import OFFLINE_S
from wardmote.operations.patrols.models import CalendarEntry, Watch

HOUR_S = 3_600.0
SPAN_S = 8 * HOUR_S
Events = list[tuple[str, str]]
WHO = st.sampled_from([night.MEMBER_0, night.MEMBER_0, night.MEMBER_1, night.CHIEF])
TOLD = st.none() | st.sampled_from(
    [-HOUR_S - 1.0, -HOUR_S, 0.0, SPAN_S - 1.0, SPAN_S, SPAN_S + patrols.CLOSE_AFTER_S]
)
"""What a phone says, from the beginning of the watch; None: a page of the server."""


class WatchLife(ServiceLife):
    """One watch of one team; another team and the leader may not tell of it."""

    rows = (Watch, CalendarEntry)

    def __init__(self) -> None:
        super().__init__()
        _roster, self.watch, _second = night.published(night.teams())
        self.begins_s = Watch.objects.get(pk=self.watch).begins_s
        self.now_s = self.begins_s - 2 * HOUR_S
        self.state, self.begun_s = WatchState.PLANNED, 0.0

    def _moment(self, told: float | None, not_before_s: float) -> tuple[float, bool]:
        """When it happens a step from now, and whether the phone says so."""
        at_s = self.now_s + STEP_S
        if told is None or not at_s - OFFLINE_S <= self.begins_s + told <= at_s + AHEAD_S:
            return at_s, False
        said_s = min(self.begins_s + told, at_s)
        return (said_s, True) if said_s >= not_before_s else (at_s, False)

    def _device(self, told: float | None) -> float | None:
        return None if told is None else self.begins_s + told

    def _move(self, after: WatchState, good: bool) -> Events | None:
        if not good:
            return None
        self.state = after
        return [moved("watch.moved", after)]

    @rule(who=WHO, told=TOLD, although=st.booleans())
    def is_begun(self, who: Viewer, told: float | None, although: bool) -> None:
        at_s, _by_phone = self._moment(told, 0.0)
        open_ = self.state is WatchState.PLANNED or (self.state is WatchState.MISSED and although)
        in_time = self.begins_s - HOUR_S <= at_s < self.begins_s + SPAN_S
        good = who is night.MEMBER_0 and open_ and in_time
        self.begun_s = at_s if good else self.begun_s
        self.act(
            lambda: patrols.begin_watch(
                who, self.watch, now_s=self.now_s, device_s=self._device(told),
                although_missed=although,
            ),
            self._move(WatchState.UNDER_WAY, good),
        )  # fmt: skip

    @rule(who=WHO, told=TOLD)
    def is_finished(self, who: Viewer, told: float | None) -> None:
        at_s, by_phone = self._moment(told, self.begun_s)
        limit_s = self.begins_s + SPAN_S + patrols.CLOSE_AFTER_S
        late = self.state is WatchState.CLOSED and by_phone and at_s < limit_s
        good = who is night.MEMBER_0 and (self.state is WatchState.UNDER_WAY or late)
        self.act(
            lambda: patrols.finish_watch(
                who, self.watch, now_s=self.now_s, device_s=self._device(told)
            ),
            self._move(WatchState.FINISHED, good),
        )

    @rule(who=WHO)
    def is_missed(self, who: Viewer) -> None:
        due = self.now_s + STEP_S >= self.begins_s
        good = who is night.CHIEF and due and self.state is WatchState.PLANNED
        self.act(
            lambda: patrols.miss_watch(who, self.watch, now_s=self.now_s),
            self._move(WatchState.MISSED, good),
        )

    @rule(who=WHO)
    def is_cancelled(self, who: Viewer) -> None:
        good = who is night.CHIEF and self.state is WatchState.PLANNED
        self.act(
            lambda: patrols.drop_watch(who, self.watch, now_s=self.now_s),
            self._move(WatchState.CANCELLED, good),
        )

    @rule(hours=st.sampled_from([1.0, 4.0, 9.0]))
    def time_goes_on(self, hours: float) -> None:
        self.now_s += hours * HOUR_S
        over = self.now_s + STEP_S >= self.begins_s + SPAN_S + patrols.CLOSE_AFTER_S
        good = over and self.state is WatchState.UNDER_WAY
        self.act(lambda: patrols.go_round(self.now_s), self._move(WatchState.CLOSED, good) or [])

    @invariant()
    def the_row_is_as_the_model_says(self) -> None:
        row = Watch.objects.get(pk=self.watch)
        assert row.state == self.state
        begun = self.state in (WatchState.UNDER_WAY, WatchState.FINISHED, WatchState.CLOSED)
        assert row.begun_s == (self.begun_s if begun else None)
        assert (row.ended_s is None) == (
            self.state in (WatchState.PLANNED, WatchState.UNDER_WAY, WatchState.CLOSED)
        )


@pytest.mark.usefixtures("place")
def test_a_watch_is_told_of_by_its_team_a_leader_and_the_clock_alone() -> None:
    live(WatchLife)
