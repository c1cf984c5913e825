"""Every pair of state and action of rosters, watches and swaps."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from wardmote.core.domain.lifecycle import LifeCycle, TransitionRefusedError
from wardmote.core.domain.night_watch import (
    OPEN_SWAPS,
    SWAP_LIFE_CYCLE,
    WATCH_LIFE_CYCLE,
    WATCH_ROSTER_LIFE_CYCLE,
    RosterAction,
    RosterState,
    SwapAction,
    SwapState,
    WatchAction,
    WatchState,
)

_ALLOWED = {
    "draft publish published",
    "published close closed",
    "planned begin under_way",
    "under_way finish finished",
    "under_way close closed",
    "missed begin under_way",
    "closed finish finished",
    "planned miss missed",
    "planned cancel cancelled",
    "asked agree agreed",
    "asked refuse refused",
    "asked withdraw withdrawn",
    "asked lapse lapsed",
    "agreed approve approved",
    "agreed refuse refused",
    "agreed withdraw withdrawn",
    "agreed lapse lapsed",
}


@pytest.mark.parametrize(
    ("cycle", "states", "actions"),
    [
        (WATCH_ROSTER_LIFE_CYCLE, RosterState, RosterAction),
        (WATCH_LIFE_CYCLE, WatchState, WatchAction),
        (SWAP_LIFE_CYCLE, SwapState, SwapAction),
    ],
)
def test_only_what_is_listed_may_follow(
    cycle: LifeCycle[Any, Any], states: Any, actions: Any
) -> None:
    seen = set()
    for state, action in product(states, actions):
        try:
            seen.add(f"{state} {action} {cycle.next_state(state, action)}")
        except TransitionRefusedError:
            continue
    own = {f"{state} {action}" for state, action in product(states, actions)}
    assert seen == {row for row in _ALLOWED if row.rpartition(" ")[0] in own}
    assert all(not cycle.allowed_actions(state) for state in cycle.final)
    assert {state for state in states if not cycle.allowed_actions(state)} == cycle.final


def test_a_swap_that_is_not_over_is_open() -> None:
    assert frozenset(SwapState) - SWAP_LIFE_CYCLE.final == OPEN_SWAPS
