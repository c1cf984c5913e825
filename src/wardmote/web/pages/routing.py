"""The routing simulator: who would answer for such a call, and what every rule said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.categories import CategoryTree
from wardmote.core.domain.ids import BeatId
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.permissions import Permission
from wardmote.core.policies.routing import (
    CallFacts,
    DestinationKind,
    PlaceKnown,
    Routing,
    RoutingRules,
    route,
)
from wardmote.operations.journal import clock
from wardmote.operations.places.selectors import categories_in_force, routing_rules_in_force
from wardmote.web.pages.rule_words import (
    DESTINATION_NAMES,
    PLACE_NAMES,
    PRIORITY_NAMES,
    sentence_of,
)
from wardmote.web.viewers import needs

_EXAMPLE = {"category": "dispute.neighbour", "place": "inside", "in_beat": "on", "hour": "20"}


class CallFactsForm(forms.Form):
    """What the rules may look at."""

    category = forms.ChoiceField(label=_("Category"))
    priority = forms.TypedChoiceField(
        label=_("Priority"), coerce=int, required=False, empty_value=None
    )
    place = forms.ChoiceField(
        label=_("Place"), choices=[(place.value, name) for place, name in PLACE_NAMES.items()]
    )
    in_beat = forms.BooleanField(label=_("The place lies in a beat"), required=False)
    hour = forms.IntegerField(label=_("Hour of day (0–23)"), min_value=0, max_value=23)

    def __init__(self, data: Any, categories: CategoryTree) -> None:
        super().__init__(data)
        self._categories = categories
        language = get_language() or ""
        self.fields["category"].choices = [  # type: ignore[attr-defined]  # a choice field
            (category.code, category_label(categories, category.code, language))
            for category in categories.selectable()
        ]
        self.fields["priority"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("as usual for the category")),
            *((int(priority), name) for priority, name in PRIORITY_NAMES.items()),
        ]

    def facts(self) -> CallFacts:
        """The call that was described; the form must be valid."""
        entered = self.cleaned_data
        category = self._categories.get(entered["category"])
        place = PlaceKnown(entered["place"])
        in_beat = entered["in_beat"] and place is PlaceKnown.INSIDE
        return CallFacts(
            category=category.code,
            priority=Priority(entered["priority"] or category.priority),
            place=place,
            beat=BeatId("beat") if in_beat else None,
            hour=entered["hour"],
        )


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as the page shows it."""

    name: str
    destination: Any
    first_responsible: bool
    used: bool
    reasons: str


def category_label(categories: CategoryTree, code: str, language: str) -> str:
    """The names on the way down to a category."""
    return " › ".join(part.name.in_language(language) for part in categories.path(code))


def rule_rows(rules: RoutingRules, routing: Routing, language: str) -> list[RuleRow]:
    """Each rule with what became of it, in the order in which rules are tried."""
    names = {rule.rule_id: rule.name.in_language(language) for rule in rules.rules}
    return [
        RuleRow(
            name=names[rule.rule_id],
            destination=DESTINATION_NAMES[rule.to],
            first_responsible=rule.first_responsible,
            used=outcome.used,
            reasons="; ".join(sentence_of(reason, names) for reason in outcome.reasons),
        )
        for rule, outcome in zip(rules.rules, routing.outcomes, strict=True)
    ]


@needs(Permission.CONFIGURATION_VIEW)
def routing_simulator(request: HttpRequest) -> HttpResponse:
    """Describe a call and see who would be responsible, and why."""
    now_s = clock.now_s()
    rules = routing_rules_in_force(now_s)
    form = CallFactsForm(request.GET or _EXAMPLE, categories_in_force(now_s))
    language = get_language() or ""
    context: dict[str, Any] = {"form": form, "rules_version": rules.version}
    if form.is_valid():
        routing = route(rules, form.facts())
        context["destinations"] = [
            {
                "name": DESTINATION_NAMES[DestinationKind(destination.kind)],
                "first_responsible": destination.first_responsible,
            }
            for destination in routing.destinations
        ]
        context["rules"] = rule_rows(rules, routing, language)
    status = 200 if form.is_valid() else 422
    return render(request, "wardmote/routing/simulator.html", context, status=status)
