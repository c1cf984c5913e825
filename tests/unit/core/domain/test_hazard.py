"""The life cycles of hazards: every pair of state and action, and every set of parts."""

from __future__ import annotations

import itertools

import pytest

from wardmote.core.domain.hazard import (
    EXTENSION_LIFE_CYCLE,
    HAZARD_LIFE_CYCLE,
    LIVING_PARTS,
    PART_LIFE_CYCLE,
    ExtensionAction,
    ExtensionState,
    HazardAction,
    HazardState,
    PartAction,
    PartState,
    after_parts,
)
from wardmote.core.domain.hazard_categories import (
    SHIPPED_HAZARD_CATEGORIES,
    HazardCategories,
    dump_hazard_categories,
    load_hazard_categories,
)
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.core.domain.plain import InvalidDataError

HAZARD = {
    "reported": {"file": "filed", "reject": "rejected", "merge": "merged"},
    "filed": {"assign": "assigned", "reject": "rejected", "merge": "merged"},
    "assigned": {"assign": "assigned", "release": "filed", "close": "closed"},
    "closed": {"reopen": "filed"},
    "rejected": {"reopen": "filed"},
    "merged": {},
}
PART = {
    "assigned": {
        "submit": "submitted", "decline": "declined", "suspend": "suspended",
        "escalate": "assigned", "recall": "recalled",
    },
    "submitted": {"pass": "passed", "return": "assigned"},
    "suspended": {"resume": "assigned", "escalate": "suspended", "recall": "recalled"},
    "passed": {}, "declined": {}, "recalled": {},
}  # fmt: skip


@pytest.mark.parametrize(("state", "action"), list(itertools.product(HazardState, HazardAction)))
def test_a_hazard_moves_as_the_table_says_and_no_other_way(
    state: HazardState, action: HazardAction
) -> None:
    expected = HAZARD[state.value].get(action.value)
    if expected is None:
        with pytest.raises(TransitionRefusedError):
            HAZARD_LIFE_CYCLE.next_state(state, action)
    else:
        assert HAZARD_LIFE_CYCLE.next_state(state, action).value == expected


@pytest.mark.parametrize(("state", "action"), list(itertools.product(PartState, PartAction)))
def test_a_part_moves_as_the_table_says_and_no_other_way(
    state: PartState, action: PartAction
) -> None:
    expected = PART[state.value].get(action.value)
    if expected is None:
        with pytest.raises(TransitionRefusedError):
            PART_LIFE_CYCLE.next_state(state, action)
    else:
        assert PART_LIFE_CYCLE.next_state(state, action).value == expected


@pytest.mark.parametrize(
    ("state", "action"), list(itertools.product(ExtensionState, ExtensionAction))
)
def test_an_extension_is_decided_once(state: ExtensionState, action: ExtensionAction) -> None:
    if state is ExtensionState.ASKED:
        assert EXTENSION_LIFE_CYCLE.next_state(state, action) is not ExtensionState.ASKED
    else:
        with pytest.raises(TransitionRefusedError):
            EXTENSION_LIFE_CYCLE.next_state(state, action)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_hazard_closes_when_all_parts_passed_and_is_released_when_none_counts(count: int) -> None:
    for states in itertools.product(PartState, repeat=count):
        counted = [one for one in states if one not in (PartState.DECLINED, PartState.RECALLED)]
        expected = None
        if not counted:
            expected = HazardAction.RELEASE
        elif all(one is PartState.PASSED for one in counted):
            expected = HazardAction.CLOSE
        assert after_parts(states) is expected
        if any(one in LIVING_PARTS for one in states):
            assert after_parts(states) is None


def test_the_shipped_categories_survive_being_written_down() -> None:
    data = dump_hazard_categories(SHIPPED_HAZARD_CATEGORIES)
    assert load_hazard_categories(data) == SHIPPED_HAZARD_CATEGORIES
    assert {one.code for one in SHIPPED_HAZARD_CATEGORIES.categories} == {
        "fire_lane", "wiring", "gas", "road", "water", "pavement", "lighting", "construction",
        "building", "other",
    }  # fmt: skip
    assert all(one.name.zh and one.name.en for one in SHIPPED_HAZARD_CATEGORIES.categories)
    assert SHIPPED_HAZARD_CATEGORIES.name("unheard_of").en == "unheard_of"


@pytest.mark.parametrize(
    ("path", "value", "names"),
    [
        (("version",), "", "version"),
        (("categories",), [], "categories"),
        (("categories", 1, "code"), "fire_lane", "categories[1].code"),
        (("categories", 1, "code"), "No Code", "categories[1].code"),
        (("categories", 0, "term", "number"), 0, "categories[0].term.number"),
        (("categories", 1, "term", "number"), 1.5, "categories[1].term.number"),
        (("categories", 0, "term", "unit"), "years", "categories[0].term.unit"),
        (("categories", 0, "escalate_after"), [3.0, 2.0], "categories[0].escalate_after"),
        (("categories", 0, "name"), {"zh": "", "en": ""}, "categories[0].name"),
        (("repeat", "months"), 0, "repeat.months"),
        (("repeat", "radius_m"), -1.0, "repeat.radius_m"),
        (("check_tolerance_m",), 0.0, "check_tolerance_m"),
    ],
)
def test_categories_that_do_not_fit_are_refused_by_field(
    path: tuple[str | int, ...], value: object, names: str
) -> None:
    data = dump_hazard_categories(SHIPPED_HAZARD_CATEGORIES)
    inner = data
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(InvalidDataError) as refused:
        load_hazard_categories(data)
    assert refused.value.path == names


def test_a_version_needs_a_category() -> None:
    with pytest.raises(InvalidDataError):
        HazardCategories("v", ())
