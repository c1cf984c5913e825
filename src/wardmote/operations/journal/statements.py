"""Statements that every call needs, worded once instead of each time they are used.

The ORM words a query anew whenever it is asked, which takes some ten times as long as the database
needs to answer it, and a call waits for a dozen of them on its way to its recommendation. Here an
INSERT of whole rows, and reading rows by an unchanging condition, are worded once for each kind of
database. Values still pass through the model's own fields, so that encryption, JSON and constraints
are the same as everywhere; signals are not sent, and nothing here listens to any.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Field, Model

AnyField = Field[Any, Any]
M = TypeVar("M", bound=Model)

AT_ONCE = 50
"""So many rows are inserted by one statement; databases bound the values of one."""


def insert(*rows: Model) -> None:
    """Insert new rows of one model; keys that the database gives are set on them.

    Raises:
        IntegrityError: a constraint does not hold.
    """
    for first in range(0, len(rows), AT_ONCE):
        _insert(rows[first : first + AT_ONCE])


def _insert(rows: Sequence[Model]) -> None:
    model = type(rows[0])
    fields = _inserted_fields(model)
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection)
        for row in rows
        for field in fields
    ]
    key = model._meta.auto_field
    with connection.cursor() as cursor:
        cursor.execute(_insert_sql(model, len(rows), connection.vendor), values)
        # Rows get their keys in the order of the statement; the answer may come in another.
        given = sorted(cursor.fetchall()) if key is not None else []
    for row, (number,) in zip(rows, given, strict=False):
        row.pk = number
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


@cache
def _inserted_fields(model: type[Model]) -> tuple[AnyField, ...]:
    meta = model._meta
    return tuple(field for field in meta.concrete_fields if field is not meta.auto_field)


@cache
def _insert_sql(model: type[Model], rows: int, _vendor: str) -> str:
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in _inserted_fields(model)]
    row = f"({', '.join(['%s'] * len(columns))})"
    # Only names of our own tables and columns are put in; values go as parameters.
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)}) VALUES "  # noqa: S608
    sql += ", ".join([row] * rows)
    key = model._meta.auto_field
    return sql if key is None else f"{sql} RETURNING {quote(str(key.column))}"


@dataclass(frozen=True, slots=True)
class _Worded:
    sql: str
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]


class Reading(Generic[M]):
    """Reads some columns of a model's rows by a condition worded in SQL.

    `{name}` in the condition stands for the column of that field, `%s` for a value, which must be
    of the type that the database keeps.
    """

    def __init__(
        self, model: type[M], condition: str, *, only: Sequence[str] = (), locks: bool = False
    ) -> None:
        """`only` these fields, else all of them; `locks` the rows until the transaction ends."""
        self._model = model
        self._condition = condition
        self._locks = locks
        every = {field.attname: field for field in model._meta.concrete_fields}
        self._fields = [every[name] for name in only] if only else list(every.values())
        self._names = [field.attname for field in self._fields]
        self._worded: dict[str, _Worded] = {}

    def rows(self, *values: str | float | bool) -> list[tuple[Any, ...]]:
        """The values of the fields, row by row."""
        worded = self._worded.get(connection.vendor) or self._word()
        with connection.cursor() as cursor:
            cursor.execute(worded.sql, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        if not worded.converters:
            return found
        return [self._converted(row, worded) for row in found]

    def first(self, *values: str | float | bool) -> M | None:
        """The first row as an object; None when there is none. Other fields are deferred."""
        found = self.rows(*values)
        if not found:
            return None
        return self._model.from_db(connection.alias, self._names, found[0])

    @staticmethod
    def _converted(row: Sequence[Any], worded: _Worded) -> tuple[Any, ...]:
        values = list(row)
        for place, convert, expression in worded.converters:
            for one in convert:
                values[place] = one(values[place], expression, connection)
        return tuple(values)

    def _word(self) -> _Worded:
        quote = connection.ops.quote_name
        table = self._model._meta.db_table
        columns = {
            field.attname: quote(str(field.column)) for field in self._model._meta.concrete_fields
        }
        wanted = ", ".join(columns[name] for name in self._names)
        condition = self._condition.format(**columns)
        # Only names and a condition of our own are put in; values go as parameters.
        sql = f"SELECT {wanted} FROM {quote(table)} WHERE {condition}"  # noqa: S608
        if self._locks and connection.features.has_select_for_update:
            sql += " FOR UPDATE"
        converters = []
        for place, field in enumerate(self._fields):
            column = field.get_col(table)
            convert = (
                *connection.ops.get_db_converters(column),
                *field.get_db_converters(connection),
            )
            if convert:
                converters.append((place, convert, column))
        worded = _Worded(sql, tuple(converters))
        self._worded[connection.vendor] = worded
        return worded
