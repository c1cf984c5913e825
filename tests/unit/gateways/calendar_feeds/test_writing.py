"""Calendars are read back by icalendar with the same moments, across clock changes."""

from __future__ import annotations

import datetime
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from wardmote.core.beat.watch_rosters import WatchPlan, span_of
from wardmote.gateways.calendar_feeds.writing import CalendarEvent, calendar_file, entity_tag


def event(zone: str, night: str) -> CalendarEvent:
    day = datetime.date.fromisoformat(night)
    begins_s, ends_s = span_of(WatchPlan(day, day, "22:00", 8.0, zone, 1, 1), day)
    return CalendarEvent(
        f"id-{night}", 2, False, 1_700_000_000.5, begins_s, ends_s, zone, "夜巡；第一队"
    )


@pytest.mark.parametrize(
    ("zone", "night", "offsets"),
    [
        ("Asia/Shanghai", "2026-03-28", (8, 8)),
        ("Europe/Berlin", "2026-03-28", (1, 2)),
        ("Europe/Berlin", "2026-10-24", (2, 1)),
        ("Europe/Berlin", "2026-12-31", (1, 1)),
    ],
)
def test_a_watch_is_read_back_with_its_local_times(
    zone: str, night: str, offsets: tuple[int, int]
) -> None:
    made = event(zone, night)
    body = calendar_file("守夜", [made])
    assert body.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    calendar = Calendar.from_ical(body)
    (read,) = calendar.walk("VEVENT")
    begins, ends = read.decoded("dtstart"), read.decoded("dtend")
    assert (begins.timestamp(), ends.timestamp()) == (made.begins_s, made.ends_s)
    assert (begins.strftime("%d %H:%M"), ends.strftime("%H:%M")) == (f"{night[-2:]} 22:00", "06:00")
    assert read["dtstart"].params["TZID"] == zone
    assert tuple(one.utcoffset().total_seconds() / 3600 for one in (begins, ends)) == offsets
    (told,) = calendar.walk("VTIMEZONE")
    own = told.to_tz()
    for at_s in (made.begins_s, made.ends_s):
        at = datetime.datetime.fromtimestamp(at_s, ZoneInfo(zone)).replace(tzinfo=None)
        assert at.replace(tzinfo=own).utcoffset() == at.replace(tzinfo=ZoneInfo(zone)).utcoffset()
    assert (str(read["summary"]), read["sequence"], str(read["uid"])) == (
        "夜巡；第一队", 2, f"id-{night}@wardmote",
    )  # fmt: skip


def test_cancelled_events_stay_and_change_the_tag() -> None:
    made = event("Asia/Shanghai", "2026-12-01")
    gone = replace(made, cancelled=True, sequence=3)
    before, after = calendar_file("a", [made]), calendar_file("a", [gone])
    (read,) = Calendar.from_ical(after).walk("VEVENT")
    assert (str(read["status"]), read["sequence"]) == ("CANCELLED", 3)
    assert entity_tag(before) == entity_tag(calendar_file("a", [made]))
    assert entity_tag(before) != entity_tag(after)


def test_an_empty_calendar_is_a_calendar() -> None:
    assert Calendar.from_ical(calendar_file("a", [])).walk("VEVENT") == []
