from __future__ import annotations

import pytest

from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES
from wardmote.core.policies.classify import MAX_TEXT, suggest


@pytest.mark.parametrize(
    ("text", "category", "words"),
    [
        ("楼上邻居漏水,两家吵起来了", "dispute.neighbour", ("楼上", "邻居")),
        ("有人持刀砍人", "offence.criminal.weapon", ("持刀", "砍人")),
        ("老板拖欠工资半年", "dispute.wages", ("拖欠工资",)),
        ("My house is on fire, please hurry", "fire.structure", ("fire",)),
        ("SMELL OF GAS in the kitchen", "hazard.gas", ("smell of gas",)),
        ("我被骗了两万", "offence.criminal.fraud", ("被骗",)),
    ],
)
def test_the_category_whose_words_were_said_comes_first(
    text: str, category: str, words: tuple[str, ...]
) -> None:
    best = suggest(SHIPPED_CATEGORIES, text)[0]
    assert best.category == category
    assert best.words == words


def test_nothing_said_suggests_nothing() -> None:
    assert suggest(SHIPPED_CATEGORIES, "") == ()
    assert suggest(SHIPPED_CATEGORIES, "zzz 龘") == ()


def test_english_words_count_only_whole() -> None:
    assert suggest(SHIPPED_CATEGORIES, "a crossfired firework") == ()


def test_only_the_beginning_of_a_long_text_is_read_and_the_list_is_short() -> None:
    assert suggest(SHIPPED_CATEGORIES, "x" * MAX_TEXT + " fire") == ()
    everything = " ".join(word for one in SHIPPED_CATEGORIES.categories for word in one.words.zh)
    assert len(suggest(SHIPPED_CATEGORIES, everything, limit=99)) == 10


def test_every_word_of_the_tree_suggests_its_own_category() -> None:
    for one in SHIPPED_CATEGORIES.selectable():
        for word in (*one.words.zh, *one.words.en):
            found = [s.category for s in suggest(SHIPPED_CATEGORIES, word, limit=10)]
            assert one.code in found, word
