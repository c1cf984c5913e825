"""The form of an event guard: when it comes again, posts and traffic points, people and checks."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.appointment import OFFICES, Office
from wardmote.core.domain.event_guard import DAYS_AHEAD, GuardContent, GuardPoint, load_recurrence
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.plain import InvalidDataError, JsonValue
from wardmote.core.domain.recurrence import ANCHOR, OnDayOff, RecurrenceKind
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.selectors import staff_with
from wardmote.operations.duty import selectors, services
from wardmote.operations.duty.errors import BadContentError
from wardmote.operations.journal import clock
from wardmote.operations.people.selectors import names_of
from wardmote.web.pages.duty.guard_days import FESTIVALS, day_lines, weekday_names
from wardmote.web.pages.duty.rows import (
    Row,
    clock_of,
    decimal_of,
    minute_of,
    number_of,
    rows_of,
    span_of,
    with_blanks,
)
from wardmote.web.pages.duty.words import attempt, duty_page, text_of
from wardmote.web.viewers import viewer_of_request

FESTIVAL = "festival"
KINDS = {
    RecurrenceKind.WEEKLY.value: gettext_lazy("on days of the week"),
    RecurrenceKind.LUNAR.value: gettext_lazy("on days of each lunar month"),
    FESTIVAL: gettext_lazy("on festivals of the lunar calendar"),
    RecurrenceKind.YEARLY.value: gettext_lazy("on days of the year"),
    RecurrenceKind.HOLIDAYS.value: gettext_lazy("on every public holiday"),
    RecurrenceKind.EVERY_DAYS.value: gettext_lazy("every so many days"),
}
DAYS_OFF = {
    OnDayOff.KEEP.value: gettext_lazy("holds then too"),
    OnDayOff.NEXT_WORKING.value: gettext_lazy("moves to the next working day"),
    OnDayOff.SKIP.value: gettext_lazy("is left out"),
}
_POINT = ("zh", "en", "lon", "lat")
_DUTY = ("staff", "point", "from", "to")
_CHECK = ("zh", "en", "by", "office", "point")
MOST_SUGGESTED = 300


@require_http_methods(["GET", "POST"])
@duty_page(Permission.DUTY_PLAN)
def duty_guard_new(request: HttpRequest) -> HttpResponse:
    """Write a guard; ``?from=`` begins with what another one says; a preview shows ten days."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    data: QueryDict = request.POST
    days: list[dict[str, Any]] | None = None
    if request.method == "POST":
        new = _new(request)
        if new is not None and text_of(request, "act") == "preview":
            days = _preview(request, new, now_s)
        elif new is not None and attempt(
            request,
            lambda who, at_s: services.write_guard(who, new, now_s=at_s),
            _("The guard is written. A second person approves it."),
        ):
            return redirect("duty-guards")
    elif request.GET.get("from"):
        row = selectors.guard_to_see(viewer, request.GET["from"])
        data = _data_of(row, selectors.guard_content(row))
    first_area = next(iter(viewer.areas_with(Permission.DUTY_PLAN)), "")
    area = AreaId(data.get("area") or first_area)
    held = _who_may_stand(AreaId(first_area), now_s) if first_area else []
    language = get_language() or ""
    context: dict[str, Any] = {
        "sent": data,
        "area": area,
        "kind": data.get("kind", RecurrenceKind.WEEKLY.value),
        "kinds": KINDS.items(),
        "weekdays": weekday_names(),
        "chosen_weekdays": data.getlist("weekdays"),
        "festivals": [(str(code), name) for code, name in FESTIVALS.items()],
        "chosen_festivals": data.getlist("festivals"),
        "days_off": DAYS_OFF.items(),
        "posts": with_blanks(rows_of(data, "post", _POINT, by=_POINT)),
        "traffic": with_blanks(rows_of(data, "traffic", _POINT, by=_POINT)),
        "duties": with_blanks(rows_of(data, "duty", _DUTY, by=("staff",))),
        "checks": with_blanks(rows_of(data, "check", _CHECK, by=("zh", "en"))),
        "offices": [(one.value, rule.name.in_language(language)) for one, rule in OFFICES.items()],
        "first_office": Office.VILLAGE_ASSISTANT.value,
        "staff": names_of(held, language),
        "preview": days,
        "page_data": {"points": [], "lines": []},
    }
    return render(request, "wardmote/duty/guard_form.html", context)


def _who_may_stand(area: AreaId, now_s: float) -> list[str]:
    """Who does tasks in an area or in a part of it."""
    may = Permission.TASK_DO
    found = {*staff_with(may, area, now_s), *staff_with(may, area, now_s, within=area)}
    return sorted(found)[:MOST_SUGGESTED]


def content_of(data: QueryDict) -> JsonValue:
    """A guard as the form sends it."""
    posts = rows_of(data, "post", _POINT, by=_POINT)
    traffic = rows_of(data, "traffic", _POINT, by=_POINT)
    return {
        "recurrence": _recurrence(data),
        "posts": [_point(row) for row in posts],
        "traffic": [_point(row) for row in traffic],
        "duties": [
            {
                "staff": row["staff"],
                "post": _point_number(row["point"], len(posts)),
                **dict(
                    zip(("from_minute", "to_minute"), span_of(row["from"], row["to"]), strict=True)
                ),
            }
            for row in rows_of(data, "duty", _DUTY, by=("staff",))
        ],
        "checks": [
            {
                "what": {"zh": row["zh"], "en": row["en"]},
                "by_minute": minute_of(row["by"]),
                "office": row["office"],
                "post": _point_number(row["point"], len(posts)),
            }
            for row in rows_of(data, "check", _CHECK, by=("zh", "en"))
        ],
        "radius_m": decimal_of(data.get("radius_m") or "200"),
        "days_ahead": number_of(data.get("days_ahead") or str(DAYS_AHEAD[6])),
    }


