"""Rows put together into calls, whatever order they came in.

Rows with one call number are one call if they lie within a day of one another; a number that comes
back later is another call (some rooms count from one every day). Where rows of a call disagree, the
earliest stamp and the commonest text win, and the call is flagged.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from wardmote.core.domain.call_record import (
    CALL_TIMES,
    UNIT_TIMES,
    CallRecord,
    Flagged,
    RecordFlag,
    RecordTime,
    Stamps,
    UnitRecord,
)
from wardmote.core.domain.incident import Priority
from wardmote.gateways.cad_import.mapping import Column, RecordMapping
from wardmote.gateways.cad_import.rows import SourceRow

SAME_CALL_S = 86_400.0
"""Rows of one number at most (<=) this far apart are one call."""

_CALL_COLUMNS = tuple(
    column
    for column in Column
    if column
    not in (Column.CALL, Column.UNIT, Column.UNIT_KIND, Column.UNIT_STATION, Column.SEQUENCE)
)
_UNIT_STAMP_NAMES = frozenset(stamp.value for stamp in UNIT_TIMES)


def assemble(rows: Iterable[SourceRow], mapping: RecordMapping) -> tuple[CallRecord, ...]:
    """All calls in the rows, ordered by time received, then key."""
    by_number: dict[str, list[SourceRow]] = defaultdict(list)
    without: list[SourceRow] = []
    for row in rows:
        number = row.texts.get(Column.CALL)
        if number is None:
            without.append(row)
        else:
            by_number[number].append(row)
    lookup = _Lookup(mapping)
    calls = [
        _call(number, group, mapping, lookup, made=False)
        for stem, together in by_number.items()
        for number, group in _split_by_day(stem, together)
    ]
    calls.extend(_calls_without_number(without, mapping, lookup))
    flagged = _flag_overlaps(calls)
    return tuple(sorted(flagged, key=lambda call: (call.received_s, call.key)))


class _Lookup:
    """The mapping's priorities and categories, found regardless of case and inner spaces."""

    def __init__(self, mapping: RecordMapping) -> None:
        self._priorities = {_plain(raw): level for raw, level in mapping.priorities.items()}
        self._categories = {_plain(raw): code for raw, code in mapping.categories.items()}

    def priority(self, raw: str) -> Priority | None:
        return self._priorities.get(_plain(raw))

    def category(self, raw: str) -> str | None:
        return self._categories.get(_plain(raw)) or None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _split_by_day(stem: str, rows: list[SourceRow]) -> Iterable[tuple[str, list[SourceRow]]]:
    ordered = sorted(rows, key=lambda row: (_first_s(row), row.row))
    groups: list[list[SourceRow]] = [[ordered[0]]]
    for row in ordered[1:]:
        if _first_s(row) - _first_s(groups[-1][0]) <= SAME_CALL_S:
            groups[-1].append(row)
        else:
            groups.append([row])
    yield stem, groups[0]
    for group in groups[1:]:
        yield f"{stem}/{group[0].local_received:%Y-%m-%d}", group


def _first_s(row: SourceRow) -> float:
    received = row.stamps.get(RecordTime.RECEIVED)
    return min(row.stamps.values()) if received is None else received


def _calls_without_number(
    rows: list[SourceRow], mapping: RecordMapping, lookup: _Lookup
) -> Iterable[CallRecord]:
    """Calls whose number is made from their content, so that it is the same at every import."""
    by_content: dict[str, list[SourceRow]] = defaultdict(list)
    for row in rows:
        content = _digest([sorted(row.texts.items()), sorted(row.stamps.items()), row.position])
        by_content[f"made-{content[:16]}"].append(row)
    for number, group in by_content.items():
        yield _call(number, group, mapping, lookup, made=True)


