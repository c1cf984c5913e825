"""Accounts of staff: invited by a link, closed with the service, brought back with a reason.

Roles follow from appointments; an account is only the way to log in. It works without e-mail: the
link is shown once to whoever makes it, and only its hash is kept.
"""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from wardmote.core.domain.appointment import OFFICES, Office
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.staff_account import AccountAction
from wardmote.core.domain.staff_events import StaffAccountMoved
from wardmote.operations.access.selectors import forget_viewers, viewer_of
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_day
from wardmote.operations.people.errors import (
    AccountNotClosedError,
    HasAccountError,
    InvitationGoneError,
    LeftByThenError,
    ReasonNeededError,
)
from wardmote.operations.people.models import Account, AccountMove, Person, StaffInvitation
from wardmote.operations.people.person_card import has_left
from wardmote.operations.people.rights import check, check_other, person_locked
from wardmote.operations.people.services.accounts import check_password

INVITATION_LIFE_S = 7 * 86_400.0
MAX_REASON = 300
WITH_THE_SERVICE = "rule:staff"
"""Who closes accounts when the last day of service is over."""


def invite(viewer: Viewer, staff_id: str, *, now_s: float) -> str:
    """Let somebody without an account open one; returns the token of the link, known to no row.

    An earlier link that was not used stops working. Whoever has the link becomes this person: so it
    needs the right to appoint to every office that the person holds or will hold.

    Raises:
        UnknownPersonError: there is none of this number.
        AccessDeniedError: the viewer may not edit staff there, or not appoint to what is held.
        NotYourselfError: about the own person.
        HasAccountError: there is an account already, open or closed.
        LeftByThenError: the person has left.
    """
    check_other(viewer, staff_id)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        person = person_locked(staff_id)
        check(viewer, Permission.STAFF_EDIT, person.area)
        _check_serves(person, now_s)
        held = person.appointments.filter(withdrawn=False).exclude(to_day__lt=local_day(now_s))
        for office, area in held.values_list("office", "area"):
            if not viewer.may(OFFICES[Office(office)].appointed_by, AreaId(area)):
                raise AccessDeniedError
        _check_free(person)
        waiting = StaffInvitation.objects.filter(person=person, used_s__isnull=True)
        waiting.filter(expires_s__gt=now_s).update(expires_s=now_s)
        StaffInvitation.objects.create(
            id=new_id(now_s),
            person=person,
            token_sha256=_digest(token),
            made_by=viewer.staff_id,
            made_s=now_s,
            expires_s=now_s + INVITATION_LIFE_S,
        )
        _keep(person, AccountAction.INVITED, viewer.staff_id, now_s)
    return token


def invited_person(token: str, now_s: float) -> Person:
    """Whom a link invites.

    Raises:
        InvitationGoneError: it is unknown, used, replaced or too old; or the person has an account
            or has left meanwhile.
    """
    row = StaffInvitation.objects.select_related("person").filter(token_sha256=_digest(token))
    found = row.filter(used_s__isnull=True, expires_s__gt=now_s).first()
    if found is None or has_left(found.person, local_day(now_s)) or _taken(found.person):
        raise InvitationGoneError
    return found.person


def accept_invitation(token: str, password: str, *, now_s: float) -> Account:
    """Open the account that a link is for, once. The staff number is what one logs in with.

    Raises:
        InvitationGoneError: as `invited_person`.
        Problem: the password is not good enough.
    """
    check_password(invited_person(token, now_s).pk, password)
    hashed = make_password(password)  # slow on purpose, so before the transaction
    try:
        with transaction.atomic():
            used = StaffInvitation.objects.filter(
                token_sha256=_digest(token), used_s__isnull=True, expires_s__gt=now_s
            )
            person = invited_person(token, now_s)
            if not used.update(used_s=now_s):
                raise InvitationGoneError
            account = Account(
                username=person.pk,
                staff_id=person.pk,
                name_zh=person.name_zh,
                name_en=person.name_en,
                password=hashed,
            )
            account.save(force_insert=True)
            _keep(person, AccountAction.OPENED, person.pk, now_s)
    except IntegrityError as error:  # somebody opened one of this name in this moment
        raise InvitationGoneError from error
    return account


