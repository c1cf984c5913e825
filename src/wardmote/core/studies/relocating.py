"""Relocation chosen for a plan: which busy share and price of a drive the twin likes best.

Choices are compared on the same calls; the one that is taken is then told apart from "back to the
own post" on other calls, so that the gain shown is not that of the luckiest of many.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.text import Bilingual
from wardmote.core.policies.recommend_keeping_cover import CoverKeepingRule
from wardmote.core.policies.relocation_tables import build_order
from wardmote.core.studies.figures import Difference, Figure, Interval, Outcome
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.plan import Plan, RelocationPlan, RelocationPolicy
from wardmote.core.studies.scenario import AS_USUAL, Scenario
from wardmote.core.studies.trial import KeptRoads, TrialSetting, run_trial
from wardmote.core.studies.trial_roads import nodes_of, prepare_roads
from wardmote.core.studies.trial_twin import cover_of

CHOICES: tuple[RelocationPlan, ...] = tuple(
    RelocationPlan(RelocationPolicy.EXPECTED_COVER, busy, price)
    for busy in (0.1, 0.3, 0.5)
    for price in (0.0002, 0.0006, 0.002)
)
_FAR_SEEDS = 1_000_000
"""Seeds of the second look lie so far from those of the first."""


@dataclass(frozen=True, slots=True)
class RelocationProposal:
    """A plan with relocation, or without where none is better.

    Attributes:
        choices: in-time share of each choice in the first look; None without measured calls.
        outcome: of the second look: the plan without relocation, then the one with the best choice.
        better: whether the in-time share is higher for certain in the second look.
    """

    plan: Plan
    choices: tuple[tuple[RelocationPlan, Interval | None], ...]
    outcome: Outcome
    better: bool

    @property
    def gain(self) -> Difference | None:
        """In-time share gained in the second look."""
        return next((d for d in self.outcome.differences if d.figure is Figure.IN_TIME), None)


def propose_relocation(
    ground: Ground,
    plan: Plan,
    setting: TrialSetting,
    *,
    scenario: Scenario = AS_USUAL,
    choices: Sequence[RelocationPlan] = CHOICES,
    should_stop: Callable[[], bool] = lambda: False,
    report: Callable[[int, int], None] = lambda done, of: None,
    kept: KeptRoads | None = None,
    keeping: CoverKeepingRule | None = None,
) -> RelocationProposal:
    """The best relocation for a plan, proved on other calls than it was chosen on.

    Args:
        kept, keeping: prepared roads, and the rule for dispatch in force, as in `run_trial`.

    Raises:
        Problem: as `run_trial`.
    """
    still = replace(
        plan, code=f"{plan.code}-still", name=_told(plan, "回本点", "at home"), relocation=None
    )
    tried = [
        replace(plan, code=f"{plan.code}-{row}", relocation=one) for row, one in enumerate(choices)
    ]
    of = setting.runs * (len(tried) + 2)
    kept = {} if kept is None else kept
    first = run_trial(
        ground,
        tried,
        [scenario],
        setting,
        should_stop=should_stop,
        report=lambda done, _: report(done, of),
        kept=kept,
        keeping=keeping,
    )
    shares = [one.in_time for one in first.figures]
    best = choices[int(np.argmax([0.0 if one is None else one.mean for one in shares]))]
    moving = replace(plan, relocation=replace(best, order=_order(ground, plan, best, kept)))
    done_first = setting.runs * len(tried)
    second = run_trial(
        ground,
        [still, moving],
        [scenario],
        replace(setting, seed=setting.seed + _FAR_SEEDS),
        should_stop=should_stop,
        report=lambda done, _: report(done_first + done, of),
        kept=kept,
        keeping=keeping,
    )
    gain = next((d for d in second.differences if d.figure is Figure.IN_TIME), None)
    better = gain is not None and gain.better == moving.code
    chosen = moving if better else replace(plan, relocation=None)
    pairs = tuple(zip(choices, shares, strict=True))
    return RelocationProposal(chosen, pairs, second, better)


def _told(plan: Plan, zh: str, en: str) -> Bilingual:
    """The plan's name with what tells it from the other one."""
    return Bilingual(f"{plan.name.zh}（{zh}）", f"{plan.name.en} ({en})")


def _order(
    ground: Ground, plan: Plan, relocation: RelocationPlan, kept: KeptRoads
) -> tuple[PostId, ...]:
    """The nested table of the plan's posts for as many units as it has."""
    factor = ground.handling.driving.factor
    prepared = kept.get(()) or prepare_roads(ground.travel, plan.posts, factor=factor)
    roads, places = prepared.of_posts(plan.posts)
    node, km = nodes_of(ground.travel, ground.points.places, factor)
    sets = cover_of(ground, roads, places, node, km)
    return build_order(sets, [post.id for post in plan.posts], relocation.busy_share, plan.units)
