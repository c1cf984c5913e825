"""The assessment: each figure from what happened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.incident import FieldTime, Priority
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.standards import STANDARD_135
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.intervals import MeasuredCall, UnitResponse
from wardmote.core.simulation.training.assessment import RIGHT_PLACE_M, assess, choice_of
from wardmote.core.simulation.training.exercise import Entry, EntryKind, Line, fold
from wardmote.core.simulation.training.ground import METRES_PER_DEGREE
from wardmote.core.simulation.training.reference import AdvisedCall
from wardmote.core.simulation.training.results import Assessment, GivenAdvice, TakenDown
from wardmote.core.simulation.training.scenario import TroubleKind
from wardmote.core.simulation.training.script import (
    FORMAT,
    Script,
    ScriptedCall,
    ScriptedTrouble,
)

WORDS = Bilingual("啊", "oh")
LON, LAT = 111.0, 27.0
FIRST = ScriptedCall(1, 100.0, "traffic.injury", LON, LAT, WORDS, WORDS)
AGAIN = replace(FIRST, number=2, rings_s=200.0, about=1)
MOVED = replace(FIRST, number=3, rings_s=300.0, about=1, moved=True, lat=LAT + 0.01)
SCRIPT = Script(
    FORMAT, "drill", WORDS, WORDS, 1, 0.0, 1_000.0, (FIRST, AGAIN, MOVED), (), ()
)  # fmt: skip
K, F = EntryKind, FieldTime
A, B, C = UnitId("a"), UnitId("b"), UnitId("c")
CALL, OTHER = IncidentId("i1"), IncidentId("i2")
ADVICE = GivenAdvice(140.0, (A,), {A: 120.0, B: 200.0})


def response(unit: UnitId, assigned_s: float, arrived_s: float | None = None) -> UnitResponse:
    stamps = {F.ASSIGNED: assigned_s}
    if arrived_s is not None:
        stamps[F.ARRIVED] = arrived_s
    return UnitResponse(unit, "patrol_car", stamps)


def taken(
    *responses: UnitResponse,
    incident: IncidentId = CALL,
    category: str = "traffic.injury",
    lat: float = LAT,
    linked_to: str = "",
    advice: tuple[GivenAdvice, ...] = (ADVICE,),
    withdrawn_s: dict[UnitId, float] | None = None,
) -> TakenDown:
    stamps = {F.RECEIVED: 130.0, F.ENTERED: 138.0}
    for one in responses:
        for stamp, at_s in one.stamps.items():
            stamps[stamp] = min(at_s, stamps.get(stamp, at_s))
    return TakenDown(
        measured=MeasuredCall(
            incident, category, Priority.EMERGENCY, PlaceClass.ELSEWHERE, stamps, True, False,
            responses=responses,
        ),
        number=f"N-{incident}", lon=LON, lat=lat, linked_to=IncidentId(linked_to), advice=advice,
        override="", withdrawn_s=withdrawn_s or {},
    )  # fmt: skip


RANG = [
    Entry(K.RANG, 100.0, call=1),
    Entry(K.ANSWERED, 108.0, by="t", call=1),
    Entry(K.TAKEN, 139.0, "t", 1, CALL),
]


def assessed(entries: list[Entry], *calls: TakenDown, arrived_s: float = 400.0) -> Assessment:
    advised = [AdvisedCall(1, A, 140.0, arrived_s)]
    return assess(fold(SCRIPT, entries), calls, advised, [], STANDARD_135, 1_000.0)


def test_times_run_from_the_first_ring() -> None:
    found = assessed(RANG, taken(response(A, 150.0, 420.0)))
    [one] = found.calls
    assert (one.answered_s, one.entered_s, one.assigned_s, one.arrived_s) == (
        8.0,
        38.0,
        50.0,
        320.0,
    )
    assert one.adviser_arrived_s == 300.0
    assert (one.line, one.right_category, one.apart_m, one.by) == (Line.TAKEN, True, 0.0, "t")
    assert found.totals.dispatch_median_s == 12.0
    assert found.compliance[0].trainee.met == 1


def test_a_wrong_category_and_a_call_that_was_never_answered_are_told() -> None:
    wrong = assessed(RANG, taken(category="traffic.damage"))
    assert (wrong.totals.right_categories, wrong.totals.categories) == (0, 1)
    silent = assessed([Entry(K.RANG, 100.0, call=1)])
    assert (silent.totals.lost, silent.calls[0].right_category) == (1, None)
    left = assessed([Entry(K.RANG, 100.0, call=1), Entry(K.OVERFLOWED, 190.0, "", 1, CALL)])
    assert (left.totals.overflowed, left.totals.lost) == (1, 0)


def test_seconds_are_lost_by_sending_another_than_recommended() -> None:
    assert choice_of(taken(response(A, 150.0))) == (A, A, 0.0)
    assert choice_of(taken(response(B, 150.0))) == (B, A, 80.0)
    assert choice_of(taken(response(B, 150.0), response(A, 150.5)))[2] == 0.0
    assert choice_of(taken(response(C, 150.0))) == (C, A, None)
    assert choice_of(taken(response(B, 139.9))) == (B, "", None)
    assert choice_of(taken()) == ("", "", None)
    later = GivenAdvice(149.0, (B,), {A: 120.0, B: 110.0})
    assert choice_of(taken(response(B, 150.0), advice=(ADVICE, later))) == (B, B, 0.0)
    totals = assessed(RANG, taken(response(B, 150.0))).totals
    assert (totals.followed, totals.decided, totals.seconds_lost) == (0, 1, 80.0)


SECOND = [Entry(K.RANG, 200.0, call=2), Entry(K.ANSWERED, 205.0, by="t", call=2)]


def test_a_repeated_call_is_recognised_on_the_telephone_or_by_a_link() -> None:
    known = assessed([*RANG, *SECOND, Entry(K.KNOWN, 210.0, "t", 2, CALL)], taken())
    assert known.again[0].found
    other = assessed([*RANG, *SECOND, Entry(K.KNOWN, 210.0, "t", 2, OTHER)], taken())
    assert not other.again[0].found
    entered = [*RANG, *SECOND, Entry(K.TAKEN, 210.0, "t", 2, OTHER)]
    twice = assessed(entered, taken(), taken(incident=OTHER))
    assert not twice.again[0].found
    linked = assessed(entered, taken(), taken(incident=OTHER, linked_to=CALL))
    assert linked.again[0].found
    backwards = assessed(entered, taken(linked_to=OTHER), taken(incident=OTHER))
    assert backwards.again[0].found
    assert (linked.totals.again_found, linked.totals.again) == (1, 1)


@pytest.mark.parametrize(("off_m", "found"), [(0.0, True), (RIGHT_PLACE_M + 5, False)])
def test_a_caller_who_moved_is_found_when_the_place_was_corrected(
    off_m: float, found: bool
) -> None:
    entries = [
        *RANG,
        Entry(K.RANG, 300.0, call=3),
        Entry(K.ANSWERED, 301.0, by="t", call=3),
        Entry(K.KNOWN, 310.0, "t", 3, CALL),
    ]
    lat = LAT + 0.01 + off_m / METRES_PER_DEGREE
    assert assessed(entries, taken(lat=lat)).again[0].found is found


def lost(kind: TroubleKind, *calls: TakenDown, lasts_s: float | None = None) -> float | None:
    trouble = ScriptedTrouble(1, kind, 145.0, A, lasts_s=lasts_s)
    entries = [*RANG, Entry(K.STRUCK, 145.0, trouble=trouble)]
    [one] = assessed(entries, *calls).lost_units
    assert one.incident == CALL
    return one.noticed_s


def test_a_silence_is_noticed_by_taking_the_unit_off_or_sending_another() -> None:
    assert lost(TroubleKind.CREW_SILENT, taken(response(A, 150.0))) is None
    off = taken(response(A, 150.0), withdrawn_s={A: 240.0})
    assert lost(TroubleKind.CREW_SILENT, off) == 90.0
    another = taken(response(A, 150.0), response(B, 210.0, 400.0))
    assert lost(TroubleKind.CREW_SILENT, another) == 60.0
    totals = assessed(
        [
            *RANG,
            Entry(K.STRUCK, 145.0, trouble=ScriptedTrouble(1, TroubleKind.CREW_SILENT, 145.0, A)),
        ],
        taken(response(A, 150.0)),
    ).totals
    assert (totals.silences_missed, totals.silences) == (1, 1)


def test_a_unit_that_was_sent_nowhere_meanwhile_is_lost_to_nobody() -> None:
    trouble = ScriptedTrouble(1, TroubleKind.CREW_SILENT, 145.0, A, lasts_s=5.0)
    entries = [*RANG, Entry(K.STRUCK, 145.0, trouble=trouble)]
    found = assessed(entries, taken(response(A, 150.0)))
    assert found.lost_units[0].incident == ""
    assert found.totals.silences == 0
