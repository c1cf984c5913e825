"""The level of demand now: recorded over expected in the recent past.

Either a flat window (the last 8 weeks all count alike) or a discount (each day counts a little less
than the next): a gamma-Poisson filter, the level's distribution being gamma(calls, expected) with
both discounted daily (West and Harrison, doi:10.1007/b98971).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wardmote.core.travel.graph import Float64

LEVEL_PRIOR_CALLS = 1.0
"""Belief in a level of 1 before anything was seen."""


@dataclass(frozen=True, slots=True)
class LevelSettings:
    """Exactly one of the two.

    Attributes:
        window_days: days that count alike.
        half_life_days: age at which a day counts half.

    Raises:
        ValueError: both or neither, or not > 0.
    """

    window_days: int | None = None
    half_life_days: float | None = None

    def __post_init__(self) -> None:
        given = [value for value in (self.window_days, self.half_life_days) if value is not None]
        if len(given) != 1 or given[0] <= 0:
            msg = "a level has either a window or a half-life, in days > 0"
            raise ValueError(msg)


EIGHT_WEEKS = LevelSettings(window_days=56)


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The level after each day of a history, as gamma distributions.

    Attributes:
        calls: float64 [D+1] discounted calls (the gamma's shape); row d is before day d.
        expected: float64 [D+1] discounted calls expected (the gamma's rate).
    """

    calls: Float64
    expected: Float64

    @property
    def mean(self) -> Float64:
        """[D+1] level before each day, the last after all."""
        return np.asarray(self.calls / self.expected, dtype=np.float64)


def levels(count: Float64, expected: Float64, settings: LevelSettings) -> Levels:
    """Levels of daily totals; days without exposure have an expectation of 0 and teach nothing."""
    days = len(count)
    prior_expected = LEVEL_PRIOR_CALLS
    if settings.window_days is not None:
        n = np.concatenate(([0.0], np.cumsum(count)))
        e = np.concatenate(([0.0], np.cumsum(expected)))
        back = np.maximum(np.arange(days + 1) - settings.window_days, 0)
        recent, wanted = n - n[back], e - e[back]
        # A window in which nothing was recorded knows no more than the whole past.
        empty = wanted <= 0
        return Levels(
            np.where(empty, n, recent) + LEVEL_PRIOR_CALLS,
            np.where(empty, e, wanted) + prior_expected,
        )
    keep = 0.5 ** (1.0 / (settings.half_life_days or 1.0))
    calls, wanted = np.empty(days + 1), np.empty(days + 1)
    a = b = 0.0
    for day in range(days):
        calls[day], wanted[day] = a, b
        a, b = a * keep + count[day], b * keep + expected[day]
    calls[days], wanted[days] = a, b
    return Levels(calls + LEVEL_PRIOR_CALLS, wanted + prior_expected)
