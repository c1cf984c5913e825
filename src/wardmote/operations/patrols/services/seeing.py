"""Something seen on patrol: one tap makes a hazard, a call or a task, linked to the patrol."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.appointment import Office
from wardmote.core.domain.ids import AreaId, IncidentId
from wardmote.core.domain.patrol import PatrolState, SeenKind, is_position
from wardmote.core.domain.patrol_events import PatrolSeen
from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.task import TaskKind, TaskPlace, TaskRequest, TaskSource
from wardmote.core.domain.text import Bilingual
from wardmote.operations.hazards import services as hazards
from wardmote.operations.hazards.errors import OutsideError
from wardmote.operations.identifiers import new_id
from wardmote.operations.incidents import services as incidents
from wardmote.operations.journal.services import record
from wardmote.operations.patrols.models import PatrolOrder, PatrolSighting
from wardmote.operations.patrols.order_errors import PatrolNotPossibleError, UnknownPatrolError
from wardmote.operations.patrols.order_rights import order_to_walk
from wardmote.operations.places import selectors as places
from wardmote.operations.tasks import services as tasks
from wardmote.operations.working_time import working_calendar

LATE_S = 36 * 3_600.0
"""What was seen may be told so long after a patrol was finished: the network was away (<=)."""
CHANNEL = "patrol"
FOLLOW_UP_HOURS = 16.0
FOLLOW_UP_MINUTES = 30
LONGEST_WORDS = 1_000
SEEN_RULE = "patrol_seen"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen.

    Attributes:
        category: of hazards or of calls; a task needs none.
        lon, lat: where, WGS-84 degrees. place: the same in words.
        key: made by the phone, 1 to 80 characters.
    """

    kind: SeenKind
    category: str
    lon: float
    lat: float
    words: str
    key: str
    place: str = ""
    device_s: float | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What a sighting became: its id, and its number where it has one."""

    kind: SeenKind
    id: str
    number: str


def tell_seen(viewer: Viewer, order_id: str, seen: Sighting, *, now_s: float) -> Made:
    """Make a hazard, a call or a task of what was seen; the same key makes nothing twice.

    Raises:
        UnknownPatrolError: the viewer does not walk it.
        PatrolNotPossibleError: it was not started, or ended too long ago.
        AccessDeniedError: the viewer may not make such a thing there.
        RefusedError: what hazards and calls refuse, such as a category that is not there.
    """
    if not is_position(seen.lon, seen.lat):
        raise OutsideError
    with transaction.atomic():
        order = order_to_walk(viewer, order_id)
        if order.walker != viewer.staff_id:
            raise UnknownPatrolError
        known = PatrolSighting.objects.filter(order=order, key=seen.key).first()
        if known is not None:
            return Made(SeenKind(known.kind), known.made, known.number)
        ended_s = order.finished_s if order.state == PatrolState.FINISHED.value else None
        under_way = order.state == PatrolState.UNDER_WAY.value
        if not under_way and (ended_s is None or now_s > ended_s + LATE_S):
            raise PatrolNotPossibleError
        made, words = _MAKERS[seen.kind](viewer, order, seen, now_s)
        row = PatrolSighting.objects.create(
            id=new_id(now_s),
            order=order,
            key=seen.key[:80],
            kind=seen.kind.value,
            made=made.id,
            number=made.number,
            lon=seen.lon,
            lat=seen.lat,
            at_s=now_s if seen.device_s is None else min(seen.device_s, now_s),
            by=viewer.staff_id,
            words=words,
        )
        record(
            [PatrolSeen(order.pk, seen.kind, made.id)],
            actor=viewer.staff_id, area=AreaId(order.area), now_s=now_s, occurred_s=row.at_s,
        )  # fmt: skip
        return made


def _hazard(viewer: Viewer, order: PatrolOrder, seen: Sighting, now_s: float) -> tuple[Made, str]:
    new = hazards.NewHazard(
        seen.category, seen.lon, seen.lat, seen.words, seen.key[:80], seen.place
    )
    done = hazards.report(viewer, new, now_s=now_s)
    return Made(SeenKind.HAZARD, done.id, done.number), ""


def _call(viewer: Viewer, order: PatrolOrder, seen: Sighting, now_s: float) -> tuple[Made, str]:
    call = incidents.NewCall(
        category=seen.category,
        channel=CHANNEL,
        id=IncidentId(new_id(now_s)),
        occurred_s=None,
        lon=seen.lon,
        lat=seen.lat,
        place=seen.place,
        note=seen.words,
    )
    entered = incidents.enter_call(viewer, call, now_s=now_s)
    return Made(SeenKind.CALL, entered.id, entered.number), ""


def _task(viewer: Viewer, order: PatrolOrder, seen: Sighting, now_s: float) -> tuple[Made, str]:
    """A follow-up for the office of the beat; what was said stays sealed with the patrol."""
    area = places.locate(seen.lon, seen.lat, now_s).area
    if area is None:
        raise OutsideError
    calendar = working_calendar(now_s)
    due_s = calendar.add_working_hours(now_s, FOLLOW_UP_HOURS)
    name = seen.place.replace("\0", "").strip()[:120] or order.place_zh or order.place_en
    request = TaskRequest(
        rule=SEEN_RULE,
        source=TaskSource("patrol_seen", order.pk),
        kind=TaskKind.FOLLOW_UP,
        title=Bilingual("巡逻中发现，请处理", "Seen on patrol: look into it"),
        area=area,
        day=calendar.local_day(now_s),
        opens_s=now_s,
        due_s=due_s,
        office=Office.COMMUNITY_OFFICER,
        place=TaskPlace("own", new_id(now_s), Bilingual(name, name), seen.lon, seen.lat),
        minutes=FOLLOW_UP_MINUTES,
    )
    made = tasks.make(request, actor=viewer.staff_id, now_s=now_s)
    return (
        Made(SeenKind.TASK, made, ""),
        seen.words.replace("\0", "").strip()[:LONGEST_WORDS],
    )


_MAKERS = {SeenKind.HAZARD: _hazard, SeenKind.CALL: _call, SeenKind.TASK: _task}
