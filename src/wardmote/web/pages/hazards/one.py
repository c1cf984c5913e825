"""One hazard: its pictures, parts and history, and what the reader may do about it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.codes import CodeList, names_of
from wardmote.core.domain.hazard import (
    HAZARD_LIFE_CYCLE,
    OPEN_HAZARDS,
    PART_LIFE_CYCLE,
    AwayReason,
    HazardState,
    PartState,
)
from wardmote.core.domain.hazard_categories import Term, TermUnit
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Purpose, Viewer
from wardmote.operations.hazards import selectors, services
from wardmote.operations.hazards.selectors import HazardPage, HazardRow, PartView
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time, midnight_s
from wardmote.operations.people.actors import actor_names
from wardmote.operations.refusals import RefusedError
from wardmote.web.pages.area_words import area_name
from wardmote.web.pages.hazards.links import public_link, qr_svg
from wardmote.web.pages.hazards.words import (
    AWAY,
    CHANNELS,
    EXTENSION_STATES,
    STATES,
    STEPS,
    UNITS,
    attempt,
    category_choices,
    category_name,
    day_of,
    department_name,
    hazards_page,
    moment,
    number_of,
    part_line,
    text_of,
)
from wardmote.web.viewers import viewer_of_request

SEE = (Permission.HAZARD_VIEW, Permission.HAZARD_REPORT, Permission.HAZARD_RECTIFY)
MOST_PICTURES = 5
"""Pictures that are taken from one form."""


@require_http_methods(["GET", "POST"])
@hazards_page(*SEE)
def hazard(request: HttpRequest, hazard_id: str) -> HttpResponse:
    """A hazard; a POST does one thing about it."""
    viewer = viewer_of_request(request)
    if request.method == "POST":
        act = text_of(request, "act")
        if act == "assign":
            return _assign(request, hazard_id)
        if act == "contact":
            return _contact(request, viewer, hazard_id)
        _change(request, hazard_id, act)
        return redirect("hazard", hazard_id=hazard_id)
    page = selectors.hazard_page(viewer, hazard_id, now_s=clock.now_s())
    return render(request, "wardmote/hazards/hazard.html", _context(page))


def keep_pictures(
    request: HttpRequest, keep: Callable[[bytes, str], object], field: str = "photos"
) -> bool:
    """Keep the pictures of a form, each with a key of its own; says what cannot be kept."""
    form_key = text_of(request, "key")[:60] or uuid.uuid4().hex
    well = True
    for number, file in enumerate(request.FILES.getlist(field)[:MOST_PICTURES]):
        well &= attempt(
            request,
            lambda _who, _now_s, sent=file, key=f"{form_key}-{number}": keep(sent.read(), key),  # type: ignore[misc]  # bound now
            _("A picture was added."),
        )
    return well


def _change(request: HttpRequest, hazard_id: str, act: str) -> None:
    acts, part = _of_hazard(request, hazard_id) | _of_part(request), text_of(request, "part")
    viewer, now_s = viewer_of_request(request), clock.now_s()
    if act == "photo":
        keep_pictures(
            request,
            lambda data, key: services.add_picture(viewer, hazard_id, data, key=key, now_s=now_s),
        )
    elif act in acts and (
        act != "submit"
        or keep_pictures(
            request,
            lambda data, key: services.add_proof(viewer, part, data, key=key, now_s=now_s),
        )
    ):
        attempt(request, *acts[act])


def _of_hazard(
    request: HttpRequest, hazard_id: str
) -> dict[str, tuple[Callable[[Viewer, float], object], str]]:
    """What can be done with the whole hazard, each with what is said when it is done."""
    words = text_of(request, "words")
    return {
        "file": (
            lambda who, now_s: services.file_hazard(
                who, hazard_id, now_s=now_s, category=text_of(request, "category"), words=words
            ),
            _("The hazard was filed."),
        ),
        "reject": (
            lambda who, now_s: services.reject_hazard(who, hazard_id, words, now_s=now_s),
            _("The report was rejected."),
        ),
        "merge": (
            lambda who, now_s: services.merge_hazard(
                who, hazard_id, text_of(request, "number"), now_s=now_s
            ),
            _("The report was merged."),
        ),
        "reopen": (
            lambda who, now_s: services.reopen_hazard(who, hazard_id, words, now_s=now_s),
            _("The hazard is open again."),
        ),
    }


def _of_part(request: HttpRequest) -> dict[str, tuple[Callable[[Viewer, float], object], str]]:
    """What can be done with a part of it, likewise."""
    words, part = text_of(request, "words"), text_of(request, "part")
    return {
        "recall": (
            lambda who, now_s: services.recall_part(who, part, words, now_s=now_s),
            _("It was taken back."),
        ),
        "suspend": (
            lambda who, now_s: services.suspend_part(who, part, words, now_s=now_s),
            _("Time stands still."),
        ),
        "resume": (
            lambda who, now_s: services.resume_part(who, part, words, now_s=now_s),
            _("Time runs on."),
        ),
        "escalate": (
            lambda who, now_s: services.escalate_part(who, part, words, now_s=now_s),
            _("It was raised to a higher level."),
        ),
        "decline": (
            lambda who, now_s: services.decline_part(who, part, words, now_s=now_s),
            _("It was given back."),
        ),
        "extend": (
            lambda who, now_s: services.ask_extension(who, part, more_time(request), now_s=now_s),
            _("More time was asked for."),
        ),
        "grant": (
            lambda who, now_s: services.decide_extension(
                who, text_of(request, "extension"), words, grant=True, now_s=now_s
            ),
            _("More time was granted."),
        ),
        "refuse": (
            lambda who, now_s: services.decide_extension(
                who, text_of(request, "extension"), words, grant=False, now_s=now_s
            ),
            _("More time was refused."),
        ),
        "pass": (lambda who, now_s: _check(request, who, part, True, now_s), _("It passed.")),
        "return": (
            lambda who, now_s: _check(request, who, part, False, now_s),
            _("It was returned for rework."),
        ),
        "submit": (
            lambda who, now_s: services.submit_proof(who, part, words, now_s=now_s),
            _("The proof was handed in. Somebody will check on the spot."),
        ),
    }


def _check(request: HttpRequest, who: Viewer, part: str, passed: bool, now_s: float) -> None:
    away = text_of(request, "away")
    spot = services.OnSpot(
        number_of(request, "lon"),
        number_of(request, "lat"),
        AwayReason(away) if away in AWAY else None,
    )
    services.check_part(who, part, spot, text_of(request, "words"), passed=passed, now_s=now_s)


def more_time(request: HttpRequest) -> services.MoreTime:
    """The request for more time in a form: until the end of a day; nonsense is never later.

    A day of a change of the clocks ends as any other, a second before the next midnight.
    """
    day = day_of(text_of(request, "until"))
    if day is None or not 1970 < day.year < 9_000:
        return services.MoreTime(0.0, text_of(request, "words"))
    until_s = midnight_s(day + datetime.timedelta(days=1)) - 1.0
    return services.MoreTime(until_s, text_of(request, "words"))


def _assign(request: HttpRequest, hazard_id: str) -> HttpResponse:
    """Give a hazard away; an owner's link is shown once, here."""
    what = text_of(request, "what")
    number, unit = number_of(request, "term_number"), text_of(request, "term_unit")
    term = None if number is None or unit not in UNITS else Term(number, TermUnit(unit))
    wanted = [
        services.PartWanted(code, what=what, term=term)
        for code in request.POST.getlist("department")
    ]
    owner = text_of(request, "owner_name")
    if owner:
        phone = text_of(request, "owner_phone")
        wanted.append(services.PartWanted("", owner, phone, what, term))
    try:
        given = services.assign_hazard(
            viewer_of_request(request),
            hazard_id,
            wanted,
            now_s=clock.now_s(),
            key=text_of(request, "key"),
        )
    except RefusedError as refusal:
        messages.error(request, refusal.message())
        return redirect("hazard", hazard_id=hazard_id)
    links = [
        {"url": url, "qr": qr_svg(url)}
        for part in given
        if part.owner_token
        for url in [public_link("hazard-owner", part.owner_token)]
    ]
    if not links:
        messages.success(request, _("The hazard was given away."))
        return redirect("hazard", hazard_id=hazard_id)
    context = {"links": links, "back": reverse("hazard", args=[hazard_id])}
    return render(request, "wardmote/hazards/given.html", context)


