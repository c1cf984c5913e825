"""The emergency-vehicle model fitted on the first half of the records and tried on the second.

A run's travel can only be used if it is known where it began: the unit's last assignment had ended
long enough before for it to be home, and its home is known from the source or its name. Turnout is
taken from every assignment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.call_record import CallRecord, RecordTime, UnitRecord
from wardmote.core.simulation.replay.fleet import HomeFrom, ReplayUnit
from wardmote.core.simulation.replay.roads import LocalHour
from wardmote.core.travel.graph import INF_MS
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.vehicle_model import (
    FEWEST_RECORDS,
    ModelError,
    ResponseRecords,
    VehicleModel,
    model_error,
)

HOME_AFTER_S = 1_200.0
"""A unit is taken to be home if it was cleared at least (>=) this long before it was sent."""

_KNOWN_HOMES = frozenset({HomeFrom.UNITS_FILE, HomeFrom.SOURCE, HomeFrom.NAME})


@dataclass(frozen=True, slots=True)
class Calibration:
    """The model and how well it does.

    Attributes:
        model: used by the replay; fitted on the first half, or by decree if that is too little.
        fitted: false when there were too few usable runs.
        runs: assignments to located calls; `from_home` of them began at a known home, `usable` of
            those have believable durations.
        split_s: runs received before this (<) were fitted, the others compared; seconds UTC.
        first_half, second_half: errors of the model; None without usable runs.
        freeflow_second_half: error of the bare free-flow time on the second half.
    """

    model: VehicleModel
    fitted: bool
    runs: int
    from_home: int
    usable: int
    split_s: float
    first_half: ModelError | None
    second_half: ModelError | None
    freeflow_second_half: ModelError | None


@dataclass(frozen=True, slots=True)
class _Run:
    received_s: float
    unit: UnitRecord
    home: ReplayUnit
    call: CallRecord
    from_home: bool


def calibrate(
    calls: Sequence[CallRecord],
    fleet: Sequence[ReplayUnit],
    travel: TravelTimes,
    local_hour: LocalHour,
) -> Calibration:
    """Fit on the runs of the first half of the calls and compare with those of the second."""
    runs = _runs(calls, {unit.spec.unit_id: unit for unit in fleet})
    received = sorted(call.received_s for call in calls)
    split_s = received[len(received) // 2] if received else 0.0
    kinds = tuple(sorted({run.home.spec.kind for run in runs}))
    records = _records(runs, kinds, travel, local_hour)
    early = np.array([run.received_s < split_s for run in runs], dtype=np.bool_)
    first, second = records.rows(early), records.rows(~early)
    usable = int(records.usable().sum())
    fitted = int(first.usable().sum()) >= FEWEST_RECORDS
    plain = VehicleModel.plain()
    model = VehicleModel.fit(first, kinds) if fitted else plain
    return Calibration(
        model=model,
        fitted=fitted,
        runs=len(runs),
        from_home=sum(1 for run in runs if run.from_home),
        usable=usable,
        split_s=split_s,
        first_half=_error(model, first),
        second_half=_error(model, second),
        freeflow_second_half=_error(plain, second),
    )


def fit_whole(
    calls: Sequence[CallRecord],
    fleet: Sequence[ReplayUnit],
    travel: TravelTimes,
    local_hour: LocalHour,
) -> VehicleModel | None:
    """The model fitted on the runs of all calls; None when too few are usable."""
    runs = _runs(calls, {unit.spec.unit_id: unit for unit in fleet})
    kinds = tuple(sorted({run.home.spec.kind for run in runs}))
    records = _records(runs, kinds, travel, local_hour)
    if int(records.usable().sum()) < FEWEST_RECORDS:
        return None
    return VehicleModel.fit(records, kinds)


def _error(model: VehicleModel, records: ResponseRecords) -> ModelError | None:
    return model_error(model, records) if records.usable().any() else None


def _runs(calls: Sequence[CallRecord], homes: Mapping[str, ReplayUnit]) -> list[_Run]:
    """Assignments to located calls, ordered by call, each marked whether it began at home."""
    sent: dict[str, list[tuple[float, CallRecord, UnitRecord]]] = defaultdict(list)
    for call in calls:
        for unit in call.units:
            assigned_s = unit.stamps.at(RecordTime.ASSIGNED)
            if assigned_s is not None:
                sent[unit.unit].append((assigned_s, call, unit))
    runs = []
    for name, own in sent.items():
        home = homes.get(name)
        if home is None:
            continue
        known = home.home_from in _KNOWN_HOMES
        free_s = float("-inf")
        for assigned_s, call, unit in sorted(own, key=lambda row: (row[0], row[1].key)):
            if call.lon is not None:
                at_home = known and assigned_s - free_s >= HOME_AFTER_S
                runs.append(_Run(call.received_s, unit, home, call, at_home))
            cleared_s = unit.stamps.at(RecordTime.CLEARED)
            # A unit whose end is unknown is not known to be home again that day.
            free_s = max(free_s, assigned_s + 86_400.0 if cleared_s is None else cleared_s)
    runs.sort(key=lambda run: (run.received_s, run.call.key, run.unit.unit))
    return runs


def _records(
    runs: Sequence[_Run], kinds: Sequence[str], travel: TravelTimes, local_hour: LocalHour
) -> ResponseRecords:
    row_of = {kind: row for row, kind in enumerate(kinds)}
    return ResponseRecords(
        freeflow_s=_freeflow_s(runs, travel),
        travel_s=np.array([_known(r.unit, RecordTime.EN_ROUTE, RecordTime.ARRIVED) for r in runs]),
        turnout_s=np.array(
            [_known(r.unit, RecordTime.ASSIGNED, RecordTime.EN_ROUTE) for r in runs]
        ),
        kind=np.array([row_of[r.home.spec.kind] for r in runs], dtype=np.int64),
        hour=np.array([local_hour(r.received_s) for r in runs], dtype=np.int64),
    )


def _freeflow_s(
    runs: Sequence[_Run], travel: TravelTimes
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Free-flow seconds of each run; runs of one home are searched together."""
    found = np.full(len(runs), np.nan)
    by_home: dict[tuple[float, float], list[int]] = defaultdict(list)
    for number, run in enumerate(runs):
        if not run.from_home:
            continue
        by_home[(run.home.lon, run.home.lat)].append(number)
    for (lon, lat), numbers in by_home.items():
        origin = travel.snap([lon], [lat])
        if origin.edge[0] < 0:
            continue
        places = travel.snap(
            [runs[n].call.lon or 0.0 for n in numbers], [runs[n].call.lat or 0.0 for n in numbers]
        )
        milliseconds = travel.drive_times(origin, places)
        found[numbers] = np.where(milliseconds == INF_MS, np.nan, milliseconds / 1_000.0)
    return found


def _known(unit: UnitRecord, start: RecordTime, stop: RecordTime) -> float:
    interval_s = unit.stamps.interval_s(start, stop)
    return float("nan") if interval_s is None else interval_s
