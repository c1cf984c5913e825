"""The form of a contingency plan: steps and what brings it up, row by row."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language

from wardmote.core.domain.contingency import LEAST_URGENT, Checklist
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.plain import JsonValue
from wardmote.operations.duty.selectors import guards_around
from wardmote.operations.journal import clock
from wardmote.operations.places.selectors import categories_in_force, key_places
from wardmote.web.pages.duty.rows import Row, number_of, rows_of, with_blanks
from wardmote.web.pages.duty.words import TRIGGERS, URGENCIES, spoken

_STEP = ("minutes", "role", "zh", "en")
_TRIGGER = ("kind", "code", "urgency")
MOST_SUGGESTED = 300


def content_of(data: QueryDict) -> JsonValue:
    """A checklist as the form sends it."""
    return {
        "steps": [
            {
                "minutes": number_of(row["minutes"]),
                "role": row["role"],
                "what": {"zh": row["zh"], "en": row["en"]},
            }
            for row in rows_of(data, "step", _STEP, by=_STEP)
        ],
        "triggers": [
            {
                "kind": row["kind"],
                "code": row["code"],
                "urgency": number_of(row["urgency"] or str(LEAST_URGENT)),
            }
            for row in rows_of(data, "trigger", _TRIGGER, by=("code",))
        ],
    }


def form_of(data: QueryDict, checklist: Checklist | None, area: str) -> dict[str, Any]:
    """What the form shows: what was sent, else a version's content, else nothing."""
    steps, triggers = _sent(data) if data else _kept(checklist)
    return {
        "steps": with_blanks(steps),
        "triggers": with_blanks(triggers, urgency=str(LEAST_URGENT)),
        "kinds": TRIGGERS.items(),
        "urgencies": URGENCIES.items(),
        "suggested": _suggested(area),
    }


def _sent(data: QueryDict) -> tuple[list[Row], list[Row]]:
    return rows_of(data, "step", _STEP, by=_STEP), rows_of(data, "trigger", _TRIGGER, by=("code",))


def _kept(checklist: Checklist | None) -> tuple[list[Row], list[Row]]:
    if checklist is None:
        return [], []
    steps = [
        {"minutes": str(one.minutes), "role": one.role, "zh": one.what.zh, "en": one.what.en}
        for one in checklist.steps
    ]
    triggers = [
        {"kind": one.kind.value, "code": one.code, "urgency": str(one.urgency)}
        for one in checklist.triggers
    ]
    return steps, triggers


def _suggested(area: str) -> list[tuple[str, str]]:
    """(code, words) of what can bring a plan up: categories, guards and key places."""
    language = get_language() or ""
    found = [
        (one.code, one.name.in_language(language))
        for one in categories_in_force(clock.now_s()).categories
    ]
    if area:
        guards = guards_around(AreaId(area))
        found += [(one.pk, spoken(one.name_zh, one.name_en)) for one in guards]
    found += [(one.pk, spoken(one.name_zh, one.name_en)) for one in key_places()[:MOST_SUGGESTED]]
    return found
