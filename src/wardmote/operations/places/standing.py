"""Boundaries with the days on which they stand, as an index of places needs them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import shapely

from wardmote.core.domain.division_changes import ValidDays
from wardmote.core.domain.ids import AreaId, BeatId
from wardmote.core.domain.text import Bilingual
from wardmote.operations.places.models import (
    Beat,
    BeatVersion,
    BoundaryVersion,
    Division,
    Grid,
)

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlacePiece:
    """A boundary of a division or grid, and the days on which it stands."""

    code: str
    days: ValidDays
    shape: Any


@dataclass(frozen=True, slots=True)
class BeatStretch:
    """The villages of a beat, and the days on which it has them."""

    beat: BeatId
    name: Bilingual
    villages: frozenset[str]
    days: ValidDays


@dataclass(frozen=True, slots=True)
class BeatPiece:
    """The villages and the ground (None: not known) of a beat, and the days on which they stand."""

    beat: BeatId
    area: AreaId
    villages: frozenset[str]
    days: ValidDays
    shape: Any


def division_pieces() -> list[PlacePiece]:
    """Every boundary that a division has, had or will have, by code."""
    return _pieces(Division)


def grid_pieces() -> list[PlacePiece]:
    """Every boundary that a grid has, had or will have, by code."""
    return _pieces(Grid)


def beat_stretches(since: datetime.date) -> list[BeatStretch]:
    """Which villages beats have or will have on `since` or any later day, by id and day.

    Ground is not read: this is for asking which beat a village belongs to, now and later on.
    """
    versions: dict[str, list[tuple[datetime.date, list[str]]]] = {}
    kept = BeatVersion.objects.order_by("beat", "from_day")
    for beat, from_day, villages in kept.values_list("beat", "from_day", "villages"):
        versions.setdefault(beat, []).append((from_day, villages))
    found: list[BeatStretch] = []
    for row in Beat.objects.order_by("id").defer("boundary"):
        held = ValidDays(row.valid_from, row.valid_to)
        own = versions.get(row.pk)
        if own is None:
            stretches: list[tuple[list[str], ValidDays | None]] = [(row.villages, held)]
        else:
            days = _stretches([from_day for from_day, _ in own], held)
            stretches = [(one, at) for (_, one), at in zip(own, days, strict=True)]
        name = Bilingual(row.name_zh, row.name_en)
        found += [
            BeatStretch(BeatId(row.pk), name, frozenset(villages), at)
            for villages, at in stretches
            if at is not None and (at.last is None or at.last >= since)
        ]
    return found


def beat_pieces() -> list[BeatPiece]:
    """Every set of villages that a beat has, had or will have, by id."""
    versions: dict[str, list[BeatVersion]] = {}
    for version in BeatVersion.objects.order_by("beat", "from_day"):
        versions.setdefault(version.beat, []).append(version)
    pieces: list[BeatPiece] = []
    for row in Beat.objects.order_by("id"):
        held = ValidDays(row.valid_from, row.valid_to)
        own = versions.get(row.pk)
        if own is None:
            pieces.append(_beat_piece(row, row.villages, row.boundary, held))
            continue
        stretches = _stretches([version.from_day for version in own], held)
        for version, days in zip(own, stretches, strict=True):
            if days is not None:
                pieces.append(_beat_piece(row, version.villages, version.boundary, days))
    return pieces


def _beat_piece(
    row: Beat, villages: Iterable[str], wkb: bytes | memoryview, days: ValidDays
) -> BeatPiece:
    shape = shapely.from_wkb(bytes(wkb)) if bytes(wkb) else None
    return BeatPiece(BeatId(row.pk), AreaId(row.area), frozenset(villages), days, shape)


def _pieces(model: type[Division] | type[Grid]) -> list[PlacePiece]:
    rows = list(
        model._default_manager.order_by("code").values_list(
            "code", "valid_from", "valid_to", "boundary"
        )
    )
    versions: dict[str, list[tuple[datetime.date, bytes]]] = {}
    kept = BoundaryVersion.objects.order_by("code", "from_day")
    for code, from_day, wkb in kept.values_list("code", "from_day", "boundary"):
        versions.setdefault(code, []).append((from_day, bytes(wkb)))
    found: list[tuple[str, ValidDays, bytes]] = []
    for code, first, last, wkb in rows:
        found += _standing(code, ValidDays(first, last), bytes(wkb), versions.get(code))
    shapes = shapely.from_wkb([wkb for _, _, wkb in found]) if found else []
    return [
        PlacePiece(code, days, shape) for (code, days, _), shape in zip(found, shapes, strict=True)
    ]


def _standing(
    code: str, held: ValidDays, wkb: bytes, versions: list[tuple[datetime.date, bytes]] | None
) -> Iterator[tuple[str, ValidDays, bytes]]:
    if versions is None:
        if wkb:
            yield code, held, wkb
        return
    stretches = _stretches([from_day for from_day, _ in versions], held)
    for (_, boundary), days in zip(versions, stretches, strict=True):
        if days is not None and boundary:
            yield code, days, boundary


def _stretches(from_days: list[datetime.date], held: ValidDays) -> list[ValidDays | None]:
    """The days of each version within those of its place; None where nothing is left."""
    ends: list[datetime.date | None] = [day - _DAY for day in from_days[1:]]
    found: list[ValidDays | None] = []
    for first, end in zip(from_days, [*ends, None], strict=True):
        begins = first if held.first is None else max(first, held.first)
        known = [day for day in (end, held.last) if day is not None]
        last = min(known) if known else None
        found.append(None if last is not None and last < begins else ValidDays(begins, last))
    return found
