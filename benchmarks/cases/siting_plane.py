"""Maximal cover and p-median on points in clusters, beside HiGHS on the textbook model."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.registry import Goal, Outcome, benchmark
from benchmarks.siting_instances import Plane
from benchmarks.siting_peers import highs_cover
from wardmote.core.planning.siting.answer import Control, Progress, Siting, Status
from wardmote.core.planning.siting.cover_sets import CoverSets, cover_sets
from wardmote.core.planning.siting.maximal_cover import maximal_cover
from wardmote.core.planning.siting.median import p_median
from wardmote.core.planning.siting.problem import SitingProblem
from wardmote.core.planning.siting.sites import Sites

RADIUS_M = 3_000
PEER_S = 60.0


@dataclass(slots=True)
class Watch:
    """Stops after a time and remembers when value and bound were reached."""

    limit_s: float
    start: float = field(default_factory=time.perf_counter)
    seen: list[tuple[float, Progress]] = field(default_factory=list)

    @property
    def spent(self) -> float:
        return time.perf_counter() - self.start

    def control(self) -> Control:
        return Control(
            should_stop=lambda: self.spent > self.limit_s,
            seconds_left=lambda: self.limit_s - self.spent,
            report=lambda progress: self.seen.append((self.spent, progress)),
        )

    def first(self, reached: Callable[[Progress], bool]) -> float:
        """Seconds until a report satisfied a condition; infinite if none did."""
        return next((at for at, progress in self.seen if reached(progress)), float("inf"))


def _warm() -> None:
    """Compile what the measured runs use."""
    plane = Plane.clusters("clusters_1000x200")
    metres = plane.metres()
    problem = SitingProblem.within(metres, plane.weight, Sites.of(200, 8), RADIUS_M)
    maximal_cover(cover_sets(problem), problem.sites)
    p_median(problem, Watch(20.0).control())


def _cover(name: str, posts: int, limit_s: float) -> tuple[Siting, Watch, CoverSets, float]:
    """From coordinates to the answer; the watch runs from the coordinates on."""
    plane = Plane.clusters(name)
    watch = Watch(limit_s)
    problem = SitingProblem.within(
        plane.metres(), plane.weight, Sites.of(len(plane.candidate), posts), RADIUS_M
    )
    sets = cover_sets(problem)
    built = watch.spent
    return maximal_cover(sets, problem.sites, watch.control()), watch, sets, built


@benchmark("siting_mclp", "Maximal cover with proof, from coordinates to the answer")
def mclp() -> Outcome:
    _warm()
    small, small_watch, small_sets, _ = _cover("clusters_5000x500", 33, 60.0)
    small_s = small_watch.spent
    cpu = time.process_time()
    large, watch, sets, built = _cover("clusters_20000x1000", 50, 58.0)
    cpu = time.process_time() - cpu
    peer_small = highs_cover(small_sets, 33, PEER_S)
    peer = highs_cover(sets, 50, PEER_S)

    def good(progress: Progress) -> bool:
        value, bound = progress.value, progress.bound
        return (
            value is not None
            and bound is not None
            and value >= 88_473
            and bound - value < 0.003 * value
        )

    return Outcome(
        goals=(
            Goal("20,000 x 1,000, p = 50: covered", large.value, ">=", 88_473, "demand"),
            Goal("20,000 x 1,000: proven gap", 100 * large.gap, "<=", 0.3, "%"),
            Goal("20,000 x 1,000: both, with the build", watch.first(good), "<=", 60, "s"),
            Goal("5,000 x 500, p = 33: covered", small.value, ">=", 19_223, "demand"),
            Goal("5,000 x 500: proven (1 = yes)", small.status is Status.PROVEN, ">=", 1, ""),
            Goal("5,000 x 500: with the build", small_s, "<=", 2, "s"),
        ),
        numbers={
            "20,000 x 1,000: bound": large.bound,
            "20,000 x 1,000: build (s)": built,
            "20,000 x 1,000: cover sets": len(sets),
            "20,000 x 1,000: stopped after (s)": watch.spent,
            "20,000 x 1,000: processor time (s)": cpu,
            **peer.numbers("HiGHS on the same cover sets, 20,000 x 1,000"),
            **peer_small.numbers("HiGHS on the same cover sets, 5,000 x 500"),
        },
        setting={
            "instances": "clusters on a plane, radius 3.0 km inclusive",
            "status of 20,000 x 1,000": large.status.value,
            "HiGHS told to stop after (s)": PEER_S,
        },
        packages=("highspy",),
    )


@benchmark("siting_pmedian", "p-median with proof on points in clusters")
def pmedian() -> Outcome:
    _warm()
    plane = Plane.clusters("clusters_5000x500")
    problem = SitingProblem(plane.metres(), plane.weight, Sites.of(500, 33))
    watch = Watch(30.0)
    small = p_median(problem, watch.control())
    goal_s = watch.first(
        lambda p: (
            p.value is not None
            and p.bound is not None
            and p.value <= 76_574_100
            and p.value - p.bound <= 0.0005 * p.value
        )
    )
    ended = watch.spent
    plane = Plane.clusters("clusters_20000x1000")
    problem = SitingProblem(plane.metres(), plane.weight, Sites.of(1_000, 50))
    large_watch = Watch(58.0)
    large = p_median(problem, large_watch.control())
    value_s = large_watch.first(lambda p: p.value is not None and p.value <= 270_527_000)
    bound_s = large_watch.first(
        lambda p: (
            p.value is not None and p.bound is not None and p.value - p.bound <= 0.01 * p.value
        )
    )
    return Outcome(
        goals=(
            Goal("5,000 x 500, p = 33: value", small.value / 1e3, "<=", 76_574.1, "demand km"),
            Goal("5,000 x 500: proven gap", 100 * small.gap, "<=", 0.05, "%"),
            Goal("5,000 x 500: both reached after", goal_s, "<=", 10, "s"),
            Goal("20,000 x 1,000, p = 50: value", large.value / 1e3, "<=", 270_527, "demand km"),
            Goal("20,000 x 1,000: value reached after", value_s, "<=", 6, "s"),
            Goal("20,000 x 1,000: bound within 1 % after", bound_s, "<=", 60, "s"),
        ),
        numbers={
            "5,000 x 500: value (demand km)": small.value / 1e3,
            "5,000 x 500: gap when told to stop or done (%)": 100 * small.gap,
            "5,000 x 500: ended after (s)": ended,
            "20,000 x 1,000: value (demand km)": large.value / 1e3,
            "20,000 x 1,000: gap after 58 s (%)": 100 * large.gap,
        },
        setting={
            "instances": "clusters on a plane, Euclidean rounded to metres",
            "status": f"{small.status.value}; {large.status.value}",
        },
        packages=("highspy",),
    )
