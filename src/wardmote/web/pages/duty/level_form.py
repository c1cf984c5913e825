"""The form of all duty levels: one version after the other, never changed in place."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.duty_level import PATROL_GRADES, SHORT_MINUTES_UNTOLD, WHOLE, DutyLevel
from wardmote.core.domain.leave import LEAVE_KIND_NAMES, LeaveKind
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.plain import JsonValue
from wardmote.operations.duty import selectors, services
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.operations.people.actors import actor_names
from wardmote.operations.places.selectors import posts, rules_set
from wardmote.web.pages.duty.rows import number_of, rows_of, with_blanks
from wardmote.web.pages.duty.words import REACHES, attempt, duty_page, spoken, text_of
from wardmote.web.viewers import viewer_of_request

NEVER_ENDED = frozenset({LeaveKind.SICK, LeaveKind.FAMILY})
"""Nobody is called back from illness or from family leave: the form does not offer it."""

MOST_ON_FORM = 12
_FIELDS = ("code", "rank", "zh", "en", "standard", "percent", "units", "short", "grade", "reach")


@require_http_methods(["GET", "POST"])
@duty_page(Permission.CONFIGURATION_EDIT)
def duty_levels_edit(request: HttpRequest) -> HttpResponse:
    """Change what the levels ask for; a POST puts another version in force."""
    now_s, language = clock.now_s(), get_language() or ""
    if request.method == "POST" and attempt(
        request,
        lambda who, at_s: services.set_levels(
            who, levels_of(request.POST), text_of(request, "based_on"), now_s=at_s
        ),
        _("The levels are in force. Switches that were proposed before stay as they read."),
    ):
        return redirect("duty-levels")
    levels = selectors.levels_in_force(now_s)
    kept = sorted(levels.levels, key=lambda one: one.rank)
    history = rules_set("duty_levels")
    context = {
        "version": levels.version,
        "levels": _sent(request.POST)
        if request.method == "POST"
        else [*map(_kept, kept), {**BLANK, "least": with_blanks([])}],
        "standards": [
            (code, one.name.in_language(language))
            for code, one in selectors.standards_to_choose(now_s).items()
        ],
        "grades": PATROL_GRADES,
        "reaches": [(one.value, name) for one, name in REACHES.items()],
        "leave_kinds": [
            (one.value, name.in_language(language))
            for one, name in LEAVE_KIND_NAMES.items()
            if one not in NEVER_ENDED
        ],
        "posts": [(one.pk, spoken(one.name_zh, one.name_en)) for one in posts()],
        "history": [(version, local_time(from_s), who) for version, from_s, who in history],
        "people": actor_names({who for _version, _from, who in history}, language),
        "may_set": viewer_of_request(request).holds_anywhere(Permission.CONFIGURATION_EDIT),
    }
    return render(request, "wardmote/duty/level_form.html", context)


def levels_of(data: QueryDict) -> JsonValue:
    """Levels as the form sends them, by their rank; one without a name or marked is left out."""
    found = []
    for number in range(MOST_ON_FORM):
        sent = {one: data.get(f"{number}-{one}", "").replace("\0", "").strip() for one in _FIELDS}
        if data.get(f"{number}-remove") == "yes" or not (sent["zh"] or sent["en"]):
            continue
        kinds = [one for one in data.getlist(f"{number}-recalls") if one not in NEVER_ENDED]
        rows = rows_of(data, f"{number}-least", ("post", "units"), by=("post",))
        found.append(
            {
                "code": sent["code"] or f"level_{uuid.uuid4().hex[:8]}",
                "rank": number_of(sent["rank"]),
                "name": {"zh": sent["zh"], "en": sent["en"]},
                "standard": sent["standard"] or None,
                "timers_percent": number_of(sent["percent"]),
                "units_at_least": number_of(sent["units"]),
                "short_minutes": number_of(sent["short"])
                if sent["short"]
                else SHORT_MINUTES_UNTOLD,
                "minimums": [
                    {"post": row["post"], "units": number_of(row["units"])} for row in rows
                ],
                "recalls": kinds,
                "patrol_grade": number_of(sent["grade"]),
                "reach": sent["reach"],
            }
        )
    # Ranks are counted anew, so that a level can be left out or put between two others.
    found.sort(key=lambda one: (not isinstance(one["rank"], int), str(one["rank"]).zfill(12)))
    return [{**one, "rank": rank} for rank, one in enumerate(found)]


def _kept(level: DutyLevel) -> dict[str, Any]:
    return {
        "code": level.code,
        "rank": level.rank * 10,
        "zh": level.name.zh,
        "en": level.name.en,
        "standard": level.standard or "",
        "percent": level.timers_percent,
        "units": level.units_at_least,
        "short": level.short_minutes,
        "grade": level.patrol_grade,
        "reach": level.reach.value,
        "recalls": [one.value for one in level.recalls],
        "least": with_blanks(
            [{"post": one.post, "units": str(one.units)} for one in level.minimums]
        ),
    }


def _sent(data: QueryDict) -> list[dict[str, Any]]:
    found = []
    for number in range(MOST_ON_FORM):
        if f"{number}-zh" not in data:
            continue
        sent: dict[str, Any] = {one: data.get(f"{number}-{one}", "") for one in _FIELDS}
        rows = rows_of(data, f"{number}-least", ("post", "units"), by=("post",))
        sent["recalls"] = data.getlist(f"{number}-recalls")
        found.append({**sent, "least": with_blanks(rows)})
    return found


BLANK = {
    "rank": "",
    "percent": WHOLE,
    "units": 0,
    "short": SHORT_MINUTES_UNTOLD,
    "grade": max(PATROL_GRADES),
    "recalls": [],
}
"""What an empty level of the form says."""
