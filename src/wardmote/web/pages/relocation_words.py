"""How free units are moved, in the words of every page that offers the choice."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from wardmote.core.policies.relocation_rule import RelocationMethod
from wardmote.core.studies.plan import RelocationPolicy
from wardmote.core.studies.relocating import MoveSearch

METHODS: dict[RelocationMethod, Promise] = {
    RelocationMethod.OFF: gettext_lazy("No advice"),
    RelocationMethod.EXPECTED_COVER: gettext_lazy("Where it adds most to expected cover"),
    RelocationMethod.COMPLIANCE_TABLE: gettext_lazy("By a compliance table"),
    RelocationMethod.LOOK_AHEAD: gettext_lazy("By looking some minutes ahead"),
}
AS_IN_FORCE = ""
"""A plan that says nothing about free units."""
POLICIES: dict[str, Promise] = {
    AS_IN_FORCE: gettext_lazy("As by the rule in force"),
    RelocationPolicy.OWN_POST.value: gettext_lazy("Back to their own post"),
    RelocationPolicy.EXPECTED_COVER.value: METHODS[RelocationMethod.EXPECTED_COVER],
    RelocationPolicy.COMPLIANCE_TABLE.value: METHODS[RelocationMethod.COMPLIANCE_TABLE],
    RelocationPolicy.LOOK_AHEAD.value: METHODS[RelocationMethod.LOOK_AHEAD],
}
MOVE_SEARCHES: dict[str, Promise] = {
    MoveSearch.COVER.value: METHODS[RelocationMethod.EXPECTED_COVER],
    MoveSearch.TABLES.value: METHODS[RelocationMethod.COMPLIANCE_TABLE],
    MoveSearch.LOOK_AHEAD.value: METHODS[RelocationMethod.LOOK_AHEAD],
    MoveSearch.ALL.value: gettext_lazy("Try all three and keep the best"),
}
