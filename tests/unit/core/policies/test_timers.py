from __future__ import annotations

import pytest
from tests.unit.core.journal_lines import Journal

from wardmote.core.domain.assignment import AssignmentAction, AssignmentState
from wardmote.core.domain.dispatch_events import AlarmEnded, AlarmRaised
from wardmote.core.domain.ids import AssignmentId, IncidentId, UnitId
from wardmote.core.domain.incident import IncidentAction, Priority
from wardmote.core.domain.incident_events import IncidentRouted, RoutedTo
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.policies.timers import (
    SHIPPED_TIMERS,
    Level,
    Timer,
    TimerRule,
    TimerRules,
    check_timers,
)

C1, A1, U1 = IncidentId("c1"), AssignmentId("a1"), UnitId("u1")
T0 = 1_000.0


@pytest.fixture
def journal() -> Journal:
    lines = Journal(now_s=T0)
    lines.on_duty("u1")
    lines.call("c1", priority=1)
    return lines


def routed_to_a_unit(journal: Journal) -> None:
    journal.moved("c1", IncidentAction.ROUTE)
    journal.add(IncidentRouted(C1, "v", (RoutedTo("nearest_unit", "", True, "r"),)))


def due(journal: Journal, now_s: float) -> list[tuple[str, str]]:
    verdict = check_timers(SHIPPED_TIMERS, journal.picture, now_s)
    return [(timer.timer.value, level.value) for timer, level in verdict.to_raise]


def test_nothing_is_due_before_the_limit_and_it_is_on_it(journal: Journal) -> None:
    assert due(journal, T0 + 59.9) == []
    assert due(journal, T0 + 60.0) == [("unrouted", "warn")]
    assert due(journal, T0 + 180.0) == [("unrouted", "alarm")]


def test_the_next_look_is_at_the_next_limit(journal: Journal) -> None:
    def next_s(now_s: float) -> float | None:
        return check_timers(SHIPPED_TIMERS, journal.picture, now_s).next_s

    assert next_s(T0) == T0 + 60
    assert next_s(T0 + 60) == T0 + 180
    assert next_s(T0 + 180) is None


def test_a_call_that_needs_a_unit_waits_for_one_and_one_that_does_not_does_not(
    journal: Journal,
) -> None:
    journal.moved("c1", IncidentAction.ROUTE)
    assert due(journal, T0 + 9_999) == []
    journal.add(IncidentRouted(C1, "v", (RoutedTo("nearest_unit", "", True, "r"),)))
    assert due(journal, T0 + 30) == [("unassigned", "warn")]
    journal.sent("a1", "c1", "u1")
    assert due(journal, T0 + 29) == []


@pytest.mark.parametrize(
    ("steps", "timers"),
    [
        ([], ["unacknowledged"]),
        ([(AssignmentAction.ACKNOWLEDGE, AssignmentState.ACKNOWLEDGED)], ["not_moving"]),
        ([(AssignmentAction.DEPART, AssignmentState.EN_ROUTE)], ["late"]),
        ([(AssignmentAction.ARRIVE, AssignmentState.ON_SCENE)], ["no_feedback", "welfare"]),
        (
            [
                (AssignmentAction.ARRIVE, AssignmentState.ON_SCENE),
                (AssignmentAction.REPORT, AssignmentState.FEEDBACK),
            ],
            ["welfare"],
        ),
    ],
)
def test_each_state_of_an_assignment_has_its_timers(
    journal: Journal, steps: list[tuple[AssignmentAction, AssignmentState]], timers: list[str]
) -> None:
    journal.moved("c1", IncidentAction.ROUTE)
    journal.sent("a1", "c1", "u1")
    for action, after in steps:
        journal.did("a1", action, after)
    assert [timer for timer, _ in due(journal, T0 + 100_000)] == timers


def test_a_report_from_the_scene_starts_the_welfare_clock_anew(journal: Journal) -> None:
    journal.sent("a1", "c1", "u1")
    journal.did("a1", AssignmentAction.ARRIVE, AssignmentState.ON_SCENE)
    journal.now_s = T0 + 500
    journal.did("a1", AssignmentAction.REPORT, AssignmentState.FEEDBACK)
    journal.now_s = T0 + 1_000
    journal.did("a1", AssignmentAction.REPORT, AssignmentState.FEEDBACK)
    assert ("welfare", "warn") not in due(journal, T0 + 1_599)
    assert ("welfare", "warn") in due(journal, T0 + 1_600)


def test_a_standing_alarm_is_not_raised_again_and_a_warning_becomes_an_alarm(
    journal: Journal,
) -> None:
    routed_to_a_unit(journal)
    journal.add(AlarmRaised("al1", "unassigned", "warn", C1, None, None))
    assert due(journal, T0 + 59) == []
    verdict = check_timers(SHIPPED_TIMERS, journal.picture, T0 + 60)
    assert [level for _, level in verdict.to_raise] == [Level.ALARM]
    assert [(alarm.alarm, reason) for alarm, reason in verdict.to_end] == [
        ("al1", "raised_to_alarm")
    ]
    journal.add(AlarmEnded("al1", C1, "raised_to_alarm"))
    journal.add(AlarmRaised("al2", "unassigned", "alarm", C1, None, None))
    later = check_timers(SHIPPED_TIMERS, journal.picture, T0 + 5_000)
    assert (later.to_raise, later.to_end) == ((), ())


def test_an_alarm_whose_cause_is_gone_ends(journal: Journal) -> None:
    routed_to_a_unit(journal)
    journal.add(AlarmRaised("al1", "unassigned", "warn", C1, None, None))
    journal.sent("a1", "c1", "u1")
    verdict = check_timers(SHIPPED_TIMERS, journal.picture, T0 + 31)
    assert [(alarm.alarm, reason) for alarm, reason in verdict.to_end] == [("al1", "cause_gone")]


def test_an_answered_warning_stays_quiet_but_still_becomes_an_alarm(journal: Journal) -> None:
    journal.sent("a1", "c1", "u1")
    answered = [("unacknowledged", C1, A1, "warn")]

    def raised(now_s: float) -> list[Level]:
        verdict = check_timers(SHIPPED_TIMERS, journal.picture, now_s, answered)
        return [level for timer, level in verdict.to_raise if timer.assignment == A1]

    assert raised(T0 + 30) == []
    assert raised(T0 + 60) == [Level.ALARM]
    answered = [("unacknowledged", C1, A1, "alarm")]
    assert raised(T0 + 600) == []


def test_an_urgent_dispatch_nobody_acknowledges_escalates_sooner_than_a_routine_one() -> None:
    urgent = SHIPPED_TIMERS.rule_for(Timer.UNACKNOWLEDGED, Priority.URGENT)
    routine = SHIPPED_TIMERS.rule_for(Timer.UNACKNOWLEDGED, Priority.ROUTINE)
    assert urgent is not None
    assert routine is not None
    assert urgent.alarm_s < routine.alarm_s


@pytest.mark.parametrize(("warn_s", "alarm_s"), [(0.0, 1.0), (2.0, 1.0)])
def test_timers_that_make_no_sense_are_refused(warn_s: float, alarm_s: float) -> None:
    with pytest.raises(InvalidDataError, match="warn_s"):
        TimerRules("v", (TimerRule(Timer.LATE, warn_s, alarm_s),))


def test_a_timer_without_a_rule_does_not_run(journal: Journal) -> None:
    verdict = check_timers(TimerRules("v", ()), journal.picture, T0 + 1e6)
    assert (verdict.to_raise, verdict.next_s) == ((), None)
