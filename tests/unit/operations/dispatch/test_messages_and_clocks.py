"""Messages of devices in any order, many times over, under clocks that step: nothing counts twice.

A phone keeps what was refused and sends it again; the server's clock is set back and forth by an
hour between messages, as a wrongly set machine's is.
"""

from __future__ import annotations

import random

import pytest
from tests.unit.operations.small_place import CREW_1, DISPATCHER, NOW_S, SUPERVISOR

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.assignment import AssignmentAction, AssignmentState
from wardmote.core.domain.board import board_of
from wardmote.core.domain.folding import apply
from wardmote.core.domain.ids import AssignmentId, IncidentId, UnitId
from wardmote.core.domain.picture import EMPTY_PICTURE
from wardmote.core.measures.intervals import ACKNOWLEDGEMENT, measure
from wardmote.operations.bulletins.selectors import measured_calls
from wardmote.operations.dispatch import selectors, services
from wardmote.operations.dispatch.errors import AssignmentTransitionError
from wardmote.operations.dispatch.picture import picture_of_rows
from wardmote.operations.incidents import services as incidents
from wardmote.operations.journal.selectors import all_events, last_seq

U1 = UnitId("u1")
HOUR_S = 3600.0
_A = AssignmentAction
TAPS = (_A.ACKNOWLEDGE, _A.DEPART, _A.ARRIVE, _A.REPORT, _A.CLEAR)
STAMPS = ["assigned", "acknowledged", "en_route", "arrived", "feedback", "cleared"]

pytestmark = pytest.mark.usefixtures("place")


class Shift:
    """One unit's job, told by messages; remembers every stamp it has seen."""

    def __init__(self) -> None:
        services.go_on_duty(SUPERVISOR, U1, now_s=NOW_S)
        call = incidents.NewCall("dispute.neighbour", "phone", lon=111.15, lat=27.05)
        self.call: IncidentId = incidents.enter_call(DISPATCHER, call, now_s=NOW_S).id
        sent = services.assign(DISPATCHER, self.call, [U1], now_s=NOW_S)
        self.job: AssignmentId = sent[0].assignment
        self._seen: dict[str, tuple[float, float | None, float]] = {}

    def tell(self, tap: AssignmentAction, now_s: float, device_s: float | None) -> bool:
        """Whether the message was taken; one that cannot be true yet is refused."""
        try:
            services.act(CREW_1, self.job, tap, now_s=now_s, device_s=device_s)
        except AssignmentTransitionError:
            return False
        finally:
            self._look()
        return True

    def _look(self) -> None:
        """What was stamped once stays as it is."""
        stamps = self.stamps()
        assert stamps.items() >= self._seen.items()
        self._seen = stamps

    def stamps(self) -> dict[str, tuple[float, float | None, float]]:
        detail = selectors.incident_detail(DISPATCHER, self.call, language="en", now_s=NOW_S)
        rows = detail["assignments"][0]["field_times"]
        assert len({row["stamp"] for row in rows}) == len(rows)
        return {row["stamp"]: (row["at_s"], row["device_s"], row["recorded_s"]) for row in rows}


def rows_equal_fold() -> bool:
    folded = EMPTY_PICTURE
    for event in all_events():
        folded = apply(folded, event)
    rows, _ = picture_of_rows()
    by_rows, by_fold = board_of(rows, server_s=0.0), board_of(folded, server_s=0.0)
    parts = ("incidents", "assignments", "alarms")
    return [by_rows[part] for part in parts] == [by_fold[part] for part in parts]


@pytest.mark.parametrize("nth", range(12))
def test_any_order_of_repeated_messages_under_a_stepping_clock_ends_alike(
    nth: int, seed: int
) -> None:
    chance = random.Random(f"{seed} {nth}")
    shift = Shift()
    waiting = [
        (tap, None if chance.random() < 0.2 else NOW_S + 60.0 * (n + 1))
        for n, tap in enumerate(TAPS)
        for _ in range(chance.randint(1, 3))
    ]
    chance.shuffle(waiting)
    now_s = NOW_S + 400.0
    for _ in range(len(TAPS)):
        refused = []
        for tap, device_s in waiting:
            now_s += chance.choice((1.0, 30.0, HOUR_S, -HOUR_S))
            if not shift.tell(tap, now_s, device_s):
                refused.append((tap, device_s))
        waiting = refused
    assert waiting == [], "the phone has got rid of everything"
    assert selectors.assignment(shift.job).state == AssignmentState.CLEARED
    assert {"assigned", "cleared"} <= set(shift.stamps()) <= set(STAMPS)
    assert rows_equal_fold()


def test_the_same_report_twice_is_one_report() -> None:
    shift = Shift()
    for n, tap in enumerate(TAPS[:4]):
        assert shift.tell(tap, NOW_S + 60.0 * (n + 1), NOW_S + 60.0 * (n + 1))
    before = last_seq()
    for now_s in (NOW_S + 241.0, NOW_S + 900.0, NOW_S - HOUR_S):
        assert shift.tell(_A.REPORT, now_s, NOW_S + 240.0)
    assert last_seq() == before
    assert shift.tell(_A.REPORT, NOW_S + 950.0, NOW_S + 948.0)
    assert last_seq() > before


@pytest.mark.parametrize("step_s", [-HOUR_S, HOUR_S])
def test_a_clock_that_steps_makes_no_interval_shorter_than_nothing(step_s: float) -> None:
    shift = Shift()
    shift.tell(_A.ACKNOWLEDGE, NOW_S + step_s + 20.0, None)
    stamps = shift.stamps()
    assert stamps["acknowledged"] == (NOW_S + step_s + 20.0, None, NOW_S + step_s + 20.0)
    (call,) = measured_calls([EVERYWHERE], NOW_S - 1.0, NOW_S + 1.0)
    measured = measure([call], ACKNOWLEDGEMENT)
    if step_s < 0:
        assert (measured.seconds, measured.negative) == ((), (shift.call,))
    else:
        assert (measured.seconds, measured.negative) == ((step_s + 20.0,), ())


@pytest.mark.parametrize("step_s", [-HOUR_S, HOUR_S])
def test_a_true_device_clock_bridges_a_server_clock_that_steps_and_comes_back(
    step_s: float,
) -> None:
    shift = Shift()
    shift.tell(_A.ACKNOWLEDGE, NOW_S + 30.0, NOW_S + 29.0)
    shift.tell(_A.DEPART, NOW_S + step_s + 60.0, NOW_S + 59.0)
    shift.tell(_A.ARRIVE, NOW_S + 120.0, NOW_S + 119.0)
    stamps = shift.stamps()
    assert [stamps[one][1] for one in STAMPS[1:4]] == [NOW_S + 29.0, NOW_S + 59.0, NOW_S + 119.0]
    assert rows_equal_fold()
