"""Rules in force as tables of the twin: what is adopted is what was tried, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.ids import PostId
from wardmote.core.policies.preempt import Preemption
from wardmote.core.policies.recommend_keeping_cover import CoverKeepingRule
from wardmote.core.policies.relocation import CoverSets, value_of_one_more
from wardmote.core.policies.relocation_limits import HOUR_S
from wardmote.core.policies.relocation_rule import RelocationMethod, RelocationRule
from wardmote.core.policies.relocation_tables import build_order
from wardmote.core.simulation.twin.methods import (
    BACK_TO_OWN_POST,
    RULE_COMPLIANCE_TABLE,
    RULE_EXPECTED_COVER,
    RULE_LOOK_AHEAD,
)
from wardmote.core.simulation.twin.tables import Keeping, Limits, Preempting
from wardmote.core.travel.graph import Bool, Float64

METHODS = {
    RelocationMethod.OFF: BACK_TO_OWN_POST,
    RelocationMethod.EXPECTED_COVER: RULE_EXPECTED_COVER,
    RelocationMethod.COMPLIANCE_TABLE: RULE_COMPLIANCE_TABLE,
    RelocationMethod.LOOK_AHEAD: RULE_LOOK_AHEAD,
}
ALL_KINDS = -1
ANY_GAIN_S = 1e-9
"""Less than any difference of expected times that is none of rounding."""


@dataclass(frozen=True, slots=True)
class MovedByRule:
    """A rule for idle units, and what the twin has to know beside it.

    Attributes:
        posts: ids in the order of the cover's columns.
        total: all demand, in the unit of the cover's weights.
        kinds: bits of the kinds of unit that are moved and counted.
        travel_class: of `Travel`, by which drives to posts are expected; the last where not given.
        access_s: what every drive takes beside.
        refused_share: of advice that crews refuse.
    """

    rule: RelocationRule
    posts: tuple[PostId, ...]
    total: float
    kinds: int = ALL_KINDS
    travel_class: int = -1
    access_s: float = 0.0
    refused_share: float = 0.0


@dataclass(frozen=True, slots=True)
class CoverKept:
    """A rule that sends a later unit where that keeps cover, and what it has to know.

    Attributes:
        total: all demand, in the unit of the cover's weights.
        percentile: share of calls, in per cent, that the standard wants in time.
        travel_spread, turnout_spread: standard errors as shares of expected drive and turnout.
        clock: when the standard's clock starts: 0 with the call, 1 with the order, 2 with the
            drive.
    """

    rule: CoverKeepingRule
    total: float
    percentile: float
    travel_spread: float = 0.0
    turnout_spread: float = 0.0
    clock: int = 1


@dataclass(frozen=True, slots=True)
class PreemptedByRule:
    """The rule by which units are taken off lesser calls, and what the twin has to know beside it.

    Attributes:
        access_s: what every drive takes beside, of a unit that drives already too.
    """

    rule: Preemption
    access_s: float = 0.0


def method_of(rule: RelocationRule) -> int:
    """The method's number."""
    return METHODS[rule.method]


def limits_of(moved: MovedByRule, sets: Sequence[CoverSets], units: int) -> Limits:
    """What a rule allows; its table, or one for each period where it has none and needs one."""
    rule = moved.rule
    orders: list[tuple[PostId, ...]] = [() for _ in sets]
    if rule.method is RelocationMethod.COMPLIANCE_TABLE:
        orders = [
            rule.order or build_order(one, moved.posts, rule.busy_share, units) for one in sets
        ]
    row = {post: number for number, post in enumerate(moved.posts)}
    known = [[row[post] for post in order if post in row] for order in orders]
    table = np.full((len(sets), max(map(len, known))), -1, dtype=np.int32)
    for number, order in enumerate(known):
        table[number, : len(order)] = order
    return Limits(
        total=float(moved.total),
        minimum_gain_share=float(rule.minimum_gain_share),
        gain_share_per_minute=float(rule.gain_share_per_minute),
        moves_per_hour=rule.moves_per_hour,
        moves_per_shift=rule.moves_per_shift,
        driving_per_shift_s=float(rule.driving_per_shift_s),
        farthest_drive_s=float(rule.farthest_drive_s),
        rest_s=float(rule.rest_s),
        shift_changes_s=np.array(rule.shift_changes_h, dtype=np.float64) * HOUR_S,
        quiet_before_change_s=float(rule.quiet_before_change_s),
        order=table,
        kinds=moved.kinds,
        travel_class=moved.travel_class,
        access_s=float(moved.access_s),
        refused_share=float(moved.refused_share),
    )


def no_limits() -> Limits:
    """Where no rule moves units."""
    off = RelocationRule("off", method=RelocationMethod.OFF)
    nobody = CoverSets(np.empty((0, 0), dtype=np.int32), np.empty(0))
    return limits_of(MovedByRule(off, (), 0.0), (nobody,), 0)


def keeping_of(kept: CoverKept, priorities: int, units: int) -> Keeping:
    """What a rule for dispatch allows."""
    rule = kept.rule
    allowed = np.zeros(priorities, dtype=np.bool_)
    for one in rule.priorities if rule.enabled else ():
        allowed[one - 1 : one] = True
    return Keeping(
        most_later_s=float(rule.most_later_s),
        least_kept_share=float(rule.least_kept_share),
        priorities=allowed,
        total=float(kept.total),
        one_more=value_of_one_more(rule.busy_share, units + 1),
        least_chance=kept.percentile / 100.0,
        travel_spread=float(kept.travel_spread),
        turnout_spread=float(kept.turnout_spread),
        clock=kept.clock,
    )


def taken_off(rule: Preemption, priorities: int) -> Bool:
    """Whether a unit may be taken off a call of the first priority for one of the second."""
    lesser, urgent = np.ogrid[:priorities, :priorities]
    return np.asarray((urgent < rule.at_least) & (lesser - urgent >= rule.steps), dtype=np.bool_)


def preempting_of(
    preempted: PreemptedByRule | None, turnout_s: Float64, reaction_s: float
) -> Preempting:
    """How units are taken; without a rule any gain (>) is enough, and all of them set out anew as
    from the road."""
    if preempted is None:
        return Preempting(ANY_GAIN_S, np.full(len(turnout_s), reaction_s), reaction_s)
    return Preempting(float(preempted.rule.gain_s), turnout_s, float(preempted.access_s))


def nothing_kept(priorities: int) -> Keeping:
    """Where the nearest unit goes."""
    off = CoverKeepingRule("off", enabled=False)
    return keeping_of(CoverKept(off, 0.0, 0.0), priorities, 0)
