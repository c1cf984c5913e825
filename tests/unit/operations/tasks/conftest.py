"""Fixtures of tasks: the beat, and one open task."""

from __future__ import annotations

import pytest
from django.db import transaction
from tests.unit.operations.small_place import NOW_S
from tests.unit.operations.tasks.beat_place import STAFF, request

from wardmote.operations.access.services import grant_role
from wardmote.operations.people.models import Account
from wardmote.operations.tasks import services


@pytest.fixture
def beat(place: None) -> None:
    """Accounts with their roles."""
    for one in STAFF:
        staff = one.staff_id
        account = Account.objects.create(username=staff, staff_id=staff, name_zh=staff)
        for grant in one.grants:
            grant_role(account.pk, grant.role, grant.area, granted_by="test")


@pytest.fixture
def task(beat: None) -> str:
    """One open task of the assistant's at the school, with a form to fill in."""
    with transaction.atomic():
        return services.make(request(), actor="rule:test", now_s=NOW_S)
