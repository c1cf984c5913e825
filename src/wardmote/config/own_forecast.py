"""The forecast of the whole place from its own calls, for the command line."""

from __future__ import annotations

import datetime

# Importing this sets Django up, which the modules with rows below need.
from wardmote.config.deployment import bring_up_to_date
from wardmote.core.studies.forecast_sheet import ForecastSheet
from wardmote.gateways.day_classes import calendar_of
from wardmote.operations.forecasts.computing import forecast_of
from wardmote.operations.journal import clock
from wardmote.operations.places.day_calendar import DayCalendar
from wardmote.operations.places.selectors import location_index
from wardmote.operations.studies.own_records import DemandSource


def own_forecast(
    *,
    imported_too: bool,
    days: int,
    last_day: datetime.date | None,
    search: bool,
    holidays: str | None,
) -> ForecastSheet:
    """See `operations.forecasts.computing.forecast_of`. Brings the home up to date before.

    Args:
        imported_too: states that imported calls were the public's.
        holidays: whose, instead of the deployment's.

    Raises:
        Problem: the history does not do.
    """
    bring_up_to_date()
    return forecast_of(
        location_index().whole_area,
        DemandSource.IMPORTED_TOO if imported_too else DemandSource.OWN_CALLS,
        now_s=clock.now_s(),
        days=days,
        last_day=last_day,
        search=search,
        calendar=None if holidays is None else DayCalendar(holidays, calendar_of(holidays)),
    )
