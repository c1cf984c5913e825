"""The units that the records show: what they are, where they live, when they were on duty.

A control room's export rarely lists its fleet. It is told from the assignments: a unit exists if it
was sent; it is on duty around its assignments; its home is what the best available hint says.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.call_record import CallRecord, RecordTime, UnitRecord
from wardmote.core.domain.ids import PostId, UnitId
from wardmote.core.domain.places import Post, UnitSpec

OFF_DUTY_GAP_S = 8 * 3_600.0
"""Without an assignment for longer (>) than this, a unit without a fixed post was off duty."""

SPELL_MARGIN_S = 3_600.0
"""A spell of duty began this long before its first assignment, and ended as long after its last."""

USUAL_AREAS = 3
"""A unit named after a post lives there if that area is among its so many commonest."""

_NUMBERED = re.compile(r"[A-Za-z]+[ -]?0*(\d+)")


class HomeFrom(StrEnum):
    """What a unit's home was told from; the first that applies."""

    UNITS_FILE = "units_file"
    SOURCE = "source"
    NAME = "name"
    STATION_AREA = "station_area"
    NEAREST_POST = "nearest_post"


_FIXED = frozenset({HomeFrom.UNITS_FILE, HomeFrom.SOURCE, HomeFrom.NAME})


@dataclass(frozen=True, slots=True)
class ReplayUnit:
    """A unit of the replay.

    Attributes:
        lon, lat: of its home post, WGS-84 degrees.
        spells: (start, end) of its times on duty, seconds UTC, in order, apart.
    """

    spec: UnitSpec
    home_from: HomeFrom
    lon: float
    lat: float
    spells: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class UnitHint:
    """What a list of units says about one; empty means unknown."""

    kind: str
    post: str


def post_key(name: str) -> str:
    """A post's or station's name for comparison: no case, outer spaces or leading zeros."""
    plain = name.strip().casefold()
    return plain.lstrip("0") or plain


def infer_fleet(
    calls: Sequence[CallRecord],
    posts: Sequence[Post],
    hints: Mapping[str, UnitHint] | None = None,
) -> tuple[ReplayUnit, ...]:
    """Every unit that the records show, ordered by id.

    Raises:
        ValueError: there are no posts to live at.
    """
    if not posts:
        raise ValueError("a fleet needs at least one post")
    by_key = {post_key(post.post_id): post for post in posts}
    sent: dict[str, list[tuple[CallRecord, UnitRecord]]] = defaultdict(list)
    for call in calls:
        for unit in call.units:
            sent[unit.unit].append((call, unit))
    if not sent:
        return ()
    whole = _whole_span(calls)
    known = hints or {}
    return tuple(
        _unit(name, sent[name], by_key, posts, known.get(name), whole) for name in sorted(sent)
    )


def standing_fleet(
    specs: Iterable[UnitSpec], posts: Sequence[Post], calls: Sequence[CallRecord]
) -> tuple[ReplayUnit, ...]:
    """A given fleet, on duty throughout: for records that do not say which units were sent.

    Raises:
        ValueError: a unit's post is not among `posts`.
    """
    by_id = {post.post_id: post for post in posts}
    span = _whole_span(calls)
    found = []
    for spec in specs:
        post = by_id.get(spec.post)
        if post is None:
            raise ValueError(f"unit {spec.unit_id} stands at {spec.post}, which is not a post")
        found.append(ReplayUnit(spec, HomeFrom.UNITS_FILE, post.lon, post.lat, (span,)))
    return tuple(sorted(found, key=lambda unit: unit.spec.unit_id))


def _unit(
    name: str,
    sent: list[tuple[CallRecord, UnitRecord]],
    by_key: Mapping[str, Post],
    posts: Sequence[Post],
    hint: UnitHint | None,
    whole: tuple[float, float],
) -> ReplayUnit:
    kinds = Counter(unit.kind for _, unit in sent if unit.kind)
    kind = min(kinds, key=lambda k: (-kinds[k], k)) if kinds else "unit"
    if hint is not None and hint.kind:
        kind = hint.kind
    post, home_from = _home(name, sent, by_key, posts, hint)
    fixed = home_from in _FIXED
    spec = UnitSpec(
        unit_id=UnitId(name),
        call_sign=name,
        kind=kind,
        post=PostId(post.post_id),
        area=post.area,
        capabilities=(kind,),
        seats=1,
    )
    spells = (whole,) if fixed else _spells(unit for _, unit in sent)
    return ReplayUnit(spec, home_from, post.lon, post.lat, spells or (whole,))


