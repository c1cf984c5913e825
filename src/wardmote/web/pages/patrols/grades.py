"""Graded patrol: a table of hours by street with its map, and what a grade asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.patrol import PatrolPlaceKind, PatrolWho
from wardmote.core.domain.patrol_grades import (
    EVERY_MINUTES,
    HOURS,
    NONE,
    SHIPPED_GRADE_RULES,
    GradedPlace,
    GradeRule,
    PatrolGrades,
    raised_hours,
)
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import InvalidDataError
from wardmote.operations.duty.selectors import level_of
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, local_time
from wardmote.operations.patrols import selectors, services
from wardmote.operations.people.selectors import names_of
from wardmote.operations.refusals import RefusedError
from wardmote.web.pages.night_watch.words import text_of, whole_of
from wardmote.web.pages.patrols.place_form import NoSuchPlaceError, place_of, points_in
from wardmote.web.pages.patrols.words import KINDS, WHO, patrol_page
from wardmote.web.viewers import viewer_of_request

CHOICES = (NONE, 1, 2, 3, 4)


@require_http_methods(["GET", "POST"])
@patrol_page(Permission.PATROL_VIEW)
def patrol_grades(request: HttpRequest) -> HttpResponse:
    """The grades of an area; a POST sets a new version."""
    viewer, now_s, language = viewer_of_request(request), clock.now_s(), get_language() or ""
    area = _area(request, viewer)
    if request.method == "POST":
        _set(request, viewer, area)
        return redirect(f"{reverse('patrol-grades')}?area={area}")
    now = selectors.grades_now(viewer, area)
    grades = now.grades or PatrolGrades(SHIPPED_GRADE_RULES, ())
    level = level_of(area, now_s).level
    context = {
        "area": area,
        "areas": sorted(
            {*viewer.areas_with(Permission.PATROL_VIEW), *selectors.graded_areas(viewer)}
        ),
        "version": now.version,
        "set_by": names_of([now.set_by], language).get(now.set_by, now.set_by),
        "set": None if now.set_s is None else local_time(now.set_s),
        "rules": [
            {"row": one, "by": one.by.value, "by_words": WHO[one.by.value]} for one in grades.rules
        ],
        "most_orders": services.MOST_ORDERS,
        "left_out": services.left_out_of(grades, local_day(now_s), now_s),
        "hours": range(HOURS),
        "places": _rows(grades, now_s, language),
        "level": level.name.in_language(language),
        "level_grade": level.patrol_grade,
        "choices": CHOICES,
        "every": EVERY_MINUTES,
        "who": WHO.items(),
        "kinds": [(code, words) for code, words in KINDS.items()],
        "plans": viewer.may(Permission.PATROL_PLAN, area),
        "versions": selectors.grade_versions(viewer, area),
        "page_data": {"places": _drawn(grades, now_s, language)},
    }
    return render(request, "wardmote/patrols/grades.html", context)


def _now(one: GradedPlace, now_s: float) -> tuple[int, ...]:
    """The grades of a place with the duty level of now."""
    return raised_hours(one.hours, level_of(one.area, now_s).level.patrol_grade)


def _rows(grades: PatrolGrades, now_s: float, language: str) -> list[dict[str, Any]]:
    """Places as rows of the table: hour, grade, grade that holds now."""
    return [
        {
            "number": number,
            "row": one,
            "name": one.place.name.in_language(language),
            "kind": KINDS[one.place.kind.value],
            "hours": list(zip(range(HOURS), one.hours, _now(one, now_s), strict=True)),
        }
        for number, one in enumerate(grades.places)
    ]


def _drawn(grades: PatrolGrades, now_s: float, language: str) -> list[dict[str, Any]]:
    """Places for the map."""
    return [
        {
            "name": one.place.name.in_language(language),
            "kind": one.place.kind.value,
            "paths": one.place.paths,
            "points": [(point.lon, point.lat) for point in one.points],
            "hours": _now(one, now_s),
        }
        for one in grades.places
    ]


def _area(request: HttpRequest, viewer: Viewer) -> AreaId:
    """The area that is asked for, or the first one of the viewer."""
    asked = request.POST.get("area") or request.GET.get("area") or ""
    own = viewer.areas_with(Permission.PATROL_PLAN) or viewer.areas_with(Permission.PATROL_VIEW)
    area = AreaId(asked) if asked else own[0]
    if not is_area_code(area) or not viewer.may(Permission.PATROL_VIEW, area):
        raise PermissionDenied
    return area


def _set(request: HttpRequest, viewer: Viewer, area: AreaId) -> None:
    now_s = clock.now_s()
    based_on = whole_of(request, "version")
    now = selectors.grades_now(viewer, area)
    grades = now.grades or PatrolGrades(SHIPPED_GRADE_RULES, ())
    try:
        if text_of(request, "act") == "add":
            wanted = replace(grades, places=(*grades.places, _added(request, area, now_s)))
        else:
            wanted = PatrolGrades(_rules(request, grades), _places(request, grades))
        services.set_grades(viewer, area, wanted, based_on=based_on, now_s=now_s)
    except NoSuchPlaceError as fault:
        messages.error(request, fault.sentence)
    except InvalidDataError as error:
        messages.error(request, _("The grades do not fit: %(field)s.") % {"field": error.path})
    except RefusedError as refusal:
        messages.error(request, refusal.message())
    else:
        messages.success(request, _("The grades are in force; orders follow within minutes."))


def _rules(request: HttpRequest, grades: PatrolGrades) -> tuple[GradeRule, ...]:
    return tuple(
        replace(
            one,
            every_minutes=whole_of(request, f"every-{one.grade}"),
            by=_who(text_of(request, f"by-{one.grade}"), one.by),
            people=whole_of(request, f"people-{one.grade}"),
        )
        for one in grades.rules
    )


def _places(request: HttpRequest, grades: PatrolGrades) -> tuple[GradedPlace, ...]:
    """The table as it was sent; a place that is ticked is taken out."""
    gone = set(request.POST.getlist("gone"))
    return tuple(
        replace(one, hours=tuple(_hours(request, number)))
        for number, one in enumerate(grades.places)
        if one.place.code not in gone
    )


def _hours(request: HttpRequest, number: int) -> list[int]:
    found: list[int] = []
    for hour in range(HOURS):
        found.append(whole_of(request, f"grade-{number}-{hour}"))
    return found


def _added(request: HttpRequest, area: AreaId, now_s: float) -> GradedPlace:
    kind = text_of(request, "kind")
    name = text_of(request, "place")[:120]
    within = AreaId(text_of(request, "within") or area)
    place, points = place_of(
        PatrolPlaceKind(kind) if kind in KINDS else PatrolPlaceKind.POINTS,
        name,
        within,
        (),
        points_in(text_of(request, "points")),
        now_s,
    )
    first, last = whole_of(request, "first_hour"), whole_of(request, "last_hour")
    grade = whole_of(request, "grade")
    span = {hour % HOURS for hour in range(first, last if last > first else last + HOURS)}
    hours = tuple(grade if hour in span else NONE for hour in range(HOURS))
    # A code of its own: two stretches of one street may be graded apart.
    return GradedPlace(replace(place, code=new_id(now_s)), within, points, hours)


def _who(text: str, known: PatrolWho) -> PatrolWho:
    return PatrolWho(text) if text in WHO else known
