"""A small invented city and its calls, the same from the same seed."""

from __future__ import annotations

import numpy as np

from wardmote.core.domain.ids import PostId
from wardmote.core.policies.relocation import CoverSets, cover_sets
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.roads import Network, Roads, network_from_arcs, prepare
from wardmote.core.simulation.twin.rules import CoverKept, MovedByRule
from wardmote.core.simulation.twin.tables import Places, Travel, World
from wardmote.core.simulation.twin.twin import (
    Fleet,
    Twin,
    on_duty_throughout,
    setting_of,
    world_of,
)

SIDE = 14
HOUR_S = 3600.0
FAST, SLOW = 0, 1


def network(seed: int = 1) -> Network:
    """A grid of streets with random speeds, some one-way, under two metrics."""
    rng = np.random.default_rng(seed)
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    east = np.stack((node[:, :-1].ravel(), node[:, 1:].ravel()))
    north = np.stack((node[:-1].ravel(), node[1:].ravel()))
    streets = np.concatenate((east, north), axis=1)
    two_way = np.concatenate((streets, streets[::-1]), axis=1)
    kept = rng.random(two_way.shape[1]) > 0.1
    tail, head = two_way[:, kept]
    seconds = rng.uniform(20, 60, size=len(tail))
    other = seconds * rng.uniform(1.2, 1.8, size=len(tail))
    y, x = np.divmod(np.arange(SIDE * SIDE), SIDE)
    return network_from_arcs(
        x * 0.4, y * 0.4, tail.astype(np.int32), head.astype(np.int32),
        np.stack((seconds, other)), 0.001,
    )  # fmt: skip


POSTS = np.array([30, 41, 97, 154, 165], dtype=np.int32)
POST_IDS = tuple(PostId(f"p{row}") for row in range(len(POSTS)))
HOSPITALS = np.array([60, 120], dtype=np.int32)
PLACES = Places(POSTS, np.array([0.0, 0.02, 0.05, 0.0, 0.03]), HOSPITALS, np.array([0.01, 0.04]))


def travel(periods: int = 1) -> Travel:
    """Two priorities and the rest; with three periods the middle ones are slower."""
    return Travel(
        start_s=np.array([0.0, 7 * HOUR_S, 19 * HOUR_S])[:periods],
        cycle_s=24 * HOUR_S if periods > 1 else 0.0,
        metric=np.array([[FAST, SLOW, SLOW]] * periods, dtype=np.int32),
        scale=np.array([[1.0, 1.0, 1.0], [1.4, 1.3, 1.2], [1.1, 1.0, 1.0]])[:periods],
        off_km_s=np.array([[0.004, 0.003, 0.003]] * periods),
    )


def calls(
    number: int, seed: int, *, gap_s: float = 240.0, kinds: int = 1, noise: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Calls with durations of their own."""
    rng = np.random.default_rng(seed)
    calls_f = np.ones((number, c.CALL_F))
    calls_f[:, c.ARRIVAL_S] = np.cumsum(rng.exponential(gap_s, number))
    calls_f[:, c.DECISION_S] = calls_f[:, c.ARRIVAL_S] + rng.uniform(20, 90, number)
    calls_f[:, c.SCENE_S] = rng.exponential(600, number)
    calls_f[:, c.HANDOVER_S] = rng.exponential(400, number)
    calls_f[:, c.PLACE_KM] = rng.uniform(0, 0.1, number)
    if noise:
        calls_f[:, c.TURNOUT_FACTOR] = rng.lognormal(-0.08, 0.4, number)
        calls_f[:, c.DRIVE_FACTOR] = rng.lognormal(-0.02, 0.2, number)
    calls_i = np.zeros((number, c.CALL_I), dtype=np.int32)
    calls_i[:, c.PRIORITY] = rng.integers(0, 2, number)
    calls_i[:, c.PLACE_NODE] = rng.integers(0, SIDE * SIDE, number)
    calls_i[:, c.HOSPITAL] = rng.choice(
        [c.NO_HOSPITAL, c.NEAREST_HOSPITAL, 0, 1], number, p=[0.5, 0.3, 0.1, 0.1]
    )
    calls_i[:, c.KINDS] = rng.integers(1, 1 << kinds, number)
    return calls_f, calls_i


def world(number: int = 400, seed: int = 3, units: int = 8, **how: float) -> World:
    """Calls, and units on duty throughout."""
    return world_of(*calls(number, seed, **how), on_duty_throughout(units))  # type: ignore[arg-type]  # values of several types


def cover(roads: Roads) -> CoverSets:
    """Cover of all nodes alike within six minutes."""
    ticks = roads.from_post[FAST]
    return cover_sets([ticks * roads.tick_s <= 360], [np.ones(len(ticks))])


def fleet(units: int = 8, kinds: int = 1) -> Fleet:
    """Units spread over the posts in turn."""
    number = np.arange(units)
    return Fleet((number % len(POSTS)).astype(np.int32), (number % kinds).astype(np.int32))


def twin(
    roads: Roads,
    *,
    units: int = 8,
    kinds: int = 1,
    periods: int = 1,
    moving: bool = False,
    drive_cost: float = 0.0,
    turnout_s: float = 0.0,
    reaction_s: float = 0.0,
    taking: bool = False,
    moved: MovedByRule | None = None,
    kept: CoverKept | None = None,
) -> Twin:
    """A twin of the city."""
    may_take = np.zeros((2, 2), dtype=np.bool_)
    may_take[1, 0] = taking
    setting = setting_of(
        travel(periods),
        PLACES,
        priorities=2,
        turnout_s=np.full(kinds, turnout_s),
        reaction_s=reaction_s,
        may_take=may_take,
        cover=cover(roads) if moving or moved or kept else None,
        drive_cost=drive_cost,
        units=units,
        moved=moved,
        kept=kept,
    )
    return Twin(roads, setting, fleet(units, kinds))


def prepared() -> Roads:
    """The city's tables and labels."""
    return prepare(network(), POSTS, HOSPITALS)
