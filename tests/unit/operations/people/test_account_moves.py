"""Accounts of staff: opened by a one-time link, closed with the service, brought back."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, WEST, viewer

from wardmote.core.domain.appointment import Office, StaffKind
from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Permission, Role
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.selectors import forget_viewers
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.local_time import local_day
from wardmote.operations.people import services
from wardmote.operations.people.errors import (
    AccountNotClosedError,
    BadDaysError,
    HasAccountError,
    InvitationGoneError,
    LeftByThenError,
    NotYourselfError,
    ReasonNeededError,
)
from wardmote.operations.people.models import Account, AccountMove, Person, StaffInvitation
from wardmote.operations.people.services.account_moves import INVITATION_LIFE_S

ADMIN = viewer((Role.ADMINISTRATOR, COUNTY), staff="admin")
CHIEF = viewer((Role.STATION_CHIEF, EAST), staff="chief")
GOOD = "a-good-long-password-7"
DAY_S = 86_400.0
DAY = datetime.timedelta(days=1)
TODAY = local_day(NOW_S)


@pytest.fixture(autouse=True)
def staff(place: None) -> None:
    for number in ("o1", "o2"):
        card = services.PersonCard(number, Bilingual("林", "Lin"), StaffKind.POLICE, EAST)
        services.keep_person(ADMIN, card, now_s=NOW_S)
    forget_viewers()


def opened(staff_id: str = "o1") -> Account:
    token = services.invite(CHIEF, staff_id, now_s=NOW_S)
    return services.accept_invitation(token, GOOD, now_s=NOW_S + 1.0)


def moves() -> list[str]:
    return list(AccountMove.objects.order_by("at_s", "pk").values_list("action", flat=True))


def test_a_link_opens_one_account_once(staff: None) -> None:
    token = services.invite(CHIEF, "o1", now_s=NOW_S)
    row = StaffInvitation.objects.get()
    assert token not in str(vars(row))
    assert services.invited_person(token, NOW_S).pk == "o1"
    with pytest.raises(Problem):
        services.accept_invitation(token, "short", now_s=NOW_S)
    account = services.accept_invitation(token, GOOD, now_s=NOW_S + 1.0)
    assert (account.username, account.staff_id, account.is_staff) == ("o1", "o1", False)
    assert account.check_password(GOOD)
    with pytest.raises(InvitationGoneError):
        services.accept_invitation(token, GOOD, now_s=NOW_S)
    with pytest.raises(HasAccountError):
        services.invite(CHIEF, "o1", now_s=NOW_S)
    told = JournalEntry.objects.filter(type="staff.account_moved").order_by("seq")
    assert [(row.actor, row.data) for row in told] == [
        ("chief", {"person": "o1", "action": "invited"}),
        ("o1", {"person": "o1", "action": "opened"}),
    ]
    assert moves() == ["invited", "opened"]


def test_a_link_is_replaced_by_the_next_and_ends_with_its_time(staff: None) -> None:
    first = services.invite(CHIEF, "o1", now_s=NOW_S)
    second = services.invite(CHIEF, "o1", now_s=NOW_S)
    end_s = NOW_S + INVITATION_LIFE_S
    for token, at_s in ((first, NOW_S), (second, end_s), ("rubbish", NOW_S)):
        with pytest.raises(InvitationGoneError):
            services.invited_person(token, at_s)
    assert services.invited_person(second, end_s - 0.1).pk == "o1"
    services.end_service(ADMIN, "o1", TODAY - DAY, now_s=NOW_S)
    with pytest.raises(InvitationGoneError):
        services.accept_invitation(second, GOOD, now_s=NOW_S)
    with pytest.raises(LeftByThenError):
        services.invite(CHIEF, "o1", now_s=NOW_S)


def test_a_link_to_an_office_needs_the_right_to_appoint_to_it(staff: None) -> None:
    """Whoever makes a link could use it: nobody becomes the chief that way."""
    chief = services.NewAppointment("o1", Office.STATION_CHIEF, EAST, TODAY + 9 * DAY)
    services.appoint(ADMIN, chief, now_s=NOW_S)
    with pytest.raises(AccessDeniedError):
        services.invite(CHIEF, "o1", now_s=NOW_S)
    services.invite(ADMIN, "o1", now_s=NOW_S)


def test_the_account_of_who_leaves_at_once_is_closed_with_its_sessions(staff: None) -> None:
    account, other = opened(), opened("o2")
    for one in (account, other):
        client = Client()
        client.force_login(one, backend="allauth.account.auth_backends.AuthenticationBackend")
    services.end_service(CHIEF, "o1", TODAY - DAY, now_s=NOW_S)
    assert not Account.objects.get(staff_id="o1").is_active
    assert Account.objects.get(staff_id="o2").is_active
    (left,) = Session.objects.all()
    assert left.get_decoded()["_auth_user_id"] == str(other.pk)
    with pytest.raises(BadDaysError):
        services.end_service(CHIEF, "o2", TODAY - 2 * DAY, now_s=NOW_S)


def test_an_account_closes_when_the_last_day_is_over_unless_a_role_is_left(staff: None) -> None:
    opened()
    grant_role(opened("o2").pk, Role.AUDITOR, COUNTY, granted_by="test")
    for number in ("o1", "o2"):
        services.end_service(CHIEF, number, TODAY, now_s=NOW_S)
    assert services.close_accounts_of_left(NOW_S) == 0
    assert services.close_accounts_of_left(NOW_S + DAY_S) == 1
    assert services.close_accounts_of_left(NOW_S + DAY_S) == 0
    active = Account.objects.filter(is_active=True).values_list("staff_id", flat=True)
    assert list(active) == ["o2"]
    assert AccountMove.objects.get(action="closed").by == "rule:staff"


def test_leaving_is_taken_back_with_a_reason(staff: None) -> None:
    opened()
    services.end_service(CHIEF, "o1", TODAY - DAY, now_s=NOW_S)
    for words in ("", "  ", "x" * 301):
        with pytest.raises(ReasonNeededError):
            services.bring_back(CHIEF, "o1", words, now_s=NOW_S)
    services.bring_back(CHIEF, "o1", "调令撤销", now_s=NOW_S)
    assert Account.objects.get(staff_id="o1").is_active
    assert Person.objects.get(pk="o1").left_day is None
    assert AccountMove.objects.get(action="brought_back").reason == "调令撤销"
    assert "调令" not in str(list(JournalEntry.objects.values_list("data", flat=True)))
    with pytest.raises(AccountNotClosedError):
        services.bring_back(CHIEF, "o1", "again", now_s=NOW_S)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_invite_and_bring_back(staff: None, role: Role) -> None:
    services.end_service(ADMIN, "o2", TODAY - DAY, now_s=NOW_S)
    for area in (EAST, WEST):
        who = viewer((role, area), staff="x")
        for deed in (
            lambda who=who: services.invite(who, "o1", now_s=NOW_S),
            lambda who=who: services.bring_back(who, "o2", "why", now_s=NOW_S),
        ):
            if Permission.STAFF_EDIT in ROLE_PERMISSIONS[role] and area == EAST:
                deed()
            else:
                with pytest.raises(AccessDeniedError):
                    deed()
    own = viewer((Role.ADMINISTRATOR, COUNTY), staff="o1")
    with pytest.raises(NotYourselfError):
        services.invite(own, "o1", now_s=NOW_S)
    with pytest.raises(NotYourselfError):
        services.bring_back(own, "o1", "why", now_s=NOW_S)
