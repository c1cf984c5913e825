"""What pages of night watches say: states, rules, the answer's status; and their guard."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, ParamSpec

from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from wardmote.core.beat.watch_rosters import Broken
from wardmote.core.domain.permissions import Permission
from wardmote.core.planning.rosters.roster import RosterDocument
from wardmote.operations.patrols.errors import RulesBrokenError, UnknownWatchError
from wardmote.operations.patrols.selectors import team_names
from wardmote.operations.refusals import RefusedError
from wardmote.web.pages.attempts import Attempts
from wardmote.web.pages.guard import room_page
from wardmote.web.viewers import Page

Params = ParamSpec("Params")

ROSTER_STATES: dict[str, Any] = {
    "draft": gettext_lazy("Draft"),
    "published": pgettext_lazy("roster", "Published"),
    "closed": pgettext_lazy("roster", "Closed"),
}
WATCH_STATES: dict[str, Any] = {
    "planned": gettext_lazy("Planned"),
    "under_way": gettext_lazy("Watch under way"),
    "finished": pgettext_lazy("watch", "Finished"),
    "closed": gettext_lazy("Closed: when it ended is not known"),
    "missed": pgettext_lazy("watch", "Missed"),
    "cancelled": pgettext_lazy("watch", "Cancelled"),
}
SWAP_STATES: dict[str, Any] = {
    "asked": gettext_lazy("Waiting for the other team"),
    "agreed": gettext_lazy("Agreed; waiting for approval"),
}
SKILLS: dict[str, Any] = {"driver": gettext_lazy("Driver"), "first_aid": gettext_lazy("First aid")}
RULES: dict[str, Any] = {
    "max_run": gettext_lazy("rest between two watches"),
    "max_night_run": gettext_lazy("rest between two watches"),
    "min_days_off": gettext_lazy("rest between two watches"),
    "days_off_after_nights": gettext_lazy("rest between two watches"),
    "rest": gettext_lazy("rest between two watches"),
    "history": gettext_lazy("watches before this roster"),
    "max_nights": gettext_lazy("a fair share of nights"),
    "max_weekends": gettext_lazy("a fair share of weekends"),
    "fair_share": gettext_lazy("a fair share of nights and weekends"),
    "leave": gettext_lazy("people on leave, or a watch in another roster"),
    "fixed": gettext_lazy("settled nights"),
    "cover": gettext_lazy("the teams wanted each night"),
    "on_duty": gettext_lazy("watches that night already"),
    "no_skill": gettext_lazy("nobody with the skill"),
    "could": gettext_lazy("possible, but it costs more elsewhere"),
}
"""Rules that a roster of watches can have; others have no words of their own."""


def watch_page(*permissions: Permission) -> Callable[[Page[Params]], Page[Params]]:
    """Decorator of a page of night watches: one of the rights, and answers to refusals."""
    return room_page(permissions, UnknownWatchError)


def refusal_text(refusal: RefusedError) -> str:
    """A refusal as a sentence; rules that would be broken are named."""
    if isinstance(refusal, RulesBrokenError):
        return f"{refusal.message()} {broken_text(refusal.broken)}"
    return refusal.message()


attempt = Attempts(left=(UnknownWatchError,), in_words=refusal_text).attempt_once


def broken_text(broken: tuple[Broken, ...]) -> str:
    """Which rules would be broken, of whom and when."""
    names = team_names((one.team for one in broken), get_language() or "")
    lines = {
        "{} {}: {}".format(
            names.get(one.team, one.team),
            one.night.isoformat() if one.night else "",
            rule_text(one.rule.value),
        )
        for one in broken
    }
    return "; ".join(sorted(lines))


def rule_text(code: str) -> str:
    """A rule in words."""
    return str(RULES.get(code, _("another rule of the roster")))


def status_text(answer: RosterDocument) -> str:
    """How sure the answer is, and why it is not proven where it is not."""
    if answer.status == "impossible":
        return _("There is no such roster: the rules of a team contradict each other.")
    if answer.status == "optimal":
        return _("Proven: no roster that keeps the rules is better (value %(value)s).") % {
            "value": answer.value
        }
    if answer.bound is None or answer.gap is None:
        text = _("Keeps every rule; value %(value)s. How far from the best is not proven.") % {
            "value": answer.value
        }
    else:
        text = _(
            "Keeps every rule; value %(value)s, and none is below %(bound)s (gap %(gap)s %%)."
        ) % {"value": answer.value, "bound": answer.bound, "gap": f"{100 * answer.gap:.1f}"}
    if answer.stopped:
        return text + " " + _("Not proven, because the time for searching was over.")
    return text + " " + _("Not proven, because the search found no better way to go on.")


def text_of(request: HttpRequest, field: str) -> str:
    """What was sent, without NUL: databases take no such text."""
    return request.POST.get(field, "").replace("\0", "").strip()


def day_of(text: str) -> datetime.date | None:
    """A day in ISO form; None for anything else."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def whole_of(request: HttpRequest, field: str) -> int:
    """A whole number that was sent; -1, which no service takes, where there is none."""
    try:
        return int(text_of(request, field))
    except ValueError:
        return -1
