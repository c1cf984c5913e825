"""Making accounts."""

from __future__ import annotations

from django.db import transaction

from wardmote.core.domain.text import Bilingual
from wardmote.operations.people.models import Account


def open_account(
    username: str, password: str, *, staff_id: str, name: Bilingual, admin_site: bool = False
) -> Account:
    """Open an account, or update the one with this user name.

    `admin_site` gives access to Django's own administration pages.
    """
    with transaction.atomic():
        account = Account.objects.filter(username=username).first() or Account(username=username)
        account.staff_id = staff_id
        account.name_zh = name.zh
        account.name_en = name.en
        account.is_staff = admin_site
        account.is_superuser = admin_site
        account.set_password(password)
        account.save()
    return account
