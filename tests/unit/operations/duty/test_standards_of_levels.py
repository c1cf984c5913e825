"""The standard that a level brings: what the place set under its code before what is shipped."""

from __future__ import annotations

import dataclasses

import pytest
from tests.unit.operations.duty.test_duty_services import ADMIN, digest, in_force, proposed
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, SUPERVISOR, WEST

from wardmote.core.domain.plain import dump
from wardmote.core.domain.standards import NFPA_1710, STANDARD_135
from wardmote.operations.duty import selectors, services
from wardmote.operations.places import selectors as places
from wardmote.operations.places.services import set_rules

pytestmark = pytest.mark.usefixtures("place")

OWN_135 = dataclasses.replace(STANDARD_135, version="135/own")
LATER_135 = dataclasses.replace(STANDARD_135, version="135/later")


def test_a_level_brings_the_standard_that_the_place_set_under_its_code() -> None:
    set_rules(ADMIN, "standard", dump(OWN_135), now_s=NOW_S - 20)
    set_rules(ADMIN, "standard", dump(NFPA_1710), now_s=NOW_S - 10)
    places.forget()
    shown = selectors.effects_of(COUNTY, selectors.levels_in_force(NOW_S).of("level_1"), NOW_S)
    assert (shown.standard_before, shown.standard_after) == (NFPA_1710.version, "135/own")
    in_force(COUNTY)
    assert places.standard_in_force(NOW_S + 1) == OWN_135


def test_a_level_in_force_keeps_its_standard_when_another_is_switched_elsewhere() -> None:
    in_force(EAST)
    set_rules(ADMIN, "standard", dump(LATER_135), now_s=NOW_S + 10)
    places.forget()
    level = selectors.levels_in_force(NOW_S + 20).of("level_1")
    shown = selectors.effects_of(WEST, level, NOW_S + 20)
    assert shown.standard_after == "135/later"
    switch = proposed(WEST, "level_2")
    services.approve_switch(
        SUPERVISOR, switch, digest(WEST, "level_2", NOW_S + 20), now_s=NOW_S + 20
    )
    places.forget()
    assert places.standard_in_force(NOW_S + 21, EAST) == STANDARD_135
    assert places.standard_in_force(NOW_S + 21, WEST) == LATER_135


def test_standards_of_the_place_can_be_chosen_for_a_level() -> None:
    set_rules(
        ADMIN, "standard", dump(dataclasses.replace(OWN_135, code="county")), now_s=NOW_S - 20
    )
    found = selectors.standards_to_choose(NOW_S)
    assert found["county"].version == "135/own"
    assert found["135"] == STANDARD_135
