"""Hazards of the demonstrated weeks: found on rounds, given away, put right, checked again."""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from wardmote.config.example_weeks.cast import DEPARTMENT, OFFICER, Cast
from wardmote.core.domain.appointment import Office, PlaceKind, PlaceRef
from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.hazards import services
from wardmote.operations.hazards.services import (
    DepartmentWanted,
    NewHazard,
    OnSpot,
    PartWanted,
)
from wardmote.operations.people.selectors import holders_of
from wardmote.operations.places.selectors import locate

_DEPARTMENTS = (
    ("city_management", "城市管理局", "City management"),
    ("community", "社区居委会", "Community office"),
    ("fire", "消防救援大队", "Fire brigade"),
    ("power", "供电所", "Power company"),
    ("transport", "交通运输局", "Transport office"),
    ("water", "水务站", "Water office"),
)


@dataclass(frozen=True, slots=True)
class _Story:
    """What was found, to whom it went, and how far it has come.

    Attributes:
        days: working days after it was filed that proof was handed in; None: not yet.
        returned: the first proof was sent back.
    """

    category: str
    words: str
    departments: tuple[str, ...]
    days: int | None
    returned: bool = False


_STORIES = (
    _Story("fire_lane", "楼道堆放杂物，安全出口被堵。", ("fire",), 1),
    _Story("wiring", "店铺门口电线私拉乱接，线皮破损。", ("power",), 2),
    _Story("pavement", "占道经营，行人只能走机动车道。", ("city_management", "community"), 1),
    _Story("water", "水塘边警示牌倒伏。", ("water",), 2, returned=True),
    _Story("road", "路口减速带脱落，螺栓外露。", ("transport",), 3),
    _Story("lighting", "巷子里三盏路灯不亮。", ("city_management",), 6),
    _Story("pavement", "共享单车堵住盲道。", ("city_management", "community"), 1, returned=True),
    _Story("fire_lane", "消防通道停放货车。", ("fire",), None),
)


def find_hazards(cast: Cast) -> None:
    """Set up departments and a place with a QR code, then let weeks of hazards pass."""
    rng = np.random.default_rng(int(cast.town) + 1)
    leader, begin_s = cast.leader(), cast.at_s((cast.today - cast.first_day).days, 9.0)
    for code, zh, en in _DEPARTMENTS:
        wanted = DepartmentWanted(code, Bilingual(zh, en), cast.whole, (DEPARTMENT,))
        services.set_department(leader, wanted, now_s=begin_s)
    services.add_point(
        cast.person(OFFICER, begin_s),
        Bilingual("社区警务室", "Community police office"),
        cast.beat.office_lon,
        cast.beat.office_lat,
        now_s=begin_s,
    )
    for number, ago in enumerate(range((cast.today - cast.first_day).days - 1, 0, -1)):
        day = cast.today - datetime.timedelta(days=ago)
        if day.weekday() < 6:
            _happen(cast, _STORIES[number % len(_STORIES)], ago, number, rng)


def _happen(cast: Cast, story: _Story, ago: int, number: int, rng: np.random.Generator) -> None:
    village = cast.villages[int(rng.integers(len(cast.villages)))]
    seat = next(one for one in cast.book.divisions if one.code == village)
    if seat.lon is None or seat.lat is None:
        return
    # Some places come again: the second of them is found to repeat the first.
    spread = 0.0 if number % 5 == 0 else 0.004
    lon, lat = (float(value + rng.normal(0.0, spread)) for value in (seat.lon, seat.lat))
    found_s = cast.at_s(ago, float(rng.uniform(9.0, 11.5)))
    there = locate(lon, lat, found_s).area
    finder = _finder(cast, village if there == village else "", found_s)
    new = NewHazard(story.category, lon, lat, story.words, f"demonstration-{number}")
    hazard = services.report(finder, new, now_s=found_s).id
    if ago == 1:
        return  # waits for triage
    officer, filed_s = cast.person(OFFICER, found_s), found_s + 1_800.0
    services.file_hazard(cast.leader(), hazard, now_s=filed_s)
    parts = services.assign_hazard(
        cast.leader(),
        hazard,
        [PartWanted(department) for department in story.departments],
        now_s=filed_s + 600.0,
    )
    if story.days is None or story.days >= ago:
        return
    spot = OnSpot(lon, lat)
    for part in parts:
        _put_right(cast, part.id, ago - story.days, number, back=story.returned)
        checked_s = cast.at_s(ago - story.days, 16.5)
        if story.returned:
            words = "没有彻底整改，请返工。"
            services.check_part(officer, part.id, spot, words, passed=False, now_s=checked_s)
            if ago - story.days < 2:
                continue
            _put_right(cast, part.id, ago - story.days - 1, number, back=False)
            checked_s = cast.at_s(ago - story.days - 1, 16.5)
        services.check_part(officer, part.id, spot, "", passed=True, now_s=checked_s)


def _finder(cast: Cast, village: str, at_s: float) -> Viewer:
    """The assistant of a village, else the community officer."""
    place = PlaceRef(PlaceKind.VILLAGE, village)
    found = holders_of(place, Office.VILLAGE_ASSISTANT, at_s)
    return cast.person(found[0] if found else OFFICER, at_s)


def _put_right(cast: Cast, part: str, ago: int, number: int, *, back: bool) -> None:
    done_s = cast.at_s(ago, 14.0)
    department = cast.person(DEPARTMENT, done_s)
    key = f"{part}-{'first' if back else 'last'}"
    services.add_proof(department, part, _picture(number, done=not back), key=key, now_s=done_s)
    services.submit_proof(department, part, "已整改，请复核。", now_s=done_s + 300.0)


def _picture(number: int, *, done: bool) -> bytes:
    """A drawing of a street in the place of a photo: with the thing in the way, or without it."""
    image = Image.new("RGB", (640, 480), (188, 206, 216))
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 480), (230, 210), (410, 210), (640, 480)], fill=(110, 112, 116))
    draw.rectangle((30, 90 + number % 40, 200, 330), fill=(176, 152, 128))
    draw.rectangle((440, 70 + number % 50, 610, 330), fill=(160, 164, 150))
    if not done:
        draw.rectangle((260, 300, 400, 420), fill=(170, 60, 40))
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=80)
    return kept.getvalue()
