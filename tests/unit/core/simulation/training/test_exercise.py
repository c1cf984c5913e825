"""The ledger folded: who has which call, and what does not fit changes nothing."""

from __future__ import annotations

from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.training.exercise import Entry, EntryKind, Line, Order, fold
from wardmote.core.simulation.training.scenario import TroubleKind
from wardmote.core.simulation.training.script import (
    FORMAT,
    Script,
    ScriptedCall,
    ScriptedTrouble,
)

WORDS = Bilingual("啊", "oh")
CALLS = tuple(
    ScriptedCall(row, 100.0 * row, "traffic.injury", 111.0, 27.0, WORDS, WORDS) for row in (1, 2)
)
SCRIPT = Script(FORMAT, "drill", WORDS, WORDS, 1, 0.0, 1_000.0, CALLS, (), ())
K = EntryKind


def test_a_call_rings_is_answered_and_taken_down() -> None:
    ringing = [Entry(K.RANG, 100.0, call=1)]
    now = fold(SCRIPT, ringing)
    assert [one.call.number for one in now.ringing] == [1]
    speaking = [*ringing, Entry(K.ANSWERED, 104.0, by="t", call=1)]
    now = fold(SCRIPT, speaking)
    assert now.ringing == []
    line = now.on_line_with("t")
    assert line is not None
    assert line.answered_s == 104.0
    assert now.on_line_with("other") is None
    done = fold(SCRIPT, [*speaking, Entry(K.TAKEN, 130.0, "t", 1, IncidentId("i1"))])
    assert done.on_line_with("t") is None
    found = done.call_of(IncidentId("i1"))
    assert found is not None
    assert (found.line, found.over_s) == (Line.TAKEN, 130.0)


def test_only_one_desk_gets_a_call_and_only_that_desk_ends_it() -> None:
    entries = [
        Entry(K.RANG, 100.0, call=1),
        Entry(K.ANSWERED, 101.0, by="first", call=1),
        Entry(K.ANSWERED, 101.5, by="second", call=1),
        Entry(K.HUNG_UP, 102.0, by="second", call=1),
        Entry(K.OVERFLOWED, 103.0, call=1, incident=IncidentId("x")),
        Entry(K.RANG, 104.0, call=1),
        Entry(K.ANSWERED, 105.0, by="first", call=2),
        Entry(K.TAKEN, 106.0, by="first", call=9),
    ]
    now = fold(SCRIPT, entries)
    assert (now.calls[1].line, now.calls[1].answered_by) == (Line.ON_LINE, "first")
    assert now.calls[2].line is Line.TO_COME


def test_orders_stand_until_they_are_carried_out() -> None:
    order = Order(TroubleKind.CREW_SILENT, UnitId("w1"))
    ordered = [Entry(K.ORDERED, 5.0, by="trainer", order=order, order_id="o1")]
    assert fold(SCRIPT, ordered).orders == {"o1": order}
    trouble = ScriptedTrouble(1, TroubleKind.CREW_SILENT, 6.0, UnitId("w1"))
    struck = fold(SCRIPT, [*ordered, Entry(K.STRUCK, 6.0, trouble=trouble, order_id="o1")])
    assert struck.orders == {}
    assert struck.trouble == (trouble,)
    added = ScriptedCall(3, 7.0, "x", 1.0, 2.0, WORDS, WORDS, about=1)
    more = fold(SCRIPT, [*ordered, Entry(K.ADDED, 6.0, added=added, order_id="o1")])
    assert more.calls[3].call == added


def test_it_begins_once_and_ends_once() -> None:
    entries = [Entry(K.BEGAN, 1.0), Entry(K.BEGAN, 2.0), Entry(K.ENDED, 3.0), Entry(K.ENDED, 4.0)]
    now = fold(SCRIPT, entries)
    assert (now.began_s, now.ended_s) == (1.0, 3.0)