def _recurrence(data: QueryDict) -> JsonValue:
    kind = data.get("kind", "")
    found: dict[str, Any] = {
        "kind": RecurrenceKind.LUNAR.value if kind == FESTIVAL else kind,
        "on_day_off": data.get("on_day_off") or OnDayOff.KEEP.value,
    }
    if kind == RecurrenceKind.WEEKLY.value:
        found["days"] = [number_of(one) for one in data.getlist("weekdays")]
    elif kind == RecurrenceKind.LUNAR.value:
        found["days"] = [number_of(one) for one in _parts(data.get("lunar_days", ""))]
    elif kind == FESTIVAL:
        found["days"] = [number_of(one) for one in data.getlist("festivals")]
    elif kind == RecurrenceKind.YEARLY.value:
        found["days"] = [_day_of_year(one) for one in _parts(data.get("dates", ""))]
    if kind in (RecurrenceKind.WEEKLY.value, RecurrenceKind.EVERY_DAYS.value):
        found["every"] = number_of(data.get("every") or "1")
        found["anchor"] = data.get("anchor") or ANCHOR.isoformat()
    return found


def _parts(text: str) -> list[str]:
    return text.replace("，", ",").replace("、", ",").replace(",", " ").split()


def _day_of_year(text: str) -> int | str:
    month, dash, day = text.partition("-")
    return int(month) * 100 + int(day) if dash and month.isdigit() and day.isdigit() else text


def _point(row: Row) -> JsonValue:
    return {
        "title": {"zh": row["zh"], "en": row["en"]},
        "lon": decimal_of(row["lon"]),
        "lat": decimal_of(row["lat"]),
    }


def _point_number(text: str, posts: int) -> int | str:
    """The number of a point from 0: ``P1`` is the first post, ``T1`` the first traffic point."""
    letter, digits = text[:1].upper(), text[1:]
    if letter not in ("P", "T") or not (digits.isascii() and digits.isdigit()) or len(digits) > 3:
        return text or 0
    return int(digits) - 1 + (posts if letter == "T" else 0)


def _new(request: HttpRequest) -> services.NewGuard | None:
    last = text_of(request, "last_day")
    try:
        last_day = datetime.date.fromisoformat(last) if last else None
    except ValueError:
        messages.error(request, _("Give the last day as a date."))
        return None
    name = Bilingual(text_of(request, "name_zh"), text_of(request, "name_en"))
    return services.NewGuard(text_of(request, "area"), name, content_of(request.POST), last_day)


def _preview(
    request: HttpRequest, new: services.NewGuard, now_s: float
) -> list[dict[str, Any]] | None:
    try:
        when = load_recurrence(new.content["recurrence"])
    except InvalidDataError as error:
        refused = BadContentError(field=error.path or "/", reason=error.code)
        messages.error(request, refused.message())
        return None
    return day_lines(selectors.next_days(when, now_s, new.last_day))


def _data_of(row: Any, content: GuardContent) -> QueryDict:
    """What the form would have sent for a guard."""
    data, when = QueryDict(mutable=True), content.recurrence
    festival = when.kind is RecurrenceKind.LUNAR and set(when.days) <= set(FESTIVALS)
    data.update(
        {
            "area": row.area,
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "kind": FESTIVAL if festival else when.kind.value,
            "every": str(when.every),
            "anchor": when.anchor.isoformat(),
            "on_day_off": when.on_day_off.value,
            "lunar_days": ", ".join(map(str, when.days)),
            "dates": ", ".join(f"{one // 100:02d}-{one % 100:02d}" for one in when.days),
            "radius_m": f"{content.radius_m:g}",
            "days_ahead": str(content.days_ahead),
        }
    )
    data.setlist("weekdays", list(map(str, when.days)))
    data.setlist("festivals", list(map(str, when.days)))
    _set_rows(data, "post", [_point_row(one) for one in content.posts])
    _set_rows(data, "traffic", [_point_row(one) for one in content.traffic])
    _set_rows(
        data,
        "duty",
        [
            {
                "staff": one.staff,
                "point": point_code(content, one.post),
                "from": clock_of(one.from_minute),
                "to": clock_of(one.to_minute),
            }
            for one in content.duties
        ],
    )
    _set_rows(
        data,
        "check",
        [
            {
                "zh": one.what.zh,
                "en": one.what.en,
                "by": clock_of(one.by_minute),
                "office": one.office.value,
                "point": point_code(content, one.post),
            }
            for one in content.checks
        ],
    )
    return data


def point_code(content: GuardContent, number: int) -> str:
    """What the form and the page call a point: ``P1`` ... the posts, ``T1`` ... traffic points."""
    posts = len(content.posts)
    return f"P{number + 1}" if number < posts else f"T{number - posts + 1}"


def _point_row(point: GuardPoint) -> Row:
    title = point.title
    return {"zh": title.zh, "en": title.en, "lon": f"{point.lon:.6f}", "lat": f"{point.lat:.6f}"}


def _set_rows(data: QueryDict, prefix: str, rows: list[Row]) -> None:
    for field in rows[0] if rows else ():
        data.setlist(f"{prefix}_{field}", [row[field] for row in rows])
