"""Guards of events that come again: the list, and one with its days, posts, people and checks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.appointment import OFFICES
from wardmote.core.domain.event_guard import DAY_MINUTES, GuardAction, GuardContent
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.duty import selectors, services
from wardmote.operations.journal import clock
from wardmote.operations.people.actors import actor_names
from wardmote.operations.people.selectors import names_of
from wardmote.web.pages.area_words import area_names
from wardmote.web.pages.duty.guard_days import day_lines, when_words
from wardmote.web.pages.duty.guard_form import point_code
from wardmote.web.pages.duty.rows import clock_of
from wardmote.web.pages.duty.words import STATES, attempt, duty_page, spoken, text_of
from wardmote.web.viewers import viewer_of_request


@require_safe
@duty_page(Permission.DUTY_VIEW)
def duty_guards(request: HttpRequest) -> HttpResponse:
    """Guards and when they come next."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    context = {
        "guards": guard_lines(selectors.guards_seen(viewer), now_s),
        "plans_duty": viewer.holds_anywhere(Permission.DUTY_PLAN),
    }
    return render(request, "wardmote/duty/guards.html", context)


@require_http_methods(["GET", "POST"])
@duty_page(Permission.DUTY_VIEW)
def duty_guard(request: HttpRequest, guard_id: str) -> HttpResponse:
    """One guard; a POST approves or ends it."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    if request.method == "POST":
        act = text_of(request, "act")
        if act in (GuardAction.APPROVE.value, GuardAction.END.value):
            attempt(
                request,
                lambda who, at_s: services.move_guard(who, guard_id, GuardAction(act), now_s=at_s),
                _("The guard is changed."),
            )
        return redirect("duty-guard", guard_id=guard_id)
    row = selectors.guard_to_see(viewer, guard_id)
    content, language = selectors.guard_content(row), get_language() or ""
    line = guard_lines([row], now_s)[0]
    names = names_of({one.staff for one in content.duties}, language)
    points = _points(content, language)
    context = {
        **line,
        "content": content,
        "next": line["next"] if row.state != "ended" else [],
        "made": [
            {
                **day_lines([one.day])[0],
                "posts": len(one.posts),
                "tasks": len(one.tasks),
                "called_off": one.called_off_s is not None,
            }
            for one in selectors.days_made(row)[:10]
        ],
        "points": points,
        "duties": [
            {
                "who": names.get(one.staff, one.staff),
                "point": points[one.post]["name"],
                "from": clock_of(one.from_minute),
                "to": clock_of(one.to_minute),
                "next_day": one.to_minute > DAY_MINUTES,
            }
            for one in content.duties
        ],
        "checks": [
            {
                "what": one.what.in_language(language),
                "by": clock_of(one.by_minute),
                "office": OFFICES[one.office].name.in_language(language),
                "point": points[one.post]["name"],
            }
            for one in content.checks
        ],
        "people": actor_names({row.written_by, row.decided_by} - {""}, language),
        "approves": _approves(viewer, row),
        "plans_duty": viewer.may(Permission.DUTY_PLAN, AreaId(row.area)),
        "page_data": {"points": points, "lines": []},
    }
    return render(request, "wardmote/duty/guard.html", context)


def guard_lines(rows: Iterable[Any], now_s: float) -> list[dict[str, Any]]:
    """Guards with their next days, for lists."""
    found = list(rows)
    areas = area_names(row.area for row in found)
    return [_line(row, areas[row.area], now_s) for row in found]


def _line(row: Any, area: str, now_s: float) -> dict[str, Any]:
    content = selectors.guard_content(row)
    return {
        "row": row,
        "name": spoken(row.name_zh, row.name_en),
        "area": area,
        "state": STATES[row.state],
        "when": when_words(content.recurrence),
        "counts": {
            "posts": len(content.posts),
            "duties": len(content.duties),
            "checks": len(content.checks),
            "traffic": len(content.traffic),
            "days": content.days_ahead,
        },
        "next": day_lines(selectors.next_days(content.recurrence, now_s, row.last_day)),
    }


def _points(content: GuardContent, language: str) -> list[dict[str, Any]]:
    return [
        {
            "label": point_code(content, number),
            "name": f"{point_code(content, number)} {one.title.in_language(language)}",
            "traffic": number >= len(content.posts),
            "lon": one.lon,
            "lat": one.lat,
        }
        for number, one in enumerate(content.points)
    ]


def _approves(viewer: Viewer, row: Any) -> dict[str, bool]:
    """What the viewer may do about it: whoever wrote it may end it, but not approve it."""
    may = viewer.may(Permission.DUTY_APPROVE, AreaId(row.area))
    own = row.written_by == viewer.staff_id
    return {
        "approve": may and not own and row.state == "draft",
        "end": may and row.state != "ended",
    }
