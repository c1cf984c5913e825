"""Beats: an office, an officer, assistants and a few villages (1 + 1 + N); each village in one."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from django.db import transaction
from django.utils.translation import get_language

from wardmote.core.beat.succession import joined
from wardmote.core.domain.areas import area_contains, is_area_code
from wardmote.core.domain.division_changes import (
    BEGINNING,
    TreeLevel,
    ValidDays,
    level_of,
)
from wardmote.core.domain.ids import AreaId, BeatId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.place_events import BeatChanged
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_day
from wardmote.operations.places import selectors, tree
from wardmote.operations.places.errors import (
    BadPlaceError,
    LaterBoundaryError,
    UnknownPlaceError,
    VillageTakenError,
)
from wardmote.operations.places.models import Beat, BeatVersion
from wardmote.operations.places.services.changing import lock_places
from wardmote.operations.places.standing import beat_stretches

MOST_VILLAGES = 60


@dataclass(frozen=True, slots=True)
class BeatWanted:
    """A beat as it is to be.

    Attributes:
        area: the town or county that it belongs to; its villages lie in it.
        office_lon, office_lat: of its office, WGS-84 degrees.
    """

    name: Bilingual
    area: AreaId
    villages: tuple[AreaId, ...]
    office_lon: float
    office_lat: float


def open_beat(
    viewer: Viewer, wanted: BeatWanted, from_day: datetime.date, *, now_s: float
) -> BeatId:
    """Open a beat from a day on.

    Raises:
        AccessDeniedError: the viewer may not change places there.
        BadPlaceError: name, office, area or a village does not fit.
        VillageTakenError: a village has another beat on that day, or will have one later.
    """
    beat = BeatId(new_id(now_s))
    row = Beat(pk=beat, valid_from=from_day)
    with transaction.atomic():
        lock_places(wanted.villages)
        _check(viewer, wanted, ValidDays(from_day, None))
        _fill(row, wanted)
        row.save(force_insert=True)
        set_villages(row, wanted.villages, from_day, viewer=viewer, now_s=now_s)
    return beat


def change_beat(
    viewer: Viewer, beat: str, wanted: BeatWanted, from_day: datetime.date, *, now_s: float
) -> None:
    """Give a beat other villages from a day on, and at once another name or office.

    Raises:
        UnknownPlaceError: there is no such beat on that day.
        AccessDeniedError, BadPlaceError, VillageTakenError: as `open_beat`.
        LaterBoundaryError: its villages from a later day are on record already.
    """
    with transaction.atomic():
        lock_places(wanted.villages)
        row = _row(beat, from_day)
        if not viewer.may(Permission.CONFIGURATION_EDIT, AreaId(row.area)):
            raise AccessDeniedError
        _check(viewer, wanted, ValidDays(from_day, row.valid_to), beat)
        _fill(row, wanted)
        row.save()
        set_villages(row, wanted.villages, from_day, viewer=viewer, now_s=now_s)


def end_beat(viewer: Viewer, beat: str, last_day: datetime.date, *, now_s: float) -> None:
    """Set the last day of a beat; it keeps its history, and its villages are free afterwards.

    Raises:
        UnknownPlaceError: there is no such beat on that day.
        AccessDeniedError: the viewer may not change places there.
    """
    with transaction.atomic():
        row = _row(beat, last_day)
        if not viewer.may(Permission.CONFIGURATION_EDIT, AreaId(row.area)):
            raise AccessDeniedError
        row.valid_to, row.drawn = last_day, True
        row.save()
        _tell(viewer, row, (), last_day, ended=True, now_s=now_s)


def set_villages(
    row: Beat,
    villages: Sequence[AreaId],
    from_day: datetime.date,
    *,
    viewer: Viewer,
    now_s: float,
) -> None:
    """Write the villages of a beat from a day on, and its ground where all of theirs is known.

    The caller has checked rights, and that no other beat has them.

    Raises:
        LaterBoundaryError: its villages from a later day are on record already.
    """
    newest = BeatVersion.objects.filter(beat=row.pk).order_by("-from_day").first()
    if newest is not None and newest.from_day > from_day:
        raise LaterBoundaryError(day=newest.from_day.isoformat())
    began = row.valid_from or BEGINNING
    if newest is None and began < from_day:
        BeatVersion.objects.create(
            beat=row.pk, from_day=began, villages=row.villages, boundary=bytes(row.boundary),
            set_by="", set_s=now_s,
        )  # fmt: skip
    ground = _ground(villages, from_day)
    if not ground and list(villages) == list(row.villages):
        ground = bytes(row.boundary)
    BeatVersion.objects.update_or_create(
        beat=row.pk,
        from_day=from_day,
        defaults={
            "villages": list(villages), "boundary": ground,
            "set_by": viewer.staff_id, "set_s": now_s,
        },
    )  # fmt: skip
    if from_day <= local_day(now_s) or not row.villages:
        row.villages, row.boundary = list(villages), ground
    row.drawn = True
    row.save()
    _tell(viewer, row, tuple(villages), from_day, ended=False, now_s=now_s)


def beats_take_effect(today: datetime.date) -> int:
    """Let rows show the villages whose day has come; returns how many rows that changed."""
    newest = {
        version.beat: version
        for version in BeatVersion.objects.filter(from_day__lte=today).order_by("from_day")
    }
    changed = 0
    for row in Beat.objects.select_for_update().filter(pk__in=list(newest)):
        version = newest[row.pk]
        ground = bytes(version.boundary)
        if (row.villages, bytes(row.boundary)) != (version.villages, ground):
            row.villages, row.boundary = version.villages, ground
            row.save(update_fields=["villages", "boundary"])
            changed += 1
    return changed


def _row(beat: str, day: datetime.date) -> Beat:
    row = Beat.objects.select_for_update().filter(pk=beat).first()
    if row is None or not tree.days_of(row).hold(day):
        raise UnknownPlaceError
    return row


def _fill(row: Beat, wanted: BeatWanted) -> None:
    row.name_zh, row.name_en = wanted.name.zh.strip(), wanted.name.en.strip()
    row.area = wanted.area
    row.office_lon, row.office_lat = wanted.office_lon, wanted.office_lat


def _check(viewer: Viewer, wanted: BeatWanted, days: ValidDays, beat: str = "") -> None:
    if not is_area_code(wanted.area):
        raise BadPlaceError(field="area")
    if not viewer.may(Permission.CONFIGURATION_EDIT, wanted.area):
        raise AccessDeniedError
    lon, lat = wanted.office_lon, wanted.office_lat
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise BadPlaceError(field="office")
    names = (wanted.name.zh.strip(), wanted.name.en.strip())
    if not any(names) or max(map(len, names)) > 120:
        raise BadPlaceError(field="name")
    if len(set(wanted.villages)) != len(wanted.villages) or len(wanted.villages) > MOST_VILLAGES:
        raise BadPlaceError(field="villages")
    for village in wanted.villages:
        _check_village(wanted, village, days.first or BEGINNING)
    _check_free(wanted.villages, days, beat)


def _check_village(wanted: BeatWanted, village: AreaId, day: datetime.date) -> None:
    if not is_area_code(village) or not area_contains(wanted.area, village):
        raise BadPlaceError(field="villages")
    place = tree.division_at(village, day)
    if place is None or level_of(village) is not TreeLevel.VILLAGE:
        raise BadPlaceError(field="villages")


def _check_free(villages: Sequence[str], days: ValidDays, beat: str) -> None:
    """No other beat has one of the villages on any of the days.

    The caller holds the villages locked, so that nobody gives them to a beat meanwhile.
    """
    language, begins = get_language() or "", days.first or BEGINNING
    for other in beat_stretches(begins):
        first = max(begins, other.days.first or begins)
        shared = sorted(set(villages) & other.villages)
        if other.beat != beat and shared and (days.last is None or first <= days.last):
            raise VillageTakenError(
                village=shared[0],
                beat=other.name.in_language(language) or other.beat,
                day=first.isoformat(),
            )


def _ground(villages: Sequence[AreaId], day: datetime.date) -> bytes:
    """The ground of all villages together as WKB; empty where that of any is not known."""
    shapes = tree.boundaries_on(villages, day)
    if not villages or len(shapes) < len(villages):
        return b""
    packed: bytes = shapely.to_wkb(joined(list(shapes.values())))
    return packed


def _tell(
    viewer: Viewer,
    row: Beat,
    villages: tuple[AreaId, ...],
    day: datetime.date,
    *,
    ended: bool,
    now_s: float,
) -> None:
    event = BeatChanged(BeatId(row.pk), villages, day.isoformat(), ended)
    record([event], actor=viewer.staff_id, area=AreaId(row.area), now_s=now_s)
    transaction.on_commit(selectors.forget)
