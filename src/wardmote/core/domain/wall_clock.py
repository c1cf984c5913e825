"""What the clock on the wall shows, as a moment: nights and days of clock change told once."""

from __future__ import annotations

import datetime


def at_clock(day: datetime.date, minute: int, zone: datetime.tzinfo) -> datetime.datetime:
    """When the clock in a zone shows so many minutes after midnight of a day.

    1440 and more is the next day. On a day of clock change this is what the clock shows, not what
    has passed since midnight; a time that clocks skip is read by the offset before they change.
    """
    shown = datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(minutes=minute)
    return shown.replace(tzinfo=zone)
