"""Levels: which holds where, what a switch would change, and deciding about one."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.duty_level import DutyLevel, SwitchState, reached
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.leave import LEAVE_KIND_NAMES
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.selectors import staff_with
from wardmote.operations.duty import selectors, services
from wardmote.operations.duty.errors import BadContentError
from wardmote.operations.duty.selectors import Effects
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, local_time
from wardmote.operations.people.actors import actor_names
from wardmote.operations.people.selectors import leaves_with, names_of
from wardmote.operations.places.selectors import location_index
from wardmote.operations.places.tree import wide_rows
from wardmote.web.pages.area_words import area_name, area_names
from wardmote.web.pages.duty.words import (
    BECAUSE,
    REACHES,
    STATES,
    TIMERS,
    area_of,
    attempt,
    duty_page,
    spoken,
    text_of,
)
from wardmote.web.viewers import viewer_of_request

MOST_NAMED = 8
MOST_SUGGESTED = 300


@require_safe
@duty_page(Permission.DUTY_VIEW)
def duty_levels(request: HttpRequest) -> HttpResponse:
    """The levels, which one holds in the viewer's areas and why, and switches."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    areas = sorted(set(viewer.areas_with(Permission.DUTY_VIEW)))
    context = {
        "levels": [level_words(one) for one in _levels(now_s)],
        "areas": [_area_line(area, now_s) for area in areas],
        "switches": switch_lines(selectors.switches_seen(viewer)),
        "plans_duty": viewer.holds_anywhere(Permission.DUTY_PLAN),
        "choices": [
            (one.code, one.name.in_language(get_language() or ""))
            for one in _levels(now_s)
            if one.rank > 0
        ],
        "first_area": next(iter(viewer.areas_with(Permission.DUTY_PLAN)), ""),
        "suggested": _suggested(viewer, now_s),
        "version": selectors.levels_in_force(now_s).version,
        "edits": viewer.may(Permission.CONFIGURATION_EDIT, location_index().whole_area),
    }
    return render(request, "wardmote/duty/levels.html", context)


@require_http_methods(["GET", "POST"])
@duty_page(Permission.DUTY_PLAN)
def duty_propose(request: HttpRequest) -> HttpResponse:
    """What a switch would change, exactly; a POST proposes what was shown."""
    asked = request.POST if request.method == "POST" else request.GET
    now_s = clock.now_s()
    known = {one.code: one for one in _levels(now_s)}
    try:
        area, level = area_of(asked.get("area", "")), known[asked.get("level", "")]
    except (BadContentError, KeyError):
        messages.error(request, _("Choose an area by its 12-digit code, and a level."))
        return redirect("duty-levels")
    confirmed = not text_of(request, "recalls") or text_of(request, "confirmed") == "yes"
    if request.method == "POST" and not confirmed:
        messages.error(request, _("Tick that this leave is ended or cancelled."))
    elif request.method == "POST" and attempt(
        request,
        lambda who, at_s: services.propose_switch(
            who,
            area,
            level.code,
            text_of(request, "digest"),
            text_of(request, "words"),
            until_s=until_of(text_of(request, "until")),
            now_s=at_s,
        ),
        _("The level is proposed. A second person puts it in force."),
    ):
        return redirect("duty-levels")
    context = {
        "area": area,
        "area_name": area_name(area),
        "level": level_words(level),
        **_shown(
            area,
            level,
            now_s,
            viewer_of_request(request).staff_id,
            until_of(asked.get("until", "")),
        ),
        "words": asked.get("words", ""),
        "until": asked.get("until", ""),
    }
    return render(request, "wardmote/duty/propose.html", context)


