"""The rules in force: a deployment's own versions, and shipped ones that it has not replaced."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.beat.shipped_task_rules import SHIPPED_TASK_RULES
from wardmote.core.domain.task_rule import TaskRule, load_rule
from wardmote.operations.tasks.models import TaskRuleVersion


@dataclass(frozen=True, slots=True)
class KeptRule:
    """A rule with its standing.

    Attributes:
        version: 0 while it is the shipped one.
        in_use: false once it is switched off.
        set_by, set_s: who set this version, and when (seconds UTC).
    """

    rule: TaskRule
    version: int
    in_use: bool
    set_by: str = ""
    set_s: float = 0.0


def newest_rules() -> tuple[KeptRule, ...]:
    """Every rule in its newest version, in use or not, by code."""
    found = {rule.code: KeptRule(rule, 0, in_use=True) for rule in SHIPPED_TASK_RULES}
    for row in TaskRuleVersion.objects.order_by("code", "version"):
        found[row.code] = _kept(row)
    return tuple(found[code] for code in sorted(found))


def newest_rule(code: str) -> KeptRule | None:
    """One of them."""
    row = TaskRuleVersion.objects.filter(code=code).order_by("-version").first()
    if row is not None:
        return _kept(row)
    shipped = (rule for rule in SHIPPED_TASK_RULES if rule.code == code)
    rule = next(shipped, None)
    return None if rule is None else KeptRule(rule, 0, in_use=True)


def versions_of(code: str) -> tuple[KeptRule, ...]:
    """The versions that were set here, the newest first."""
    rows = TaskRuleVersion.objects.filter(code=code).order_by("-version")
    return tuple(_kept(row) for row in rows)


def rules_in_use() -> tuple[TaskRule, ...]:
    """The rules that make tasks now, by code."""
    return tuple(one.rule for one in newest_rules() if one.in_use)


def _kept(row: TaskRuleVersion) -> KeptRule:
    return KeptRule(load_rule(row.data), row.version, row.in_use, row.set_by, row.set_s)
