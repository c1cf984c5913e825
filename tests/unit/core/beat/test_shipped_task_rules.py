from __future__ import annotations

import pytest

from wardmote.core.beat.shipped_task_rules import SHIPPED_TASK_RULES
from wardmote.core.domain.appointment import OFFICES
from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Permission
from wardmote.core.domain.task_rule import TaskRule


@pytest.mark.parametrize("rule", SHIPPED_TASK_RULES, ids=lambda rule: rule.code)
def test_whoever_a_shipped_rule_names_may_do_its_tasks(rule: TaskRule) -> None:
    role = OFFICES[rule.office].role
    assert role is not None
    assert Permission.TASK_DO in ROLE_PERMISSIONS[role]
