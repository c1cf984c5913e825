"""Which hazards repeat which: found when one is reported, and again when it turns out otherwise."""

from __future__ import annotations

import math

from django.db.models import Q, QuerySet

from wardmote.core.beat.hazard_repeats import EARTH_RADIUS_M, Spot, months_before, repeats
from wardmote.core.domain.hazard import HazardState
from wardmote.core.domain.hazard_categories import RepeatRule
from wardmote.core.domain.hazard_events import HazardRepeated, HazardRepeatEnded
from wardmote.core.domain.ids import AreaId
from wardmote.operations.hazards import settings_in_force
from wardmote.operations.hazards.models import Hazard, HazardRepeat
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_day, midnight_s

MOST_REPEATS = 50
_MOST_LOOKED_AT = 10 * MOST_REPEATS


def link_earlier(hazard: Hazard, rule: RepeatRule, actor: str, now_s: float) -> int:
    """Link a hazard that was just reported with those that it repeats; returns how many."""
    return _link_to(hazard, _around(hazard, rule), rule, actor, now_s)


def link_again(hazard: Hazard, actor: str, now_s: float) -> None:
    """Link a hazard whose kind was put right: with what it repeats, and with what repeats it."""
    rule = settings_in_force.categories(now_s).repeat
    for link in _standing(hazard):
        _end(link, actor, now_s)
    around = _around(hazard, rule)
    after = Q(reported_s__gt=hazard.reported_s) | Q(reported_s=hazard.reported_s, pk__gt=hazard.pk)
    _link_to(hazard, around.exclude(after), rule, actor, now_s)
    rows = around.filter(after).order_by("reported_s", "pk")[:_MOST_LOOKED_AT]
    later = [row for row in rows if repeats(_spot(row), [_spot(hazard)], rule)]
    for row in later[:MOST_REPEATS]:
        _link(row, hazard, actor, now_s)


def hand_links_on(hazard: Hazard, into: Hazard, actor: str, now_s: float) -> None:
    """End the links of a merged hazard; the one that it was merged into gets them.

    Which of two repeats the other is told by when they were reported.
    """
    for link in _standing(hazard):
        other = link.earlier if link.hazard_id == hazard.pk else link.hazard
        _end(link, actor, now_s)
        if other.pk == into.pk:
            continue
        first, second = sorted((other, into), key=lambda row: (row.reported_s, row.pk))
        _link(second, first, actor, now_s)


def _link_to(
    hazard: Hazard, rows: QuerySet[Hazard], rule: RepeatRule, actor: str, now_s: float
) -> int:
    earlier = {row.pk: row for row in rows.order_by("-reported_s")[:_MOST_LOOKED_AT]}
    found = repeats(_spot(hazard), map(_spot, earlier.values()), rule)[:MOST_REPEATS]
    for other in found:
        _link(hazard, earlier[other], actor, now_s)
    return len(found)


def _around(hazard: Hazard, rule: RepeatRule) -> QuerySet[Hazard]:
    """Hazards of the same kind in a box around it that it may repeat, or that may repeat it."""
    degrees = math.degrees(rule.radius_m / EARTH_RADIUS_M) * 1.001
    wide = degrees / max(0.01, math.cos(math.radians(hazard.lat)))
    since = months_before(local_day(hazard.reported_s), rule.months)
    return (
        Hazard.objects.filter(
            category=hazard.category,
            lat__range=(hazard.lat - degrees, hazard.lat + degrees),
            lon__range=(hazard.lon - wide, hazard.lon + wide),
            reported_s__gte=midnight_s(since),
        )
        .exclude(pk=hazard.pk)
        .exclude(state__in=[HazardState.REJECTED.value, HazardState.MERGED.value])
    )


def _standing(hazard: Hazard) -> QuerySet[HazardRepeat]:
    """The links that a hazard has, either way."""
    either = Q(hazard=hazard) | Q(earlier=hazard)
    rows = HazardRepeat.objects.filter(either, ended_s=None)
    return rows.select_related("hazard", "earlier").order_by("pk")


def _link(hazard: Hazard, earlier: Hazard, actor: str, now_s: float) -> None:
    _row, made = HazardRepeat.objects.get_or_create(
        hazard=hazard, earlier=earlier, ended_s=None, defaults={"linked_s": now_s}
    )
    if made:
        event = HazardRepeated(hazard.pk, earlier.pk)
        record([event], actor=actor, area=AreaId(hazard.area), now_s=now_s)


def _end(link: HazardRepeat, actor: str, now_s: float) -> None:
    link.ended_s = now_s
    link.save(update_fields=["ended_s"])
    event = HazardRepeatEnded(link.hazard_id, link.earlier_id)
    record([event], actor=actor, area=AreaId(link.hazard.area), now_s=now_s)


def _spot(row: Hazard) -> Spot:
    return Spot(row.pk, row.category, row.lon, row.lat, local_day(row.reported_s))
