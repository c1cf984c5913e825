"""Calls as rows of a list, open or over, with few queries for many rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wardmote.core.domain.board import incident_json
from wardmote.core.domain.ids import AreaId, BeatId, IncidentId, UnitId
from wardmote.core.domain.incident import IncidentState, Priority
from wardmote.core.domain.picture import KnownIncident, KnownRecommendation
from wardmote.core.domain.places import PlaceClass
from wardmote.operations.dispatch.models import Recommendation
from wardmote.operations.incidents import selectors as incident_selectors
from wardmote.operations.incidents.selectors import IncidentRow


def calls_json(rows: Sequence[IncidentRow]) -> list[dict[str, Any]]:
    """The board's shape of each call, in the order given; prefetch ``destinations``."""
    ids = [row.pk for row in rows]
    stamps = incident_selectors.stamps_of(ids)
    made = {
        one.incident_id: one
        for one in Recommendation.objects.filter(incident_id__in=ids, current=True).defer(
            "lines", "detail"
        )
    }
    found = []
    for row in rows:
        advice = made.get(row.pk)
        known = KnownIncident(
            incident=IncidentId(row.pk),
            number=row.number,
            category=row.category,
            priority=Priority(row.priority),
            state=IncidentState(row.state),
            since_s=row.since_s,
            channel=row.channel,
            area=AreaId(row.area),
            beat=None if row.beat is None else BeatId(row.beat),
            lon=row.lon,
            lat=row.lat,
            place_class=PlaceClass(row.place_class),
            drill=row.drill,
            primary=None if row.primary_id is None else IncidentId(row.primary_id),
            destinations=incident_selectors.destinations_of(row),
            stamps=stamps.get(row.pk, {}),
            disposition=row.disposition,
            recommendation=None
            if advice is None
            else KnownRecommendation(
                advice.pk,
                advice.policy_version,
                tuple(UnitId(unit) for unit in advice.units),
                tuple(advice.shortfall),
            ),
            alarm_level=row.alarm_level,
        )
        found.append(incident_json(known, row.place))
    return found