def _home(
    name: str,
    sent: list[tuple[CallRecord, UnitRecord]],
    by_key: Mapping[str, Post],
    posts: Sequence[Post],
    hint: UnitHint | None,
) -> tuple[Post, HomeFrom]:
    if hint is not None and post_key(hint.post) in by_key:
        return by_key[post_key(hint.post)], HomeFrom.UNITS_FILE
    stated = Counter(post_key(unit.station) for _, unit in sent if unit.station)
    for key, _ in _ranked(stated):
        if key in by_key:
            return by_key[key], HomeFrom.SOURCE
    areas = Counter(post_key(call.station_area) for call, _ in sent if call.station_area)
    # "E03" lives in station 3 if that is where it works; "B03" is the chief of a third battalion,
    # and a bare "57" says nothing about a station.
    numbered = _NUMBERED.fullmatch(name)
    if numbered is not None:
        key = post_key(numbered[1])
        usual = [area for area, _ in _ranked(areas)[:USUAL_AREAS]]
        if key in by_key and key in usual:
            return by_key[key], HomeFrom.NAME
    for key, _ in _ranked(areas):
        if key in by_key:
            return by_key[key], HomeFrom.STATION_AREA
    return _nearest_post([call for call, _ in sent], posts), HomeFrom.NEAREST_POST


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _nearest_post(calls: Sequence[CallRecord], posts: Sequence[Post]) -> Post:
    """The post nearest to the middle of a unit's calls; the first post when none has a position.

    As the crow flies: this only places a unit whose home nobody knows, it sends nobody anywhere.
    """
    placed = [(call.lon, call.lat) for call in calls if call.lon is not None]
    if not placed:
        return posts[0]
    lon = sum(p[0] or 0.0 for p in placed) / len(placed)
    lat = sum(p[1] or 0.0 for p in placed) / len(placed)
    east = math.cos(math.radians(lat))
    return min(
        posts, key=lambda post: (math.hypot((post.lon - lon) * east, post.lat - lat), post.post_id)
    )


def _spells(units: Iterable[UnitRecord]) -> tuple[tuple[float, float], ...]:
    times = sorted(
        (min(known), max(known))
        for unit in units
        if (known := [at_s for _, at_s in unit.stamps.pairs])
    )
    spells: list[tuple[float, float]] = []
    for start_s, end_s in times:
        if spells and start_s - spells[-1][1] <= OFF_DUTY_GAP_S:
            spells[-1] = (spells[-1][0], max(spells[-1][1], end_s))
        else:
            spells.append((start_s, end_s))
    return tuple((start_s - SPELL_MARGIN_S, end_s + SPELL_MARGIN_S) for start_s, end_s in spells)


def _whole_span(calls: Sequence[CallRecord]) -> tuple[float, float]:
    """From before the first call to after the last stamp of all."""
    first_s = min(call.received_s for call in calls)
    last_s = max(
        max([call.received_s, *[at_s for unit in call.units for _, at_s in unit.stamps.pairs]])
        for call in calls
    )
    return first_s - SPELL_MARGIN_S, last_s + SPELL_MARGIN_S


def first_sent(call: CallRecord) -> UnitRecord | None:
    """The unit that the record sent first; None when it names none with a time."""
    dated = [
        (assigned_s, 0 if unit.sequence is None else unit.sequence, unit.unit, unit)
        for unit in call.units
        if (assigned_s := unit.stamps.first(RecordTime.ASSIGNED, RecordTime.EN_ROUTE)) is not None
    ]
    return min(dated, key=lambda row: row[:3])[3] if dated else None
