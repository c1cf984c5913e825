"""Rosters of night watches: list, one as a calendar, making, changing, publishing."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.night_watch import TeamSkill
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.rosters.roster import RosterDocument
from wardmote.operations.journal import clock
from wardmote.operations.patrols import selectors, services
from wardmote.operations.patrols.selectors import RosterPage
from wardmote.web.pages.night_watch.words import (
    ROSTER_STATES,
    SKILLS,
    SWAP_STATES,
    WATCH_STATES,
    attempt,
    day_of,
    rule_text,
    status_text,
    text_of,
    watch_page,
    whole_of,
)
from wardmote.web.pages.once import form_key
from wardmote.web.spreadsheets import csv_lines
from wardmote.web.viewers import viewer_of_request

_UNDER_WAY = ("queued", "running", "cancelling")
_DAY = datetime.timedelta(days=1)


@require_http_methods(["GET", "POST"])
@watch_page(Permission.PATROL_VIEW)
def watch_rosters(request: HttpRequest) -> HttpResponse:
    """Every roster; a POST begins one."""
    viewer, language = viewer_of_request(request), get_language() or ""
    if request.method == "POST":
        begun = _begin(request)
        return redirect("watch-rosters") if begun is None else redirect("watch-roster", begun)
    context = {
        "key": form_key(),
        "rosters": [
            {
                "row": row,
                "name": Bilingual(row.name_zh, row.name_en).in_language(language),
                "state": ROSTER_STATES[row.state],
            }
            for row in selectors.rosters_seen(viewer)
        ],
        "teams": [
            {"id": row.pk, "name": row.name_in(language)}
            for row in selectors.teams_seen(viewer)
            if row.active
        ],
        "skills": [(one.value, SKILLS[one.value]) for one in TeamSkill],
        "areas": viewer.areas_with(Permission.PATROL_PLAN),
        "plans": viewer.holds_anywhere(Permission.PATROL_PLAN),
    }
    return render(request, "wardmote/night_watch/rosters.html", context)


@require_http_methods(["GET", "POST"])
@watch_page(Permission.PATROL_VIEW)
def watch_roster(request: HttpRequest, roster_id: str) -> HttpResponse:
    """One roster; a POST does one thing about it."""
    if request.method == "POST":
        _change(request, roster_id)
        return redirect("watch-roster", roster_id)
    page = selectors.roster_page(viewer_of_request(request), roster_id)
    return render(request, "wardmote/night_watch/roster.html", _context(page))


@require_safe
@watch_page(Permission.PATROL_VIEW)
def watch_roster_progress(request: HttpRequest, roster_id: str) -> HttpResponse:
    """How far the making of a roster is, as JSON."""
    page = selectors.roster_page(viewer_of_request(request), roster_id)
    under_way = page.making is not None and page.making.state in _UNDER_WAY
    return JsonResponse({"under_way": under_way, "text": _progress(page)})


@require_safe
@watch_page(Permission.PATROL_VIEW)
def watch_roster_csv(request: HttpRequest, roster_id: str) -> HttpResponseBase:
    """A roster as CSV, one watch a row."""
    page = selectors.roster_page(viewer_of_request(request), roster_id)
    language = get_language() or ""
    header = [_("Night"), _("Team"), _("State")]
    rows = (
        [one.night.isoformat(), one.team.name_in(language), str(WATCH_STATES[one.state])]
        for one in page.watches
    )
    response = StreamingHttpResponse(
        csv_lines(header, rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="night-watches.csv"'
    return response


def _begin(request: HttpRequest) -> str | None:
    first, last = day_of(text_of(request, "first")), day_of(text_of(request, "last"))
    skills = [one for one in TeamSkill if one.value in request.POST.getlist("skills")]
    if first is None or last is None:
        messages.error(request, _("Enter the first and the last night."))
        return None
    try:
        hours = float(text_of(request, "hours"))
    except ValueError:
        hours = -1.0
    wanted = services.RosterWanted(
        AreaId(text_of(request, "area")),
        Bilingual(text_of(request, "name_zh"), text_of(request, "name_en")),
        first,
        last,
        settings.TIME_ZONE,
        tuple(request.POST.getlist("teams")),
        text_of(request, "start"),
        hours,
        whole_of(request, "teams_a_night"),
        whole_of(request, "rest_nights"),
        whole_of(request, "least_members"),
        tuple(skills),
        text_of(request, "fair") == "yes",
    )
    made: list[str] = []
    attempt(
        request,
        lambda who, now_s: made.append(services.begin_roster(who, wanted, now_s=now_s)),
        _("The roster was begun. Enter wishes, then have it made."),
    )
    return made[0] if made else None


def _change(request: HttpRequest, roster: str) -> None:
    team, watch = text_of(request, "team"), text_of(request, "watch")
    night, until = day_of(text_of(request, "night")), day_of(text_of(request, "until"))
    swap = text_of(request, "swap")
    how = {"together": True, "apart": False}.get(text_of(request, "how"))
    acts: dict[str, tuple[Callable[[Viewer, float], object], str]] = {
        "make": (
            lambda who, now_s: services.ask_making(who, roster, now_s=now_s),
            _("The roster is being made."),
        ),
        "stop": (
            lambda who, now_s: services.cancel_making(who, roster, now_s=now_s),
            _("Making was stopped; the draft stays as it was."),
        ),
        "publish": (
            lambda who, now_s: services.publish(who, roster, now_s=now_s),
            _("The roster is published; calendars have it."),
        ),
        "close": (
            lambda who, now_s: services.close(who, roster, now_s=now_s),
            _("The roster is closed."),
        ),
        "give": (
            lambda who, now_s: services.change_team(who, watch, team, now_s=now_s),
            _("The watch was given to the other team."),
        ),
        "drop": (
            lambda who, now_s: services.drop_watch(who, watch, now_s=now_s),
            _("The watch was taken out."),
        ),
        "miss": (
            lambda who, now_s: services.miss_watch(who, watch, now_s=now_s),
            _("The watch was noted as missed."),
        ),
        "approve": (
            lambda who, now_s: services.approve_swap(who, swap, now_s=now_s),
            _("The watches were swapped."),
        ),
        "refuse": (
            lambda who, now_s: services.refuse_swap(who, swap, now_s=now_s),
            _("The swap was refused."),
        ),
        "pair": (
            lambda who, now_s: services.set_pair(
                who, roster, (team, text_of(request, "other")), how, now_s=now_s
            ),
            _("The wish was noted."),
        ),
        "drop-wish": (
            lambda who, now_s: services.drop_wish(
                who, roster, whole_of(request, "wish"), now_s=now_s
            ),
            _("The wish was taken back."),
        ),
    }
    if night is not None:
        acts["add"] = (
            lambda who, now_s: services.add_watch(who, roster, team, night, now_s=now_s),
            _("The watch was added."),
        )
        acts["wish"] = (
            lambda who, now_s: services.add_wish(
                who, roster, team, (night, until or night), wanting(request), now_s=now_s
            ),
            _("The wish was noted."),
        )
    act = acts.get(text_of(request, "act"))
    if act is None:
        messages.error(request, _("Something is missing. Fill in the form and try again."))
        return
    attempt(request, *act)


def wanting(request: HttpRequest) -> services.Wanting:
    """What a wish wants: nights off, or to watch."""
    works = text_of(request, "wants") == "work"
    return services.Wanting.WORK if works else services.Wanting.OFF


def _context(page: RosterPage) -> dict[str, Any]:
    language, roster, now_s = get_language() or "", page.roster, clock.now_s()
    under_way = page.making is not None and page.making.state in _UNDER_WAY
    return {
        "key": form_key(),
        "roster": roster,
        "name": Bilingual(roster.name_zh, roster.name_en).in_language(language),
        "state": ROSTER_STATES[roster.state],
        "weeks": _weeks(page, language),
        "teams": [{"id": one.pk, "name": one.name_in(language)} for one in page.teams],
        "notes": [
            {"night": one.night, "team": one.team.name_in(language), "note": one.note}
            for one in page.watches
            if page.plans and one.note
        ],
        "watches": [
            {
                "id": one.pk,
                "night": one.night,
                "team": one.team.name_in(language),
                "missable": one.begins_s <= now_s,
            }
            for one in page.watches
            if one.state == "planned"
        ],
        "wishes": [
            {
                "id": one.pk,
                "team": one.team.name_in(language),
                "first": one.first,
                "last": one.last,
                "works": one.wants == "work",
            }
            for one in page.wishes
        ],
        "pairs": [
            {
                "team": one.team.name_in(language),
                "other": one.other.name_in(language),
                "together": one.together,
            }
            for one in page.pairs
        ],
        "swaps": [
            {
                "id": one.pk,
                "asking": one.asking.name_in(language),
                "night": one.watch.night,
                "other": one.other_team.name_in(language),
                "other_night": one.other.night,
                "state": SWAP_STATES[one.state],
                "agreed": one.state == "agreed",
            }
            for one in page.swaps
        ],
        "under_way": under_way,
        "failed": page.making is not None and page.making.state == "failed",
        "progress": _progress(page),
        "answer": None if page.answer is None else _answered(page.answer, page, language),
        "plans": page.plans,
    }


def _progress(page: RosterPage) -> str:
    making = page.making
    if making is None or making.state not in _UNDER_WAY:
        return ""
    if making.value is None:
        return _("The roster is being made; at most a minute.")
    if making.bound is None:
        return _("The best so far has value %(value)s.") % {"value": making.value}
    return _("The best so far has value %(value)s; none is below %(bound)s.") % {
        "value": making.value,
        "bound": f"{making.bound:.0f}",
    }


def _weeks(page: RosterPage, language: str) -> list[list[dict[str, Any]]]:
    """Weeks from Monday to Sunday; nights outside the roster are blank."""
    by_night: defaultdict[datetime.date, list[dict[str, Any]]] = defaultdict(list)
    for one in page.watches:
        entry = {"team": one.team.name_in(language), "state": one.state}
        by_night[one.night].append({**entry, "words": WATCH_STATES[one.state]})
    roster = page.roster
    day = roster.first - roster.first.weekday() * _DAY
    weeks = []
    while day <= roster.last:
        week = []
        for _weekday in range(7):
            inside = roster.first <= day <= roster.last
            counted = [one for one in by_night[day] if one["state"] not in ("cancelled", "missed")]
            short = inside and len(counted) < roster.teams_a_night
            week.append({"day": day, "inside": inside, "short": short, "watches": by_night[day]})
            day += _DAY
        weeks.append(week)
    return weeks


def _answered(answer: RosterDocument, page: RosterPage, language: str) -> dict[str, Any]:
    names = {one.pk: one.name_in(language) for one in page.teams}
    return {
        "status": status_text(answer),
        "by_hand": page.roster.by_hand,
        "missing": [
            {
                "night": one.date,
                "missing": one.missing,
                "skill": SKILLS.get(one.skill, one.skill),
                "why": "; ".join(
                    f"{rule_text(hindrance.reason)}: "
                    + ", ".join(names.get(crew, crew) for crew in hindrance.crews)
                    for hindrance in one.hindrances
                ),
            }
            for one in answer.missing
        ],
        "conflicts": [
            {
                "team": names.get(one.crew, ""),
                "rules": ", ".join(
                    dict.fromkeys(
                        f"{rule_text(rule.rule)} {rule.date}".strip() for rule in one.rules
                    )
                ),
                "smallest": one.smallest,
            }
            for one in answer.conflicts
        ],
        "wishes": [
            {"team": names.get(one.crew, one.crew), "night": one.date, "off": one.wants == "off"}
            for one in answer.refused_wishes
        ],
        "pairs": [
            {
                "team": names.get(one.crew, one.crew),
                "other": names.get(one.other, one.other),
                "together": one.together,
                "nights": one.shifts,
            }
            for one in answer.refused_pairs
        ],
        "loads": [{"team": names.get(one.crew, one.crew), "load": one} for one in answer.workloads],
    }
