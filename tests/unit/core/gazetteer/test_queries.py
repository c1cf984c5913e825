from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.gazetteer.queries import PlaceQuery, parse_query, without_towns


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mission Street", PlaceQuery("Mission Street")),
        ("12TH ST/HOWARD ST", PlaceQuery("12TH ST", "HOWARD ST")),
        ("Mission & 24th", PlaceQuery("Mission", "24th")),
        ("Mission and 24th St", PlaceQuery("Mission", "24th St")),
        ("mission at 24th", PlaceQuery("mission", "24th")),
        ("Mission x 24th", PlaceQuery("Mission", "24th")),
        ("Mission @ 24th, San Francisco", PlaceQuery("Mission", "24th")),
        ("700 Block of 44TH AVE", PlaceQuery("44TH AVE", number=700, block=True)),
        ("0 Block of CAINE AV", PlaceQuery("CAINE AV", number=0, block=True)),
        ("700 blk Main St", PlaceQuery("Main St", number=700, block=True)),
        ("1340 Powell Street", PlaceQuery("Powell Street", number=1340)),
        ("935 Folsom, 94107", PlaceQuery("Folsom", number=935)),
        ("551 26th Ave", PlaceQuery("26th Ave", number=551)),
        ("1035-1045 VALLEJO ST", PlaceQuery("VALLEJO ST", number=1035)),
        ("4743-B MISSION ST", PlaceQuery("MISSION ST", number=4743)),
        ("69 1/2 POTOMAC ST", PlaceQuery("POTOMAC ST", number=69)),
        ("26 St", PlaceQuery("26 St")),
        ("26th Street", PlaceQuery("26th Street")),
        ("Hauptstraße 12", PlaceQuery("Hauptstraße", number=12)),
        ("jiefang lu 12a", PlaceQuery("jiefang lu", number=12)),
        ("US 101", PlaceQuery("US 101")),
        ("Andover Road", PlaceQuery("Andover Road")),
        ("Anderson", PlaceQuery("Anderson")),
        ("解放路", PlaceQuery("解放路")),
        ("解放路与人民路交叉口", PlaceQuery("解放路", "人民路")),
        ("解放路和人民路路口", PlaceQuery("解放路", "人民路")),
        ("解放路/人民路", PlaceQuery("解放路", "人民路")),
        ("解放路、人民路", PlaceQuery("解放路", "人民路")),
        ("解放路人民路口", PlaceQuery("解放路", "人民路")),
        ("解放路人民路交叉口", PlaceQuery("解放路", "人民路")),
        ("宝庆大道人民街口", PlaceQuery("宝庆大道", "人民街")),
        ("解放路123号", PlaceQuery("解放路", number=123)),
        ("解放路12-3号附2", PlaceQuery("解放路", number=12)),
        ("和平路", PlaceQuery("和平路")),
        ("县人民医院", PlaceQuery("县人民医院")),
        ("", PlaceQuery("")),
    ],
)
def test_queries_are_taken_apart(text: str, expected: PlaceQuery) -> None:
    assert parse_query(text) == expected


@given(st.text(max_size=300))
def test_nothing_a_caller_says_breaks_the_parser(text: str) -> None:
    query = parse_query(text)
    assert len(query.name) <= 120
    assert query.number is None or 0 <= query.number <= 999_999


def test_towns_before_a_street_are_left_out() -> None:
    assert without_towns("湖南省邵阳市大祥区解放路") == "解放路"
    assert without_towns("翎岫县桐坡镇解放路") == "解放路"
    assert without_towns("解放路") == "解放路"
    assert without_towns("新市街") == "新市街"
