from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.domain.text import Bilingual
from wardmote.core.gazetteer.index import GramIndex
from wardmote.core.gazetteer.names import HouseNumber, NameEntry, NameKind, crossing_ref
from wardmote.core.gazetteer.search import (
    MAX_RESULTS,
    MINIMUM_SCORE,
    Gazetteer,
    Precision,
    distance_between_m,
    likeness,
    nearest_number,
)


def street(row: int, zh: str, en: str, lon: float = 111.0, **more: object) -> NameEntry:
    name = Bilingual(zh=zh, en=en)
    return NameEntry(NameKind.STREET, name, lon, 27.0, ref=str(row), **more)  # type: ignore[arg-type]  # test values


HOUSES = tuple(HouseNumber(n, 111 + n * 1e-5, 27.0) for n in (2, 7, 12, 15, 104, 112))
NAMES = [
    street(0, "解放路", "Jiefang Road", numbers=HOUSES),
    street(1, "人民路", "Renmin Road"),
    street(2, "", "Mission Street"),
    street(3, "", "24th Street"),
    street(4, "", "21st Street"),
    street(5, "", "Mint Plaza"),
    street(6, "绿杨巷", ""),
    street(7, "解放路", "Jiefang Road", lon=112.0),
    NameEntry(NameKind.CROSSING, Bilingual("解放路与人民路路口", ""), 111.1, 27.1, ref="0/1"),
    NameEntry(NameKind.CROSSING, Bilingual("", "Mission / 24th"), 111.2, 27.1, ref="2/3"),
    NameEntry(
        NameKind.KEY_PLACE,
        Bilingual("县人民医院", "County Hospital"),
        111.3,
        27.0,
        1,
        ("红十字医院",),
    ),
    NameEntry(NameKind.POI, Bilingual("", "Mission Cafe"), 111.4, 27.0, 7),
    street(8, "解放路1巷", "", context=Bilingual("东镇", "")),
    street(9, "解放路2巷", ""),
    street(10, "", "Pier 39"),
    street(11, "和平街", "", lon=111.6, context=Bilingual("西乡", "")),
    street(12, "和平街", "", context=Bilingual("东镇", "")),
    NameEntry(NameKind.VILLAGE, Bilingual("大坪村", "Daping"), 111.5, 27.0),
]
GAZETTEER = Gazetteer(NAMES)


def first(text: str, **more: object) -> str:
    hits = GAZETTEER.search(text, **more)  # type: ignore[arg-type]  # options vary by test
    assert hits, f"nothing found for {text}"
    return hits[0].name.zh or hits[0].name.en


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("解放路", "解放路"),
        ("jiefanglu", "解放路"),
        ("jie fang lu", "解放路"),
        ("JIEFANG RD", "解放路"),
        ("jfl", "解放路"),
        ("rml", "人民路"),
        ("lvyangxiang", "绿杨巷"),
        ("解放", "解放路"),
        ("解方路", "解放路"),
        ("湖南省邵阳市大祥区解放路", "解放路"),
        ("MISSION ST", "Mission Street"),
        ("misison street", "Mission Street"),
        ("missio", "Mission Street"),
        ("Mission", "Mission Street"),
        ("24 th st", "24th Street"),
        ("县人民医院", "县人民医院"),
        ("人民医院", "县人民医院"),
        ("county hosp", "县人民医院"),
        ("红十字医院", "县人民医院"),
        ("xrmyy", "县人民医院"),
        ("解放路1巷", "解放路1巷"),
        ("解放路1巷口", "解放路1巷"),
        ("解放路2巷8号", "解放路2巷"),
        ("某县东镇解放路", "解放路"),
        ("Pier 39", "Pier 39"),
        ("大坪村", "大坪村"),
        ("Daping", "大坪村"),
    ],
)
def test_names_are_found_however_they_are_typed(text: str, found: str) -> None:
    assert first(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "解放路与人民路交叉口",
        "人民路/解放路",
        "解放路人民路口",
        "jfl & rml",
        "Jiefang Rd and Renmin Rd",
    ],
)
def test_crossings_are_found_in_either_order(text: str) -> None:
    hit = GAZETTEER.search(text)[0]
    assert (hit.kind, hit.precision) == (NameKind.CROSSING, Precision.POINT)
    assert (hit.lon, hit.lat) == (111.1, 27.1)


def test_streets_that_do_not_meet_are_offered_each_below_a_crossing() -> None:
    hits = GAZETTEER.search("Mission St / Mint Plaza")
    assert [hit.name.en for hit in hits[:2]] == ["Mint Plaza", "Mission Street"]
    assert all(hit.score <= 80 for hit in hits)


def test_a_house_number_is_found_where_it_is() -> None:
    hit = GAZETTEER.search("解放路12号", near=(111.0, 27.0))[0]
    assert (hit.lon, hit.precision, hit.number) == (111.00012, Precision.POINT, 12)


def test_the_number_may_come_last() -> None:
    hit = GAZETTEER.search("jiefang lu 12", near=(111.0, 27.0))[0]
    assert (hit.lon, hit.number) == (111.00012, 12)


