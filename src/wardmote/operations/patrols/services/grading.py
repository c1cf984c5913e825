"""Graded patrol: a new version of an area's grades, and the orders of days from it."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.db import transaction

from wardmote.core.beat.answering import Holder
from wardmote.core.beat.patrol_orders import GradedOrder, orders_of_day
from wardmote.core.domain.appointment import Office
from wardmote.core.domain.areas import area_contains, is_area_code
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.night_watch import COUNTED_WATCHES, RosterState
from wardmote.core.domain.patrol import PatrolSource, PatrolState, PatrolWho
from wardmote.core.domain.patrol_events import PatrolGradesSet
from wardmote.core.domain.patrol_grades import PatrolGrades, dump_grades, load_grades
from wardmote.core.domain.permissions import Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.duty.selectors import level_of
from wardmote.operations.following import FAULTS, READER
from wardmote.operations.journal import readers
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_day, local_time
from wardmote.operations.patrols.models import PatrolGrading, PatrolOrder, Watch
from wardmote.operations.patrols.order_errors import BadGradesError, GradesChangedError
from wardmote.operations.patrols.order_recording import RULE
from wardmote.operations.patrols.order_rights import may_lead
from wardmote.operations.patrols.services.ordering import (
    BY_HAND,
    REGRADED,
    OrderWanted,
    Origin,
    drop_order,
    write_order,
)
from wardmote.operations.patrols.ways import Way, way_through
from wardmote.operations.people.selectors import who_answers

DAYS_AHEAD = 1
"""Orders are made for today and so many days after it."""
MOST_ORDERS = 1_000
"""Of one area in one day: a table that asks for more is too dense to be walked."""
_HOUR_S = 3_600.0

logger = logging.getLogger(__name__)
_COUNTED = [state.value for state in COUNTED_WATCHES]


def set_grades(
    viewer: Viewer, area: AreaId, grades: PatrolGrades, *, based_on: int, now_s: float
) -> int:
    """Put a version of an area's grades in force; returns its number.

    The same grades again change nothing.

    Args:
        based_on: the version that was seen; 0 for none.

    Raises:
        AccessDeniedError: the viewer does not plan patrols there.
        BadGradesError: a place lies outside the area.
        GradesChangedError: somebody else set another version since.
    """
    if not is_area_code(area):
        raise AccessDeniedError("area")
    may_lead(viewer, area)
    for one in grades.places:
        if not is_area_code(one.area) or not area_contains(area, one.area):
            raise BadGradesError(field=one.place.name.zh or one.place.name.en)
    data = dump_grades(grades)
    with transaction.atomic():
        newest = newest_grading(area)
        if newest is not None and newest.data == data:
            return newest.version
        if based_on != (0 if newest is None else newest.version):
            raise GradesChangedError
        row = PatrolGrading.objects.create(
            area=area, version=based_on + 1, data=data, set_by=viewer.staff_id, set_s=now_s
        )
        event = PatrolGradesSet(row.version, len(grades.places))
        record([event], actor=viewer.staff_id, area=area, now_s=now_s)
    return row.version


def newest_grading(area: AreaId) -> PatrolGrading | None:
    """The version of an area's grades that counts."""
    return PatrolGrading.objects.filter(area=area).order_by("-version").first()


def make_graded_orders(now_s: float) -> bool:
    """Make the orders of today and tomorrow that graded patrol asks for and that are not there.

    What has begun stays; what has not and is no longer asked for is cancelled. Doing it twice
    changes nothing. An area whose grades cannot be carried out is written down as a fault by its
    code and tried again the next time; it keeps no other area waiting.

    Returns:
        False: there is never more to do at once.
    """
    failed = {one.reaction for one in readers.faults() if one.seq == 0}
    areas = PatrolGrading.objects.order_by("area").values_list("area", flat=True).distinct()
    for area in areas:
        name = f"patrols.grades:{area}"
        try:
            _make_for(AreaId(area), now_s)
        except FAULTS as error:
            with transaction.atomic():
                readers.keep_fault(READER, name, 0, error, now_s)
            logger.warning("The patrols graded in %s were not ordered", area, exc_info=error)
            continue
        if name in failed:
            readers.forget_fault(READER, name, 0)
    return False


def left_out_of(grades: PatrolGrades, day: datetime.date, now_s: float) -> int:
    """How many orders of a whole day a table asks for beyond `MOST_ORDERS`."""
    found = orders_of_day(grades, day, settings.TIME_ZONE, _levels(grades, now_s), {})
    return max(0, len(found) - MOST_ORDERS)


def _most_needed(found: Iterable[GradedOrder]) -> list[GradedOrder]:
    """The densest grades first, so that a table which asks for too much loses the least."""
    return sorted(found, key=lambda one: (one.grade, one.from_s, one.place.place.code))[
        :MOST_ORDERS
    ]


def _levels(grades: PatrolGrades, now_s: float) -> dict[AreaId, int]:
    return {
        place: level_of(place, now_s).level.patrol_grade
        for place in {one.area for one in grades.places}
    }


