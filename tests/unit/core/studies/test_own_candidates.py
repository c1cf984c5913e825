"""Candidates of the planner's own: files of both kinds, what is wrong in them, what they change."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.core.studies.small_place import at, book, graph, ground

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.candidate_files import read_candidates
from wardmote.core.studies.candidates import Wish
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.own_candidates import OwnCandidate, own_document, read_own, with_own
from wardmote.core.studies.proposing import propose_posts
from wardmote.core.studies.questions import PostObjective, PostQuestion
from wardmote.core.travel.travel_times import TravelTimes

TRAVEL = TravelTimes.of(graph())


def table(*rows: str, heading: str = "id,name,lon,lat,cost,room,use") -> bytes:
    return "\n".join((heading, *rows)).encode()


def feature(lon: object, lat: object, **properties: object) -> dict[str, object]:
    point = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "geometry": point, "properties": properties}


def geojson(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def own_ground(*listed: OwnCandidate, besides: bool = False) -> Ground:
    place = ground()
    candidates = with_own(place.candidates, listed, book(), TRAVEL, besides=besides)
    return replace(place, candidates=candidates)


def own(column: float, row: float, **more: object) -> OwnCandidate:
    lon, lat = at(column, row)
    values = {"id": "", "name": Bilingual("", ""), "lon": lon, "lat": lat, **more}
    return OwnCandidate(**values)  # type: ignore[arg-type]  # names of its fields


def test_tables_and_points_say_the_same_in_either_language() -> None:
    english = read_candidates(table("a,Yard,112.01,27.01,5,4,kept", ",,112.02,27.02,,,"))
    chinese = read_candidates(
        "编号,名称,经度,纬度,费用,车位,用途,备注\na,Yard,112.01,27.01,5,4,保留,近桥\n,,112.02,27.02,,,可选,".encode(
            "gb18030"
        )
    )
    points = read_candidates(
        geojson(feature(112.01, 27.01, id="a", name="Yard", cost=5, room=4, use="kept", colour=1),
                feature(112.02, 27.02))
    )  # fmt: skip
    for found in (english, chinese, points):
        first, second = found.candidates
        assert (first.id, first.name.en, first.cost, first.room) == ("a", "Yard", 5.0, 4)
        assert (first.wish, second.wish) == (Wish.KEPT, Wish.FREE)
        assert (second.id, second.cost, second.room) == ("", None, None)
    assert chinese.unused == ("备注",)
    assert points.unused == ("colour",)
    assert read_own(own_document(english.candidates)) == english.candidates


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (table("a,b,c", heading="id,name,lon"), "lacks: lat"),
        (table(heading="lon,lat,lng"), "has twice: lon"),
        (table(), "1 to 2000"),
        (table("a,Yard,112.01,north,,,"), "row 2, lat: “north” is not a number"),
        (table("a,Yard,112.01,,,,"), "row 2, lat: “” is not a number"),
        (table("a,Yard,112,27,,,", "b,B,112,97,,,"), "row 3, lat: it is out of range, found 97"),
        (table("a,Yard,112,27,-1,,"), "row 2, cost: it is out of range"),
        (table("a,Yard,112,27,,2.5,"), "row 2, room: must be a whole number"),
        (table("a,Yard,112,27,,0,"), "row 2, room: it is out of range"),
        (table("a,Yard,112,27,,,maybe"), "“maybe” must be free, kept, closable or excluded"),
        (table("a,A,112,27,,,", "a,B,112.1,27,,,"), "row 3, id: the same as in row 2"),
        (table("a,A, big,112,27,,,"), "more columns than the heading"),
        (table(*(["a,A,x,y,,,"] * 4)), "and 3 more"),
        (table("a,A\0,112,27,,,"), "unreadable"),
        (b"\xff\xfe\xfa\x00", "neither in UTF-8"),
        (b"{", "Line 1, column 2"),
        (b'{"type": "Point"}', "FeatureCollection of points"),
        (geojson({"type": "Feature", "geometry": None}), "features[0].geometry must be a Point"),
        (geojson(feature(112, 27), feature("x", 27)), "features[1], lon: “x” is not a number"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(data: bytes, told: str) -> None:
    with pytest.raises(Problem) as raised:
        read_candidates(data)
    assert told in raised.value.message.en
    assert raised.value.message.zh != raised.value.message.en


def test_own_candidates_stand_beside_the_posts_that_stand() -> None:
    place = own_ground(own(7, 1, name=Bilingual("甲", "A"), id="yard"), own(8, 4))
    candidates = place.candidates
    assert candidates.stands.tolist() == [True] * 3 + [False] * 2
    assert candidates.ids[3] == "yard"
    assert candidates.ids[4].startswith("at-")
    more = own_ground(own(7.1, 1), besides=True).candidates
    assert len(more) == len(ground().candidates) + 1


def test_a_candidate_at_a_post_says_what_may_happen_to_it() -> None:
    listed = (own(1, 1, wish=Wish.CLOSABLE), own(2, 4, wish=Wish.EXCLUDED), own(7, 1))
    place = own_ground(*listed)
    found = propose_posts(place, PostQuestion(3, keep_all=False))
    assert found.plan is not None
    assert found.plan.post(PostId("post-2")) is None
    # All but the first stay, so there is room for them alone.
    kept = propose_posts(own_ground(own(1, 1, wish=Wish.CLOSABLE)), PostQuestion(2, keep_all=True))
    assert kept.plan is not None
    assert [post.id for post in kept.plan.posts] == ["post-2", "post-3"]


def test_costs_and_room_of_candidates_are_kept() -> None:
    listed = (own(7, 1, cost=90.0, id="dear"), own(7, 2, cost=1.0, id="cheap", room=2),
              own(8, 4, wish=Wish.KEPT, cost=1.0, id="sure"))  # fmt: skip
    question = PostQuestion(3, budget=5.0, units=12, units_at_post=5)
    found = propose_posts(own_ground(*listed), question)
    assert found.plan is not None
    assert found.plan.post(PostId("dear")) is None
    assert found.plan.post(PostId("sure")) is not None
    cheap = propose_posts(
        own_ground(own(7, 2, id="cheap", room=2, wish=Wish.KEPT)),
        PostQuestion(1, PostObjective.EXPECTED_COVER, units=6),
    )
    assert cheap.plan is not None
    assert cheap.plan.units == 2


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ((own(7, 1, where=Bilingual("", "row 2")), own(7, 1, where=Bilingual("", "row 3"))),
         "row 2, row 3: are one place"),
        ((own(70, 1, where=Bilingual("", "row 9")),), "row 9: no road is near"),
        ((own(8, 1, id="post-1", where=Bilingual("", "row 2")),), "row 2: post-1 stands elsewhere"),
    ],
)  # fmt: skip
def test_rows_that_do_not_fit_the_place_are_named(
    listed: tuple[OwnCandidate, ...], told: str
) -> None:
    with pytest.raises(Problem, match=told):
        own_ground(*listed)


def test_busy_shares_are_given_or_measured() -> None:
    given = propose_posts(ground(), PostQuestion(2, PostObjective.EXPECTED_COVER, units=3))
    question = PostQuestion(2, PostObjective.EXPECTED_COVER, units=3, busy_measured=True)
    measured = propose_posts(ground(), question)
    assert given.proof.busy is not None
    assert (given.proof.busy.measured, given.proof.busy.mean) == (False, 0.3)
    assert measured.proof.busy is not None
    assert measured.proof.busy.measured
    assert measured.proof.busy.apart == pytest.approx(0.0, abs=0.05)
    # The load is that of all calls: busy time over the time of all units.
    assert 0 < measured.proof.busy.mean < 0.95
    assert not np.isclose(measured.proof.busy.mean, 0.3)
