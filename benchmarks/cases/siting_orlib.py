"""The OR-Library's forty p-median instances, as p-medians and p-centers; HiGHS on some."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.measuring import Timing
from benchmarks.registry import Goal, Outcome, benchmark
from benchmarks.siting_instances import center_optima, median_optima, pmed, shared_folder
from benchmarks.siting_peers import highs_p_center, highs_p_median
from wardmote.core.planning.siting.answer import Control, Siting, Status
from wardmote.core.planning.siting.center import p_center
from wardmote.core.planning.siting.median import p_median
from wardmote.core.planning.siting.problem import SitingProblem
from wardmote.core.planning.siting.sites import Sites

INSTANCES = range(1, 41)
EACH_S = 20.0
"""An instance is told to stop after this; its answer then says so."""
PEER_S = {1: 60.0, 2: 60.0, 3: 60.0, 4: 60.0, 5: 60.0, 6: 20.0, 11: 20.0, 16: 20.0}
"""HiGHS gets these instances, 100 to 400 nodes, and is told to stop after so long (wall clock)."""


def _watched(seconds: float) -> Control:
    end = time.perf_counter() + seconds
    return Control(seconds_left=lambda: end - time.perf_counter())


def _problem(number: int) -> SitingProblem:
    distance, posts = pmed(shared_folder("orlib_pmed"), number)
    return SitingProblem(distance, np.ones(len(distance)), Sites.of(len(distance), posts))


def _all(solver: str) -> tuple[dict[int, Siting], dict[int, float], float]:
    """Answers, processor seconds and seconds in all, after a first run that compiles."""
    solve = {"median": p_median, "center": p_center}[solver]
    for number in (1, 9):
        solve(_problem(number), _watched(EACH_S))
    answers, spent, waited = {}, {}, 0.0
    for number in INSTANCES:
        problem = _problem(number)
        before, start = time.process_time(), time.perf_counter()
        answers[number] = solve(problem, _watched(EACH_S))
        spent[number] = time.process_time() - before
        waited += time.perf_counter() - start
    return answers, spent, waited


def _outcome(solver: str, optima: dict[int, int], within_s: float) -> Outcome:
    answers, spent, waited = _all(solver)
    for number, answer in answers.items():
        # An answer that says "proven" and is not the optimum would be a fault, not a miss.
        if answer.bound > optima[number] or (
            answer.status is Status.PROVEN and answer.value != optima[number]
        ):
            msg = f"pmed{number}: {answer.status} {answer.value}, known optimum {optima[number]}"
            raise AssertionError(msg)
    best = sum(answers[number].value == optima[number] for number in INSTANCES)
    proven = sum(answer.status is Status.PROVEN for answer in answers.values())
    total = sum(spent.values())
    beside: dict[str, float] = {}
    peer = {"median": highs_p_median, "center": highs_p_center}[solver]
    for number, limit_s in PEER_S.items():
        distance, posts = pmed(shared_folder("orlib_pmed"), number)
        found = peer(distance, posts, limit_s)
        beside |= {
            f"pmed{number}: known optimum": optima[number],
            f"pmed{number}, processor time (s)": spent[number],
            **found.numbers(f"pmed{number}, HiGHS"),
        }
    return Outcome(
        goals=(
            Goal("known optima found", best, ">=", 40, "of 40"),
            Goal("all together", waited, "<=", within_s, "s"),
        ),
        timings={"one instance, processor time": _timing(list(spent.values()))},
        numbers={
            "proven optimal (of 40)": proven,
            "all together (s)": waited,
            "all together, processor time (s)": total,
            "slowest instance, processor time (s)": max(spent.values()),
            **beside,
        },
        setting={
            "instances": "OR-Library pmed1-pmed40",
            "told to stop after (s each)": EACH_S,
            "HiGHS": {
                "median": "classic model with n x n services, one thread",
                "center": "halving the distances, a set cover each, one thread",
            }[solver],
            "HiGHS told to stop after (s each)": ", ".join(
                f"pmed{number} {limit_s:g}" for number, limit_s in PEER_S.items()
            ),
        },
        packages=("highspy",),
    )


def _timing(seconds: list[float]) -> Timing:
    ordered = sorted(seconds)
    return Timing(ordered[len(ordered) // 2], ordered[0], ordered[-1], len(ordered))


@benchmark("siting_pmedian_orlib", "p-median: the OR-Library's forty instances")
def median() -> Outcome:
    return _outcome("median", median_optima(shared_folder("orlib_pmed")), 60.0)


@benchmark("siting_pcenter_orlib", "p-center: the same forty instances")
def center() -> Outcome:
    return _outcome("center", center_optima(shared_folder("orlib_pmed")), 120.0)
