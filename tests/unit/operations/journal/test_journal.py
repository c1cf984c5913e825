"""The journal only grows, with its row, in one transaction; repeated requests change nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import DatabaseError, connection, transaction

from wardmote.core.domain.ids import AreaId, UnitId
from wardmote.core.domain.unit_events import UnitOffDuty
from wardmote.operations.journal import bus
from wardmote.operations.journal.idempotency import (
    BadKeyError,
    KeyReusedError,
    answer_once,
    forget_old_answers,
)
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.journal.selectors import events_after, last_seq
from wardmote.operations.journal.services import JournalOutsideTransactionError, record

AREA = AreaId("430521101000")
OFF = UnitOffDuty(UnitId("u1"))
NOW_S = 1_795_000_000.0


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused() -> None:
    with pytest.raises(JournalOutsideTransactionError):
        record([OFF], actor="s1", area=AREA, now_s=NOW_S)
    assert last_seq() == 0


@pytest.mark.django_db
def test_events_come_back_as_written_and_in_order() -> None:
    with transaction.atomic():
        written = record([OFF, UnitOffDuty(UnitId("u2"))], actor="s1", area=AREA, now_s=NOW_S)
    assert events_after(0) == written
    assert [event.seq for event in written] == sorted(event.seq for event in written)
    assert events_after(written[0].seq) == written[1:]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE {} SET actor = 'x'", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_or_delete_an_entry(statement: str) -> None:
    with transaction.atomic():
        record([OFF], actor="s1", area=AREA, now_s=NOW_S)
    table = JournalEntry._meta.db_table
    with (
        pytest.raises(DatabaseError, match="never changed or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    assert last_seq() > 0


def _record_and_fail() -> None:
    with transaction.atomic():
        record([OFF], actor="s1", area=AREA, now_s=NOW_S)
        raise RuntimeError


@pytest.mark.django_db
def test_listeners_hear_of_commits_and_not_of_what_was_rolled_back(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[object]]],
) -> None:
    heard: list[int] = []
    unsubscribe = bus.subscribe(heard.append)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        _record_and_fail()
    assert heard == []
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        (event,) = record([OFF], actor="s1", area=AREA, now_s=NOW_S)
    assert heard == [event.seq]
    unsubscribe()


@pytest.mark.django_db
def test_the_same_request_is_answered_again_without_being_done_again() -> None:
    done: list[int] = []

    def act() -> tuple[int, dict[str, int]]:
        done.append(1)
        return 201, {"id": len(done)}

    first = answer_once("a", "k1", "POST /x", b"body", NOW_S, act)
    again = answer_once("a", "k1", "POST /x", b"body", NOW_S, act)
    assert (first.body, first.repeated) == ({"id": 1}, False)
    assert (again.body, again.repeated) == ({"id": 1}, True)
    assert answer_once("b", "k1", "POST /x", b"body", NOW_S, act).body == {"id": 2}
    with pytest.raises(KeyReusedError):
        answer_once("a", "k1", "POST /x", b"other", NOW_S, act)
    with pytest.raises(KeyReusedError):
        answer_once("a", "k1", "POST /y", b"body", NOW_S, act)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "k" * 81])
def test_an_unusable_key_is_refused(key: str) -> None:
    with pytest.raises(BadKeyError):
        answer_once("a", key, "POST /x", b"", NOW_S, lambda: (200, None))


@pytest.mark.django_db
def test_a_request_that_failed_may_be_tried_again_and_answers_are_forgotten_after_a_week() -> None:
    def fail() -> tuple[int, None]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        answer_once("a", "k1", "POST /x", b"", NOW_S, fail)
    assert not answer_once("a", "k1", "POST /x", b"", NOW_S, lambda: (200, {})).repeated
    assert forget_old_answers(NOW_S + 7 * 86_400) == 0
    assert forget_old_answers(NOW_S + 7 * 86_400 + 1) == 1
