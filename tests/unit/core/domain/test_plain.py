from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from wardmote.core.domain.incident import Priority
from wardmote.core.domain.plain import InvalidDataError, dump, load
from wardmote.core.domain.text import Bilingual


@dataclass(frozen=True, slots=True)
class Leaf:
    name: Bilingual
    limit_s: float
    priorities: frozenset[Priority] = frozenset()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    version: str
    leaves: tuple[Leaf, ...]


WHOLE = Document(
    "v1",
    (
        Leaf(Bilingual("甲", "A"), 1.5, frozenset({Priority.URGENT, Priority.EMERGENCY}), "n"),
        Leaf(Bilingual("乙", "B"), 2.0),
    ),
)


def test_what_is_dumped_loads_back_equal_and_sets_are_written_sorted() -> None:
    data = dump(WHOLE)
    assert data["leaves"][0]["priorities"] == [1, 2]
    assert load(Document, data) == WHOLE


def test_fields_with_a_default_may_be_left_out_and_integers_count_as_floats() -> None:
    data = {"version": "v", "leaves": [{"name": {"zh": "", "en": "x"}, "limit_s": 3}]}
    assert load(Document, data).leaves[0].limit_s == 3.0


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (lambda d: d.pop("version"), "version", "missing"),
        (lambda d: d.update(colour=1), "colour", "unknown_field"),
        (lambda d: d.update(version=7), "version", "wrong_type"),
        (lambda d: d.update(leaves="ab"), "leaves", "wrong_type"),
        (lambda d: d["leaves"][1].update(limit_s="3"), "leaves[1].limit_s", "wrong_type"),
        (lambda d: d["leaves"][1].update(limit_s=True), "leaves[1].limit_s", "wrong_type"),
        (lambda d: d["leaves"][1].update(limit_s=float("nan")), "leaves[1].limit_s", "not_finite"),
        (
            lambda d: d["leaves"][0].update(priorities=[9]),
            "leaves[0].priorities[0]",
            "not_allowed",
        ),
        (
            lambda d: d["leaves"][0].update(priorities=[True]),
            "leaves[0].priorities[0]",
            "not_allowed",
        ),
        (lambda d: d["leaves"].__setitem__(0, 5), "leaves[0]", "wrong_type"),
        (lambda d: d["leaves"][0]["name"].pop("en"), "leaves[0].name.en", "missing"),
    ],
)
def test_an_error_names_the_field(
    change: Callable[[dict[str, Any]], object], path: str, code: str
) -> None:
    data = dump(WHOLE)
    change(data)
    with pytest.raises(InvalidDataError) as raised:
        load(Document, data)
    assert (raised.value.path, raised.value.code) == (path, code)
