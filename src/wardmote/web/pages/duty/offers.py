"""Plans that are offered: on the page of a call, on every page of who leads duty, and taken."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wardmote.core.domain.contingency import Subject
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.duty import selectors, services
from wardmote.operations.incidents.selectors import find_many
from wardmote.operations.local_time import local_time
from wardmote.web.pages.duty.words import STATES, attempt, attempt_for, duty_page, spoken, text_of


@require_POST
@duty_page(Permission.DUTY_PLAN)
def duty_offer(request: HttpRequest, offer_id: str) -> HttpResponse:
    """Take an offer, which activates its plan, or say that it is not needed."""
    if text_of(request, "act") == "take":
        made = attempt_for(
            request,
            lambda who, now_s: services.take_offer(who, offer_id, now_s=now_s),
            _("The plan is activated."),
        )
        if made:
            return redirect("duty-activation", activation_id=made)
    else:
        attempt(
            request,
            lambda who, now_s: services.decline_offer(who, offer_id, now_s=now_s),
            _("It is written down that the plan is not needed."),
        )
    return redirect("duty-plans")


def offers_on_call(viewer: Viewer, call: str) -> dict[str, Any]:
    """What is offered for a call and what runs on it, for the page of the call."""
    rows = selectors.offers_seen(viewer, call) if viewer.areas_with(Permission.DUTY_VIEW) else []
    return {
        "offers": offer_lines(viewer, rows),
        "running": [
            {
                "row": row,
                "name": spoken(row.version.plan.name_zh, row.version.plan.name_en),
                "state": STATES[row.state],
            }
            for row in selectors.activations_on(viewer, call)
        ],
    }


def offer_lines(viewer: Viewer, rows: Any) -> list[dict[str, Any]]:
    """Offers for lists."""
    calls = find_many([row.code for row in rows if row.subject == Subject.INCIDENT.value])
    return [
        {
            "row": row,
            "name": spoken(row.plan.name_zh, row.plan.name_en),
            "about": calls[row.code].number if row.code in calls else row.subject_code,
            "call": row.code if row.code in calls else "",
            "made": local_time(row.made_s),
            "plans": viewer.may(Permission.DUTY_PLAN, AreaId(row.plan.area)),
        }
        for row in rows
    ]
