"""The places at which offices are held, and the chain of them in which one is looked for."""

from __future__ import annotations

import datetime
import threading
from dataclasses import dataclass
from typing import Protocol

from wardmote.core.domain.appointment import (
    DIVISION_KINDS,
    OFFICES,
    Office,
    PlaceKind,
    PlaceRef,
    division_kind,
)
from wardmote.core.domain.areas import EVERYWHERE, ancestors, is_area_code
from wardmote.core.domain.division_changes import ValidDays
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.text import Bilingual
from wardmote.operations.local_time import local_day
from wardmote.operations.places import selectors as places
from wardmote.operations.places.location import LocationIndex

VILLAGE_DIGITS, GRID_DIGITS = 12, 15


class Named(Protocol):
    """A row with its names."""

    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A place at which an office can be held; `area` is where its roles are given.

    Attributes:
        days: on which it stands; one that has ended is known, but nobody is appointed there.
        point: of a post, WGS-84 degrees.
    """

    ref: PlaceRef
    area: AreaId
    name: Bilingual
    days: ValidDays
    point: tuple[float, float] | None = None

    def gone_by(self, day: datetime.date) -> bool:
        """Whether it has ended before `day`."""
        return self.days.last is not None and self.days.last < day


class PlaceBook:
    """Every division, beat and post, read once. Safe to share: it does not change."""

    def __init__(self) -> None:
        self._cards: dict[PlaceRef, PlaceCard] = {}
        for row in places.divisions():
            if row.code != EVERYWHERE:
                ref = PlaceRef(division_kind(AreaId(row.code)), row.code)
                self._keep(ref, row.code, row, ValidDays(row.valid_from, row.valid_to))
        for beat in places.beats():
            days = ValidDays(beat.valid_from, beat.valid_to)
            self._keep(PlaceRef(PlaceKind.BEAT, beat.pk), beat.area, beat, days)
        for post in places.posts():
            ref = PlaceRef(PlaceKind.POST, post.pk)
            self._keep(ref, post.area, post, ValidDays(), (post.lon, post.lat))

    def _keep(
        self,
        ref: PlaceRef,
        area: str,
        named: Named,
        days: ValidDays,
        point: tuple[float, float] | None = None,
    ) -> None:
        name = Bilingual(named.name_zh, named.name_en)
        self._cards[ref] = PlaceCard(ref, AreaId(area), name, days, point)

    def card(self, ref: PlaceRef) -> PlaceCard | None:
        """What is known of a place; None when there is none."""
        return self._cards.get(ref)

    def cards(self) -> tuple[PlaceCard, ...]:
        """Every place: divisions by code, beats by id, posts by id."""
        return tuple(self._cards.values())

    def find(self, code: str, office: Office) -> PlaceCard | None:
        """The place of this code at which an office can be held."""
        for kind in OFFICES[office].places:
            if kind not in DIVISION_KINDS or _is_of(code, kind):
                card = self._cards.get(PlaceRef(kind, code))
                if card is not None:
                    return card
        return None

    def chain(self, code: str, office: Office, at_s: float) -> tuple[PlaceRef, ...]:
        """Where the holder of an office is looked for, narrowest first; empty outside all.

        Args:
            code: of a division (12 digits), a grid of a village (15), a beat or a post.
        """
        return self._held(self._around(code, at_s), office, at_s)

    def chain_at(self, lon: float, lat: float, office: Office, at_s: float) -> tuple[PlaceRef, ...]:
        """As `chain`, for a point (WGS-84 degrees)."""
        located = places.locate(lon, lat, at_s)
        around = [] if located.area is None else _divisions(located.area)
        if located.beat is not None:
            around.append(PlaceRef(PlaceKind.BEAT, located.beat))
        return self._held(around, office, at_s)

    def _around(self, code: str, at_s: float) -> list[PlaceRef]:
        if code.isascii() and code.isdigit() and len(code) in (VILLAGE_DIGITS, GRID_DIGITS):
            village = AreaId(code[:VILLAGE_DIGITS])
            beats = places.location_index().beats_of(village, local_day(at_s))
            return [*_divisions(village), *(PlaceRef(PlaceKind.BEAT, one) for one in beats[:1])]
        beat_card = self._cards.get(PlaceRef(PlaceKind.BEAT, code))
        if beat_card is not None:
            return [beat_card.ref, *_divisions(beat_card.area)]
        post = self._cards.get(PlaceRef(PlaceKind.POST, code))
        if post is None or post.point is None:
            return []
        around = [post.ref, *_divisions(post.area)]
        beat_id = places.locate(*post.point, at_s).beat
        return around if beat_id is None else [*around, PlaceRef(PlaceKind.BEAT, beat_id)]

    def _held(self, around: list[PlaceRef], office: Office, at_s: float) -> tuple[PlaceRef, ...]:
        """Of the places around, those that stand on that day and have the office."""
        allowed, day = OFFICES[office].places, local_day(at_s)
        kept = {
            ref.kind: ref
            for ref in around
            if ref.kind in allowed and ref in self._cards and self._cards[ref].days.hold(day)
        }
        return tuple(kept[kind] for kind in _NARROW_FIRST if kind in kept)


_lock = threading.Lock()
_known: tuple[LocationIndex, PlaceBook] | None = None


def place_book() -> PlaceBook:
    """Every place, read at the first use and again whenever places have changed."""
    global _known  # noqa: PLW0603  # read-only data of one process
    index = places.location_index()
    with _lock:
        if _known is None or _known[0] is not index:
            _known = (index, PlaceBook())
        return _known[1]


_NARROW_FIRST = (
    PlaceKind.POST,
    PlaceKind.VILLAGE,
    PlaceKind.BEAT,
    PlaceKind.TOWN,
    PlaceKind.COUNTY,
    PlaceKind.CITY,
    PlaceKind.PROVINCE,
)


def _divisions(area: AreaId) -> list[PlaceRef]:
    return [PlaceRef(division_kind(one), one) for one in ancestors(area) if one != EVERYWHERE]


def _is_of(code: str, kind: PlaceKind) -> bool:
    return is_area_code(code) and code != EVERYWHERE and division_kind(AreaId(code)) is kind
