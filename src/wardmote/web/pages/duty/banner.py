"""What every page says of duty: levels in force, drills one takes part in, plans that are offered.

It is asked for by each page, so it reads few rows, by index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.duty import selectors
from wardmote.operations.duty.selectors import Shortfall, SwitchRow
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.operations.places.selectors import division_names
from wardmote.web.pages.duty.words import duty_page
from wardmote.web.viewers import viewer_of_request

NAMED = 3
"""So many posts are named in a line; how many more there are is told."""


@dataclass(frozen=True, slots=True)
class BannerLine:
    """One line; `kind` is ``level``, ``short``, ``drill`` or ``offer``; without an address: ""."""

    kind: str
    text: str
    url: str


@require_safe
@duty_page(None)
def duty_banner(request: HttpRequest) -> HttpResponse:
    """The lines alone, for pages that stay open and ask for them again."""
    lines = banner_lines(viewer_of_request(request))
    return render(request, "wardmote/duty/banner.html", {"duty_banner": lines})


def banner_lines(viewer: Viewer) -> list[BannerLine]:
    """The lines for a viewer, drills first."""
    if not viewer.grants:
        return []
    lines = [
        BannerLine(
            "drill",
            _("DRILL") + ": " + _name(row.version.plan.name_zh, row.version.plan.name_en),
            reverse("duty-activation", args=[row.pk]),
        )
        for row in selectors.drills_of(viewer)
    ]
    sees = viewer.holds_anywhere(Permission.DUTY_VIEW)
    if sees or viewer.holds_anywhere(Permission.INCIDENT_DISPATCH):
        in_force = selectors.switches_in_force()
        lines += _levels(selectors.announced(viewer, in_force))
        short = selectors.shortfalls_seen(viewer, in_force, clock.now_s())
        lines += _short(short, links=sees)
    if viewer.holds_anywhere(Permission.DUTY_PLAN):
        waiting = selectors.offers_to_answer(viewer)
        if waiting:
            text = _("Plans offered that nobody has answered: %(count)s") % {"count": waiting}
            lines.append(BannerLine("offer", text, reverse("duty-plans")))
    return lines


def _short(found: Sequence[Shortfall], *, links: bool) -> list[BannerLine]:
    """One line for each level in force whose posts have too few units on duty."""
    language = get_language() or ""
    by_switch: dict[str, list[Shortfall]] = {}
    for one in found:
        by_switch.setdefault(one.switch, []).append(one)
    lines = []
    for switch, posts in by_switch.items():
        told = [
            _("%(post)s: %(count)s of %(least)s")
            % {
                "post": _name(one.name_zh, one.name_en) or one.post,
                "count": one.on_duty,
                "least": one.least,
            }
            for one in posts[:NAMED]
        ]
        if len(posts) > NAMED:
            told.append(_("and %(count)s more") % {"count": len(posts) - NAMED})
        text = _("%(level)s, too few units on duty: %(posts)s") % {
            "level": posts[0].level.name.in_language(language),
            "posts": _("; ").join(told),
        }
        url = reverse("duty-switch", args=[switch]) if links else ""
        lines.append(BannerLine("short", text, url))
    return lines


def _levels(rows: Sequence[SwitchRow]) -> list[BannerLine]:
    names = division_names([row.area for row in rows]) if rows else {}
    language = get_language() or ""
    found = []
    for row in rows:
        area = Bilingual(*names.get(row.area, ("", ""))).in_language(language) or row.area
        text = f"{area}: {selectors.level_of_row(row).name.in_language(language)}"
        if row.until_s is not None:
            text += f" ({_('until')} {local_time(row.until_s):%m-%d %H:%M})"
        found.append(BannerLine("level", text, reverse("duty-switch", args=[row.pk])))
    return found


def _name(zh: str, en: str) -> str:
    return Bilingual(zh, en).in_language(get_language() or "")
