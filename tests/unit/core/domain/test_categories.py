from __future__ import annotations

import re
from pathlib import Path

import pytest

from wardmote.core.domain.categories import (
    Category,
    CategoryTree,
    Words,
    dump_categories,
    is_within,
    load_categories,
)
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES
from wardmote.core.domain.text import Bilingual

TREE = SHIPPED_CATEGORIES


def category(code: str, **changes: object) -> Category:
    values: dict[str, object] = {
        "code": code,
        "name": Bilingual("名", "Name"),
        "priority": Priority.ROUTINE,
    }
    return Category(**{**values, **changes})  # type: ignore[arg-type]  # test data


def test_the_shipped_tree_has_every_branch_of_a_control_room() -> None:
    tops = [one.code for one in TREE.children(None)]
    assert tops == [
        "offence",
        "traffic",
        "dispute",
        "help",
        "fire",
        "medical",
        "fraud_warning",
        "hazard",
        "invalid",
    ]
    assert {one.code for one in TREE.children("offence")} == {
        "offence.criminal",
        "offence.public_order",
    }
    assert len(TREE.selectable()) >= 80


def test_the_shipped_tree_survives_a_round_trip() -> None:
    assert load_categories(dump_categories(TREE)) == TREE


def test_headings_are_not_selectable_and_leaves_are() -> None:
    for one in TREE.categories:
        assert one.selectable == (not TREE.children(one.code))


def test_no_two_categories_have_the_same_name() -> None:
    for names in (
        [one.name.zh for one in TREE.categories],
        [one.name.en for one in TREE.categories],
    ):
        assert len(set(names)) == len(names)


@pytest.mark.data
def test_every_apco_code_is_in_the_public_list(shared_data: Path) -> None:
    text = (shared_data / "eido" / "apco.yaml").read_text()
    public = {code.strip("'\"") for code in re.findall(r"^\s+- (\S+)$", text, re.MULTILINE)}
    assert {code for one in TREE.categories for code in one.apco} <= public


@pytest.mark.parametrize(
    ("apco", "code"),
    [
        ("FIGHT", "offence.public_order.fight"),
        ("ASSAULT", "offence.public_order.assault"),
        ("FSTRU", "fire.structure"),
        ("MVAINJY", "traffic.injury"),
        ("CARDIAC", "medical.life_threatening"),
        ("DVNA", "dispute.family"),
    ],
)
def test_an_apco_type_means_the_category_that_lists_it_closest(apco: str, code: str) -> None:
    found = TREE.from_apco(apco)
    assert found is not None
    assert found.code == code


def test_an_apco_type_without_a_category_is_none() -> None:
    assert TREE.from_apco("WORMHOLE") is None


def test_a_category_without_an_apco_type_has_none() -> None:
    assert TREE.to_apco("dispute.neighbour") == "CIVIL"
    assert TREE.to_apco("invalid.repeat") is None


def test_path_goes_from_the_top_down() -> None:
    assert [one.code for one in TREE.path("offence.criminal.theft")] == [
        "offence",
        "offence.criminal",
        "offence.criminal.theft",
    ]


def test_a_subtree_ends_at_a_dot() -> None:
    assert is_within("fire.alarm", "fire")
    assert is_within("fire", "fire")
    assert not is_within("firework", "fire")


@pytest.mark.parametrize(
    ("categories", "path", "code"),
    [
        ((category("a"), category("a")), "categories[1].code", "repeated"),
        ((category("a.b"),), "categories[0].code", "no_parent"),
        ((category("A"),), "categories[0].code", "malformed_code"),
        ((category("a\n"),), "categories[0].code", "malformed_code"),
        ((category("a", name=Bilingual("", "x")),), "categories[0].name", "missing"),
        (
            (category("a", words=Words(zh=("火", "火"))),),
            "categories[0].words.zh",
            "repeated",
        ),
        ((), "categories", "too_many"),
        ((category("a", selectable=False),), "categories", "nothing_selectable"),
    ],
)
def test_a_tree_that_does_not_hold_together_is_refused(
    categories: tuple[Category, ...], path: str, code: str
) -> None:
    with pytest.raises(InvalidDataError) as raised:
        CategoryTree("v", categories)
    assert (raised.value.path, raised.value.code) == (path, code)
