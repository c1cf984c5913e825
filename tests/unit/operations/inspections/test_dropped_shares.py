"""Checks that were drawn and not made are seen by inspector and reason."""

from __future__ import annotations

import pytest
from tests.unit.operations.inspections.cast import CHIEF, INSPECTOR, SECOND, drawn, result
from tests.unit.operations.small_place import NOW_S

from wardmote.core.domain.inspection import DropReason
from wardmote.core.domain.permissions import Role
from wardmote.operations.access.services import grant_role
from wardmote.operations.inspections import selectors, services
from wardmote.operations.local_time import local_day
from wardmote.operations.people.models import Account

DAY = local_day(NOW_S)


@pytest.mark.usefixtures("place")
def test_whoever_drops_checks_is_seen_with_the_reasons_and_lapsed_ones_are_of_who_drew() -> None:
    account = Account.objects.create(username="crew1", staff_id="crew1", name_zh="crew1")
    grant_role(account.pk, Role.CREW, CHIEF.grants[0].area, granted_by="test")
    off, off_again, busy, made, _lapsed = (drawn().pk for _number in range(5))
    exercise = drawn(drill=True).pk
    for check, who, why in (
        (off, INSPECTOR, DropReason.OFF_DUTY),
        (off_again, INSPECTOR, DropReason.OFF_DUTY),
        (busy, SECOND, DropReason.ON_A_CALL),
        (exercise, INSPECTOR, DropReason.OUT_OF_REACH),
    ):
        services.drop_check(who, check, why, now_s=NOW_S)
    services.begin_check(INSPECTOR, made, now_s=NOW_S)
    services.record_check(INSPECTOR, made, result(), now_s=NOW_S)
    services.go_round(NOW_S + 20 * 86_400.0)
    lines = selectors.notice(CHIEF, DAY, DAY).inspectors
    assert [
        (one.inspector, one.draws, one.dropped.met, one.dropped.of, dict(one.reasons))
        for one in lines
    ] == [
        ("inspector", 5, 3, 4, {DropReason.OFF_DUTY: 2, DropReason.NOT_IN_TIME: 1}),
        ("second", 0, 1, 1, {DropReason.ON_A_CALL: 1}),
    ]