def _call(
    number: str, rows: list[SourceRow], mapping: RecordMapping, lookup: _Lookup, *, made: bool
) -> CallRecord:
    flags: list[Flagged] = [Flagged(RecordFlag.NUMBER_MADE)] if made else []
    units, repeated = _units(rows, mapping)
    if repeated:
        flags.append(Flagged(RecordFlag.REPEATED_ROW, str(repeated)))
    texts = {column: _agreed(rows, column, flags) for column in _CALL_COLUMNS}
    stamps = _call_stamps(rows, mapping, flags)
    position = _agreed_position(rows, flags)
    if position is None:
        flags.append(Flagged(RecordFlag.NO_POSITION))
    raw_category, raw_priority = texts[Column.CATEGORY], texts[Column.PRIORITY]
    category, priority = lookup.category(raw_category), lookup.priority(raw_priority)
    if raw_category and category is None:
        flags.append(Flagged(RecordFlag.CATEGORY_UNMAPPED, raw_category))
    if raw_priority and priority is None:
        flags.append(Flagged(RecordFlag.PRIORITY_UNMAPPED, raw_priority))
    if RecordTime.ARRIVED in mapping.times.columns and not any(
        unit.stamps.at(RecordTime.ARRIVED) is not None for unit in units
    ):
        flags.append(Flagged(RecordFlag.NO_ARRIVAL))
    flags.extend(_negative_intervals(stamps))
    flags.extend(flag for row in rows for flag in row.flags if _concerns_call(flag))
    call = CallRecord(
        key=f"{mapping.source}:{number}",
        digest="",
        number=number,
        source_category=raw_category,
        category=category,
        source_priority=raw_priority,
        priority=priority,
        address=texts[Column.ADDRESS],
        lon=None if position is None else position[0],
        lat=None if position is None else position[1],
        station_area=texts[Column.STATION],
        agency=texts[Column.AGENCY],
        disposition=texts[Column.DISPOSITION],
        stamps=stamps,
        units=units,
        rows=tuple(sorted(row.row for row in rows)),
        flags=tuple(dict.fromkeys(flags)),
    )
    return replace(call, digest=_call_digest(call))


def _concerns_call(flag: Flagged) -> bool:
    return flag.detail not in _UNIT_STAMP_NAMES


def _agreed(rows: Sequence[SourceRow], column: Column, flags: list[Flagged]) -> str:
    """The commonest text of a column; the first in the alphabet among equals."""
    if len(rows) == 1:
        return rows[0].texts.get(column, "")
    counts = Counter(row.texts[column] for row in rows if column in row.texts)
    if not counts:
        return ""
    if len(counts) > 1:
        flags.append(Flagged(RecordFlag.CONTRADICTING_ROWS, column.value))
    return min(counts, key=lambda text: (-counts[text], text))


def _agreed_position(rows: Sequence[SourceRow], flags: list[Flagged]) -> tuple[float, float] | None:
    if len(rows) == 1:
        return rows[0].position
    counts = Counter(row.position for row in rows if row.position is not None)
    if not counts:
        return None
    if len(counts) > 1:
        flags.append(Flagged(RecordFlag.CONTRADICTING_ROWS, "position"))
    return min(counts, key=lambda position: (-counts[position], position))


def _call_stamps(rows: Sequence[SourceRow], mapping: RecordMapping, flags: list[Flagged]) -> Stamps:
    """Stamps of the call; with rows that name no unit, also those a unit would have had."""
    named = Column.UNIT in mapping.columns and any(Column.UNIT in row.texts for row in rows)
    wanted = CALL_TIMES if named else tuple(RecordTime)
    if len(rows) == 1:
        return Stamps(tuple(pair for pair in rows[0].stamps.items() if pair[0] in wanted))
    pairs = []
    for stamp in wanted:
        known = {row.stamps[stamp] for row in rows if stamp in row.stamps}
        if not known:
            continue
        if len(known) > 1:
            flags.append(Flagged(RecordFlag.CONTRADICTING_ROWS, stamp.value))
        pairs.append((stamp, min(known)))
    return Stamps(tuple(pairs))


def _units(rows: Sequence[SourceRow], mapping: RecordMapping) -> tuple[tuple[UnitRecord, ...], int]:
    """Units in the order in which they were sent, and how many rows said nothing new."""
    if Column.UNIT not in mapping.columns:
        return (), len(rows) - 1
    found: dict[tuple[object, ...], UnitRecord] = {}
    silent = 0
    for row in rows:
        unit = row.texts.get(Column.UNIT)
        if unit is None:
            silent += 1
            continue
        record = _unit(unit, row)
        found.setdefault((unit, record.stamps, record.sequence), record)
    repeated = len(rows) - silent - len(found) + max(0, silent - 1)
    ordered = sorted(found.values(), key=_sending_order)
    return tuple(ordered), repeated


