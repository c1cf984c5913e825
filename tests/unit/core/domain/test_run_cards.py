from __future__ import annotations

import pytest

from wardmote.core.domain.incident import Priority
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.run_cards import (
    FIRE_EMS_RUN_CARDS,
    POLICE_RUN_CARDS,
    Requirement,
    RunCard,
    RunCards,
    dump_run_cards,
    load_run_cards,
)
from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES
from wardmote.core.domain.text import Bilingual

NAME = Bilingual("卡", "Card")
ONE = (Requirement(("car",)),)


@pytest.mark.parametrize("cards", [POLICE_RUN_CARDS, FIRE_EMS_RUN_CARDS])
def test_cards_survive_a_round_trip_and_answer_every_call(cards: RunCards) -> None:
    assert load_run_cards(dump_run_cards(cards)) == cards
    for category in SHIPPED_CATEGORIES.categories:
        for priority in Priority:
            assert cards.card_for(category.code, priority).requirements(1)


def test_further_alarms_add_and_the_last_one_is_the_most() -> None:
    card = RunCard("x", NAME, (ONE, (Requirement(("car",), 2), Requirement(("boat",)))))
    assert card.requirements(1) == ONE
    assert card.requirements(2) == (Requirement(("car",), 3), Requirement(("boat",)))
    assert card.requirements(9) == card.requirements(2)


def test_the_first_card_that_matches_is_used() -> None:
    assert POLICE_RUN_CARDS.card_for("traffic.injury", Priority.EMERGENCY).card_id == "injury"
    assert POLICE_RUN_CARDS.card_for("offence.criminal.theft", Priority.ROUTINE).card_id == "single"


@pytest.mark.parametrize(
    ("cards", "path", "code"),
    [
        ((RunCard("a", NAME, (ONE,)), RunCard("a", NAME, (ONE,))), "cards[1].card_id", "repeated"),
        ((RunCard("a", NAME, ()),), "cards[0].alarms", "missing"),
        (
            (RunCard("a", NAME, ((Requirement(()),),)),),
            "cards[0].alarms[0][0].any_of",
            "repeated",
        ),
        (
            (RunCard("a", NAME, ((Requirement(("car",), 0),),)),),
            "cards[0].alarms[0][0].number",
            "out_of_range",
        ),
        ((RunCard("a", NAME, ((Requirement(("car",), 41),),)),), "cards[0].alarms", "too_many"),
        (
            (RunCard("a", NAME, (ONE,), categories=("fire",)),),
            "cards",
            "no_card_for_everything_else",
        ),
        ((), "cards", "too_many"),
    ],
)
def test_cards_that_make_no_sense_are_refused_by_field(
    cards: tuple[RunCard, ...], path: str, code: str
) -> None:
    with pytest.raises(InvalidDataError) as raised:
        RunCards("v", cards)
    assert (raised.value.path, raised.value.code) == (path, code)
