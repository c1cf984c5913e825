"""A count against that of another period, careful where counts are small.

Two Poisson counts, given their sum, are binomial; so whether they differ, and by how much, is
told exactly (Przyborowski and Wilenski 1940, doi:10.2307/2332612; the interval of the ratio is
the Clopper-Pearson interval of that binomial, doi:10.1093/biomet/26.4.404). A change in per cent is
never below -100: nothing falls by more than all of it.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

from wardmote.core.travel.compiled import kernel

SMALL_COUNT = 30
"""Below this (<) in the period before, a change is told as a number only, not in per cent."""

UNUSUAL = 0.05
_HALVINGS = 34
"""To within 1e-10 of a share; intervals are told in whole per cent."""
KEPT_CHANGES = 8_192
_MAX_TERMS = 10_000
_CONVERGED, _TINY = 1e-15, 1e-300


@dataclass(frozen=True, slots=True)
class Change:
    """This period against another.

    Attributes:
        before: None when the other period was not recorded.
        difference: now - before; of periods of unlike length it compares unlike spans.
        share: (now - expected) / expected, where expected is `before` scaled to this period's
            length; >= -1. None when `before` is small or not known.
        chance: of a difference at least this great if both periods are equally busy; None when not
            known.
        low, high: 95 % interval of `share`, where there is one.
    """

    now: int
    before: int | None
    difference: int | None
    share: float | None
    chance: float | None
    low: float | None = None
    high: float | None = None

    @property
    def is_surprising(self) -> bool | None:
        """Whether two equally busy periods would differ so in fewer than 1 of 20 cases."""
        return None if self.chance is None else self.chance < UNUSUAL


@functools.lru_cache(maxsize=KEPT_CHANGES)
def change(now: int, before: int | None, exposure: float = 1.0) -> Change:
    """This period against another.

    Args:
        now, before: counts, >= 0; None where the other period was not recorded.
        exposure: length of this period as a multiple of the other's, > 0.

    Raises:
        ValueError: a count or the exposure is out of range.
    """
    if now < 0 or (before is not None and before < 0):
        raise ValueError("a count cannot be negative")
    if not (exposure > 0 and math.isfinite(exposure)):
        raise ValueError("the exposure must be above 0 and finite")
    if before is None:
        return Change(now, None, None, None, None)
    chance = chance_of_difference(now, before, exposure)
    if before < SMALL_COUNT:
        return Change(now, before, now - before, None, chance)
    expected = before * exposure
    low, high = _ratio_interval(now, before, exposure)
    share = (now - expected) / expected
    return Change(now, before, now - before, share, chance, low - 1.0, high - 1.0)


def chance_of_difference(now: int, before: int, exposure: float = 1.0) -> float:
    """Two-sided chance of counts at least so unlike if both periods are equally busy."""
    total = now + before
    if total == 0:
        return 1.0
    part = exposure / (1.0 + exposure)
    upto = _at_most(now, total, part)
    from_here = 1.0 - _at_most(now - 1, total, part)
    return min(1.0, 2.0 * min(upto, from_here))


def _ratio_interval(now: int, before: int, exposure: float) -> tuple[float, float]:
    """95 % interval of the ratio of the two rates; the upper end is inf when `before` is 0."""
    total = now + before
    tail = UNUSUAL / 2
    low = 0.0 if now == 0 else _where(lambda part: 1.0 - _at_most(now - 1, total, part), tail)
    high = 1.0 if before == 0 else _where(lambda part: 1.0 - _at_most(now, total, part), 1 - tail)
    return _odds(low) / exposure, _odds(high) / exposure


def _odds(part: float) -> float:
    return math.inf if part >= 1.0 else part / (1.0 - part)


@kernel
def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _where(rising: Callable[[float], float], value: float) -> float:
    """Where a function that rises over 0 <= part <= 1 reaches a value."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if rising(middle) < value:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(count: int, total: int, part: float) -> float:
    """Chance of at most `count` successes in `total` trials of chance `part`."""
    if count < 0:
        return 0.0
    if count >= total or part <= 0.0:
        return 1.0
    if part >= 1.0:
        return 0.0
    return _incomplete_beta(float(total - count), float(count + 1), 1.0 - part)


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b), 0 < x < 1, by its continued fraction.

    DLMF 8.17.22 (https://dlmf.nist.gov/8.17.v); where the fraction would converge slowly,
    I_x(a, b) = 1 - I_(1-x)(b, a).
    """
    if x > (a + 1) / (a + b + 2):
        return 1.0 - _incomplete_beta(b, a, 1.0 - x)
    # Python's own functions, and not compiled: what was published is worked out again to the digit.
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    return min(1.0, front * _fraction(a, b, x) / a)


@kernel
def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of `_incomplete_beta` by Lentz's method."""
    c, d = 1.0, 1.0 / _not_zero(1.0 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, _MAX_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1.0 / _not_zero(1.0 + even * d)
        c = _not_zero(1.0 + even / c)
        fraction *= c * d
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1.0 / _not_zero(1.0 + odd * d)
        c = _not_zero(1.0 + odd / c)
        step = c * d
        fraction *= step
        if abs(step - 1.0) < _CONVERGED:
            break
    return fraction
