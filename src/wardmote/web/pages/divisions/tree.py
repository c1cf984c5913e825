"""The tree of places: where it begins for the reader, whose a point is, and the last changes."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wardmote.core.domain.areas import EVERYWHERE, area_contains, area_prefix
from wardmote.core.domain.division_changes import DivisionChangeKind, area_of
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.place_chain import PlaceChain
from wardmote.core.domain.text import Bilingual
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.places import selectors, tree
from wardmote.operations.places.tree import TreeRow
from wardmote.web.pages.divisions.forms import PointForm
from wardmote.web.pages.divisions.words import CHANGES, GAPS, LEVELS, day_asked, spoken, today
from wardmote.web.viewers import needs, viewer_of_request

LAST_CHANGES = 20


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change as a list shows it."""

    day: datetime.date
    what: Any
    before: tuple[str, ...]
    after: tuple[str, ...]
    by: str
    was: str


@require_safe
@needs(Permission.CONFIGURATION_VIEW)
def divisions(request: HttpRequest) -> HttpResponse:
    """Where the tree begins for the reader, and whose a point is."""
    viewer = viewer_of_request(request)
    day = day_asked(request)
    asked = "lon" in request.GET
    form = PointForm(request.GET if asked else None, initial={"day": today()})
    found = _found(viewer, form) if asked and form.is_valid() else None
    areas = _areas(viewer)
    changes = [line for area in areas for line in change_lines(area_prefix(area), LAST_CHANGES)]
    context = {
        "rows": place_lines(_tops(viewer, day)),
        "day": day,
        "form": form,
        "found": found,
        "outside": asked and form.is_valid() and found is None,
        "changes": changes[:LAST_CHANGES],
        "may_edit": viewer.holds_anywhere(Permission.CONFIGURATION_EDIT),
    }
    return render(request, "wardmote/divisions/tree.html", context)


def place_lines(rows: Sequence[TreeRow]) -> list[dict[str, Any]]:
    """Places as tables show them."""
    return [
        {"row": row, "name": spoken(row.name, row.code), "level": LEVELS[row.level]} for row in rows
    ]


def change_lines(prefix: str, most: int) -> list[ChangeLine]:
    """The last changes of places whose codes begin so, the newest first."""
    return [
        ChangeLine(
            day=change.day,
            what=CHANGES[DivisionChangeKind(change.kind)],
            before=tuple(change.before),
            after=tuple(change.after),
            by=change.by,
            was=str(change.was.get("name_zh") or change.was.get("name_en") or ""),
        )
        for change in tree.changes_within(prefix, most)
    ]


def _areas(viewer: Viewer) -> list[AreaId]:
    """The areas where the viewer sees places, those within others left out."""
    own = sorted(set(viewer.areas_with(Permission.CONFIGURATION_VIEW)))
    return [
        area
        for area in own
        if not any(other != area and area_contains(other, area) for other in own)
    ]


def _tops(viewer: Viewer, day: datetime.date) -> list[TreeRow]:
    areas = _areas(viewer)
    if EVERYWHERE in areas:
        return tree.tops(day)
    found = [tree.tree_row(area) for area in areas]
    inside = [row for row in tree.tops(day) if viewer.may(
        Permission.CONFIGURATION_VIEW, area_of(row.code))]  # fmt: skip
    known = {row.code: row for row in found if row is not None}
    return list((known | {row.code: row for row in inside}).values())


def _found(viewer: Viewer, form: PointForm) -> dict[str, Any] | None:
    """The chain of a point in words; None where the viewer may not see places there."""
    entered = form.cleaned_data
    day = entered["day"]
    at_s = clock.now_s() if day is None else midnight_s(day) + 43_200.0
    chain = selectors.chain_of(entered["lon"], entered["lat"], at_s)
    area = chain.divisions[0] if chain.divisions else EVERYWHERE
    if chain.divisions and not viewer.may(Permission.CONFIGURATION_VIEW, area):
        return None
    return {
        "places": [_named(code, local_day(at_s)) for code in chain.codes],
        "beat": _beat_name(chain, local_day(at_s)),
        "post": _post_name(chain),
        "gaps": [GAPS[gap] for gap in chain.gaps],
    }


def _named(code: str, day: datetime.date) -> dict[str, Any]:
    place = selectors.division_at(code, day)
    name = code if place is None else spoken(place.name, code)
    return {"code": code, "name": name, "level": "" if place is None else LEVELS[place.level]}


def _beat_name(chain: PlaceChain, day: datetime.date) -> str:
    names = {beat.beat: spoken(beat.name, beat.beat) for beat in tree.beats_on(day)}
    return "" if chain.beat is None else names.get(chain.beat, chain.beat)


def _post_name(chain: PlaceChain) -> str:
    row = None if chain.post is None else selectors.post(chain.post)
    return "" if row is None else spoken(Bilingual(row.name_zh, row.name_en), row.pk)
