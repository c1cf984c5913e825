"""A small JEMSS model: its demand by rasters or calls, and cover that changes with the hour."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.unit.gateways.jemss.rasters_made import write_tiff

from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.twin import on_duty_throughout, world_of
from wardmote.gateways.jemss.city import City, Spread, read_city
from wardmote.gateways.jemss.demand import points_of
from wardmote.gateways.jemss.rasters import Raster

SIDE = 6
ARC_DAY = 60 / 86_400
"""One block takes a minute with lights, two without, and twice that from noon on."""


def write_model(folder: Path) -> None:
    nodes = "\n".join(f"{1 + n},{n % SIDE},{n // SIDE},{int(n != 0)}" for n in range(SIDE * SIDE))
    (folder / "nodes.csv").write_text(f"nodes,36\nindex,x,y,offRoadAccess\n{nodes}\n")
    pairs = [(n, n + 1) for n in range(SIDE * SIDE) if n % SIDE < SIDE - 1]
    pairs += [(n, n + SIDE) for n in range(SIDE * (SIDE - 1))]
    rows = "\n".join(
        f"{1 + k},{1 + a},{1 + b},{ARC_DAY},{2 * ARC_DAY},{4 * ARC_DAY}"
        for k, (a, b) in enumerate(pairs)
    )
    (folder / "arcs.csv").write_text(
        "miscData,1\narcForm,numModes\nundirected,3\n\n"
        f"arcs,{len(pairs)}\nindex,fromNode,toNode,mode_1,mode_2,mode_3\n{rows}\n"
    )
    (folder / "map_1.csv").write_text(
        "map,1\nxMin,xMax,yMin,yMax,xScale,yScale\n-1,7,-1,7,0.5,0.5\n"
    )
    (folder / "stations_1.csv").write_text("stations,2\nindex,x,y\n1,0.1,0.0\n2,5,5\n")
    (folder / "hospitals_1.csv").write_text("hospitals,1\nindex,x,y\n1,3,3\n")
    (folder / "ambulances_1.csv").write_text("ambulances,2\nindex,stationIndex\n1,1\n2,2\n")
    (folder / "priorities_1.csv").write_text(
        "priorities,3\npriority,name,targetResponseTime\n"
        "1,highPriority,0.005\n2,medPriority,0.005\n3,lowPriority,0.007\n"
    )
    (folder / "redispatch_off.csv").write_text("miscData,1\nallowRedispatch\n0\n")
    (folder / "travel_1.csv").write_text(
        "travelModes,\ntravelModeIndex,offRoadSpeed\n1,1200\n2,1200\n3,600\n,\n"
        "travelSets,,\ntravelSetIndex,priority,travelModeIndex\n"
        "1,highPriority,1\n1,medPriority,1\n1,lowPriority,2\n"
        "2,highPriority,2\n2,medPriority,2\n2,lowPriority,3\n,,\n"
        "travelSetsTiming,\nstartTime,travelSetIndex\n0,1\n0.5,2\n"
    )
    (folder / "demand_1.csv").write_text(
        "demandRasters,\nrasterIndex,rasterFilename\n"
        "1,$jemssDir\\rasters\\people.tif\n2,$jemssDir/rasters/work.tif\n,\n"
        "demandModes,,,\nmodeIndex,rasterIndex,priority,arrivalRate\n"
        "1,1,highPriority,10\n2,1,medPriority,0\n3,1,lowPriority,20\n4,2,lowPriority,40\n,\n"
        "demandSets,\nsetIndex,modeIndices\n1,[1; 2; 3]\n2,[1; 2; 4]\n,\n"
        "demandSetsTiming,\nstartTime,setIndex\n0,1\n0.25,2\n"
    )
    (folder / "coverage").mkdir()
    (folder / "coverage" / "demand_coverage_1.csv").write_text(
        "coverTimes,\ndemandPriority,coverTime\nhighPriority,0.0025\nmedPriority,0.0025\n"
        "lowPriority,0.005\n,\ndemandRasterCellNumPoints,\nrows,cols\n2,1\n"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_model(tmp_path)
    return tmp_path


def test_the_nearest_node_is_the_nearest_open_one(folder: Path) -> None:
    city = read_city(folder)
    assert city.places.post_node.tolist() == [1, 35]  # node 0 is closed to places
    assert city.places.post_km.tolist() == pytest.approx([0.45, 0.0])
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-40, 40, 900), rng.uniform(-40, 40, 900)
    node, km = city.ground.nearest(x, y)
    far = np.hypot(city.ground.x_km - x[:, None] * 0.5, city.ground.y_km - y[:, None] * 0.5)
    assert np.array_equal(km, far.min(axis=1))
    assert np.array_equal(node, city.ground.node[far.argmin(axis=1)])


def test_demand_takes_turns_and_its_rasters_go_by_name(folder: Path) -> None:
    demand = read_city(folder).demand
    assert demand.start_s.tolist() == [0.0, 21_600.0]
    assert (demand.rate * 86_400).round(9).tolist() == [[10, 0, 20], [10, 0, 40]]
    assert demand.raster.tolist() == [[0, 0, 0], [0, 0, 1]]
    assert demand.files == ("people.tif", "work.tif")
    assert demand.split == (2, 1)
    assert demand.rasters(folder) == (None, None)


def test_a_cell_is_shared_by_its_points() -> None:
    cell = Raster(np.array([4.0, 6.0]), np.array([2.0, 2.0]), 2.0, 1.0, np.array([3.0, 9.0]))
    x, y, share = points_of(cell, (2, 1))
    assert sorted(zip(x, y, share, strict=True)) == [
        (4.0, 1.75, 0.125),
        (4.0, 2.25, 0.125),
        (6.0, 1.75, 0.375),
        (6.0, 2.25, 0.375),
    ]


def covered_by_hand(
    city: City, spreads: list[Spread], at_day: float
) -> dict[tuple[bool, ...], float]:
    """Calls a day by the posts that reach them in time, from block distances."""
    late = at_day >= 0.5
    rates = [10.0, 0.0, 40.0 if at_day >= 0.25 else 20.0]
    found: dict[tuple[bool, ...], float] = {}
    for priority, rate in enumerate(rates):
        blocks_day = ARC_DAY * (2 if priority == 2 else 1) * (2 if late else 1)
        speed = 600.0 if late and priority == 2 else 1_200.0
        spread = spreads[1 if priority == 2 and at_day >= 0.25 else 0]
        for node, km, share in zip(spread.node, spread.km, spread.share, strict=True):
            reached = tuple(
                abs(node % SIDE - post % SIDE) + abs(node // SIDE - post // SIDE)
                <= ((0.005 if priority == 2 else 0.0025) - (km + post_km) / speed) / blocks_day
                for post, post_km in zip(city.places.post_node, city.places.post_km, strict=True)
            )
            if any(reached) and rate:
                found[reached] = found.get(reached, 0.0) + rate * share
    return found


def test_cover_changes_with_travel_and_demand(folder: Path) -> None:
    rng = np.random.default_rng(1)
    rasters = folder / "data" / "rasters"
    rasters.mkdir(parents=True)
    for name in ("people.tif", "work.tif"):
        write_tiff(
            rasters / name, rng.integers(0, 5, (6, 6)).astype("f4"),
            corner=(-0.45, 5.45), size=(1.0, 1.0),
        )  # fmt: skip
    city = read_city(folder)
    cover = city.cover_of_rasters(city.prepared(), folder)
    assert cover is not None
    assert cover.start_s.tolist() == [0.0, 21_600.0, 43_200.0]
    spreads = []
    for raster in city.demand.rasters(folder):
        assert raster is not None
        x, y, share = points_of(raster, (2, 1))
        spreads.append(Spread(*city.ground.nearest(x, y), share))
    for at_day, sets in zip((0.0, 0.25, 0.5), cover.sets, strict=True):
        ours = {
            tuple(bool(one) for one in row): weight * 86_400
            for row, weight in zip(sets.member, sets.weight, strict=True)
        }
        assert ours == pytest.approx(covered_by_hand(city, spreads, at_day))


def test_calls_stand_for_the_raster_that_they_come_from(folder: Path) -> None:
    city = read_city(folder)
    roads = city.prepared()
    calls_f, calls_i = np.ones((3, c.CALL_F)), np.zeros((3, c.CALL_I), dtype=np.int32)
    calls_f[:, c.ARRIVAL_S] = [0.0, 30_000.0, 40_000.0]
    calls_f[:, c.PLACE_KM] = 0.0
    calls_i[:, c.PLACE_NODE] = [1, 35, 35]
    calls_i[:, c.PRIORITY] = [0, 2, 2]
    world = world_of(calls_f, calls_i, on_duty_throughout(2))
    morning, later, _ = city.cover_of_calls(roads, world).sets
    assert morning.member.tolist() == [[1, 0]]  # all demand is where people live
    assert sorted(later.member.tolist()) == [[0, 1], [1, 0]]  # calls of low priority come from work
    first = world_of(calls_f[:1], calls_i[:1], on_duty_throughout(2))
    with pytest.raises(ValueError, match=r"work\.tif"):
        city.cover_of_calls(roads, first)
