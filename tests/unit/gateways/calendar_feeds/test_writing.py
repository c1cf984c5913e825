"""Calendars are read back by icalendar with the same moments, across clock changes."""

from __future__ import annotations

import datetime
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from wardmote.core.beat.watch_rosters import WatchPlan, span_of
from wardmote.gateways.calendar_feeds.writing import CalendarEvent, calendar_file, entity_tag

HOME = "Asia/Shanghai"


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
    body = calendar_file("守夜", [made], zone)
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
    before, after = calendar_file("a", [made], HOME), calendar_file("a", [gone], HOME)
    (read,) = Calendar.from_ical(after).walk("VEVENT")
    assert (str(read["status"]), read["sequence"]) == ("CANCELLED", 3)
    assert entity_tag(before) == entity_tag(calendar_file("a", [made], HOME))
    assert entity_tag(before) != entity_tag(after)


def test_an_empty_calendar_is_a_calendar() -> None:
    body = calendar_file("a", [], HOME)
    require_rules(body)
    assert Calendar.from_ical(body).walk("VEVENT") == []


def test_the_rules_that_clients_keep_to_hold_over_a_year_with_changed_clocks() -> None:
    nights = ("2026-01-01", "2026-03-28", "2026-07-01", "2026-10-24", "2026-12-31")
    long_ones = [
        replace(event("Europe/Berlin", night), title="守夜，第一队；" * 12 + "\\, end")
        for night in nights
    ]
    body = calendar_file("守夜" * 30, [*long_ones, event(HOME, "2026-05-01")], HOME)
    require_rules(body)
    assert b"BEGIN:DAYLIGHT" in body
    (first, *_rest) = Calendar.from_ical(body).walk("VEVENT")
    assert str(first["summary"]) == long_ones[0].title


def require_rules(body: bytes) -> None:
    """What RFC 5545 asks of every file, read from the bytes: 3.1, 3.4, 3.6, 3.6.1, 3.6.5."""
    assert body.endswith(b"\r\n")
    assert body.count(b"\n") == body.count(b"\r\n") == body.count(b"\r")
    folded = body.split(b"\r\n")[:-1]
    assert all(0 < len(line) <= 75 for line in folded)
    for line in folded:
        line.decode()  # no character is torn apart
    lines = body.decode().replace("\r\n ", "").splitlines()
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    opened: list[str] = []
    has: dict[str, list[dict[str, str]]] = {}
    for line in lines:
        left, _colon, value = line.partition(":")
        name, *parameters = left.split(";")
        if name == "BEGIN":
            opened.append(value)
            has.setdefault(value, []).append({})
        elif name == "END":
            assert opened.pop() == value
        else:
            known = has[opened[-1]][-1]
            assert name not in known, f"{name} twice in {opened[-1]}"
            known[name] = ";".join([*parameters, value])
    assert not opened
    (calendar,) = has["VCALENDAR"]
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    assert "METHOD" not in calendar, "a message of RFC 5546 would need an organizer"
    zones = {zone["TZID"] for zone in has["VTIMEZONE"]}
    assert has.get("STANDARD")
    for observance in [*has["STANDARD"], *has.get("DAYLIGHT", [])]:
        assert set(observance) >= {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"}
        assert not observance["DTSTART"].endswith("Z")
    for one in has.get("VEVENT", []):
        assert set(one) >= {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS"}
        assert one["DTSTAMP"].endswith("Z")
        assert one["DTSTART"].startswith("TZID=")
        assert one["DTSTART"].split(";")[0].removeprefix("TZID=") in zones
    uids = [one["UID"] for one in has.get("VEVENT", [])]
    assert len(set(uids)) == len(uids)
