"""Guards of events that come again, and agreements with neighbours."""

from __future__ import annotations

import datetime
import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.agreement import AidAction, AidKind
from wardmote.core.domain.event_guard import GuardAction
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.text import Bilingual
from wardmote.operations.duty import selectors, services
from wardmote.operations.places.selectors import local_time
from wardmote.web.pages.duty.words import (
    AID_KINDS,
    STATES,
    area_name,
    attempt,
    duty_page,
    spoken,
    text_of,
)
from wardmote.web.viewers import viewer_of_request

MOST_CHARACTERS = 100_000
EXAMPLE = json.dumps(
    {
        "recurrence": {"kind": "lunar", "days": [3, 8, 13, 18, 23, 28]},
        "posts": [{"title": {"zh": "东口", "en": "East gate"}, "lon": 0.0, "lat": 0.0}],
        "duties": [],
        "checks": [{"what": {"zh": "检查用电", "en": "Check wiring"}, "by_minute": 540}],
        "traffic": [],
        "days_ahead": 7,
    },
    ensure_ascii=False,
    indent=1,
)
"""What a guard looks like, for the form."""


@require_http_methods(["GET", "POST"])
@duty_page(Permission.DUTY_VIEW)
def duty_guards(request: HttpRequest) -> HttpResponse:
    """Guards and the days made of them; a POST writes, approves or ends one."""
    viewer = viewer_of_request(request)
    if request.method == "POST" and _change_guard(request):
        return redirect("duty-guards")
    context = {
        "guards": [
            {
                "row": row,
                "name": spoken(row.name_zh, row.name_en),
                "area": area_name(row.area),
                "state": STATES[row.state],
                "content": selectors.guard_content(row),
                "days": selectors.days_made(row)[:10],
                "approves": viewer.may(Permission.DUTY_APPROVE, AreaId(row.area))
                and row.written_by != viewer.staff_id,
            }
            for row in selectors.guards_seen(viewer)
        ],
        "plans_duty": viewer.holds_anywhere(Permission.DUTY_PLAN),
        "first_area": next(iter(viewer.areas_with(Permission.DUTY_PLAN)), ""),
        "content": request.POST.get("content", EXAMPLE),
    }
    return render(request, "wardmote/duty/guards.html", context)


@require_http_methods(["GET", "POST"])
@duty_page(Permission.DUTY_VIEW)
def duty_neighbours(request: HttpRequest) -> HttpResponse:
    """Neighbours, what they were asked and how fast they answered."""
    viewer = viewer_of_request(request)
    contact: tuple[str, str] | None = None
    if request.method == "POST":
        if text_of(request, "act") == "contact":
            contact = _contact(request)
        else:
            _change_neighbour(request)
            return redirect("duty-neighbours")
    context = {
        "neighbours": [
            {
                "row": row,
                "name": spoken(row.name_zh, row.name_en),
                "area": area_name(row.area),
                "figures": figures,
                "median_min": None if figures.median_s is None else figures.median_s / 60.0,
                "contact": contact[1] if contact is not None and contact[0] == row.pk else None,
                "plans": viewer.may(Permission.DUTY_PLAN, AreaId(row.area)),
            }
            for row, figures in selectors.neighbours_seen(viewer)
        ],
        "requests": [_request_line(viewer, row) for row in selectors.requests_seen(viewer)],
        "kinds": AID_KINDS.items(),
        "plans_duty": viewer.holds_anywhere(Permission.DUTY_PLAN),
        "first_area": next(iter(viewer.areas_with(Permission.DUTY_PLAN)), ""),
    }
    return render(request, "wardmote/duty/neighbours.html", context)


def _request_line(viewer: Any, row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "name": spoken(row.neighbour.name_zh, row.neighbour.name_en),
        "kind": AID_KINDS[row.kind],
        "state": STATES[row.state],
        "asked": local_time(row.asked_s),
        "answered": None if row.answered_s is None else local_time(row.answered_s),
        "plans": viewer.may(Permission.DUTY_PLAN, AreaId(row.neighbour.area)),
    }


def _change_guard(request: HttpRequest) -> bool:
    act, guard = text_of(request, "act"), text_of(request, "guard")
    if act in (GuardAction.APPROVE.value, GuardAction.END.value):
        attempt(
            request,
            lambda who, now_s: services.move_guard(who, guard, GuardAction(act), now_s=now_s),
            _("The guard is changed."),
        )
        return True
    try:
        content = json.loads(text_of(request, "content")[:MOST_CHARACTERS])
    except (ValueError, RecursionError):
        messages.error(request, _("What the guard says is no JSON."))
        return False
    last = text_of(request, "last_day")
    try:
        last_day = datetime.date.fromisoformat(last) if last else None
    except ValueError:
        messages.error(request, _("Give the last day as a date."))
        return False
    new = services.NewGuard(
        text_of(request, "area"),
        Bilingual(text_of(request, "name_zh"), text_of(request, "name_en")),
        content,
        last_day,
    )
    return attempt(
        request,
        lambda who, now_s: services.write_guard(who, new, now_s=now_s),
        _("The guard is written. A second person approves it."),
    )


def _contact(request: HttpRequest) -> tuple[str, str] | None:
    neighbour = text_of(request, "neighbour")
    found: list[str] = []
    attempt(
        request,
        lambda who, now_s: found.append(services.open_contact(who, neighbour, now_s=now_s)),
        _("That you opened the contact is on record."),
    )
    return (neighbour, found[0]) if found else None


def _change_neighbour(request: HttpRequest) -> None:
    act = text_of(request, "act")
    if act == "keep":
        new = services.NewNeighbour(
            text_of(request, "area"),
            Bilingual(text_of(request, "name_zh"), text_of(request, "name_en")),
            text_of(request, "agreed"),
            text_of(request, "contact"),
        )
        attempt(
            request,
            lambda who, now_s: services.keep_neighbour(who, new, now_s=now_s),
            _("The neighbour is kept."),
        )
    elif act == "ask" and text_of(request, "kind") in AID_KINDS:
        attempt(
            request,
            lambda who, now_s: services.ask_neighbour(
                who,
                text_of(request, "neighbour"),
                AidKind(text_of(request, "kind")),
                text_of(request, "words"),
                now_s=now_s,
            ),
            _("That they were asked is written down."),
        )
    elif act in ("yes", "no", "end"):
        action = AidAction.END if act == "end" else AidAction.ANSWER
        attempt(
            request,
            lambda who, now_s: services.move_request(
                who,
                text_of(request, "request"),
                action,
                agreed=None if act == "end" else act == "yes",
                answer=text_of(request, "words"),
                now_s=now_s,
            ),
            _("It is written down."),
        )
