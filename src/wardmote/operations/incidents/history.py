"""Reading the calls of a period, open or closed, for figures."""

from __future__ import annotations

from collections.abc import Iterable

from wardmote.core.domain.ids import AreaId
from wardmote.operations.incidents.models import Incident
from wardmote.operations.incidents.selectors import within

CallRow = Incident
"""For other apps' annotations; they reach the rows through this module only."""


def received_between(areas: Iterable[AreaId], start_s: float, end_s: float) -> list[CallRow]:
    """The calls received in [start_s, end_s) in the given areas and below, oldest first."""
    rows = Incident.objects.filter(
        within(areas), received_s__gte=start_s, received_s__lt=end_s, drill=False
    )
    return list(rows.order_by("received_s", "id"))


def first_received_s() -> float | None:
    """When the oldest call on record was received; None while there is none."""
    oldest: float | None = (
        Incident.objects.filter(drill=False)
        .order_by("received_s")
        .values_list("received_s", flat=True)
        .first()
    )
    return oldest


def calls_by_id(areas: Iterable[AreaId], ids: Iterable[str]) -> list[CallRow]:
    """Those of the given calls that lie in the given areas, oldest first."""
    rows = Incident.objects.filter(within(areas), pk__in=list(ids))
    return list(rows.order_by("received_s", "id"))
