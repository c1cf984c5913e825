"""The hypercube approximated for 198 units, against simulation and Jarvis' own approximation."""

from __future__ import annotations

import math
import statistics
import time

import numpy as np

from benchmarks.measuring import Timing, timing
from benchmarks.queue_simulation import simulated_shares
from benchmarks.registry import Goal, Outcome, benchmark
from wardmote.core.planning.staffing.approximation import approximate
from wardmote.core.planning.staffing.districts import Districts, build_districts
from wardmote.core.planning.staffing.hypercube import solve_exactly
from wardmote.core.travel.compiled import kernel

CALLS = 500_000
PLACES = 800
LAYOUTS = ((33, 6), (66, 3), (198, 1))
BUSY = (0.3, 0.45, 0.6)
SEEDS = (1, 2)


def city(posts: int, units: int, busy: float, seed: int, *, clustered: bool) -> Districts:
    """Posts and places in 30 x 30 km, all over or in ten clusters, driving at 30 km/h."""
    rng = np.random.default_rng(seed)
    if clustered:
        middles = rng.random((10, 2)) * 30
        xy = np.concatenate([rng.normal(middle, 1.5, (PLACES // 10, 2)) for middle in middles])
    else:
        xy = rng.random((PLACES, 2)) * 30
    at = xy[rng.choice(PLACES, posts, replace=False)]
    travel = np.hypot(*(at[:, None] - xy[None]).transpose(2, 0, 1)) / 30 * 3600 + 90.0
    weight = rng.gamma(0.5, 1.0, PLACES)
    per_call = 1800.0 + travel.min(axis=0)
    rate = weight * busy * posts * units / (weight * per_call).sum()
    return build_districts(rate, travel, np.full(posts, units), on_scene_s=1800.0)


def _corrections(units: int, busy: float) -> np.ndarray:
    """Larson's Q(N, rho, j): of units drawn in turn from M/M/N/N, j busy and then a free one."""
    load = units * busy
    log_p = np.array([n * math.log(load) - math.lgamma(n + 1) for n in range(units + 1)])
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    rho = float((p * np.arange(units + 1)).sum()) / units

    def choose(n: int, k: int) -> float:
        return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)

    found = []
    for j in range(units):
        joint = sum(
            p[k] * math.exp(choose(units - j - 1, k - j) - choose(units, k))
            for k in range(j, units)
        )
        found.append(joint / (rho**j * (1 - rho)) if rho**j > 1e-280 else 0.0)
    return np.array(found)


@kernel
def _jarvis_shares(
    rate: np.ndarray,
    preference: np.ndarray,
    units: np.ndarray,
    service_s: np.ndarray,
    q: np.ndarray,
    rounds: int,
) -> np.ndarray:
    """Jarvis 1985: busy probabilities multiplied along the order of units, times Q."""
    posts, places = service_s.shape
    busy = np.full(posts, 0.3)
    share = np.zeros((posts, places))
    for _ in range(rounds):
        share[:] = 0.0
        for place in range(places):
            product, position, total = 1.0, 0, 0.0
            for rank in range(posts):
                post = preference[place, rank]
                for _ in range(units[post]):
                    part = q[position] * product * (1.0 - busy[post])
                    share[post, place] += part
                    total += part
                    product *= busy[post]
                    position += 1
                if product < 1e-9:
                    break
            share[:, place] /= total
        for post in range(posts):
            load = (rate * share[post] * service_s[post]).sum() / units[post]
            busy[post] = 0.5 * busy[post] + 0.5 * min(load, 0.999)
    total: float = rate.sum()
    shares: np.ndarray = share * rate / total
    return shares


def _errors(districts: Districts, share: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Error of mean travel, and mean error of posts' load over the mean load, in percent."""
    travel = (share * districts.travel_s).sum() / share.sum()
    true = (truth * districts.travel_s).sum() / truth.sum()
    load = (share * districts.service_s).sum(axis=1)
    true_load = (truth * districts.service_s).sum(axis=1)
    return (
        100 * abs(travel / true - 1),
        100 * float(np.abs(load - true_load).mean() / true_load.mean()),
    )


@benchmark("staffing_hypercube", "198 units: the hypercube approximated, against simulation")
def staffing_hypercube() -> Outcome:
    numbers: dict[str, float] = {}
    spread: dict[str, list[float]] = {"wardmote": [], "Jarvis 1985": []}
    seconds: list[float] = []
    approximate(city(33, 6, 0.3, 1, clustered=False))  # compiles
    for posts, units in LAYOUTS:
        for clustered in (False, True):
            for busy in BUSY:
                rows: dict[str, list[tuple[float, float]]] = {name: [] for name in spread}
                for seed in SEEDS:
                    districts = city(posts, units, busy, seed, clustered=clustered)
                    truth = simulated_shares(districts, CALLS, seed=seed)
                    start = time.perf_counter()
                    close = approximate(districts)
                    seconds.append(time.perf_counter() - start)
                    rows["wardmote"].append(_errors(districts, close.share, truth))
                    jarvis = _jarvis_shares(
                        districts.rate_per_s,
                        districts.preference,
                        districts.units,
                        districts.service_s,
                        _corrections(posts * units, busy),
                        60,
                    )
                    rows["Jarvis 1985"].append(_errors(districts, jarvis, truth))
                where = f"{posts} x {units}, {'clustered' if clustered else 'spread'}, {busy:.0%}"
                for name, pairs in rows.items():
                    travel, load = (max(column) for column in zip(*pairs, strict=True))
                    numbers[f"{where}: {name}, travel off by (%)"] = travel
                    numbers[f"{where}: {name}, load off by (%)"] = load
                    if not clustered and posts == 33:
                        spread[name].append(travel)
    exact = _exact_seconds()
    return Outcome(
        goals=(
            Goal("198 units, slowest", max(seconds), "<=", 1.0, "s"),
            Goal("33 x 6 spread: mean travel off by", max(spread["wardmote"]), "<=", 2.0, "%"),
        ),
        timings={"approximation of 198 units": timing(seconds), "exact, 10 units": exact},
        numbers=numbers,
        setting={
            "calls simulated each": CALLS,
            "places": PLACES,
            "median s": statistics.median(seconds),
        },
    )


def _exact_seconds() -> Timing:
    districts = city(10, 1, 0.5, 1, clustered=False)
    solve_exactly(districts)
    start = time.perf_counter()
    solve_exactly(districts)
    return timing([time.perf_counter() - start])
