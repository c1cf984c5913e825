"""What weakens a validation is said with it, and nothing where nothing does."""

from __future__ import annotations

import numpy as np

from wardmote.core.simulation.validation.comparison import compare
from wardmote.core.simulation.validation.doubts import FEW_TIMES, OFTEN, doubts
from wardmote.core.simulation.validation.fleet_ahead import ModelDay

MANY = compare(np.linspace(100, 900, 900), np.linspace(100, 900, 900)[None, :])
FEW = compare(np.linspace(100, 900, 700), np.linspace(100, 900, 700)[None, :])
SAME = ModelDay(86_400.0, 0.0, same_weekday=True, same_sort=True)
OTHER = ModelDay(86_400.0, 0.0, same_weekday=False, same_sort=True)


def test_a_good_validation_leaves_no_doubt() -> None:
    assert doubts(FEW_TIMES, (SAME, SAME), MANY, OFTEN) == ()


def test_each_weakness_is_told() -> None:
    (few,) = doubts(FEW_TIMES - 1, (SAME,), MANY, 0.0)
    assert "Only 399 runs" in few.en
    (day,) = doubts(FEW_TIMES, (SAME, OTHER), MANY, 0.0)
    assert "For 1 of the 2 days" in day.en
    (short,) = doubts(FEW_TIMES, (), MANY, 0.0)
    assert "Less than a day" in short.en
    (chance,) = doubts(FEW_TIMES, (SAME,), FEW, 0.0)
    assert "chance alone gives up to 0.05" in chance.en
    (waiting,) = doubts(FEW_TIMES, (SAME,), MANY, 0.2)
    assert "20%" in waiting.en
