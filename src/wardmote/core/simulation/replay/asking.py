"""What the policy is asked for a call, and how its answer compares with the record's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.run_cards import MAX_UNITS_PER_CARD, Requirement, RunCard, RunCards
from wardmote.core.domain.text import Bilingual
from wardmote.core.policies.recommendation import Recommendation
from wardmote.core.simulation.replay.demand import Demand, Job
from wardmote.core.simulation.replay.fleet import first_sent
from wardmote.core.simulation.replay.outcome import ReplayedCall

ASSUMED_CATEGORY = "help.other"
ASSUMED_PRIORITY = Priority.URGENT
"""For calls whose record or mapping says nothing; the report counts them."""


def cards_for(wanted: Iterable[Job], active: Iterable[str], kinds: Collection[str]) -> RunCards:
    """One run card: what a call wants now, besides the units that are on it already.

    Args:
        active: kinds of the units that are on the call.
        kinds: every kind of the fleet, any of which can do a job without a kind.
    """
    every = tuple(sorted(kinds))
    asked: Counter[tuple[str, ...]] = Counter((job.kind,) if job.kind else every for job in wanted)
    asked.update((kind,) for kind in active)
    room = MAX_UNITS_PER_CARD
    needs = []
    for any_of, number in sorted(asked.items()):
        if room > 0:
            needs.append(Requirement(any_of, min(number, room)))
            room -= number
    card = RunCard("as-recorded", Bilingual("按记录", "As recorded"), (tuple(needs),))
    return RunCards("as-recorded/1", (card,))


def begin_outcome(
    record: CallRecord, demand: Demand, place_class: Callable[[float, float], PlaceClass]
) -> ReplayedCall:
    """A call as the policies will see it, with nothing done yet."""
    where = PlaceClass.ELSEWHERE
    if record.lon is not None and record.lat is not None:
        where = place_class(record.lon, record.lat)
    first = first_sent(record)
    return ReplayedCall(
        record=record,
        ordered_s=demand.waves[0].at_s,
        category=record.category or ASSUMED_CATEGORY,
        priority=record.priority or ASSUMED_PRIORITY,
        place_class=where,
        category_assumed=record.category is None,
        priority_assumed=record.priority is None,
        asked=sum(len(wave.jobs) for wave in demand.waves),
        actual_first=None if first is None else UnitId(first.unit),
    )


def compare_first(outcome: ReplayedCall, jobs: Sequence[Job], answer: Recommendation) -> None:
    """The unit that the policy would send where the record sent its first one."""
    if outcome.actual_first is None:
        return
    kind = next(
        (j.kind for j in jobs if j.recorded and j.recorded.unit == outcome.actual_first), ""
    )
    ranked = sorted(
        (line for line in answer.lines if line.chosen and (not kind or line.fills == kind)),
        key=lambda line: line.rank or 0,
    )
    if ranked:
        outcome.recommended_first = ranked[0].unit
    actual = next((line for line in answer.lines if line.unit == outcome.actual_first), None)
    if actual is None:
        return
    if actual.rank is None:
        outcome.actual_standing = actual.reasons[0].code
        return
    outcome.actual_standing = "recommended" if actual.chosen else "free"
    if ranked and actual.travel_s is not None and ranked[0].travel_s is not None:
        outcome.actual_behind_s = actual.travel_s - ranked[0].travel_s


def take_job(wanted: list[Job], kind: str) -> Job | None:
    """Remove and return the first job that a unit of this kind can do; None when there is none."""
    for number, job in enumerate(wanted):
        if job.kind in ("", kind):
            return wanted.pop(number)
    return None
