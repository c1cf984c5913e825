"""The twin answers like the simulator JEMSS on a real city, call by call."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.jemss_demand import recover_demand, replay_choices, trace
from benchmarks.jemss_parity import BUSY_SHARE, parity, run, sampled_cover

from wardmote.core.simulation.twin.roads import Roads
from wardmote.gateways.jemss.city import City, read_calls, read_city

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


def test_units_that_move_by_dmexclp(folder: Path, city: City, roads: Roads) -> None:
    path = folder / "manhattan_dmexclp_rep1_30d.csv.gz"
    world, answers = read_calls(path, len(city.fleet.home))
    sets = sampled_cover(city, roads, world)
    traced = trace(city, roads, world, answers)
    sampled = replay_choices(city, answers, traced, sets, BUSY_SHARE)
    assert sampled.same / sampled.of > 0.99
    fitted, errors, agreement = recover_demand(city, answers, traced, sets, BUSY_SHARE)
    assert agreement.same == agreement.of
    assert errors <= 3.0 + 1e-9
    assert parity(world, run(city, roads, world, fitted), answers).both >= 0.99
