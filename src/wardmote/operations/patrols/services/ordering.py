"""Patrol orders: made by hand or from demand, given to somebody, cancelled."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from django.db import transaction

from wardmote.core.domain.areas import area_contains, is_area_code
from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.patrol import (
    MOST_POINTS,
    CheckPoint,
    PatrolAction,
    PatrolPlace,
    PatrolPlaceKind,
    PatrolSource,
    PatrolState,
    PatrolWho,
    check_place,
)
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import InvalidDataError, dump
from wardmote.core.domain.task import TaskKind, TaskPlace, TaskRequest, TaskSource
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.selectors import staff_with
from wardmote.operations.identifiers import new_id
from wardmote.operations.local_time import local_day
from wardmote.operations.patrols.models import PatrolOrder, WatchTeam
from wardmote.operations.patrols.order_errors import (
    BadPatrolError,
    NoDemandError,
    PatrolNotPossibleError,
    UnknownWalkerError,
)
from wardmote.operations.patrols.order_recording import (
    RULE,
    move_order,
    place_of,
    points_of,
    record_given,
)
from wardmote.operations.patrols.order_rights import may_lead, order_to_lead
from wardmote.operations.patrols.ways import points_of_demand, way_through
from wardmote.operations.tasks import services as tasks
from wardmote.operations.tasks.services.ending import end_tasks_of
from wardmote.operations.units.selectors import units_by_id

LONGEST_S = 12 * 3_600.0
FURTHEST_S = 62 * 86_400.0
LEAST_EVERY_S = 600.0
MOST_PEOPLE = 30
KEY_CHARACTERS = 40
TASK_OPENS_BEFORE_S = 3_600.0
TASK_SOURCE = "patrol"
BY_HAND, REGRADED = "by_hand", "regraded"
"""Why an order was cancelled: by a leader, or because its grade or place changed."""


@dataclass(frozen=True, slots=True)
class OrderWanted:
    """An order to be made.

    Attributes:
        key: of the sender; the same again makes nothing twice.
        points: in any order but the first, which is where the walk begins.
        every_s: from one round to the next; None for one round.
        who: id of a team, staff or a unit; empty: decided later.
    """

    area: AreaId
    place: PatrolPlace
    points: tuple[CheckPoint, ...]
    from_s: float
    to_s: float
    key: str
    who_kind: PatrolWho = PatrolWho.TEAM
    who: str = ""
    every_s: float | None = None
    people: int = 1


@dataclass(frozen=True, slots=True)
class Origin:
    """What made an order: its natural key, and the grade where that is graded patrol."""

    source: PatrolSource
    key: str
    grade: int | None = None


def make_order(viewer: Viewer, wanted: OrderWanted, *, now_s: float) -> str:
    """Make an order by hand; returns its id, the same for the same key.

    Raises:
        AccessDeniedError: the viewer does not plan patrols there.
        RefusedError: it does not fit, or who is to go may not.
    """
    return _make(viewer, wanted, PatrolSource.BY_HAND, now_s)


def make_from_demand(viewer: Viewer, wanted: OrderWanted, *, now_s: float) -> str:
    """Make an order whose check-points are where calls come from around its time.

    The check-points of `wanted` are left aside; its place is kept, as the area that is meant.

    Raises:
        NoDemandError: no roads or no calls are known there.
        AccessDeniedError, RefusedError: as `make_order`.
    """
    may_lead(viewer, wanted.area)
    known = _known(_origin(viewer, wanted, PatrolSource.DEMAND).key)
    if known:
        return known
    points = points_of_demand(wanted.area, wanted.from_s)
    if not points:
        raise NoDemandError
    found = replace(wanted, points=points)
    if wanted.place.kind is not PatrolPlaceKind.AREA:
        found = replace(found, place=replace(wanted.place, kind=PatrolPlaceKind.POINTS, paths=()))
    return _make(viewer, found, PatrolSource.DEMAND, now_s)


def _make(viewer: Viewer, wanted: OrderWanted, source: PatrolSource, now_s: float) -> str:
    if not is_area_code(wanted.area):
        raise BadPatrolError(points=MOST_POINTS, hours=int(LONGEST_S / 3_600), field="area")
    may_lead(viewer, wanted.area)
    origin = _origin(viewer, wanted, source)
    known = _known(origin.key)
    if known:
        return known
    require_fitting(wanted, now_s)
    if wanted.who:
        require_walker(viewer, wanted, now_s)
    # The way may take a moment on large roads: before anything is locked.
    way = way_through(wanted.points)
    with transaction.atomic():
        known = _known(origin.key)
        if known:
            return known
        order = write_order(wanted, origin, way.points, actor=viewer.staff_id, now_s=now_s)
        order.route = [[list(point) for point in path] for path in way.paths]
        order.route_m, order.basis = way.length_m, way.basis
        order.save(update_fields=["route", "route_m", "basis"])
    return order.pk


def write_order(
    wanted: OrderWanted,
    origin: Origin,
    points: tuple[CheckPoint, ...],
    *,
    actor: str,
    now_s: float,
) -> PatrolOrder:
    """Write a new order with its events and its task, in the caller's transaction."""
    order = PatrolOrder.objects.create(
        id=new_id(now_s),
        key=origin.key,
        area=wanted.area,
        source=origin.source.value,
        grade=origin.grade,
        place_zh=wanted.place.name.zh.strip()[:120],
        place_en=wanted.place.name.en.strip()[:120],
        place_code=wanted.place.code[:60],
        place=dump(wanted.place),
        points=dump(points),
        route=[],
        day=local_day(wanted.from_s),
        from_s=wanted.from_s,
        to_s=wanted.to_s,
        every_s=wanted.every_s,
        people=wanted.people,
        who_kind=wanted.who_kind.value,
        who=wanted.who,
        made_by=actor,
        made_s=now_s,
    )
    move_order(order, None, actor=actor, now_s=now_s)
    if wanted.who:
        _give(order, actor=actor, now_s=now_s)
    return order


