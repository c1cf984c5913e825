"""Advice to idle units, beside `advising`: asks the rule in force, and sees what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from wardmote.core.domain.assignment import ACTIVE_STATES, ASSIGNMENT_LIFE_CYCLE, AssignmentState
from wardmote.core.domain.dispatch_events import AssignmentMoved
from wardmote.core.domain.events import Event
from wardmote.core.domain.ids import AreaId, PostId, UnitId
from wardmote.core.domain.move_up import MoveUpEnd, MoveUpState
from wardmote.core.domain.move_up_events import MoveUpAdvised, MoveUpMoved
from wardmote.core.domain.picture import (
    KnownMoveUp,
    KnownUnit,
    OperationalPicture,
    with_unavailable,
)
from wardmote.core.domain.place_events import ClosureSet, PlaceDrawn, RulesSet
from wardmote.core.domain.study_events import PostingMoved
from wardmote.core.domain.unit_events import UnitAvailability, UnitOffDuty
from wardmote.core.policies.relocation_ground import PostGround
from wardmote.core.policies.relocation_limits import PastMove
from wardmote.core.policies.relocation_moves import Moment, Relocation
from wardmote.core.policies.relocation_rule import DAY_S, RelocationMethod, RelocationRule
from wardmote.core.travel.graph import Float64
from wardmote.core.travel.vehicle_model import VehicleModel
from wardmote.operations.dispatch import services
from wardmote.operations.dispatch.advising import waiting_calls
from wardmote.operations.dispatch.grounds import Grounds
from wardmote.operations.dispatch.models import MoveUp
from wardmote.operations.dispatch.positions import PositionBoard
from wardmote.operations.local_time import local_time
from wardmote.operations.places.location import distances_m

ARRIVED_M = 150.0
"""A unit that acknowledged and is seen this near (<=) to the post has arrived."""
LOOK_AGAIN_S = 10.0
"""While a unit is on the way, its position is looked at this often."""
UNUSABLE_AFTER_S = 900.0
"""A unit seen longer ago than this (>) is not asked: nobody knows how far it would have to go."""

_CHANGES_GROUND = frozenset({"standard", "vehicle_model", "posting", "relocation", "cover_keeping"})


class MoveUpDesk:
    """One for each dispatch worker; used by its thread alone."""

    def __init__(
        self,
        grounds: Grounds,
        positions: PositionBoard,
        rule_now: Callable[[], RelocationRule | None],
        model_now: Callable[[], VehicleModel],
        needs_ground: Callable[[], bool],
    ) -> None:
        """`needs_ground` says whether any rule in force wants to know about cover."""
        self._grounds = grounds
        self._positions = positions
        self._rule_now = rule_now
        self._model_now = model_now
        self._needs_ground = needs_ground
        self._ground_wanted = False
        self._rule: RelocationRule | None = None
        self._policy: tuple[PostGround, int, Relocation] | None = None
        self._freed: dict[UnitId, None] = {}
        self._gap = False
        self._past: dict[UnitId, dict[str, PastMove]] = {}

    def begin(self, picture: OperationalPicture, now_s: float) -> None:
        """Learn the rule in force and what units were advised in the last day."""
        self._past.clear()
        for row in MoveUp.objects.filter(advised_s__gt=now_s - DAY_S).order_by("advised_s"):
            made = row.state not in (MoveUpState.REFUSED.value, MoveUpState.LAPSED.value)
            past = self._past.setdefault(UnitId(row.unit_id), {})
            past[row.pk] = PastMove(row.advised_s, row.drive_s, made)
        self._freed.clear()
        self._gap = False
        self._learn_rule(now_s)

    def _learn_rule(self, now_s: float) -> None:
        self._rule = self._rule_now()
        self._policy = None
        self._ground_wanted = self._needs_ground()
        if self._ground_wanted:
            self._grounds.renew(now_s)

    @property
    def is_on(self) -> bool:
        """Whether a rule is in force that advises moves."""
        return self._rule is not None and self._rule.method is not RelocationMethod.OFF

    def notice(self, picture: OperationalPicture, event: Event) -> None:
        """Remember what an event asks for; `picture` is the one after it."""
        payload = event.payload
        if isinstance(payload, RulesSet) and payload.kind in _CHANGES_GROUND:
            self._learn_rule(event.recorded_s)
        elif isinstance(payload, ClosureSet | PlaceDrawn | PostingMoved):
            if self._ground_wanted:
                self._grounds.renew(event.recorded_s)
        elif isinstance(payload, AssignmentMoved):
            self._notice_assignment(picture, payload)
        elif isinstance(payload, UnitAvailability):
            # Coming on duty asks nothing: at a change of shifts units come one by one, and the
            # first would be sent to posts whose own are about to come.
            if payload.available:
                self._freed[payload.unit] = None
            else:
                self._gap = True
        elif isinstance(payload, UnitOffDuty):
            self._gap = True
        elif isinstance(payload, MoveUpAdvised):
            past = self._past.setdefault(payload.unit, {})
            past[payload.move_up] = PastMove(event.occurred_s, payload.drive_s, made=True)
        elif isinstance(payload, MoveUpMoved):
            self._notice_move(payload)

    def _notice_assignment(self, picture: OperationalPicture, payload: AssignmentMoved) -> None:
        unit = picture.units.get(payload.unit)
        if payload.after in ASSIGNMENT_LIFE_CYCLE.final:
            if unit is not None and unit.active is None and not unit.stack:
                self._freed[payload.unit] = None
        elif payload.after in ACTIVE_STATES and payload.after in (
            AssignmentState.ASSIGNED,
            AssignmentState.RESERVED,
        ):
            self._freed.pop(payload.unit, None)
            self._gap = True

    def _notice_move(self, payload: MoveUpMoved) -> None:
        if payload.after in (MoveUpState.REFUSED, MoveUpState.LAPSED):
            past = self._past.get(payload.unit, {})
            if payload.move_up in past:
                past[payload.move_up] = replace(past[payload.move_up], made=False)
            # Somebody else may do what this crew cannot. Advice that nobody answers is not handed
            # on: the next change of the room will ask again.
            self._gap = self._gap or payload.after is MoveUpState.REFUSED

    # --- advice ------------------------------------------------------------------------------

    def work(
        self, picture: OperationalPicture, now_s: float, mine: Callable[[AreaId], bool]
    ) -> bool:
        """Answer one question, if any waits; returns whether another may."""
        if self._ground_wanted:
            self._grounds.renew_if_old(now_s)
        # Another ground may be swapped in at any moment; one question is answered on one.
        ground = self._grounds.now
        if not self.is_on:
            self._freed.clear()
            self._gap = False
            return False
        if ground is None or not (self._freed or self._gap):
            return False
        asked: UnitId | None = None
        if self._freed:
            asked = next(iter(self._freed))
            del self._freed[asked]
        else:
            self._gap = False
        self._ask(ground, picture, now_s, mine, asked)
        return bool(self._freed) or self._gap

    def _policy_on(self, ground: PostGround, picture: OperationalPicture) -> Relocation:
        known = self._policy
        if known is None or known[0] is not ground or known[1] != len(picture.units):
            assert self._rule is not None, "the rule is on"
            made = Relocation.of(self._rule, ground.cover, len(picture.units))
            known = self._policy = (ground, len(picture.units), made)
        return known[2]

    def _ask(
        self,
        ground: PostGround,
        picture: OperationalPicture,
        now_s: float,
        mine: Callable[[AreaId], bool],
        asked: UnitId | None,
    ) -> None:
        policy = self._policy_on(ground, picture)
        wanted = _wanted_by_calls(picture)
        if asked in wanted:
            return
        heading = {one.unit: one.post for one in picture.move_ups.values()}
        waiting = {
            one.unit
            for one in picture.move_ups.values()
            if one.state is not MoveUpState.ARRIVED or not mine(picture.units[one.unit].area)
        }
        if asked is not None and asked in waiting:
            return
        local = local_time(now_s)
        second = local.hour * 3_600.0 + local.minute * 60.0 + local.second
        advice = policy.advise(
            # Neither moved nor counted as cover.
            with_unavailable(picture, wanted, "wanted_by_call"),
            Moment(now_s, second),
            heading,
            self._recent(now_s),
            lambda units: self._drives(ground, units, waiting, now_s, local.hour),
            asked=asked,
            seen=self._seen(picture, now_s),
        )
        if advice is not None and mine(picture.units[advice.unit].area):
            services.keep_move_up(advice, now_s=now_s)

    def _seen(
        self, picture: OperationalPicture, now_s: float
    ) -> dict[UnitId, tuple[float, float]] | None:
        """Where units are, for a rule that looks ahead; those seen too long ago are left out."""
        if self._rule is None or self._rule.method is not RelocationMethod.LOOK_AHEAD:
            return None
        seen = self._positions.snapshot_of(picture.units)
        fresh = np.flatnonzero(now_s - seen.fix_s <= UNUSABLE_AFTER_S).tolist()
        return {seen.units[row]: (float(seen.lon[row]), float(seen.lat[row])) for row in fresh}

    def _recent(self, now_s: float) -> dict[UnitId, tuple[PastMove, ...]]:
        for unit, past in list(self._past.items()):
            kept = {key: one for key, one in past.items() if one.advised_s > now_s - DAY_S}
            if kept:
                self._past[unit] = kept
            else:
                del self._past[unit]
        return {unit: tuple(past.values()) for unit, past in self._past.items()}

    def _drives(
        self,
        ground: PostGround,
        units: Sequence[UnitId],
        waiting: Iterable[UnitId],
        now_s: float,
        hour: int,
    ) -> Float64:
        """Seconds from units to posts; inf from a unit that nobody has seen or that is advised."""
        found = np.full((len(units), len(ground.cover.posts)), np.inf)
        seen = self._positions.snapshot_of(set(units) - set(waiting))
        fresh = np.flatnonzero(now_s - seen.fix_s <= UNUSABLE_AFTER_S)
        if len(fresh):
            row = {unit: number for number, unit in enumerate(units)}
            snaps = ground.ways.travel.snap(seen.lon[fresh], seen.lat[fresh])
            flow_s = ground.ways.from_places(snaps)
            rows = [row[seen.units[one]] for one in fresh.tolist()]
            found[rows] = self._model_now().travel_s(flow_s, hour=hour)
        return found

    # --- what becomes of it --------------------------------------------------------------------

    def check(
        self, picture: OperationalPicture, now_s: float, mine: Callable[[AreaId], bool]
    ) -> float | None:
        """End advice whose time or reason is over, see who arrived; returns when to look again."""
        again: list[float] = []
        for one in sorted(picture.move_ups.values(), key=lambda known: known.move_up):
            unit = picture.units[one.unit]
            if not mine(unit.area):
                continue
            why = self._over(one, unit, now_s)
            if why is not None:
                services.end_move_up_by_rule(one.move_up, why, now_s=now_s)
            elif one.state is MoveUpState.ACKNOWLEDGED and self._is_there(one):
                services.arrive_by_rule(one.move_up, now_s=now_s)
            elif one.state is not MoveUpState.ARRIVED:
                due_s = self._due_s(one)
                on_the_way = one.state is MoveUpState.ACKNOWLEDGED
                again.append(min(due_s, now_s + LOOK_AGAIN_S) if on_the_way else due_s)
        return min(again, default=None)

    def _over(self, one: KnownMoveUp, unit: KnownUnit, now_s: float) -> MoveUpEnd | None:
        ends = {
            MoveUpEnd.RULE_CHANGED: not self.is_on or self._is_gone(one.post),
            MoveUpEnd.OFF_DUTY: not unit.on_duty,
            MoveUpEnd.SENT_TO_CALL: unit.active is not None,
            MoveUpEnd.UNAVAILABLE: unit.on_duty and not unit.available,
            MoveUpEnd.UNANSWERED: one.state is MoveUpState.ADVISED and now_s >= self._due_s(one),
            MoveUpEnd.NOT_ARRIVED: one.state is MoveUpState.ACKNOWLEDGED
            and now_s > self._due_s(one),
        }
        return next((why for why, holds in ends.items() if holds), None)

    def _is_gone(self, post: PostId) -> bool:
        """Whether the posting in force has no such post any more."""
        ground = self._grounds.now
        return ground is not None and post not in ground.cover.posts

    def _due_s(self, one: KnownMoveUp) -> float:
        rule = self._rule
        if rule is None:
            return one.since_s
        if one.state is MoveUpState.ADVISED:
            return one.advised_s + rule.answer_within_s
        return one.since_s + one.drive_s + rule.arrival_slack_s

    def _is_there(self, one: KnownMoveUp) -> bool:
        ground = self._grounds.now
        seen = self._positions.positions_of([one.unit]).get(one.unit)
        if ground is None or seen is None or one.post not in ground.cover.posts:
            return False
        row = ground.cover.posts.index(one.post)
        lon, lat = ground.ways.posts.lon[[row]], ground.ways.posts.lat[[row]]
        return bool(distances_m(seen[0], seen[1], lon, lat)[0] <= ARRIVED_M)


def _wanted_by_calls(picture: OperationalPicture) -> frozenset[UnitId]:
    """Units that a call without any unit yet is recommended: they stay where they are."""
    made = (picture.incidents[one].recommendation for one in waiting_calls(picture))
    return frozenset(unit for one in made if one is not None for unit in one.units)
