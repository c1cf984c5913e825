"""Appointing to offices, and ending appointments.

An appointment gives the role of its office for the area of its place while it lasts. Nothing else
is written down of that role: who holds it is read from the appointments (`roles_in_force`).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import get_language

from wardmote.core.domain.appointment import (
    OFFICES,
    STAFF_KIND_NAMES,
    Office,
    OfficeRule,
    PlaceKind,
    PlaceRef,
    StaffKind,
)
from wardmote.core.domain.events import (
    BeatChanged,
    DivisionChanged,
    Event,
    StaffAppointed,
    StaffAppointmentEnded,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.selectors import forget_viewers
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.people.errors import (
    BadDaysError,
    NotForThisPersonError,
    OfficeTakenError,
    UnknownAppointmentError,
    UnknownPlaceError,
)
from wardmote.operations.people.models import Appointment, Person
from wardmote.operations.people.place_book import place_book
from wardmote.operations.people.rights import check, check_other, person_locked
from wardmote.operations.places.selectors import local_day, midnight_s

_DAY = datetime.timedelta(days=1)

WITH_PLACES = "rule:places"
"""Who ends appointments to places that are no more."""


@dataclass(frozen=True, slots=True)
class NewAppointment:
    """Who is to hold which office where, on local days, inclusive (`to_day` None: open).

    Attributes:
        place: code of a division, or id of a beat or a post.
        acting: the office is vacant and this person looks after it.
    """

    staff_id: str
    office: Office
    place: str
    from_day: datetime.date
    to_day: datetime.date | None = None
    acting: bool = False


def appoint(viewer: Viewer, new: NewAppointment, *, now_s: float) -> str:
    """Appoint somebody; returns the id of the appointment.

    Raises:
        UnknownPersonError, UnknownPlaceError: there is none.
        AccessDeniedError: the viewer may not appoint to this office there, or not see the person.
        NotYourselfError: nobody appoints the own person.
        NotForThisPersonError: the person may not hold the office.
        BadDaysError: the last day comes before the first, or the person has left by then.
        OfficeTakenError: somebody else holds it on one of the days.
    """
    rule = OFFICES[new.office]
    check_other(viewer, new.staff_id)
    card = place_book().find(new.place, new.office)
    if card is None or card.gone_by(new.from_day):
        raise UnknownPlaceError(place=new.place)
    check(viewer, rule.appointed_by, card.area)
    if new.to_day is not None and new.to_day < new.from_day:
        raise BadDaysError
    appointment = Appointment(
        id=new_id(now_s),
        person_id=new.staff_id,
        office=new.office.value,
        place_kind=card.ref.kind.value,
        place=card.ref.code,
        area=card.area,
        from_day=new.from_day,
        to_day=new.to_day,
        acting=new.acting,
        sole=rule.sole_at(card.ref.kind),
        made_by=viewer.staff_id,
        made_s=now_s,
    )
    try:
        with transaction.atomic():
            person = person_locked(new.staff_id)
            check(viewer, Permission.STAFF_VIEW, person.area)
            check_may_hold(person, rule)
            if person.left_day is not None:
                raise BadDaysError
            refuse_clash(appointment)
            appointment.save(force_insert=True)
            record(
                [appointed(appointment)],
                actor=viewer.staff_id,
                area=AreaId(appointment.area),
                now_s=now_s,
            )
            transaction.on_commit(forget_viewers)
    except IntegrityError:  # somebody else was appointed between looking and writing
        refuse_clash(appointment)
        raise
    return appointment.pk


def end_appointment(
    viewer: Viewer, appointment_id: str, last_day: datetime.date, *, now_s: float
) -> None:
    """Let an appointment end after `last_day`; before its first day it is taken back instead.

    A later day than before prolongs it.

    Raises:
        UnknownAppointmentError: there is none.
        AccessDeniedError: the viewer may not appoint to this office there.
        NotYourselfError: about the own appointment.
        BadDaysError: it began already, and would end before it began.
        OfficeTakenError: somebody else holds the office on one of the days more.
    """
    try:
        with transaction.atomic():
            row = Appointment.objects.select_for_update().filter(pk=appointment_id).first()
            if row is None or row.withdrawn:
                raise UnknownAppointmentError
            check_other(viewer, row.person_id)
            end_row(viewer, row, last_day, now_s=now_s)
    except IntegrityError:
        kept = Appointment.objects.get(pk=appointment_id)
        kept.to_day = last_day
        refuse_clash(kept)
        raise


def end_row(viewer: Viewer, row: Appointment, last_day: datetime.date, *, now_s: float) -> None:
    """Give a locked appointment its last day, in the caller's transaction.

    Raises:
        AccessDeniedError: the viewer may not appoint to this office there.
        BadDaysError: it began already, and would end before it began.
        OfficeTakenError: somebody else holds the office on one of the days more.
    """
    check(viewer, OFFICES[Office(row.office)].appointed_by, row.area)
    row.withdrawn = last_day < row.from_day
    if row.withdrawn and row.from_day <= local_day(now_s):
        raise BadDaysError
    row.to_day = last_day
    row.ended_by = viewer.staff_id
    refuse_clash(row)
    row.save(update_fields=["to_day", "withdrawn", "ended_by"])
    event = appointment_ended(row)
    record([event], actor=viewer.staff_id, area=AreaId(row.area), now_s=now_s)
    transaction.on_commit(forget_viewers)


def end_with_places(event: Event, now_s: float) -> None:
    """Reaction: where a place ends, the appointments to it end with its last day.

    Those that would begin later are taken back. Doing it again changes nothing.
    """
    payload = event.payload
    codes: tuple[str, ...] = ()
    if isinstance(payload, BeatChanged):
        codes = (payload.beat,)
    elif isinstance(payload, DivisionChanged):
        codes = payload.before
    rows = Appointment.objects.select_for_update().filter(place__in=codes, withdrawn=False)
    for row in rows.order_by("pk"):
        card = place_book().card(PlaceRef(PlaceKind(row.place_kind), row.place))
        last = None if card is None else card.days.last
        if last is None or (row.to_day is not None and row.to_day <= last):
            continue
        row.withdrawn = last < row.from_day
        row.to_day, row.ended_by = last, WITH_PLACES
        row.save(update_fields=["to_day", "withdrawn", "ended_by"])
        ended = appointment_ended(row)
        record([ended], actor=WITH_PLACES, area=AreaId(row.area), now_s=now_s)
        transaction.on_commit(forget_viewers)


def appointed(row: Appointment) -> StaffAppointed:
    """The event of an appointment."""
    return StaffAppointed(
        row.pk,
        row.person_id,
        Office(row.office),
        PlaceKind(row.place_kind),
        row.place,
        row.acting,
        midnight_s(row.from_day),
        None if row.to_day is None else midnight_s(row.to_day + _DAY),
    )


def appointment_ended(row: Appointment) -> StaffAppointmentEnded:
    """The event of an appointment that was given its last day."""
    if row.to_day is None:
        raise ValueError("an appointment that ended has a last day")
    return StaffAppointmentEnded(
        row.pk,
        row.person_id,
        Office(row.office),
        PlaceKind(row.place_kind),
        row.place,
        midnight_s(row.to_day + _DAY),
        row.withdrawn,
    )


def check_may_hold(person: Person, rule: OfficeRule) -> None:
    """Refuse an office that the person may not hold in law.

    Raises:
        NotForThisPersonError: so it is.
    """
    check_kind(StaffKind(person.kind), rule)


def check_kind(kind: StaffKind, rule: OfficeRule) -> None:
    """Refuse an office that nobody of this kind may hold in law.

    Raises:
        NotForThisPersonError: so it is.
    """
    if kind not in rule.held_by:
        language = get_language() or ""
        raise NotForThisPersonError(
            kind=STAFF_KIND_NAMES[kind].in_language(language),
            office=rule.name.in_language(language),
        )


def refuse_clash(row: Appointment) -> None:
    """Refuse a second holder of an office with one holder; the database would do so too.

    Raises:
        OfficeTakenError: naming who holds it and when.
    """
    if not row.sole or row.withdrawn:
        return
    others = Appointment.objects.filter(
        office=row.office, place=row.place, place_kind=row.place_kind, sole=True, withdrawn=False
    ).exclude(pk=row.pk)
    others = others.filter(Q(to_day__isnull=True) | Q(to_day__gte=row.from_day))
    if row.to_day is not None:
        others = others.filter(from_day__lte=row.to_day)
    taken = others.select_related("person").order_by("from_day").first()
    if taken is not None:
        raise OfficeTakenError(
            person=taken.person.name_in(get_language() or ""),
            first=taken.from_day.isoformat(),
            last="…" if taken.to_day is None else taken.to_day.isoformat(),
        )