@require_http_methods(["GET", "POST"])
@duty_page(Permission.DUTY_VIEW)
def duty_switch(request: HttpRequest, switch_id: str) -> HttpResponse:
    """One switch: what it changes or changed, and the decision about it."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    if request.method == "POST":
        _decide(request, switch_id)
        return redirect("duty-switch", switch_id=switch_id)
    row = selectors.switch_to_see(viewer, switch_id)
    area, level = AreaId(row.area), selectors.level_of_row(row)
    proposed = row.state == SwitchState.PROPOSED.value
    may = viewer.may(Permission.DUTY_APPROVE, reached(level.reach, area))
    own = row.proposed_by == viewer.staff_id
    context = {
        "switch": switch_lines([row])[0],
        "level": level_words(level),
        **(_shown(area, level, now_s, row.proposed_by, row.until_s) if proposed else {}),
        "posts": [] if proposed else _posts(selectors.posts_now(area, level)),
        # Whose leave ended is for those who see duty in all of the area.
        "recalled": leave_lines(row.recalled) if viewer.may(Permission.DUTY_VIEW, area) else [],
        "approves": proposed and may and not own,
        "declines": proposed and (own or viewer.may(Permission.DUTY_APPROVE, area)),
        "ends": may and row.state == SwitchState.IN_FORCE.value,
        "people": actor_names(
            {row.proposed_by, row.decided_by, row.ended_by} - {""}, get_language() or ""
        ),
    }
    return render(request, "wardmote/duty/switch.html", context)


def _decide(request: HttpRequest, switch_id: str) -> None:
    act = text_of(request, "act")
    unticked = text_of(request, "recalls") and text_of(request, "confirmed") != "yes"
    if act == "approve" and unticked:
        messages.error(request, _("Tick that this leave is ended or cancelled."))
    elif act == "approve":
        attempt(
            request,
            lambda who, now_s: services.approve_switch(
                who, switch_id, text_of(request, "digest"), now_s=now_s
            ),
            _("The level is in force."),
        )
    elif act == "decline":
        attempt(
            request,
            lambda who, now_s: services.decline_switch(
                who, switch_id, text_of(request, "words"), now_s=now_s
            ),
            _("The proposal is off the table."),
        )
    elif act == "end":
        attempt(
            request,
            lambda who, now_s: services.end_switch(who, switch_id, now_s=now_s),
            _("The level has ended; what held before holds again."),
        )


def _shown(
    area: AreaId, level: DutyLevel, now_s: float, proposer: str, until_s: float | None
) -> dict[str, Any]:
    """What a switch would change, and who may decide about it."""
    reach = reached(level.reach, area)
    others = [one for one in staff_with(Permission.DUTY_APPROVE, reach, now_s) if one != proposer]
    names = names_of(others[:MOST_NAMED], get_language() or "")
    return {
        "effects": effects_words(selectors.effects_of(area, level, now_s, until_s)),
        "open_end": until_s is None,
        "approvers": [names.get(one, one) for one in others[:MOST_NAMED]],
        "more_approvers": max(0, len(others) - MOST_NAMED),
    }


def leave_lines(leaves: Iterable[str]) -> list[dict[str, Any]]:
    """Whose leave ends, from and until when it was to last, and who deputises; never why."""
    found = leaves_with(list(leaves))
    staff = {one.person for one in found} | {one.deputy for one in found if one.deputy}
    names = names_of(staff, get_language() or "")
    return [
        {
            "who": names.get(one.person, one.person),
            "since": local_time(one.from_s),
            "until": local_time(one.to_s),
            "deputy": names.get(one.deputy, one.deputy) if one.deputy else "",
        }
        for one in found
    ]


def _suggested(viewer: Viewer, now_s: float) -> list[tuple[str, str]]:
    """Areas down to towns where the viewer plans duty, by name."""
    language = get_language() or ""
    rows: list[tuple[str, str]] = []
    for area in viewer.areas_with(Permission.DUTY_PLAN):
        found = wide_rows(area_prefix(area), local_day(now_s))
        rows += [(one.code, one.name.in_language(language)) for one in found]
    return list(dict(rows).items())[:MOST_SUGGESTED]


def until_of(text: str) -> float | None:
    """A local time of a form; None for an open end."""
    try:
        at = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.replace(tzinfo=zoneinfo.ZoneInfo(settings.TIME_ZONE)).timestamp()


def level_words(level: DutyLevel) -> dict[str, Any]:
    """A level for templates."""
    language = get_language() or ""
    return {
        "code": level.code,
        "name": level.name.in_language(language),
        "standard": level.standard,
        "percent": level.timers_percent,
        "units": level.units_at_least,
        "short": level.short_minutes,
        "recalls": [LEAVE_KIND_NAMES[one].in_language(language) for one in sorted(level.recalls)],
        "grade": level.patrol_grade,
        "reach": REACHES[level.reach],
        "rank": level.rank,
    }


def effects_words(effects: Effects) -> dict[str, Any]:
    """What would change, for templates."""
    language = get_language() or ""
    return {
        "digest": effects.digest,
        "before": effects.before.level.name.in_language(language),
        "after": effects.after.level.name.in_language(language),
        "because": BECAUSE[effects.after.because],
        "standard": (effects.standard_before, effects.standard_after),
        "timers": [(TIMERS[timer], before, after) for timer, before, after in effects.timers],
        "grade": (effects.before.level.patrol_grade, effects.after.level.patrol_grade),
        "posts": _posts(effects.posts),
        "recalled": leave_lines(effects.recalled),
        "levels": (level_words(effects.before.level), level_words(effects.after.level)),
        "short": sum(one.short for one in effects.posts),
        "part": effects.part,
    }


def switch_lines(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Switches for tables."""
    found, language = list(rows), get_language() or ""
    areas = area_names(row.area for row in found)
    return [
        {
            "row": row,
            "area": areas[row.area],
            "level": selectors.level_of_row(row).name.in_language(language),
            "state": STATES[row.state],
            "proposed": local_time(row.proposed_s),
            "decided": None if row.decided_s is None else local_time(row.decided_s),
            "until": None if row.until_s is None else local_time(row.until_s),
            "ended": None if row.ended_s is None else local_time(row.ended_s),
        }
        for row in found
    ]


def _posts(posts: tuple[selectors.PostNow, ...]) -> list[dict[str, Any]]:
    return [{"post": one, "name": spoken(one.name_zh, one.name_en) or one.post} for one in posts]


def _levels(now_s: float) -> tuple[DutyLevel, ...]:
    return tuple(sorted(selectors.levels_in_force(now_s).levels, key=lambda one: one.rank))


def _area_line(area: AreaId, now_s: float) -> dict[str, Any]:
    answer = selectors.level_of(area, now_s)
    language = get_language() or ""
    return {
        "area": area_name(area),
        "level": answer.level.name.in_language(language),
        "because": BECAUSE[answer.because],
        "of": "" if answer.switch is None else area_name(answer.switch.area),
        "yields": [
            f"{one.level.name.in_language(language)} ({area_name(one.area)})"
            for one in answer.yields
        ],
    }
