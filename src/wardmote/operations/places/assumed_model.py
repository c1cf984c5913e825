"""How long emergency vehicles take in a place whose records nobody has fitted yet."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from wardmote.core.travel.robust_fit import Effects
from wardmote.core.travel.vehicle_model import HOURS, LEVELS, VehicleModel

_SPREAD = 0.35
"""Standard deviation of the logarithm of recorded over predicted, for turnout and travel."""

_ERROR = np.array(
    [np.exp(_SPREAD * NormalDist().inv_cdf(min(max(level, 0.004), 0.996))) for level in LEVELS]
)
_SAME = Effects(np.ones(0), np.ones(HOURS))

ASSUMED_MODEL = VehicleModel(
    kinds=(),
    access_s=15.0,
    a=1.2,
    b=1.0,
    travel_effects=_SAME,
    travel_error=_ERROR,
    turnout_s=20.0,
    turnout_effects=_SAME,
    turnout_error=_ERROR,
)
"""An assumption, not a measurement: patrols set out in 20 s, take 15 s to the door, drive a fifth
slower than free flow, with a log-normal error. Fit the place's own records to replace it."""