def close_account(person: Person, by: str, now_s: float) -> bool:
    """Close the account of somebody who has left, in the caller's transaction.

    Its sessions end. It stays open where a role granted by hand is left, or where it administers
    the server; returns whether it was closed.
    """
    account = Account.objects.filter(staff_id=person.pk, is_active=True).first()
    if account is None or account.is_superuser or not has_left(person, local_day(now_s)):
        return False
    forget_viewers()  # so that the roles left are those of this transaction
    viewer = viewer_of(account.pk, now_s)
    transaction.on_commit(forget_viewers)
    if viewer is not None and viewer.grants:
        return False
    account.is_active = False
    account.save(update_fields=["is_active"])
    _end_sessions(account)
    _keep(person, AccountAction.CLOSED, by, now_s)
    return True


def close_accounts_of_left(now_s: float) -> int:
    """Close the accounts of those whose last day of service is over; returns how many that were."""
    active = Account.objects.filter(is_active=True).values("staff_id")
    left = Person.objects.filter(left_day__lt=local_day(now_s), pk__in=active)
    closed = 0
    for staff_id in left.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            closed += close_account(person_locked(staff_id), WITH_THE_SERVICE, now_s)
    return closed


def bring_back(viewer: Viewer, staff_id: str, reason: str, *, now_s: float) -> None:
    """Somebody serves on after all: the last day and the closing of the account are taken back.

    Appointments that ended stay ended: roles are given anew.

    Raises:
        UnknownPersonError: there is none of this number.
        AccessDeniedError: the viewer may not edit staff there.
        NotYourselfError: about the own person.
        ReasonNeededError: no reason is given, or one of more than 300 characters.
        AccountNotClosedError: neither a last day nor a closed account is there.
    """
    check_other(viewer, staff_id)
    words = reason.strip()
    if not words or len(words) > MAX_REASON:
        raise ReasonNeededError(most=MAX_REASON)
    with transaction.atomic():
        person = person_locked(staff_id)
        check(viewer, Permission.STAFF_EDIT, person.area)
        opened = Account.objects.filter(staff_id=staff_id, is_active=False).update(is_active=True)
        if not opened and person.left_day is None:
            raise AccountNotClosedError
        person.left_day = None
        person.save(update_fields=["left_day"])
        _keep(person, AccountAction.BROUGHT_BACK, viewer.staff_id, now_s, words)
        transaction.on_commit(forget_viewers)


def _check_serves(person: Person, now_s: float) -> None:
    if has_left(person, local_day(now_s)):
        day = "" if person.left_day is None else person.left_day.isoformat()
        raise LeftByThenError(person=person.pk, day=day)


def _check_free(person: Person) -> None:
    if _taken(person):
        raise HasAccountError(staff_id=person.pk)


def _taken(person: Person) -> bool:
    named = Q(staff_id=person.pk) | Q(username__iexact=person.pk)
    return Account.objects.filter(named).exists()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _keep(person: Person, action: AccountAction, by: str, now_s: float, reason: str = "") -> None:
    AccountMove.objects.create(
        id=new_id(now_s), person=person, action=action.value, reason=reason, by=by, at_s=now_s
    )
    event = StaffAccountMoved(person.pk, action)
    record([event], actor=by, area=AreaId(person.area), now_s=now_s)


def _end_sessions(account: Account) -> None:
    """Sessions are told apart only by what is in them; there are as many as people on duty."""
    if not settings.SESSION_ENGINE.endswith("db"):
        return
    own = str(account.pk)
    keys = [
        one.session_key
        for one in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if one.get_decoded().get("_auth_user_id") == own
    ]
    Session.objects.filter(session_key__in=keys).delete()
