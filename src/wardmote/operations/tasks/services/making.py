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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.beat.task_making import requests_on
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.plain import dump
from wardmote.core.domain.task import TaskId, TaskKind, TaskRequest, TaskState
from wardmote.core.domain.task_events import TaskMade
from wardmote.core.domain.task_form import TaskForm
from wardmote.core.domain.text import Bilingual
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record, record_in_areas
from wardmote.operations.journal.statements import insert
from wardmote.operations.tasks.holders import Holders
from wardmote.operations.tasks.models import Task, TaskMaking, TaskSheet
from wardmote.operations.tasks.rules import rules_in_use
from wardmote.operations.tasks.services.consents import CARE_RULE, care_requests
from wardmote.operations.tasks.spots import Spots
from wardmote.operations.working_time import working_calendar

AT_ONCE = 150
"""So many tasks are made in one transaction."""
DAYS_AHEAD = 2
"""Tasks are made for today and so many days after it."""
KEEP_MAKINGS_DAYS = 60
ACTOR = "rule:tasks"

logger = logging.getLogger(__name__)


def make(request: TaskRequest, *, actor: str, now_s: float) -> TaskId:
    """The task that is asked for, made in the caller's transaction unless it is there already.

    Args:
        actor: a staff id or ``rule:<name>``; goes into the journal.

    Raises:
        JournalOutsideTransactionError: there is no transaction to share.
    """
    known = Task.objects.filter(key=request.key).values_list("pk", flat=True).first()
    if known is not None:
        return TaskId(known)
    row = _row(request, Holders(max(now_s, request.opens_s)), now_s)
    _keep_sheets([request])
    insert(row)
    record([_made(row)], actor=actor, area=request.area, now_s=now_s)
    return TaskId(row.pk)


def make_all(requests: Iterable[TaskRequest], *, actor: str, now_s: float) -> int:
    """Make those tasks that are not there yet, some hundred a transaction; returns how many."""
    made = 0
    holders: dict[float, Holders] = {}
    for chunk in _chunks(requests):
        for request in chunk:
            at_s = max(now_s, request.opens_s)
            if at_s not in holders:
                holders[at_s] = Holders(at_s)
        with transaction.atomic():
            made += _make_chunk(chunk, holders, actor, now_s)
    return made


def _make_chunk(
    chunk: Sequence[TaskRequest], holders: dict[float, Holders], actor: str, now_s: float
) -> int:
    by_key = {request.key: request for request in chunk}
    known = set(Task.objects.filter(key__in=by_key).values_list("key", flat=True))
    new = [request for key, request in by_key.items() if key not in known]
    if not new:
        return 0
    _keep_sheets(new)
    rows = [_row(request, holders[max(now_s, request.opens_s)], now_s) for request in new]
    insert(*rows)
    record_in_areas([(AreaId(row.area), _made(row)) for row in rows], actor=actor, now_s=now_s)
    return len(rows)


def make_next(now_s: float) -> bool:
    """Make the tasks of one rule on one day, today's first; returns whether more are to be made."""
    calendar = working_calendar(now_s)
    today = calendar.local_day(now_s)
    days = [today + datetime.timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)]
    done = set(TaskMaking.objects.filter(day__gte=today).values_list("rule", "day"))
    rules = {rule.code: rule for rule in rules_in_use() if rule.recurrence is not None}
    waiting = [
        (day, code) for day in days for code in (*rules, CARE_RULE) if (code, day) not in done
    ]
    if not waiting:
        TaskMaking.objects.filter(
            day__lt=today - datetime.timedelta(days=KEEP_MAKINGS_DAYS)
        ).delete()
        return False
    day, code = waiting[0]
    rule = rules.get(code)
    requests = (
        care_requests(day, calendar)
        if rule is None
        else requests_on(rule, day, Spots(day).of(rule.where), calendar)
    )
    made = make_all(requests, actor=ACTOR, now_s=now_s)
    TaskMaking.objects.get_or_create(rule=code, day=day, defaults={"made": made, "at_s": now_s})
    if made:
        logger.info("Made %d tasks of %s for %s", made, code, day)
    return len(waiting) > 1


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
    place = request.place
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
        holder=holders.holder_of(request),
        day=request.day,
        opens_s=request.opens_s,
        due_s=request.due_s,
        useless_after_s=request.useless_after_s,
        minutes=request.minutes,
        drill=request.drill,
        made_s=now_s,
    )


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
