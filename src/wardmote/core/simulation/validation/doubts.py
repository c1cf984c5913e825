"""What weakens a validation, said with it: too little to fit on, other days, chance, a short fleet.

None of this is an error. A validation with doubts is still what these records give; whoever reads
it should know how much they can give.
"""

from __future__ import annotations

from collections.abc import Sequence

from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.replay.outcome import ReplayedCall
from wardmote.core.simulation.validation.comparison import KS_GOAL, Comparison
from wardmote.core.simulation.validation.fleet_ahead import ModelDay

FEW_TIMES = 400
"""With fewer times from alert to arrival, kinds and priorities are corrected together."""

OFTEN = 0.03
"""A larger (>) share of calls that wait for their first unit is told."""


def waited(outcomes: Sequence[ReplayedCall]) -> float:
    """Share of calls, 0 .. 1, for which no unit asked for was free when the first was ordered."""
    return sum(call.waited for call in outcomes) / len(outcomes) if outcomes else 0.0


def doubts(
    times: int, days: Sequence[ModelDay], found: Comparison, waited_share: float
) -> tuple[Bilingual, ...]:
    """What to keep in mind.

    Args:
        times: recorded times from alert to arrival that were fitted on.
        days: whom the days ahead are staffed like.
        waited_share: of the simulated calls ahead.
    """
    said = []
    if times < FEW_TIMES:
        said.append(
            Bilingual(
                zh=f"拟合期只有 {times} 次出警有出发和到场时间；少于 {FEW_TIMES} 次时拟合粗略。",
                en=f"Only {times} runs of the days fitted on say when they began and arrived; with "
                f"fewer than {FEW_TIMES} the fit is rough.",
            )
        )
    others = sum(not day.same_weekday for day in days)
    if others or not days:
        number = len(days) if days else 0
        said.append(
            Bilingual(
                zh="拟合期不足一整天；没有固定驻地的车辆视为全程值班。"
                if not days
                else f"{number} 天中有 {others} 天在拟合期没有同一星期几，值班照搬另一天。",
                en="Less than a day was fitted on; units without a fixed home are taken to be on "
                "duty throughout."
                if not days
                else f"For {others} of the {number} days there was no same day of the week to fit "
                "on; another day's duty is copied.",
            )
        )
    if found.ks_by_chance > KS_GOAL:
        said.append(
            Bilingual(
                zh=f"预测期到场太少：仅凭偶然，分布距离就可达 {found.ks_by_chance:.2f}，"
                f"无法判断 {KS_GOAL:g} 的目标。",
                en=f"There are too few arrivals ahead to judge a distance of {KS_GOAL:g}: chance "
                f"alone gives up to {found.ks_by_chance:.2f}.",
            )
        )
    if waited_share > OFTEN:
        said.append(
            Bilingual(
                zh=f"模拟中 {waited_share:.0%} 的警情下令时没有所需车辆空闲；"
                "从拟合期推知的车队可能小于实际。",
                en=f"In {waited_share:.0%} of the simulated calls none of the units asked for was "
                "free at once; the fleet told from the days fitted on may be smaller than it was.",
            )
        )
    return tuple(said)
