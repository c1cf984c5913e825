"""Compare the twin with JEMSS's answers on a city model, call by call.

    python -m benchmarks.jemss_parity FOLDER

The folder holds a JEMSS model and answers named ``*_rep*.csv.gz``; those with ``dmexclp`` in the
name were made with DMEXCLP (q = 0.5), the others with units going back to their own stations.

DMEXCLP weighs places by rasters that the model's demand file names. Where they lie below the folder
they are read, and nothing is estimated.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.jemss_demand import (
    Agreement,
    near_calls,
    recover_demand,
    replay_choices,
    trace,
)
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.tables import State, World
from wardmote.core.simulation.twin.twin import CoverPeriods
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


def run(city: City, roads: Roads, world: World, cover: CoverPeriods | None = None) -> State:
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


def _dmexclp(
    folder: Path, name: str, city: City, roads: Roads, world: World, answers: Answers
) -> None:
    """Parity by what is known of the demand: its rasters, else the calls, else the answers too."""
    known = city.cover_of_rasters(roads, folder)
    if known is not None:
        _say(f"{name}, demand of the rasters",
             parity(world, run(city, roads, world, known), answers))  # fmt: skip
    else:
        print(f"{name}: {', '.join(city.demand.files)} not found in {folder}; demand is estimated")
    sampled = city.cover_of_calls(roads, world)
    _say(f"{name}, demand sampled from its calls",
         parity(world, run(city, roads, world, sampled), answers))  # fmt: skip
    traced = trace(city, roads, world, answers)
    guess = near_calls(city, roads, world)
    for what, cover in (("rasters", known), ("calls", sampled)):
        if cover is not None:
            chosen = replay_choices(city, answers, traced, cover, BUSY_SHARE)
            print(f"  choices in the recorded situations, demand of the {what}: {_of(chosen)}")
    middle_s = float(np.median(world.calls_f[:, c.ARRIVAL_S]))
    half, _, _ = recover_demand(city, answers, traced, guess, BUSY_SHARE, until_s=middle_s)
    unseen = replay_choices(city, answers, traced, half, BUSY_SHARE, from_s=middle_s)
    print(f"  demand recovered from the first half's choices foretells the second's: {_of(unseen)}")
    fitted, change, chosen = recover_demand(city, answers, traced, guess, BUSY_SHARE)
    print(f"  demand recovered from all choices explains {_of(chosen)}; weights move by at most "
          f"{change:.2f} standard errors")  # fmt: skip
    _say(f"{name}, demand recovered from the answers",
         parity(world, run(city, roads, world, fitted), answers))  # fmt: skip


def _of(chosen: Agreement) -> str:
    return f"{chosen.same} of {chosen.of} alike ({chosen.same / max(1, chosen.of):.3%})"


def main(folder: Path) -> None:
    city = read_city(folder)
    roads = city.prepared()
    for path in sorted(folder.glob("*_rep*.csv*")):
        world, answers = read_calls(path, len(city.fleet.home))
        if "dmexclp" in path.name:
            _dmexclp(folder, path.name, city, roads, world, answers)
        else:
            _say(path.name, parity(world, run(city, roads, world), answers))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
