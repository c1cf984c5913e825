"""The compiled decisions are those of the policies that the room uses, moment by moment.

At every decision of a run the twin is stopped, what the room could know is written as a picture,
and the live policy is asked. Times come from a reference that walks the ways in Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from tests.unit.core.simulation.twin import small_city
from tests.unit.core.simulation.twin.live_room import CALL, View, asked_of, mapped, picture_of

from wardmote.core.domain.ids import PostId, UnitId
from wardmote.core.domain.picture import OperationalPicture
from wardmote.core.domain.positions import PositionBoard
from wardmote.core.domain.standards import STANDARD_135
from wardmote.core.policies.recommend import NearestByRoad
from wardmote.core.policies.relocation import CoverSets
from wardmote.core.policies.relocation_moves import (
    CoverGround,
    Moment,
    Relocation,
    exchange_gains,
)
from wardmote.core.policies.relocation_rule import DAY_S, RelocationRule
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.engine import run_events
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.twin import world_of


def _agenda(units: int) -> list[tuple[float, int, int]]:
    rows = [(0.0, unit, -c.OFF_DUTY) for unit in range(units)]
    for unit in range(units):
        rows += [(7_000.0 * (unit + 1), unit, c.ON_BREAK), (7_000.0 * unit + 9_000.0, unit, -2)]
    return rows


@pytest.mark.parametrize(
    "features",
    [{}, {"moving": True, "kinds": 2}, {"turnout_s": 60.0, "reaction_s": 4.0, "periods": 3}],
)
def test_the_twin_sends_whom_the_live_policy_recommends(
    roads: Roads, features: dict[str, float]
) -> None:
    kinds = int(features.get("kinds", 1))
    twin = small_city.twin(roads, **features)  # type: ignore[arg-type]  # values of several types
    calls_f, calls_i = small_city.calls(250, 11, gap_s=190.0, kinds=kinds)
    world = world_of(calls_f, calls_i, _agenda(8))
    state = twin.begin(world)
    decided = moving = 0
    while True:
        slot = state.winner[1]
        now_s = float(state.due_s[slot])
        if not np.isfinite(now_s):
            break
        if slot != 8 + 1:
            run_events(twin.roads, world, twin.setting, state, np.inf, 1)
            continue
        call = int(world.by_decision[state.counters[c.NEXT_DECISION]])
        picture = picture_of(state, now_s)
        names = tuple(sorted(one.unit for one in picture.units.values() if one.on_duty))
        zeros = np.zeros(len(names))
        board = PositionBoard(names, zeros, zeros, np.full(len(names), np.nan), zeros + now_s)
        incident, cards = asked_of(world, call)
        picture = replace(picture, incidents=mapped({CALL: incident}))
        recommended = NearestByRoad(STANDARD_135, cards).recommend(
            picture, incident, now_s, View(twin, state, world, call, board),
            np.random.default_rng(0),
        ).units  # fmt: skip
        was = state.units_i[:, c.STATUS].copy()
        run_events(twin.roads, world, twin.setting, state, np.inf, 1)
        sent = int(state.outcome_i[call, c.UNIT])
        assert recommended == (() if sent < 0 else (UnitId(f"u{sent:03d}"),))
        decided += 1
        moving += sent >= 0 and was[sent] == c.TO_POST
    assert decided == 250
    assert moving > 20


def _live_relocation(sets: CoverSets, posts: tuple[PostId, ...], drive_cost: float) -> Relocation:
    """The live policy with every limit out of the way."""
    total = float(sets.weight.sum())
    rule = RelocationRule(
        "twin/1", busy_share=0.5, minimum_gain_share=0.0,
        gain_share_per_minute=drive_cost * 60.0 / total, driving_per_shift_s=DAY_S,
        farthest_drive_s=DAY_S, rest_s=0.0, quiet_before_change_s=0.0, shift_changes_h=(),
    )  # fmt: skip
    return Relocation.of(rule, CoverGround(posts, sets, total), 0)


def _as_given(drive_s: np.ndarray, _units: Sequence[UnitId]) -> np.ndarray:
    return drive_s


def _gain_and_worth(
    live: Relocation,
    picture: OperationalPicture,
    headed: dict[UnitId, PostId],
    move: tuple[PostId, PostId],
    drive_s: np.ndarray,
) -> tuple[float, float]:
    """What cover gains by a move, and that less its longer drive, by the live policy's numbers."""
    posts = live.ground.posts
    rows = list(live.stationed(picture, headed).values())
    count = np.bincount(rows, minlength=len(posts)).astype(np.int32)
    here, there = posts.index(move[0]), posts.index(move[1])
    gains = exchange_gains(live.ground.sets, live.rule.busy_share, count)
    gain = float(gains[here, there]) / live.ground.total
    longer_s = float(drive_s[0, there] - drive_s[0, here])
    return gain, gain - longer_s * live.rule.gain_share_per_minute / 60.0


@pytest.mark.parametrize("drive_cost", [0.0, 0.02])
def test_the_twin_moves_units_where_the_live_policy_advises(
    roads: Roads, drive_cost: float
) -> None:
    twin = small_city.twin(roads, moving=True, drive_cost=drive_cost)
    world = world_of(*small_city.calls(250, 12, gap_s=190.0), _agenda(8))
    state = twin.begin(world)
    posts = tuple(PostId(f"p{row}") for row in range(len(small_city.POSTS)))
    live = _live_relocation(small_city.cover(roads), posts, drive_cost)
    asked = moved = 0
    while np.isfinite(state.due_s[state.winner[1]]):
        before = state.units_i.copy()
        slot = state.winner[1]
        picture = picture_of(state, float(state.due_s[slot]))
        run_events(twin.roads, world, twin.setting, state, np.inf, 1)
        if slot >= 8 or before[slot, c.STATUS] not in (c.ON_SCENE, c.AT_HOSPITAL):
            continue
        if state.units_i[slot, c.STATUS] != c.TO_POST or state.units_i[slot, c.ABSENCE]:
            continue
        name = UnitId(f"u{slot:03d}")
        picture = replace(
            picture, units=picture.units.put(name, replace(picture.units[name], active=None))
        )
        headed = {UnitId(f"u{n:03d}"): posts[row[c.POST]] for n, row in enumerate(before)}
        node = int(before[slot, c.NODE])
        ticks = roads.to_post[small_city.SLOW, :, node, 0]
        drive_s = (ticks * roads.tick_s)[None, :]
        home = headed[name]
        drives = partial(_as_given, drive_s)
        advice = live.advise(picture, Moment(0.0, 0.0), headed, {}, drives, asked=name)
        mine = home if advice is None else advice.post
        twins = posts[state.units_i[slot, c.POST]]
        if mine != twins:
            # Two posts may be worth the same; and the live policy never gives up cover for a
            # shorter drive, as the twin may.
            gain, worth = _gain_and_worth(live, picture, headed, (home, twins), drive_s)
            _, live_worth = _gain_and_worth(live, picture, headed, (home, mine), drive_s)
            assert gain < 0 or live_worth == pytest.approx(worth, abs=1e-8)
            continue
        asked += 1
        moved += state.units_i[slot, c.POST] != before[slot, c.POST]
    assert asked > 80
    assert moved > (40 if drive_cost == 0 else 10)
