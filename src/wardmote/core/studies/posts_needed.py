"""What is answered to a planner who allowed too few posts to reach everything."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class PostsNeeded:
    """How many posts it takes to reach all that can be reached, where fewer were allowed.

    Attributes:
        least: fewer are proven to leave something out.
        enough: with so many a plan is known.
    """

    allowed: int
    least: int
    enough: int

    @property
    def problem(self) -> Problem:
        """The same, said to a person."""
        zh, en = f"{self.least}", f"{self.least}"
        if self.enough > self.least:
            zh += f"（{self.enough} 个已知足够）"
            en += f" ({self.enough} are known to be enough)"
        return Problem(
            zh=f"{self.allowed} 个快反点太少：要在目标时间内到达所有能到达的报警地点，"
            f"至少需要 {zh} 个。请放宽点数。",
            en=f"{self.allowed} posts are too few: to reach all calls that can be reached within "
            f"their target, at least {en} are needed. Allow more.",
        )