def _contact(request: HttpRequest, viewer: Viewer, hazard_id: str) -> HttpResponse:
    """Show how the reporter, or the owner of a part, is reached, for the purpose chosen."""
    named, part = text_of(request, "purpose"), text_of(request, "part")
    if named not in {one.value for one in Purpose}:
        return redirect("hazard", hazard_id=hazard_id)
    now_s, purpose = clock.now_s(), Purpose(named)
    found = (
        selectors.open_owner(viewer, part, purpose, now_s=now_s)
        if part
        else selectors.open_contact(viewer, hazard_id, purpose, now_s=now_s)
    )
    page = selectors.hazard_page(viewer, hazard_id, now_s=now_s)
    context = {**_context(page), "contact": {"name": found[0], "phone": found[1]}}
    return render(request, "wardmote/hazards/hazard.html", context)


def _context(page: HazardPage) -> dict[str, Any]:
    now_s, language = clock.now_s(), get_language() or ""
    row = page.row
    state = HazardState(row.state)
    names = actor_names({step.actor for step in page.steps}, language)
    whose = {part.row.pk: department_name(part.row.department) for part in page.parts}
    category = selectors.categories(now_s).get(row.category)
    allowed = {one.value for one in HAZARD_LIFE_CYCLE.allowed_actions(state)}
    purposes = names_of(CodeList.PURPOSE)
    usual = () if category is None else category.departments
    return {
        "hazard": row,
        "state": STATES[row.state],
        "category": category_name(row.category),
        "channel": CHANNELS[row.channel],
        "area": area_name(row.area),
        "reported": local_time(row.reported_s),
        "before": page.photos,
        "parts": [_part_view(part, row.round, now_s) for part in page.parts],
        "steps": [_step(step, names, whose) for step in page.steps],
        "earlier": _linked(page.earlier),
        "later": _linked(page.later),
        "triages": page.triages,
        "allowed": allowed if page.triages else set(),
        "may_add": state in OPEN_HAZARDS,
        "purposes": [
            (one.value, purposes[one.value].in_language(language)) for one in page.purposes
        ],
        "has_contact": page.has_contact and bool(page.purposes),
        "categories": category_choices(),
        "departments": [
            {"code": one.code, "name": department_name(one), "usual": one.code in usual}
            for one in selectors.departments_for(AreaId(row.area))
        ],
        "units": UNITS.items(),
        "away": AWAY.items(),
        "key": uuid.uuid4().hex,
        "page_data": {"lon": row.lon, "lat": row.lat},
    }


