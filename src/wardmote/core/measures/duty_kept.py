"""Staffing against duty: how many units were to be on duty at each post, and how many were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from wardmote.core.domain.ids import PostId

HOUR_S = 3_600.0


@dataclass(frozen=True, slots=True)
class DutySpan:
    """A unit on duty at a post from `start_s` until before `end_s`."""

    post: PostId
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class DutyKept:
    """A post in a period.

    Attributes:
        wanted_h: unit-hours that were to be on duty. kept_h: of these, those that were; an hour
            with more units than wanted makes up for no other.
        short_h: hours in which a unit or more was missing for at least half of the hour.
        hours: hours looked at.
    """

    post: PostId
    wanted_h: float
    kept_h: float
    short_h: int
    hours: int


def duty_kept(
    wanted: Mapping[PostId, tuple[int, ...]],
    spans: Iterable[DutySpan],
    first_s: float,
    hours: int,
    hour_of_week: Callable[[float], int],
) -> tuple[DutyKept, ...]:
    """Each post's duty in the `hours` whole hours from `first_s`, by post.

    Args:
        wanted: units by hour of the week.
        hour_of_week: of a moment, 0 .. 167, local.
    """
    on_duty = {post: [0.0] * hours for post in wanted}
    for span in spans:
        if span.post not in on_duty:
            continue
        row = on_duty[span.post]
        start, end = max(span.start_s, first_s), min(span.end_s, first_s + hours * HOUR_S)
        at = int((start - first_s) // HOUR_S)
        while start < end:
            until = min(end, first_s + (at + 1) * HOUR_S)
            row[at] += (until - start) / HOUR_S
            start, at = until, at + 1
    slots = [hour_of_week(first_s + at * HOUR_S) for at in range(hours)]
    found = []
    for post in sorted(wanted):
        asked = [wanted[post][slot] for slot in slots]
        kept = [min(there, want) for there, want in zip(on_duty[post], asked, strict=True)]
        short = sum(want - there >= 0.5 for there, want in zip(kept, asked, strict=True))
        found.append(DutyKept(post, float(sum(asked)), float(sum(kept)), int(short), hours))
    return tuple(found)
