"""The vehicle model finds the law behind records, shrugs off wild rows and knows its error."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.vehicle_model import (
    LONGEST_S,
    ResponseRecords,
    VehicleModel,
    model_error,
)


def made_records(rows: int, seed: int, wild: float = 0.0) -> ResponseRecords:
    """20 + 6 * f ** 0.6, trucks 1.3 times, 08:00 1.25 times, lognormal error of 0.25."""
    rng = np.random.default_rng(seed)
    flow = rng.lognormal(4.4, 0.6, rows)
    kind = rng.integers(0, 2, rows)
    hour = rng.integers(0, 24, rows)
    effect = np.where(kind == 1, 1.3, 1.0) * np.where(hour == 8, 1.25, 1.0)
    travel = (20 + 6 * flow**0.6) * effect * rng.lognormal(0, 0.25, rows)
    turnout = np.where(kind == 1, 80.0, 60.0) * rng.lognormal(0, 0.3, rows)
    bad = rng.random(rows) < wild
    travel = np.where(bad, rng.uniform(1, LONGEST_S, rows), travel)
    return ResponseRecords(flow, travel, turnout, kind, hour)


@pytest.mark.parametrize("wild", [0.0, 0.08])
def test_a_fit_recovers_the_law_behind_the_records(wild: float) -> None:
    model = VehicleModel.fit(made_records(6_000, 1, wild), ("car", "truck"))
    for flow in (30.0, 80.0, 200.0):
        expected = 20 + 6 * flow**0.6
        assert model.travel_s(flow, 0, 12) == pytest.approx(expected, rel=0.05)
        assert model.travel_s(flow, 1, 12) == pytest.approx(1.3 * expected, rel=0.05)
        assert model.travel_s(flow, 0, 8) == pytest.approx(1.25 * expected, rel=0.09)
    assert model.typical_turnout_s(1) == pytest.approx(80, rel=0.05)
    assert model.records_used == 6_000


def test_predictions_are_calibrated_on_records_not_seen() -> None:
    model = VehicleModel.fit(made_records(4_000, 2), ("car", "truck"))
    unseen = made_records(4_000, 3)
    error = model_error(model, unseen)
    assert abs(error.median_s) < 3
    assert error.within_p10 == pytest.approx(0.1, abs=0.02)
    assert error.within_p50 == pytest.approx(0.5, abs=0.03)
    assert error.within_p90 == pytest.approx(0.9, abs=0.02)
    for target_s in (120.0, 180.0, 240.0):
        predicted = model.probability_within(
            unseen.freeflow_s, target_s, kind=unseen.kind, hour=unseen.hour
        )
        really = unseen.travel_s + unseen.turnout_s <= target_s
        assert predicted.mean() == pytest.approx(really.mean(), abs=0.02)


def test_probability_rises_with_the_target_and_falls_with_distance() -> None:
    model = VehicleModel.fit(made_records(2_000, 4), ("car", "truck"))
    by_target = model.probability_within(90.0, np.arange(0, 900, 10))
    assert by_target[0] == 0.0
    assert by_target[-1] == 1.0
    assert (np.diff(by_target) >= 0).all()
    by_distance = model.probability_within(np.array([10.0, 60.0, 200.0, 600.0]), 180.0)
    assert (np.diff(by_distance) < 0).all()
    rolling = model.probability_within(90.0, 150.0, with_turnout=False)
    assert rolling > model.probability_within(90.0, 150.0)


def test_what_cannot_be_reached_or_is_not_known_is_never_in_time() -> None:
    model = VehicleModel.fit(made_records(500, 5), ("car", "truck"))
    assert model.probability_within([np.inf, np.nan], 1e9).tolist() == [0.0, 0.0]


def test_a_plain_model_is_exact_on_the_boundary() -> None:
    model = VehicleModel.plain(turnout_s=60.0, factor=2.0)
    assert model.travel_s(90.0) == 180.0
    assert model.probability_within(90.0, [240.0, 239.999]).tolist() == [1.0, 0.0]
    assert model.probability_within(0.0, 0.0, with_turnout=False) == 1.0


def test_unusable_rows_are_counted_not_used() -> None:
    good = made_records(100, 6)
    travel = good.travel_s.copy()
    flow = good.freeflow_s.copy()
    travel[:5] = (np.nan, -30.0, 0.0, LONGEST_S + 1, np.inf)
    flow[5] = np.inf
    turnout = good.turnout_s.copy()
    turnout[10:20] = np.nan
    model = VehicleModel.fit(
        ResponseRecords(flow, travel, turnout, good.kind, good.hour), ("car", "truck")
    )
    assert (model.records_used, model.records_dropped) == (94, 6)
    with pytest.raises(ValueError, match="at least 30"):
        VehicleModel.fit(good.rows(np.arange(29)), ("car", "truck"))


def test_a_saved_model_answers_the_same() -> None:
    model = VehicleModel.fit(made_records(500, 7), ("car", "truck"))
    again = VehicleModel.from_dict(json.loads(json.dumps(model.to_dict())))
    flow = np.linspace(1, 600, 50)
    np.testing.assert_array_equal(
        model.probability_within(flow, 240, kind=1, hour=3),
        again.probability_within(flow, 240, kind=1, hour=3),
    )
    with pytest.raises(ValueError, match="format"):
        VehicleModel.from_dict({**model.to_dict(), "format": 99})
    with pytest.raises(ValueError, match="travel_hour"):
        VehicleModel.from_dict({**model.to_dict(), "travel_hour": [1.0]})


def engine_runs(folder: Path, travel: TravelTimes) -> ResponseRecords:
    """San Francisco's engines and trucks from the station of their number, in time order."""
    with (folder / "sf_fire_stations.csv").open(encoding="utf-8") as file:
        station = {row["station"]: (row["lon"], row["lat"]) for row in csv.DictReader(file)}

    def seconds(text: str) -> float:
        return datetime.fromisoformat(text.removesuffix(" UTC")).timestamp() if text else np.nan

    rows = []
    with gzip.open(folder / "sffd_unit_responses_2018-01-13_24.csv.gz", "rt") as lines:
        for row in csv.DictReader(lines):
            home = station.get(row["unit_id"][1:].zfill(2))
            if home and row["unit_type"] in {"ENGINE", "TRUCK"} and row["longitude"]:
                alerted = seconds(row["dispatch_timestamp"])
                set_out = seconds(row["response_timestamp"])
                arrived = seconds(row["on_scene_timestamp"])
                place = (row["longitude"], row["latitude"])
                hour = int(row["dispatch_timestamp"][11:13])
                kind = int(row["unit_type"] == "TRUCK")
                durations = (arrived - set_out, set_out - alerted)
                rows.append((alerted, *home, *place, *durations, kind, hour))
    table = np.array(sorted(rows), dtype=np.float64)
    homes = travel.snap(table[:, 1], table[:, 2])
    places = travel.snap(table[:, 3], table[:, 4])
    flow = np.array(
        [travel.drive_time(homes.rows(row), places.rows(row)) / 1000 for row in range(len(table))]
    )
    return ResponseRecords(
        flow, table[:, 5], table[:, 6], table[:, 7].astype(np.int64), table[:, 8].astype(np.int64)
    )


@pytest.mark.data
def test_san_francisco_is_predicted_far_better_than_by_free_flow(
    shared_data: Path, san_francisco: TravelTimes
) -> None:
    records = engine_runs(shared_data / "san_francisco", san_francisco)
    fitted = np.arange(len(records)) < 0.7 * len(records)
    model = VehicleModel.fit(records.rows(fitted), ("ENGINE", "TRUCK"))
    error = model_error(model, records.rows(~fitted))
    raw = model_error(VehicleModel.plain(), records.rows(~fitted))
    assert error.records > 900
    assert abs(error.median_s) < 8
    assert raw.median_s > 40
    assert error.median_absolute_s < 0.75 * raw.median_absolute_s
    assert error.within_p10 == pytest.approx(0.1, abs=0.03)
    assert error.within_p50 == pytest.approx(0.5, abs=0.04)
    assert error.within_p90 == pytest.approx(0.9, abs=0.03)
