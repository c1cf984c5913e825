"""The units of a plan under a scenario: how many where, and when they are on duty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.twin import on_duty_throughout
from wardmote.core.studies.plan import Plan, PlannedPost
from wardmote.core.studies.scenario import HOURS_A_WEEK, Breaks, Failures, Scenario
from wardmote.core.studies.worlds import draw_failures, hours_of_week
from wardmote.core.travel.graph import Float64, Int32, Int64

HOUR_S = 3_600.0


@dataclass(frozen=True, slots=True, eq=False)
class PlannedFleet:
    """Posts and units as they are in a trial.

    Attributes:
        posts: of the plan, as the scenario leaves them.
        home: int32 [u] row of each unit's post.
        on_duty: bool-like int64 [u, 168] hours of the week on duty.
    """

    posts: tuple[PlannedPost, ...]
    home: Int32
    on_duty: Int64

    def duty_s(self, hours: int) -> Float64:
        """[u] seconds on duty in the first so many hours of a run."""
        weeks, rest = divmod(hours, HOURS_A_WEEK)
        begun = self.on_duty[:, hours_of_week(rest)].sum(axis=1)
        count = self.on_duty.sum(axis=1) * weeks + begun
        return np.asarray(count * HOUR_S, dtype=np.float64)

    def agenda(self, scenario: Scenario, seed: int, hours: int) -> list[tuple[float, int, int]]:
        """Comings and goings for so many hours; who is on duty throughout stays to the end."""
        rows: list[tuple[float, int, int]] = []
        if self.on_duty.all():
            rows = on_duty_throughout(len(self.home))
        else:
            when = self.on_duty[:, hours_of_week(hours)]
            changes = np.diff(when, axis=1, prepend=0)
            unit, hour = np.nonzero(changes)
            rows = [
                (float(at) * HOUR_S, int(one), -c.OFF_DUTY if change > 0 else c.OFF_DUTY)
                for one, at, change in zip(
                    unit.tolist(), hour.tolist(), changes[unit, hour].tolist(), strict=True
                )
            ]
        if scenario.breaks is not None:
            rows += self._breaks(scenario.breaks, hours)
        if scenario.failures is not None:
            rows += self._failures(scenario.failures, seed, hours)
        return rows

    @property
    def _number(self) -> list[int]:
        """Number of each unit at its post, from 0."""
        first = np.searchsorted(self.home, self.home)
        return [int(one) for one in np.arange(len(self.home)) - first]

    def _breaks(self, breaks: Breaks, hours: int) -> list[tuple[float, int, int]]:
        rows: list[tuple[float, int, int]] = []
        there = np.bincount(self.home, minlength=len(self.posts))
        long_s, every_s = breaks.minutes * 60.0, breaks.after_h * HOUR_S
        when = self.on_duty[:, hours_of_week(hours)]
        for unit, number in enumerate(self._number):
            turn_s = every_s * (number + 1) / int(there[self.home[unit]])
            edges = np.flatnonzero(np.diff(when[unit], prepend=0, append=0)) * HOUR_S
            for begin_s, end_s in edges.reshape(-1, 2).tolist():
                for at_s in np.arange(begin_s + turn_s, end_s - long_s, every_s).tolist():
                    rows += [(at_s, unit, c.ON_BREAK), (at_s + long_s, unit, -c.ON_BREAK)]
        return rows

    def _failures(self, failures: Failures, seed: int, hours: int) -> list[tuple[float, int, int]]:
        rows: list[tuple[float, int, int]] = []
        for unit, number in enumerate(self._number):
            whose = self.posts[self.home[unit]].id, number
            for fails_s, back_s in draw_failures(failures, whose, seed, hours).tolist():
                rows += [(fails_s, unit, c.OUT_OF_ORDER), (back_s, unit, -c.OUT_OF_ORDER)]
        return rows


def fleet_of(plan: Plan, scenario: Scenario) -> PlannedFleet:
    """The units of a plan under a scenario.

    Raises:
        Problem: no post or no unit is left.
    """
    closed = set(scenario.close_posts)
    posts = [post for post in plan.posts if post.id not in closed]
    known = {post.id for post in posts}
    posts += [post for post in scenario.add_posts if post.id not in known]
    counts = scaled([post.units for post in posts], scenario.duty_factor)
    counts = without(counts, scenario.units_away)
    posts = [replace(post, units=count) for post, count in zip(posts, counts, strict=True)]
    if not sum(counts):
        raise Problem(
            zh=f"方案“{spoken(plan, 'zh')}”在情景“{spoken(scenario, 'zh')}”下没有单位可用。",
            en=f"The plan “{spoken(plan, 'en')}” has no units under the what-if "
            f"“{spoken(scenario, 'en')}”.",
        )
    home = np.repeat(np.arange(len(posts)), counts).astype(np.int32)
    return PlannedFleet(tuple(posts), home, _on_duty(plan, posts, counts))


def spoken(one: Plan | Scenario, language: str) -> str:
    """What people call a plan or a scenario; its code where it has no name."""
    return one.name.in_language(language) or one.code


def scaled(counts: Sequence[int], factor: float) -> list[int]:
    """Counts times a factor, adding up to the rounded total (largest remainders first)."""
    wanted = np.asarray(counts, dtype=np.float64) * factor
    whole = np.floor(wanted + 1e-9)
    left = round(float(wanted.sum())) - int(whole.sum())
    order = np.argsort(-(wanted - whole), kind="stable")
    whole[order[: max(0, left)]] += 1
    return [int(one) for one in whole]


def without(counts: Sequence[int], share: float) -> list[int]:
    """Counts less a share of all (rounded), one by one from the largest post."""
    left = np.asarray(counts, dtype=np.int64).copy()
    for _ in range(round(float(left.sum()) * share)):
        left[int(np.argmax(left))] -= 1
    return [int(one) for one in left]


def _on_duty(plan: Plan, posts: Sequence[PlannedPost], counts: Sequence[int]) -> Int64:
    """int64 [u, 168], 1 where on duty: the first units of a post fill its shifts."""
    rows = []
    for post, count in zip(posts, counts, strict=True):
        shifts = [one for one in plan.shifts if one.post == post.id]
        wanted = np.zeros(HOURS_A_WEEK, dtype=np.int64)
        for shift in shifts:
            for day in shift.days:
                at = (day * 24 + shift.start_hour + np.arange(shift.hours)) % HOURS_A_WEEK
                wanted[at] += shift.units
        if not plan.shifts or plan.post(post.id) is None:
            wanted[:] = count
        rows.append((np.arange(count)[:, None] < wanted[None, :]).astype(np.int64))
    return np.concatenate(rows) if rows else np.zeros((0, HOURS_A_WEEK), dtype=np.int64)
