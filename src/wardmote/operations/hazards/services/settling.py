"""Hazards go along when their village is split, merged or moved.

Open hazards and the points at which anybody may report go to the part that lies around them, and
departments to what has the whole of their ground; where that was divided, who set them up must say.
What is closed stays where it was. It is done when the change is heard of, and again by the clock:
a change has its day, and what was closed may be opened again.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.db import transaction

from wardmote.core.domain.event_registry import Event
from wardmote.core.domain.hazard import OPEN_HAZARDS
from wardmote.core.domain.hazard_events import HazardDepartmentSet, HazardPlaced, HazardPointSet
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.place_events import DivisionChanged
from wardmote.operations.hazards.models import Department, Hazard, HazardArea, ReportPoint
from wardmote.operations.hazards.recording import RULE, Deed, write_step
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_day
from wardmote.operations.places.successors import Successors

FOLLOW = "follow"
"""The step of a hazard's history that says so; its words are the two codes."""
AT_ONCE = 50
"""So many are changed in one transaction."""
MOST = 300
"""So many are changed before others have their turn."""
_OPEN = sorted(state.value for state in OPEN_HAZARDS)


def settle_places(event: Event, now_s: float) -> None:
    """Villages were split, merged or moved: what is open there goes along."""
    payload = event.payload
    if isinstance(payload, DivisionChanged):
        _settle(Successors(), set(payload.before), now_s)


def settle_all(now_s: float) -> bool:
    """Look at every division that something became of; returns whether more is left to do."""
    known = Successors()
    return _settle(known, known.left(local_day(now_s)), now_s)


def _settle(known: Successors, codes: Collection[str], now_s: float) -> bool:
    day = local_day(now_s)
    gone = sorted(known.left(day) & set(codes))
    if not gone:
        return False
    _departments(known, gone, day, now_s)
    _points(known, gone, day, now_s)
    rows = Hazard.objects.filter(area__in=gone, state__in=_OPEN).order_by("pk")
    places = rows.values_list("pk", "area", "lon", "lat")
    goes = [
        pk
        for pk, area, lon, lat in places.iterator(chunk_size=2_000)
        if known.of(AreaId(area), day, (lon, lat)) != area
    ]
    for first in range(0, min(len(goes), MOST), AT_ONCE):
        with transaction.atomic():
            _hazards(known, goes[first : first + AT_ONCE], day, now_s)
    return len(goes) > MOST


def _hazards(known: Successors, chosen: list[str], day: datetime.date, now_s: float) -> None:
    rows = Hazard.objects.select_for_update().filter(pk__in=chosen, state__in=_OPEN)
    for row in rows.order_by("pk"):
        before = AreaId(row.area)
        area = known.of(before, day, (row.lon, row.lat))
        if area == before:
            continue
        HazardArea.objects.create(thing=row, area=before, until_s=now_s)
        row.area = area
        row.save(update_fields=["area"])
        write_step(row, "hazard", FOLLOW, Deed(RULE, now_s, f"{before} → {area}"))
        record([HazardPlaced(row.pk, before, area)], actor=RULE, area=area, now_s=now_s)


def _points(known: Successors, gone: list[str], day: datetime.date, now_s: float) -> None:
    with transaction.atomic():
        rows = ReportPoint.objects.select_for_update().filter(area__in=gone, active=True)
        for row in rows.order_by("pk"):
            area = known.of(AreaId(row.area), day, (row.lon, row.lat))
            if area != row.area:
                row.area = area
                row.save(update_fields=["area"])
                event = HazardPointSet(row.pk, row.lon, row.lat, row.active)
                record([event], actor=RULE, area=area, now_s=now_s)


def _departments(known: Successors, gone: list[str], day: datetime.date, now_s: float) -> None:
    with transaction.atomic():
        rows = Department.objects.select_for_update().filter(area__in=gone, active=True)
        for row in rows.order_by("pk"):
            area = known.only(AreaId(row.area), day)
            if area is not None and area != row.area:
                row.area = area
                row.save(update_fields=["area"])
                event = HazardDepartmentSet(row.code, row.members.count(), row.active)
                record([event], actor=RULE, area=area, now_s=now_s)
