"""The twin answers like the simulator JEMSS on a real city, call by call."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.jemss_demand import near_calls, recover_demand, replay_choices, trace
from benchmarks.jemss_parity import BUSY_SHARE, parity, run

from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.tables import World
from wardmote.core.simulation.twin.twin import on_duty_throughout, world_of
from wardmote.gateways.jemss.city import Answers, City, read_calls, read_city

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "jemss_manhattan"


@pytest.fixture(scope="module")
def city(folder: Path) -> City:
    return read_city(folder)


@pytest.fixture(scope="module")
def roads(city: City) -> Roads:
    return city.prepared()


def test_units_that_go_back_to_their_station(folder: Path, city: City, roads: Roads) -> None:
    world, answers = read_calls(folder / "manhattan_rep1_30d.csv.gz", len(city.fleet.home))
    found = parity(world, run(city, roads, world), answers)
    assert found.both == 1.0


def first_of(world: World, answers: Answers, calls: int, units: int) -> tuple[World, Answers]:
    part = world_of(world.calls_f[:calls], world.calls_i[:calls], on_duty_throughout(units))
    return part, Answers(answers.unit[:calls], answers.response_s[:calls], answers.queued_s[:calls])


def test_units_that_move_by_dmexclp(folder: Path, city: City, roads: Roads) -> None:
    # Ten days: the model's raster of demand is not at hand, and recovering it takes its time.
    units = len(city.fleet.home)
    path = folder / "manhattan_dmexclp_rep1_30d.csv.gz"
    world, answers = first_of(*read_calls(path, units), 4_500, units)
    assert city.cover_of_rasters(roads, folder) is None
    cover = near_calls(city, roads, world)
    traced = trace(city, roads, world, answers)
    sampled = replay_choices(city, answers, traced, cover, BUSY_SHARE)
    assert sampled.same / sampled.of > 0.97
    middle_s = float(np.median(world.calls_f[:, c.ARRIVAL_S]))
    half, _, _ = recover_demand(city, answers, traced, cover, BUSY_SHARE, until_s=middle_s)
    unseen = replay_choices(city, answers, traced, half, BUSY_SHARE, from_s=middle_s)
    assert unseen.same / unseen.of > 0.99
    fitted, errors, agreement = recover_demand(city, answers, traced, cover, BUSY_SHARE)
    assert agreement.same == agreement.of
    assert errors <= 3.0 + 1e-9
    assert parity(world, run(city, roads, world, fitted), answers).both >= 0.99
