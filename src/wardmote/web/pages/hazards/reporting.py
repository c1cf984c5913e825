"""Reporting a hazard: by staff and volunteers on the phone, by anybody at a place with a QR code.

The pages of strangers are opened by tokens: of a place, of a report, of an owner's part. They say
nothing of any person.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.hazard import PartState
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.text import Bilingual
from wardmote.operations.hazards import selectors, services
from wardmote.operations.hazards.errors import UnknownHazardError
from wardmote.operations.journal import clock
from wardmote.operations.journal.idempotency import BadKeyError, KeyReusedError
from wardmote.operations.local_time import local_time
from wardmote.operations.photos.errors import UnknownPictureError
from wardmote.operations.photos.services import keep_for
from wardmote.operations.refusals import RefusedError
from wardmote.web.addresses import household
from wardmote.web.pages.hazards.links import public_link
from wardmote.web.pages.hazards.one import MOST_PICTURES, keep_pictures, more_time
from wardmote.web.pages.hazards.words import (
    EXTENSION_STATES,
    STATES,
    attempt,
    category_choices,
    category_name,
    hazards_page,
    is_late,
    number_of,
    part_line,
    text_of,
)
from wardmote.web.pages.photos import asked_size, picture_answer
from wardmote.web.viewers import viewer_of_request

NOWHERE = float("nan")


@require_http_methods(["GET", "POST"])
@hazards_page(Permission.HAZARD_REPORT)
def hazard_report(request: HttpRequest) -> HttpResponse:
    """The form of staff and volunteers; fits a phone. The position comes from it or is typed."""
    if request.method == "POST":
        done: list[services.Reported] = []
        new, now_s = _sent(request), clock.now_s()
        viewer = viewer_of_request(request)
        said = _("The hazard was reported. Thank you.")
        if attempt(
            request,
            lambda who, at_s: done.append(services.report(who, new, now_s=at_s)),
            said,
        ):
            hazard = done[0].id
            keep_pictures(
                request,
                lambda data, key: services.add_picture(viewer, hazard, data, key=key, now_s=now_s),
            )
            return redirect("hazard", hazard_id=hazard)
    context = {
        "categories": category_choices(),
        "key": text_of(request, "key") or uuid.uuid4().hex,
        "sent": request.POST,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "wardmote/hazards/report.html", context, status=status)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def hazard_point(request: HttpRequest, token: str) -> HttpResponse:
    """The form behind a place's QR code. Nobody logs in; how to be reached is optional."""
    try:
        point = selectors.point_of(token)
    except UnknownHazardError as unknown:
        raise Http404 from unknown
    context: dict[str, Any] = {
        "place": Bilingual(point.name_zh, point.name_en).in_language(request.LANGUAGE_CODE),
        "categories": category_choices(),
        "key": text_of(request, "key") or uuid.uuid4().hex,
        "sent": request.POST,
    }
    status = 200
    if request.method == "POST":
        try:
            context |= _received(request, token)
        except RefusedError as refusal:
            context["problem"] = refusal.message()
            status = refusal.status
    return _for_strangers(render(request, "wardmote/hazards/point.html", context, status=status))


