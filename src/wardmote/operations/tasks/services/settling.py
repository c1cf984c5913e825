"""Who has living tasks, brought up to date: leave, appointments, and villages that changed.

One question is asked of each task: whose is it by now, and is that person there? It is asked when
something happened to staff or places, and again for all tasks by the clock, since leave begins and
appointments end without anybody doing anything. So it does not matter in which order things are
heard of, or how late. Tasks for which somebody was named stay with that person as long as there is
any office or role left there; what is under way is left alone until it is overdue.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from wardmote.core.domain.appointment import Office
from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.consent import ConsentState
from wardmote.core.domain.division_changes import DivisionChangeKind
from wardmote.core.domain.event_registry import Event
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.place_events import BeatChanged, DivisionChanged, PlaceDrawn
from wardmote.core.domain.staff_events import (
    StaffAppointed,
    StaffAppointmentEnded,
    StaffLeaveMoved,
)
from wardmote.core.domain.task import (
    LIVING_TASKS,
    TaskAction,
    TaskSource,
    TaskState,
    natural_key,
)
from wardmote.operations.local_time import local_day
from wardmote.operations.places.selectors import division_names, location_index
from wardmote.operations.places.successors import Successors
from wardmote.operations.tasks.holders import (
    NOBODY,
    Assigned,
    FewHolders,
    Holders,
    Owner,
    Work,
    permission_for,
)
from wardmote.operations.tasks.models import CareConsent, Task, TaskArea, TaskMaking
from wardmote.operations.tasks.officers import (
    DIVISION,
    NOBODY_NEEDED,
    Beside,
    beside_of,
    place_in,
)
from wardmote.operations.tasks.services.care_visits import tell
from wardmote.operations.tasks.services.moving import BY_RULES, Step, go_with, move

RULE = "rule"
KEY_PLACE = "key_place"
DAY_S = 86_400.0
LOOK_AHEAD_S = 3 * DAY_S
"""Tasks that open later than that are looked at when they come nearer."""
AT_ONCE = 50
"""So many tasks are changed in one transaction."""
MOST = 300
"""So many are changed at one event, or before others have their turn; the round does the rest."""
FEW_AREAS = 20
"""Of up to so many areas holders are asked for one by one."""
_LIVING = [state.value for state in LIVING_TASKS]
_NEW_PLACES = frozenset(
    {
        DivisionChangeKind.OPEN,
        DivisionChangeKind.SPLIT,
        DivisionChangeKind.MERGE,
        DivisionChangeKind.MOVE,
    }
)


class Standing:
    """Who has what and where it is by now; `few`: for the tasks of some places alone."""

    def __init__(self, now_s: float, *, few: bool = False) -> None:
        self.now_s = now_s
        holders = FewHolders if few else Holders
        self.holders: Holders = holders(now_s, now_s + LOOK_AHEAD_S + DAY_S)
        self.successors = Successors()

    def area_now(self, row: Task) -> AreaId:
        """The area that a task is in when it is to be done."""
        day = local_day(max(self.now_s, row.opens_s))
        point = None if row.lon is None or row.lat is None else (row.lon, row.lat)
        return self.successors.of(AreaId(row.area), day, point)

    def is_gone(self, row: Task, area: AreaId) -> bool:
        """Whether a rule's task is about a division that is no more, and none followed it."""
        if row.source_kind != RULE or row.place_kind != DIVISION or area != row.area:
            return False
        index, day = location_index(), local_day(max(self.now_s, row.opens_s))
        return index.ended(area, day)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of a task; `assigned` None: it is cancelled, as its place is gone.

    `beside`: which officer goes along from now on.
    """

    area: AreaId
    assigned: Assigned | None
    beside: Beside = NOBODY_NEEDED


# --- what follows from events ------------------------------------------------------------------


def settle_leave(event: Event, now_s: float) -> None:
    """Leave was decided, cut short, or got another deputy: tasks go to whoever is there."""
    payload = event.payload
    if isinstance(payload, StaffLeaveMoved):
        persons = [payload.person, payload.deputy, payload.deputy_before]
        named = [one for one in persons if one]
        holding = Q(holder__in=named) | Q(instead_of=payload.person) | Q(officer__in=named)
        _settle_some(holding, now_s)
        _settle_some(Q(holder="", area__in=_areas_of(payload.person, now_s)), now_s)


def settle_appointment(event: Event, now_s: float) -> None:
    """Somebody was appointed, or an appointment was given an end."""
    payload = event.payload
    if isinstance(payload, StaffAppointed | StaffAppointmentEnded):
        there = _within(event.area) & Q(office=payload.office.value)
        if payload.office is Office.COMMUNITY_OFFICER:
            there |= _within(event.area) & Q(needs_officer=True)
        _settle_some(there | Q(holder=payload.person) | Q(officer=payload.person), now_s)


def settle_places(event: Event, now_s: float) -> None:
    """Villages were split, merged, moved or ended, or came to another beat; a place was drawn.

    Days whose tasks are made already are made again, for the places that are new.
    """
    payload = event.payload
    if isinstance(payload, BeatChanged):
        _settle_some(Q(area__in=payload.villages), now_s)
    elif isinstance(payload, PlaceDrawn):
        if payload.kind == KEY_PLACE:
            _make_again(payload.valid_from)
    elif isinstance(payload, DivisionChanged):
        if payload.kind in _NEW_PLACES:
            _make_again(payload.day)
        codes = [code for code in payload.before if len(code) == len(event.area)]
        _settle_some(Q(area__in=codes), now_s)
        _move_consents(Standing(now_s, few=True), codes)


def _make_again(first_day: str | None) -> None:
    """Let rules look once more at the days on which a new place stands; None: at all ahead."""
    rows = TaskMaking.objects.all()
    if first_day is not None:
        rows = rows.filter(day__gte=datetime.date.fromisoformat(first_day))
    rows.delete()


def settle_all(now_s: float) -> bool:
    """Look at every living task of today and the days ahead; returns whether more is left."""
    known = Standing(now_s)
    _move_consents(known, None)
    rows = _near(now_s).defer("answers").order_by("pk")
    changing = [row.pk for row in rows.iterator(chunk_size=2_000) if change_of(row, known)]
    for first in range(0, min(len(changing), MOST), AT_ONCE):
        with transaction.atomic():
            _settle(Task.objects.filter(pk__in=changing[first : first + AT_ONCE]), known)
    return len(changing) > MOST


def _areas_of(person: str, now_s: float) -> list[str]:
    """Areas in which nobody has tasks that may be this person's: where the person holds others."""
    rows = _near(now_s).filter(Q(holder=person) | Q(instead_of=person))
    return list(rows.values_list("area", flat=True).distinct()[:MOST])


