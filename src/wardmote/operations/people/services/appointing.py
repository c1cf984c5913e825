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
from wardmote.core.domain.events import Event
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.place_events import BeatChanged, DivisionChanged
from wardmote.core.domain.staff_events import StaffAppointed, StaffAppointmentEnded
from wardmote.operations.access.selectors import forget_viewers
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.people.errors import (
    BadDaysError,
    LeftByThenError,
    NotForThisPersonError,
    OfficeTakenError,
    PlaceEndsError,
    UnknownAppointmentError,
    UnknownPlaceError,
)
from wardmote.operations.people.models import Appointment, Person
from wardmote.operations.people.place_book import PlaceCard, place_book
from wardmote.operations.people.rights import check, check_other, person_locked
from wardmote.operations.places.selectors import forget as forget_places

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
        BadDaysError: the last day comes before the first; or the person leaves
            (`LeftByThenError`) or the place ends (`PlaceEndsError`) before it.
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
            _check_lasts(appointment, person, card)
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
        BadDaysError: it began already, and would end before it began; or it would be prolonged
            beyond the last day of the person's service or of the place.
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
        BadDaysError: as `end_appointment`.
        OfficeTakenError: somebody else holds the office on one of the days more.
    """
    check(viewer, OFFICES[Office(row.office)].appointed_by, row.area)
    row.withdrawn = last_day < row.from_day
    if row.withdrawn and row.from_day <= local_day(now_s):
        raise BadDaysError
    prolonged = row.to_day is not None and row.to_day < last_day
    row.to_day = last_day
    if prolonged:
        ref = PlaceRef(PlaceKind(row.place_kind), row.place)
        _check_lasts(row, row.person, place_book().card(ref))
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
    forget_places()  # another process, such as the command line, may have changed them
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


def _check_lasts(row: Appointment, person: Person, card: PlaceCard | None) -> None:
    """The person serves and the place stands for as long as the appointment is to last.

    Raises:
        LeftByThenError, PlaceEndsError: one of them ends before it.
    """
    language = get_language() or ""
    if ends_before(person.left_day, row.to_day):
        raise LeftByThenError(person=person.name_in(language), day=_iso(person.left_day))
    if card is not None and ends_before(card.days.last, row.to_day):
        name = card.name.in_language(language) or card.ref.code
        raise PlaceEndsError(place=name, day=_iso(card.days.last))


def ends_before(last: datetime.date | None, wanted: datetime.date | None) -> bool:
    """Whether something whose last day is `last` ends before `wanted` (None: it does not end)."""
    return last is not None and (wanted is None or last < wanted)


def _iso(day: datetime.date | None) -> str:
    return "" if day is None else day.isoformat()


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
