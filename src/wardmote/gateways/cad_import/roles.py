"""Which column plays which role: header words and contents together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wardmote.core.domain.call_record import RecordTime
from wardmote.gateways.cad_import.profiling import ColumnProfile, Content
from wardmote.gateways.cad_import.words import (
    COLUMN_PHRASES,
    PLACE_ROLES,
    STAMP_PHRASES,
    header_score,
    may_be_a_stamp,
    names_axis,
)

LEAST = 0.35
"""A column with less (<) than this is not proposed for a role."""

SHOWN = 3
"""Candidates shown for each role, the chosen one included."""

AXIS_SCORE = 0.6
"""For a header that holds the letter of an axis as a word, such as ``MTM8_X``."""

BLANK_COST = 0.8
"""What a wholly blank column of positions would lose: a fuller one is the better witness."""

FULLER = 0.1
"""Projected positions on this many more (>=) of the rows are preferred to degrees."""

POLAR_DEG = 72.0
"""Hardly any town lies beyond (>) this latitude: such columns are exchanged."""

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
        degrees_mostly_blank: there are columns of degrees, but the projected ones are fuller.
    """

    chosen: dict[str, Candidate]
    candidates: dict[str, tuple[Candidate, ...]]
    degrees_mostly_blank: bool = False


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
    passed_over = _settle_positions(profiles, chosen, taken)
    candidates = {
        role: (
            best,
            *[c for c in claims if c.role == role and c is not best][: SHOWN - 1],
        )
        for role, best in chosen.items()
    }
    return Roles(chosen, candidates, degrees_mostly_blank=passed_over)


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
        if role in ("x", "y") and not by_header and names_axis(column.name, role):
            by_header = AXIS_SCORE
        fit = _content_fit(role, column)
        if fit is None or (by_header == 0 and fit < LEAST):
            continue
        score = by_header + fit if by_header else fit
        if role in PLACE_ROLES:
            score -= BLANK_COST * column.blank_share
        if score >= LEAST:
            found.append(Candidate(role, column, score, by_header=by_header > 0))
    return found


def _stamp_claims(column: ColumnProfile) -> list[Candidate]:
    if not may_be_a_stamp(column.name):
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
) -> bool:
    """Complete or drop halves of pairs; find unnamed degrees by their contents.

    Returns:
        Whether degrees were passed over for fuller projected positions.
    """
    for first, second in (("lat", "lon"), ("x", "y")):
        if (first in chosen) != (second in chosen):
            lone = chosen.pop(first, None) or chosen.pop(second)
            taken.discard(lone.column.index)
    if "lat" not in chosen:
        _exchanged_headers(profiles, chosen, taken)
    if "lat" in chosen:
        _order_degrees(chosen)
    rivals = ("point", "x", "y") if "lat" in chosen else ()
    passed_over = "lat" in chosen and "x" in chosen and _fuller(chosen["x"], chosen["lat"])
    if passed_over:
        rivals = ("lat", "lon", "point")
    for role in rivals:
        dropped = chosen.pop(role, None)
        if dropped is not None:
            taken.discard(dropped.column.index)
    return passed_over


def _fuller(projected: Candidate, degrees: Candidate) -> bool:
    return degrees.column.blank_share - projected.column.blank_share >= FULLER


def _exchanged_headers(
    profiles: Sequence[ColumnProfile], chosen: dict[str, Candidate], taken: set[int]
) -> None:
    """A column headed latitude beyond ±90 beside one headed longitude within: exchanged."""
    numbers = [p for p in profiles if p.content is Content.NUMBER]
    named_lat = [p for p in numbers if header_score(p.name, COLUMN_PHRASES["lat"]) >= LEAST]
    named_lon = [p for p in numbers if header_score(p.name, COLUMN_PHRASES["lon"]) >= LEAST]
    for lon in named_lat:
        for lat in named_lon:
            fits = lat is not lon and _number_fit("lat", lat) and _number_fit("lon", lon)
            if fits and "lat" not in chosen:
                chosen["lat"] = Candidate("lat", lat, LEAST, by_header=False)
                chosen["lon"] = Candidate("lon", lon, LEAST, by_header=False)
                taken.update((lat.index, lon.index))


def _order_degrees(chosen: dict[str, Candidate]) -> None:
    """Of two columns of degrees, the one beyond ±90, or near a pole, is the longitude."""
    lat, lon = chosen["lat"], chosen["lon"]
    scale = 1e-6 if abs(lat.column.middle) > 180 else 1.0
    named = lat.by_header and lon.by_header
    beyond = max(abs(lat.column.low), abs(lat.column.high)) * scale > 90
    polar = abs(lat.column.middle) * scale > POLAR_DEG >= abs(lon.column.middle) * scale
    if (beyond and not named) or polar:
        chosen["lat"] = Candidate("lat", lon.column, lon.score, by_header=False)
        chosen["lon"] = Candidate("lon", lat.column, lat.score, by_header=False)
