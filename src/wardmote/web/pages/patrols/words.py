"""What pages of patrol orders say, and their guard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ParamSpec

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wardmote.core.beat.patrol_walked import Adherence, Begun
from wardmote.core.domain.permissions import Permission
from wardmote.operations.local_time import local_time
from wardmote.operations.patrols.order_errors import UnknownPatrolError
from wardmote.operations.patrols.selectors import OrderRow, team_names
from wardmote.operations.people.selectors import names_of
from wardmote.operations.units.selectors import units_by_id
from wardmote.web.pages.guard import room_page
from wardmote.web.viewers import Page

Params = ParamSpec("Params")

STATES: dict[str, Promise] = {
    "planned": pgettext_lazy("patrol", "Planned"),
    "under_way": pgettext_lazy("patrol", "Under way"),
    "finished": pgettext_lazy("patrol", "Finished"),
    "missed": pgettext_lazy("patrol", "Not walked"),
    "cancelled": pgettext_lazy("patrol", "Cancelled"),
}
BEGUN: dict[str, Promise] = {
    Begun.NOT_DUE.value: pgettext_lazy("patrol", "not due yet"),
    Begun.OVERDUE.value: pgettext_lazy("patrol", "should have begun"),
    Begun.ON_TIME.value: pgettext_lazy("patrol", "begun on time"),
    Begun.LATE.value: pgettext_lazy("patrol", "begun late"),
    Begun.NEVER.value: pgettext_lazy("patrol", "not begun"),
}
SOURCES: dict[str, Promise] = {
    "by_hand": gettext_lazy("by hand"),
    "grades": gettext_lazy("graded patrol"),
    "demand": gettext_lazy("where calls come from"),
}
KINDS: dict[str, Promise] = {
    "area": gettext_lazy("Area"),
    "street": gettext_lazy("Street"),
    "points": gettext_lazy("Check-points"),
}
WHO: dict[str, Promise] = {
    "team": gettext_lazy("Team of the night watch"),
    "person": gettext_lazy("Whoever holds the beat"),
    "unit": gettext_lazy("A unit"),
}
SEEN: dict[str, Promise] = {
    "hazard": gettext_lazy("Hazard"),
    "call": gettext_lazy("Call"),
    "task": gettext_lazy("Task"),
}
REASONS: dict[str, Promise] = {
    "by_hand": gettext_lazy("by a leader"),
    "regraded": gettext_lazy("because its grade or place changed"),
}
UNKNOWN = "–"


def patrol_page(*permissions: Permission) -> Callable[[Page[Params]], Page[Params]]:
    """Decorator of a page of patrols: one of the rights, and answers to refusals."""
    return room_page(permissions, UnknownPatrolError)


def who_names(rows: Sequence[OrderRow], language: str) -> dict[tuple[str, str], str]:
    """Names of teams, people and units that are to go, by kind and id."""
    ids = {
        kind: {row.who for row in rows if row.who and row.who_kind == kind}
        for kind in ("team", "person", "unit")
    }
    found = {
        "team": team_names(ids["team"], language) if ids["team"] else {},
        "person": names_of(ids["person"], language) if ids["person"] else {},
        "unit": {pk: unit.call_sign for pk, unit in units_by_id(ids["unit"]).items()}
        if ids["unit"]
        else {},
    }
    return {(kind, one): found[kind].get(one, one) for kind in ids for one in ids[kind]}


def order_line(
    row: OrderRow, figures: Adherence, names: dict[tuple[str, str], str], language: str
) -> dict[str, Any]:
    """An order as a table shows it."""
    return {
        "id": row.pk,
        "place": row.place_in(language),
        "from": local_time(row.from_s),
        "to": local_time(row.to_s),
        "who": names.get((row.who_kind, row.who), "") or _("nobody yet"),
        "state": row.state,
        "state_words": STATES[row.state],
        "begun": figures.begun.value,
        "begun_words": BEGUN[figures.begun.value],
        "points": f"{figures.reached}/{figures.due}" if figures.due else UNKNOWN,
        "late": minutes(figures.late_s),
        "in_place": in_place(figures),
        "source": SOURCES[row.source],
        "grade": row.grade or "",
    }


def in_place(figures: Adherence) -> str:
    """Time in the ordered place, and of how much it is known; unknown is not zero."""
    if figures.in_place_s is None or figures.known_s is None:
        return UNKNOWN
    return _("%(inside)s of %(known)s min") % {
        "inside": round(figures.in_place_s / 60),
        "known": round(figures.known_s / 60),
    }


def minutes(seconds: float | None) -> str:
    """Whole minutes."""
    return UNKNOWN if seconds is None else str(round(seconds / 60))
