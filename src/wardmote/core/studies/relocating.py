"""Relocation chosen for a plan: which method, busy share and price of a drive the twin likes best.

Ways are compared with "back to the own post" on the same calls, pair by pair; the one that is taken
is then told apart from it on other calls, so that the gain shown is not that of the luckiest of
many.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.policies.recommend_keeping_cover import CoverKeepingRule
from wardmote.core.policies.relocation_tables import build_order
from wardmote.core.studies.figures import Difference, Figure, Interval, Outcome
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.move_limits import SHIPPED_LIMITS
from wardmote.core.studies.moving import order_shipped
from wardmote.core.studies.plan import Plan, RelocationPlan, RelocationPolicy
from wardmote.core.studies.scenario import AS_USUAL, Scenario
from wardmote.core.studies.trial import KeptRoads, TrialSetting, run_trial
from wardmote.core.studies.trial_limits import MOST_SIMULATED_DAYS
from wardmote.core.studies.trial_roads import prepare_roads
from wardmote.core.studies.trial_twin import cover_of
from wardmote.core.studies.worlds import WARM_UP_DAYS


class MoveSearch(StrEnum):
    """Which methods of moving free units are tried."""

    COVER = "cover"
    """Where they add most to expected cover."""
    TABLES = "tables"
    """By nested compliance tables."""
    LOOK_AHEAD = "lookahead"
    """Where they will be worth most in the minutes to come."""
    ALL = "all"
    """All of these."""


_BUSY = (0.1, 0.3, 0.5)
_PRICES = (0.1, 1 / 3, 1.0, 10 / 3)
"""Of a minute's drive, as multiples of the shipped one; where it is cheap the least gain is as
small a part of the shipped one."""
_GRID: Mapping[MoveSearch, tuple[RelocationPolicy, Sequence[float], Sequence[float]]] = {
    MoveSearch.COVER: (RelocationPolicy.EXPECTED_COVER, _BUSY, _PRICES),
    MoveSearch.TABLES: (RelocationPolicy.COMPLIANCE_TABLE, _BUSY, (_PRICES[0], _PRICES[-1])),
    MoveSearch.LOOK_AHEAD: (RelocationPolicy.LOOK_AHEAD, (0.3,), _PRICES[:3]),
}
"""What is tried of each method. Looking ahead takes far longer, so fewer ways of it are tried."""
LOOK_AHEAD_DAYS = 25.0
"""So many days are simulated by another rule in the time of one by looking ahead, or more."""
_FAR_SEEDS = 1_000_000
"""Seeds of the second look lie so far from those of the first."""
_STILL, _MOVED = "still", "moved"


@dataclass(frozen=True, slots=True)
class WayTried:
    """A way of moving free units, and what the first look says of it.

    Attributes:
        in_time: share of the calls that the standard measures; None without measured calls.
        gain: of that share over "back to the own post" on the same calls, pair by pair.
    """

    way: RelocationPlan
    in_time: Interval | None
    gain: Interval | None


@dataclass(frozen=True, slots=True)
class RelocationProposal:
    """A plan with relocation, or without where none is better.

    Attributes:
        tried: each way in the first look.
        best: row in `tried` of the one that was looked at again.
        outcome: of the second look: the plan without relocation, then the one with the best way.
        better: whether the in-time share is higher for certain in the second look.
    """

    plan: Plan
    tried: tuple[WayTried, ...]
    best: int
    outcome: Outcome
    better: bool

    @property
    def gain(self) -> Difference | None:
        """In-time share gained in the second look."""
        return next((d for d in self.outcome.differences if d.figure is Figure.IN_TIME), None)


def ways_of(search: MoveSearch, posts: int) -> tuple[RelocationPlan, ...]:
    """The ways that are tried for a plan of so many posts."""
    wanted = [one for one in _GRID if search in (one, MoveSearch.ALL)]
    found = []
    for policy, busy, prices in (_GRID[one] for one in wanted):
        shipped = order_shipped(policy, posts)
        found += [
            replace(
                shipped,
                busy_share=q,
                gain_share_per_minute=shipped.gain_share_per_minute * price,
                limits=replace(
                    shipped.limits,
                    minimum_gain_share=shipped.limits.minimum_gain_share * min(price, 1.0),
                ),
            )
            for q in busy
            for price in prices
        ]
    return tuple(found)


def runs_needed(ways: int, runs: int) -> int:
    """Simulations for so many runs of each way: these beside none, then the best beside none."""
    return runs * (ways + 3)


def check_ways(ways: Sequence[RelocationPlan], *, runs: int, days: float) -> None:
    """Refuse what would take too long, before it begins.

    Raises:
        Problem: it says what to change.
    """
    each = [LOOK_AHEAD_DAYS if way.policy is RelocationPolicy.LOOK_AHEAD else 1.0 for way in ways]
    simulated = runs * (days + WARM_UP_DAYS) * (sum(each) + 2.0 + max(each))
    if simulated > MOST_SIMULATED_DAYS:
        raise Problem(
            zh=f"所需时间相当于模拟 {simulated:,.0f} 天（“预判”一天按 {LOOK_AHEAD_DAYS:.0f} 天计）"
            f"，最多 {MOST_SIMULATED_DAYS:,} 天；请减少运行次数、天数，或不试“预判”。",
            en=f"This takes as long as {simulated:,.0f} days (a day by looking ahead counts as "
            f"{LOOK_AHEAD_DAYS:.0f}), and at most {MOST_SIMULATED_DAYS:,} are allowed; ask for "
            "fewer runs or days, or try other methods than looking ahead.",
        )


def propose_relocation(
    ground: Ground,
    plan: Plan,
    setting: TrialSetting,
    *,
    scenario: Scenario = AS_USUAL,
    ways: Sequence[RelocationPlan],
    should_stop: Callable[[], bool] = lambda: False,
    report: Callable[[int, int], None] = lambda done, of: None,
    kept: KeptRoads | None = None,
    keeping: CoverKeepingRule | None = None,
) -> RelocationProposal:
    """The best relocation for a plan, proved on other calls than it was chosen on.

    Args:
        ways: at least one, such as `ways_of`; the plan's own limits of moves hold in each where it
            has some that are not the shipped ones.
        report: told how many simulations are done, and of how many (`runs_needed`).
        kept, keeping: prepared roads, and the rule for dispatch in force, as in `run_trial`.

    Raises:
        Problem: as `check_ways` and `run_trial`.
    """
    check_ways(ways, runs=setting.runs, days=setting.days)
    kept = {} if kept is None else kept
    own = None if plan.relocation is None else plan.relocation.limits
    own = None if own == SHIPPED_LIMITS else own
    orders = _orders(ground, plan, {way.busy_share for way in ways}, kept)
    ways = [replace(way, order=orders[way.busy_share], limits=own or way.limits) for way in ways]
    still = replace(plan, code=_STILL, name=_told(plan, "回本点", "at home"), relocation=None)
    moving = [replace(plan, code=f"{_MOVED}-{row}", relocation=way) for row, way in enumerate(ways)]
    of = runs_needed(len(ways), setting.runs)
    first = run_trial(
        ground,
        [still, *moving],
        [scenario],
        setting,
        should_stop=should_stop,
        report=lambda done, _: report(done, of),
        kept=kept,
        keeping=keeping,
    )
    tried = _tried(ways, first)
    best = max(range(len(ways)), key=lambda row: _mean(tried[row].gain))
    done_first = setting.runs * (len(ways) + 1)
    second = run_trial(
        ground,
        [still, replace(plan, code=_MOVED, relocation=ways[best])],
        [scenario],
        replace(setting, seed=setting.seed + _FAR_SEEDS),
        should_stop=should_stop,
        report=lambda done, _: report(done_first + done, of),
        kept=kept,
        keeping=keeping,
    )
    gain = next((d for d in second.differences if d.figure is Figure.IN_TIME), None)
    better = gain is not None and gain.better == _MOVED
    found = replace(plan, relocation=ways[best] if better else None)
    return RelocationProposal(found, tried, best, second, better)


def _tried(ways: Sequence[RelocationPlan], first: Outcome) -> tuple[WayTried, ...]:
    gains = {one.plan: one.value for one in first.differences if one.figure is Figure.IN_TIME}
    return tuple(
        WayTried(way, figures.in_time, gains.get(figures.plan))
        for way, figures in zip(ways, first.figures[1:], strict=True)
    )


def _mean(gain: Interval | None) -> float:
    return -math.inf if gain is None else gain.mean


def _told(plan: Plan, zh: str, en: str) -> Bilingual:
    """The plan's name with what tells it from the other one."""
    return Bilingual(f"{plan.name.zh}（{zh}）", f"{plan.name.en} ({en})")


def _orders(
    ground: Ground, plan: Plan, busy: Collection[float], kept: KeptRoads
) -> dict[float, tuple[PostId, ...]]:
    """By busy share, the nested table of the plan's posts for as many units as it has."""
    points = ground.points.places
    prepared = kept.get(())
    if prepared is None or not prepared.holds(plan.posts, points):
        prepared = kept[()] = prepare_roads(ground.travel, plan.posts, points=points)
    roads, places = prepared.of_posts(plan.posts)
    node, km = prepared.nodes_of(points)
    sets = cover_of(ground, roads, places, node, km)
    posts = [post.id for post in plan.posts]
    return {one: build_order(sets, posts, one, plan.units) for one in busy}