def test_the_town_said_before_a_street_chooses_among_namesakes() -> None:
    for town in ("东镇", "西乡"):
        hit = GAZETTEER.search(f"某县{town}和平街")[0]
        assert (hit.name.zh, hit.entry.context.zh) == ("和平街", town)


def test_an_unknown_number_gives_the_nearest_on_its_side() -> None:
    hit = GAZETTEER.search("13 Jiefang Rd", near=(111.0, 27.0))[0]
    assert (hit.lon, hit.precision) == (111.00015, Precision.NEAR_NUMBER)


def test_a_block_gives_a_house_within_it() -> None:
    hit = GAZETTEER.search("100 Block of JIEFANG RD", near=(111.0, 27.0))[0]
    assert hit.precision is Precision.POINT
    assert hit.lon in {111.00104, 111.00112}


def test_without_known_numbers_the_street_is_given_as_a_street() -> None:
    hit = GAZETTEER.search("700 Block of MISSION ST")[0]
    assert (hit.name.en, hit.precision, hit.number) == ("Mission Street", Precision.STREET, 700)


def test_of_namesakes_the_nearer_comes_first() -> None:
    assert GAZETTEER.search("解放路", near=(111.99, 27.0))[0].lon == 112.0
    assert GAZETTEER.search("解放路", near=(111.01, 27.0))[0].lon == 111.0


def test_distance_breaks_ties_but_does_not_beat_the_name() -> None:
    assert first("Mission Street", near=(111.4, 27.0)) == "Mission Street"


def test_numbers_in_names_are_not_typing_errors() -> None:
    hits = GAZETTEER.search("24th Street")
    scores = {hit.name.en: hit.score for hit in hits}
    assert scores["24th Street"] == 100
    assert scores.get("21st Street", 0) < 75


def test_kinds_can_be_chosen() -> None:
    only = frozenset({NameKind.POI})
    assert [hit.name.en for hit in GAZETTEER.search("mission", kinds=only)] == ["Mission Cafe"]


def test_no_more_than_asked_for_and_never_more_than_the_limit() -> None:
    many = Gazetteer(street(n, "", "Mission Street", lon=n * 0.01) for n in range(200))
    assert len(many.search("mission", limit=3)) == 3
    assert len(many.search("mission", limit=10_000)) == MAX_RESULTS


@pytest.mark.parametrize("text", ["", "   ", "/", "&", "?!", "zzzzqqqq", "与", "号"])
def test_nothing_asked_or_nothing_alike_finds_nothing(text: str) -> None:
    assert GAZETTEER.search(text) == ()


@given(st.text(max_size=200))
def test_any_input_gives_ordered_answers_at_or_above_the_minimum(text: str) -> None:
    hits = GAZETTEER.search(text)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 100 for score in scores)
    assert len(hits) <= 10


@given(st.sampled_from([e for e in NAMES if e.kind is not NameKind.CROSSING]))
def test_every_name_finds_itself_first(entry: NameEntry) -> None:
    for name in (entry.name.zh, entry.name.en):
        if name:
            hit = GAZETTEER.search(name, near=(entry.lon, entry.lat))[0]
            assert hit.entry is entry
            assert hit.score == 100


def test_an_empty_gazetteer_finds_nothing() -> None:
    assert Gazetteer([]).search("anything") == ()


def test_a_nameless_entry_is_refused() -> None:
    with pytest.raises(ValueError, match="has no name"):
        street(1, "", "")


def test_crossings_are_keyed_by_both_streets_in_order_of_number() -> None:
    assert crossing_ref("10", "9") == crossing_ref("9", "10") == "9/10"


def test_likeness_weighs_the_name_more_than_the_street_word() -> None:
    assert likeness("mission street", "mission street") == 100
    assert likeness("mission street", "mission avenue") > likeness("mission street", "mint street")
    assert likeness("united nations plaza", "mint plaza") < MINIMUM_SCORE


def test_the_nearest_number_prefers_its_side_of_the_street() -> None:
    assert nearest_number(HOUSES, 13, block=False)[0].number == 15
    assert nearest_number(HOUSES[:1], 13, block=False)[0].number == 2
    assert nearest_number(HOUSES, 500, block=True) == (HOUSES[-1], Precision.NEAR_NUMBER)


def test_the_index_returns_the_most_alike_first_and_settles_ties_by_row() -> None:
    index = GramIndex(["mission", "mint", "mission", "xyz"])
    assert index.candidates("mission", 10).tolist() == [0, 2, 1]
    assert index.candidates("mission", 1).tolist() == [0]
    assert index.candidates("qqq", 10).tolist() == []
    assert GramIndex([]).candidates("a", 5).tolist() == []


@given(
    st.tuples(st.floats(100, 120), st.floats(20, 50)),
    st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)),
)
def test_distances_are_good_to_one_per_cent(
    point: tuple[float, float], step: tuple[float, float]
) -> None:
    other = (point[0] + step[0], point[1] + step[1])
    a, b = math.radians(point[1]), math.radians(other[1])
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(step[0]) / 2) ** 2
    true_m = 2 * 6_371_008.8 * math.asin(math.sqrt(half))
    assert distance_between_m(point, other) == pytest.approx(true_m, rel=0.01, abs=0.5)
