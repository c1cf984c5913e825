"""Asking for the nearest place of a kind."""

from __future__ import annotations

import pytest

from wardmote.core.domain.text import Bilingual
from wardmote.core.gazetteer.kinds import KIND_WORDS, with_kind_words
from wardmote.core.gazetteer.names import NameEntry, NameKind
from wardmote.core.gazetteer.search import Gazetteer

LONS = (111.30, 111.02, 111.10, 111.01)


def of_kind(kind: str, number: int) -> NameEntry:
    name = Bilingual(f"{kind}{number}甲乙", f"{kind[:2]} {number} yonder")
    return NameEntry(
        NameKind.KEY_PLACE, name, LONS[number], 27.0, 2, with_kind_words((), kind), ref=kind
    )


SCHOOL_ROAD = NameEntry(NameKind.STREET, Bilingual("学校路", "School Road"), 111.4, 27.0)
CALLED_SCHOOL = NameEntry(NameKind.POI, Bilingual("学校", "School"), 111.9, 27.0, 7)
EVERY_KIND = [of_kind(kind, number) for kind in KIND_WORDS for number in range(len(LONS))]
GAZETTEER = Gazetteer([SCHOOL_ROAD, CALLED_SCHOOL, *EVERY_KIND])


@pytest.mark.parametrize(
    ("word", "kind"),
    [(word, kind) for kind, words in KIND_WORDS.items() for word in words if kind != "school"]
    + [("yiyuan", "hospital"), ("pai chu suo", "police"), ("HOSPITAL", "hospital")],
)
def test_a_word_for_a_kind_finds_places_of_that_kind_nearest_first(word: str, kind: str) -> None:
    hits = GAZETTEER.search(word, near=(111.0, 27.0), limit=4)
    assert [hit.entry.ref for hit in hits] == [kind] * 4
    assert [hit.lon for hit in hits] == sorted(LONS)


@pytest.mark.parametrize("word", ["学校", "school"])
def test_places_called_so_come_before_places_of_the_kind(word: str) -> None:
    hits = GAZETTEER.search(word, near=(111.0, 27.0), limit=6)
    assert {hit.name.zh for hit in hits[:2]} == {"学校", "学校路"}
    assert [hit.lon for hit in hits[2:]] == sorted(LONS)


def test_a_word_still_being_typed_finds_them_too() -> None:
    assert GAZETTEER.search("hospi", near=(111.0, 27.0))[0].entry.ref == "hospital"


def test_words_are_added_once_and_only_for_known_kinds() -> None:
    assert with_kind_words(("school", "老校"), "school") == ("school", "老校", "学校")
    assert with_kind_words(("老店",), "food") == ("老店",)
