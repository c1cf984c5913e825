"""From a plan's standing order for idle units to the rule that it becomes, and back.

One function makes the rule that the twin tries and the one that adoption puts in force, so that
what was promised is what follows.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace

from wardmote.core.domain.ids import PostId
from wardmote.core.policies.relocation_rule import (
    SHIPPED_RELOCATION,
    RelocationMethod,
    RelocationRule,
    shipped_for,
)
from wardmote.core.studies.move_limits import MoveLimits
from wardmote.core.studies.plan import RelocationPlan, RelocationPolicy

METHODS = {
    RelocationPolicy.OWN_POST: RelocationMethod.OFF,
    RelocationPolicy.EXPECTED_COVER: RelocationMethod.EXPECTED_COVER,
    RelocationPolicy.COMPLIANCE_TABLE: RelocationMethod.COMPLIANCE_TABLE,
    RelocationPolicy.LOOK_AHEAD: RelocationMethod.LOOK_AHEAD,
}
_POLICIES = {method: policy for policy, method in METHODS.items()}
_LIMITS = tuple(one.name for one in fields(MoveLimits))


def rule_of(order: RelocationPlan, base: RelocationRule = SHIPPED_RELOCATION) -> RelocationRule:
    """The rule that a plan asks for; its version is that of `base`.

    Args:
        base: gives what plans do not say: which kinds of unit, and how long advice waits.
    """
    return replace(
        base,
        method=METHODS[order.policy],
        busy_share=order.busy_share,
        gain_share_per_minute=order.gain_share_per_minute,
        order=order.order,
        **{name: getattr(order.limits, name) for name in _LIMITS},
    )


def order_shipped(policy: RelocationPolicy, posts: int) -> RelocationPlan:
    """The standing order that is shipped for a place with so many posts.

    What a move can gain is a share of all calls that shrinks with the number of posts, so the
    least gain and the price of a minute shrink with it.
    """
    rule = shipped_for(posts)
    usual = RelocationPlan(policy)
    shrink = rule.gain_share_per_minute / SHIPPED_RELOCATION.gain_share_per_minute
    return replace(
        usual,
        gain_share_per_minute=usual.gain_share_per_minute * shrink,
        limits=MoveLimits(minimum_gain_share=rule.minimum_gain_share),
    )


def planned_by(rule: RelocationRule | None, posts: Collection[str]) -> RelocationPlan:
    """What a rule in force says, for a plan of these posts; None for no rule."""
    if rule is None or rule.method is RelocationMethod.OFF:
        return RelocationPlan(RelocationPolicy.OWN_POST)
    known = set(posts)
    return RelocationPlan(
        _POLICIES[rule.method],
        rule.busy_share,
        rule.gain_share_per_minute,
        tuple(PostId(post) for post in rule.order if post in known),
        MoveLimits(**{name: getattr(rule, name) for name in _LIMITS}),
    )