def _settle_some(condition: Q, now_s: float) -> None:
    found = dict(_near(now_s).filter(condition).order_by("pk").values_list("pk", "area")[:MOST])
    if found:
        few = len(set(found.values())) <= FEW_AREAS
        _settle(Task.objects.filter(pk__in=found), Standing(now_s, few=few))


def _near(now_s: float) -> QuerySet[Task]:
    return Task.objects.filter(state__in=_LIVING, opens_s__lte=now_s + LOOK_AHEAD_S)


def _within(area: AreaId) -> Q:
    prefix = area_prefix(area)
    return Q(area__gte=prefix.ljust(12, "0"), area__lte=prefix.ljust(12, "9"))


# --- one task ----------------------------------------------------------------------------------


def change_of(row: Task, known: Standing) -> Change | None:
    """What is to become of a living task; None where it is as it should be."""
    area = known.area_now(row)
    if known.is_gone(row, area):
        return Change(area, None)
    assigned = _assigned(row, area, known)
    together = beside_of(row, area, assigned.holder, known.holders)
    as_it_is = (row.holder, row.area, Beside(row.officer, row.officer_gap))
    if (assigned.holder, area, together) == as_it_is:
        return None
    return Change(area, assigned, together)


def _assigned(row: Task, area: AreaId, known: Standing) -> Assigned:
    permission = permission_for(row.kind)
    as_it_is = Assigned(row.holder, row.instead_of, row.chosen)
    going_on = row.state == TaskState.UNDER_WAY.value and row.due_s > known.now_s
    if going_on and known.holders.may(row.holder, permission, area, known.now_s):
        return as_it_is
    owner, chosen = _owner(row, area, known)
    if not owner.person:
        return Assigned("")
    work = Work(area, permission, row.opens_s, row.due_s, row.minutes)
    there = known.holders.who_is_there(owner, work)
    if there is not None:
        return Assigned(there[0], there[1], chosen)
    # Without a deputy it stays with whose it is, which the gaps of staff show.
    return Assigned(owner.person, chosen=chosen) if row.holder else as_it_is


