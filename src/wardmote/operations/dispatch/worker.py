"""The dispatch worker of an area: folds the journal, asks the policy, keeps time.

One thread an area is the only one that recommends there. It sleeps until the journal grows or the
next timer is due. After a restart it reads the picture from the rows and goes on behind it; what it
had not yet answered is answered then.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import close_old_connections, connection

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.assignment import ASSIGNMENT_LIFE_CYCLE
from wardmote.core.domain.dispatch_events import AssignmentMoved, RecommendationRequested
from wardmote.core.domain.events import Event
from wardmote.core.domain.folding import ImpossibleEventError, apply
from wardmote.core.domain.ids import AreaId, IncidentId, UnitId
from wardmote.core.domain.incident import IncidentAction
from wardmote.core.domain.incident_events import (
    IncidentAlarmLevel,
    IncidentClassified,
    IncidentEntered,
    IncidentLocated,
    IncidentMoved,
    IncidentRouted,
)
from wardmote.core.domain.picture import EMPTY_PICTURE, OperationalPicture
from wardmote.core.domain.place_events import ClosureSet, RulesSet
from wardmote.core.domain.unit_events import UnitAvailability, UnitOffDuty, UnitOnDuty
from wardmote.core.policies.ageing import Ageing, queue_order
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch import services
from wardmote.operations.dispatch.advising import Advice, Adviser, waiting_calls, wants_advice
from wardmote.operations.dispatch.picture import picture_of_rows
from wardmote.operations.dispatch.positions import PositionBoard
from wardmote.operations.dispatch.refusals import units_that_refused
from wardmote.operations.dispatch.relocating import MoveUpDesk
from wardmote.operations.dispatch.timekeeping import Timekeeper, earliest
from wardmote.operations.journal import bus, clock
from wardmote.operations.journal.selectors import events_after
from wardmote.operations.journal.storage import UNANSWERED
from wardmote.operations.refusals import RefusedError

logger = logging.getLogger(__name__)

TRY_AGAIN_S = 1.0
"""How long to wait for a database that failed, unless something was committed; machine seconds."""
LONGEST_SLEEP_S = 30.0
"""The journal is looked at this often even if nobody says that it grew; machine seconds."""
TIMERS_APART_S = 1.0
"""Busy or not, timers are not checked more often than this; machine seconds."""
BATCH = 500
LOOK_AROUND_EVERY_S = 5.0
"""What the units cover is worked out again this often while something happens; machine seconds."""
PLACES_AT_A_GLANCE = 16
"""So many places are looked at before seeing whether a call came in."""
MAX_RECONSIDERED = 20
"""When a unit becomes free, so many waiting calls are looked at again, the most urgent first."""

_ASK_AGAIN = (
    IncidentEntered,
    IncidentLocated,
    IncidentClassified,
    IncidentAlarmLevel,
    IncidentRouted,
    RecommendationRequested,
)

OnRecommendation = Callable[[AreaId, dict[str, Any]], None]
OnClosures = Callable[[frozenset[int]], None]


class DispatchWorker:
    """Start it once for each area; `stop` ends it within a moment."""

    def __init__(
        self,
        area: AreaId,
        adviser_now: Callable[[], Adviser],
        positions: PositionBoard,
        *,
        on_recommendation: OnRecommendation = lambda _area, _data: None,
        on_closures: OnClosures = lambda _edges: None,
        timekeeper: Timekeeper | None = None,
        move_ups: MoveUpDesk | None = None,
    ) -> None:
        """`on_recommendation` and `on_closures` run in this worker's thread and must be quick.

        `adviser_now` makes an adviser by the rules in force; it is asked again when they change.
        """
        self.area = area
        self.picture: OperationalPicture = EMPTY_PICTURE
        self.ready = threading.Event()
        self._adviser_now = adviser_now
        self._adviser = adviser_now()
        self._positions = positions
        self._on_recommendation = on_recommendation
        self._on_closures = on_closures
        self._timekeeper = timekeeper or Timekeeper()
        self._move_ups = move_ups
        self._wake = threading.Event()
        self._stopping = False
        self._to_advise: set[IncidentId] = set()
        self._refused: dict[IncidentId, frozenset[UnitId]] = {}
        self._next_timer_s: float | None = 0.0
        self._look_again_s = 0.0
        self._failing = False
        self._thread = threading.Thread(target=self._run, name=f"dispatch-{area}", daemon=True)

    def start(self) -> None:
        """Start the thread; `ready` is set when it has read the picture."""
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """End the thread."""
        self._stopping = True
        self._wake.set()
        self._thread.join(timeout_s)

    def wake(self) -> None:
        """Look at the journal and the clock now, as when the clock's rate was changed."""
        self._wake.set()

    @property
    def well(self) -> bool:
        """Whether the thread lives and the database answers it."""
        return self._thread.is_alive() and not self._failing

    def _run(self) -> None:
        unsubscribe = bus.subscribe(lambda _seq: self._wake.set())
        try:
            self.begin()
            self.ready.set()
            while not self._stopping:
                self._wake.clear()
                self._one_round()
                close_old_connections()
        finally:
            unsubscribe()
            connection.close()

    def _one_round(self) -> None:
        """Work, then rest if there is nothing more; outlive a database that fails."""
        try:
            if self._failing:
                self.recover()
            worked = self.work()
            if self._failing:
                logger.warning("The database answers again")
                self._failing = False
            if not worked and not self._stopping:
                self._look_around()
                self._wake.wait(self._sleep_s())
        except UNANSWERED:
            if not self._failing:
                logger.exception("The database did not answer; trying again until it does")
            self._failing = True
            self._wake.wait(TRY_AGAIN_S)

    def begin(self) -> None:
        """Read the picture from the rows, and see what has no recommendation yet."""
        self._read_rows()
        self._to_advise.update(
            key
            for key in waiting_calls(self.picture)
            if self.picture.incidents[key].recommendation is None
        )

    def recover(self) -> None:
        """Go on from the rows after the database failed; every call that waits is answered anew.

        What was being done when it failed may be half noticed here, though not half written.
        """
        self._adviser = self._adviser_now()
        self._read_rows()
        self._to_advise.update(waiting_calls(self.picture))

    def _read_rows(self) -> None:
        self.picture, _ = picture_of_rows()
        for unit in self.picture.units.values():
            if unit.on_duty and unit.fix_s is not None:
                self._positions.come_on_duty(unit.unit, unit.lon, unit.lat, unit.fix_s)
            elif not unit.on_duty:
                self._positions.go_off_duty(unit.unit)
        self._refused = units_that_refused(self.picture.incidents)
        self._timekeeper.begin(self.picture)
        if self._move_ups is not None:
            self._move_ups.begin(self.picture, clock.now_s())
        self._close_roads()
        self._next_timer_s = 0.0

    def work(self) -> bool:
        """Fold what is new, answer, keep time; returns whether there may be more to do."""
        events = events_after(self.picture.seq, BATCH)
        self._fold(events)
        advised = bool(self._to_advise)
        if advised:
            self._advise_next()
        now_s = clock.now_s()
        if not self._to_advise and self._next_timer_s is not None and now_s >= self._next_timer_s:
            self._next_timer_s = self._check_timers(now_s)
        # What was just advised is in the picture with the next round's events, and not before.
        busy = len(events) == BATCH or advised
        return busy or self._move_idle_units(now_s)

    def _check_timers(self, now_s: float) -> float | None:
        again_s = self._timekeeper.check(self.picture, now_s, mine=self._is_mine)
        if self._move_ups is not None:
            return earliest(again_s, self._move_ups.check(self.picture, now_s, self._is_mine))
        return again_s

    def _move_idle_units(self, now_s: float) -> bool:
        """Once no call waits: advice to idle units, one question at a time."""
        if self._move_ups is None:
            return False
        return self._move_ups.work(self.picture, now_s, self._is_mine)

    def _look_around(self) -> None:
        """While nothing waits, see what the units cover; stop as soon as something does."""
        if time.monotonic() < self._look_again_s:
            return
        while not self._wake.is_set():
            if self._adviser.look_around(clock.now_s(), PLACES_AT_A_GLANCE):
                self._look_again_s = time.monotonic() + LOOK_AROUND_EVERY_S
                return

    def _sleep_s(self) -> float:
        if self._next_timer_s is None:
            return LONGEST_SLEEP_S
        reading = clock.read()
        due_s = (self._next_timer_s - reading.now_s) / reading.rate
        return min(max(due_s, 0.005), LONGEST_SLEEP_S)

    def _is_mine(self, area: AreaId) -> bool:
        return area_contains(self.area, area)

    # --- folding -----------------------------------------------------------------------------

    def _fold(self, events: tuple[Event, ...]) -> None:
        for event in events:
            before = self.picture
            try:
                self.picture = apply(before, event)
            except ImpossibleEventError:
                # Either the journal or the fold is wrong: say so, and go on from the truth.
                logger.exception("The journal contradicts the picture; reading the rows again")
                self._read_rows()
                return
            self._timekeeper.notice(before, event)
            if self._move_ups is not None:
                self._move_ups.notice(self.picture, event)
            self._notice(before, event)
        if self.picture.missing:
            reopened = self.picture.missing
            self._read_rows()
            self._to_advise.update(reopened & set(self.picture.incidents))
        if events:
            soon_s = events[-1].recorded_s + TIMERS_APART_S * clock.read().rate
            self._next_timer_s = min(self._next_timer_s or soon_s, soon_s)

    def _notice(self, before: OperationalPicture, event: Event) -> None:
        """What an event means for recommendations, positions and roads."""
        payload = event.payload
        if isinstance(payload, _ASK_AGAIN):
            self._to_advise.add(payload.incident)
        elif isinstance(payload, IncidentMoved):
            if payload.action is IncidentAction.STAND_DOWN:
                self._to_advise.add(payload.incident)
            if payload.incident not in self.picture.incidents:
                self._refused.pop(payload.incident, None)
        elif isinstance(payload, AssignmentMoved):
            self._notice_assignment(payload)
        elif isinstance(payload, UnitOnDuty):
            self._positions.come_on_duty(payload.unit, payload.lon, payload.lat, event.occurred_s)
            self._reconsider_waiting()
        elif isinstance(payload, UnitOffDuty):
            self._positions.go_off_duty(payload.unit)
            self._reconsider_calls_for(payload.unit)
        elif isinstance(payload, UnitAvailability):
            if payload.available:
                self._reconsider_waiting()
            else:
                self._reconsider_calls_for(payload.unit)
        elif isinstance(payload, RulesSet):
            self._adviser = self._adviser_now()
            self._to_advise.update(waiting_calls(self.picture))
        elif isinstance(payload, ClosureSet):
            self._close_roads()
            self._reconsider_waiting()

    def _notice_assignment(self, payload: AssignmentMoved) -> None:
        over = payload.after in ASSIGNMENT_LIFE_CYCLE.final
        if payload.after.value == "refused":
            refused = self._refused.get(payload.incident, frozenset())
            self._refused[payload.incident] = refused | {payload.unit}
        if over:
            if payload.after.value != "cleared":
                self._to_advise.add(payload.incident)
            self._reconsider_waiting()
        else:
            self._reconsider_calls_for(payload.unit, but=payload.incident)

    def _reconsider_waiting(self) -> None:
        """A unit is free: look again at calls that lack a unit or were left short."""
        picture = self.picture
        short = [
            picture.incidents[key]
            for key in waiting_calls(picture)
            if self._is_short(key) and self._is_mine(picture.incidents[key].area)
        ]
        first = queue_order(Ageing(), short, picture.as_of_s)[:MAX_RECONSIDERED]
        self._to_advise.update(call.incident for call in first)

    def _is_short(self, key: IncidentId) -> bool:
        made = self.picture.incidents[key].recommendation
        return made is None or not made.units or bool(made.shortfall)

    def _reconsider_calls_for(self, unit: UnitId, but: IncidentId | None = None) -> None:
        """A unit is not free any more: calls for which it is recommended need another."""
        for key in waiting_calls(self.picture):
            made = self.picture.incidents[key].recommendation
            if key != but and made is not None and unit in made.units:
                self._to_advise.add(key)

    def _close_roads(self) -> None:
        edges = (edge for closed in self.picture.closures.values() for edge in closed)
        self._on_closures(frozenset(edges))

    # --- recommending ------------------------------------------------------------------------

    def _advise_next(self) -> None:
        """Answer the most urgent call; new events come first after each."""
        calls = [
            self.picture.incidents[key] for key in self._to_advise if key in self.picture.incidents
        ]
        mine = [call for call in calls if wants_advice(call) and self._is_mine(call.area)]
        self._to_advise.intersection_update(call.incident for call in mine)
        if not mine:
            return
        call = queue_order(Ageing(), mine, self.picture.as_of_s)[0]
        self._to_advise.discard(call.incident)
        now_s = clock.now_s()
        refused = self._refused.get(call.incident, frozenset())
        advice = self._adviser.advise(self.picture, call, refused, now_s)
        kept = services.keep_recommendation(
            advice.recommendation,
            now_s=now_s,
            left_out=advice.left_out,
            takings=advice.takings,
        )
        if kept is None:
            return
        self._on_recommendation(kept.area, kept.data)
        self._assign_at_once(call.incident, kept.id, advice, now_s)

    def _assign_at_once(
        self, incident: IncidentId, recommendation: str, advice: Advice, now_s: float
    ) -> None:
        """Where the standing order says so, the rule confirms what was recommended."""
        call = self.picture.incidents[incident]
        units = advice.recommendation.units
        wants_unit = any(one.kind == "nearest_unit" for one in call.destinations)
        if not units or not wants_unit or not services.assigns_at_once(call.area):
            return
        try:
            services.assign(
                services.standing_order_viewer(self.area),
                incident,
                units,
                now_s=now_s,
                recommendation=recommendation,
            )
        except (RefusedError, AccessDeniedError) as error:
            # A person was faster, or a unit is of another area; the events say what is so now.
            logger.info("The standing order did not assign %s: %s", incident, error)
