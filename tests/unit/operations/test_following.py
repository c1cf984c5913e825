"""Reactions run once for each event, whatever fails or repeats; rounds go by the clock."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.db import OperationalError, transaction

from wardmote.core.domain.event_registry import Event, Payload
from wardmote.core.domain.ids import AreaId, UnitId
from wardmote.core.domain.unit_events import UnitAvailability, UnitOffDuty
from wardmote.operations import following
from wardmote.operations.following import JournalFollower, Reaction, Round
from wardmote.operations.journal import clock, readers
from wardmote.operations.journal.models import AnsweredRequest, JournalEntry
from wardmote.operations.journal.selectors import last_seq
from wardmote.operations.journal.services import record

AREA = AreaId("430521101000")
NOW_S = 1_795_000_000.0
pytestmark = pytest.mark.django_db


@dataclass
class Kept:
    """A reaction that writes a row for each event, and fails for chosen units."""

    failing: set[str] = field(default_factory=set)
    error: Exception = field(default_factory=lambda: ValueError("the name of a person"))

    def __call__(self, event: Event, now_s: float) -> None:
        assert isinstance(event.payload, UnitOffDuty)
        unit = event.payload.unit
        AnsweredRequest.objects.create(
            account="r", key=unit, route="", body_sha256="", status=200, answer=[], answered_s=now_s
        )
        if unit in self.failing:
            raise self.error


def off(*units: str) -> int:
    return happened(*(UnitOffDuty(UnitId(unit)) for unit in units))


def happened(*payloads: Payload) -> int:
    with transaction.atomic():
        return record(payloads, actor="s1", area=AREA, now_s=NOW_S)[-1].seq


def done() -> list[str]:
    return sorted(AnsweredRequest.objects.values_list("key", flat=True))


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [NOW_S]
    monkeypatch.setattr(clock, "now_s", lambda: moment[0])
    return moment


def follower(*reactions: Reaction, rounds: tuple[Round, ...] = ()) -> JournalFollower:
    made = JournalFollower(reactions, rounds)
    made.begin()
    return made


def keeping(kept: Kept, name: str = "keep") -> Reaction:
    return Reaction(name, (UnitOffDuty,), kept)


def test_a_new_deployment_begins_at_the_present_end(now: list[float]) -> None:
    off("old")
    work = follower(keeping(Kept()))
    off("new")
    work.work()
    assert done() == ["new"]


def test_a_second_reader_and_a_restart_change_nothing_twice(now: list[float]) -> None:
    first, second = follower(keeping(Kept())), follower(keeping(Kept()))
    off("a", "b")
    first.work()
    second.work()
    follower(keeping(Kept())).work()
    assert done() == ["a", "b"]
    assert readers.begin_reading(following.READER, NOW_S) == last_seq()


def test_events_without_a_reaction_are_passed_over(now: list[float]) -> None:
    work = follower(keeping(Kept()))
    happened(UnitAvailability(UnitId("a"), available=True, reason=""))
    off("b")
    happened(UnitAvailability(UnitId("c"), available=True, reason=""))
    assert not work.work()
    assert done() == ["b"]


def test_a_failure_undoes_itself_and_holds_up_nobody(now: list[float]) -> None:
    kept = Kept(failing={"bad"})
    work = follower(keeping(kept), Reaction("other", (UnitOffDuty,), lambda _event, _now: None))
    seq = off("bad", "good") - 1
    work.work()
    assert done() == ["good"]
    (fault,) = readers.faults()
    assert (fault.reaction, fault.seq, fault.tries) == ("keep", seq, 1)
    assert fault.cause == "ValueError"  # the message may name people
    kept.failing.clear()
    work.work()
    assert done() == ["good"]
    now[0] += readers.TRY_AGAIN_AFTER_S[0]
    work.work()
    assert done() == ["bad", "good"]
    assert readers.faults() == ()


def test_after_the_last_try_it_is_set_aside_until_a_person_has_it_tried(now: list[float]) -> None:
    kept = Kept(failing={"bad"})
    work = follower(keeping(kept))
    off("bad")
    for _ in range(10):
        work.work()
        now[0] += 4_000.0
    (fault,) = readers.faults()
    assert fault.next_s is None
    assert fault.tries == len(readers.TRY_AGAIN_AFTER_S) + 1
    kept.failing.clear()
    assert readers.try_again(fault.number, now[0])
    work.work()
    assert done() == ["bad"]
    assert readers.faults() == ()


def test_a_database_that_does_not_answer_leaves_the_event_for_later(now: list[float]) -> None:
    kept = Kept(failing={"a"}, error=OperationalError("gone"))
    work = follower(keeping(kept))
    off("a")
    with pytest.raises(OperationalError):
        work.work()
    assert done() == []
    kept.failing.clear()
    work.work()
    assert done() == ["a"]


def test_a_reaction_that_the_database_always_refuses_becomes_a_fault(now: list[float]) -> None:
    work = follower(keeping(Kept(failing={"a"}, error=OperationalError("no such table"))))
    off("a", "b")
    for _ in range(following.STUCK_AFTER - 1):
        with pytest.raises(OperationalError):
            work.work()
    work.work()
    assert done() == ["b"]
    assert [one.cause for one in readers.faults()] == ["OperationalError"]


def test_an_event_of_another_release_is_set_aside_alone(now: list[float]) -> None:
    work = follower(keeping(Kept()))
    off("a")
    JournalEntry.objects.create(
        event_id="x", type="unit.off_duty", version=99, occurred_s=NOW_S, recorded_s=NOW_S,
        actor="s1", area=AREA, data={},
    )  # fmt: skip
    off("b")
    work.work()
    work.work()
    assert done() == ["a", "b"]
    assert [one.reaction for one in readers.faults()] == [following.UNREADABLE]


def test_rounds_come_when_they_are_due_and_again_at_once_while_more_is_left(
    now: list[float],
) -> None:
    called: list[float] = []

    def go(now_s: float) -> bool:
        called.append(now_s)
        return len(called) == 1

    work = follower(rounds=(Round("go", 60.0, go),))
    assert work.work()
    assert not work.work()
    work.work()
    assert len(called) == 2
    now[0] += 60.0
    work.work()
    assert len(called) == 3
    now[0] -= 10_000.0  # a demonstration's clock that was set back
    work.work()
    assert len(called) == 4


def test_a_round_that_fails_is_a_fault_until_it_works(now: list[float]) -> None:
    failing = [True]

    def go(_now_s: float) -> None:
        if failing[0]:
            raise KeyError("x")

    work = follower(rounds=(Round("go", 60.0, go), Round("other", 60.0, lambda _now: None)))
    work.work()
    assert [(one.reaction, one.seq) for one in readers.faults()] == [("go", 0)]
    failing[0] = False
    now[0] += 60.0
    work.work()
    assert readers.faults() == ()


def test_names_are_unique() -> None:
    with pytest.raises(ValueError, match="names"):
        JournalFollower((keeping(Kept()), keeping(Kept())), ())
