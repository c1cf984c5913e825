"""What simulated callers say."""

from __future__ import annotations

import numpy as np

from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES
from wardmote.core.simulation.people.words import WORDS, say


def test_every_category_with_words_is_one_that_a_call_may_have() -> None:
    selectable = {category.code for category in SHIPPED_CATEGORIES.selectable()}
    assert set(WORDS) <= selectable


def test_every_sentence_is_in_both_languages() -> None:
    assert all(one.zh and one.en for sentences in WORDS.values() for one in sentences)


def test_a_category_without_words_of_its_own_borrows_from_its_family() -> None:
    said = say("dispute.medical", np.random.default_rng(1))
    family = [one for code, many in WORDS.items() if code.startswith("dispute.") for one in many]
    assert said in family


def test_the_same_seed_says_the_same() -> None:
    first = say("traffic.damage", np.random.default_rng(7))
    assert say("traffic.damage", np.random.default_rng(7)) == first
