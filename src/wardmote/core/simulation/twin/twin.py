"""A twin of a place: prepared once, run as often as wanted, stopped and taken up again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wardmote.core.policies.relocation import CoverSets, value_of_one_more
from wardmote.core.policies.relocation_lookahead import Ahead, nothing_ahead
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.clock import NEVER, start_clock
from wardmote.core.simulation.twin.engine import FINISHED, RUNS_ON, run_events
from wardmote.core.simulation.twin.expecting import fill_without
from wardmote.core.simulation.twin.methods import (
    BACK_TO_OWN_POST,
    BY_RULE,
    EXPECTED_COVER,
    LOOK_AHEAD,
    RULE_LOOK_AHEAD,
)
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.rules import (
    CoverKept,
    MovedByRule,
    PreemptedByRule,
    keeping_of,
    limits_of,
    method_of,
    no_limits,
    nothing_kept,
    preempting_of,
    taken_off,
)
from wardmote.core.simulation.twin.tables import (
    Cover,
    Places,
    Setting,
    State,
    Travel,
    World,
    empty_state,
)
from wardmote.core.travel.graph import Bool, Float64, Int32

_SLICE = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """Units: `home` int32 [U] row of the post each belongs to, `kind` int32 [U] from 0."""

    home: Int32
    kind: Int32


@dataclass(frozen=True, slots=True, eq=False)
class Twin:
    """Roads, what the room knows, and the fleet. Immutable: any number of runs share it."""

    roads: Roads
    setting: Setting
    fleet: Fleet

    @property
    def _remembered(self) -> int:
        """How many moves of a unit its rule looks back on."""
        limits = self.setting.limits
        if self.setting.relocation < BY_RULE:
            return 0
        return max(1, limits.moves_per_hour, limits.moves_per_shift)

    def begin(self, world: World, *, trace: int = 0) -> State:
        """The state before anything has happened.

        Args:
            trace: how many things may be noted before a run stops to have them taken away; 0
                notes nothing.
        """
        setting = self.setting
        state = empty_state(
            len(self.fleet.home),
            len(world.calls_i),
            len(setting.places.post_node),
            len(setting.turnout_s),
            len(setting.may_take),
            len(self.roads.x_km),
            trace,
            moves=self._remembered,
            soon=(len(setting.ahead.at_s), len(setting.ahead.weight)),
        )
        units_i = state.units_i
        units_i[:, c.POST] = units_i[:, c.HOME] = self.fleet.home
        units_i[:, c.KIND] = self.fleet.kind
        units_i[:, c.NODE] = setting.places.post_node[self.fleet.home]
        state.units_f[:, c.OFF_KM] = setting.places.post_km[self.fleet.home]
        units = len(units_i)
        if len(world.calls_i):
            state.due_s[units] = world.calls_f[0, c.ARRIVAL_S]
            state.due_s[units + 1] = world.calls_f[world.by_decision[0], c.DECISION_S]
        if len(world.agenda_s):
            state.due_s[units + 2] = world.agenda_s[0]
        start_clock(state.due_s, state.winner)
        fill_without(
            setting.ahead, self.roads.x_km, self.roads.y_km, setting.places.post_node,
            state.times_open,
        )  # fmt: skip
        return state

    def run(
        self,
        world: World,
        state: State,
        until_s: float = NEVER,
        *,
        should_stop: Callable[[], bool] = lambda: False,
        report: Callable[[float], None] = lambda _now_s: None,
    ) -> bool:
        """Go on from a state, changing it; whether `until_s` (inclusive) or the end was reached.

        Args:
            should_stop: asked now and then; the state is whole whenever it stops.
            report: told the simulated time now and then.
        """
        while True:
            how = run_events(self.roads, world, self.setting, state, until_s, _SLICE)
            if how == FINISHED:
                return True
            report(float(state.now_s[0]))
            if how != RUNS_ON or should_stop():
                return False


@dataclass(frozen=True, slots=True, eq=False)
class CoverPeriods:
    """Cover that changes with the time, as demand or traffic does.

    Attributes:
        sets: of each period, over the same posts; kept once where the members are one array.
        start_s: float64 [D], when each begins, the first at 0, rising.
        cycle_s: after how long they begin again; 0 for never.
    """

    sets: tuple[CoverSets, ...]
    start_s: Float64
    cycle_s: float = 0.0


def setting_of(
    travel: Travel,
    places: Places,
    *,
    priorities: int,
    turnout_s: Float64 | None = None,
    reaction_s: float = 0.0,
    may_take: Bool | None = None,
    cover: CoverSets | CoverPeriods | None = None,
    busy_share: float = 0.5,
    drive_cost: float = 0.0,
    units: int = 0,
    moved: MovedByRule | None = None,
    kept: CoverKept | None = None,
    ahead: Ahead | None = None,
    preempted: PreemptedByRule | None = None,
) -> Setting:
    """A setting; with `cover` units that become free move to where they cover most.

    Args:
        ahead: units that become free move to where they will be worth most instead; a rule with
            that method needs it.
        units: of the fleet; a rule needs to know.
        moved: the rule for idle units instead, with its busy share and all its limits; it needs
            `cover`.
        kept: the rule that sends a later unit where that keeps cover; it needs `cover`, and says
            nothing about how free units move: without `moved` they go back to their posts.
        may_take: as in `Setting`: who is taken for any gain; nobody where it is not given.
        preempted: the rule by which units are taken instead, with its gain, urgency and steps.

    Raises:
        ValueError: a rule without cover, or one that looks ahead without `ahead`.
    """
    if cover is None:
        if moved is not None or kept is not None:
            msg = "a rule that looks at cover needs to know what posts cover"
            raise ValueError(msg)
        nobody = CoverSets(np.empty((0, len(places.post_node)), dtype=np.int32), np.empty(0))
        periods = CoverPeriods((nobody,), np.zeros(1))
        one_more = np.zeros(1)
    else:
        periods = CoverPeriods((cover,), np.zeros(1)) if isinstance(cover, CoverSets) else cover
        if moved is not None:
            busy_share = moved.rule.busy_share
        one_more = value_of_one_more(busy_share, units + 1)
    table = _cover_table(periods, one_more, drive_cost)
    if preempted is not None:
        may_take = taken_off(preempted.rule, priorities)
    elif may_take is None:
        may_take = np.zeros((priorities, priorities), dtype=np.bool_)
    if turnout_s is None:
        turnout_s = np.zeros(1)
    return Setting(
        travel=travel,
        places=places,
        cover=table,
        turnout_s=turnout_s,
        reaction_s=reaction_s,
        may_take=may_take,
        takes=np.any(may_take, axis=0, keepdims=True)[0],
        preempting=preempting_of(preempted, turnout_s, reaction_s),
        relocation=_method(cover is not None and kept is None, moved, ahead),
        ahead=nothing_ahead() if ahead is None else ahead,
        limits=no_limits() if moved is None else limits_of(moved, periods.sets, units),
        keeping=nothing_kept(priorities) if kept is None else keeping_of(kept, priorities, units),
    )


def _method(by_cover: bool, moved: MovedByRule | None, ahead: Ahead | None) -> int:
    """How free units are moved: by the rule, else by looking ahead, else by cover where asked."""
    if moved is None:
        if ahead is not None:
            return LOOK_AHEAD
        return EXPECTED_COVER if by_cover else BACK_TO_OWN_POST
    method = method_of(moved.rule)
    if method == RULE_LOOK_AHEAD and ahead is None:
        msg = "a rule that looks ahead needs to know what is reached from where"
        raise ValueError(msg)
    return method


def _cover_table(periods: CoverPeriods, stays_busy: Float64, drive_cost: float) -> Cover:
    members: list[Int32] = []
    base: list[int] = []
    row_of: dict[int, int] = {}
    rows = 0
    for sets in periods.sets:
        if id(sets.member) not in row_of:
            row_of[id(sets.member)] = rows
            members.append(sets.member)
            rows += len(sets.member)
        base.append(row_of[id(sets.member)])
    sizes = [len(sets.weight) for sets in periods.sets]
    member = np.concatenate(members)
    covering = np.flatnonzero(member) % max(1, member.shape[1])
    return Cover(
        member=member,
        weight=np.concatenate([sets.weight for sets in periods.sets]),
        first=np.concatenate(([0], np.cumsum(sizes))).astype(np.int32),
        base=np.array(base, dtype=np.int32),
        start_s=periods.start_s,
        cycle_s=periods.cycle_s,
        stays_busy=stays_busy,
        drive_cost=drive_cost,
        of_first=np.concatenate(([0], np.cumsum(member.sum(axis=1)))).astype(np.int32),
        of_post=covering.astype(np.int32),
    )


def world_of(
    calls_f: Float64,
    calls_i: Int32,
    agenda: list[tuple[float, int, int]],
    *,
    target_s: Float64 | None = None,
    refusal: Float64 | None = None,
) -> World:
    """A world from calls in the order of their arrival and an agenda of (time, unit, bit).

    Args:
        target_s, refusal: as in `World`; empty where they are not given.
    """
    if len(calls_f) and (np.diff(calls_f[:, c.ARRIVAL_S]) < 0).any():
        msg = "calls must be in the order of their arrival"
        raise ValueError(msg)
    agenda = sorted(agenda)
    return World(
        calls_f=np.ascontiguousarray(calls_f, dtype=np.float64),
        calls_i=np.ascontiguousarray(calls_i, dtype=np.int32),
        by_decision=np.argsort(calls_f[:, c.DECISION_S], kind="stable").astype(np.int32),
        agenda_s=np.array([row[0] for row in agenda], dtype=np.float64),
        agenda_unit=np.array([row[1] for row in agenda], dtype=np.int32),
        agenda_bit=np.array([row[2] for row in agenda], dtype=np.int32),
        target_s=np.empty(0) if target_s is None else target_s,
        refusal=np.empty(0) if refusal is None else refusal,
    )


def on_duty_throughout(units: int) -> list[tuple[float, int, int]]:
    """An agenda in which every unit comes on duty at 0 and stays."""
    return [(0.0, unit, -c.OFF_DUTY) for unit in range(units)]
