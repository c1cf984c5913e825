"""Calls as rows of a list, open or over, with few queries for many rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wardmote.core.domain.board import incident_json
from wardmote.operations.dispatch.models import Recommendation
from wardmote.operations.dispatch.picture import incident_of_row, recommendation_of_row
from wardmote.operations.incidents import selectors as incident_selectors
from wardmote.operations.incidents.selectors import IncidentRow


def calls_json(rows: Sequence[IncidentRow]) -> list[dict[str, Any]]:
    """The board's shape of each call, in the order given; prefetch ``destinations``."""
    ids = [row.pk for row in rows]
    stamps = incident_selectors.stamps_of(ids)
    made = {
        one.incident_id: recommendation_of_row(one)
        for one in Recommendation.objects.filter(incident_id__in=ids, current=True).defer(
            "lines", "detail"
        )
    }
    return [
        incident_json(incident_of_row(row, stamps.get(row.pk, {}), made.get(row.pk)), row.place)
        for row in rows
    ]
