"""Reading forecasts. Every question takes the viewer."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.forecast_sheet import ForecastSheet, read_forecast
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.forecasts.models import DemandForecast
from wardmote.operations.forecasts.services import IDLE
from wardmote.operations.local_time import local_day
from wardmote.operations.studies.services import DemandSource


@dataclass(frozen=True, slots=True)
class ForecastSeen:
    """What is known of an area's forecast.

    Attributes:
        sheet: the last that went well; None before. One of an older format counts as none.
        current: whether it is today's.
        under_way: whether one is waited for.
        problem: why today's could not be made; None where it could.
        stated_by: who stated that imported calls are the public's; empty for none.
    """

    sheet: ForecastSheet | None
    current: bool
    under_way: bool
    problem: Bilingual | None
    stated_by: str


NOT_THERE = ForecastSeen(None, current=False, under_way=False, problem=None, stated_by="")


def forecast_seen(
    viewer: Viewer, area: AreaId, source: DemandSource, *, now_s: float
) -> ForecastSeen:
    """The forecast of an area.

    Raises:
        AccessDeniedError: the viewer may not see figures there.
    """
    if not viewer.may(Permission.REPORT_VIEW, area):
        raise AccessDeniedError
    row = DemandForecast.objects.filter(area=area, source=source.value).first()
    if row is None:
        return NOT_THERE
    sheet = None if row.document is None else _sheet(row.document)
    today = row.day == local_day(now_s).isoformat()
    return ForecastSeen(
        sheet,
        current=today and row.problem is None and sheet is not None,
        under_way=row.state != IDLE,
        problem=None if row.problem is None else Bilingual(**row.problem),
        stated_by=row.stated_by,
    )


def usual_source(area: AreaId) -> DemandSource:
    """Imported calls too where somebody stated whose they are; else the calls taken down here."""
    rows = DemandForecast.objects.filter(area=area, source=DemandSource.IMPORTED_TOO.value)
    stated = rows.exclude(stated_by="").exists()
    return DemandSource.IMPORTED_TOO if stated else DemandSource.OWN_CALLS


def _sheet(document: object) -> ForecastSheet | None:
    try:
        return read_forecast(document)
    except Problem:
        return None
