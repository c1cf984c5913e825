from __future__ import annotations

import pytest

from wardmote.core.travel.graph import RoadClass
from wardmote.gateways.osm.access import (
    ROAD_CLASS,
    Drop,
    Passage,
    classify_way,
    directions,
    stops_a_car,
)


@pytest.mark.parametrize("highway", sorted(set(ROAD_CLASS) - {"busway", "pedestrian"}))
def test_every_road_class_is_driven_both_ways_unless_it_is_a_motorway(highway: str) -> None:
    found = classify_way({"highway": highway})
    assert isinstance(found, Passage)
    assert found.road_class is ROAD_CLASS[highway]
    assert (found.forward, found.backward) == (True, highway != "motorway")


def test_a_slip_road_has_the_class_of_its_road() -> None:
    found = classify_way({"highway": "trunk_link"})
    assert isinstance(found, Passage)
    assert found.road_class is RoadClass.TRUNK
    assert found.link
    assert found.backward


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"highway": "footway"}, Drop.FOOT_OR_CYCLE),
        ({"highway": "steps", "emergency": "yes"}, Drop.FOOT_OR_CYCLE),
        ({"highway": "cycleway"}, Drop.FOOT_OR_CYCLE),
        ({"highway": "construction", "construction": "primary"}, Drop.NOT_BUILT),
        ({"highway": "proposed"}, Drop.NOT_BUILT),
        ({"highway": "raceway"}, Drop.NOT_A_ROAD),
        ({"highway": "bus_stop"}, Drop.NOT_A_ROAD),
        ({"highway": "service", "area": "yes"}, Drop.AREA),
        ({"highway": "track", "smoothness": "impassable"}, Drop.IMPASSABLE),
        ({"highway": "residential", "access": "no"}, Drop.NO_MOTOR_VEHICLES),
        ({"highway": "residential", "vehicle": "no"}, Drop.NO_MOTOR_VEHICLES),
        (
            {"highway": "residential", "motor_vehicle": "no", "access": "yes"},
            Drop.NO_MOTOR_VEHICLES,
        ),
        ({"highway": "residential", "motorcar": "no"}, Drop.NO_MOTOR_VEHICLES),
        ({"highway": "service", "emergency": "no"}, Drop.NO_MOTOR_VEHICLES),
        ({"highway": "service", "access": "military"}, Drop.MILITARY),
        ({"highway": "pedestrian"}, Drop.NO_MOTOR_VEHICLES),
        ({"highway": "pedestrian", "access": "yes"}, Drop.NO_MOTOR_VEHICLES),
        ({"highway": "busway"}, Drop.NO_MOTOR_VEHICLES),
        ({"highway": "primary", "oneway": "reversible"}, Drop.REVERSIBLE),
    ],
)
def test_what_cannot_be_driven_is_dropped_with_its_reason(
    tags: dict[str, str], reason: Drop
) -> None:
    assert classify_way(tags) is reason


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "service", "access": "private"},
        {"highway": "residential", "access": "destination"},
        {"highway": "service", "access": "customers"},
        {"highway": "service", "access": "no", "emergency": "yes"},
        {"highway": "service", "access": "no", "service": "emergency_access"},
        {"highway": "residential", "access": "no", "motor_vehicle": "yes"},
        {"highway": "residential", "vehicle": "no", "motorcar": "destination"},
        {"highway": "pedestrian", "emergency": "designated"},
        {"highway": "pedestrian", "motor_vehicle": "delivery"},
        {"highway": "path", "emergency": "yes"},
        {"highway": "track", "access": "agricultural"},
    ],
)
def test_crews_may_go_where_the_calls_are(tags: dict[str, str]) -> None:
    assert isinstance(classify_way(tags), Passage)


def test_a_path_for_emergency_vehicles_counts_as_a_service_road() -> None:
    found = classify_way({"highway": "path", "emergency": "yes"})
    assert isinstance(found, Passage)
    assert found.road_class is RoadClass.SERVICE


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, (True, True)),
        ({"oneway": "yes"}, (True, False)),
        ({"oneway": "1"}, (True, False)),
        ({"oneway": "true"}, (True, False)),
        ({"oneway": "-1"}, (False, True)),
        ({"oneway": "reverse"}, (False, True)),
        ({"oneway": "no"}, (True, True)),
        ({"oneway": "alternating"}, (True, True)),
        ({"oneway": "nonsense"}, (True, True)),
        ({"junction": "roundabout"}, (True, False)),
        ({"junction": "circular"}, (True, False)),
        ({"junction": "roundabout", "oneway": "-1"}, (False, True)),
        ({"junction": "roundabout", "oneway": "no"}, (True, True)),
        ({"oneway": "yes", "oneway:emergency": "no"}, (True, True)),
        ({"oneway": "no", "oneway:motor_vehicle": "yes"}, (True, False)),
        ({"vehicle:backward": "no"}, (True, False)),
        ({"motor_vehicle:forward": "no"}, (False, True)),
    ],
)
def test_directions(tags: dict[str, str], expected: tuple[bool, bool]) -> None:
    assert directions("residential", tags) == expected


def test_a_motorway_runs_one_way_unless_tagged_otherwise() -> None:
    assert directions("motorway", {}) == (True, False)
    assert directions("motorway", {"oneway": "no"}) == (True, True)


def test_rules_for_certain_times_are_ignored_but_noticed() -> None:
    found = classify_way(
        {"highway": "residential", "motor_vehicle:conditional": "no @ (07:00-09:00)"}
    )
    assert isinstance(found, Passage)
    assert found.conditional


@pytest.mark.parametrize(
    ("tags", "stops"),
    [
        ({}, False),
        ({"barrier": "bollard"}, True),
        ({"barrier": "bollard", "bollard": "removable"}, False),
        ({"barrier": "bollard", "emergency": "yes"}, False),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, False),
        ({"barrier": "bollard", "access": "no"}, True),
        ({"barrier": "block"}, True),
        ({"barrier": "jersey_barrier"}, True),
        ({"barrier": "cycle_barrier"}, True),
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "access": "no"}, False),
        ({"barrier": "gate", "access": "private"}, False),
        ({"barrier": "lift_gate"}, False),
        ({"barrier": "toll_booth"}, False),
        ({"barrier": "cattle_grid"}, False),
        ({"barrier": "kerb"}, False),
    ],
)
def test_barriers(tags: dict[str, str], stops: bool) -> None:
    assert stops_a_car(tags) is stops