def _unit(unit: str, row: SourceRow) -> UnitRecord:
    stamps = Stamps(
        tuple((stamp, at_s) for stamp, at_s in row.stamps.items() if stamp not in CALL_TIMES)
    )
    sequence = row.texts.get(Column.SEQUENCE, "")
    flags = [flag for flag in row.flags if not _concerns_call(flag)]
    flags.extend(_negative_intervals(stamps))
    return UnitRecord(
        unit=unit,
        kind=row.texts.get(Column.UNIT_KIND, "").lower(),
        station=row.texts.get(Column.UNIT_STATION, ""),
        sequence=int(sequence) if sequence.isascii() and sequence.isdigit() else None,
        stamps=stamps,
        row=row.row,
        flags=tuple(flags),
    )


def _sending_order(
    unit: UnitRecord,
) -> tuple[float, float, str, tuple[tuple[RecordTime, float], ...], str]:
    """A total order, so that the order of the source's rows does not show."""
    sent_s = unit.stamps.first(RecordTime.ASSIGNED, RecordTime.EN_ROUTE, RecordTime.ARRIVED)
    return (
        float("inf") if sent_s is None else sent_s,
        float("inf") if unit.sequence is None else float(unit.sequence),
        unit.unit,
        unit.stamps.pairs,
        f"{unit.kind}/{unit.station}",
    )


def _negative_intervals(stamps: Stamps) -> list[Flagged]:
    """A flag for each stamp that is earlier (<) than the known one before it."""
    return [
        Flagged(RecordFlag.NEGATIVE_INTERVAL, f"{before.value}>{after.value}")
        for (before, before_s), (after, after_s) in zip(
            stamps.pairs, stamps.pairs[1:], strict=False
        )
        if after_s < before_s
    ]


def _flag_overlaps(calls: Sequence[CallRecord]) -> list[CallRecord]:
    """Flag a unit's assignment that began (<) before its earlier one had ended."""
    spans: dict[str, list[tuple[float, float, int, int]]] = defaultdict(list)
    for number, call in enumerate(calls):
        for place, unit in enumerate(call.units):
            start_s = unit.stamps.first(RecordTime.ASSIGNED, RecordTime.EN_ROUTE)
            end_s = unit.stamps.at(RecordTime.CLEARED)
            if start_s is not None and end_s is not None and end_s > start_s:
                spans[unit.unit].append((start_s, end_s, number, place))
    overlapping: dict[int, set[int]] = defaultdict(set)
    for own in spans.values():
        busy_until_s = float("-inf")
        for start_s, end_s, number, place in sorted(own):
            if start_s < busy_until_s:
                overlapping[number].add(place)
            busy_until_s = max(busy_until_s, end_s)
    flag = Flagged(RecordFlag.OVERLAPPING_ASSIGNMENT)
    return [
        replace(
            call,
            units=tuple(
                replace(unit, flags=(*unit.flags, flag)) if place in overlapping[number] else unit
                for place, unit in enumerate(call.units)
            ),
        )
        if number in overlapping
        else call
        for number, call in enumerate(calls)
    ]


def _call_digest(call: CallRecord) -> str:
    """Digest of what the source said and what the mapping made of it; row numbers are left out."""
    return _digest(
        [
            call.key,
            call.source_category,
            call.category,
            call.source_priority,
            None if call.priority is None else int(call.priority),
            call.address,
            # A tenth of a millimetre: below that, projections differ between library releases.
            None if call.lon is None else round(call.lon, 9),
            None if call.lat is None else round(call.lat, 9),
            call.station_area,
            call.agency,
            call.disposition,
            call.stamps.pairs,
            [(u.unit, u.kind, u.station, u.sequence, u.stamps.pairs) for u in call.units],
        ]
    )


def _digest(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def source_categories(calls: Iterable[CallRecord]) -> Mapping[str, int]:
    """How often each source category occurs."""
    return Counter(call.source_category for call in calls if call.source_category)
