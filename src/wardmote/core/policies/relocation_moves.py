"""Which idle unit should stand where, by the rule in force: at most one move at a time.

Asked when a unit has become free (where should it stand?) and when one has gone out (who should
stand in for it?). Expected cover is that of `relocation`; a move is worth what cover gains by it,
less what its drive must bring.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.ids import PostId, UnitId
from wardmote.core.domain.picture import OperationalPicture
from wardmote.core.domain.reasons import Reason, because
from wardmote.core.policies.relocation import CoverSets, value_of_one_more
from wardmote.core.policies.relocation_limits import (
    PastMove,
    driving_left_s,
    hindrance,
    is_busy,
    is_counted,
    shift_at,
)
from wardmote.core.policies.relocation_outlook import OutlookGround, gains_ahead
from wardmote.core.policies.relocation_rule import RelocationMethod, RelocationRule
from wardmote.core.policies.relocation_tables import build_order, first_hole, manned_at
from wardmote.core.travel.graph import Bool, Float64, Int32, Int64

ROUNDING = 1e-9
"""A gain no greater (<=) than this share of all calls is an error of rounding."""

DrivesTo = Callable[[Sequence[UnitId]], Float64]
"""Seconds from each of some units to each post, float64 [n, P]; inf where there is no way."""


@dataclass(frozen=True, slots=True, eq=False)
class CoverGround:
    """What cover of a place is worked out from.

    Attributes:
        posts: ids in the order of the columns of `sets`.
        total: all demand, also what no post reaches in time; shares are of this.
        outlook: for rules that look ahead; None where none does.
    """

    posts: tuple[PostId, ...]
    sets: CoverSets
    total: float
    outlook: OutlookGround | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """When a question is asked: seconds UTC, and local seconds since midnight."""

    now_s: float
    second_of_day: float


@dataclass(frozen=True, slots=True)
class MoveUp:
    """An idle unit should stand at another post.

    Attributes:
        home: the post it stands at or would go back to; None when it has none.
        gain_share: share of all calls that are expected to be reached in time because of it.
        drive_s: how long it takes there.
    """

    unit: UnitId
    home: PostId | None
    post: PostId
    gain_share: float
    drive_s: float
    reason: Reason
    rule_version: str


def exchange_gains(sets: CoverSets, busy_share: float, stationed: Int32) -> Float64:
    """What expected cover gains when one unit of post a stands at post b instead, [P, P].

    Rows are where it stands now; a row of a post without a unit says nothing.

    Args:
        stationed: int32 [P], free units of each post.
    """
    member = sets.member.astype(np.float64)
    covering = sets.member @ stationed
    one_more = value_of_one_more(busy_share, int(stationed.sum()) + 1)
    added = sets.weight * one_more[covering]
    # The unit that leaves is the last of those that cover: without it there is one fewer.
    left = sets.weight * one_more[np.maximum(covering - 1, 0)]
    gained = added @ member
    lost = left @ member
    both = (member * (left - added)[:, None]).T @ member
    return np.asarray(gained[None, :] - lost[:, None] + both, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Relocation:
    """The rule on a ground."""

    rule: RelocationRule
    ground: CoverGround
    order: tuple[PostId, ...]

    @classmethod
    def of(cls, rule: RelocationRule, ground: CoverGround, units: int) -> Relocation:
        """With the rule's own table or, where it has none and needs one, one for `units` units."""
        order = rule.order
        if rule.method is RelocationMethod.COMPLIANCE_TABLE and not order:
            order = build_order(ground.sets, ground.posts, rule.busy_share, units)
        return cls(rule, ground, order)

    def stationed(
        self, picture: OperationalPicture, headed_for: Mapping[UnitId, PostId]
    ) -> dict[UnitId, int]:
        """Row of the post at which each free unit stands, or to which it is on the way."""
        row = {post: number for number, post in enumerate(self.ground.posts)}
        found: dict[UnitId, int] = {}
        for key, unit in picture.units.items():
            post = headed_for.get(key, unit.post)
            if post is not None and post in row and is_counted(self.rule, unit):
                found[key] = row[post]
        return found

    def advise(
        self,
        picture: OperationalPicture,
        moment: Moment,
        headed_for: Mapping[UnitId, PostId],
        past: Mapping[UnitId, Sequence[PastMove]],
        drives_to: DrivesTo,
        *,
        asked: UnitId | None = None,
        seen: Mapping[UnitId, tuple[float, float]] | None = None,
    ) -> MoveUp | None:
        """The best move that the limits allow; None when none is worth it.

        Args:
            headed_for: post that units stand at or drive to, where it is not their own.
            past: earlier advice by unit.
            asked: a unit that has just become free: only this one is considered.
            seen: where units are, WGS-84 degrees; for rules that look ahead.
        """
        if self.rule.method is RelocationMethod.OFF or not self.ground.posts:
            return None
        stands = self.stationed(picture, headed_for)
        chosen = sorted(stands) if asked is None else [asked] if asked in stands else []
        movable = self._movable(picture, moment, past, chosen)
        if not movable or self.ground.total <= 0:
            return None
        count = np.bincount(list(stands.values()), minlength=len(self.ground.posts))
        gains = self._gains(
            count.astype(np.int32), picture, stands, {} if seen is None else seen, drives_to, asked
        )
        units = self._worth_asking(movable, stands, gains)
        if not units:
            return None
        drive_s = drives_to(units)
        home = np.array([stands[unit] for unit in units])
        left_s = np.array([movable[unit] for unit in units], dtype=np.float64)[:, None]
        worth = self._worth(gains[home], drive_s, home)
        enough: Bool = np.less_equal(drive_s, left_s) & np.greater(worth, ROUNDING)
        enough &= np.greater_equal(gains[home], self.rule.minimum_gain_share)
        enough[np.arange(len(units)), home] = False
        if self.rule.method is RelocationMethod.COMPLIANCE_TABLE:
            found = self._by_table(count.astype(np.int32), home, drive_s, enough)
        else:
            found = self._by_cover(worth, enough)
        if found is None:
            return None
        row, post = found
        gain = float(gains[home[row], post])
        return MoveUp(
            unit=units[row],
            home=self.ground.posts[home[row]],
            post=self.ground.posts[post],
            gain_share=gain,
            drive_s=float(drive_s[row, post]),
            reason=because("free_unit_covers_more" if asked else "fills_a_gap", gain_share=gain),
            rule_version=self.rule.version,
        )

    def _movable(
        self,
        picture: OperationalPicture,
        moment: Moment,
        past: Mapping[UnitId, Sequence[PastMove]],
        units: Sequence[UnitId],
    ) -> dict[UnitId, float]:
        """Seconds of driving that are left to each of the units that the limits let move."""
        shift = shift_at(self.rule, moment.now_s, moment.second_of_day)
        return {
            unit: driving_left_s(self.rule, past.get(unit, ()), shift)
            for unit in units
            if hindrance(self.rule, picture.units[unit], past.get(unit, ()), moment.now_s, shift)
            is None
        }

    def _worth(self, gains: Float64, drive_s: Float64, home: Int64) -> Float64:
        """What each unit's move to each post gains, less what its drive must bring, [n, P]."""
        # A unit that comes from a call drives in any case: only the longer drive counts.
        back_s = drive_s[np.arange(len(home)), home][:, None]
        longer_s = drive_s - np.where(np.isfinite(back_s), back_s, 0.0)
        worth = gains - longer_s / 60.0 * self.rule.gain_share_per_minute
        return np.asarray(worth, dtype=np.float64)

    def _gains(
        self,
        count: Int32,
        picture: OperationalPicture,
        stands: Mapping[UnitId, int],
        seen: Mapping[UnitId, tuple[float, float]],
        drives_to: DrivesTo,
        asked: UnitId | None,
    ) -> Float64:
        """What the method says that a move is worth, [P, P] as a share of all calls."""
        outlook = self.ground.outlook
        if self.rule.method is RelocationMethod.LOOK_AHEAD and outlook is not None:
            known = [unit for unit in stands if unit in seen]
            drive_s = dict(zip(known, drives_to(known), strict=True)) if known else {}
            busy = [unit for unit in picture.units.values() if is_busy(self.rule, unit)]
            return gains_ahead(outlook, picture, stands, seen, drive_s, busy, asked)
        gains = exchange_gains(self.ground.sets, self.rule.busy_share, count)
        return np.asarray(gains / self.ground.total, dtype=np.float64)

    def _worth_asking(
        self, movable: Mapping[UnitId, float], stands: Mapping[UnitId, int], gains: Float64
    ) -> list[UnitId]:
        """Units of posts from which some move could be worth it."""
        most: list[float] = gains.max(axis=1).tolist()
        return [unit for unit in movable if most[stands[unit]] >= self.rule.minimum_gain_share]

    def _by_cover(self, worth: Float64, enough: Bool) -> tuple[int, int] | None:
        best = np.where(enough, worth, -np.inf)
        if not np.isfinite(best).any():
            return None
        row, post = np.unravel_index(int(best.argmax()), best.shape)
        return int(row), int(post)

    def _by_table(
        self, count: Int32, home: Int64, drive_s: Float64, enough: Bool
    ) -> tuple[int, int] | None:
        """The nearest unit that its own post can spare goes to the first post that lacks one."""
        free = int(count.sum())
        hole = first_hole(self.order, self.ground.posts, count, free)
        if hole is None:
            return None
        wanted = manned_at(self.order, self.ground.posts, free)
        spare = (count > wanted)[home] & enough[:, hole]
        if not spare.any():
            return None
        return int(np.where(spare, drive_s[:, hole], np.inf).argmin()), hole
