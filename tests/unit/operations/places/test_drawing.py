"""Drawing key places and zones."""

from __future__ import annotations

import datetime

import pytest

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.place_events import PlaceDrawn
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.places import selectors
from wardmote.operations.places.drawing import (
    Days,
    KeyPlaceDrawing,
    ZoneDrawing,
    draw_key_place,
    draw_zone,
    end_drawing,
)
from wardmote.operations.places.errors import BadDrawingError, UnknownDrawingError

pytestmark = pytest.mark.django_db

NOON_S = 1_790_000_000.0
TODAY = datetime.date(2026, 9, 21)
PLANNER = Viewer("s1", (RoleInArea(Role.PLANNER, EVERYWHERE),))
SQUARE = ((111.0, 27.0), (111.1, 27.0), (111.1, 27.1), (111.0, 27.1))


@pytest.fixture(autouse=True)
def _no_cached_places() -> None:
    selectors.forget()


def school(**changes: object) -> KeyPlaceDrawing:
    values: dict[str, object] = {
        "name": Bilingual("一小", "First School"),
        "kind": "school",
        "lon": 111.5,
        "lat": 27.5,
        "radius_m": 100.0,
    }
    return KeyPlaceDrawing(**(values | changes))  # type: ignore[arg-type]  # test values


def centre(**changes: object) -> ZoneDrawing:
    values: dict[str, object] = {
        "name": Bilingual("中心", "Centre"),
        "place_class": PlaceClass.CENTRE,
        "corners": SQUARE,
    }
    return ZoneDrawing(**(values | changes))  # type: ignore[arg-type]  # test values


def class_at(lon: float, lat: float, at_s: float = NOON_S) -> PlaceClass:
    selectors.forget()  # a commit would have done so
    return selectors.locate(lon, lat, at_s).place_class


def test_a_drawn_key_place_gives_calls_beside_it_its_class() -> None:
    draw_key_place(PLANNER, school(), now_s=NOON_S)
    assert class_at(111.5, 27.5) is PlaceClass.KEY_PLACE
    assert class_at(111.51, 27.5) is PlaceClass.ELSEWHERE


def test_a_drawn_zone_gives_calls_inside_it_its_class() -> None:
    draw_zone(PLANNER, centre(), now_s=NOON_S)
    assert class_at(111.05, 27.05) is PlaceClass.CENTRE
    assert class_at(111.15, 27.05) is PlaceClass.ELSEWHERE


def test_it_holds_on_its_first_and_last_day_and_not_outside_them() -> None:
    days = Days(TODAY, TODAY)
    draw_zone(PLANNER, centre(days=days), now_s=NOON_S)
    day_s = 86_400.0
    assert class_at(111.05, 27.05, NOON_S) is PlaceClass.CENTRE
    assert class_at(111.05, 27.05, NOON_S - day_s) is PlaceClass.ELSEWHERE
    assert class_at(111.05, 27.05, NOON_S + day_s) is PlaceClass.ELSEWHERE


def test_ending_it_keeps_the_row_and_is_journalled() -> None:
    zone = draw_zone(PLANNER, centre(), now_s=NOON_S)
    end_drawing(PLANNER, zone, TODAY, now_s=NOON_S)
    assert class_at(111.05, 27.05, NOON_S + 86_400.0) is PlaceClass.ELSEWHERE
    payloads = [event.payload for event in all_events()]
    assert payloads == [
        PlaceDrawn(zone, "zone", PlaceClass.CENTRE, None, None),
        PlaceDrawn(zone, "zone", PlaceClass.CENTRE, None, "2026-09-21"),
    ]


@pytest.mark.parametrize(
    ("drawing", "field"),
    [
        (school(name=Bilingual(" ", "")), "name"),
        (school(kind="casino"), "kind"),
        (school(radius_m=4.9), "radius_m"),
        (school(radius_m=float("nan")), "radius_m"),
        (school(lon=float("inf")), "corners"),
        (school(days=Days(TODAY, TODAY - datetime.timedelta(days=1))), "valid_to"),
    ],
)
def test_a_key_place_that_does_not_fit_is_refused_by_field(
    drawing: KeyPlaceDrawing, field: str
) -> None:
    with pytest.raises(BadDrawingError) as refusal:
        draw_key_place(PLANNER, drawing, now_s=NOON_S)
    assert refusal.value.values["field"] == field
    assert selectors.key_places() == []


def test_a_zone_that_crosses_itself_is_refused() -> None:
    bow_tie = (SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3])
    with pytest.raises(BadDrawingError):
        draw_zone(PLANNER, centre(corners=bow_tie), now_s=NOON_S)


def test_who_may_not_edit_the_configuration_draws_nothing() -> None:
    dispatcher = Viewer("s2", (RoleInArea(Role.DISPATCHER, EVERYWHERE),))
    elsewhere = Viewer("s3", (RoleInArea(Role.PLANNER, AreaId("430100000000")),))
    for viewer in (dispatcher, elsewhere):
        with pytest.raises(AccessDeniedError):
            draw_zone(viewer, centre(), now_s=NOON_S)
    assert selectors.zones() == []


def test_ending_what_was_never_drawn_is_refused() -> None:
    with pytest.raises(UnknownDrawingError):
        end_drawing(PLANNER, "nothing", TODAY, now_s=NOON_S)


def test_ending_it_before_it_began_is_refused() -> None:
    zone = draw_zone(PLANNER, centre(days=Days(TODAY, None)), now_s=NOON_S)
    with pytest.raises(BadDrawingError):
        end_drawing(PLANNER, zone, TODAY - datetime.timedelta(days=1), now_s=NOON_S)