@login_not_required
@never_cache
@require_safe
def hazard_follow(request: HttpRequest, token: str) -> HttpResponse:
    """How far a resident's report has come, without any name."""
    try:
        row = selectors.followed(token)
    except UnknownHazardError as unknown:
        raise Http404 from unknown
    context = {
        "number": row.number,
        "category": category_name(row.category),
        "reported": local_time(row.reported_s),
        "state": STATES[row.state],
        "ended": None if row.ended_s is None else local_time(row.ended_s),
    }
    return _for_strangers(render(request, "wardmote/hazards/follow.html", context))


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def hazard_owner(request: HttpRequest, token: str) -> HttpResponse:
    """The page of an owner without an account: the notice, proof, more time, not mine."""
    now_s = clock.now_s()
    try:
        page = selectors.owner_page(token, now_s=now_s)
        if request.method == "POST":
            _owner_acts(request, token, page.part.pk)
            return redirect("hazard-owner", token=token)
    except UnknownHazardError as unknown:
        raise Http404 from unknown
    part = page.part
    context = {
        **part_line(part, now_s),
        "part": {"row": part, "late": is_late(part, now_s)},
        "token": token,
        "hazard": part.hazard,
        "category": category_name(part.hazard.category),
        "what": part.what,
        "before": page.before,
        "after": page.after,
        "open": part.state == PartState.ASSIGNED.value,
        "extensions": [
            {"state": EXTENSION_STATES[one.state], "until": local_time(one.until_s)}
            for one in page.extensions
        ],
        "returned": part.returns,
        "key": uuid.uuid4().hex,
    }
    return _for_strangers(render(request, "wardmote/hazards/owner.html", context))


@login_not_required
@never_cache
@require_safe
def hazard_owner_photo(request: HttpRequest, token: str, photo_id: str) -> HttpResponse:
    """A picture on an owner's page."""
    try:
        found = selectors.owner_photo(
            token, photo_id, now_s=clock.now_s(), size=asked_size(request)
        )
    except (UnknownHazardError, UnknownPictureError) as unknown:
        raise Http404 from unknown
    return _for_strangers(picture_answer(found))


def _owner_acts(request: HttpRequest, token: str, part: str) -> None:
    words, act, now_s = text_of(request, "words"), text_of(request, "act"), clock.now_s()
    if act == "submit":
        if keep_pictures(
            request, lambda data, key: services.add_proof(token, part, data, key=key, now_s=now_s)
        ):
            attempt(
                request,
                lambda _who, at_s: services.submit_proof(token, part, words, now_s=at_s),
                _("The proof was handed in. Somebody will check on the spot."),
            )
    elif act == "extend":
        attempt(
            request,
            lambda _who, at_s: services.ask_extension(token, part, more_time(request), now_s=at_s),
            _("More time was asked for."),
        )
    elif act == "decline":
        attempt(
            request,
            lambda _who, at_s: services.decline_part(token, part, words, now_s=at_s),
            _("It was given back."),
        )


def _received(request: HttpRequest, token: str) -> dict[str, Any]:
    """Report it with its pictures; pictures that cannot be kept do not undo the report."""
    now_s = clock.now_s()
    contact = services.Contact(text_of(request, "name"), text_of(request, "phone"))
    own_camera = text_of(request, "seen") == "camera"
    done = services.report_at_point(
        token,
        _sent(request),
        contact,
        own_camera=own_camera,
        now_s=now_s,
        sender=household(str(request.META.get("REMOTE_ADDR", ""))),
    )
    if not done.follow:
        return {"done": done}
    row = selectors.followed(done.follow)
    problems = []
    for number, file in enumerate(request.FILES.getlist("photos")[:MOST_PICTURES]):
        key = f"{row.key[:60]}-{number}"
        try:
            keep_for(
                row.reported_by, file.read(), "hazard", row.pk, AreaId(row.area), now_s, key=key
            )
        except RefusedError as refusal:
            problems.append(refusal.message())
        except (BadKeyError, KeyReusedError):
            continue
    link = public_link("hazard-follow", done.follow)
    return {"done": done, "link": link, "problems": problems}


def _sent(request: HttpRequest) -> services.NewHazard:
    lon, lat = number_of(request, "lon"), number_of(request, "lat")
    return services.NewHazard(
        category=text_of(request, "category"),
        lon=NOWHERE if lon is None else lon,
        lat=NOWHERE if lat is None else lat,
        words=text_of(request, "words"),
        key=text_of(request, "key")[:80],
        place=text_of(request, "place"),
    )


def _for_strangers(response: HttpResponse) -> HttpResponse:
    """The address is the key: no other site is told it.

    Ours is: browsers without a referrer send forms as if from nowhere, and those are refused.
    """
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
