"""The places at which offices are held, and the chain of them in which one is looked for."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.appointment import (
    DIVISION_KINDS,
    OFFICES,
    Office,
    PlaceKind,
    PlaceRef,
    division_kind,
)
from wardmote.core.domain.areas import EVERYWHERE, ancestors, is_area_code
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.text import Bilingual
from wardmote.operations.places import selectors as places

VILLAGE_DIGITS, GRID_DIGITS = 12, 15


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A place at which an office can be held; `area` is where its roles are given."""

    ref: PlaceRef
    area: AreaId
    name: Bilingual
    point: tuple[float, float] | None = None


class PlaceBook:
    """Every division, beat and post, read once. Safe to share: it does not change."""

    def __init__(self) -> None:
        self._cards: dict[PlaceRef, PlaceCard] = {}
        self._beat_of: dict[str, str] = {}
        for row in places.divisions():
            if row.code != EVERYWHERE:
                ref = PlaceRef(division_kind(AreaId(row.code)), row.code)
                self._keep(ref, row.code, row.name_zh, row.name_en)
        for beat in places.beats():
            ref = PlaceRef(PlaceKind.BEAT, beat.pk)
            self._keep(ref, beat.area, beat.name_zh, beat.name_en)
            for village in beat.villages:
                self._beat_of.setdefault(str(village), beat.pk)
        for post in places.posts():
            ref = PlaceRef(PlaceKind.POST, post.pk)
            self._keep(ref, post.area, post.name_zh, post.name_en, (post.lon, post.lat))

    def _keep(
        self, ref: PlaceRef, area: str, zh: str, en: str, point: tuple[float, float] | None = None
    ) -> None:
        self._cards[ref] = PlaceCard(ref, AreaId(area), Bilingual(zh, en), point)

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
        return self._held(self._around(code, at_s), office)

    def chain_at(self, lon: float, lat: float, office: Office, at_s: float) -> tuple[PlaceRef, ...]:
        """As `chain`, for a point (WGS-84 degrees)."""
        located = places.locate(lon, lat, at_s)
        around = [] if located.area is None else _divisions(located.area)
        if located.beat is not None:
            around.append(PlaceRef(PlaceKind.BEAT, located.beat))
        return self._held(around, office)

    def _around(self, code: str, at_s: float) -> list[PlaceRef]:
        if code.isascii() and code.isdigit() and len(code) in (VILLAGE_DIGITS, GRID_DIGITS):
            around = _divisions(AreaId(code[:VILLAGE_DIGITS]))
            beat = self._beat_of.get(code[:VILLAGE_DIGITS])
            return around if beat is None else [*around, PlaceRef(PlaceKind.BEAT, beat)]
        beat_card = self._cards.get(PlaceRef(PlaceKind.BEAT, code))
        if beat_card is not None:
            return [beat_card.ref, *_divisions(beat_card.area)]
        post = self._cards.get(PlaceRef(PlaceKind.POST, code))
        if post is None or post.point is None:
            return []
        around = [post.ref, *_divisions(post.area)]
        beat_id = places.locate(*post.point, at_s).beat
        return around if beat_id is None else [*around, PlaceRef(PlaceKind.BEAT, beat_id)]

    def _held(self, around: list[PlaceRef], office: Office) -> tuple[PlaceRef, ...]:
        allowed = OFFICES[office].places
        kept = {ref.kind: ref for ref in around if ref.kind in allowed and ref in self._cards}
        return tuple(kept[kind] for kind in _NARROW_FIRST if kind in kept)


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
