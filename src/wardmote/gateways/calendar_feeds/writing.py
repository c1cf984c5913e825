"""Writes a calendar of events as iCalendar (RFC 5545, RFC 7986).

Local times carry a TZID whose VTIMEZONE is in the file, from the tz database. Events that were
cancelled stay, so that calendars take them out. The same events give the same bytes.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

PRODUCT = "-//Wardmote//Night watches//EN"
DOMAIN = "wardmote"
REFRESH = datetime.timedelta(hours=1)
_MARGIN = datetime.timedelta(days=400)
_NO_EVENTS_S = 1_767_225_600.0
"""A zone without events is told around 2026-01-01: the same calendar gives the same file."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One event.

    Attributes:
        uid: the same for all time.
        sequence: goes up with each change (RFC 5545, 3.8.7.4).
        changed_s, begins_s, ends_s: seconds UTC.
        zone: of the tz database.
    """

    uid: str
    sequence: int
    cancelled: bool
    changed_s: float
    begins_s: float
    ends_s: float
    zone: str
    title: str


def calendar_file(name: str, events: Sequence[CalendarEvent], zone: str) -> bytes:
    """The calendar as a file, in UTF-8 with CRLF.

    It has no METHOD: a file that is subscribed to is a snapshot and no message, and PUBLISH would
    need an organizer for each event (RFC 5545, 3.7.2; RFC 5546, 3.2.1). The deployment's `zone` is
    in every file: a calendar holds at least one component (RFC 5545, 3.6), also without events.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for one in sorted({zone, *(event.zone for event in events)}):
        calendar.add_component(_zone(one, events))
    for event in sorted(events, key=lambda one: (one.begins_s, one.uid)):
        calendar.add_component(_event(event))
    return bytes(calendar.to_ical())


def entity_tag(body: bytes) -> str:
    """A strong entity tag of a file (RFC 9110, 8.8.3)."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _zone(zone: str, events: Sequence[CalendarEvent]) -> Timezone:
    begins = [event.begins_s for event in events if event.zone == zone] or [_NO_EVENTS_S]
    first, last = (
        datetime.datetime.fromtimestamp(at_s, datetime.UTC).date()
        for at_s in (min(begins), max(begins))
    )
    return Timezone.from_tzinfo(
        ZoneInfo(zone), zone, first_date=first - _MARGIN, last_date=last + _MARGIN
    )


def _event(event: CalendarEvent) -> Event:
    zone = ZoneInfo(event.zone)
    changed = datetime.datetime.fromtimestamp(int(event.changed_s), datetime.UTC)
    made = Event()
    made.add("uid", f"{event.uid}@{DOMAIN}")
    made.add("dtstamp", changed)
    made.add("last-modified", changed)
    made.add("sequence", event.sequence)
    made.add("dtstart", datetime.datetime.fromtimestamp(event.begins_s, zone))
    made.add("dtend", datetime.datetime.fromtimestamp(event.ends_s, zone))
    made.add("summary", event.title)
    made.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT" if event.cancelled else "OPAQUE")
    return made
