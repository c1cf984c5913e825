from __future__ import annotations

from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.places import Post
from wardmote.core.domain.text import Bilingual
from wardmote.core.gazetteer.names import NOWHERE, NameKind
from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.graph import RoadGraph
from wardmote.gateways.osm.features import AddressPoint, NamedThing
from wardmote.gateways.osm.name_index import (
    crossing_entries,
    post_entries,
    settlement_entries,
    street_entries,
    thing_entries,
    with_context,
    with_numbers,
)

JIEFANG, RENMIN = Bilingual(zh="解放路", en="Jiefang Road"), Bilingual(zh="人民路", en="")
MAIN = Bilingual(zh="", en="Main Street")


def graph(points: list[tuple[float, float]], edges: list[tuple[int, int, int]]) -> RoadGraph:
    return build_road_graph(
        [lon for lon, _ in points],
        [lat for _, lat in points],
        edge_tail=[tail for tail, _, _ in edges],
        edge_head=[head for _, head, _ in edges],
        forward_ms=[1000] * len(edges),
        backward_ms=[1000] * len(edges),
        road_class=[4] * len(edges),
        street=[street for _, _, street in edges],
    )


def thing(name: Bilingual, lon: float, **more: str | float) -> NamedThing:
    given = {"ref": "n1", "kind": "school", "alternatives": (), "lat": 27.0, "rank": 3, **more}
    return NamedThing(name=name, lon=lon, **given)  # type: ignore[arg-type]  # mixed test values


def test_a_street_is_one_entry_near_its_middle() -> None:
    points = [(111 + n * 0.002, 27.0) for n in range(5)]
    found = street_entries(graph(points, [(n, n + 1, 0) for n in range(4)]), [JIEFANG], [("老街",)])
    assert len(found) == 1
    assert (found[0].lon, found[0].lat) == (111.004, 27.0)
    assert found[0].alternatives == ("老街",)
    assert found[0].ref == "0"


def test_streets_of_one_name_far_apart_are_two_entries() -> None:
    points = [(111.0, 27.0), (111.002, 27.0), (111.5, 27.5), (111.502, 27.5)]
    found = street_entries(graph(points, [(0, 1, 0), (2, 3, 0)]), [JIEFANG], [])
    assert [round(entry.lon, 1) for entry in found] == [111.0, 111.5]


def test_a_long_straight_road_is_one_street() -> None:
    points = [(111.0, 27.0), (111.3, 27.0), (111.6, 27.0)]
    assert len(street_entries(graph(points, [(0, 1, 0), (1, 2, 0)]), [JIEFANG], [])) == 1


def test_crossings_are_named_in_both_languages_as_far_as_known() -> None:
    points = [(111.0, 27.0), (111.01, 27.0), (111.0, 27.01), (110.99, 27.0)]
    streets = [JIEFANG, RENMIN, MAIN]
    found = crossing_entries(graph(points, [(0, 1, 0), (0, 2, 1), (0, 3, 2)]), streets)
    assert {entry.ref: (entry.name.zh, entry.name.en) for entry in found} == {
        "0/1": ("解放路与人民路路口", "Jiefang Road / 人民路"),
        "0/2": ("", "Jiefang Road / Main Street"),
        "1/2": ("", "人民路 / Main Street"),
    }


def test_the_junctions_of_a_dual_carriageway_are_one_crossing() -> None:
    points = [(111.0, 27.0), (111.0003, 27.0), (111.0, 27.01), (111.0003, 27.01), (111.01, 27.0)]
    edges = [(0, 1, 0), (1, 4, 0), (0, 2, 1), (1, 3, 1)]
    found = crossing_entries(graph(points, edges), [JIEFANG, RENMIN])
    assert [round(entry.lon, 5) for entry in found] == [111.00015]


def test_a_thing_mapped_twice_is_named_once_but_namesakes_stay() -> None:
    school = Bilingual(zh="实验小学", en="")
    found = thing_entries(
        [
            thing(school, 111.0, key_place="school"),
            thing(school, 111.0005, key_place="school"),
            thing(school, 111.2, key_place="school"),
            thing(MAIN, 111.0, kind="shop"),
        ]
    )
    assert [(entry.kind, entry.lon) for entry in found] == [
        (NameKind.KEY_PLACE, 111.0),
        (NameKind.KEY_PLACE, 111.2),
        (NameKind.POI, 111.0),
    ]


def test_house_numbers_go_to_the_stretch_they_stand_at() -> None:
    points = [(111.0, 27.0), (111.002, 27.0), (111.5, 27.5), (111.502, 27.5)]
    entries = street_entries(graph(points, [(0, 1, 0), (2, 3, 0)]), [JIEFANG], [])
    addresses = [
        AddressPoint("解放路", 12, 111.001, 27.0),
        AddressPoint("JIEFANG RD", 7, 111.501, 27.5),
        AddressPoint("解放路", 12, 111.0015, 27.0),
        AddressPoint("别的路", 1, 111.0, 27.0),
    ]
    near, far = with_numbers(entries, addresses)
    assert [(n.number, n.lon) for n in near.numbers] == [(12, 111.001)]
    assert [n.number for n in far.numbers] == [7]


def test_every_name_says_in_which_town_it_is_and_the_town_itself_does_not() -> None:
    towns = [
        thing(Bilingual(zh="东镇", en=""), 111.0, kind="town", ref="n7"),
        thing(Bilingual(zh="西镇", en=""), 111.5, kind="town", ref="n8"),
        thing(Bilingual(zh="小屋", en=""), 111.24, kind="hamlet", ref="n9"),
    ]
    post = Post(PostId("p"), MAIN, AreaId("430500000000"), 111.23, 27.0, ())
    found = with_context([*post_entries([post]), *settlement_entries(towns)], towns)
    assert [entry.context.zh for entry in found] == ["东镇", "", "", "东镇"]
    assert found[1].context is NOWHERE


def test_a_thing_is_found_by_the_word_for_its_kind_but_a_minor_one_is_not() -> None:
    first, second = Bilingual(zh="城东小学", en=""), Bilingual(zh="", en="4th & King")
    found = thing_entries(
        [
            thing(first, 111.0, alternatives=("老校",)),
            thing(second, 111.1, kind="station", rank=5),
            thing(second, 111.2, kind="station", rank=6),
            thing(second, 111.3, kind="bank", rank=6),
            thing(second, 111.4, kind="food", rank=1),
        ]
    )
    assert [one.alternatives for one in found] == [
        ("老校", "学校", "school"),
        ("车站", "station"),
        (),
        ("银行", "bank"),
        (),
    ]
