"""The weekly response bulletin of a 110 control room (警情周报), as figures that open their calls.

Bands are closed above: a call acknowledged after exactly 30 s is in 0-30, after 30.001 s in 30-60.
Every figure carries the ids of its calls. A missing stamp is counted as missing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from wardmote.core.domain.categories import is_within
from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.incident import IncidentState
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.distributions import Summary, percentile, summarise
from wardmote.core.measures.intervals import (
    ACKNOWLEDGEMENT,
    DISPATCH_TO_ARRIVAL,
    FIRST_FEEDBACK,
    TURNOUT,
    Measured,
    MeasuredCall,
    Span,
    interval_s,
    measure,
)

MIN_JOBS = 5
"""A unit with fewer measured jobs in the week is not named the slowest."""

SMALL_COUNT = 10
"""Below this (<) in the week before, a change is told as a number only, not in per cent."""

_MINUTE, _HOUR = 60.0, 3_600.0


@dataclass(frozen=True, slots=True)
class Banding:
    """An interval and the upper edges of its bands, seconds; the last band has no end."""

    code: str
    name: Bilingual
    span: Span
    edges_s: tuple[float, ...]


ACKNOWLEDGED: Final = Banding(
    "acknowledged", Bilingual("签收", "Acknowledged"), ACKNOWLEDGEMENT, (30.0, 60.0, 120.0, 180.0)
)
SET_OUT: Final = Banding(
    "set_out",
    Bilingual("出警", "Set out"),
    TURNOUT,
    (5 * _MINUTE, 10 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE),
)
FEEDBACK: Final = Banding(
    "feedback",
    Bilingual("反馈", "Feedback"),
    FIRST_FEEDBACK,
    (30 * _MINUTE, _HOUR, 2 * _HOUR, 4 * _HOUR),
)
BANDINGS: Final = (ACKNOWLEDGED, SET_OUT, FEEDBACK)


@dataclass(frozen=True, slots=True)
class Figure:
    """A count with the calls behind it."""

    calls: tuple[IncidentId, ...]

    @property
    def count(self) -> int:
        """How many."""
        return len(self.calls)


@dataclass(frozen=True, slots=True)
class Band:
    """after_s < duration <= upto_s; the first band includes 0 and the last has no end.

    Attributes:
        share: of the calls whose duration is known; None when there is none.
    """

    after_s: float
    upto_s: float | None
    figure: Figure
    share: float | None


@dataclass(frozen=True, slots=True)
class Banded:
    """One interval in bands."""

    banding: Banding
    bands: tuple[Band, ...]
    missing: Figure
    negative: Figure
    summary: Summary


@dataclass(frozen=True, slots=True)
class Change:
    """This week against the last.

    Attributes:
        before: None when the week before was not recorded.
        share: (now - before) / before; None when `before` is small or not known.
        is_surprising: whether two equally busy weeks would differ this much in fewer than 1 of
            20 cases (exact conditional test of two Poisson counts); None when not known.
    """

    now: int
    before: int | None
    difference: int | None
    share: float | None
    is_surprising: bool | None


@dataclass(frozen=True, slots=True)
class SlowestUnit:
    """The unit with the longest median from dispatch to arrival, and its jobs."""

    unit: UnitId
    median_s: float
    figure: Figure


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one group, or of all calls (`group` None)."""

    group: str | None
    calls: Figure
    valid: Figure
    change: Change
    valid_change: Change
    banded: tuple[Banded, ...]
    unclosed: Figure
    slowest: SlowestUnit | None


@dataclass(frozen=True, slots=True)
class Bulletin:
    """The bulletin of a period [start_s, end_s).

    Attributes:
        total: all calls.
        groups: one row a group, by name of the group.
        categories: valid calls by top category, most first, with the change.
        undated: calls without a time of receipt, which belong to no week.
    """

    start_s: float
    end_s: float
    total: Row
    groups: tuple[Row, ...]
    categories: tuple[tuple[str, Figure, Change], ...]
    undated: Figure


def is_valid_call(category: str, state: IncidentState, drill: bool) -> bool:
    """Whether a call counts as valid (有效警情): neither invalid nor duplicate nor cancelled."""
    return (
        not drill
        and not is_within(category, "invalid")
        and state not in (IncidentState.MERGED, IncidentState.CANCELLED)
    )


def make_bulletin(
    calls: Iterable[MeasuredCall],
    start_s: float,
    end_s: float,
    before: Sequence[MeasuredCall] | None,
) -> Bulletin:
    """The bulletin of the calls received in [start_s, end_s).

    Args:
        calls: calls of the period; others are left out.
        before: calls of the week before (the same length, just before); None if not recorded.

    Raises:
        ValueError: the period is empty.
    """
    if not start_s < end_s:
        raise ValueError("the period ends before it begins")
    every = tuple(calls)
    now = _received_in(every, start_s, end_s)
    last = None if before is None else _received_in(before, 2 * start_s - end_s, start_s)
    groups = sorted({call.group for call in now} | {call.group for call in last or ()})
    return Bulletin(
        start_s=start_s,
        end_s=end_s,
        total=_row(None, now, last),
        groups=tuple(
            _row(
                group,
                [call for call in now if call.group == group],
                None if last is None else [call for call in last if call.group == group],
            )
            for group in groups
        ),
        categories=_by_category(now, last),
        undated=_figure(call for call in every if call.received_s is None),
    )


