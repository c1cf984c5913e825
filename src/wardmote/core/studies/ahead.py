"""What a rule that looks ahead has to know of a place, as a trial gives it."""

from __future__ import annotations

import numpy as np

from wardmote.core.policies.relocation_ground import DEFAULT_LIMIT_S
from wardmote.core.policies.relocation_lookahead import CELL_KM, FREE_SHARE, Ahead
from wardmote.core.simulation.twin.reaching import DemandPlaces, ahead_of
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.tables import Travel
from wardmote.core.studies.ground import Ground
from wardmote.core.travel.graph import Float64, Int32

MOST_PAIRS = 20_000_000
"""Squares times places that calls come from; a larger place is cut into larger squares."""
LEAST_BUSY = 1e-6
"""Looking ahead never takes a unit to be there for certain."""


def ahead_of_ground(
    ground: Ground,
    roads: Roads,
    travel: Travel,
    node: Int32,
    km: Float64,
    busy_share: float = 1.0 - FREE_SHARE,
) -> Ahead:
    """Looking ahead for the calls of a week and their targets.

    Args:
        node, km: of the demand points.
        busy_share: of the rule, which is taken live as here: units counted as free are there when
            they are needed with the probability of the rest.
    """
    targets = ground.targets_s()[ground.points.place_class]
    targets = np.where(np.isnan(targets), DEFAULT_LIMIT_S, targets)
    weight = ground.points.by_priority
    if (targets == targets[:, :1]).all():
        # What is the same for all priorities is asked once.
        targets, weight = targets[:, :1], weight.sum(axis=1, keepdims=True)
    places, classes = targets.shape
    demand = DemandPlaces(
        np.repeat(node, classes).astype(np.int32),
        np.repeat(km, classes),
        np.tile(np.arange(classes, dtype=np.int32), places),
        targets.ravel() - ground.clock_before_driving_s,
        weight.ravel(),
    )
    wide_km = max(float(np.ptp(roads.x_km)), CELL_KM) * max(float(np.ptp(roads.y_km)), CELL_KM)
    most_cells = max(1, MOST_PAIRS // max(1, places * classes))
    cell_km = max(CELL_KM, float(np.sqrt(wide_km / most_cells)))
    scene = ground.handling.scene_s
    mean_s = np.asarray((scene[:, 1:] + scene[:, :-1]).mean(axis=1) / 2)
    calls = ground.points.by_priority.sum(axis=0)
    scene_s = float((mean_s * calls).sum() / max(calls.sum(), 1e-300))
    return ahead_of(
        roads,
        travel,
        demand,
        scene_s=scene_s,
        free_share=1.0 - max(busy_share, LEAST_BUSY),
        cell_km=cell_km,
        group_km=2 * cell_km,
    )