def _part_view(view: PartView, present_round: int, now_s: float) -> dict[str, Any]:
    part = view.row
    state = PartState(part.state)
    return {
        **part_line(part, now_s),
        "what": part.what,
        "first": local_time(part.first_deadline_s),
        "moved": part.first_deadline_s != part.deadline_s,
        "submitted": moment(part.submitted_s),
        "after": view.photos,
        "present": part.round == present_round,
        "owner": part.department_id is None,
        "allowed": {one.value for one in PART_LIFE_CYCLE.allowed_actions(state)},
        "rectifies": view.rectifies and state is PartState.ASSIGNED,
        "checks": view.checks and state is PartState.SUBMITTED,
        "passes": view.passes,
        "extensions": [
            {
                "row": one,
                "state": EXTENSION_STATES[one.state],
                "until": local_time(one.until_s),
                "waits": one.state == "asked",
            }
            for one in view.extensions
        ],
    }


def _linked(rows: Sequence[HazardRow]) -> list[dict[str, Any]]:
    return [
        {"row": row, "reported": local_time(row.reported_s), "state": STATES[row.state]}
        for row in rows
    ]


def _step(step: Any, names: dict[str, str], whose: dict[str, str]) -> dict[str, Any]:
    return {
        "at": local_time(step.at_s),
        "what": STEPS.get((step.about, step.action), step.action),
        "who": names.get(step.actor, step.actor),
        "whose": whose.get(step.part_id, ""),
        "words": step.words,
        "distance": step.distance_m,
        "away": AWAY.get(step.away, ""),
    }
