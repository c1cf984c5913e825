"""Expected times of units by road, with their standard errors: one calculation for every driver.

The live service, the replay and the simulation must give a unit the same time and the same
probability from the same road, so all of them ask here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from wardmote.core.policies.travel_view import RoadTime
from wardmote.core.travel.graph import Float64
from wardmote.core.travel.vehicle_model import VehicleModel


class ExpectedTimes:
    """Turns free-flow driving times into expected times under an emergency-vehicle model.

    The *mean* is used, not the typical (median-like) time that the model predicts: `RoadTime` is
    an expectation, `probability_within` fits its distribution to a mean and a standard deviation,
    and only means of turnout and drive may be added. With the skewed errors of real records the
    typical time is the shorter one and would promise too much.
    """

    def __init__(self, model: VehicleModel) -> None:
        self._model = model
        self._rows = {kind: row for row, kind in enumerate(model.kinds)}
        self._travel_mean, self._travel_spread = moments(model.travel_error)
        self._turnout_mean, self._turnout_spread = moments(model.turnout_error)

    def kind_row(self, kind: str) -> int:
        """The model's class of a kind of unit; -1 when it has none."""
        return self._rows.get(kind, -1)

    def of(self, freeflow_s: Float64, kinds: Sequence[str], hour: int) -> list[RoadTime | None]:
        """Expected times; None where there is no way.

        Args:
            freeflow_s: float64 [n], seconds; inf where there is no way.
            kinds: of the n units.
            hour: of the day, 0 .. 23, on the place's clock.
        """
        rows = np.array([self.kind_row(kind) for kind in kinds], dtype=np.int64)
        drive_s = self._model.travel_s(freeflow_s, rows, hour)
        turnout_s = np.broadcast_to(self._model.typical_turnout_s(rows, hour), drive_s.shape)
        with np.errstate(invalid="ignore"):
            error_s = np.hypot(drive_s * self._travel_spread, turnout_s * self._turnout_spread)
        table = zip(
            (drive_s * self._travel_mean).tolist(),
            (turnout_s * self._turnout_mean).tolist(),
            error_s.tolist(),
            strict=True,
        )
        return [RoadTime(*row) if math.isfinite(row[0]) else None for row in table]


def moments(error: Float64) -> tuple[float, float]:
    """Mean and standard deviation of a ratio kept as quantiles, the outermost hundredth cut.

    The largest ratio of a control room's records is a forgotten button; one such value must not
    decide the mean of all predictions.
    """
    levels = np.linspace(0.0, 1.0, len(error))
    inner = np.interp(np.linspace(0.01, 0.99, 197), levels, error)
    return float(inner.mean()), float(inner.std())
