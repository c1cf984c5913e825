"""What making a roster computes, in a process of its own."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from wardmote.core.domain.plain import load
from wardmote.core.domain.problem import Problem
from wardmote.core.planning.rosters.case import RosterCase, roster_case
from wardmote.core.planning.rosters.cover import cost_tables, shortages
from wardmote.core.planning.rosters.question import RosterQuestion
from wardmote.core.planning.rosters.roster import Conflict
from wardmote.core.planning.rosters.solving import (
    Progress,
    RosterAnswer,
    RosterStatus,
    solve_roster,
)
from wardmote.core.planning.rosters.writing import (
    cover_conflict,
    crew_conflicts,
    roster_document,
)
from wardmote.operations.journal import clock
from wardmote.operations.patrols.models import RosterMaking
from wardmote.operations.patrols.services.making import PROBLEM, fail, finish, tell_progress

LIMIT_S = 40.0
"""A search ends after so long, with the best that it has found."""
EXPLAIN_S = 10.0
TELL_EVERY_S = 1.0
SEED = 1


@dataclass(slots=True)
class _Watching:
    """Ends a search after its time, or when nobody wants its answer any more."""

    making: str
    claim: str
    until_s: float
    value: int | None = None
    bound: float | None = None
    wanted: bool = True
    told_s: float = 0.0
    expired: bool = False

    def should_stop(self) -> bool:
        now_s = time.monotonic()
        if now_s - self.told_s >= TELL_EVERY_S:
            self.told_s = now_s
            self.wanted = tell_progress(self.making, self.claim, self.value, self.bound)
        self.expired = self.expired or now_s >= self.until_s
        return not self.wanted or now_s >= self.until_s

    def report(self, progress: Progress) -> None:
        self.value = progress.value
        self.bound = progress.bound if progress.bound > 0 else None
        self.should_stop()


def compute(making_id: str, claim: str, *, limit_s: float = LIMIT_S) -> bool:
    """Make a claimed roster and lay it down; returns whether it was kept."""
    making = RosterMaking.objects.get(pk=making_id)
    watching = _Watching(making_id, claim, time.monotonic() + limit_s)
    try:
        case, answer = _made(load(RosterQuestion, making.question), watching, limit_s)
        stopped = watching.expired
        watching.until_s = time.monotonic() + EXPLAIN_S
        conflicts = _conflicts(case, answer, watching)
    except Problem:
        fail(making_id, claim, PROBLEM, now_s=clock.now_s())
        return False
    document = roster_document(case, answer, seed=SEED, stopped=stopped, conflicts=conflicts)
    return finish(making_id, claim, document, now_s=clock.now_s())


def _made(
    question: RosterQuestion, watching: _Watching, limit_s: float
) -> tuple[RosterCase, RosterAnswer]:
    """The fairest roster; one night less fair where teams would be missing otherwise."""
    if question.fair is not None:
        until_s, watching.until_s = watching.until_s, watching.until_s - limit_s / 2
        case, answer = _solved(replace(question, fair=replace(question.fair, slack=0)), watching)
        watching.until_s = until_s
        found = answer.status is not RosterStatus.IMPOSSIBLE
        if found and not shortages(cost_tables(case.fair), answer.roster).any():
            return case, answer
        watching.expired = False
    return _solved(question, watching)


def _solved(question: RosterQuestion, watching: _Watching) -> tuple[RosterCase, RosterAnswer]:
    case = roster_case(question)
    answer = solve_roster(
        case.fair, seed=SEED, should_stop=watching.should_stop, report=watching.report
    )
    return case, answer


def _conflicts(case: RosterCase, answer: RosterAnswer, watching: _Watching) -> tuple[Conflict, ...]:
    if answer.status is RosterStatus.IMPOSSIBLE:
        return crew_conflicts(case, case.fair, answer)
    if not shortages(cost_tables(case.fair), answer.roster).any():
        return ()
    return cover_conflict(case, answer.roster, watching.should_stop)
