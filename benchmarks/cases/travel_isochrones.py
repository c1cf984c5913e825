"""Three isochrone polygons in one call on San Francisco."""

from __future__ import annotations

import statistics
import time

import numpy as np
import shapely

from benchmarks.cities import SEED, san_francisco
from benchmarks.measuring import timing
from benchmarks.registry import Goal, Outcome, benchmark
from wardmote.core.travel.travel_times import TravelTimes

MINUTES = (1, 3, 5)
ORIGINS = 60
ROUNDS = 9


@benchmark("travel_isochrones", "Isochrones of 1, 3 and 5 minutes in one call, San Francisco")
def isochrones() -> Outcome:
    travel = TravelTimes.of(san_francisco())
    rng = np.random.default_rng(SEED)
    corners = rng.integers(0, travel.graph.junctions, ORIGINS)
    origins = travel.snap(
        travel.graph.junction_lon[corners] + 0.0004, travel.graph.junction_lat[corners]
    )
    thresholds = [60_000 * minutes for minutes in MINUTES]
    cold: list[float] = []
    area_km2: list[float] = []
    for row in range(ORIGINS):
        start = time.perf_counter()
        polygons = travel.isochrones(origins.rows(row), thresholds)[-1].polygons
        cold.append(time.perf_counter() - start)
        shape = shapely.MultiPolygon([(rings[0], rings[1:]) for rings in polygons])
        if not shape.is_valid:
            msg = "an isochrone is not a valid polygon"
            raise AssertionError(msg)
        area_km2.append(shape.area * np.cos(np.radians(37.76)) * 111.195**2)
    rounds: list[float] = []
    slowest: list[float] = []
    for _ in range(ROUNDS):
        seconds = []
        for row in range(ORIGINS):
            origin = origins.rows(row)
            start = time.perf_counter()
            travel.isochrones(origin, thresholds)
            seconds.append(time.perf_counter() - start)
        rounds.append(statistics.median(seconds))
        slowest.append(max(seconds))
    measured = timing(rounds)
    return Outcome(
        goals=(Goal("three polygons, median", measured.median_s * 1000, "<=", 10, "ms"),),
        timings={"wardmote": measured},
        numbers={
            "first call where no isochrone was before, median (ms)": statistics.median(cold) * 1e3,
            "slowest origin, median of rounds (ms)": statistics.median(slowest) * 1e3,
            "area within 5 min, median (km2)": statistics.median(area_km2),
        },
        setting={
            "city": "San Francisco",
            "nodes": travel.graph.nodes,
            "arcs": travel.graph.arcs,
            "origins": ORIGINS,
        },
        packages=("shapely",),
    )
