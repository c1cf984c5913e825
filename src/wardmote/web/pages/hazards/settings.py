"""Departments, places with QR codes, and the categories in force."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.hazard_categories import dump_hazard_categories
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.text import Bilingual
from wardmote.operations.hazards import selectors, services
from wardmote.operations.journal import clock
from wardmote.operations.people.selectors import names_of
from wardmote.web.pages.area_words import area_names
from wardmote.web.pages.hazards.links import public_link, qr_svg
from wardmote.web.pages.hazards.words import (
    UNITS,
    attempt,
    department_name,
    hazards_page,
    number_of,
    text_of,
)
from wardmote.web.viewers import viewer_of_request

MAX_FILE = 200_000
_RIGHTS = (Permission.HAZARD_VIEW, Permission.HAZARD_TRIAGE, Permission.CONFIGURATION_EDIT)


@require_http_methods(["GET", "POST"])
@hazards_page(*_RIGHTS)
def hazard_settings(request: HttpRequest) -> HttpResponse:
    """What is set; a POST changes one thing, with the right to."""
    if request.method == "POST":
        _change(request)
        return redirect("hazard-settings")
    viewer, now_s, language = viewer_of_request(request), clock.now_s(), get_language() or ""
    known = selectors.categories(now_s)
    departments, members = selectors.departments_seen(viewer), selectors.members_seen(viewer)
    names = names_of({staff for those in members.values() for staff in those}, language)
    areas = area_names(row.area for row in departments)
    points = selectors.points_seen(viewer)
    spoken = {row.code: department_name(row) for row in departments}
    context = {
        "version": known.version,
        "categories": [
            {
                "code": one.code,
                "name": one.name.in_language(language),
                "number": f"{one.term.number:g}",
                "unit": UNITS[one.term.unit.value],
                "departments": [(code, spoken.get(code, "")) for code in one.departments],
            }
            for one in known.categories
        ],
        "repeat": known.repeat,
        "tolerance": known.check_tolerance_m,
        "departments": [
            {
                "row": row,
                "name": department_name(row),
                "area": areas[row.area],
                "members": [
                    (staff, names.get(staff, staff)) for staff in members.get(row.code, ())
                ],
                "edits": row.code in members,
            }
            for row in departments
        ],
        "points": [
            {"row": row, "name": Bilingual(row.name_zh, row.name_en).in_language(language)}
            for row in points
        ],
        "triages": viewer.holds_anywhere(Permission.HAZARD_TRIAGE),
        "edits": viewer.holds_anywhere(Permission.CONFIGURATION_EDIT),
        "key": uuid.uuid4().hex,
    }
    return render(request, "wardmote/hazards/settings.html", context)


@require_safe
@hazards_page(Permission.HAZARD_TRIAGE)
def hazard_point_sheet(request: HttpRequest, point_id: str) -> HttpResponse:
    """A sheet with a place's QR code, to print and hang up."""
    for row in selectors.points_seen(viewer_of_request(request)):
        if row.pk == point_id:
            url = public_link("hazard-point", row.token)
            context = {"row": row, "url": url, "qr": qr_svg(url)}
            return render(request, "wardmote/hazards/point_sheet.html", context)
    messages.error(request, _("This is no longer there, or not in your area."))
    return redirect("hazard-settings")


@require_safe
@hazards_page(*_RIGHTS)
def hazard_categories_file(request: HttpRequest) -> HttpResponse:
    """The categories in force as a file to edit and send back."""
    known = selectors.categories(clock.now_s())
    response = JsonResponse(
        dump_hazard_categories(known), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response["Content-Disposition"] = 'attachment; filename="hazard-categories.json"'
    return response


def _change(request: HttpRequest) -> None:
    act = text_of(request, "act")
    if act == "department":
        _department(request)
    elif act == "point":
        name = Bilingual(text_of(request, "name_zh"), text_of(request, "name_en"))
        lon, lat = number_of(request, "lon"), number_of(request, "lat")
        attempt(
            request,
            lambda who, now_s: services.add_point(
                who,
                name,
                float("nan") if lon is None else lon,
                float("nan") if lat is None else lat,
                now_s=now_s,
                key=text_of(request, "key"),
            ),
            _("The place takes reports now. Print its QR code."),
        )
    elif act == "end-point":
        attempt(
            request,
            lambda who, now_s: services.end_point(who, text_of(request, "point"), now_s=now_s),
            _("The place takes no reports any more."),
        )
    elif act == "categories":
        _categories(request)


def _department(request: HttpRequest) -> None:
    area = text_of(request, "area")
    if not is_area_code(area):
        messages.error(request, _("Give the area by its 12-digit code."))
        return
    members = text_of(request, "members").replace(",", " ").replace("，", " ").split()
    wanted = services.DepartmentWanted(
        text_of(request, "code"),
        Bilingual(text_of(request, "name_zh"), text_of(request, "name_en")),
        AreaId(area),
        tuple(members),
        text_of(request, "active") == "yes",
    )
    attempt(
        request,
        lambda who, now_s: services.set_department(who, wanted, now_s=now_s),
        _("The department was saved."),
    )


def _categories(request: HttpRequest) -> None:
    sent = request.FILES.get("file")
    data: Any = None
    if sent is not None and (sent.size or 0) <= MAX_FILE:
        try:
            data = json.loads(sent.read().decode("utf-8-sig"))
        except (ValueError, RecursionError):  # the former also where it is not UTF-8
            data = None
    if data is None:
        messages.error(request, _("This file is no JSON file of at most 200 kB."))
        return
    attempt(
        request,
        lambda who, now_s: services.set_categories(who, data, now_s=now_s),
        _("The categories are in force."),
    )
