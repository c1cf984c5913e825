"""Putting members of staff on record, and ending their service."""

from __future__ import annotations

import datetime

from django.db import transaction

from wardmote.core.domain.appointment import OFFICES, Office, StaffKind
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.staff_events import StaffKept
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_day
from wardmote.operations.people.errors import BadDaysError
from wardmote.operations.people.models import Appointment, Person
from wardmote.operations.people.person_card import PersonCard, check_card, differs, fill
from wardmote.operations.people.rights import check, check_other, person_locked
from wardmote.operations.people.services.account_moves import close_account
from wardmote.operations.people.services.appointing import check_kind, end_row

_DAY = datetime.timedelta(days=1)


def keep_person(viewer: Viewer, card: PersonCard, *, now_s: float) -> bool:
    """Put somebody on record or change what is kept; returns whether anything changed.

    Raises:
        AccessDeniedError: the viewer may not edit staff in the area, or in the one before.
        NotYourselfError: about the own person.
        BadPersonError: naming the field that does not fit.
        NotForThisPersonError: the person holds an office that this kind may not hold.
    """
    check_card(card)
    check_other(viewer, card.staff_id)
    check(viewer, Permission.STAFF_EDIT, card.area)
    with transaction.atomic():
        row = Person.objects.select_for_update().filter(pk=card.staff_id).first()
        if row is not None:
            check(viewer, Permission.STAFF_EDIT, row.area)
            if not differs(row, card, local_day(now_s)):
                return False
            _check_offices(row, card.kind, local_day(now_s))
        new = row is None
        row = fill(row or Person(staff_id=card.staff_id), card, viewer.staff_id, now_s)
        row.save(force_insert=new)
        event = StaffKept(card.staff_id, card.kind, new)
        record([event], actor=viewer.staff_id, area=card.area, now_s=now_s)
    return True


def end_service(
    viewer: Viewer, staff_id: str, last_day: datetime.date, *, now_s: float
) -> tuple[str, ...]:
    """Somebody leaves after `last_day`; appointments beyond it end. Returns their ids.

    Yesterday is the last day of somebody who leaves at once. When the day is over the account is
    closed: here, or by `close_accounts_of_left`.

    Raises:
        UnknownPersonError: there is none of this number.
        AccessDeniedError: the viewer may not edit staff there, or not end one of the appointments.
        NotYourselfError: about the own person.
        BadDaysError: the day lies before yesterday; or an appointment began after it.
    """
    check_other(viewer, staff_id)
    if last_day < local_day(now_s) - _DAY:
        raise BadDaysError
    ended = []
    with transaction.atomic():
        row = person_locked(staff_id)
        check(viewer, Permission.STAFF_EDIT, row.area)
        row.left_day = last_day
        row.save(update_fields=["left_day"])
        lasting = row.appointments.select_for_update().filter(withdrawn=False)
        for appointment in lasting.order_by("pk"):
            if appointment.to_day is None or appointment.to_day > last_day:
                end_row(viewer, appointment, last_day, now_s=now_s)
                ended.append(appointment.pk)
        event = StaffKept(staff_id, StaffKind(row.kind), new=False)
        record([event], actor=viewer.staff_id, area=AreaId(row.area), now_s=now_s)
        close_account(row, viewer.staff_id, now_s)
    return tuple(ended)


def _check_offices(row: Person, kind: StaffKind, today: datetime.date) -> None:
    held = Appointment.objects.filter(person=row, withdrawn=False).exclude(to_day__lt=today)
    for office in held.values_list("office", flat=True):
        check_kind(kind, OFFICES[Office(office)])
