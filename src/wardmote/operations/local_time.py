"""The clock on the wall of the served place: its days, and what it shows at a moment."""

from __future__ import annotations

import datetime
import zoneinfo

from django.conf import settings

from wardmote.core.domain.wall_clock import at_clock


def _zone() -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(settings.TIME_ZONE)


def local_time(at_s: float) -> datetime.datetime:
    """The local wall-clock time of a moment (seconds UTC)."""
    return datetime.datetime.fromtimestamp(at_s, tz=_zone())


def local_day(at_s: float) -> datetime.date:
    """The local calendar day of a moment (seconds UTC)."""
    return local_time(at_s).date()


def clock_s(day: datetime.date, minute: int) -> float:
    """When the clock on the wall shows so many minutes after midnight of a day, seconds UTC.

    1440 and more is the next day. On a day of clock change this is what the clock shows, not what
    has passed since midnight.
    """
    return at_clock(day, minute, _zone()).timestamp()


def midnight_s(day: datetime.date) -> float:
    """When a local calendar day begins, seconds UTC."""
    return clock_s(day, 0)
