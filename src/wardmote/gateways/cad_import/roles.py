"""Which column plays which role: header words and contents together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wardmote.core.domain.call_record import RecordTime
from wardmote.gateways.cad_import.profiling import ColumnProfile, Content
from wardmote.gateways.cad_import.words import (
    COLUMN_PHRASES,
    NOT_A_STAMP,
    STAMP_PHRASES,
    header_score,
    plain_header,
)

LEAST = 0.35
"""A column with less (<) than this is not proposed for a role."""

SHOWN = 3
"""Candidates shown for each role, the chosen one included."""

_TOWN_DEGREES = 5.0

_STAMP_CONTENT = {Content.TIME: 0.2, Content.DATE: 0.0, Content.TIME_OF_DAY: 0.1}

_BY_ORDER: dict[int, tuple[RecordTime, ...]] = {
    1: (RecordTime.RECEIVED,),
    2: (RecordTime.RECEIVED, RecordTime.CLEARED),
    3: (RecordTime.RECEIVED, RecordTime.ARRIVED, RecordTime.CLEARED),
    4: (RecordTime.RECEIVED, RecordTime.ASSIGNED, RecordTime.ARRIVED, RecordTime.CLEARED),
    5: (
        RecordTime.RECEIVED,
        RecordTime.ASSIGNED,
        RecordTime.EN_ROUTE,
        RecordTime.ARRIVED,
        RecordTime.CLEARED,
    ),
    6: (
        RecordTime.RECEIVED,
        RecordTime.ENTERED,
        RecordTime.ASSIGNED,
        RecordTime.EN_ROUTE,
        RecordTime.ARRIVED,
        RecordTime.CLEARED,
    ),
}
"""What columns of times mean when only their order is known."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column that may play a role.

    Attributes:
        role: a `Column`, a position role (``lat`` …) or a `RecordTime`, by value.
        score: 0 .. 1.5; header words up to 1, contents the rest.
        by_header: the header's words say so; else the contents alone.
    """

    role: str
    column: ColumnProfile
    score: float
    by_header: bool


@dataclass(frozen=True, slots=True)
class Roles:
    """The choice, and what else came into question.

    Attributes:
        chosen: role -> candidate; a column plays one role only.
        candidates: role -> the best few, the chosen one first.
    """

    chosen: dict[str, Candidate]
    candidates: dict[str, tuple[Candidate, ...]]


def choose_roles(profiles: Sequence[ColumnProfile]) -> Roles:
    """The best column for each role; the strongest claims are granted first."""
    claims = [claim for column in profiles for claim in _claims(column)]
    claims.sort(key=lambda claim: (-claim.score, claim.column.index, claim.role))
    chosen: dict[str, Candidate] = {}
    taken: set[int] = set()
    for claim in claims:
        if claim.role in chosen or claim.column.index in taken:
            continue
        chosen[claim.role] = claim
        taken.add(claim.column.index)
    _settle_positions(profiles, chosen, taken)
    candidates = {
        role: (
            best,
            *[c for c in claims if c.role == role and c is not best][: SHOWN - 1],
        )
        for role, best in chosen.items()
    }
    return Roles(chosen, candidates)


def order_unnamed_times(
    profiles: Sequence[ColumnProfile], medians_s: dict[int, float]
) -> dict[str, Candidate]:
    """Roles for columns of times whose headers say nothing, by the order of their medians.

    Args:
        medians_s: column index -> median lag behind the row's earliest stamp, seconds.
    """
    columns = [p for p in profiles if p.content is Content.TIME and p.index in medians_s]
    columns.sort(key=lambda column: (medians_s[column.index], column.blank_share, column.index))
    stamps = _BY_ORDER.get(len(columns))
    if stamps is None:
        return {}
    return {
        stamp.value: Candidate(stamp.value, column, LEAST, by_header=False)
        for stamp, column in zip(stamps, columns, strict=True)
    }


def _claims(column: ColumnProfile) -> list[Candidate]:
    if column.content is Content.BLANK:
        return []
    if column.content in _STAMP_CONTENT:
        return _stamp_claims(column)
    found = []
    for role, phrases in COLUMN_PHRASES.items():
        by_header = header_score(column.name, phrases)
        fit = _content_fit(role, column)
        if fit is None or (by_header == 0 and fit < LEAST):
            continue
        score = by_header + fit if by_header else fit
        if score >= LEAST:
            found.append(Candidate(role, column, score, by_header=by_header > 0))
    return found


def _stamp_claims(column: ColumnProfile) -> list[Candidate]:
    plain = plain_header(column.name)
    if any(phrase in plain for phrase in NOT_A_STAMP):
        return []
    found = []
    for stamp, phrases in STAMP_PHRASES.items():
        by_header = header_score(column.name, phrases)
        if by_header:
            # A column filled on fewer rows is the lesser witness among equals.
            score = by_header + _STAMP_CONTENT[column.content] - 0.05 * column.blank_share
            found.append(Candidate(stamp.value, column, score, by_header=True))
    return found


def _content_fit(role: str, column: ColumnProfile) -> float | None:
    """How well the cells suit a role, 0 .. 0.5; None when they rule it out."""
    content = column.content
    if role in ("lat", "lon", "x", "y"):
        return _number_fit(role, column) if content is Content.NUMBER else None
    if role == "point":
        return 0.5 if content is Content.POINT else None
    if content is Content.POINT:
        return None
    length = sum(map(len, column.values)) / len(column.values)
    spaced = sum(1 for value in column.values if " " in value) / len(column.values)
    fits = {
        "call": _call_fit,
        "unit": _unit_fit,
        "category": _category_fit,
        "address": _address_fit,
        "priority": _priority_fit,
    }
    if role in fits:
        return fits[role](column, length, spaced)
    return 0.1 if column.distinct_share < 0.5 else 0.0


def _number_fit(role: str, column: ColumnProfile) -> float | None:
    if role in ("x", "y"):
        return 0.3 if max(abs(column.low), abs(column.high)) > 1_000 else None
    limit = 180 if role == "lon" else 90
    whole = all(value.lstrip("+-").isdigit() for value in column.values)
    if whole and abs(column.middle) > 1e5 and abs(column.middle) / 1e6 <= limit:
        return 0.1  # Millionths of a degree; the header must say so as well.
    if whole or max(abs(column.low), abs(column.high)) > limit:
        return None
    digits = sum(1 for value in column.values if len(value.replace(",", ".").split(".")[-1]) >= 3)
    if digits <= 0.5 * len(column.values):
        return 0.0
    # Within one town's reach, even without a telling header.
    return 0.4 if column.high - column.low <= _TOWN_DEGREES else 0.3


def _call_fit(column: ColumnProfile, length: float, spaced: float) -> float | None:
    if spaced > 0.2 or column.distinct < 2 or column.distinct_share < 0.02 or length > 40:
        return None
    if column.content is Content.NUMBER and any("." in value for value in column.values):
        return None
    return 0.3 if column.distinct_share > 0.2 and length >= 4 else 0.1


def _unit_fit(column: ColumnProfile, length: float, spaced: float) -> float | None:
    if length > 20 or column.distinct_share > 0.6 or column.distinct < 2:
        return None
    coded = sum(1 for v in column.values if any(c.isdigit() for c in v)) / len(column.values)
    return 0.2 if coded > 0.5 and spaced < 0.5 else 0.0


def _category_fit(column: ColumnProfile, length: float, _spaced: float) -> float | None:
    if not 2 <= column.distinct <= 2_000 or column.distinct_share > 0.5 or length > 80:
        return None
    wordy = sum(1 for v in column.values if sum(c.isalpha() for c in v) >= 3) / len(column.values)
    chinese = any("\u4e00" <= c <= "\u9fff" for value in column.values[:50] for c in value)
    return 0.2 if wordy > 0.5 or chinese else 0.0


def _address_fit(column: ColumnProfile, length: float, spaced: float) -> float | None:
    if column.content is not Content.TEXT or column.distinct < 2:
        return None
    return 0.3 if length > 8 and column.distinct_share > 0.05 and spaced > 0.5 else 0.05


def _priority_fit(column: ColumnProfile, length: float, _spaced: float) -> float | None:
    if column.distinct > 15 or length > 20:
        return None
    return 0.2 if length <= 3 else 0.1


def _settle_positions(
    profiles: Sequence[ColumnProfile], chosen: dict[str, Candidate], taken: set[int]
) -> None:
    """Complete or drop halves of pairs; find unnamed degrees by their contents."""
    for first, second in (("lat", "lon"), ("x", "y")):
        if (first in chosen) != (second in chosen):
            lone = chosen.pop(first, None) or chosen.pop(second)
            taken.discard(lone.column.index)
    if "lat" in chosen and any(not chosen[role].by_header for role in ("lat", "lon")):
        _order_degrees(chosen)
    if "lat" in chosen:
        for role in ("point", "x", "y"):
            dropped = chosen.pop(role, None)
            if dropped is not None:
                taken.discard(dropped.column.index)
    del profiles


def _order_degrees(chosen: dict[str, Candidate]) -> None:
    """Of two unnamed columns of degrees, the one beyond ±90 is the longitude."""
    lat, lon = chosen["lat"], chosen["lon"]
    if max(abs(lat.column.low), abs(lat.column.high)) > 90:
        chosen["lat"] = Candidate("lat", lon.column, lon.score, lon.by_header)
        chosen["lon"] = Candidate("lon", lat.column, lat.score, lat.by_header)
