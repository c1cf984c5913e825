"""What limits the moves of idle units in a plan: as much as the rule that the plan becomes has."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.policies.relocation_rule import SHIPPED_RELOCATION


@dataclass(frozen=True, slots=True)
class MoveLimits:
    """The limits of `core.policies.relocation_rule.RelocationRule`, by the same names.

    The defaults are those of the shipped rule. What only people notice (how long advice waits for
    an answer) is no part of a plan: the rule in force keeps its own.
    """

    minimum_gain_share: float = SHIPPED_RELOCATION.minimum_gain_share
    moves_per_hour: int = SHIPPED_RELOCATION.moves_per_hour
    moves_per_shift: int = SHIPPED_RELOCATION.moves_per_shift
    driving_per_shift_s: float = SHIPPED_RELOCATION.driving_per_shift_s
    farthest_drive_s: float = SHIPPED_RELOCATION.farthest_drive_s
    rest_s: float = SHIPPED_RELOCATION.rest_s
    shift_changes_h: tuple[float, ...] = SHIPPED_RELOCATION.shift_changes_h
    quiet_before_change_s: float = SHIPPED_RELOCATION.quiet_before_change_s


SHIPPED_LIMITS = MoveLimits()
