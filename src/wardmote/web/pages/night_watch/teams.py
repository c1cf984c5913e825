"""Teams of night watches: who they are, and setting them up."""

from __future__ import annotations

import math

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.night_watch import TeamSkill
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.text import Bilingual
from wardmote.operations.patrols import selectors, services
from wardmote.operations.people.selectors import names_of
from wardmote.web.pages.night_watch.words import SKILLS, attempt, text_of, watch_page
from wardmote.web.pages.once import form_key
from wardmote.web.viewers import viewer_of_request

_LETTERS = {"D": TeamSkill.DRIVER, "F": TeamSkill.FIRST_AID}


@require_http_methods(["GET", "POST"])
@watch_page(Permission.PATROL_VIEW)
def watch_teams(request: HttpRequest) -> HttpResponse:
    """Every team; a POST sets one up or changes it."""
    if request.method == "POST":
        _keep(request)
        return redirect("watch-teams")
    viewer, language = viewer_of_request(request), get_language() or ""
    rows = selectors.teams_seen(viewer)
    people = {one.person for row in rows for one in row.members}
    names = names_of(people, language)
    letters = {skill.value: letter for letter, skill in _LETTERS.items()}
    context = {
        "key": form_key(),
        "teams": [
            {
                "row": row,
                "name": row.name_in(language),
                "members": [
                    {
                        "name": names.get(one.person, one.person),
                        "leads": one.person == row.leader,
                        "skills": ", ".join(str(SKILLS.get(code, code)) for code in one.skills),
                    }
                    for one in row.members
                ],
                "position": "" if row.lon is None else f"{row.lon}, {row.lat}",
                "typed": " ".join(
                    ":".join([one.person, "".join(letters.get(code, "") for code in one.skills)])
                    if one.skills
                    else one.person
                    for one in row.members
                ),
            }
            for row in rows
        ],
        "plans": viewer.holds_anywhere(Permission.PATROL_PLAN),
        "areas": viewer.areas_with(Permission.PATROL_PLAN),
    }
    return render(request, "wardmote/night_watch/teams.html", context)


def _keep(request: HttpRequest) -> None:
    members: dict[str, frozenset[TeamSkill]] = {}
    for word in text_of(request, "members").replace(",", " ").replace("，", " ").split()[:100]:
        person, _colon, letters = word.replace("：", ":").partition(":")
        if not set(letters.upper()) <= set(_LETTERS):
            messages.error(request, _("Behind a colon stand only D (driver) and F (first aid)."))
            return
        members[person] = frozenset(_LETTERS[letter] for letter in letters.upper())
    wanted = services.TeamWanted(
        Bilingual(text_of(request, "name_zh"), text_of(request, "name_en")),
        AreaId(text_of(request, "area")),
        text_of(request, "leader"),
        members,
        text_of(request, "active") != "no",
        text_of(request, "meets_at"),
        _position_of(text_of(request, "position")),
    )
    attempt(
        request,
        lambda who, now_s: services.keep_team(
            who, text_of(request, "team") or None, wanted, now_s=now_s
        ),
        _("The team was saved."),
    )


def _position_of(typed: str) -> tuple[float, float] | None:
    """Longitude and latitude; None where nothing was typed, nowhere where it is no position."""
    words = typed.replace(",", " ").replace("，", " ").split()
    if not words:
        return None
    try:
        lon, lat = map(float, words)
    except ValueError:
        return math.nan, math.nan
    return lon, lat
