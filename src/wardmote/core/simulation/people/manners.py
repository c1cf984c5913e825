"""How long people take: to answer, to get going, to deal with a call.

Durations are log-normal, which fits human service times well; medians and spreads are
plausible values for a demonstration, not measurements of any place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Duration:
    """A log-normal duration.

    Attributes:
        median_s: half of the durations are shorter.
        spread: standard deviation of the logarithm.
        longest_s: longer draws are cut to this.
    """

    median_s: float
    spread: float
    longest_s: float

    def draw(self, rng: np.random.Generator) -> float:
        """One duration in seconds."""
        drawn = float(rng.lognormal(math.log(self.median_s), self.spread))
        return min(drawn, self.longest_s)


@dataclass(frozen=True, slots=True)
class JobTimes:
    """How long a crew takes for each step of one job, seconds.

    Attributes:
        finish_s: from the first report until it clears.
        refuses: it refuses the job instead of acknowledging it.
    """

    acknowledge_s: float
    set_out_s: float
    first_report_s: float
    finish_s: float
    refuses: bool


@dataclass(frozen=True, slots=True)
class CrewManners:
    """How a crew behaves.

    Attributes:
        refusal_share: share of dispatches that a crew refuses (a fault, another task at hand).
        haste: driving time with lights and siren as a share of the free-flow time of the map.
        stays_share: share of advice where to stand by that a crew refuses.
    """

    acknowledge: Duration = Duration(12.0, 0.5, 120.0)
    set_out: Duration = Duration(35.0, 0.5, 240.0)
    first_report: Duration = Duration(240.0, 0.6, 1_500.0)
    finish: Duration = Duration(600.0, 0.7, 3_600.0)
    stand_by: Duration = Duration(240.0, 0.6, 1_200.0)
    refusal_share: float = 0.01
    haste: float = 1.25
    stays_share: float = 0.1

    def draw_job(self, rng: np.random.Generator) -> JobTimes:
        """The times of one job."""
        return JobTimes(
            acknowledge_s=self.acknowledge.draw(rng),
            refuses=float(rng.random()) < self.refusal_share,
            set_out_s=self.set_out.draw(rng),
            first_report_s=self.first_report.draw(rng),
            finish_s=self.finish.draw(rng),
        )


@dataclass(frozen=True, slots=True)
class ColleagueManners:
    """How a colleague at another desk behaves.

    Attributes:
        patience_s: how long a call may wait before the colleague dispatches the recommendation.
        closing: how long after the last unit cleared the call is closed.
    """

    patience_s: float = 45.0
    closing: Duration = Duration(60.0, 0.4, 300.0)
