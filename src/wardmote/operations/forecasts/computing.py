"""What the forecast of an area is worked out from, in a process of its own."""

from __future__ import annotations

import datetime
import time
import zoneinfo

from django.conf import settings

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.problem import Problem
from wardmote.core.studies.forecast_sheet import ForecastSheet, forecast_document
from wardmote.core.studies.foretelling import Foretelling, foretell
from wardmote.operations.forecasts.models import DemandForecast
from wardmote.operations.forecasts.own_calls import own_calls
from wardmote.operations.forecasts.services import fail, keep
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day
from wardmote.operations.places.day_calendar import DayCalendar, day_calendar
from wardmote.operations.studies.own_records import LOOK_BACK_S, DemandSource

SEARCH_S = 60.0
"""Settings are searched for so long; then the best so far is used."""


def compute(key: int, claim: str) -> bool:
    """Work a claimed forecast out and keep it; returns whether it was kept."""
    row = DemandForecast.objects.get(pk=key)
    now_s = clock.now_s()
    try:
        sheet = forecast_of(AreaId(row.area), DemandSource(row.source), now_s=now_s)
    except Problem as problem:
        fail(key, claim, problem.message, now_s=now_s)
        return False
    return keep(key, claim, forecast_document(sheet), now_s=now_s)


def forecast_of(
    area: AreaId,
    source: DemandSource,
    *,
    now_s: float,
    days: int = 14,
    last_day: datetime.date | None = None,
    search: bool = True,
    calendar: DayCalendar | None = None,
) -> ForecastSheet:
    """The forecast of an area from its calls of the last years, until yesterday unless told.

    Raises:
        Problem: the history is too short or too full of holes, or no call may be learnt from.
    """
    zone = zoneinfo.ZoneInfo(settings.TIME_ZONE)
    last = last_day or local_day(now_s) - datetime.timedelta(days=1)
    if last >= local_day(now_s):
        raise Problem(
            zh=f"{last} 还没有过完，不能从中学习。", en=f"{last} is not over, so it cannot teach."
        )
    after = last + datetime.timedelta(days=1)
    end_s = datetime.datetime(after.year, after.month, after.day, tzinfo=zone).timestamp()
    calls = own_calls(area, source, end_s - LOOK_BACK_S, end_s)
    used = calendar or day_calendar()
    begun_s = time.monotonic()
    asked = Foretelling(
        zone=zone,
        zone_name=settings.TIME_ZONE,
        made_s=now_s,
        calendar=used.classes,
        calendar_name=used.place,
        last_day=last,
        days=days,
        search=search,
        left_out=calls.left_out,
    )
    return foretell(calls.admitted, asked, lambda: time.monotonic() - begun_s > SEARCH_S)
