"""What is known of patrol orders, for those who may see it: never where somebody is."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from wardmote.core.beat.patrol_walked import Adherence, Walk
from wardmote.core.domain.areas import area_prefix, is_area_code
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.night_watch import OPEN_SWAPS, RosterState
from wardmote.core.domain.patrol import PatrolState
from wardmote.core.domain.patrol_grades import PatrolGrades, load_grades
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.selectors import within_right
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.patrols.models import (
    PatrolGrading,
    PatrolOrder,
    PatrolReach,
    PatrolSighting,
    Watch,
    WatchSwap,
)
from wardmote.operations.patrols.order_recording import adherence_of, walk_of
from wardmote.operations.patrols.order_rights import order_to_see, own_orders

OrderRow = PatrolOrder
ReachRow = PatrolReach
SightingRow = PatrolSighting
"""For other layers' annotations; they reach the rows through this module only."""

MOST_MINE = 60
MOST_TONIGHT = 300
MOST_WATCHES = 200
BACK_S = 36 * 3_600.0
"""The phone has orders whose time was over so long ago: it may have been offline."""
AHEAD_S = 48 * 3_600.0
AROUND_S = 12 * 3_600.0
"""The page of tonight looks so far back and ahead."""


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders a table shows: of days first <= day <= last; empty fields show all."""

    first: datetime.date
    last: datetime.date
    state: str = ""
    source: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Tonight:
    """What a leader sees of the night around a moment."""

    orders: tuple[OrderRow, ...]
    watches: tuple[Watch, ...]
    swaps: tuple[WatchSwap, ...]


@dataclass(frozen=True, slots=True)
class OrderPage:
    """An order with what its page shows.

    Attributes:
        leads: whether the viewer may change it and look at positions.
        positions: whether there are any.
    """

    order: OrderRow
    walk: Walk
    adherence: Adherence
    reaches: tuple[ReachRow, ...]
    sightings: tuple[SightingRow, ...]
    leads: bool
    positions: bool


@dataclass(frozen=True, slots=True)
class GradesNow:
    """An area's grades in force; `version` 0: there are none yet."""

    area: AreaId
    version: int
    grades: PatrolGrades | None
    set_by: str
    set_s: float | None


def orders_seen(viewer: Viewer, wanted: OrderFilter) -> QuerySet[OrderRow]:
    """The orders that the viewer may see, by their beginning."""
    rows = PatrolOrder.objects.filter(
        within_right(viewer, Permission.PATROL_VIEW), day__range=(wanted.first, wanted.last)
    )
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.source:
        rows = rows.filter(source=wanted.source)
    if wanted.area:
        prefix = area_prefix(AreaId(wanted.area)) if is_area_code(wanted.area) else "-"
        rows = rows.filter(area__startswith=prefix)
    return rows.defer("note").prefetch_related("reaches").order_by("from_s", "pk")


def adherence_of_all(orders: Iterable[OrderRow], now_s: float) -> list[tuple[OrderRow, Adherence]]:
    """Each order with its figures."""
    return [(order, adherence_of(order, now_s)) for order in orders]


def my_orders(viewer: Viewer, *, now_s: float) -> list[OrderRow]:
    """What the viewer is to walk, walks or has walked lately, by time."""
    mine = own_orders(viewer)
    if viewer.staff_id:
        mine |= Q(walker=viewer.staff_id)
    rows = PatrolOrder.objects.filter(
        mine, to_s__gt=now_s - BACK_S, from_s__lt=now_s + AHEAD_S
    ).exclude(state=PatrolState.CANCELLED.value)
    # What somebody else of the team walks is theirs.
    others = ~Q(walker="") & ~Q(walker=viewer.staff_id)
    rows = rows.exclude(others).prefetch_related("reaches", "sightings")
    return list(rows.order_by("from_s", "pk")[:MOST_MINE])


def tonight(viewer: Viewer, *, now_s: float) -> Tonight:
    """Orders and watches around a moment, and swaps that wait for somebody's answer."""
    seen = within_right(viewer, Permission.PATROL_VIEW)
    orders = PatrolOrder.objects.filter(
        seen, to_s__gt=now_s - AROUND_S, from_s__lt=now_s + AROUND_S
    ).exclude(state=PatrolState.CANCELLED.value)
    within_rosters = Q(roster__in=_rosters(viewer))
    watches = Watch.objects.filter(
        within_rosters, ends_s__gt=now_s - AROUND_S, begins_s__lt=now_s + AROUND_S
    ).exclude(state="cancelled")
    swaps = WatchSwap.objects.filter(
        Q(watch__roster__in=_rosters(viewer)), state__in=[one.value for one in OPEN_SWAPS]
    )
    return Tonight(
        tuple(
            orders.defer("note").prefetch_related("reaches").order_by("from_s", "pk")[:MOST_TONIGHT]
        ),
        tuple(
            watches.select_related("team")
            .defer("note")
            .order_by("begins_s", "team_id")[:MOST_WATCHES]
        ),
        tuple(
            swaps.select_related("watch", "other", "asking", "other_team").order_by("asked_s")[
                :MOST_WATCHES
            ]
        ),
    )


def _rosters(viewer: Viewer) -> QuerySet[Watch, str]:
    """Ids of published rosters that the viewer may see."""
    published = Watch.objects.filter(roster__state=RosterState.PUBLISHED.value)
    rights = Q(pk__in=[])
    for area in viewer.areas_with(Permission.PATROL_VIEW):
        rights |= Q(roster__area__startswith=area_prefix(area))
    return published.filter(rights).values_list("roster_id", flat=True)


def order_page(viewer: Viewer, order_id: str, *, now_s: float) -> OrderPage:
    """An order with its figures, check-points reached and what was seen.

    Raises:
        UnknownPatrolError: there is none for the viewer.
    """
    order = order_to_see(viewer, order_id)
    return OrderPage(
        order,
        walk_of(order, with_positions=False),
        adherence_of(order, now_s),
        tuple(order.reaches.order_by("at_s")),
        tuple(order.sightings.order_by("at_s")),
        viewer.may(Permission.PATROL_PLAN, AreaId(order.area)),
        order.positions.exists(),
    )


def grades_now(viewer: Viewer, area: AreaId) -> GradesNow:
    """The grades of an area in force.

    Raises:
        AccessDeniedError: the viewer sees no patrols there.
    """
    if not is_area_code(area) or not viewer.may(Permission.PATROL_VIEW, area):
        raise AccessDeniedError("area")
    row = PatrolGrading.objects.filter(area=area).order_by("-version").first()
    if row is None:
        return GradesNow(area, 0, None, "", None)
    return GradesNow(area, row.version, load_grades(row.data), row.set_by, row.set_s)


def grade_versions(viewer: Viewer, area: AreaId) -> Sequence[PatrolGrading]:
    """The versions of an area's grades, the newest first."""
    if not viewer.may(Permission.PATROL_VIEW, area):
        raise AccessDeniedError("area")
    return list(PatrolGrading.objects.filter(area=area).defer("data").order_by("-version")[:20])


def graded_areas(viewer: Viewer) -> list[AreaId]:
    """Areas with grades that the viewer may see."""
    rows = PatrolGrading.objects.filter(within_right(viewer, Permission.PATROL_VIEW))
    return [AreaId(area) for area in sorted(set(rows.values_list("area", flat=True)))]


def patrol_behind(kind: str, made: str) -> str:
    """The order on which a hazard, a call or a task was seen; empty where there is none."""
    found = PatrolSighting.objects.filter(kind=kind, made=made).values_list("order_id", flat=True)
    return found.first() or ""
