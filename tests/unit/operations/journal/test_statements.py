"""Statements worded once write and read what the ORM would."""

from __future__ import annotations

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction

from wardmote.operations.journal.models import AnsweredRequest, JournalEntry
from wardmote.operations.journal.statements import AT_ONCE, Reading, insert

pytestmark = pytest.mark.django_db
BY_KEY = Reading(AnsweredRequest, "{account} = %s AND {key} = %s")


def _answer(key: str, answer: object) -> AnsweredRequest:
    return AnsweredRequest(
        account="s1",
        key=key,
        route="POST /x",
        body_sha256="0" * 64,
        status=201,
        answer=answer,
        answered_s=1.5,
    )


def test_a_row_comes_back_as_the_orm_reads_it() -> None:
    answer = {"id": "c1", "名": ["值", None, 1.5, True, 7], "nested": {"a": [1]}}
    row = _answer("k1", answer)
    insert(row)
    by_orm = AnsweredRequest.objects.get(key="k1")
    read = BY_KEY.first("s1", "k1")
    assert read is not None
    assert row.pk == by_orm.pk == read.pk
    assert by_orm.answer == read.answer == answer
    assert (read.status, read.answered_s) == (by_orm.status, by_orm.answered_s) == (201, 1.5)


def test_a_row_that_was_inserted_is_saved_again_as_a_change() -> None:
    row = _answer("k1", {})
    insert(row)
    row.status = 200
    row.save()
    assert AnsweredRequest.objects.values_list("status", flat=True).get() == 200


def test_each_of_many_rows_gets_its_own_key_in_order() -> None:
    rows = [_answer(f"k{number}", number) for number in range(2 * AT_ONCE + 1)]
    insert(*rows)
    stored = AnsweredRequest.objects.in_bulk()
    assert [stored[row.pk].answer for row in rows] == list(range(2 * AT_ONCE + 1))
    assert [row.pk for row in rows] == sorted(row.pk for row in rows)


def test_no_row_is_no_statement() -> None:
    insert()
    assert AnsweredRequest.objects.count() == 0


def test_a_broken_constraint_is_told_as_always() -> None:
    insert(_answer("k1", {}))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(_answer("k1", {}))


def test_what_is_not_there_is_none() -> None:
    assert BY_KEY.first("s1", "k1") is None
    assert BY_KEY.rows("s1", "k1") == []


def test_values_are_never_read_as_sql() -> None:
    insert(_answer("k1", {}))
    assert BY_KEY.rows("s1", "k1' OR '1' = '1") == []


def test_only_the_fields_that_were_asked_for_are_read_and_others_when_needed() -> None:
    insert(_answer("k1", {"a": 1}))
    slim = Reading(AnsweredRequest, "{key} = %s", only=("id", "status"))
    read = slim.first("k1")
    assert read is not None
    assert read.get_deferred_fields() >= {"answer", "route"}
    assert read.answer == {"a": 1}


def test_subclasses_of_plain_values_are_written_as_what_they_are_kinds_of() -> None:
    insert(_answer("k1", {"lon": np.float64(111.25)}))
    assert AnsweredRequest.objects.get().answer == {"lon": 111.25}


def test_what_has_no_form_in_json_is_refused() -> None:
    with pytest.raises(TypeError):
        insert(_answer("k1", {"what": object()}))


def test_json_that_the_database_reads_is_json() -> None:
    insert(_answer("k1", {"a": '引号" 反斜\\'}))
    assert AnsweredRequest.objects.filter(answer__a='引号" 反斜\\').exists()


def test_the_wording_names_only_columns_of_the_model() -> None:
    with pytest.raises(KeyError):
        Reading(JournalEntry, "{nonsense} = %s").rows(1)
    assert connection.vendor in ("sqlite", "postgresql")
