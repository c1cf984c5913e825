"""Consents to care visits: given, opened, withdrawn, expired, erased.

A visit rests on its consent alone. Whose it is stays sealed: it opens for the one who holds a visit
or answers for the place, for the purpose of the consent, with a record of the look. There is no
list of persons and nothing to search. Who says no is not put on record.
"""

from __future__ import annotations

import datetime
import json
import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from wardmote.core.domain.appointment import Office
from wardmote.core.domain.consent import (
    CONSENT_LIFE_CYCLE,
    LONGEST_DAYS,
    TERM_DAYS,
    CarePurpose,
    ConsentAction,
    ConsentState,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.task import (
    LIVING_TASKS,
    LONGEST_MINUTES,
    TaskKind,
)
from wardmote.operations.access.services import AccessDeniedError, Looked, record_look
from wardmote.operations.identifiers import new_id
from wardmote.operations.tasks.errors import (
    ConsentOverError,
    ConsentRefusedError,
    UnknownConsentError,
)
from wardmote.operations.tasks.holders import who_has
from wardmote.operations.tasks.models import CareConsent, Task
from wardmote.operations.tasks.services.care_visits import (
    care_requests,
    end_consent,
    in_force,
    tell,
)
from wardmote.operations.tasks.services.making import DAYS_AHEAD, make
from wardmote.operations.tasks.services.moving import BY_RULES
from wardmote.operations.working_time import working_calendar

LOOKED = "care_visit"
AT_ONCE = 100
LONGEST_FIELD = 300
FIELDS = ("name", "contact", "address", "wishes")
_LIVING = [state.value for state in LIVING_TASKS]


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A consent as it is written on paper.

    Attributes:
        area: 12-digit code of the village.
        name, contact, address, wishes: of the resident; sealed at once.
        every_days: a visit every so many days, 1 to 366.
        signed: the paper is signed, by the person or by whoever may sign for them.
    """

    area: AreaId
    purpose: CarePurpose
    name: str
    contact: str
    address: str
    wishes: str
    every_days: int
    minutes: int
    from_day: datetime.date
    to_day: datetime.date
    signed: bool
    office: Office = Office.VILLAGE_ASSISTANT


@dataclass(frozen=True, slots=True)
class OpenedConsent:
    """What one who goes there may see; texts of `FIELDS`."""

    consent: str
    purpose: CarePurpose
    to_day: datetime.date
    details: dict[str, str]


def keep_consent(
    viewer: Viewer, new: NewConsent, *, now_s: float, token: uuid.UUID | None = None
) -> str:
    """Put a written consent on record; returns its id.

    Args:
        token: of the form; the same one again is the same consent.

    Raises:
        AccessDeniedError: the viewer does no care visits in that area.
        ConsentRefusedError: something does not fit.
    """
    _may_care(viewer, new.area)
    today = working_calendar(now_s).local_day(now_s)
    _check(new, today)
    try:
        with transaction.atomic():
            return _entered(viewer, token) or _keep(viewer, new, token, now_s)
    except IntegrityError:  # the same form came twice at once
        known = _entered(viewer, token)
        if known is None:
            raise
        return known


def _entered(viewer: Viewer, token: uuid.UUID | None) -> str | None:
    if token is None:
        return None
    rows = CareConsent.objects.filter(entered=token, kept_by=viewer.staff_id)
    return rows.values_list("pk", flat=True).first()


def _keep(viewer: Viewer, new: NewConsent, token: uuid.UUID | None, now_s: float) -> str:
    row = CareConsent.objects.create(
        id=new_id(now_s),
        area=new.area,
        office=new.office.value,
        purpose=new.purpose.value,
        sealed=json.dumps({name: getattr(new, name).strip() for name in FIELDS}),
        every_days=new.every_days,
        minutes=new.minutes,
        from_day=new.from_day,
        to_day=new.to_day,
        state=CONSENT_LIFE_CYCLE.initial.value,
        given_s=now_s,
        kept_by=viewer.staff_id,
        erase_after_s=_erase_after_s(new.to_day, now_s),
        entered=token,
    )
    tell(row, "given", viewer.staff_id, now_s)
    _make_first_visits(row, now_s)
    return row.pk


def _make_first_visits(row: CareConsent, now_s: float) -> None:
    """Make the visits of days whose tasks may be made already: no round comes back to them."""
    calendar = working_calendar(now_s)
    today = calendar.local_day(now_s)
    for ahead in range(DAYS_AHEAD + 1):
        day = today + datetime.timedelta(days=ahead)
        for request in care_requests(day, calendar, only=row.pk):
            make(request, actor=BY_RULES, now_s=now_s)


def withdraw_consent(viewer: Viewer, consent_id: str, *, now_s: float) -> int:
    """The person withdraws it: every visit is cancelled in this very moment; returns how many.

    Whoever does care visits or assigns tasks there may enter it; withdrawing twice changes nothing.

    Raises:
        UnknownConsentError: there is none there.
    """
    with transaction.atomic():
        row = CareConsent.objects.select_for_update().filter(pk=consent_id).first()
        if row is None or not _may_withdraw(viewer, AreaId(row.area)):
            raise UnknownConsentError
        if row.state != ConsentState.GIVEN.value:
            return 0
        return end_consent(row, ConsentAction.WITHDRAW, viewer.staff_id, now_s)


def open_visit(viewer: Viewer, task_id: str, *, now_s: float) -> OpenedConsent:
    """Whom a visit goes to, for the one who holds it; the look is written down.

    Raises:
        UnknownConsentError: the viewer does not hold such a visit.
        ConsentOverError: the consent is over.
    """
    with transaction.atomic():
        task = Task.objects.filter(
            pk=task_id, kind=TaskKind.CARE_VISIT.value, holder=viewer.staff_id, state__in=_LIVING
        ).first()
        if task is None:
            raise UnknownConsentError
        return _opened(viewer, task.source, now_s)


def open_consent(viewer: Viewer, consent_id: str, *, now_s: float) -> OpenedConsent:
    """Whose it is, for the one who answers for the place by now; the look is written down.

    Raises:
        UnknownConsentError: the viewer does not answer for it.
        ConsentOverError: the consent is over.
    """
    with transaction.atomic():
        row = CareConsent.objects.filter(pk=consent_id).first()
        if row is None:
            raise UnknownConsentError
        if who_has(AreaId(row.area), Office(row.office), now_s) != viewer.staff_id:
            raise UnknownConsentError
        return _opened(viewer, row.pk, now_s)


def end_and_erase(now_s: float) -> bool:
    """Expire consents whose last day is over, erase those whose term is; true if more are left."""
    today = working_calendar(now_s).local_day(now_s)
    over = CareConsent.objects.filter(state=ConsentState.GIVEN.value, to_day__lt=today)
    ended = list(over.values_list("pk", flat=True)[:AT_ONCE])
    for pk in ended:
        with transaction.atomic():
            row = CareConsent.objects.select_for_update().get(pk=pk)
            if row.state == ConsentState.GIVEN.value:
                end_consent(row, ConsentAction.EXPIRE, BY_RULES, now_s)
    past = CareConsent.objects.filter(
        state__in=[ConsentState.WITHDRAWN.value, ConsentState.EXPIRED.value],
        erase_after_s__lte=now_s,
    )
    erased = list(past.values_list("pk", flat=True)[:AT_ONCE])
    for pk in erased:
        with transaction.atomic():
            row = CareConsent.objects.select_for_update().get(pk=pk)
            row.state = CONSENT_LIFE_CYCLE.next_state(
                ConsentState(row.state), ConsentAction.ERASE
            ).value
            row.sealed = ""
            row.save()
            tell(row, "erased", "rule:retention", now_s)
    return AT_ONCE in (len(ended), len(erased))


def _opened(viewer: Viewer, consent_id: str, now_s: float) -> OpenedConsent:
    row = CareConsent.objects.filter(pk=consent_id).first()
    if row is None:
        raise UnknownConsentError
    if not in_force(row, now_s):
        raise ConsentOverError
    looked = Looked(LOOKED, row.pk, AreaId(row.area))
    record_look(viewer, Permission.CARE_VISIT, looked, row.purpose, FIELDS, now_s)
    sealed = json.loads(row.sealed)
    return OpenedConsent(
        consent=row.pk,
        purpose=CarePurpose(row.purpose),
        to_day=row.to_day,
        details={name: str(sealed.get(name, "")) for name in FIELDS},
    )


def _check(new: NewConsent, today: datetime.date) -> None:
    if not new.signed:
        raise ConsentRefusedError(field="signed")
    if not new.name.strip():
        raise ConsentRefusedError(field="name")
    if not (new.contact.strip() or new.address.strip()):
        raise ConsentRefusedError(field="contact")
    for name in FIELDS:
        if len(getattr(new, name)) > LONGEST_FIELD:
            raise ConsentRefusedError(field=name)
    if not 1 <= new.every_days <= LONGEST_DAYS:
        raise ConsentRefusedError(field="every_days")
    if not 1 <= new.minutes <= LONGEST_MINUTES:
        raise ConsentRefusedError(field="minutes")
    if new.to_day < max(new.from_day, today):
        raise ConsentRefusedError(field="to_day")
    if (new.to_day - new.from_day).days > LONGEST_DAYS:
        raise ConsentRefusedError(field="to_day")


def _erase_after_s(to_day: datetime.date, now_s: float) -> float:
    last = to_day + datetime.timedelta(days=1 + TERM_DAYS)
    return working_calendar(now_s).midnight_s(last)


def _may_care(viewer: Viewer, area: AreaId) -> None:
    if not viewer.may(Permission.CARE_VISIT, area):
        held = viewer.holds_anywhere(Permission.CARE_VISIT)
        raise AccessDeniedError("area" if held else "role")


def _may_withdraw(viewer: Viewer, area: AreaId) -> bool:
    return viewer.may(Permission.CARE_VISIT, area) or viewer.may(Permission.TASK_ASSIGN, area)
