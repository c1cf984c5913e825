"""Staffing in force: units to be on duty by post and hour, and whether they were."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.staffing import HOURS_A_DAY
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.operations.studies.staffing import PostStaffed, hour_of_week, staffing_seen
from wardmote.web.tables import UNKNOWN, Cell, Table
from wardmote.web.viewers import needs, viewer_of_request


@require_safe
@needs(Permission.REPORT_VIEW)
def staffing(request: HttpRequest) -> HttpResponse:
    """The staffing in force, by post."""
    now_s = clock.now_s()
    seen = staffing_seen(viewer_of_request(request), now_s=now_s)
    since = None if seen.since_s is None else local_time(seen.since_s)
    context: dict[str, Any] = {
        "version": seen.version,
        "since": since,
        "hours": seen.hours,
        "now": local_time(now_s),
        "tables": [_now_table(seen.posts, seen.hours)],
    }
    if seen.version:
        context["tables"].append(_today_table(seen.posts, hour_of_week(now_s)))
    return render(request, "wardmote/studies/staffing.html", context)


def _now_table(posts: tuple[PostStaffed, ...], hours: int) -> Table:
    language = get_language() or ""
    rows = []
    for one in posts:
        kept = one.kept
        share = (
            Cell(UNKNOWN)
            if kept is None or not kept.wanted_h
            else Cell(f"{kept.kept_h / kept.wanted_h:.1%}", kept.kept_h / kept.wanted_h)
        )
        rows.append(
            (
                Cell(one.name.in_language(language) or one.post),
                Cell(str(one.units), one.units),
                Cell(str(one.wanted), one.wanted),
                Cell(str(one.on_duty), one.on_duty),
                Cell(_("enough"))
                if one.on_duty >= one.wanted
                else Cell(_("%(count)s missing") % {"count": one.wanted - one.on_duty}),
                share,
                Cell(UNKNOWN) if kept is None else Cell(str(kept.short_h), kept.short_h),
            )
        )
    return Table(
        "now",
        _("By post, now and in the last %(hours)s hours") % {"hours": hours}
        if hours
        else _("By post, now"),
        (
            _("Post"), _("Units"), _("To be on duty now"), _("On duty now"), _("Now"),
            _("Unit-hours kept of those promised"), _("Hours with a unit missing"),
        ),
        tuple(rows),
    )  # fmt: skip


def _today_table(posts: tuple[PostStaffed, ...], slot: int) -> Table:
    """Units wanted today, hour by hour where they change."""
    language = get_language() or ""
    day = slot // HOURS_A_DAY * HOURS_A_DAY
    staffed = [one for one in posts if one.by_hour]
    changes = [
        hour
        for hour in range(HOURS_A_DAY)
        if hour == 0
        or any(one.by_hour[day + hour] != one.by_hour[day + hour - 1] for one in staffed)
    ]
    ends = [*changes[1:], HOURS_A_DAY]
    return Table(
        "today",
        _("Units to be on duty today"),
        (
            _("Post"),
            *(f"{start:02d}:00–{end:02d}:00" for start, end in zip(changes, ends, strict=True)),
        ),
        tuple(
            (
                Cell(one.name.in_language(language) or one.post),
                *(Cell(str(one.by_hour[day + at]), one.by_hour[day + at]) for at in changes),
            )
            for one in staffed
        ),
    )
