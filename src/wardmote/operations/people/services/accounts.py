"""Making accounts."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from wardmote.core.domain.problem import Problem
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


def check_password(username: str, password: str) -> None:
    """Hold a password against the validators that the log-in pages use too.

    Raises:
        Problem: it is not good enough; the sentences say why.
    """
    faults = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            try:
                validate_password(password, user=Account(username=username, staff_id=username))
            except ValidationError as error:
                faults[language] = " ".join(_sentence(one) for one in error.error_list)
    if faults:
        raise Problem(
            zh=f"这个密码不能用：{faults['zh-hans']}",
            en=f"This password cannot be used: {faults['en']}",
        )


def _sentence(fault: ValidationError) -> str:
    """Django's sentence, or ours where Django has no Chinese one."""
    if fault.code == "password_too_short":
        return gettext("It must have at least %(min_length)s characters.") % fault.params
    return " ".join(fault.messages)
