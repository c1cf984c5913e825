from __future__ import annotations

from pathlib import Path

import pytest

from wardmote.core.domain.ids import AreaId
from wardmote.gateways.datums import Datum, from_wgs84
from wardmote.gateways.posts_csv import PostsFileProblem, PostsTable, read_posts

AREA = AreaId("430502000000")


def table(tmp_path: Path, text: str | bytes, **options: object) -> PostsTable:
    path = tmp_path / "posts.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_posts(path, area=AREA, **options)  # type: ignore[arg-type]  # options vary by test


def problem(tmp_path: Path, text: str | bytes, **options: object) -> str:
    with pytest.raises(PostsFileProblem) as caught:
        table(tmp_path, text, **options)
    return caught.value.message.en


def test_a_plain_table_gives_each_post_one_car(tmp_path: Path) -> None:
    found = table(tmp_path, "station,address,lat,lon\n01,935 Folsom,37.77,-122.40\n")
    (post,), (unit,) = found.posts, found.units
    assert (post.post_id, post.name.en, post.lon, post.lat) == ("01", "Station 01", -122.40, 37.77)
    assert (unit.call_sign, unit.post, unit.kind, unit.area) == ("01", "01", "patrol_car", AREA)
    assert unit.capabilities == ("patrol_car",)


def test_chinese_headings_in_any_order_and_encoding(tmp_path: Path) -> None:
    text = "经度,名称,纬度,呼号,车型,人数\n111.47,城东快反点,27.24,城东1;城东2,motorcycle,2\n"
    for raw in (text.encode("utf-8-sig"), text.encode("gb18030")):
        found = table(tmp_path, raw)
        assert found.posts[0].name.zh == "城东快反点"
        assert [(unit.call_sign, unit.seats) for unit in found.units] == [
            ("城东1", 2),
            ("城东2", 2),
        ]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators(tmp_path: Path, separator: str) -> None:
    text = "name,lat,lon\nEast,27.2,111.4\n".replace(",", separator)
    assert table(tmp_path, text).posts[0].name.en == "East"


def test_rows_of_one_post_add_units(tmp_path: Path) -> None:
    text = "id,name,lat,lon,unit,capabilities\n1,East,27,111,A1,\n1,East,27,111,A2,drone;dog\n"
    found = table(tmp_path, text)
    assert len(found.posts) == 1
    assert [unit.capabilities for unit in found.units] == [
        ("patrol_car",),
        ("patrol_car", "drone", "dog"),
    ]


def test_positions_of_another_datum_are_shifted(tmp_path: Path) -> None:
    lon, lat = from_wgs84(111.47, 27.24, Datum.GCJ02)
    text = f"name,lat,lon\nEast,{lat},{lon}\n"
    post = table(tmp_path, text, datum=Datum.GCJ02).posts[0]
    assert (post.lon, post.lat) == pytest.approx((111.47, 27.24), abs=1e-5)


def test_every_wrong_row_is_named_with_its_column(tmp_path: Path) -> None:
    text = (
        "name,lat,lon,units,seats\nEast,north,111,,\n,27,111,,\nWest,27,999,,\n"
        "South,27,111,A;A,\nNorth,27,111,B,many\n"
    )
    said = problem(tmp_path, text)
    for part in (
        "5 errors",
        "row 2, lat: 'north' is not a number",
        "row 3, name: has no name",
        "row 4, lon: 999 is out of range",
        "row 5, units: 'A' is named twice",
        "row 6, seats: 'many'",
    ):
        assert part in said


def test_only_the_first_ten_errors_are_spelled_out(tmp_path: Path) -> None:
    said = problem(tmp_path, "name,lat,lon\n" + "x,y,z\n" * 20)
    assert "40 errors" in said
    assert "and 30 more" in said


def test_swapped_coordinates_are_noticed_where_the_city_is_known(tmp_path: Path) -> None:
    text = "name,lat,lon\nEast,27.2,11.4\n"
    said = problem(tmp_path, text, bounds=(111.0, 27.0, 112.0, 28.0))
    assert "row 2, lat/lon" in said
    assert "swapped" in said


def test_one_post_in_two_places_is_an_error(tmp_path: Path) -> None:
    said = problem(tmp_path, "id,name,lat,lon\n1,East,27,111\n1,East,28,111\n")
    assert "row 3, lat: differs" in said


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "is empty"),
        ("a,b,c\n1,2,3\n", "lacks the columns name, lat, lon"),
        ("name,lat\nx,1\n", "lacks the columns lon"),
        ("name,lat,lon\n", "has no posts"),
        (b"PK\x03\x04\x00\x00\xff\xfe\x00", "not a text table"),
    ],
)
def test_files_that_are_no_table_of_posts(tmp_path: Path, text: str | bytes, part: str) -> None:
    assert part in problem(tmp_path, text)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(PostsFileProblem, match="cannot be read"):
        read_posts(tmp_path / "none.csv", area=AREA)


@pytest.mark.data
def test_the_fire_stations_of_san_francisco(shared_data: Path) -> None:
    found = read_posts(shared_data / "san_francisco" / "sf_fire_stations.csv", area=AREA)
    assert len(found.posts) == 45
    assert len(found.units) == 45
