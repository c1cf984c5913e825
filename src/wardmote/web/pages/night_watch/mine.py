"""The own watches: begin, finish, swap, wish; and the calendars that show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.gateways.calendar_feeds.writing import CalendarEvent, calendar_file, entity_tag
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.operations.patrols import selectors, services
from wardmote.operations.patrols.selectors import WatchRow
from wardmote.operations.people.selectors import names_of
from wardmote.web.pages.night_watch.phone import page_data
from wardmote.web.pages.night_watch.rosters import wanting
from wardmote.web.pages.night_watch.words import (
    SWAP_STATES,
    WATCH_STATES,
    attempt,
    day_of,
    text_of,
    watch_page,
)
from wardmote.web.pages.once import form_key
from wardmote.web.viewers import viewer_of_request

_SHOWN_AFTER_S = 31 * 86_400.0
"""So long after its end a watch stays on the page."""


@require_http_methods(["GET", "POST"])
@watch_page(Permission.WATCH_TAKE)
@ensure_csrf_cookie
def my_watches(request: HttpRequest) -> HttpResponse:
    """The watches of the viewer's teams; a POST does one thing about them."""
    if request.method == "POST":
        link = _change(request)
        if link is None:
            return redirect("my-watches")
        return render(request, "wardmote/night_watch/calendar_link.html", {"link": link})
    viewer, now_s, language = viewer_of_request(request), clock.now_s(), get_language() or ""
    mine = selectors.my_watches(viewer, now_s=now_s)
    leaders = names_of({one.team.leader for one in mine.watches}, language)
    context = {
        "page_data": page_data(viewer),
        "made_s": now_s,
        "key": form_key(),
        "teams": [{"id": one.pk, "name": one.name_in(language)} for one in mine.teams],
        "watches": [
            _own_watch(one, mine.others, now_s, language)
            | {"leads": leaders.get(one.team.leader, one.team.leader)}
            for one in sorted(mine.watches, key=lambda one: one.ends_s <= now_s)
            if one.state in ("planned", "under_way") or one.ends_s > now_s - _SHOWN_AFTER_S
        ],
        "swaps": [
            {
                "id": one.pk,
                "asking": one.asking.name_in(language),
                "night": one.watch.night,
                "other": one.other_team.name_in(language),
                "other_night": one.other.night,
                "state": SWAP_STATES[one.state],
                "answer": own and one.state == "asked",
                "withdraw": not own,
            }
            for own, rows in ((True, mine.to_answer), (False, mine.asked))
            for one in rows
        ],
        "drafts": [
            {"row": one, "name": Bilingual(one.name_zh, one.name_en).in_language(language)}
            for one in mine.drafts
        ],
        "feeds": [
            {
                "id": one.pk,
                "team": "" if one.team is None else one.team.name_in(language),
                "made": local_time(one.made_s),
            }
            for one in mine.feeds
        ],
    }
    return render(request, "wardmote/night_watch/mine.html", context)


def _own_watch(
    one: WatchRow, others: Iterable[WatchRow], now_s: float, language: str
) -> dict[str, Any]:
    """A watch of the viewer's team, with what can be done about it now."""
    early = one.begins_s - services.EARLY_S <= now_s < one.ends_s
    return {
        "id": one.pk,
        "begins": local_time(one.begins_s),
        "ends": local_time(one.ends_s),
        "team": one.team.name_in(language),
        "meets_at": one.team.meets_at,
        "point": "" if one.team.lon is None else f"{one.team.lat:.6f},{one.team.lon:.6f}",
        "code": one.state,
        "state": WATCH_STATES[one.state],
        "begin": one.state in ("planned", "missed") and early,
        "finish": one.state == "under_way",
        "swap": one.state == "planned" and one.begins_s > now_s,
        "others": [
            {"id": other.pk, "night": other.night, "team": other.team.name_in(language)}
            for other in others
            if other.roster_id == one.roster_id
        ],
    }


@require_safe
@login_not_required
def watch_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """A calendar by its secret address; 304 where the reader has it as it is."""
    entries = selectors.feed_entries(token, now_s=clock.now_s())
    if entries is None:
        raise Http404
    # A calendar program asks without a person: both names, whatever language it says it has.
    events = [
        CalendarEvent(
            one.uid,
            one.sequence,
            one.cancelled,
            one.changed_s,
            one.begins_s,
            one.ends_s,
            one.zone,
            " · ".join(name for name in ("守夜 Night watch", one.team_zh or one.team_en) if name),
        )
        for one in entries
    ]
    body = calendar_file("守夜 Night watches", events, settings.TIME_ZONE)
    tag = entity_tag(body)
    asked = request.headers.get("If-None-Match", "")
    known = tag in {one.strip().removeprefix("W/") for one in asked.split(",")}
    response = (
        HttpResponse(status=304)
        if known
        else HttpResponse(body, content_type="text/calendar; charset=utf-8")
    )
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


def _change(request: HttpRequest) -> str | None:
    """Do one thing; returns the address of a new calendar, which is shown only now."""
    watch, swap, team = (text_of(request, name) for name in ("watch", "swap", "team"))
    night, until = day_of(text_of(request, "night")), day_of(text_of(request, "until"))
    tokens: list[str] = []
    acts: dict[str, tuple[Callable[[Viewer, float], object], str]] = {
        "begin": (
            lambda who, now_s: services.begin_watch(
                who, watch, now_s=now_s, although_missed=text_of(request, "although") == "missed"
            ),
            _("The watch has begun."),
        ),
        "finish": (
            lambda who, now_s: services.finish_watch(
                who, watch, now_s=now_s, note=text_of(request, "note")
            ),
            _("The watch is finished. Thank you."),
        ),
        "swap": (
            lambda who, now_s: services.ask_swap(
                who, watch, text_of(request, "other"), now_s=now_s
            ),
            _("The other team was asked."),
        ),
        "agree": (
            lambda who, now_s: services.agree_swap(who, swap, now_s=now_s),
            _("Agreed. Now somebody who plans the roster must approve."),
        ),
        "refuse": (
            lambda who, now_s: services.refuse_swap(who, swap, now_s=now_s),
            _("The swap was refused."),
        ),
        "withdraw": (
            lambda who, now_s: services.withdraw_swap(who, swap, now_s=now_s),
            _("The request was withdrawn."),
        ),
        "feed": (
            lambda who, now_s: tokens.append(services.make_feed(who, team or None, now_s=now_s)),
            _("The address was made. It is shown only once."),
        ),
        "revoke": (
            lambda who, now_s: services.revoke_feed(who, text_of(request, "feed"), now_s=now_s),
            _("The address opens nothing any more."),
        ),
    }
    if night is not None:
        acts["wish"] = (
            lambda who, now_s: services.add_wish(
                who,
                text_of(request, "roster"),
                team,
                (night, until or night),
                wanting(request),
                now_s=now_s,
            ),
            _("The wish was noted."),
        )
    act = acts.get(text_of(request, "act"))
    if act is None:
        messages.error(request, _("Something is missing. Fill in the form and try again."))
        return None
    attempt(request, *act)
    if not tokens:
        return None
    return str(settings.PUBLIC_ORIGIN) + reverse("watch-calendar", args=[tokens[0]])
