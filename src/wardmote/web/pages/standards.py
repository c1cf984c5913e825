"""Response standards: what is measured and aimed at, and which one is in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.incident import FieldTime
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.standards import (
    SHIPPED_STANDARDS,
    ResponseStandard,
    dump_standard,
    shipped_standard,
)
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal import clock
from wardmote.operations.places.selectors import location_index, standard_in_force
from wardmote.operations.places.services import set_rules
from wardmote.web.viewers import needs, viewer_of_request

FIELD_TIME_NAMES = {
    FieldTime.OCCURRED: gettext_lazy("occurred"),
    FieldTime.RECEIVED: gettext_lazy("received"),
    FieldTime.ENTERED: gettext_lazy("entered"),
    FieldTime.ROUTED: gettext_lazy("routed"),
    FieldTime.ASSIGNED: gettext_lazy("assigned"),
    FieldTime.ACKNOWLEDGED: gettext_lazy("acknowledged"),
    FieldTime.EN_ROUTE: gettext_lazy("set out"),
    FieldTime.ARRIVED: gettext_lazy("arrived"),
    FieldTime.FEEDBACK: gettext_lazy("first report"),
    FieldTime.CLEARED: gettext_lazy("cleared"),
    FieldTime.CLOSED: gettext_lazy("closed"),
}


@dataclass(frozen=True, slots=True)
class ObjectiveView:
    """An objective as the page shows it."""

    name: str
    start: Any
    stop: Any
    percentile: float
    tiers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StandardView:
    """A standard as the page shows it."""

    code: str
    name: str
    version: str
    source: str
    in_force: bool
    objectives: tuple[ObjectiveView, ...]


def minutes_and_seconds(seconds: float) -> str:
    """A duration as ``m:ss``."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def view_of(standard: ResponseStandard, in_force: ResponseStandard, language: str) -> StandardView:
    """A standard in the reader's language."""
    return StandardView(
        code=standard.code,
        name=standard.name.in_language(language),
        version=standard.version,
        source=standard.source.in_language(language),
        in_force=(standard.code, standard.version) == (in_force.code, in_force.version),
        objectives=tuple(
            ObjectiveView(
                name=objective.name.in_language(language),
                start=FIELD_TIME_NAMES[objective.start],
                stop=FIELD_TIME_NAMES[objective.stop],
                percentile=objective.percentile,
                tiers=tuple(
                    (tier.name.in_language(language), minutes_and_seconds(tier.target_s))
                    for tier in objective.tiers
                ),
            )
            for objective in standard.objectives
        ),
    )


@require_http_methods(["GET", "POST"])
@needs(Permission.CONFIGURATION_VIEW)
def standard_list(request: HttpRequest) -> HttpResponse:
    """Show the standards; a POST puts one of them in force."""
    viewer = viewer_of_request(request)
    now_s = clock.now_s()
    if request.method == "POST":
        try:
            chosen = shipped_standard(request.POST.get("standard", ""))
        except KeyError:
            return HttpResponseBadRequest(_("There is no such standard."))
        try:
            set_rules(viewer, "standard", dump_standard(chosen), now_s=now_s)
        except AccessDeniedError:
            messages.error(
                request, _("Only a supervisor or planner of the whole place may do this.")
            )
        else:
            messages.success(request, _("The standard is in force from now on."))
        return redirect("standard-list")
    in_force = standard_in_force(now_s)
    known = {(one.code, one.version) for one in SHIPPED_STANDARDS}
    shown = list(SHIPPED_STANDARDS)
    if (in_force.code, in_force.version) not in known:
        shown.insert(0, in_force)
    language = get_language() or ""
    context = {
        "standards": [view_of(one, in_force, language) for one in shown],
        "may_edit": viewer.may(Permission.CONFIGURATION_EDIT, location_index().whole_area),
    }
    return render(request, "wardmote/standards/list.html", context)
