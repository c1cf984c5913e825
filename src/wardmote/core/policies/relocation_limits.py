"""What speaks against moving a unit now: its duty, its kind, its earlier moves, its shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.picture import KnownUnit
from wardmote.core.policies.relocation_rule import DAY_S, RelocationRule

HOUR_S = 3_600.0


class Hindrance(StrEnum):
    """Why a unit is not advised to move."""

    NOT_FREE = "not_free"
    OTHER_KIND = "other_kind"
    RESTING = "resting"
    MOVES_THIS_HOUR = "moves_this_hour"
    MOVES_THIS_SHIFT = "moves_this_shift"
    SHIFT_ENDS = "shift_ends"


@dataclass(frozen=True, slots=True)
class PastMove:
    """Advice that a unit was given.

    Attributes:
        advised_s: when; seconds UTC.
        drive_s: how long the drive was expected to take.
        made: whether it was not refused and did not lapse: it counts as a move.
    """

    advised_s: float
    drive_s: float
    made: bool


@dataclass(frozen=True, slots=True)
class Shift:
    """The shift that runs: when it began and ends, seconds UTC; without end when there is none."""

    began_s: float
    ends_s: float


def shift_at(rule: RelocationRule, now_s: float, second_of_day: float) -> Shift:
    """The shift that runs at a moment whose local time is `second_of_day` (0 <= s < 86,400).

    A day on which clocks change is taken as if they had not.
    """
    if not rule.shift_changes_h:
        return Shift(now_s - DAY_S, float("inf"))
    changes = [hour * HOUR_S for hour in rule.shift_changes_h]
    past = [one for one in changes if one <= second_of_day]
    ahead = [one for one in changes if one > second_of_day]
    began = past[-1] if past else changes[-1] - DAY_S
    ends = ahead[0] if ahead else changes[0] + DAY_S
    return Shift(now_s + began - second_of_day, now_s + ends - second_of_day)


def is_counted(rule: RelocationRule, unit: KnownUnit) -> bool:
    """Whether the unit is free and of a kind that the rule looks at."""
    free = unit.on_duty and unit.available and unit.active is None and not unit.stack
    return free and (not rule.kinds or unit.kind in rule.kinds)


def is_busy(rule: RelocationRule, unit: KnownUnit) -> bool:
    """Whether the unit has a call, will be free again, and is of a kind that the rule looks at."""
    works = unit.on_duty and unit.available and unit.active is not None
    return works and (not rule.kinds or unit.kind in rule.kinds)


def hindrance(
    rule: RelocationRule, unit: KnownUnit, past: Sequence[PastMove], now_s: float, shift: Shift
) -> Hindrance | None:
    """The first thing that speaks against moving the unit; None when nothing does."""
    made = [one for one in past if one.made]
    rests = bool(past) and now_s - max(one.advised_s for one in past) < rule.rest_s
    this_hour = sum(now_s - one.advised_s < HOUR_S for one in made)
    against = {
        Hindrance.OTHER_KIND: bool(rule.kinds) and unit.kind not in rule.kinds,
        Hindrance.NOT_FREE: not is_counted(rule, unit),
        Hindrance.SHIFT_ENDS: shift.ends_s - now_s < rule.quiet_before_change_s,
        Hindrance.RESTING: rests,
        Hindrance.MOVES_THIS_HOUR: this_hour >= rule.moves_per_hour,
        Hindrance.MOVES_THIS_SHIFT: len(_in_shift(made, shift)) >= rule.moves_per_shift,
    }
    return next((one for one, holds in against.items() if holds), None)


def driving_left_s(rule: RelocationRule, past: Sequence[PastMove], shift: Shift) -> float:
    """How long the unit may still drive for a move: of the shift's budget and at one go."""
    driven_s = sum(one.drive_s for one in _in_shift([one for one in past if one.made], shift))
    return min(rule.farthest_drive_s, max(rule.driving_per_shift_s - driven_s, 0.0))


def _in_shift(moves: Sequence[PastMove], shift: Shift) -> list[PastMove]:
    return [one for one in moves if one.advised_s >= shift.began_s]
