"""What another control room wrote down: calls and the units it sent, normalised.

These are records of the past, not incidents of ours: nothing in them changes any more. A stamp that
the source left blank is absent, never zero. What looks wrong is kept as it was written and flagged,
because a planner must see it and a program must not repair it silently.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.incident import Priority


class RecordTime(StrEnum):
    """Field time stamps that records carry: those of a call, and a transport's own two.

    The first eleven are `FieldTime`'s; members stand in the order in which they should follow.
    """

    OCCURRED = "occurred"
    RECEIVED = "received"
    ENTERED = "entered"
    ROUTED = "routed"
    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    FEEDBACK = "feedback"
    TRANSPORTING = "transporting"
    AT_DESTINATION = "at_destination"
    CLEARED = "cleared"
    CLOSED = "closed"


CALL_TIMES: tuple[RecordTime, ...] = (
    RecordTime.OCCURRED,
    RecordTime.RECEIVED,
    RecordTime.ENTERED,
    RecordTime.ROUTED,
    RecordTime.CLOSED,
)
"""Stamps of the call as a whole; the others belong to each unit."""

UNIT_TIMES: tuple[RecordTime, ...] = tuple(time for time in RecordTime if time not in CALL_TIMES)


class RecordFlag(StrEnum):
    """What is odd about a record that was nevertheless accepted."""

    NO_POSITION = "no_position"
    POSITION_IMPLAUSIBLE = "position_implausible"
    NUMBER_MADE = "number_made"
    NEGATIVE_INTERVAL = "negative_interval"
    OVERLAPPING_ASSIGNMENT = "overlapping_assignment"
    TIME_IN_GAP = "time_in_gap"
    TIME_AMBIGUOUS = "time_ambiguous"
    DAY_INFERRED = "day_inferred"
    NO_ARRIVAL = "no_arrival"
    REPEATED_ROW = "repeated_row"
    CONTRADICTING_ROWS = "contradicting_rows"
    CATEGORY_UNMAPPED = "category_unmapped"
    PRIORITY_UNMAPPED = "priority_unmapped"


@dataclass(frozen=True, slots=True)
class Flagged:
    """One oddity.

    Attributes:
        detail: column, stamp or value that it concerns; empty when the flag says it all.
    """

    flag: RecordFlag
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Stamps:
    """Write-once time stamps, seconds since 1970-01-01 UTC, in the order of `RecordTime`.

    Attributes:
        pairs: only the stamps that are known; at most one of each.
    """

    pairs: tuple[tuple[RecordTime, float], ...] = ()

    def at(self, stamp: RecordTime) -> float | None:
        """The stamp, or None when the source left it blank."""
        for known, at_s in self.pairs:
            if known is stamp:
                return at_s
        return None

    def first(self, *stamps: RecordTime) -> float | None:
        """The first of `stamps` that is known, in the order asked for."""
        for stamp in stamps:
            at_s = self.at(stamp)
            if at_s is not None:
                return at_s
        return None

    def interval_s(self, start: RecordTime, stop: RecordTime) -> float | None:
        """Seconds from `start` to `stop`; None when either is unknown. May be negative."""
        from_s, to_s = self.at(start), self.at(stop)
        return None if from_s is None or to_s is None else to_s - from_s


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """One unit sent to one call.

    Attributes:
        unit: the source's name of the unit.
        kind: the source's kind of unit in lower case; empty when unknown.
        station: the unit's own station if the source says it; empty when unknown.
        sequence: order in which the source sent it, from 1; None when unknown.
        row: number of the source row, from 1, the header counted.
    """

    unit: str
    kind: str
    station: str
    sequence: int | None
    stamps: Stamps
    row: int
    flags: tuple[Flagged, ...] = ()


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call, with every unit sent to it.

    Attributes:
        key: ``<source>:<number>``, the idempotency key of an import.
        digest: SHA-256 of the record's content in hexadecimal; equal digests mean equal records.
        number: the source's number, or one made from the content where it gave none.
        source_category: as the source spells it.
        category: code of our category tree; None where the mapping does not say.
        priority: None where the source or the mapping does not say.
        station_area: the station that the source calls responsible for the place; empty if unknown.
        lon, lat: WGS-84 degrees; None when unknown (both or neither).
        rows: numbers of the source rows, from 1, the header counted.
    """

    key: str
    digest: str
    number: str
    source_category: str
    category: str | None
    source_priority: str
    priority: Priority | None
    address: str
    lon: float | None
    lat: float | None
    station_area: str
    agency: str
    disposition: str
    stamps: Stamps
    units: tuple[UnitRecord, ...]
    rows: tuple[int, ...]
    flags: tuple[Flagged, ...] = ()

    @property
    def received_s(self) -> float:
        """When the call came in, as well as the record knows; seconds UTC.

        Raises:
            ValueError: there is no stamp at all, which the reader never lets through.
        """
        own = self.stamps.first(
            RecordTime.RECEIVED, RecordTime.ENTERED, RecordTime.ROUTED, RecordTime.OCCURRED
        )
        if own is not None:
            return own
        known = [at_s for unit in self.units for _, at_s in unit.stamps.pairs]
        known.extend(at_s for _, at_s in self.stamps.pairs)
        if not known:
            msg = f"call {self.key} has no time at all"
            raise ValueError(msg)
        return min(known)