def give_order(
    viewer: Viewer, order_id: str, who_kind: PatrolWho, who: str, *, now_s: float
) -> None:
    """Say who is to go, instead of whoever was; `who` empty: nobody for now.

    Raises:
        UnknownPatrolError, AccessDeniedError: it is not for the viewer to decide.
        PatrolNotPossibleError: it was started or is over.
        UnknownWalkerError: that one may not go there.
    """
    with transaction.atomic():
        order = order_to_lead(viewer, order_id)
        if order.state != PatrolState.PLANNED.value:
            raise PatrolNotPossibleError
        if (order.who_kind, order.who) == (who_kind.value, who):
            return
        if who:
            wanted = OrderWanted(
                AreaId(order.area), place_of(order), (), order.from_s, order.to_s, "",
                who_kind, who,
            )  # fmt: skip
            require_walker(viewer, wanted, now_s)
        order.who_kind, order.who = who_kind.value, who
        _give(order, actor=viewer.staff_id, now_s=now_s)


def cancel_order(viewer: Viewer, order_id: str, *, now_s: float) -> None:
    """Cancel an order that was not started.

    Raises:
        UnknownPatrolError, AccessDeniedError: it is not for the viewer to decide.
        PatrolNotPossibleError: it was started or is over.
    """
    with transaction.atomic():
        order = order_to_lead(viewer, order_id)
        drop_order(order, BY_HAND, actor=viewer.staff_id, now_s=now_s)


def drop_order(order: PatrolOrder, reason: str, *, actor: str, now_s: float) -> None:
    """Cancel a locked order and its task.

    Raises:
        PatrolNotPossibleError: it was started or is over.
    """
    move_order(order, PatrolAction.CANCEL, actor=actor, now_s=now_s, reason=reason)
    # Done by the rule: nobody did the task, so it is cancelled and not done.
    end_tasks_of(TASK_SOURCE, order.pk, done_by=RULE, now_s=now_s)


