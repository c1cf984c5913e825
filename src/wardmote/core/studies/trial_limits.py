"""What a trial may take: refused before it begins, with what to change."""

from __future__ import annotations

from collections.abc import Sequence

from wardmote.core.domain.problem import Problem
from wardmote.core.studies.fleets import spoken
from wardmote.core.studies.plan import Plan
from wardmote.core.studies.scenario import Scenario
from wardmote.core.studies.worlds import WARM_UP_DAYS, is_counted

MOST_SIMULATED_DAYS = 500_000
"""Days of all runs together, warm-up days too: about an hour for a city of some 10,000 calls a
week, while all other runs wait."""
MOST_TABLES = 1_000
"""Places of posts times sets of closed roads. Each holds 28 bytes for each junction, copy of one
for turn restrictions and point that calls come from: less than 3 GB for 100,000 of these."""


def check_trial(
    plans: Sequence[Plan], scenarios: Sequence[Scenario], *, runs: int, days: float
) -> None:
    """Refuse a trial that would take too long or too much memory, or would not count what is asked.

    Raises:
        Problem: it says what to change.
    """
    simulated = runs * (days + WARM_UP_DAYS) * len(plans) * len(scenarios)
    if simulated > MOST_SIMULATED_DAYS:
        raise Problem(
            zh=f"共需模拟 {simulated:,.0f} 天，最多 {MOST_SIMULATED_DAYS:,} 天；"
            "请减少运行次数、天数、方案或情景。",
            en=f"This simulates {simulated:,.0f} days in all, and at most {MOST_SIMULATED_DAYS:,} "
            "are allowed; ask for fewer runs, days, plans or what-ifs.",
        )
    posts = {(post.lon, post.lat) for plan in plans for post in plan.posts}
    posts |= {(post.lon, post.lat) for one in scenarios for post in one.add_posts}
    closures = {one.roads_closed for one in scenarios}
    tables = len(posts) * len(closures)
    if tables > MOST_TABLES:
        raise Problem(
            zh=f"{len(posts)} 处快反点 × {len(closures)} 种道路封闭 = {tables:,}，"
            f"最多 {MOST_TABLES:,}；请分成几次比较。",
            en=f"{len(posts)} places of posts times {len(closures)} ways in which roads are closed "
            f"are {tables:,}, and at most {MOST_TABLES:,} are allowed; compare them in parts.",
        )
    for scenario in scenarios:
        for festival in scenario.festivals:
            if not is_counted(festival, days):
                raise Problem(
                    zh=f"情景“{spoken(scenario, 'zh')}”的活动不在所计的日子内：计数从周一开始，"
                    f"共 {days:g} 天。请增加天数。",
                    en=f"The festival of the what-if “{spoken(scenario, 'en')}” falls on no "
                    f"counted day: counting begins on Monday and takes {days:g} days. "
                    "Ask for more days.",
                )
