"""Making tasks: for what asks for one, and daily for everybody by the rules.

Asking twice makes one task: the natural key decides. Many are made in short transactions of some
hundred each, since nobody else writes meanwhile, and a making that was interrupted goes on where it
stopped.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import itertools
import json
import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.beat.task_making import requests_on
from wardmote.core.domain.assistant_acts import needs_officer
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.plain import dump
from wardmote.core.domain.task import TaskId, TaskKind, TaskRequest, TaskState
from wardmote.core.domain.task_events import TaskAccompanied, TaskMade
from wardmote.core.domain.task_form import TaskForm
from wardmote.core.domain.task_rule import TaskRule
from wardmote.core.domain.text import Bilingual
from wardmote.operations.following import FAULTS, READER
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal import readers
from wardmote.operations.journal.services import record, record_in_areas
from wardmote.operations.journal.statements import insert
from wardmote.operations.tasks.errors import ConsentOverError
from wardmote.operations.tasks.holders import FewHolders, Holders, Work, permission_for
from wardmote.operations.tasks.models import Task, TaskMaking, TaskSheet
from wardmote.operations.tasks.officers import NOBODY_NEEDED, Beside, beside
from wardmote.operations.tasks.rules import rules_in_use
from wardmote.operations.tasks.services.care_visits import CARE_RULE, care_requests, lasting
from wardmote.operations.tasks.services.moving import BY_RULES
from wardmote.operations.tasks.spots import Spots
from wardmote.operations.working_time import working_calendar

AT_ONCE = 150
"""So many tasks are made in one transaction."""
DAYS_AHEAD = 2
"""Tasks are made for today and so many days after it."""
KEEP_MAKINGS_DAYS = 60
TRY_AGAIN_S = 600.0
"""A rule whose tasks could not be made is tried again so long after."""
LEAVES_AHEAD_S = 2 * 86_400.0
"""Leave that begins so long after tasks open is still looked at when they are made."""

logger = logging.getLogger(__name__)


def make(request: TaskRequest, *, actor: str, now_s: float) -> TaskId:
    """The task that is asked for, made in the caller's transaction unless it is there already.

    Args:
        actor: a staff id or ``rule:<name>``; goes into the journal.

    Raises:
        JournalOutsideTransactionError: there is no transaction to share.
        ConsentOverError: a care visit whose consent is over.
    """
    known = Task.objects.filter(key=request.key).values_list("pk", flat=True).first()
    if known is not None:
        return TaskId(known)
    if not lasting([request]):
        raise ConsentOverError
    row = _row(request, FewHolders(now_s, request.due_s), now_s)
    _keep_sheets([request])
    insert(row)
    record([_made(row), *_accompanied(row)], actor=actor, area=request.area, now_s=now_s)
    return TaskId(row.pk)


def make_all(requests: Iterable[TaskRequest], *, actor: str, now_s: float) -> int:
    """Make those tasks that are not there yet, some hundred a transaction; returns how many."""
    made = 0
    holders = Holders(now_s)
    for chunk in _chunks(requests):
        last_s = max(request.opens_s for request in chunk)
        if last_s >= holders.until_s:
            holders = Holders(now_s, last_s + LEAVES_AHEAD_S)
        with transaction.atomic():
            made += _make_chunk(chunk, holders, actor, now_s)
    return made


def _make_chunk(chunk: Sequence[TaskRequest], holders: Holders, actor: str, now_s: float) -> int:
    by_key = {request.key: request for request in chunk}
    known = set(Task.objects.filter(key__in=by_key).values_list("key", flat=True))
    new = lasting([request for key, request in by_key.items() if key not in known])
    if not new:
        return 0
    _keep_sheets(new)
    rows = [_row(request, holders, now_s) for request in new]
    insert(*rows)
    events = [
        (AreaId(row.area), event) for row in rows for event in (_made(row), *_accompanied(row))
    ]
    record_in_areas(events, actor=actor, now_s=now_s)
    return len(rows)


def make_next(now_s: float) -> bool:
    """Make the tasks of one rule on one day, today's first; returns whether more are to be made.

    A rule that cannot be carried out is written down as a fault by its code and tried again later;
    it keeps no other rule waiting.
    """
    calendar = working_calendar(now_s)
    today = calendar.local_day(now_s)
    days = [today + datetime.timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)]
    done = set(TaskMaking.objects.filter(day__gte=today).values_list("rule", "day"))
    rules = {rule.code: rule for rule in rules_in_use() if rule.recurrence is not None}
    failed = {one.reaction: one.last_s for one in readers.faults() if one.seq == 0}
    waiting = [
        (day, code)
        for day in days
        for code in (*rules, CARE_RULE)
        if (code, day) not in done
        and not now_s - TRY_AGAIN_S < failed.get(_fault_of(code), -math.inf) <= now_s
    ]
    if not waiting:
        TaskMaking.objects.filter(
            day__lt=today - datetime.timedelta(days=KEEP_MAKINGS_DAYS)
        ).delete()
        return False
    day, code = waiting[0]
    try:
        _make_day(code, rules.get(code), day, now_s)
    except FAULTS as error:
        logger.warning("Tasks of %s for %s could not be made", code, day, exc_info=error)
        with transaction.atomic():
            readers.keep_fault(READER, _fault_of(code), 0, error, now_s)
        return len(waiting) > 1
    if _fault_of(code) in failed:
        readers.forget_fault(READER, _fault_of(code), 0)
    return len(waiting) > 1


def _fault_of(code: str) -> str:
    return f"tasks.make:{code}"


def _make_day(code: str, rule: TaskRule | None, day: datetime.date, now_s: float) -> None:
    calendar = working_calendar(now_s)
    requests = (
        care_requests(day, calendar)
        if rule is None
        else requests_on(rule, day, Spots(day).of(rule.where), calendar)
    )
    made = make_all(requests, actor=BY_RULES, now_s=now_s)
    TaskMaking.objects.get_or_create(rule=code, day=day, defaults={"made": made, "at_s": now_s})
    if made:
        logger.info("Made %d tasks of %s for %s", made, code, day)


def _chunks(requests: Iterable[TaskRequest]) -> Iterator[list[TaskRequest]]:
    waiting = iter(requests)
    while chunk := list(itertools.islice(waiting, AT_ONCE)):
        yield chunk


def _keep_sheets(requests: Sequence[TaskRequest]) -> None:
    """See that the words and forms of requests are on record."""
    wanted = dict(map(_sheet_of, requests))
    known = set(TaskSheet.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    new = [sheet for version, sheet in sorted(wanted.items()) if version not in known]
    for sheet in new:
        row = TaskSheet(
            version=_version(sheet),
            title_zh=sheet.title.zh,
            title_en=sheet.title.en,
            purpose_zh=sheet.purpose.zh,
            purpose_en=sheet.purpose.en,
            form=dump(sheet.form),
        )
        insert(row)


@dataclass(frozen=True, slots=True)
class _Sheet:
    title: Bilingual
    purpose: Bilingual
    form: TaskForm


def _sheet_of(request: TaskRequest) -> tuple[str, _Sheet]:
    sheet = _Sheet(request.title, request.purpose, request.form)
    return _version(sheet), sheet


@functools.lru_cache(maxsize=512)
def _version(sheet: _Sheet) -> str:
    content = json.dumps(dump(sheet), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _row(request: TaskRequest, holders: Holders, now_s: float) -> Task:
    place, assigned = request.place, holders.assigned(request)
    together = needs_beside(request)
    officer = _officer(request, assigned.holder, holders) if together else NOBODY_NEEDED
    state = TaskState.OPEN if request.opens_s <= now_s else TaskState.PLANNED
    return Task(
        id=new_id(now_s),
        key=request.key,
        rule=request.rule,
        source_kind=request.source.kind,
        source=request.source.code,
        kind=request.kind.value,
        sheet_id=_sheet_of(request)[0],
        state=state.value,
        area=request.area,
        place_kind="" if place is None else place.kind,
        place="" if place is None else place.code,
        place_zh="" if place is None else place.name.zh,
        place_en="" if place is None else place.name.en,
        lon=None if place is None else place.lon,
        lat=None if place is None else place.lat,
        tolerance_m=None if place is None or place.lon is None else place.tolerance_m,
        office=request.office.value,
        holder=assigned.holder,
        instead_of=assigned.instead_of,
        chosen=assigned.chosen,
        day=request.day,
        opens_s=request.opens_s,
        due_s=request.due_s,
        useless_after_s=request.useless_after_s,
        minutes=request.minutes,
        drill=request.drill,
        needs_officer=together,
        officer=officer.officer,
        officer_gap=officer.gap,
        made_s=now_s,
    )


def needs_beside(request: TaskRequest) -> bool:
    """Whether an assistant does the task that is asked for beside a police officer alone."""
    return not request.drill and (request.needs_officer or needs_officer(request.kind))


def _officer(request: TaskRequest, holder: str, holders: Holders) -> Beside:
    permission = permission_for(request.kind.value)
    work = Work(request.area, permission, request.opens_s, request.due_s, request.minutes)
    return beside(holders, holder, work, request.place)


def _accompanied(row: Task) -> list[TaskAccompanied]:
    """The event of who goes along; none where nobody need."""
    if not row.officer and not row.officer_gap:
        return []
    return [TaskAccompanied(TaskId(row.pk), row.officer, row.officer_gap, there=False)]


def _made(row: Task) -> TaskMade:
    return TaskMade(
        task=TaskId(row.pk),
        kind=TaskKind(row.kind),
        rule=row.rule,
        source_kind=row.source_kind,
        source=row.source,
        holder=row.holder,
        after=TaskState(row.state),
        drill=row.drill,
    )
