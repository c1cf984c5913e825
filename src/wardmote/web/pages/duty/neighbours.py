"""Agreements with neighbours: the strip along the border, who was asked, how fast they answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.agreement import AidAction, AidKind
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.duty import selectors, services
from wardmote.operations.local_time import local_time
from wardmote.operations.people.actors import actor_names
from wardmote.web.pages.area_words import area_name
from wardmote.web.pages.duty.words import (
    AID_KINDS,
    STATES,
    attempt,
    duty_page,
    spoken,
    text_of,
)
from wardmote.web.viewers import viewer_of_request

MINUTE_S = 60.0
MOST_CHARACTERS = 30_000


@require_http_methods(["GET", "POST"])
@duty_page(Permission.DUTY_VIEW)
def duty_neighbours(request: HttpRequest) -> HttpResponse:
    """Neighbours, where duty is done together, what they were asked and how fast they answered."""
    viewer = viewer_of_request(request)
    contact: tuple[str, str] | None = None
    if request.method == "POST":
        if text_of(request, "act") == "contact":
            contact = _contact(request)
        else:
            _change_neighbour(request)
            return redirect("duty-neighbours")
    rows = selectors.neighbours_seen(viewer)
    requests = selectors.requests_seen(viewer)
    asked_by = actor_names({one.asked_by for one in requests}, get_language() or "")
    context = {
        "neighbours": [
            {
                "row": row,
                "name": spoken(row.name_zh, row.name_en),
                "area": area_name(row.area),
                "figures": figures,
                "median_min": None if figures.median_s is None else figures.median_s / MINUTE_S,
                "contact": contact[1] if contact is not None and contact[0] == row.pk else None,
                "plans": row.ended_s is None and viewer.may(Permission.DUTY_PLAN, AreaId(row.area)),
                "ended": None if row.ended_s is None else local_time(row.ended_s),
                "border": "\n".join(f"{lon:.6f}, {lat:.6f}" for lon, lat in row.border),
            }
            for row, figures in rows
        ],
        "requests": [request_line(viewer, row, asked_by) for row in requests],
        "kinds": AID_KINDS.items(),
        "plans_duty": viewer.holds_anywhere(Permission.DUTY_PLAN),
        "first_area": next(iter(viewer.areas_with(Permission.DUTY_PLAN)), ""),
        "page_data": {"points": [], "lines": _lines(rows, requests)},
    }
    return render(request, "wardmote/duty/neighbours.html", context)


def _lines(rows: Any, requests: Any) -> list[dict[str, Any]]:
    """Border strips for the map; `now`: joint duty that was agreed to goes on there."""
    going_on = {
        one.neighbour_id
        for one in requests
        if one.kind == AidKind.JOINT_DUTY.value and one.agreed and one.ended_s is None
    }
    return [
        {
            "label": spoken(row.name_zh, row.name_en),
            "coordinates": row.border,
            "now": row.pk in going_on,
        }
        for row, _figures in rows
        if row.border
    ]


def request_line(viewer: Viewer, row: Any, asked_by: dict[str, str]) -> dict[str, Any]:
    """A request to a neighbour, for lists."""
    took_s = None if row.answered_s is None else row.answered_s - row.asked_s
    return {
        "row": row,
        "name": spoken(row.neighbour.name_zh, row.neighbour.name_en),
        "kind": AID_KINDS[row.kind],
        "state": STATES[row.state],
        "asked": local_time(row.asked_s),
        "by": asked_by.get(row.asked_by, row.asked_by),
        "took_min": None if took_s is None else took_s / MINUTE_S,
        "plans": viewer.may(Permission.DUTY_PLAN, AreaId(row.neighbour.area)),
    }


def border_of(text: str) -> list[tuple[float, float]] | None:
    """Points as the form sends them, ``lon, lat`` a line; None when a line is none."""
    found = []
    for line in text[:MOST_CHARACTERS].replace("，", ",").splitlines():
        if not line.strip():
            continue
        lon, _comma, lat = line.partition(",")
        try:
            found.append((float(lon), float(lat)))
        except ValueError:
            return None
    return found


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
    act, neighbour = text_of(request, "act"), text_of(request, "neighbour")
    if act in ("keep", "border"):
        border = border_of(text_of(request, "border"))
        if border is None:
            messages.error(request, _("Give the border as longitude, latitude, a point a line."))
            return
        _keep(request, neighbour, border)
    elif act == "ask" and text_of(request, "kind") in AID_KINDS:
        kind, words = AidKind(text_of(request, "kind")), text_of(request, "words")
        attempt(
            request,
            lambda who, now_s: services.ask_neighbour(who, neighbour, kind, words, now_s=now_s),
            _("That they were asked is written down."),
        )
    elif act == "change":
        attempt(
            request,
            lambda who, now_s: services.change_neighbour(
                who, neighbour, _new_of(request, []), now_s=now_s
            ),
            _("The neighbour is kept."),
        )
    elif act == "end_agreement":
        attempt(
            request,
            lambda who, now_s: services.end_neighbour(who, neighbour, now_s=now_s),
            _("The agreement has ended; what was asked stays on record."),
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


def _new_of(request: HttpRequest, border: list[tuple[float, float]]) -> services.NewNeighbour:
    return services.NewNeighbour(
        text_of(request, "area"),
        Bilingual(text_of(request, "name_zh"), text_of(request, "name_en")),
        text_of(request, "agreed"),
        text_of(request, "contact"),
        border,
    )


def _keep(request: HttpRequest, neighbour: str, border: list[tuple[float, float]]) -> None:
    if text_of(request, "act") == "border":
        attempt(
            request,
            lambda who, now_s: services.draw_border(who, neighbour, border, now_s=now_s),
            _("The strip along the border is kept."),
        )
        return
    new = _new_of(request, border)
    attempt(
        request,
        lambda who, now_s: services.keep_neighbour(who, new, now_s=now_s),
        _("The neighbour is kept."),
    )
