"""Appointments and leave as the core knows them, read from their rows."""

from __future__ import annotations

import datetime
import math
from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet

from wardmote.core.domain.appointment import Appointment, Office, PlaceKind, PlaceRef
from wardmote.core.domain.ids import PersonId
from wardmote.core.domain.leave import TAKEN, Leave
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.people import models

_DAY = datetime.timedelta(days=1)
_TAKEN = [state.value for state in TAKEN]
_OFFICES = {office.value: office for office in Office}
_PLACE_KINDS = {kind.value: kind for kind in PlaceKind}


class Midnights:
    """When local days begin, worked out once for each day."""

    def __init__(self) -> None:
        self._known: dict[datetime.date, float] = {}

    def of(self, day: datetime.date) -> float:
        """Seconds UTC at which `day` begins."""
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = midnight_s(day)
        return known

    def after(self, day: datetime.date) -> float:
        """Seconds UTC at which `day` is over."""
        return self.of(day + _DAY)


def in_force_between(start_s: float, end_s: float) -> QuerySet[models.Appointment]:
    """The appointments in force at any moment of [start_s, end_s]; none of who has left by then."""
    first, last = local_day(start_s), local_day(end_s)
    return models.Appointment.objects.filter(
        Q(to_day__isnull=True) | Q(to_day__gte=first),
        Q(person__left_day__isnull=True) | Q(person__left_day__gte=first),
        withdrawn=False,
        from_day__lte=last,
    )


def leaves_between(start_s: float, end_s: float) -> QuerySet[models.Leave]:
    """The leaves taken that run at any moment of [start_s, end_s]."""
    return models.Leave.objects.filter(state__in=_TAKEN, from_s__lte=end_s, to_s__gt=start_s)


def appointments_in(rows: QuerySet[models.Appointment]) -> list[Appointment]:
    """The appointments that a query finds, as values; thousands of them without a row object.

    They end with the last day of service, whatever their own last day says.
    """
    midnights = Midnights()
    found = rows.values_list(
        "pk", "person_id", "office", "place_kind", "place", "from_day", "to_day", "acting",
        "person__left_day",
    )  # fmt: skip
    return [
        Appointment(
            appointment_id=pk,
            person=PersonId(person),
            office=_OFFICES[office],
            place=PlaceRef(_PLACE_KINDS[kind], place),
            from_s=midnights.of(from_day),
            to_s=None if last is None else midnights.after(last),
            acting=acting,
        )
        for pk, person, office, kind, place, from_day, to_day, acting, left in found.iterator()
        for last in (_earlier(to_day, left),)
    ]


def _earlier(one: datetime.date | None, other: datetime.date | None) -> datetime.date | None:
    known = [day for day in (one, other) if day is not None]
    return min(known) if known else None


def departures(persons: Collection[str], before_s: float) -> list[Leave]:
    """Those of `persons` who leave the service before a moment, as leave that does not end."""
    midnights = Midnights()
    rows = models.Person.objects.filter(pk__in=list(persons), left_day__lt=local_day(before_s))
    return [
        Leave(f"left:{pk}", PersonId(pk), midnights.after(left), math.inf, None)
        for pk, left in rows.values_list("pk", "left_day")
        if left is not None
    ]


def as_leaves(rows: Iterable[models.Leave]) -> list[Leave]:
    """Rows as values."""
    return [
        Leave(
            row.pk,
            PersonId(row.person_id),
            row.from_s,
            row.to_s,
            None if row.deputy_id is None else PersonId(row.deputy_id),
        )
        for row in rows
    ]
