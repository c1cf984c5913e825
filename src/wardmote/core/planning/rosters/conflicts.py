"""Why there is no roster, or why cover cannot be met: a smallest set of rules that clash.

Rules are taken away one by one; one without which the clash remains is dropped for good. What is
left is *irreducible*: take any one of them away and it works (deletion filter: Chinneck &
Dravnieks 1991, doi:10.1287/ijoc.3.2.157). There may be other such sets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from wardmote.core.planning.rosters.checking import RuleCode
from wardmote.core.planning.rosters.columns import Pool, lower_bound
from wardmote.core.planning.rosters.model import OFF, CrewRules, RosterProblem
from wardmote.core.planning.rosters.searching import Bench

_BOUND_ROUNDS = 200
_CREW_RULES = (
    RuleCode.HISTORY,
    RuleCode.REST,
    RuleCode.DAYS_OFF_AFTER_NIGHTS,
    RuleCode.MAX_NIGHT_RUN,
    RuleCode.MAX_NIGHTS,
    RuleCode.MAX_WEEKENDS,
    RuleCode.MAX_WEEK_MINUTES,
    RuleCode.MIN_FREE_DAYS,
    RuleCode.MIN_RUN,
    RuleCode.MIN_DAYS_OFF,
    RuleCode.MAX_RUN,
    RuleCode.MAX_SHIFTS,
    RuleCode.MAX_MINUTES,
    RuleCode.MIN_MINUTES,
)


@dataclass(frozen=True, slots=True)
class Clash:
    """One rule of the set; `day` for leave, fixed days and cover, else -1; `kind` for cover."""

    rule: RuleCode
    day: int = -1
    kind: int = OFF


def explain_crew(problem: RosterProblem, crew: int) -> tuple[Clash, ...]:
    """An irreducible set of a crew's rules that no roster keeps together; empty: there is one."""
    rules = problem.crews[crew]
    items = [Clash(rule) for rule in _CREW_RULES]
    items += [Clash(RuleCode.LEAVE, day) for day in sorted(rules.leave)]
    items += [Clash(RuleCode.FIXED, day) for day, _ in rules.fixed]

    def clash(kept: list[Clash]) -> bool:
        alone = replace(problem, crews=(rules,), covers=(), wishes=(), pairs=())
        return bool(Bench.of(_without(alone, items, kept)).impossible_crews())

    return _irreducible(items, clash, lambda: False)[0]


def explain_shortage(
    problem: RosterProblem, days: Iterable[int], should_stop: Callable[[], bool] = lambda: False
) -> tuple[tuple[Clash, ...], bool]:
    """An irreducible set of rules and cover that cannot all be met, and whether it is irreducible.

    Looks at the cover of `days` (a week or less says more than a month). Rules are taken away from
    all crews at once. Empty where it is not *proven* that cover cannot be met: the proof is a
    lower bound above zero on the number missing. The second value is False where it was told to
    stop: the set still clashes but may hold more than needed.
    """
    wanted = set(days)
    covers = tuple(
        replace(cover, under_cost=1, over_cost=0) for cover in problem.covers if cover.day in wanted
    )
    base = replace(problem, covers=covers, wishes=(), pairs=())
    items = [Clash(rule) for rule in (*_CREW_RULES, RuleCode.LEAVE, RuleCode.FIXED)]
    items += [Clash(RuleCode.COVER, cover.day, cover.kind) for cover in covers]

    def clash(kept: list[Clash]) -> bool:
        return _short(_without(base, items, kept), should_stop)

    return _irreducible(items, clash, should_stop)


def _irreducible(
    items: list[Clash], clash: Callable[[list[Clash]], bool], should_stop: Callable[[], bool]
) -> tuple[tuple[Clash, ...], bool]:
    if not clash(items):
        return (), True
    kept = list(items)
    for item in items:
        if should_stop():
            return tuple(kept), False
        fewer = [other for other in kept if other != item]
        if clash(fewer):
            kept = fewer
    return tuple(kept), True


def _short(problem: RosterProblem, should_stop: Callable[[], bool]) -> bool:
    """Whether somebody is proven to be missing whatever the roster."""
    bench = Bench.of(problem)
    if bench.impossible_crews():
        return True
    pool = Pool(bench)
    for crew in range(len(bench.crews)):
        _, actions = bench.best_for(crew, -bench.costs.under.astype(float))
        pool.add(crew, actions)
    found, _ = lower_bound(pool, rounds=_BOUND_ROUNDS, should_stop=should_stop, at_most=1)
    return found.value >= 1


def _without(problem: RosterProblem, items: list[Clash], kept: list[Clash]) -> RosterProblem:
    """The problem with the items that are not kept taken away."""
    gone = set(items) - set(kept)
    rules = {item.rule for item in gone if item.day < 0}
    leave = {item.day for item in gone if item.rule is RuleCode.LEAVE}
    fixed = {item.day for item in gone if item.rule is RuleCode.FIXED}
    covers = {(item.day, item.kind) for item in gone if item.rule is RuleCode.COVER}
    kinds, clocks = problem.kinds, problem.clock_days
    if RuleCode.REST in rules:
        nothing = frozenset[int]()
        kinds = tuple(replace(kind, not_before=nothing, days_off_after=0) for kind in kinds)
        clocks = tuple(replace(day, not_before=(nothing,) * len(kinds)) for day in clocks)
    crews = tuple(
        _loosened(problem, crew, rules, leave=leave, fixed=fixed) for crew in problem.crews
    )
    left = tuple(cover for cover in problem.covers if (cover.day, cover.kind) not in covers)
    return replace(problem, kinds=kinds, crews=crews, covers=left, clock_days=clocks)


def _loosened(
    problem: RosterProblem,
    crew: CrewRules,
    rules: set[RuleCode],
    *,
    leave: set[int],
    fixed: set[int],
) -> CrewRules:
    days = problem.days
    longest = max(kind.minutes for kind in problem.kinds)
    anything: dict[RuleCode, dict[str, object]] = {
        RuleCode.MAX_SHIFTS: {"max_shifts": (days,) * len(problem.kinds)},
        RuleCode.MIN_MINUTES: {"min_minutes": 0},
        RuleCode.MAX_MINUTES: {"max_minutes": days * longest},
        RuleCode.MIN_RUN: {"min_run": 1},
        RuleCode.MAX_RUN: {"max_run": days + 1},
        RuleCode.MIN_DAYS_OFF: {"min_days_off": 1},
        RuleCode.MAX_WEEKENDS: {"max_weekends": days},
        RuleCode.MAX_NIGHT_RUN: {"max_night_run": days + 1},
        RuleCode.MAX_NIGHTS: {"max_nights": days + 1},
        RuleCode.MIN_FREE_DAYS: {"min_free_days": 0},
        RuleCode.MAX_WEEK_MINUTES: {"max_week_minutes": None},
        RuleCode.DAYS_OFF_AFTER_NIGHTS: {"days_off_after_nights": 0},
        RuleCode.HISTORY: {"before": None},
        RuleCode.LEAVE: {"leave": frozenset()},
        RuleCode.FIXED: {"fixed": ()},
    }
    changes: dict[str, object] = {
        "leave": crew.leave - leave,
        "fixed": tuple(row for row in crew.fixed if row[0] not in fixed),
    }
    for rule in rules:
        changes |= anything.get(rule, {})
    limit = max(crew.max_minutes, crew.min_minutes)
    loosened: CrewRules = replace(crew, **changes)  # type: ignore[arg-type]  # names and types above
    if loosened.max_minutes < loosened.min_minutes:
        loosened = replace(loosened, max_minutes=limit)
    return loosened
