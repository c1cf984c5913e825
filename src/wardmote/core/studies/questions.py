"""What a planner asks: about posts, about shifts, and about posts that should move."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.standards import ResponseStandard
from wardmote.core.planning.siting.sites import Role, Sites
from wardmote.core.studies.candidates import Candidates, Wish
from wardmote.core.studies.plan import HOURS_A_DAY, MAX_POSTS
from wardmote.core.travel.graph import Bool

DAYS_A_YEAR = 365.25
WEEKS_A_YEAR = DAYS_A_YEAR / 7
ALIKE = (1.0,) * len(Priority)
"""Weights by which a call is a call."""
MOST_WEIGHT = 1_000.0


class PostObjective(StrEnum):
    """What the posts should be best at."""

    COVER_ALL = "cover_all"
    """Fewest posts (or least cost) that bring all reachable calls within their target."""
    MOST_COVER = "most_cover"
    """Most calls within their target, if a unit is there."""
    EXPECTED_COVER = "expected_cover"
    """Most calls within their target, counting that units are busy."""
    BACKUP_COVER = "backup_cover"
    """Most calls within their target of one post, and of a second one."""
    MEAN_TIME = "mean_time"
    """Least mean driving time from the nearest post."""
    FARTHEST = "farthest"
    """Least driving time to the farthest place that calls come from."""
    FRONT = "front"
    """Several standards at once: the plans that no other beats by all of them."""


@dataclass(frozen=True, slots=True)
class PostQuestion:
    """Where should posts stand?

    Attributes:
        posts: at most so many, kept ones included; None, for `COVER_ALL` alone: as many as it
            takes.
        units: to be shared out over them; None for as many as stand there now, at least one each.
        keep: posts that must stay; `keep_all` keeps every one that stands.
        close: posts and candidates where none may stand.
        only: candidates that are looked at besides; empty for all.
        budget: most that the posts may cost together; each costs `cost_new`, or `cost_standing`
            where one stands already.
        units_at_post: room for units at a post.
        busy_share: q of expected cover, 0 <= q < 1; where `busy_measured`, only to begin with.
        busy_measured: the shares are those that a hypercube model measures on the plan itself.
        second: weight of the second post in backup cover, 0 .. 0.5.
        also: further standards, for `FRONT`.
        steps: about how many plans the front should have.
        weights: what a call of each priority counts for, the most urgent first, >= 0; where all
            are 1, calls are counted. Objectives that do not count calls look only at which are 0.

    Raises:
        Problem: a number is out of range.
    """

    posts: int | None
    objective: PostObjective = PostObjective.MOST_COVER
    units: int | None = None
    keep: tuple[PostId, ...] = ()
    keep_all: bool = False
    close: tuple[PostId, ...] = ()
    only: tuple[PostId, ...] = ()
    budget: float = math.inf
    cost_new: float = 1.0
    cost_standing: float = 1.0
    units_at_post: int = 20
    busy_share: float = 0.3
    busy_measured: bool = False
    second: float = 0.3
    also: tuple[ResponseStandard, ...] = ()
    steps: int = 8
    weights: tuple[float, ...] = ALIKE

    def __post_init__(self) -> None:
        if self.posts is None and self.objective is not PostObjective.COVER_ALL:
            raise Problem(
                zh="请给出快反点数的上限；只有“最少快反点”自己求出点数。",
                en="Say how many posts there may be; only “fewest posts” (cover_all) finds their "
                "number itself.",
            )
        checks = (
            (1 <= self.most_posts <= MAX_POSTS, "快反点数", "The number of posts",
             f"1-{MAX_POSTS}"),
            (self.units is None or self.units >= 1, "单位数", "The number of units", ">= 1"),
            (self.budget > 0, "预算", "The budget", "> 0"),
            (min(self.cost_new, self.cost_standing) >= 0, "费用", "The cost of a post", ">= 0"),
            (self.units_at_post >= 1, "每点单位数", "The room at a post", ">= 1"),
            (0 <= self.busy_share < 1, "忙碌率", "The busy share", "0 <= q < 1"),
            (0 <= self.second <= 0.5, "第二覆盖权重", "The weight of the second post", "0-0.5"),
            (self.steps >= 2, "方案数", "The number of plans of a front", ">= 2"),
        )  # fmt: skip
        for good, zh, en, allowed in checks:
            if not good:
                raise Problem(zh=f"{zh}应为 {allowed}。", en=f"{en} must be {allowed}.")
        if self.objective is PostObjective.FRONT and not self.also:
            raise Problem(
                zh="多标准方案需要至少两个标准；请再给出一个标准。",
                en="A front of several standards needs two of them; name another one.",
            )
        _check_weights(self.weights)

    @property
    def most_posts(self) -> int:
        """Posts that the plan may have."""
        return MAX_POSTS if self.posts is None else self.posts

    @property
    def weighted(self) -> bool:
        """Whether calls of some priority count for more than others."""
        return self.weights != ALIKE

    def sites(self, candidates: Candidates, inside: Bool | None = None) -> Sites:
        """The candidates with what may happen at each.

        Args:
            inside: bool [m] of the part of a place that is asked about; posts that stand outside it
                are kept besides `posts`, and nothing else may be there. None: the whole place.

        Raises:
            Problem: a post is not known, kept and closed at once, or too many are kept.
        """
        kept, closed = self._wanted(candidates, inside)
        if kept & closed:
            both = ", ".join(candidates.ids[row] for row in sorted(kept & closed))
            raise Problem(
                zh=f"{both} 不能既保留又关闭。", en=f"{both} cannot be both kept and closed."
            )
        if len(kept) > self.most_posts:
            raise Problem(
                zh=f"保留的快反点有 {len(kept)} 个，多于允许的 {self.most_posts} 个。",
                en=f"{len(kept)} posts are kept, more than the {self.most_posts} that are allowed.",
            )
        if self.only:
            allowed = {candidates.row(post) for post in self.only} | kept
            closed |= set(range(len(candidates))) - allowed
        fixed: set[int] = set()
        if inside is not None:
            closed |= set(np.flatnonzero(~inside & ~candidates.stands).tolist())
            fixed = set(np.flatnonzero(~inside & candidates.stands).tolist())
            closed -= fixed
        standing = [row for row in range(len(candidates)) if candidates.stands[row]]
        usual = np.where(candidates.stands, self.cost_standing, self.cost_new)
        cost = np.where(np.isnan(candidates.cost), usual, candidates.cost)
        sites = Sites.of(
            len(candidates),
            self.most_posts + len(fixed),
            kept=sorted(kept | fixed),
            closable=[row for row in standing if row not in kept | closed | fixed],
            excluded=sorted(closed),
            cost=cost,
            capacity=np.where(candidates.room > 0, candidates.room, self.units_at_post).astype(
                np.int32
            ),
            budget=self.budget + float(cost[sorted(fixed)].sum()),
        )
        if int((sites.role == Role.EXCLUDED).sum()) + len(fixed) == len(candidates):
            raise Problem(zh="没有可用的候选点。", en="No candidate is left to choose from.")
        return sites

    def _wanted(self, candidates: Candidates, inside: Bool | None) -> tuple[set[int], set[int]]:
        """Rows that stay and rows that close, as the question and the candidates themselves say."""
        kept = {self._row(candidates, post, inside) for post in self.keep}
        closed = {self._row(candidates, post, inside) for post in self.close}
        for row, wish in enumerate(candidates.wish):
            if inside is not None and not inside[row]:
                continue
            if wish is Wish.KEPT or (
                self.keep_all and candidates.stands[row] and wish is not Wish.CLOSABLE
            ):
                kept.add(row)
            elif wish is Wish.EXCLUDED:
                closed.add(row)
        return kept, closed

    def _row(self, candidates: Candidates, post: PostId, inside: Bool | None) -> int:
        row = candidates.row(post)
        if inside is not None and not inside[row]:
            raise Problem(
                zh=f"{post} 不在研究区域内；区域外的快反点保持不变，不必列出。",
                en=f"{post} lies outside the area of the study. Posts there stay as they are; "
                "leave it out.",
            )
        return row


def _check_weights(weights: tuple[float, ...]) -> None:
    known = len(weights) == len(Priority) and all(math.isfinite(one) for one in weights)
    if not known or not all(0 <= one <= MOST_WEIGHT for one in weights) or not any(weights):
        raise Problem(
            zh=f"优先级权重应为 {len(Priority)} 个 0 到 {MOST_WEIGHT:g} 之间的数（最紧急的在前），"
            "至少一个大于 0，例如 4,2,1,1。",
            en=f"The weights of priorities are {len(Priority)} numbers from 0 to {MOST_WEIGHT:g}, "
            "the most urgent first, at least one of them above 0, such as 4,2,1,1.",
        )


def read_weights(text: str) -> tuple[float, ...]:
    """Weights of priorities as people write them, such as ``4,2,1,1``; empty: all alike.

    Raises:
        Problem: they are not four numbers, or out of range.
    """
    if not text.strip():
        return ALIKE
    try:
        weights = tuple(float(one) for one in text.replace("，", ",").split(","))
    except ValueError:
        weights = ()
    _check_weights(weights)
    return weights


@dataclass(frozen=True, slots=True)
class ShiftQuestion:
    """How many units on duty, when?

    Attributes:
        starts: local hours at which shifts begin, ascending; each lasts until the next begins.
        share: of the calls that must find a free unit within `within_s`, 0 < share < 1.
        cover: units wanted per unit that the queue needs: distance and quiet hours take more than
            a queue without places says, >= 1.
        least: units on duty at each post in each shift, >= 0.
    """

    starts: tuple[int, ...] = (0, 8, 16)
    share: float = 0.99
    within_s: float = 0.0
    cover: float = 1.5
    least: int = 1

    def __post_init__(self) -> None:
        good = bool(self.starts) and list(self.starts) == sorted(set(self.starts))
        if not good or not all(0 <= hour < HOURS_A_DAY for hour in self.starts):
            raise Problem(
                zh="班次开始时间应为 0-23 的整点，由小到大，不重复。",
                en="Shifts begin at whole hours from 0 to 23, ascending, none twice.",
            )
        if self.cover < 1 or self.least < 0:
            raise Problem(
                zh="覆盖系数应不小于 1，最少单位数不能为负。",
                en="The cover factor must be at least 1, the least number of units not negative.",
            )


@dataclass(frozen=True, slots=True)
class ResitingTerms:
    """What a move costs and what cover is worth, in one unit (money, or days of a crew).

    Attributes:
        move_cost: once, for any post.
        worth: of one more call within its target.
        horizon_days: for how long the new places are expected to hold.
        most_moves: posts that may move.
        keep: posts that stay.
    """

    move_cost: float = 1.0
    worth: float = 0.01
    horizon_days: float = 365.0
    most_moves: int = 3
    keep: tuple[PostId, ...] = ()

    def __post_init__(self) -> None:
        good = self.move_cost >= 0 and self.worth > 0 and self.horizon_days > 0
        if not good or self.most_moves < 1:
            raise Problem(
                zh="迁址费用不能为负；价值、期限与最多迁址数应大于零。",
                en="The cost of a move must not be negative; worth, horizon and the number of "
                "moves must be above zero.",
            )
