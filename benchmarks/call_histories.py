"""Histories of calls to forecast: Columbia by the hour, Berlin by the day."""

from __future__ import annotations

import csv
import datetime
import gzip
import zoneinfo
from functools import cache

import numpy as np

from benchmarks.cities import shared_data
from benchmarks.registry import CannotRunError
from wardmote.core.planning.demand.origins import AdmittedCalls, CallOrigin, DemandCall, admit
from wardmote.core.planning.demand.series import CallSeries, count_calls, counted
from wardmote.core.planning.demand.time_grid import daily_grid, hourly_grid
from wardmote.gateways.day_classes import day_classes

OFFICERS = frozenset({
    "TRAFFIC STOP", "BICYCLE STOP", "CHECK OPEN BUSINESS", "CHECK BUILDING", "FOOT PATROL",
    "C&I DRIVING", "TRAFFIC OBSERVATION", "TRAFFIC CONTROL", "TRAFFIC", "WARRANT", "DWI",
    "ASSIST OFFICER", "Assist Officer", "CHECK STATUS OF OFFICER",
})  # fmt: skip
"""Types that officers begin themselves."""
PLANNED = frozenset({
    "SPECIAL ASSIGNMENT", "SERVE PAPERS", "FUNERAL ESCORT", "Public Relations", "Fire Inspection",
    "VEH REPO", "INFORMATION", "Follow Up Investigation", "Routine Transport", "Stand By",
})  # fmt: skip
OTHERS = frozenset({"ASSIST FIRE", "ASSIST MEDICS", "ASSIST OTHER AGENCY", "Mutual Aid"})
ALARMS = frozenset({
    "LAW ALARM", "Alarm", "Fire Alarm", "FIRE ALARM", "Smoke Alarm", "Carbon Monoxide Alarm",
    "Waterflow Alarm",
})  # fmt: skip

_TABLE = {
    **dict.fromkeys(OFFICERS, CallOrigin.OFFICER),
    **dict.fromkeys(PLANNED, CallOrigin.PLANNED),
    **dict.fromkeys(OTHERS, CallOrigin.OTHER_SERVICE),
    **dict.fromkeys(ALARMS, CallOrigin.ALARM),
}

CHICAGO = zoneinfo.ZoneInfo("America/Chicago")
COLUMBIA_FIRST, COLUMBIA_LAST = datetime.date(2025, 11, 9), datetime.date(2026, 8, 21)


def origin_of(kind: str) -> CallOrigin:
    """Origin of a type of call of Columbia; what has no type is unknown, the rest the public's."""
    if not kind.strip():
        return CallOrigin.UNKNOWN
    return _TABLE.get(kind, CallOrigin.PUBLIC)


@cache
def columbia_calls() -> AdmittedCalls:
    """Police calls of Columbia, Missouri; fire and ambulance calls are only there in part."""
    path = shared_data() / "columbia" / "columbia_mo_dispatch_2025-11_2026-08.csv.gz"
    if not path.is_file():
        raise CannotRunError(f"the calls of Columbia are absent ({path})")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return admit(
            DemandCall(
                _moment(row["datetime"]),
                origin_of(row["type"]),
                float(row["lon"] or "nan"),
                float(row["lat"] or "nan"),
            )
            for row in csv.DictReader(file)
            if row["service"] != "FIRE_EMS"
        )


def _moment(text: str) -> float:
    return (
        datetime.datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=CHICAGO).timestamp()
    )


@cache
def columbia() -> CallSeries:
    """By the hour; the public's calls alone."""
    classes = day_classes("US", COLUMBIA_FIRST, COLUMBIA_LAST, "MO")
    grid = hourly_grid(COLUMBIA_FIRST, COLUMBIA_LAST, CHICAGO, classes)
    return count_calls(columbia_calls(), grid)


@cache
def berlin(column: str) -> CallSeries:
    """Missions of Berlin's fire brigade by the day; all are asked for by somebody outside."""
    path = shared_data() / "berlin" / "BFw_mission_data_daily.csv"
    if not path.is_file():
        raise CannotRunError(f"the missions of Berlin are absent ({path})")
    with path.open(encoding="utf-8", newline="") as file:
        rows = {
            datetime.date.fromisoformat(row["mission_created_date"]): int(row[column])
            for row in csv.DictReader(file)
        }
    first, last = min(rows), max(rows) - datetime.timedelta(days=1)  # the last day breaks off
    grid = daily_grid(first, last, classes=day_classes("DE", first, last, "BE"))
    dates = [datetime.date.fromordinal(int(day)) for day in grid.day]
    seen = np.array([float(date in rows) for date in dates])
    return counted(grid, [rows.get(date, 0) for date in dates], seen, origins=[CallOrigin.PUBLIC])
