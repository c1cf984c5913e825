"""Making an order, and the page of one: its map, how it was walked, who goes, cancelling."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import get_default_timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.patrol import AWAY_REASONS, PatrolWho
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.duty_time import duty_minutes_of
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, local_time
from wardmote.operations.patrols import selectors, services
from wardmote.operations.patrols.order_errors import UnknownPatrolError
from wardmote.operations.patrols.selectors import OrderPage
from wardmote.operations.people.selectors import names_of
from wardmote.operations.places.selectors import key_places
from wardmote.operations.refusals import RefusedError
from wardmote.operations.tasks.services import planned_minutes, refuse_overload
from wardmote.operations.units.selectors import all_units
from wardmote.web.pages.night_watch.words import text_of
from wardmote.web.pages.once import do_once, form_key
from wardmote.web.pages.patrols.place_form import NoSuchPlaceError, entered_place
from wardmote.web.pages.patrols.words import (
    KINDS,
    REASONS,
    SEEN,
    order_line,
    patrol_page,
    who_names,
)
from wardmote.web.viewers import viewer_of_request

EVERY = (0, 15, 30, 60, 120)
MOST_KEY_PLACES = 300


@require_http_methods(["GET", "POST"])
@patrol_page(Permission.PATROL_PLAN)
def patrol_order_new(request: HttpRequest) -> HttpResponse:
    """The form of a new order."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    if request.method == "POST":
        made = _make(request, viewer)
        if made:
            return redirect("patrol-order", made)
    language = get_language() or ""
    begins = local_time(now_s) + datetime.timedelta(hours=1)
    sent = request.POST
    context = {
        "key": text_of(request, "key") or form_key(),
        "sent": sent,
        "areas": viewer.areas_with(Permission.PATROL_PLAN),
        "kinds": KINDS.items(),
        "from": sent.get("from") or f"{begins:%Y-%m-%dT%H:00}",
        "to": sent.get("to") or f"{begins + datetime.timedelta(hours=2):%Y-%m-%dT%H:00}",
        "every": EVERY,
        "who": _choices(viewer, language),
        "key_places": [
            {
                "line": f"{row.lon:.6f}, {row.lat:.6f}, "
                + (Bilingual(row.name_zh, row.name_en).in_language(language) or row.pk),
                "name": Bilingual(row.name_zh, row.name_en).in_language(language) or row.pk,
            }
            for row in key_places()[:MOST_KEY_PLACES]
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "wardmote/patrols/new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@patrol_page(Permission.PATROL_VIEW, Permission.WATCH_TAKE, Permission.TASK_DO)
def patrol_order(request: HttpRequest, order_id: str) -> HttpResponse:
    """One order; a POST gives it to somebody else or cancels it."""
    viewer, language, now_s = viewer_of_request(request), get_language() or "", clock.now_s()
    if request.method == "POST":
        _change(request, viewer, order_id)
        return redirect("patrol-order", order_id)
    page = selectors.order_page(viewer, order_id, now_s=now_s)
    order = page.order
    names = who_names([order], language)
    people = names_of({order.walker, order.made_by, *(one.by for one in page.reaches)}, language)
    context = {
        "order": order,
        "line": order_line(order, page.adherence, names, language),
        "walker": people.get(order.walker, order.walker),
        "kind": KINDS[order.place["kind"]],
        "every": None if order.every_s is None else round(order.every_s / 60),
        "length_km": None if order.route_m is None else order.route_m / 1_000,
        "straight": order.basis == "straight",
        "started": None if order.started_s is None else local_time(order.started_s),
        "finished": None if order.finished_s is None else local_time(order.finished_s),
        "cancelled": REASONS.get(order.reason, "") if order.state == "cancelled" else "",
        "points": _points(page, language),
        "sightings": _sightings(page),
        "leads": page.leads,
        "positions": page.positions,
        "kept_hours": round(services.KEEP_POSITIONS_S / 3_600),
        "who": _choices(viewer, language) if page.leads and order.state == "planned" else None,
        "key": form_key(),
        "page_data": {
            "kind": order.place["kind"],
            "paths": order.place["paths"],
            "way": order.route,
            "points": [asdict(one) for one in page.walk.points],
            "reached": sorted({one.number for one in page.reaches}),
            "track_url": f"/api/patrol-orders/{order.pk}/track",
        },
    }
    return render(request, "wardmote/patrols/order.html", context)


def _points(page: OrderPage, language: str) -> list[dict[str, Any]]:
    """Check-points with the times at which they were reached."""
    return [
        {
            "number": one.number,
            "name": one.name.in_language(language) or str(one.number),
            "times": [
                {
                    "at": local_time(reach.at_s),
                    "reason": AWAY_REASONS[reach.reason].in_language(language)
                    if reach.reason in AWAY_REASONS
                    else "",
                    "words": reach.words,
                    "clock": reach.clock,
                }
                for reach in page.reaches
                if reach.number == one.number
            ],
        }
        for one in page.walk.points
    ]


def _sightings(page: OrderPage) -> list[dict[str, Any]]:
    """What was seen, and what became of it."""
    return [
        {
            "kind": one.kind,
            "words": SEEN[one.kind],
            "made": one.made,
            "number": one.number,
            "at": local_time(one.at_s),
            "said": one.words,
        }
        for one in page.sightings
    ]


def _make(request: HttpRequest, viewer: Viewer) -> str | None:
    area = AreaId(text_of(request, "area"))
    from_demand = text_of(request, "act") == "demand"
    try:
        place, points = entered_place(request, area, clock.now_s(), points_needed=not from_demand)
    except NoSuchPlaceError as fault:
        messages.error(request, fault.sentence)
        return None
    begins_s, ends_s = _moment(text_of(request, "from")), _moment(text_of(request, "to"))
    if begins_s is None or ends_s is None:
        messages.error(request, _("Enter from when to when."))
        return None
    kind, who = _who(request)
    every = _whole(text_of(request, "every"))
    wanted = services.OrderWanted(
        area, place, points, begins_s, ends_s, text_of(request, "key")[:80] or form_key(),
        kind, who, every * 60.0 if every > 0 else None, _whole(text_of(request, "people")) or 1,
    )  # fmt: skip
    make = services.make_from_demand if from_demand else services.make_order
    try:
        with transaction.atomic():
            made = make(viewer, wanted, now_s=clock.now_s())
            load = _load(request, kind, who, begins_s)
    except RefusedError as refusal:
        messages.error(request, refusal.message())
        return None
    messages.success(request, f"{_('The order was made.')} {load}".strip())
    return made


def _change(request: HttpRequest, viewer: Viewer, order_id: str) -> None:
    kind, who = _who(request)
    load: list[str] = []

    def give(one: Viewer, now_s: float) -> None:
        services.give_order(one, order_id, kind, who, now_s=now_s)
        begins_s = selectors.order_page(one, order_id, now_s=now_s).order.from_s
        load.append(_load(request, kind, who, begins_s))

    acts: dict[str, tuple[Any, str]] = {
        "give": (
            give,
            _("It was noted who goes."),
        ),
        "cancel": (
            lambda one, now_s: services.cancel_order(one, order_id, now_s=now_s),
            _("The order was cancelled."),
        ),
    }
    act = acts.get(text_of(request, "act"))
    if act is None:
        messages.error(request, _("Something is missing. Fill in the form and try again."))
        return
    try:
        with transaction.atomic():
            do_once(request, viewer, act[0])
    except UnknownPatrolError:
        raise
    except RefusedError as refusal:
        messages.error(request, refusal.message())
        return
    messages.success(request, " ".join([act[1], *load]).strip())


def _load(request: HttpRequest, kind: PatrolWho, who: str, begins_s: float) -> str:
    """What is planned for the person chosen on that day, the order among it, as a sentence.

    Raises:
        OverloadError: more than the day holds, and the form does not say that it is meant.
    """
    if kind is not PatrolWho.PERSON:
        return ""
    day, now_s = local_day(begins_s), clock.now_s()
    if "although_overloaded" not in request.POST:
        refuse_overload(who, day, 0, now_s)
    return _("Planned for %(who)s on that day: %(planned)s of %(available)s min.") % {
        "who": names_of({who}, get_language() or "").get(who, who),
        "planned": planned_minutes([who], day, day).get((who, day), 0),
        "available": duty_minutes_of([who], day, now_s)[who],
    }


def _who(request: HttpRequest) -> tuple[PatrolWho, str]:
    """Who was chosen: ``team:<id>``, ``unit:<id>``, or a staff number typed beside it."""
    kind, _colon, who = text_of(request, "who").partition(":")
    person = text_of(request, "person")[:40]
    if person:
        return PatrolWho.PERSON, person
    if kind in (PatrolWho.TEAM.value, PatrolWho.UNIT.value):
        return PatrolWho(kind), who[:40]
    return PatrolWho.TEAM, ""


def _choices(viewer: Viewer, language: str) -> dict[str, list[dict[str, str]]]:
    """Teams and units that can be chosen."""
    return {
        "teams": [
            {"value": f"team:{row.pk}", "name": row.name_in(language)}
            for row in selectors.teams_seen(viewer)
            if row.active
        ],
        "units": [
            {"value": f"unit:{row.pk}", "name": row.call_sign}
            for row in all_units()
            if viewer.may(Permission.PATROL_VIEW, AreaId(row.area))
        ],
    }


def _moment(text: str) -> float | None:
    """A local date and time as typed, seconds UTC."""
    try:
        naive = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    if naive.tzinfo is not None:
        return None
    return naive.replace(tzinfo=get_default_timezone()).timestamp()


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0
