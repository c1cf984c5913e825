"""The response bulletin of a 110 control room (警情日报、周报、月报): figures that open their
calls.

Bands are closed above: a call acknowledged after exactly 30 s is in 0-30, after 30.001 s in 30-60.
Every figure carries the ids of its calls. A missing stamp is counted as missing.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from wardmote.core.domain.categories import is_within
from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.incident import IncidentState
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.comparison import Change, change
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
class SlowestUnit:
    """The unit with the longest median from dispatch to arrival, and its jobs."""

    unit: UnitId
    median_s: float
    figure: Figure


@dataclass(frozen=True, slots=True)
class Earlier:
    """The calls of a period that this one is compared with, [start_s, end_s)."""

    calls: Sequence[MeasuredCall]
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one group, or of all calls (`group` None).

    Attributes:
        change, valid_change: against the period before.
        year_change: of valid calls, against the same period a year before.
    """

    group: str | None
    calls: Figure
    valid: Figure
    change: Change
    valid_change: Change
    year_change: Change
    banded: tuple[Banded, ...]
    unclosed: Figure
    slowest: SlowestUnit | None


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """The valid calls of a top category.

    Attributes:
        change, year_change: against the period before and the same a year before.
    """

    category: str
    valid: Figure
    change: Change
    year_change: Change


@dataclass(frozen=True, slots=True)
class Bulletin:
    """The bulletin of a period [start_s, end_s).

    Attributes:
        total: all calls.
        groups: one row a group, by name of the group.
        categories: by top category, most valid calls first.
        undated: calls without a time of receipt, which belong to no week.
    """

    start_s: float
    end_s: float
    total: Row
    groups: tuple[Row, ...]
    categories: tuple[CategoryRow, ...]
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
    before: Earlier | None,
    year_before: Earlier | None = None,
) -> Bulletin:
    """The bulletin of the calls received in [start_s, end_s).

    Args:
        calls: calls of the period; others are left out.
        before: the period just before; None if it was not recorded.
        year_before: the same period a year before; likewise.

    Raises:
        ValueError: the period is empty.
    """
    if not start_s < end_s:
        raise ValueError("the period ends before it begins")
    every = tuple(calls)
    now = _received_in(every, start_s, end_s)
    past = (_Past.of(before, end_s - start_s), _Past.of(year_before, end_s - start_s))
    here, before_here, year_here = _grouped(now), past[0].by_group(), past[1].by_group()
    return Bulletin(
        start_s=start_s,
        end_s=end_s,
        total=_row(None, now, past),
        groups=tuple(
            _row(
                group,
                here.get(group, ()),
                (past[0].of_calls(before_here.get(group)), past[1].of_calls(year_here.get(group))),
            )
            for group in sorted({*here, *before_here, *year_here})
        ),
        categories=_by_category(now, past),
        undated=_figure(call for call in every if call.received_s is None),
    )


def band(banding: Banding, measured: Measured) -> Banded:
    """Durations in bands; the upper edge belongs to the band."""
    counts: list[list[IncidentId]] = [[] for _ in range(len(banding.edges_s) + 1)]
    for seconds, call in zip(measured.seconds, measured.calls, strict=True):
        counts[bisect.bisect_left(banding.edges_s, seconds)].append(call)
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


def _received_in(calls: Sequence[MeasuredCall], start_s: float, end_s: float) -> list[MeasuredCall]:
    return [
        call for call in calls if (at_s := call.received_s) is not None and start_s <= at_s < end_s
    ]


def _grouped(calls: Iterable[MeasuredCall]) -> dict[str, list[MeasuredCall]]:
    found: dict[str, list[MeasuredCall]] = {}
    for call in calls:
        found.setdefault(call.group, []).append(call)
    return found


def _figure(calls: Iterable[MeasuredCall]) -> Figure:
    return Figure(tuple(call.incident for call in calls))


@dataclass(frozen=True, slots=True)
class _Past:
    """What a period is compared with.

    Attributes:
        calls: those received in it; None if it was not recorded.
        exposure: this period's length as a multiple of its own.
    """

    calls: Sequence[MeasuredCall] | None
    exposure: float = 1.0

    @classmethod
    def of(cls, earlier: Earlier | None, seconds: float) -> _Past:
        if earlier is None:
            return cls(None)
        found = _received_in(earlier.calls, earlier.start_s, earlier.end_s)
        return cls(found, seconds / (earlier.end_s - earlier.start_s))

    def by_group(self) -> dict[str, list[MeasuredCall]]:
        return _grouped(self.calls or ())

    def of_calls(self, calls: Sequence[MeasuredCall] | None) -> _Past:
        """The same period with some of its calls alone."""
        return self if self.calls is None else _Past(calls or (), self.exposure)

    def change(self, now: int, *, valid: bool = True) -> Change:
        calls = self.calls or ()
        return self.of_count(now, sum(call.valid for call in calls) if valid else len(calls))

    def of_count(self, now: int, before: int) -> Change:
        return change(now, None if self.calls is None else before, self.exposure)

    def by_category(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for call in self.calls or ():
            if call.valid:
                found[_top(call)] = found.get(_top(call), 0) + 1
        return found


def _row(group: str | None, now: Sequence[MeasuredCall], past: tuple[_Past, _Past]) -> Row:
    valid = [call for call in now if call.valid]
    attended = [call for call in valid if call.responses]
    return Row(
        group=group,
        calls=_figure(now),
        valid=_figure(valid),
        change=past[0].change(len(now), valid=False),
        valid_change=past[0].change(len(valid)),
        year_change=past[1].change(len(valid)),
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
        median = None
        if len(done) >= min_jobs:
            median = percentile([seconds for seconds, _ in done], 50)
        if median is not None:
            found.append((-median, -len(done), unit))
    if not found:
        return None
    median_s, _, unit = min(found)
    calls_of = tuple(incident for _, incident in sorted(jobs[unit], reverse=True))
    return SlowestUnit(unit, -median_s, Figure(calls_of))


def _top(call: MeasuredCall) -> str:
    return call.category.partition(".")[0]


def _by_category(now: Sequence[MeasuredCall], past: tuple[_Past, _Past]) -> tuple[CategoryRow, ...]:
    found: dict[str, list[MeasuredCall]] = {}
    for call in now:
        if call.valid:
            found.setdefault(_top(call), []).append(call)
    before, year_before = (one.by_category() for one in past)

    def row(top: str) -> CategoryRow:
        calls = found.get(top, ())
        return CategoryRow(
            top,
            _figure(calls),
            past[0].of_count(len(calls), before.get(top, 0)),
            past[1].of_count(len(calls), year_before.get(top, 0)),
        )

    tops = sorted({*found, *before}, key=lambda top: (-len(found.get(top, ())), top))
    return tuple(row(top) for top in tops)
