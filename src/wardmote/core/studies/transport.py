"""Whom units take to a hospital, as records have it.

Only where the place has hospitals and its records say for enough units when they set out with
somebody. How long that drive takes is then the roads' to say, not the records'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.call_record import CallRecord, RecordTime, Stamps, UnitRecord
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.places import KeyPlace, PlaceBook
from wardmote.core.simulation.replay.demand import LONGEST_BUSY_S
from wardmote.core.studies.arrivals import quantile_curve
from wardmote.core.travel.graph import Float64

LEAST_TRANSPORTS = 40
"""With fewer units that set out with somebody, nobody is taken anywhere."""
LEAST_UNITS = 40
"""A priority with fewer units that arrived takes the share of all."""
HOSPITAL = "hospital"


@dataclass(frozen=True, slots=True, eq=False)
class Transport:
    """Units that take somebody to a hospital.

    Attributes:
        share: float64 [4] of the units that arrive, by priority from 1.
        scene_s: float64 [65] from the arrival until they set out, quantiles at `LEVELS`.
        handover_s: float64 [65] at the hospital.
        whole_s: mean from the arrival until they are free.
        records: units that this stands on.
    """

    share: Float64
    scene_s: Float64
    handover_s: Float64
    whole_s: float
    records: int


def hospitals_of(book: PlaceBook) -> tuple[KeyPlace, ...]:
    """The place's hospitals."""
    return tuple(one for one in book.key_places if one.kind == HOSPITAL)


def fit_transport(calls: Sequence[CallRecord]) -> Transport | None:
    """What the records say of transports; None where they are too few."""
    arrived = np.zeros(len(Priority))
    taken = np.zeros(len(Priority))
    durations = []
    for call in calls:
        row = (call.priority or Priority.ROUTINE) - 1
        for unit in call.units:
            if unit.stamps.at(RecordTime.ARRIVED) is None:
                continue
            arrived[row] += 1
            told = _told(unit)
            if told is not None:
                taken[row] += 1
                durations.append(told)
    if len(durations) < LEAST_TRANSPORTS:
        return None
    scene_s, handover_s, whole_s = np.array(durations).T
    share = np.where(
        arrived >= LEAST_UNITS, taken / np.maximum(arrived, 1), taken.sum() / arrived.sum()
    )
    return Transport(
        np.asarray(share, dtype=np.float64),
        quantile_curve(scene_s),
        quantile_curve(handover_s),
        float(whole_s.mean()),
        len(durations),
    )


def _told(unit: UnitRecord) -> tuple[float, float, float] | None:
    """Seconds until it set out, at the hospital and in all; None where it took nobody, or a stamp
    is missing or implausible."""
    spans = (
        unit.stamps.interval_s(RecordTime.ARRIVED, RecordTime.TRANSPORTING),
        unit.stamps.interval_s(RecordTime.AT_DESTINATION, RecordTime.CLEARED),
        unit.stamps.interval_s(RecordTime.ARRIVED, RecordTime.CLEARED),
    )
    scene_s, handover_s, whole_s = spans
    if scene_s is None or handover_s is None or whole_s is None:
        return None
    if not all(0 <= one <= LONGEST_BUSY_S for one in (scene_s, handover_s, whole_s)):
        return None
    return scene_s, handover_s, whole_s


def without_transports(calls: Sequence[CallRecord]) -> list[CallRecord]:
    """The same calls, in which nobody knows when units were free again that took somebody."""
    return [replace(call, units=tuple(_unknown(unit) for unit in call.units)) for call in calls]


def _unknown(unit: UnitRecord) -> UnitRecord:
    if _told(unit) is None:
        return unit
    kept = tuple(pair for pair in unit.stamps.pairs if pair[0] is not RecordTime.CLEARED)
    return replace(unit, stamps=Stamps(kept))
