"""Fills a home with the calls of a year and more: taken over from another system, then our own.

Each is a copy of one that went through the product's services (`call_patterns`): its rows and its
journal entries together, moved to another place, time and crew, with everything that happened drawn
out or together in time by one factor. Those of long ago are copies of imported records, of which by
the product's design nothing is in the journal; those of the last `OWN_DAYS` have all entries, so
that whoever folds a copy from its entries finds its row: `check_copies` does so.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Model
from tests.load.call_patterns import Pattern, Patterns, imported_patterns, own_patterns
from tests.load.drawn_year import YearsCall, drawn_calls

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.places import PlaceBook, UnitSpec
from wardmote.operations.dispatch.models import Assignment, AssignmentTime
from wardmote.operations.identifiers import new_id
from wardmote.operations.incidents.models import (
    DayCounter,
    Destination,
    FieldTimeRow,
    ImportedRecord,
    Incident,
)
from wardmote.operations.incidents.standing import CallStanding, _folded
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.local_time import local_day
from wardmote.operations.places import selectors as places

CALLS_PER_YEAR = 200_000
DAYS = 400
OWN_DAYS = 62
"""So long the place has worked with the product: this month and the last are its own."""
_DAY_S = 86_400.0
_LONGEST_S = 6 * 3_600.0
_BATCH = 5_000
_CHECKED = 400
_OWN_SHARES = (0.8, 0.16, 0.04)
"""How often one unit goes, two go, and a call is cancelled."""
_MODELS = (
    *(Incident, FieldTimeRow, Destination, ImportedRecord),
    *(Assignment, AssignmentTime, JournalEntry),
)
"""In the order in which rows need one another."""


def write_calls(book: PlaceBook, top: AreaId, now_s: float, rng: np.random.Generator) -> int:
    """Draw and write the calls of `DAYS` up to a few hours ago; returns how many there are."""
    own_from_s = now_s - OWN_DAYS * _DAY_S
    calls = drawn_calls(book, CALLS_PER_YEAR, now_s - DAYS * _DAY_S, now_s - _LONGEST_S, rng)
    roles = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.DISPATCHER)
    viewer = Viewer("load", tuple(RoleInArea(role, top) for role in roles))
    first = list({call.category: call for call in reversed(calls)}.values())
    copies = _Copies(book.units, now_s, rng)
    copies.write(
        imported_patterns(viewer, first, book.units, now_s, rng),
        [call for call in calls if call.at_s < own_from_s],
    )
    copies.write(
        own_patterns(viewer, first, book.units, own_from_s - 2 * _DAY_S),
        [call for call in calls if call.at_s >= own_from_s],
    )
    check_copies(now_s)
    return Incident.objects.count()


class _Copies:
    """Writes copies of patterns, each moved to another place and time."""

    def __init__(self, units: tuple[UnitSpec, ...], now_s: float, rng: np.random.Generator) -> None:
        self._now_s = now_s
        self._rng = rng
        self._near: dict[str, list[str]] = {}
        for unit in units:
            self._near.setdefault(unit.area[:6], []).append(str(unit.unit_id))
        self._rows: dict[type[Model], list[tuple[Any, ...]]] = {}
        self._copied = 0
        # Calls come from the points of a grid of 100 m, many from the same.
        self._located = functools.cache(lambda lon, lat: places.locate(lon, lat, now_s))

    def write(self, patterns: Patterns, calls: list[YearsCall]) -> None:
        """All of them, the journal in the order of what happened."""
        counts = Counter(dict(DayCounter.objects.values_list("day", "last")))
        with transaction.atomic():
            for number, call in enumerate(calls, start=1):
                self._copy(patterns[call.category], call, counts)
                if number % _BATCH == 0:
                    self._flush(but=JournalEntry)
            recorded = _columns(JournalEntry).index("recorded_s")
            self._rows.get(JournalEntry, []).sort(key=lambda values: values[recorded])
            self._flush()
            DayCounter.objects.all().delete()
            DayCounter.objects.bulk_create(
                DayCounter(day=day, last=last) for day, last in counts.items()
            )

    def _flush(self, but: type[Model] | None = None) -> None:
        for model in _MODELS:
            if model is not but:
                _insert(model, self._rows.pop(model, []))

    def _copy(self, kinds: list[Pattern], call: YearsCall, counts: Counter[Any]) -> None:
        found = self._located(call.lon, call.lat)
        if found.area is None:
            return
        shares = _OWN_SHARES if len(kinds) == len(_OWN_SHARES) else None
        pattern = kinds[int(self._rng.choice(len(kinds), p=shares))]
        near = self._near.get(found.area[:6], [])
        crew = self._rng.permutation(len(near))[: len(pattern.units)]
        old = pattern.incident
        self._copied += 1
        number = f"before:{self._copied:07d}"
        if old.channel != "import":
            day = local_day(call.at_s)
            counts[day] += 1
            number = f"{day:%Y%m%d}-{counts[day]:04d}"
        moved = _Moved(
            names={
                **{
                    row.pk: new_id(call.at_s) for row in pattern.rows if isinstance(row, Assignment)
                },
                **{unit: near[int(row)] for unit, row in zip(pattern.units, crew, strict=False)},
                old.pk: new_id(call.at_s),
                old.number: number,
                old.area: str(found.area),
                **({old.beat: found.beat} if old.beat else {}),
            },
            from_s=old.received_s,
            to_s=call.at_s,
            factor=min(float(self._rng.lognormal(0.0, 0.45)), 8.0),
            until_s=self._now_s,
            place={"lon": call.lon, "lat": call.lat, "place_class": found.place_class.value},
        )
        for row in (old, *pattern.rows):
            self._rows.setdefault(type(row), []).append(moved.values(row))


@dataclass(frozen=True, slots=True)
class _Moved:
    """What a copy has other than its pattern.

    Attributes:
        names: ids, numbers and codes, old to new.
        factor: everything after receipt comes so many times later.
        until_s: what was at this moment or later stays: when a record was imported.
        place: where the call is.
    """

    names: dict[str, Any]
    from_s: float
    to_s: float
    factor: float
    until_s: float
    place: dict[str, Any]

    def values(self, row: Model) -> tuple[Any, ...]:
        """What the copy of a row has in its `_columns`."""
        model = type(row)
        values = [self._value(name, getattr(row, name)) for name in _columns(model)]
        if model is JournalEntry:
            values[_columns(model).index("event_id")] = new_id(self.to_s)
        return tuple(json.dumps(one) if isinstance(one, dict | list) else one for one in values)

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._value(key, one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._value(name, one) for one in value]
        if name in self.place and value is not None:
            return self.place[name]
        if isinstance(value, str):
            return self.names.get(value, value)
        # Nothing but a moment is as large: seconds since 1970.
        if isinstance(value, float) and 1e9 < value < self.until_s:
            return self.to_s + (value - self.from_s) * self.factor
        return value


@functools.cache
def _columns(model: type[Model]) -> tuple[str, ...]:
    """The columns of a model but for a number that the database gives."""
    meta = model._meta
    return tuple(field.attname for field in meta.concrete_fields if field is not meta.auto_field)


def _insert(model: type[Model], rows: list[tuple[Any, ...]]) -> None:
    """Insert rows as they are: their values were read from the database before."""
    columns = _columns(model)
    marks = ", ".join(["%s"] * len(columns))
    # Only names of our own tables and columns are put in; values go as parameters.
    sql = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({marks})"
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def check_copies(now_s: float) -> int:
    """Hold rows against what their journal entries fold to; returns how many were looked at.

    Raises:
        AssertionError: a row says otherwise.
    """
    fields = ("id", "received_s", "category", "priority", "place_class", "state", "area", "beat")
    own = Incident.objects.exclude(channel="import").order_by("id").values_list(*fields)
    rows = list(own)
    checked = rows[:: max(1, len(rows) // _CHECKED)]
    for row in checked:
        stood = CallStanding(*row)
        assert _folded(stood, now_s) == stood, stood
    return len(checked)
