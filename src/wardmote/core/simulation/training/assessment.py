"""What an exercise shows afterwards: each call beside the script's truth and the adviser's own run.

Pure: rows of the training room, its ledger and its script in, figures out. Nothing here adds up to
a mark for a person: figures stand for themselves, and the sheet is read by trainee and trainer
together. Durations are seconds; None means that it did not happen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.incident import FieldTime
from wardmote.core.domain.standards import ResponseStandard
from wardmote.core.measures.distributions import compliance, percentile
from wardmote.core.measures.intervals import MeasuredCall
from wardmote.core.simulation.training.exercise import CallNow, Exercise, Line
from wardmote.core.simulation.training.ground import METRES_PER_DEGREE
from wardmote.core.simulation.training.reference import AdvisedCall, true_places
from wardmote.core.simulation.training.results import (
    FORMAT,
    AgainResult,
    Assessment,
    CallResult,
    Compliance,
    LostUnitResult,
    TakenDown,
    Totals,
)
from wardmote.core.simulation.training.scenario import TroubleKind
from wardmote.core.simulation.training.script import ScriptedTrouble

RIGHT_PLACE_M = 250.0
"""A call taken down at most (<=) so far from where it truly is counts as in the right place."""

LOST_UNITS = frozenset({TroubleKind.CREW_SILENT, TroubleKind.UNIT_BREAKS_DOWN})


def assess(
    exercise: Exercise,
    taken: Sequence[TakenDown],
    advised: Sequence[AdvisedCall],
    advised_measured: Sequence[MeasuredCall],
    standard: ResponseStandard,
    end_s: float,
) -> Assessment:
    """What an exercise shows.

    Args:
        taken: every call of the training room.
        advised, advised_measured: the adviser's own run, as `reference.advised_run` gives them.
        end_s: when it ended, or now.
    """
    by_id = {one.measured.incident: one for one in taken}
    rang = [one for one in exercise.calls.values() if one.rang_s is not None]
    rang.sort(key=lambda one: (one.rang_s or 0.0, one.call.number))
    places = true_places([one.call for one in exercise.calls.values() if one.rang_s is not None])
    alone = {one.number: one for one in advised}
    calls = tuple(
        _call_result(one, by_id.get(one.incident), places[one.call.number], alone)
        for one in rang
        if not one.call.about
    )
    again = tuple(_again_result(one, exercise, by_id) for one in rang if one.call.about)
    lost = tuple(
        _lost_unit(one, taken) for one in exercise.trouble if one.kind in LOST_UNITS and one.unit
    )
    script = exercise.script
    return Assessment(
        format=FORMAT,
        scenario=script.scenario,
        name=script.name,
        seed=script.seed,
        begin_s=script.begin_s,
        end_s=end_s,
        standard=standard.version,
        calls=calls,
        again=again,
        lost_units=lost,
        compliance=_compliance(standard, taken, advised_measured),
        totals=_totals(calls, again, lost),
    )


def _call_result(
    now: CallNow,
    taken: TakenDown | None,
    place: tuple[float, float],
    alone: Mapping[int, AdvisedCall],
) -> CallResult:
    call = now.call
    rang_s = call.rings_s if now.rang_s is None else now.rang_s
    adviser = alone.get(call.number)
    answered_s = None if now.answered_s is None else now.answered_s - rang_s
    stamps = {} if taken is None else taken.measured.stamps
    sent, advised, lost_s = (UnitId(""), UnitId(""), None)
    if taken is not None:
        sent, advised, lost_s = choice_of(taken)
    adviser_s = None
    if adviser is not None and adviser.arrived_s is not None:
        adviser_s = adviser.arrived_s - call.rings_s
    return CallResult(
        call=call.number,
        rings_s=rang_s,
        category=call.category,
        line=now.line,
        at_trainee=call.at_trainee,
        incident=now.incident,
        number="" if taken is None else taken.number,
        by=now.answered_by,
        answered_s=answered_s,
        entered_s=_since(rang_s, stamps.get(FieldTime.ENTERED)),
        assigned_s=_since(rang_s, stamps.get(FieldTime.ASSIGNED)),
        arrived_s=_since(rang_s, stamps.get(FieldTime.ARRIVED)),
        entered_category="" if taken is None else taken.measured.category,
        right_category=None if taken is None else taken.measured.category == call.category,
        apart_m=None if taken is None else _apart_m(taken, place),
        sent=sent,
        advised=advised,
        override="" if taken is None else taken.override,
        lost_s=lost_s,
        adviser_arrived_s=adviser_s,
    )


def _since(rang_s: float, at_s: float | None) -> float | None:
    return None if at_s is None else at_s - rang_s


def choice_of(taken: TakenDown) -> tuple[UnitId, UnitId, float | None]:
    """First unit sent, the one recommended then, and the seconds lost; see `CallResult`.

    Of several units sent at the same moment the one expected first counts.
    """
    sent = [one for one in taken.measured.responses if FieldTime.ASSIGNED in one.stamps]
    if not sent:
        return UnitId(""), UnitId(""), None
    first_s = min(one.stamps[FieldTime.ASSIGNED] for one in sent)
    together = [one.unit for one in sent if one.stamps[FieldTime.ASSIGNED] <= first_s + 1.0]
    stood = [one for one in taken.advice if one.made_s <= first_s]
    if not stood or not stood[-1].units:
        return together[0], UnitId(""), None
    advice = stood[-1]

    def expected(unit: UnitId) -> tuple[float, UnitId]:
        return (advice.expected_s.get(unit, math.inf), unit)

    advised = min(advice.units, key=expected)
    if set(together) >= set(advice.units):
        return advised, advised, 0.0
    chosen = min(together, key=expected)
    if chosen not in advice.expected_s or advised not in advice.expected_s:
        return chosen, advised, None
    return chosen, advised, advice.expected_s[chosen] - advice.expected_s[advised]


def _apart_m(taken: TakenDown, place: tuple[float, float]) -> float | None:
    if taken.lon is None or taken.lat is None:
        return None
    east = (taken.lon - place[0]) * math.cos(math.radians(place[1]))
    return math.hypot(east, taken.lat - place[1]) * METRES_PER_DEGREE


def _again_result(
    now: CallNow, exercise: Exercise, by_id: Mapping[IncidentId, TakenDown]
) -> AgainResult:
    """Known on the telephone, or taken down and linked to what the first call became."""
    first = exercise.calls[now.call.about]
    same = {
        one.incident
        for one in exercise.calls.values()
        if one is not now
        and now.call.about in (one.call.number, one.call.about)
        and one.line in (Line.TAKEN, Line.OVERFLOWED)
    }
    taken = by_id.get(now.incident)
    found = False
    if now.line is Line.KNOWN:
        found = now.incident in same
    elif now.line is Line.TAKEN and taken is not None:
        linked = {one.linked_to for key in same if (one := by_id.get(key)) is not None}
        found = taken.linked_to in same or now.incident in linked
    if found and now.call.moved:
        known = by_id.get(first.incident)
        apart = None if known is None else _apart_m(known, (now.call.lon, now.call.lat))
        found = apart is not None and apart <= RIGHT_PLACE_M
    return AgainResult(now.call.number, now.call.about, now.line, now.call.moved, found)


def _lost_unit(trouble: ScriptedTrouble, taken: Sequence[TakenDown]) -> LostUnitResult:
    """The first call that the unit was lost to: sent there, and not arrived, while it lasted."""
    end_s = math.inf if trouble.lasts_s is None else trouble.at_s + trouble.lasts_s
    best: tuple[float, TakenDown] | None = None
    for one in taken:
        for response in one.measured.responses:
            sent_s = response.stamps.get(FieldTime.ASSIGNED)
            if response.unit != trouble.unit or sent_s is None or sent_s >= end_s:
                continue
            over_s = min(
                response.stamps.get(FieldTime.ARRIVED, math.inf),
                one.withdrawn_s.get(response.unit, math.inf),
            )
            if over_s > trouble.at_s and (best is None or sent_s < best[0]):
                best = (sent_s, one)
    if best is None:
        return LostUnitResult(trouble.kind, trouble.unit, trouble.at_s, IncidentId(""), "", None)
    lost_s, call = max(best[0], trouble.at_s), best[1]
    steps = [
        response.stamps[FieldTime.ASSIGNED]
        for response in call.measured.responses
        if response.unit != trouble.unit and response.stamps.get(FieldTime.ASSIGNED, 0.0) > lost_s
    ]
    if trouble.unit in call.withdrawn_s and call.withdrawn_s[trouble.unit] >= lost_s:
        steps.append(call.withdrawn_s[trouble.unit])
    noticed_s = min(steps) - lost_s if steps else None
    return LostUnitResult(
        trouble.kind, trouble.unit, trouble.at_s, call.measured.incident, call.number, noticed_s
    )


def _compliance(
    standard: ResponseStandard,
    taken: Sequence[TakenDown],
    advised: Sequence[MeasuredCall],
) -> tuple[Compliance, ...]:
    own = compliance(standard, [one.measured for one in taken])
    alone = compliance(standard, advised)
    return tuple(
        Compliance(mine.name, mine.overall, theirs.overall)
        for mine, theirs in zip(own, alone, strict=True)
    )


def _totals(
    calls: Sequence[CallResult], again: Sequence[AgainResult], lost: Sequence[LostUnitResult]
) -> Totals:
    rung = [one for one in calls if one.at_trainee]
    own = [one for one in rung if one.line is Line.TAKEN]
    both = [one for one in calls if one.arrived_s is not None and one.adviser_arrived_s is not None]
    judged = [one for one in own if one.right_category is not None]
    decided = [one for one in calls if one.lost_s is not None]
    here = [one for one in again if one.line is not Line.OVERFLOWED]
    silences = [one for one in lost if one.kind is TroubleKind.CREW_SILENT and one.incident]
    return Totals(
        rang=len(rung),
        taken=len(own),
        overflowed=sum(one.line is Line.OVERFLOWED for one in rung),
        lost=sum(one.line in (Line.LOST, Line.RINGING, Line.ON_LINE) for one in rung),
        answer_median_s=_median(one.answered_s for one in rung),
        entry_median_s=_median(one.entered_s for one in own),
        dispatch_median_s=_median(
            one.assigned_s - one.entered_s
            for one in calls
            if one.assigned_s is not None and one.entered_s is not None
        ),
        arrival_median_s=_median(one.arrived_s for one in both),
        adviser_arrival_median_s=_median(one.adviser_arrived_s for one in both),
        right_categories=sum(one.right_category is True for one in judged),
        categories=len(judged),
        again_found=sum(one.found for one in here),
        again=len(here),
        followed=sum(one.lost_s == 0.0 for one in decided),
        decided=len(decided),
        seconds_lost=math.fsum(max(one.lost_s or 0.0, 0.0) for one in decided),
        silences_missed=sum(one.noticed_s is None for one in silences),
        silences=len(silences),
    )


def _median(values: Iterable[float | None]) -> float | None:
    return percentile([one for one in values if one is not None], 50)
