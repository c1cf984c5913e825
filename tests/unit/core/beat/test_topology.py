"""Places that fit one another, and the findings where they do not."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from wardmote.core.beat.succession import cut_along, grids_in_parts, joined
from wardmote.core.beat.topology import FindingKind, PlaceShape, area_m2, find

TOWN = shapely.box(111.0, 27.0, 111.2, 27.1)
WEST, EAST = shapely.box(111.0, 27.0, 111.1, 27.1), shapely.box(111.1, 27.0, 111.2, 27.1)


def kinds(*places: PlaceShape, tolerance_m2: float = 1_000.0) -> list[tuple[FindingKind, Any]]:
    return [(one.kind, one.codes) for one in find(places, tolerance_m2=tolerance_m2)]


def test_places_that_tile_the_one_above_give_no_finding() -> None:
    assert (
        kinds(PlaceShape("t", "", TOWN), PlaceShape("w", "t", WEST), PlaceShape("e", "t", EAST))
        == []
    )


def test_an_overlap_is_found_with_both_codes_its_size_and_a_point_in_it() -> None:
    wide = shapely.box(111.09, 27.0, 111.2, 27.1)
    (found,) = find([PlaceShape("w", "", WEST), PlaceShape("e", "", wide)])
    assert (found.kind, found.codes) == (FindingKind.OVERLAP, ("w", "e"))
    assert found.area_m2 == pytest.approx(area_m2(shapely.box(111.09, 27.0, 111.1, 27.1)))
    assert shapely.Point(found.lon, found.lat).within(WEST.intersection(wide))


def test_ground_that_no_village_covers_is_a_gap_of_the_town() -> None:
    short = shapely.box(111.1, 27.0, 111.19, 27.1)
    places = (PlaceShape("t", "", TOWN), PlaceShape("w", "t", WEST), PlaceShape("e", "t", short))
    assert kinds(*places) == [(FindingKind.GAP, ("t",))]


def test_without_the_outline_above_only_an_enclosed_hole_is_a_gap() -> None:
    ring = TOWN.difference(shapely.box(111.05, 27.04, 111.06, 27.05))
    apart = shapely.box(111.3, 27.0, 111.4, 27.1)
    assert kinds(PlaceShape("a", "t", ring), PlaceShape("b", "t", apart)) == [
        (FindingKind.GAP, ("t",))
    ]


def test_a_hole_that_another_village_fills_is_none() -> None:
    inner = shapely.box(111.05, 27.04, 111.06, 27.05)
    places = (PlaceShape("a", "t", TOWN.difference(inner)), PlaceShape("b", "t", inner))
    assert kinds(*places) == []


def test_a_village_that_reaches_out_of_its_town_is_found() -> None:
    wide = shapely.box(111.1, 27.0, 111.25, 27.1)
    places = (PlaceShape("t", "", TOWN), PlaceShape("w", "t", WEST), PlaceShape("e", "t", wide))
    assert kinds(*places) == [(FindingKind.OUTSIDE, ("e", "t"))]


def test_a_village_without_a_boundary_beside_others_is_named_and_gaps_are_not_told() -> None:
    places = (PlaceShape("t", "", TOWN), PlaceShape("w", "t", WEST), PlaceShape("e", "t", None))
    assert kinds(*places) == [(FindingKind.NO_BOUNDARY, ("e",))]


def test_exactly_the_tolerance_is_no_finding_and_a_hair_less_of_tolerance_finds_it() -> None:
    wide = shapely.box(111.09, 27.0, 111.2, 27.1)
    places = (PlaceShape("w", "", WEST), PlaceShape("e", "", wide))
    size = area_m2(WEST.intersection(wide))
    assert kinds(*places, tolerance_m2=size) == []
    assert len(kinds(*places, tolerance_m2=size * 0.999999)) == 1


@pytest.mark.parametrize("tolerance", [-1.0, float("nan"), float("inf")])
def test_a_tolerance_that_is_no_area_is_refused(tolerance: float) -> None:
    with pytest.raises(ValueError, match="tolerance"):
        find([], tolerance_m2=tolerance)


def test_square_metres_are_those_of_the_sphere() -> None:
    # A thousandth of a degree at 60 north: 111.195 m by half of that.
    assert area_m2(shapely.box(10, 59.9995, 10.001, 60.0005)) == pytest.approx(6182.2, rel=1e-4)


@settings(max_examples=25, deadline=None)
@given(
    cuts=st.lists(st.floats(0.02, 0.98), min_size=1, max_size=4),
    steep=st.floats(-0.4, 0.4),
)
def test_pieces_of_a_cut_always_tile_what_was_cut(cuts: list[float], steep: float) -> None:
    pieces = [TOWN]
    for at in cuts:
        middle = 111.0 + 0.2 * at
        line = [(middle - steep * 0.1, 26.9), (middle + steep * 0.1, 27.2)]
        pieces = [part for piece in pieces for part in cut_along(piece, line)]
    places = [PlaceShape(str(number), "t", piece) for number, piece in enumerate(pieces)]
    assert kinds(PlaceShape("t", "", TOWN), *places, tolerance_m2=1.0) == []
    assert area_m2(joined(pieces)) == pytest.approx(area_m2(TOWN))


def test_a_line_that_ends_inside_cuts_nothing() -> None:
    assert len(cut_along(TOWN, [(111.1, 26.9), (111.1, 27.05)])) == 1


def test_a_line_without_two_points_is_refused() -> None:
    with pytest.raises(ValueError, match="two different points"):
        cut_along(TOWN, [(111.1, 27.0), (111.1, 27.0)])


def test_grids_go_with_the_part_they_lie_in_and_are_cut_where_the_line_cuts_them() -> None:
    inside, across = (
        shapely.box(111.01, 27.0, 111.05, 27.1),
        shapely.box(111.05, 27.0, 111.15, 27.1),
    )
    grids = {"1": inside, "2": across, "3": None}
    found = grids_in_parts(grids, {"W": WEST, "E": EAST}, tolerance_m2=1_000.0)
    assert [(piece.grid, piece.village) for piece in found] == [
        ("1", "W"), ("2", "W"), ("2", "E"), ("3", "W"),
    ]  # fmt: skip
    for piece in found:
        if piece.shape is not None:
            assert area_m2(piece.shape.difference({"W": WEST, "E": EAST}[piece.village])) < 1
