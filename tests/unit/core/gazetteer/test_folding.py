from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.gazetteer.folding import (
    fold,
    grams,
    has_han,
    pinyin,
    without_street_word,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("MISSION ST", "mission street"),
        ("Mission Street", "mission street"),
        ("44TH AVE", "44th avenue"),
        ("06TH ST", "6th street"),
        ("Sixth Street", "6th street"),
        ("GEARY BL", "geary boulevard"),
        ("GEARY BLVD.", "geary boulevard"),
        ("St Mary's Ave", "saint marys avenue"),
        ("O’FARRELL ST", "ofarrell street"),
        ("O'Farrell St.", "ofarrell street"),
        ("N Main St", "north main street"),
        ("So. Van Ness Av", "south van ness avenue"),
        ("La Playa St", "la playa street"),
        ("Mt Vernon Av", "mount vernon avenue"),
        ("Größe-Straße", "grosse strasse"),
        ("Café  Zoë", "cafe zoe"),
        ("Ｍａｉｎ　Ｓｔ", "main street"),
        ("解放 路", "解放路"),
        ("解放路（东段）", "解放路 东段".replace(" ", "")),
        ("G4 高速", "g4 高速"),
        ("   ", ""),
        ("!?", ""),
    ],
)
def test_spellings_of_one_name_fold_to_one(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=60))
def test_a_folded_name_has_no_capitals_marks_or_double_spaces(text: str) -> None:
    once = fold(text)
    assert once == once.strip()
    assert "  " not in once
    assert "_" not in once


def test_the_street_word_is_left_out_where_something_remains() -> None:
    assert without_street_word("mission street") == "mission"
    assert without_street_word("street") == ""
    assert without_street_word("mission") == ""


@pytest.mark.parametrize(
    ("text", "full", "initials"),
    [
        ("解放路", "jiefanglu", "jfl"),
        ("长沙", "changsha", "cs"),
        ("重庆路", "chongqinglu", "cql"),
        ("五一路", "wuyilu", "wyl"),
        ("绿地公园", "lvdigongyuan", "ldgy"),
        ("G4高速", "g4gaosu", "ggs"),
        ("Mission", "", ""),
    ],
)
def test_pinyin_and_initials(text: str, full: str, initials: str) -> None:
    assert pinyin(text)[0] == full
    assert pinyin(text)[1] in {initials, initials[:1] + "4" + initials[1:]}


def test_grams_of_both_scripts() -> None:
    assert grams("ab") == {"  a", " ab", "ab "}
    assert grams("解放") == {"解", "放", "解放"}
    assert grams("") == set()


def test_han_is_recognised_beyond_the_basic_plane() -> None:
    assert has_han("𠮷")
    assert has_han("a路")
    assert not has_han("かな")