def _owner(row: Task, area: AreaId, known: Standing) -> tuple[Owner, bool]:
    """Whose a task is by now, and whether that person was named for it."""
    at_s = max(known.now_s, row.opens_s)
    person = row.instead_of or row.holder
    if row.chosen and person and known.holders.may(person, None, area, at_s):
        return Owner(person, appointed=False), True
    answers = known.holders.owner_at(area, place_in(row, area), Office(row.office), at_s)
    keeps = bool(person) and known.holders.may(person, permission_for(row.kind), area, at_s)
    if answers.person and (answers.appointed or not keeps):
        return answers, False
    return (Owner(person, appointed=False) if keeps else NOBODY), False


def _settle(rows: QuerySet[Task], known: Standing) -> None:
    """Change those tasks that are to change, locked, in the caller's transaction."""
    for row in rows.select_for_update().filter(state__in=_LIVING).order_by("pk"):
        change = change_of(row, known)
        if change is not None:
            _carry_out(row, change, known.now_s)


def _carry_out(row: Task, change: Change, now_s: float) -> None:
    key = row.key if change.area == row.area else _key_in(row, change.area)
    assigned = change.assigned
    twice = key != row.key and Task.objects.filter(key=key).exists()
    if assigned is None or twice:  # its place is gone, or has such a task already
        move(row, TaskAction.CANCEL, actor=BY_RULES, now_s=now_s, step=Step(reason="place_gone"))
        return
    go_with(row, change.beside, actor=BY_RULES, now_s=now_s)
    if assigned.holder == row.holder and change.area == row.area:
        return
    reason = _reason(row, change, assigned)
    if change.area != row.area:
        _go_to(row, change.area, key, now_s)
    step = Step(reason=reason, holder=assigned)
    move(row, TaskAction.HAND_OVER, actor=BY_RULES, now_s=now_s, step=step)


def _reason(row: Task, change: Change, assigned: Assigned) -> str:
    if change.area != row.area:
        return "place_changed"
    if assigned.instead_of:
        return "leave"
    if row.instead_of and assigned.holder == row.instead_of:
        return "back"
    return "appointed" if assigned.holder else "vacant"


def _key_in(row: Task, area: AreaId) -> str:
    place = area if row.place_kind == DIVISION and row.place == row.area else row.place
    source = TaskSource(row.source_kind, row.source)
    return natural_key(row.rule, source, row.day, area, row.place_kind, place)


def _go_to(row: Task, area: AreaId, key: str, now_s: float) -> None:
    TaskArea.objects.create(thing=row, area=row.area, until_s=now_s)
    if row.place_kind == DIVISION and row.place == row.area:
        row.place = area
        row.place_zh, row.place_en = division_names([area]).get(area, (row.place_zh, row.place_en))
    row.area, row.key = area, key


def _move_consents(known: Standing, codes: Iterable[str] | None) -> None:
    """Consents go with the village: whose home lies in which part only its assistant can know."""
    today = local_day(known.now_s)
    rows = CareConsent.objects.filter(state=ConsentState.GIVEN.value)
    if codes is not None:
        rows = rows.filter(area__in=list(codes))
    areas = set(rows.values_list("area", flat=True).distinct())
    moved = {code: known.successors.of(AreaId(code), today) for code in areas}
    gone = [code for code, area in moved.items() if code != area]
    if not gone:
        return
    with transaction.atomic():
        for row in rows.filter(area__in=gone).select_for_update().order_by("pk")[:MOST]:
            row.area = moved[row.area]
            row.save(update_fields=["area"])
            tell(row, "moved", BY_RULES, known.now_s)
