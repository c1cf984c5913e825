"""What every siting solver hands back, and how it speaks while it works.

A solver never looks at a clock. It asks `Control.should_stop` often, says what it has by
`Control.report`, and keeps a `Ledger` of the best plan and the best bound, from which the answer is
written. The status follows from the two numbers and from how the work ended, never from what a
library calls "optimal".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

PROVEN_TOLERANCE = 1e-7
"""Relative difference of value and bound up to which real-valued answers count as proven."""
_ENDING_S = 0.05
"""A program that was given the seconds left may end a little early."""


class Sense(StrEnum):
    """Which way is better."""

    MOST = "most"
    LEAST = "least"


class Status(StrEnum):
    """How far an answer can be trusted."""

    PROVEN = "proven"
    """No plan is better: the bound equals the value."""
    BOUNDED = "bounded"
    """All stages ran; no plan is better than the bound, which is not the value."""
    STOPPED = "stopped"
    """Told to stop before the end; value and bound are what was known then."""
    INFEASIBLE = "infeasible"
    """Proven: no plan keeps the conditions."""


class Stage(StrEnum):
    """What a solver is doing."""

    BUILD = "build"
    SEARCH = "search"
    RELAX = "relax"
    POLISH = "polish"
    PROVE = "prove"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a solver stands.

    Attributes:
        stage: what it is doing.
        value: of the best plan so far; None while there is none.
        bound: no plan is better than this; None while nothing is proven.
        done: rounds of the stage finished (candidates, iterations or nodes; it only grows).
    """

    stage: Stage
    value: float | None
    bound: float | None
    done: int


@dataclass(frozen=True, slots=True)
class Siting:
    """A plan with its proof.

    Attributes:
        opened: numbers of the candidates where posts stand, ascending; empty when there is no plan.
        vehicles: at each opened post, in the same order.
        value: of the plan, in the unit of the objective.
        bound: no plan that keeps the conditions has a better value.
        status: what value and bound amount to.
        stages: the last word of each stage, in order.
    """

    sense: Sense
    opened: tuple[int, ...]
    vehicles: tuple[int, ...]
    value: float
    bound: float
    status: Status
    stages: tuple[Progress, ...]

    @property
    def gap(self) -> float:
        """|bound - value| / |value|; 0 when they are equal, infinite without plan or bound."""
        return relative_gap(self.value, self.bound)


def relative_gap(value: float, bound: float) -> float:
    """|bound - value| / |value|; 0 when equal, infinite when either is not finite."""
    if not (math.isfinite(value) and math.isfinite(bound)):
        return math.inf
    if value == bound:
        return 0.0
    return abs(bound - value) / abs(value) if value else math.inf


def _never() -> bool:
    return False


def _forever() -> float:
    return math.inf


def _silent(progress: Progress) -> None:
    del progress


@dataclass(frozen=True, slots=True)
class Control:
    """How the caller steers a solver.

    Attributes:
        should_stop: asked often; once it says yes the solver ends with what it has.
        seconds_left: passed on to HiGHS, which cannot be asked while it prepares or solves the
            first relaxation of an integer program; at 0 the solver ends too.
        report: told about each step forward.
        seed: of everything random; the same seed without stopping gives the same answer.
    """

    should_stop: Callable[[], bool] = _never
    seconds_left: Callable[[], float] = _forever
    report: Callable[[Progress], None] = _silent
    seed: int = 0


UNWATCHED = Control()
"""Runs to the end, says nothing, seed 0."""


@dataclass(slots=True)
class Ledger:
    """The best plan and the best bound so far.

    Attributes:
        integral: every value is a whole number, so bounds may be rounded to one.
    """

    sense: Sense
    control: Control
    integral: bool
    opened: tuple[int, ...] = ()
    vehicles: tuple[int, ...] = ()
    value: float = math.nan
    bound: float = math.nan
    stopped: bool = False
    _stages: dict[Stage, Progress] = field(default_factory=dict)

    @property
    def has_plan(self) -> bool:
        """Whether any plan was offered yet."""
        return not math.isnan(self.value)

    def offer(
        self, opened: Sequence[int], value: float, vehicles: Sequence[int] | None = None
    ) -> bool:
        """Take a plan if it is better than the best so far; whether it was."""
        if self.has_plan and not self._better(value, self.value):
            return False
        crews = [1] * len(opened) if vehicles is None else vehicles
        pairs = sorted(zip((int(site) for site in opened), (int(v) for v in crews), strict=True))
        self.opened = tuple(site for site, _ in pairs)
        self.vehicles = tuple(crew for _, crew in pairs)
        self.value = float(value)
        return True

    def tighten(self, bound: float) -> None:
        """Take a proven bound if it is tighter; rounded when all values are whole numbers."""
        if self.integral and math.isfinite(bound):
            slack = 1e-6 * max(1.0, abs(bound) * 1e-3)
            most = self.sense is Sense.MOST
            bound = math.floor(bound + slack) if most else math.ceil(bound - slack)
        if math.isnan(self.bound) or self._better(self.bound, bound):
            self.bound = float(bound)

    def _better(self, left: float, right: float) -> bool:
        return left > right if self.sense is Sense.MOST else left < right

    @property
    def closed(self) -> bool:
        """Whether the bound proves that no plan is better."""
        if not self.has_plan or math.isnan(self.bound):
            return False
        if not self._better(self.bound, self.value):
            return True
        allowed = 0.0 if self.integral else PROVEN_TOLERANCE * max(1.0, abs(self.value))
        return abs(self.bound - self.value) <= allowed

    def should_stop(self) -> bool:
        """Whether the caller wants the work to end; remembered."""
        self.stopped = (
            self.stopped or self.control.should_stop() or self.control.seconds_left() <= _ENDING_S
        )
        return self.stopped

    def over(self) -> bool:
        """Whether there is nothing left to do: proven, or told to stop."""
        return self.closed or self.should_stop()

    def report(self, stage: Stage, done: int = 0) -> None:
        """Say where the work stands."""
        progress = Progress(
            stage,
            self.value if self.has_plan else None,
            None if math.isnan(self.bound) else self.bound,
            done,
        )
        self._stages.pop(stage, None)
        self._stages[stage] = progress
        self.control.report(progress)

    def answer(self) -> Siting:
        """The plan with its honest status."""
        worst = -math.inf if self.sense is Sense.MOST else math.inf
        if self.closed:
            status, bound = Status.PROVEN, self.value
        else:
            status = Status.STOPPED if self.stopped else Status.BOUNDED
            bound = -worst if math.isnan(self.bound) else self.bound
        value = self.value if self.has_plan else worst
        stages = tuple(self._stages.values())
        return Siting(self.sense, self.opened, self.vehicles, value, bound, status, stages)


def infeasible(sense: Sense) -> Siting:
    """The answer when no plan keeps the conditions."""
    worst = -math.inf if sense is Sense.MOST else math.inf
    return Siting(sense, (), (), worst, worst, Status.INFEASIBLE, ())
