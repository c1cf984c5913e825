"""Cutting workload into grids: balance, shape, travel and changes, beside METIS."""

from __future__ import annotations

import statistics
import time

import numpy as np
import pymetis

from benchmarks.cities import SEED, shared_data
from benchmarks.measuring import Timing, timing
from benchmarks.registry import CannotRunError, Goal, Outcome, benchmark
from wardmote.core.planning.grids.editing import GridEdit
from wardmote.core.planning.grids.figures import GridFigures, figures_of
from wardmote.core.planning.grids.matching import match_labels
from wardmote.core.planning.grids.planning import GridPlan, plan_grids
from wardmote.core.planning.grids.rules import GridRules
from wardmote.core.planning.grids.territory import Territory, lattice_territory

INSTANCES = {"cells_70x70_into_33": 33, "cells_30x30_into_20": 20}
ROUNDS = 5
EDITS = 60


def _metis(ground: Territory, grids: int) -> np.ndarray:
    """METIS alone: unweighted borders, contiguous where it can."""
    open_ = np.isfinite(ground.travel_s)
    source = np.repeat(np.arange(ground.cells), np.diff(ground.first))[open_]
    starts = np.concatenate(([0], np.cumsum(np.bincount(source, minlength=ground.cells))))
    options = pymetis.Options()
    options.contig = 1
    adjacency = pymetis.CSRAdjacency(starts.tolist(), ground.neighbour[open_].tolist())
    _, label = pymetis.part_graph(
        grids,
        adjacency=adjacency,
        vweights=ground.workload.astype(np.int64).tolist(),
        recursive=False,
        options=options,
    )
    return np.array(label, dtype=np.int32)


def _barriers(side: int) -> list[tuple[int, int]]:
    """A river from west to east with three bridges and a railway from north to south with two."""
    half, track = side // 2, 3 * side // 7
    bridges = {side // 6, side // 2 + 5, 5 * side // 6}
    crossings = {side // 7, 5 * side // 7}
    river = [
        ((half - 1) * side + column, half * side + column)
        for column in range(side)
        if column not in bridges
    ]
    rails = [
        (row * side + track - 1, row * side + track) for row in range(side) if row not in crossings
    ]
    return river + rails


def _numbers(name: str, figures: GridFigures) -> dict[str, float]:
    return {
        f"{name}: max/mean load": figures.max_over_mean,
        f"{name}: Polsby-Popper, mean": figures.mean_polsby_popper,
        f"{name}: expected response (s)": figures.expected_response_s,
        f"{name}: grids in pieces": float((figures.pieces != 1).sum()),
    }


def _timed(ground: Territory, rules: GridRules) -> tuple[GridPlan, Timing]:
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        plan = plan_grids(ground, rules)
        seconds.append(time.perf_counter() - start)
    return plan, timing(seconds)


def _edits(ground: Territory, plan: GridPlan) -> float:
    """Median seconds of one move by hand with new figures."""
    edit = GridEdit(ground, plan.rules, plan.label)
    rng = np.random.default_rng(SEED)
    seconds = []
    for _ in range(EDITS):
        cells = rng.integers(0, ground.cells, 1).astype(np.int32)
        start = time.perf_counter()
        edit.move(cells, int(rng.integers(plan.rules.grids)))
        seconds.append(time.perf_counter() - start)
        edit.undo()
    return statistics.median(seconds)


@benchmark("grids_balance", "Cutting a workload into balanced connected grids")
def grids_balance() -> Outcome:
    path = shared_data() / "siting" / "workload_grids.npz"
    if not path.is_file():
        msg = f"the workload grids are absent ({path})"
        raise CannotRunError(msg)
    goals: list[Goal] = []
    timings: dict[str, Timing] = {}
    numbers: dict[str, float] = {}
    loads = np.load(path)
    for name, grids in INSTANCES.items():
        ground = lattice_territory(loads[name])
        barred = lattice_territory(loads[name], walls=_barriers(len(loads[name])))
        plan_grids(ground, GridRules(grids))  # compiles
        plan, timings[f"wardmote, {name}"] = _timed(ground, GridRules(grids))
        start = time.perf_counter()
        label = _metis(ground, grids)
        timings[f"METIS, {name}"] = timing([time.perf_counter() - start])
        metis = figures_of(ground, GridRules(grids), label)
        river = plan_grids(barred, GridRules(grids))
        numbers |= _numbers(f"{name}, wardmote", plan.figures) | _numbers(f"{name}, METIS", metis)
        numbers |= _numbers(f"{name} with barriers, wardmote", river.figures)
        goals += [
            Goal(f"{name}: time", timings[f"wardmote, {name}"].median_s, "<=", 2, "s"),
            Goal(f"{name}: max/mean load", plan.figures.max_over_mean, "<=", 1.02, "times"),
            Goal(
                f"{name}: response against METIS",
                plan.figures.expected_response_s / metis.expected_response_s,
                "<=",
                1.0,
                "times",
            ),
            Goal(f"{name} with barriers: load", river.figures.max_over_mean, "<=", 1.02, "times"),
            Goal(
                f"{name} with barriers: connected", float(river.figures.connected), ">=", 1, "grids"
            ),
        ]
        if grids == 33:
            goals.append(Goal("Polsby-Popper", plan.figures.mean_polsby_popper, ">=", 0.65, "mean"))
            numbers |= _again(loads[name], plan)
            numbers["one edit by hand, median (ms)"] = _edits(ground, plan) * 1e3
    return Outcome(tuple(goals), timings, numbers, {"rounds": ROUNDS}, ("pymetis",))


def _again(loads: np.ndarray, plan: GridPlan) -> dict[str, float]:
    """Planned anew after each cell's workload has changed by up to 20 %."""
    changed = loads * np.random.default_rng(SEED).uniform(0.8, 1.2, loads.shape)
    ground = lattice_territory(changed)
    again = plan_grids(ground, GridRules(plan.rules.grids, previous=plan.label))
    fresh = plan_grids(ground, GridRules(plan.rules.grids), seed=2)
    renamed = match_labels(fresh.label, plan.label, ground.workload, plan.rules.grids)
    return {
        "planned again: cells that change grid": float(again.figures.changed_cells),
        "planned again: max/mean load": again.figures.max_over_mean,
        "planned afresh: cells that change grid": float((renamed != plan.label).sum()),
    }
