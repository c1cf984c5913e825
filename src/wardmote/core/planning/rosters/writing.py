"""From an answer in numbers to the roster that people read, and from such a roster back."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.planning.rosters.case import RosterCase
from wardmote.core.planning.rosters.checking import RuleCode, violations
from wardmote.core.planning.rosters.conflicts import Clash, explain_crew, explain_shortage
from wardmote.core.planning.rosters.cover import cost_tables, shortages
from wardmote.core.planning.rosters.model import NO_SKILL, OFF, Int8, RosterProblem
from wardmote.core.planning.rosters.question import RosterQuestion, day_of
from wardmote.core.planning.rosters.question_parts import (
    Balance,
    PastDays,
    PastDuty,
    Wanting,
)
from wardmote.core.planning.rosters.repairing import Change
from wardmote.core.planning.rosters.roster import (
    ChangedDay,
    ClashingRule,
    Conflict,
    Duty,
    Hindrance,
    Missing,
    RefusedPair,
    RefusedWish,
    RosterDocument,
    RosteredCrew,
    Workload,
)
from wardmote.core.planning.rosters.solving import RosterAnswer, RosterStatus

ON_DUTY = "on_duty"
NO_SKILL_HELD = "no_skill"
FAIR_SHARE = "fair_share"
COULD = "could"
PAST_DAYS = 14
"""Days of a roster that the next question takes as the days before."""


def roster_document(
    case: RosterCase,
    answer: RosterAnswer,
    *,
    seed: int,
    stopped: bool,
    changes: Sequence[Change] = (),
    conflicts: tuple[Conflict, ...] = (),
) -> RosterDocument:
    """The roster of an answer. `stopped`: by time or by somebody."""
    question = case.question
    found = answer.status is not RosterStatus.IMPOSSIBLE
    proven = found and (answer.bound > 0 or answer.status is RosterStatus.OPTIMAL)
    document = RosterDocument(
        name=question.name,
        first=question.first,
        last=question.last,
        time_zone=question.time_zone,
        status=answer.status.value,
        stopped=stopped and answer.status is RosterStatus.FEASIBLE,
        value=answer.value if found else None,
        bound=answer.bound if proven else None,
        gap=round(answer.gap, 6) if proven else None,
        seed=seed,
        shifts=question.shifts,
        crews=tuple(RosteredCrew(crew.id, crew.name) for crew in question.crews),
        duties=(),
        conflicts=conflicts,
    )
    if not found:
        return document
    roster = answer.roster
    return replace(
        document,
        duties=_duties(case, roster),
        missing=_missing(case, roster),
        refused_wishes=_refused_wishes(case, roster),
        refused_pairs=_refused_pairs(case, roster),
        changes=tuple(_changed(case, change) for change in changes),
        workloads=tuple(_workload(case, roster, at) for at in range(len(question.crews))),
    )


def crew_conflicts(
    case: RosterCase, problem: RosterProblem, answer: RosterAnswer
) -> tuple[Conflict, ...]:
    """For each crew without any roster: rules of its own that contradict each other.

    `problem`: what was solved; where the question's own rules do not clash without the limits that
    level nights and weekends, these are named.
    """
    found = []
    for crew in answer.impossible_crews:
        usual = explain_crew(case.problem, crew)
        rules = tuple(_rule(case, item) for item in usual or explain_crew(problem, crew))
        if not usual and problem is case.fair:
            rules = (ClashingRule(FAIR_SHARE), *rules)
        found.append(Conflict(case.question.crews[crew].id, rules))
    return tuple(found)


def cover_conflict(
    case: RosterCase, roster: Int8, should_stop: Callable[[], bool]
) -> tuple[Conflict, ...]:
    """Rules and needs that are proven not to be met together, around the first need not met.

    Empty where all needs are met, or where that is not proven before it must stop.
    """
    tables = cost_tables(case.fair)
    short = np.flatnonzero(shortages(tables, roster))
    if not len(short):
        return ()
    day = int(tables.day[short[0]])
    for days in ([day], range(day - 3, day + 4)):
        inside = [one for one in days if 0 <= one < case.problem.days]
        clash, smallest = explain_shortage(case.fair, inside, should_stop)
        if clash:
            return (Conflict("", tuple(_rule(case, item) for item in clash), smallest),)
        if should_stop():
            break
    return ()


def _rule(case: RosterCase, clash: Clash) -> ClashingRule:
    date = case.dates[clash.day].isoformat() if clash.day >= 0 else ""
    shift = case.question.shifts[clash.kind].code if clash.kind != OFF else ""
    return ClashingRule(clash.rule.value, date, shift)


def _duties(case: RosterCase, roster: Int8) -> tuple[Duty, ...]:
    found = []
    for day, date in enumerate(case.dates):
        for at, crew in enumerate(case.question.crews):
            kind = int(roster[at, day])
            if kind != OFF:
                begins, ends = case.begins_and_ends(day, kind)
                code = case.question.shifts[kind].code
                duty = Duty(crew.id, date.isoformat(), code, begins.isoformat(), ends.isoformat())
                found.append(duty)
    return tuple(found)


def _missing(case: RosterCase, roster: Int8) -> tuple[Missing, ...]:
    found = []
    short = shortages(cost_tables(case.problem), roster)
    for cover, missing in zip(case.problem.covers, short.tolist(), strict=True):
        if missing:
            skill = case.skills[cover.skill] if cover.skill != NO_SKILL else ""
            found.append(
                Missing(
                    case.dates[cover.day].isoformat(),
                    case.question.shifts[cover.kind].code,
                    skill,
                    cover.wanted,
                    missing,
                    _hindrances(case, roster, cover.day, cover.kind, cover.skill),
                )
            )
    return tuple(found)


def _hindrances(
    case: RosterCase, roster: Int8, day: int, kind: int, skill: int
) -> tuple[Hindrance, ...]:
    by_reason: dict[str, list[str]] = {}
    for at, crew in enumerate(case.question.crews):
        if roster[at, day] != kind:
            able = skill == NO_SKILL or skill in case.problem.crews[at].skills
            reason = _hindered(case, roster[at], at, day, kind) if able else NO_SKILL_HELD
            by_reason.setdefault(reason, []).append(crew.id)
    return tuple(Hindrance(reason, tuple(crews)) for reason, crews in by_reason.items())


def _hindered(case: RosterCase, actions: Int8, crew: int, day: int, kind: int) -> str:
    """The first rule that would be broken if a crew worked a shift as well."""
    rules = case.problem.crews[crew]
    if day in rules.leave:
        return RuleCode.LEAVE.value
    if rules.max_shifts[kind] == 0:
        return RuleCode.MAX_SHIFTS.value
    if actions[day] != OFF:
        return ON_DUTY
    with_it = actions.copy()
    with_it[day] = kind
    broken = _broken_anew(case.problem, crew, actions, with_it)
    if broken:
        return broken
    return FAIR_SHARE if _broken_anew(case.fair, crew, actions, with_it) else COULD


def _broken_anew(problem: RosterProblem, crew: int, before: Int8, after: Int8) -> str:
    alone = replace(problem, crews=(problem.crews[crew],), covers=(), wishes=(), pairs=())
    known = {(one.rule, one.day) for one in violations(alone, before[None])}
    for one in violations(alone, after[None]):
        if (one.rule, one.day) not in known:
            return one.rule.value
    return ""


def _refused_wishes(case: RosterCase, roster: Int8) -> tuple[RefusedWish, ...]:
    found = []
    for wish in case.question.wishes:
        crew = case.crew_at[wish.crew]
        for day, date in enumerate(case.dates):
            inside = wish.first <= date.isoformat() <= (wish.last or wish.first)
            if inside and not _granted(case, int(roster[crew, day]), wish.wants, wish.shift):
                found.append(
                    RefusedWish(
                        wish.crew, date.isoformat(), wish.wants.value, wish.shift, wish.weight
                    )
                )
    return tuple(found)


def _granted(case: RosterCase, action: int, wants: Wanting, shift: str) -> bool:
    if wants is Wanting.OFF:
        return action == OFF
    if wants is Wanting.WORK:
        return action != OFF
    return (action == case.kind_at[shift]) == (wants is Wanting.SHIFT)


def _refused_pairs(case: RosterCase, roster: Int8) -> tuple[RefusedPair, ...]:
    found = []
    for pair in case.problem.pairs:
        first, second = roster[pair.first], roster[pair.second]
        both = int(((first == second) & (first != OFF)).sum())
        leave = case.problem.crews[pair.first].leave | case.problem.crews[pair.second].leave
        there = np.array([day not in leave for day in range(case.problem.days)])
        apart = [int(((row != OFF) & (first != second) & there).sum()) for row in (first, second)]
        count = sum(apart) if pair.together else both
        if count:
            crews = case.question.crews
            found.append(
                RefusedPair(crews[pair.first].id, crews[pair.second].id, pair.together, count)
            )
    return tuple(found)


def _changed(case: RosterCase, change: Change) -> ChangedDay:
    def code(kind: int) -> str | None:
        return None if kind == OFF else case.question.shifts[kind].code

    crew = case.question.crews[change.crew].id
    return ChangedDay(crew, case.dates[change.day].isoformat(), code(change.was), code(change.now))


def _workload(case: RosterCase, roster: Int8, at: int) -> Workload:
    crew = case.question.crews[at]
    actions = roster[at].tolist()
    worked = [(day, kind) for day, kind in enumerate(actions) if kind != OFF]
    nights = sum(case.problem.kinds[kind].night for _, kind in worked)
    weekends = {
        (day + case.problem.first_weekday) // 7
        for day, _ in worked
        if (day + case.problem.first_weekday) % 7 >= 5
    }
    balance = next((one for one in case.question.balances if one.crew == crew.id), None)
    before = balance or Balance(crew.id)
    wished = [wish for wish in case.problem.wishes if wish.crew == at]
    granted = sum((actions[wish.day] == wish.kind) == wish.wants for wish in wished)
    return Workload(
        crew.id,
        len(worked),
        round(sum(case.problem.minutes_on(day)[kind] for day, kind in worked) / 60, 4),
        nights,
        len(weekends),
        actions.count(OFF),
        before.nights,
        before.weekends,
        before.nights + nights,
        before.weekends + len(weekends),
        len(wished),
        granted,
    )


def roster_numbers(case: RosterCase, document: RosterDocument) -> Int8:
    """int8 [C, D] of a roster, which must be of the same crews, shifts and period.

    Raises:
        InvalidDataError: it is not, or a crew works twice on a day; the field is named.
    """
    for field in ("first", "last"):
        found, expected = getattr(document, field), getattr(case.question, field)
        if found != expected:
            raise InvalidDataError(field, "not_allowed", found=found, expected=expected)
    roster = np.full((len(case.question.crews), len(case.dates)), OFF, dtype=np.int8)
    for row, duty in enumerate(document.duties):
        path = f"duties[{row}]"
        for name, table, field in (
            (duty.crew, case.crew_at, "crew"),
            (duty.shift, case.kind_at, "shift"),
        ):
            if name not in table:
                raise InvalidDataError(f"{path}.{field}", "unknown_name", found=name)
        day = case.day_at(day_of(duty.date, f"{path}.date"))
        if not 0 <= day < len(case.dates):
            raise InvalidDataError(f"{path}.date", "outside_period", found=duty.date)
        if roster[case.crew_at[duty.crew], day] != OFF:
            raise InvalidDataError(f"{path}.date", "repeated", found=duty.date)
        roster[case.crew_at[duty.crew], day] = case.kind_at[duty.shift]
    return roster


def following(question: RosterQuestion, document: RosterDocument) -> RosterQuestion:
    """The question with the last days and the balances of the roster before it.

    Crews and shifts that the question no longer has are left out.

    Raises:
        InvalidDataError: the roster does not end on the day before the question's first.
    """
    first = day_of(question.first, "first")
    last = day_of(document.last, "last")
    if last + datetime.timedelta(days=1) != first:
        before = first - datetime.timedelta(days=1)
        raise InvalidDataError(
            "last", "not_allowed", found=document.last, expected=before.isoformat()
        )
    begins = max(
        day_of(document.first, "first"), first - datetime.timedelta(days=PAST_DAYS)
    ).isoformat()
    crews = {crew.id for crew in question.crews}
    shifts = {shift.code for shift in question.shifts}
    duties = tuple(
        PastDuty(duty.crew, duty.date, duty.shift)
        for duty in document.duties
        if duty.date >= begins and duty.crew in crews and duty.shift in shifts
    )
    balances = tuple(
        Balance(load.crew, load.nights_in_all, load.weekends_in_all)
        for load in document.workloads
        if load.crew in crews
    )
    return replace(question, previous=PastDays(begins, duties), balances=balances)
