"""Finding accounts, and the names of staff with or without one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from wardmote.operations.people.models import Account, Person

MAX_MATCHING = 500


def account_by_id(account_id: int) -> Account | None:
    """The active account with this id."""
    return Account.objects.filter(pk=account_id, is_active=True).first()


def account_by_staff_id(staff_id: str) -> Account | None:
    """The active account of a member of staff."""
    return Account.objects.filter(staff_id=staff_id, is_active=True).first()


def accounts_of(staff_ids: Iterable[str]) -> set[str]:
    """Those of the staff ids that have an active account."""
    rows = Account.objects.filter(staff_id__in=set(staff_ids), is_active=True)
    return set(rows.values_list("staff_id", flat=True))


def names_of(staff_ids: Iterable[str], language: str) -> dict[str, str]:
    """The names of staff, by staff id; unknown ids are left out."""
    wanted = set(staff_ids)
    if not wanted:
        return {}
    accounts = Account.objects.filter(staff_id__in=wanted)
    names = {account.staff_id: account.name_in(language) for account in accounts}
    # What is kept of the person counts; a name that was typed with an account is second best.
    names |= {row.pk: row.name_in(language) for row in Person.objects.filter(pk__in=wanted)}
    return names


def staff_matching(text: str) -> tuple[str, ...]:
    """Staff ids whose number or name contains the text."""
    named = Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(staff_id__icontains=text)
    found = Account.objects.filter(named).values_list("staff_id", flat=True)[:MAX_MATCHING]
    others = Person.objects.filter(named).values_list("staff_id", flat=True)[:MAX_MATCHING]
    return tuple(dict.fromkeys((*found, *others)))[:MAX_MATCHING]
