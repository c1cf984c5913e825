"""Wording of what the routing rules say, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wardmote.core.domain.incident import Priority
from wardmote.core.domain.reasons import Reason
from wardmote.core.policies.routing import DestinationKind, PlaceKnown

DESTINATION_NAMES = {
    DestinationKind.COMMUNITY_OFFICE: gettext_lazy("Community office of the beat"),
    DestinationKind.CASE_TEAM: gettext_lazy("Case team"),
    DestinationKind.NEAREST_UNIT: gettext_lazy("Nearest unit"),
    DestinationKind.FIRE: gettext_lazy("Fire service"),
    DestinationKind.MEDICAL: gettext_lazy("Ambulance service"),
    DestinationKind.TRAFFIC: gettext_lazy("Traffic police"),
    DestinationKind.NEIGHBOUR: gettext_lazy("Neighbouring control room"),
    DestinationKind.FRAUD_DESK: gettext_lazy("Fraud desk"),
    DestinationKind.HAZARD_DESK: gettext_lazy("Hazard desk"),
    DestinationKind.COMMAND_ROOM: gettext_lazy("Command room"),
    DestinationKind.RECORD_ONLY: gettext_lazy("Record only"),
}

PRIORITY_NAMES = {
    Priority.EMERGENCY: gettext_lazy("1 · emergency"),
    Priority.URGENT: gettext_lazy("2 · urgent"),
    Priority.ROUTINE: gettext_lazy("3 · routine"),
    Priority.DEFERRED: gettext_lazy("4 · can wait"),
}

PLACE_NAMES = {
    PlaceKnown.INSIDE: gettext_lazy("In our area"),
    PlaceKnown.OUTSIDE: gettext_lazy("Outside our area"),
    PlaceKnown.UNKNOWN: gettext_lazy("Not known yet"),
}

_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "other_category": lambda values: _("the category is another one"),
    "other_priority": lambda values: _("the priority is another one"),
    "other_place": lambda values: _("the place is another one"),
    "beat_present": lambda values: _("the place lies in a beat"),
    "no_beat": lambda values: _("the place lies in no beat"),
    "other_hour": lambda values: _("it is another hour of the day"),
    "earlier_rule": lambda values: _("rule “%(rule)s” came first") % values,
    "already_a_destination": lambda values: _("it is told already"),
}


def sentence_of(reason: Reason, rule_names: dict[str, str]) -> str:
    """The sentence of a reason; rules are called by their names."""
    values = dict(reason.values)
    if "rule" in values:
        values["rule"] = rule_names.get(str(values["rule"]), values["rule"])
    return _SENTENCES[reason.code](values)
