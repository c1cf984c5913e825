"""What is still named after places that have ended, in words and with links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy

from wardmote.core.domain.division_changes import is_tree_code
from wardmote.core.domain.permissions import Role
from wardmote.operations.access.disclosures import ROLE_NAMES
from wardmote.operations.journal import clock
from wardmote.operations.places import tree
from wardmote.operations.places.named_after import Named, named_after
from wardmote.operations.places.tree import TreeRow
from wardmote.web.pages.divisions.tree import ChangeLine
from wardmote.web.pages.divisions.words import spoken

MOST = 100

KINDS: Mapping[str, tuple[Any, str, str]] = {
    "department": (gettext_lazy("Department"), "hazard-settings", ""),
    "grading": (gettext_lazy("Grades of streets"), "patrol-grades", ""),
    "guard": (gettext_lazy("Event guard"), "duty-guard", "guard_id"),
    "item": (gettext_lazy("Equipment"), "equipment-item", "item_id"),
    "neighbour": (gettext_lazy("Agreement with a neighbour"), "duty-neighbours", ""),
    "plan": (gettext_lazy("Contingency plan"), "duty-plan", "plan_id"),
    "role": (gettext_lazy("Role given by hand"), "admin:access_grant_changelist", ""),
    "switch": (gettext_lazy("Duty level"), "duty-switch", "switch_id"),
    "team": (gettext_lazy("Night watch team"), "watch-teams", ""),
}
"""Kind of thing -> (word, name of the page's address, how that calls the thing's id)."""


@dataclass(frozen=True, slots=True)
class NamedLine:
    """One thing that is still named after a code that has ended."""

    what: Any
    name: Any
    code: str
    href: str


def named_lines(row: TreeRow, changes: Sequence[ChangeLine]) -> list[NamedLine]:
    """What is named after a place that ended or ends, or after one that it follows."""
    codes = {row.code, *(code for change in changes for code in change.before)}
    rows = (tree.tree_row(code) for code in sorted(codes) if is_tree_code(code))
    gone = [one.code for one in rows if one is not None and one.days.last is not None]
    found = named_after(gone, clock.now_s()) if gone else []
    return [_line(one) for one in found[:MOST]]


def _line(one: Named) -> NamedLine:
    word, page, argument = KINDS[one.kind]
    href = reverse(page, kwargs={argument: one.id} if argument else None)
    if one.kind == "role":
        href += "?" + urlencode({"q": one.code})
    name = ROLE_NAMES[Role(one.id)] if one.kind == "role" else spoken(one.name, one.id)
    return NamedLine(word, name, one.code, href)
