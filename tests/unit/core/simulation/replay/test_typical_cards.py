"""Run cards told from what records show."""

from __future__ import annotations

from tests.replay.invented_town import call, unit

from wardmote.core.domain.incident import Priority
from wardmote.core.simulation.replay.demand import demands
from wardmote.core.simulation.replay.typical_cards import typical_cards

CALLS = (
    call(1, 0, 0, unit("E1", 0.0), unit("E2", 0.0)),
    call(2, 0, 500, unit("E1", 500.0), unit("E2", 500.0)),
    call(3, 0, 900, unit("E1", 900.0)),
)


def test_the_commonest_first_answer_is_the_card_and_other_kinds_are_substitutes() -> None:
    cards = typical_cards(CALLS, demands(CALLS), ["boat", "engine"])
    (need,) = cards.card_for("fire.structure", Priority.EMERGENCY).requirements(1)
    assert (need.any_of, need.number) == (("engine", "boat"), 2)


def test_a_sort_of_call_that_the_records_lack_is_asked_one_unit_of_any_kind() -> None:
    cards = typical_cards(CALLS, demands(CALLS), ["boat", "engine"])
    (need,) = cards.card_for("dispute.neighbour", Priority.ROUTINE).requirements(1)
    assert (set(need.any_of), need.number) == ({"boat", "engine"}, 1)
