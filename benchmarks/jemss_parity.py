"""Compare the twin with JEMSS's answers on a city model, call by call.

    python -m benchmarks.jemss_parity FOLDER

The folder holds a JEMSS model and answers named ``*_rep*.csv.gz``; those with ``dmexclp`` in the
name were made with DMEXCLP (q = 0.5), the others with units going back to their own stations.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.jemss_demand import recover_demand, replay_choices, trace
from wardmote.core.policies.relocation import CoverSets
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.tables import State, World
from wardmote.gateways.jemss.city import Answers, City, read_calls, read_city

BUSY_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Parity:
    """How far a run agrees: shares of calls, and the rows of those that differ."""

    calls: int
    same_unit: float
    same_response: float
    both: float
    differing: NDArray[np.int64]
    mean_s: float
    mean_theirs_s: float


def parity(world: World, state: State, answers: Answers) -> Parity:
    """Same unit, and a response time within one second."""
    response_s = state.outcome_f[:, c.REACHED_S] - world.calls_f[:, c.ARRIVAL_S]
    unit = state.outcome_i[:, c.UNIT] == answers.unit
    time = np.abs(response_s - answers.response_s) <= 1.0
    return Parity(
        len(unit), float(unit.mean()), float(time.mean()), float((unit & time).mean()),
        np.flatnonzero(~(unit & time)), float(response_s.mean()),
        float(answers.response_s.mean()),
    )  # fmt: skip


def sampled_cover(city: City, roads: Roads, world: World) -> CoverSets:
    """Cover of the demand of which the calls are a sample."""
    calls = len(world.calls_i)
    return city.cover(
        roads,
        world.calls_i[:, c.PLACE_NODE],
        world.calls_f[:, c.PLACE_KM],
        np.full(calls, 1 / calls),
    )


def run(city: City, roads: Roads, world: World, cover: CoverSets | None = None) -> State:
    """One run of the twin."""
    twin = city.twin(roads, cover=cover, busy_share=BUSY_SHARE)
    state = twin.begin(world)
    twin.run(world, state)
    return state


def _say(name: str, found: Parity) -> None:
    print(
        f"{name}: {found.both:.4%} of {found.calls} calls alike (unit {found.same_unit:.4%}, "
        f"response within 1 s {found.same_response:.4%}); mean response {found.mean_s:.2f} s, "
        f"theirs {found.mean_theirs_s:.2f} s"
    )
    if len(found.differing):
        print("  differing calls:", (found.differing[:20] + 1).tolist())


def main(folder: Path) -> None:
    city = read_city(folder)
    roads = city.prepared()
    for path in sorted(folder.glob("*_rep*.csv*")):
        world, answers = read_calls(path, len(city.fleet.home))
        if "dmexclp" not in path.name:
            _say(path.name, parity(world, run(city, roads, world), answers))
            continue
        sets = sampled_cover(city, roads, world)
        _say(f"{path.name}, demand sampled from its calls",
             parity(world, run(city, roads, world, sets), answers))  # fmt: skip
        traced = trace(city, roads, world, answers)
        chosen = replay_choices(city, answers, traced, sets, BUSY_SHARE)
        print(
            f"  choices in the recorded situations: {chosen.same} of {chosen.of} alike "
            f"({chosen.same / chosen.of:.3%})"
        )
        fitted, change, chosen = recover_demand(city, answers, traced, sets, BUSY_SHARE)
        print(f"  with the demand recovered: {chosen.same} of {chosen.of} alike")
        print(f"  demand recovered: weights move by at most {change:.2f} standard errors")
        _say(f"{path.name}, demand recovered from the answers",
             parity(world, run(city, roads, world, fitted), answers))  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
