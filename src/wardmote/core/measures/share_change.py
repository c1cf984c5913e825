"""A share against that of another period, with an interval that stays honest for few cases.

The interval of the difference is Newcombe's hybrid of two Wilson score intervals (1998, method 10,
doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from wardmote.core.measures.distributions import Share, wilson


@dataclass(frozen=True, slots=True)
class ShareChange:
    """A share of this period and of another.

    Attributes:
        before: None when the other period was not recorded.
        points: now - before as shares, -1 .. 1; None where either is of nothing.
        low, high: 95 % interval of `points`.
        chance: of a difference at least this great if both shares are the same (two-sided score
            test with the pooled share); None where nothing is compared.
    """

    now: Share
    before: Share | None
    points: float | None = None
    low: float | None = None
    high: float | None = None
    chance: float | None = None

    @property
    def is_surprising(self) -> bool | None:
        """Whether the interval leaves out 0; None where there is none."""
        if self.low is None or self.high is None:
            return None
        return self.low > 0.0 or self.high < 0.0


def share_change(now: tuple[int, int], before: tuple[int, int] | None) -> ShareChange:
    """The share `part` of `whole` now against that of before, each as (part, whole).

    Raises:
        ValueError: not 0 <= part <= whole.
    """
    here = wilson(*now)
    if before is None:
        return ShareChange(here, None)
    there = wilson(*before)
    if here.share is None or here.low is None or here.high is None:
        return ShareChange(here, there)
    if there.share is None or there.low is None or there.high is None:
        return ShareChange(here, there)
    points = here.share - there.share
    down = math.hypot(here.share - here.low, there.high - there.share)
    up = math.hypot(here.high - here.share, there.share - there.low)
    return ShareChange(
        here, there, points, max(-1.0, points - down), min(1.0, points + up), _chance(here, there)
    )


def _chance(here: Share, there: Share) -> float:
    pooled = (here.met + there.met) / (here.of + there.of)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / here.of + 1 / there.of))
    if spread == 0.0:
        return 1.0
    points = here.met / here.of - there.met / there.of
    return math.erfc(abs(points) / spread / math.sqrt(2.0))
