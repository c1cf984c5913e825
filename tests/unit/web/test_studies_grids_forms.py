"""Rules of grids as they are entered: groups of villages become pairs, within a limit."""

from __future__ import annotations

import itertools

import pytest
from django.utils import translation

from wardmote.core.studies.plan import MAX_GRID_RULES
from wardmote.web.pages.studies_grids_forms import GridsForm, Villages

VILLAGES = Villages((f"{number:012d}", (f"village {number}",)) for number in range(2_000))


def form(**entered: str) -> GridsForm:
    usual = {"name": "cut", "demand": "residents", "begin": "nothing", "tolerance": "1.05"}
    return GridsForm(
        usual | entered, plan="p", villages=VILLAGES, begin=[("nothing", "cut them afresh")]
    )


def group(count: int) -> str:
    return ",".join(f"{number:012d}" for number in range(count))


def refused(split: str) -> bool:
    """Whether there are too many pairs."""
    with translation.override("en"):
        return "At most" in str(form(split=split).errors["split"])


def test_a_village_named_twice_is_no_pair_with_itself() -> None:
    entered = form(split="village 1, village 2, village 1", join="village 3, village 3, village 4")
    assert entered.is_valid()
    assert entered.cleaned_data["split"] == (("000000000001", "000000000002"),)
    assert entered.cleaned_data["join"] == (("000000000003", "000000000004"),)
    assert not form(split="village 1, 000000000001").is_valid()


def test_pairs_beyond_the_limit_are_never_made(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = group(45)
    assert 45 * 44 // 2 <= MAX_GRID_RULES < 46 * 45 // 2
    assert form(split=whole).is_valid()
    others = ",".join(f"village {number}" for number in range(50, 56))
    assert refused(f"{whole}\n{others}")

    def never(*_args: object) -> None:
        raise AssertionError

    monkeypatch.setattr(itertools, "combinations", never)
    for split in (group(46), group(1_500)):
        assert refused(split)


def test_a_row_of_villages_is_joined_up_to_the_limit_exactly() -> None:
    assert form(join=group(MAX_GRID_RULES + 1)).is_valid()
    assert not form(join=group(MAX_GRID_RULES + 2)).is_valid()
