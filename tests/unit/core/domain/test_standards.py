from __future__ import annotations

import dataclasses

import pytest

from wardmote.core.domain.incident import FieldTime, Priority
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.standards import (
    NFPA_1710,
    SHIPPED_STANDARDS,
    STANDARD_135,
    URBAN_RURAL,
    Objective,
    ResponseStandard,
    Tier,
    dump_standard,
    load_standard,
    shipped_standard,
)
from wardmote.core.domain.text import Bilingual

ROUTINE = Priority.ROUTINE


def target(objective: Objective, place: PlaceClass, priority: Priority = ROUTINE) -> float | None:
    tier = objective.tier_for(place, priority, "dispute", None)
    return None if tier is None else tier.target_s


def test_135_asks_for_one_three_and_five_minutes() -> None:
    objective = STANDARD_135.arrival
    assert objective is not None
    assert (objective.start, objective.stop) == (FieldTime.ASSIGNED, FieldTime.ARRIVED)
    assert [target(objective, place) for place in PlaceClass] == [60.0, 180.0, 300.0]


def test_nfpa_1710_asks_for_travel_and_turnout_by_kind_of_call() -> None:
    travel, turnout = NFPA_1710.objective("travel"), NFPA_1710.objective("turnout")
    assert NFPA_1710.arrival is travel
    assert (travel.start, travel.percentile) == (FieldTime.EN_ROUTE, 90.0)
    assert target(travel, PlaceClass.ELSEWHERE) == 240.0
    ems = turnout.tier_for(PlaceClass.CENTRE, ROUTINE, "medical.illness", None)
    fire = turnout.tier_for(PlaceClass.CENTRE, ROUTINE, "fire.structure", None)
    assert ems is not None
    assert fire is not None
    assert (ems.target_s, fire.target_s) == (60.0, 80.0)


def test_urban_rural_tiers_by_place_and_priority() -> None:
    objective = URBAN_RURAL.arrival
    assert objective is not None
    found = [
        target(objective, place, priority)
        for place in (PlaceClass.CENTRE, PlaceClass.ELSEWHERE)
        for priority in (Priority.EMERGENCY, Priority.ROUTINE)
    ]
    assert found == [480.0, 1_200.0, 900.0, 2_400.0]


def test_a_tier_for_a_force_waits_until_the_kind_is_known() -> None:
    tier = Tier(Bilingual("消防", "Engines"), 240.0, kinds=frozenset({"engine"}))
    assert tier.matches(PlaceClass.CENTRE, ROUTINE, "fire", "engine")
    assert not tier.matches(PlaceClass.CENTRE, ROUTINE, "fire", "medic")
    assert not tier.matches(PlaceClass.CENTRE, ROUTINE, "fire", None)


@pytest.mark.parametrize("standard", SHIPPED_STANDARDS, ids=lambda one: one.code)
def test_a_standard_survives_a_round_trip(standard: ResponseStandard) -> None:
    assert load_standard(dump_standard(standard)) == standard
    assert shipped_standard(standard.code) is standard


def test_an_unknown_standard_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        shipped_standard("136")


@pytest.mark.parametrize(
    ("objective", "path", "code"),
    [
        ({"stop": FieldTime.ASSIGNED}, "objectives[0].stop", "stop_not_after_start"),
        ({"percentile": 0.0}, "objectives[0].percentile", "out_of_range"),
        ({"percentile": 100.5}, "objectives[0].percentile", "out_of_range"),
        ({"tiers": ()}, "objectives[0].tiers", "missing"),
        (
            {"tiers": (Tier(Bilingual("", "x"), 0.0),)},
            "objectives[0].tiers[0].target_s",
            "out_of_range",
        ),
        (
            {"tiers": (Tier(Bilingual("", "x"), 86_401.0),)},
            "objectives[0].tiers[0].target_s",
            "out_of_range",
        ),
    ],
)
def test_a_standard_that_makes_no_sense_is_refused_by_field(
    objective: dict[str, object], path: str, code: str
) -> None:
    broken = dataclasses.replace(STANDARD_135.objectives[0], **objective)  # type: ignore[arg-type]  # test data
    with pytest.raises(InvalidDataError) as raised:
        dataclasses.replace(STANDARD_135, objectives=(broken,))
    assert (raised.value.path, raised.value.code) == (path, code)


def test_percentile_100_and_the_longest_target_are_allowed() -> None:
    tier = Tier(Bilingual("", "x"), 86_400.0)
    objective = dataclasses.replace(STANDARD_135.objectives[0], percentile=100.0, tiers=(tier,))
    assert dataclasses.replace(STANDARD_135, objectives=(objective,)).arrival == objective


def test_a_repeated_objective_is_refused() -> None:
    with pytest.raises(InvalidDataError, match="repeated"):
        dataclasses.replace(STANDARD_135, objectives=STANDARD_135.objectives * 2)


def test_every_shipped_standard_names_its_source_in_both_languages() -> None:
    for standard in SHIPPED_STANDARDS:
        assert standard.source.zh, standard.code
        assert standard.source.en, standard.code
        assert standard.source.zh != standard.source.en


def test_a_standard_kept_with_a_source_in_one_language_is_still_read() -> None:
    kept = dump_standard(STANDARD_135)
    assert isinstance(kept, dict)
    read = load_standard({**kept, "source": "an order of 2019"})
    assert read.source.in_language("zh-hans") == "an order of 2019"
    assert dataclasses.replace(read, source=STANDARD_135.source) == STANDARD_135