def _make_for(area: AreaId, now_s: float) -> None:
    newest = newest_grading(area)
    if newest is None:
        return
    grades = load_grades(newest.data)
    today = local_day(now_s)
    levels = _levels(grades, now_s)
    free_s = _free_from(area, grades, now_s)
    wanted: dict[str, GradedOrder] = {}
    for ahead in range(DAYS_AHEAD + 1):
        day = today + datetime.timedelta(days=ahead)
        found = orders_of_day(grades, day, settings.TIME_ZONE, levels, free_s)
        wanted |= {_key(area, one): one for one in _most_needed(found)}
    ways = _ways(wanted)
    with transaction.atomic():
        rows = PatrolOrder.objects.select_for_update().filter(
            source=PatrolSource.GRADES.value,
            key__in=_keys_ahead(area, now_s) | set(wanted),
        )
        there = set()
        for row in rows:
            planned = row.state == PatrolState.PLANNED.value
            if planned and row.from_s > now_s and row.key not in wanted:
                drop_order(row, REGRADED, actor=RULE, now_s=now_s)
            elif row.state != PatrolState.CANCELLED.value or row.reason == BY_HAND:
                there.add(row.key)
        for key, one in wanted.items():
            if key not in there:
                code = one.place.place.code
                way = ways[code] if code in ways else way_through(one.place.points)
                _write(key, one, way, now_s)


def _ways(wanted: dict[str, GradedOrder]) -> dict[str, Way]:
    """The ways of places that are new, worked out before anything is locked."""
    there = set(PatrolOrder.objects.filter(key__in=wanted).values_list("key", flat=True))
    new = {one.place.place.code: one.place for key, one in wanted.items() if key not in there}
    return {code: way_through(place.points) for code, place in new.items()}


def _write(key: str, one: GradedOrder, way: Way, now_s: float) -> None:
    kind, who = _who(one)
    order = OrderWanted(
        one.place.area, one.place.place, way.points, one.from_s, one.to_s, key,
        kind, who, one.every_s, one.people,
    )  # fmt: skip
    origin = Origin(PatrolSource.GRADES, key, one.grade)
    row = write_order(order, origin, way.points, actor=RULE, now_s=now_s)
    row.route = [[list(point) for point in path] for path in way.paths]
    row.route_m, row.basis = way.length_m, way.basis
    row.save(update_fields=["route", "route_m", "basis"])


def _who(one: GradedOrder) -> tuple[PatrolWho, str]:
    """Who goes: the watch of that night, who holds the beat; a leader chooses units."""
    if one.by is PatrolWho.PERSON:
        for office in (Office.VILLAGE_ASSISTANT, Office.COMMUNITY_OFFICER):
            answer = who_answers(one.place.area, office, one.from_s)
            if isinstance(answer, Holder):
                return PatrolWho.PERSON, answer.person
        return PatrolWho.PERSON, ""
    if one.by is PatrolWho.UNIT:
        return PatrolWho.UNIT, ""
    middle_s = (one.from_s + one.to_s) / 2
    watches = Watch.objects.filter(
        state__in=_COUNTED,
        begins_s__lte=middle_s,
        ends_s__gt=middle_s,
        team__active=True,
        roster__state=RosterState.PUBLISHED.value,
    ).order_by("roster__area", "team_id")
    near = [
        team
        for team, area in watches.values_list("team_id", "roster__area")
        if area_contains(AreaId(area), one.place.area)
        or area_contains(one.place.area, AreaId(area))
    ]
    return PatrolWho.TEAM, near[0] if near else ""


def _free_from(area: AreaId, grades: PatrolGrades, now_s: float) -> dict[str, float]:
    """From when on to order each place: the next full hour, or the end of what has begun."""
    hour = local_time(now_s).replace(minute=0, second=0, microsecond=0)
    next_hour_s = hour.timestamp() + _HOUR_S
    begun = PatrolOrder.objects.filter(
        source=PatrolSource.GRADES.value,
        place_code__in=[one.place.code for one in grades.places],
        from_s__lte=now_s,
        to_s__gt=now_s,
    ).exclude(state=PatrolState.CANCELLED.value)
    found = {one.place.code: next_hour_s for one in grades.places}
    for code, own, to_s in begun.values_list("place_code", "area", "to_s"):
        if area_contains(area, AreaId(own)):
            found[code] = max(found[code], to_s)
    return found


def _keys_ahead(area: AreaId, now_s: float) -> set[str]:
    """Keys of graded orders of an area that have not begun."""
    rows = PatrolOrder.objects.filter(
        source=PatrolSource.GRADES.value, state=PatrolState.PLANNED.value, from_s__gt=now_s
    )
    return {key for key, own in rows.values_list("key", "area") if area_contains(area, AreaId(own))}


def _key(area: AreaId, one: GradedOrder) -> str:
    """Of the grading's area and the order: two areas may grade the same street."""
    return replace(one, place=replace(one.place, area=area)).key