def require_fitting(wanted: OrderWanted, now_s: float) -> None:
    """Refuse an order that does not fit, naming the field."""
    lasts_s = wanted.to_s - wanted.from_s
    field = ""
    if not 0 < len(wanted.key) <= 80:
        field = "key"
    elif not 0 < lasts_s <= LONGEST_S or not now_s < wanted.to_s <= now_s + FURTHEST_S:
        field = "to_s"
    elif wanted.every_s is not None and wanted.every_s < LEAST_EVERY_S:
        field = "every_s"
    elif not 1 <= wanted.people <= MOST_PEOPLE:
        field = "people"
    else:
        try:
            check_place(wanted.place, wanted.points)
        except InvalidDataError as error:
            field = error.path
    if field:
        raise BadPatrolError(points=MOST_POINTS, hours=int(LONGEST_S / 3_600), field=field)


def require_walker(viewer: Viewer, wanted: OrderWanted, now_s: float) -> None:
    """Refuse somebody who may not go there.

    Raises:
        UnknownWalkerError: no active team that the viewer sees, nobody who may do tasks or watches
            in the area, or no unit in it.
    """
    if wanted.who_kind is PatrolWho.TEAM:
        team = WatchTeam.objects.filter(pk=wanted.who, active=True).first()
        fits = team is not None and viewer.may(Permission.PATROL_VIEW, AreaId(team.area))
    elif wanted.who_kind is PatrolWho.UNIT:
        unit = units_by_id([wanted.who]).get(wanted.who)
        fits = unit is not None and (
            area_contains(AreaId(unit.area), wanted.area)
            or area_contains(wanted.area, AreaId(unit.area))
        )
    else:
        fits = any(
            wanted.who in staff_with(one, wanted.area, now_s)
            for one in (Permission.TASK_DO, Permission.WATCH_TAKE)
        )
    if not fits:
        raise UnknownWalkerError


def _origin(viewer: Viewer, wanted: OrderWanted, source: PatrolSource) -> Origin:
    text = "\x1f".join((source.value, viewer.staff_id, wanted.key))
    return Origin(source, hashlib.sha256(text.encode()).hexdigest()[:KEY_CHARACTERS])


def _known(key: str) -> str:
    """The order of a key, also when it was cancelled since: the same form makes no second one."""
    return PatrolOrder.objects.filter(key=key).values_list("pk", flat=True).first() or ""


def _give(order: PatrolOrder, *, actor: str, now_s: float) -> None:
    """Write down who is to go, and put it on that one's day."""
    if order.given:
        end_tasks_of(TASK_SOURCE, order.pk, done_by=RULE, now_s=now_s)
    order.given += 1
    order.save(update_fields=["who_kind", "who", "given"])
    record_given(order, actor=actor, now_s=now_s)
    holder = _on_whose_day(order, now_s)
    if not holder or order.to_s <= now_s:
        return
    points = points_of(order)
    first = points[0] if points else None
    place = TaskPlace(
        TASK_SOURCE,
        f"{order.pk[-12:]}.{order.given}",
        Bilingual(order.place_zh or order.place_en, order.place_en or order.place_zh),
        None if first is None else first.lon,
        None if first is None else first.lat,
    )
    request = TaskRequest(
        rule=TASK_SOURCE,
        source=TaskSource(TASK_SOURCE, order.pk),
        kind=TaskKind.PATROL,
        title=Bilingual("巡逻", "Patrol"),
        area=AreaId(order.area),
        day=order.day,
        opens_s=max(order.made_s, order.from_s - TASK_OPENS_BEFORE_S),
        due_s=order.to_s,
        holder=PersonId(holder),
        place=place,
        minutes=max(1, min(720, round((order.to_s - order.from_s) / 60.0))),
        useless_after_s=order.to_s,
    )
    if request.opens_s <= request.due_s:
        tasks.make(request, actor=actor, now_s=now_s)


def _on_whose_day(order: PatrolOrder, now_s: float) -> str:
    """Whose list of the day an order is on: the person's, or the team leader's; else nobody's."""
    holder = order.who
    if order.who_kind == PatrolWho.TEAM.value:
        holder = WatchTeam.objects.values_list("leader", flat=True).get(pk=order.who)
    elif order.who_kind == PatrolWho.UNIT.value:
        return ""
    return holder if holder in staff_with(Permission.TASK_DO, AreaId(order.area), now_s) else ""