def band(banding: Banding, measured: Measured) -> Banded:
    """Durations in bands; the upper edge belongs to the band."""
    counts: list[list[IncidentId]] = [[] for _ in range(len(banding.edges_s) + 1)]
    for seconds, call in zip(measured.seconds, measured.calls, strict=True):
        counts[sum(seconds > edge for edge in banding.edges_s)].append(call)
    starts = (0.0, *banding.edges_s)
    ends: tuple[float | None, ...] = (*banding.edges_s, None)
    known = len(measured.seconds)
    return Banded(
        banding,
        tuple(
            Band(start, end, Figure(tuple(ids)), len(ids) / known if known else None)
            for start, end, ids in zip(starts, ends, counts, strict=True)
        ),
        Figure(measured.missing),
        Figure(measured.negative),
        summarise(measured.seconds),
    )


def change(now: int, before: int | None) -> Change:
    """This week against the last, careful with small counts."""
    if before is None:
        return Change(now, None, None, None, None)
    share = (now - before) / before if before >= SMALL_COUNT else None
    return Change(now, before, now - before, share, _chance_of_difference(now, before) < 0.05)


def _chance_of_difference(now: int, before: int) -> float:
    """Two-sided chance of a split at least this uneven of now + before calls over equal weeks.

    Given their sum, two Poisson counts of equal mean are binomial with p = 1/2
    (doi:10.2307/2332612).
    """
    total, low = now + before, min(now, before)
    if now == before:
        return 1.0
    scale = total * math.log(2)
    tail = math.fsum(
        math.exp(math.lgamma(total + 1) - math.lgamma(k + 1) - math.lgamma(total - k + 1) - scale)
        for k in range(low + 1)
    )
    return min(1.0, 2 * tail)


def _received_in(calls: Sequence[MeasuredCall], start_s: float, end_s: float) -> list[MeasuredCall]:
    return [
        call for call in calls if call.received_s is not None and start_s <= call.received_s < end_s
    ]


def _figure(calls: Iterable[MeasuredCall]) -> Figure:
    return Figure(tuple(call.incident for call in calls))


def _row(
    group: str | None, now: Sequence[MeasuredCall], last: Sequence[MeasuredCall] | None
) -> Row:
    valid = [call for call in now if call.valid]
    attended = [call for call in valid if call.responses]
    valid_before = None if last is None else sum(call.valid for call in last)
    return Row(
        group=group,
        calls=_figure(now),
        valid=_figure(valid),
        change=change(len(now), None if last is None else len(last)),
        valid_change=change(len(valid), valid_before),
        banded=tuple(band(banding, measure(attended, banding.span)) for banding in BANDINGS),
        unclosed=_figure(call for call in now if not call.ended),
        slowest=slowest_unit(valid),
    )


def slowest_unit(calls: Iterable[MeasuredCall], min_jobs: int = MIN_JOBS) -> SlowestUnit | None:
    """The unit with the longest median from dispatch to arrival; None when none has `min_jobs`.

    Equal medians go to the unit with more jobs, then to the smaller id.
    """
    jobs: dict[UnitId, list[tuple[float, IncidentId]]] = {}
    for call in calls:
        for response in call.responses:
            seconds = interval_s(response.stamps, DISPATCH_TO_ARRIVAL)
            if seconds is not None and seconds >= 0:
                jobs.setdefault(response.unit, []).append((seconds, call.incident))
    found: list[tuple[float, int, UnitId]] = []
    for unit, done in jobs.items():
        median = percentile([seconds for seconds, _ in done], 50)
        if len(done) >= min_jobs and median is not None:
            found.append((-median, -len(done), unit))
    if not found:
        return None
    median_s, _, unit = min(found)
    calls_of = tuple(incident for _, incident in sorted(jobs[unit], reverse=True))
    return SlowestUnit(unit, -median_s, Figure(calls_of))


def _by_category(
    now: Sequence[MeasuredCall], last: Sequence[MeasuredCall] | None
) -> tuple[tuple[str, Figure, Change], ...]:
    found: dict[str, list[MeasuredCall]] = {}
    for call in now:
        if call.valid:
            found.setdefault(call.category.partition(".")[0], []).append(call)
    before: dict[str, int] = {}
    for call in last or ():
        if call.valid:
            top = call.category.partition(".")[0]
            before[top] = before.get(top, 0) + 1
    tops = sorted({*found, *before}, key=lambda top: (-len(found.get(top, ())), top))
    return tuple(
        (
            top,
            _figure(found.get(top, ())),
            change(len(found.get(top, ())), None if last is None else before.get(top, 0)),
        )
        for top in tops
    )
