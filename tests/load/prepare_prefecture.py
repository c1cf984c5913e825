"""Makes a home with a year of daily work of a generated prefecture: staff, tasks, hazards, calls.

Run as a program in the environment of the server, with Django set up, it prints one JSON line:
sessions of people by office, how many rows there are, how long the product's own steps took.

Staff come in by the table that anybody may import. The tasks of the past are what the product's
rules ask for, day by day; their rows are written at once and without events in the journal, which
no page of them reads. Today's are made by the product itself. Calls are copies of some that went
through the product's services, journal entries and all (`past_calls`). Last, what is due is
published, as a server that has been running would have done.
"""

from __future__ import annotations

import datetime
import json
import time
from collections import Counter
from collections.abc import Iterator

import numpy as np
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from tests.load.past_calls import write_calls

from wardmote.config.deployment import bring_up_to_date
from wardmote.core.beat.task_making import requests_on
from wardmote.core.domain.appointment import Office
from wardmote.core.domain.hazard import HazardState, PartState
from wardmote.core.domain.hazard_categories import SHIPPED_HAZARD_CATEGORIES
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.recurrence import Recurrence, RecurrenceKind
from wardmote.core.domain.task import TaskKind, TaskRequest, TaskState
from wardmote.core.domain.task_rule import Due, DueKind, PlacesKind, TaskRule, Where
from wardmote.core.domain.text import Bilingual
from wardmote.gateways.simulated_people.staff_rows import staff_rows
from wardmote.operations.access.services import grant_role
from wardmote.operations.bulletins.services import publish_due
from wardmote.operations.hazards.models import Hazard, HazardPart, HazardStep
from wardmote.operations.identifiers import new_id
from wardmote.operations.local_time import local_day
from wardmote.operations.people.models import Account, Appointment
from wardmote.operations.people.services import keep_table, plan_of_table, take_over_table
from wardmote.operations.places import selectors as places
from wardmote.operations.places.city_directory import CityDirectory
from wardmote.operations.tasks.holders import Holders
from wardmote.operations.tasks.models import Task, TaskMaking, TaskStep
from wardmote.operations.tasks.rules import rules_in_use
from wardmote.operations.tasks.services import make_next, set_rule
from wardmote.operations.tasks.services.making import _keep_sheets, _row
from wardmote.operations.tasks.spots import Spots
from wardmote.operations.working_time import working_calendar

DAYS = 365
HAZARDS = 40_000
LIVE_MONTHS = 10
SEED = 20_261
SAMPLE = 60
"""So many people of each office have a session."""
_BATCH = 5_000
_OFFICES = {
    "assistants": Office.VILLAGE_ASSISTANT,
    "officers": Office.COMMUNITY_OFFICER,
    "chiefs": Office.STATION_CHIEF,
}
HOUSEHOLDS = TaskRule(
    "household_round", Bilingual("入户走访宣传", "Visits from door to door"), TaskKind.VISIT,
    Office.VILLAGE_ASSISTANT, 60, where=Where(PlacesKind.DIVISIONS, level="village"),
    recurrence=Recurrence(RecurrenceKind.EVERY_WORKING_DAYS, every=6, in_turn=True),
    due=Due(DueKind.WORKING_DAYS, 1), of_use_days=7,
)  # fmt: skip


def main() -> None:
    bring_up_to_date()
    now_s = time.time()
    rng = np.random.default_rng(SEED)
    directory = CityDirectory.open(settings.CITY_DIRECTORY)
    book = directory.place_book()
    top = min(book.divisions, key=lambda one: (len(one.code.rstrip("0")), one.code)).code
    leader = Viewer(
        "load",
        tuple(
            RoleInArea(role, top)
            for role in (Role.ADMINISTRATOR, Role.STATION_CHIEF, Role.SUPERVISOR)
        ),
    )
    calls = write_calls(book, top, now_s, rng)
    began_s = time.perf_counter()
    first_day = local_day(now_s) - datetime.timedelta(days=DAYS)
    table = keep_table(leader, "load", staff_rows(book, first_day.isoformat()), now_s=now_s)
    faults = plan_of_table(leader, table, now_s=now_s).faults
    assert not faults, faults[:3]
    take_over_table(leader, table, now_s=now_s)
    staff_import_s = time.perf_counter() - began_s
    set_rule(leader, HOUSEHOLDS, based_on=0, now_s=now_s)
    past = _write_past(now_s, rng)
    _write_hazards(now_s, rng)
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    while make_next(now_s):
        pass
    making_s, making_cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    by_day = Counter[datetime.date]()
    for day, made in TaskMaking.objects.values_list("day", "made"):
        by_day[day] += made
    yesterday = local_day(now_s) - datetime.timedelta(days=1)
    week = (yesterday - datetime.timedelta(days=7)).isocalendar()
    month = yesterday.replace(day=1) - datetime.timedelta(days=1)
    sessions = {name: _sessions(office, rng) for name, office in _OFFICES.items()}
    sessions["leaders"] = [_leader_session(top)]
    began_s = time.perf_counter()
    while publish_due(now_s):
        pass
    publishing_s = time.perf_counter() - began_s
    print(  # noqa: T201  # the caller reads it
        json.dumps(
            {
                "sessions": sessions,
                "periods": {
                    "day": [yesterday.isoformat()],
                    "week": [f"{week.year}-W{week.week:02d}"],
                    "month": [f"{month:%Y-%m}"],
                    "running_month": [f"{local_day(now_s):%Y-%m}"],
                    "live_month": _live_months(local_day(now_s)),
                },
                "tasks": Task.objects.count(),
                "past_tasks": past,
                "made": sum(TaskMaking.objects.values_list("made", flat=True)),
                "made_fullest_day": max(by_day.values()),
                "making_s": making_s,
                "making_cpu_s": making_cpu_s,
                "staff": len(book.staff),
                "staff_import_s": staff_import_s,
                "villages": sum(one.level.value == "village" for one in book.divisions),
                "hazards": HAZARDS,
                "calls": calls,
                "publishing_s": publishing_s,
            }
        )
    )


def _live_months(today: datetime.date) -> list[str]:
    """This month, which goes on growing, then months before it: each another to work out."""
    months = [today.replace(day=1)]
    while len(months) < LIVE_MONTHS:
        months.append((months[-1] - datetime.timedelta(days=1)).replace(day=1))
    return [f"{one:%Y-%m}" for one in months]


def _write_past(now_s: float, rng: np.random.Generator) -> int:
    """Tasks of each day of the year before today, most of them done."""
    holders, calendar = Holders(now_s), working_calendar(now_s)
    today = local_day(now_s)
    rules = [rule for rule in rules_in_use() if rule.recurrence is not None]
    spots = Spots(today)
    rows: list[Task] = []
    known: set[str] = set()
    written = 0
    for back in range(DAYS, 0, -1):
        day = today - datetime.timedelta(days=back)
        requests = [
            request
            for rule in rules
            for request in requests_on(rule, day, spots.of(rule.where), calendar)
        ]
        new = {request.rule: request for request in requests if request.rule not in known}
        if new:
            with transaction.atomic():
                _keep_sheets(list(new.values()))
            known |= set(new)
        rows += _done(requests, holders, now_s, rng)
        if len(rows) >= _BATCH or back == 1:
            with transaction.atomic():
                Task.objects.bulk_create(rows, batch_size=200)
                TaskStep.objects.bulk_create(_steps(rows), batch_size=500)
            written += len(rows)
            rows = []
    return written


def _done(
    requests: list[TaskRequest], holders: Holders, now_s: float, rng: np.random.Generator
) -> Iterator[Task]:
    """Rows of tasks: 92 in 100 done in time, 4 late, 3 expired, 1 open still if that can be."""
    for request, luck, moment in zip(
        requests, rng.random(len(requests)), rng.random(len(requests)), strict=True
    ):
        row = _row(request, holders, request.opens_s)
        row.made_s = request.opens_s - 86_400.0
        term_s = max(request.due_s - request.opens_s, 3_600.0)
        over = request.useless_after_s is not None and request.useless_after_s < now_s
        if luck < 0.96:
            share = moment if luck < 0.92 else 1.0 + moment
            row.done_s = request.opens_s + share * term_s
            if row.done_s < now_s:
                row.state, row.done_by = TaskState.DONE.value, row.holder
                row.begun_s, row.recorded_s = row.done_s - 1_800.0, row.done_s
                row.answers, row.revision = {"found": "nothing"}, 3
            else:
                row.done_s = None
        elif luck < 0.99 and over:
            row.state, row.revision = TaskState.EXPIRED.value, 2
        yield row


def _steps(rows: list[Task]) -> list[TaskStep]:
    return [
        TaskStep(
            task=row, revision=number, action=action, after=after, by=row.holder, at_s=at_s,
            device_s=at_s, recorded_s=at_s, clock="device", holder=row.holder,
            holder_before=row.holder,
        )
        for row in rows
        if row.done_s is not None and row.begun_s is not None
        for number, action, after, at_s in (
            (2, "check_in", TaskState.UNDER_WAY.value, row.begun_s),
            (3, "finish", TaskState.DONE.value, row.done_s),
        )
    ]  # fmt: skip


def _write_hazards(now_s: float, rng: np.random.Generator) -> None:
    """A year of hazards, each with one part; 95 in 100 closed."""
    villages = [
        (row.code, row.lon, row.lat)
        for row in places.divisions(day=local_day(now_s))
        if row.level == "village" and row.lon is not None and row.lat is not None
    ]
    chosen = rng.integers(0, len(villages), HAZARDS)
    reported = now_s - rng.random(HAZARDS) * DAYS * 86_400.0
    categories = [one.code for one in SHIPPED_HAZARD_CATEGORIES.categories]
    hazards, parts, steps = [], [], []
    for number in range(HAZARDS):
        code, lon, lat = villages[chosen[number]]
        at_s = float(reported[number])
        closed = rng.random() < 0.95 and at_s < now_s - 10 * 86_400.0
        row = Hazard(
            id=new_id(at_s), number=f"HZ-{number:06d}", key=f"load-{number}", area=code,
            category=categories[number % len(categories)], channel="staff",
            lon=lon + rng.normal(0.0, 0.004), lat=lat + rng.normal(0.0, 0.004),
            place="", words="", reported_by="load", reported_s=at_s,
            state=(HazardState.CLOSED if closed else HazardState.ASSIGNED).value,
            ended_s=at_s + 5 * 86_400.0 if closed else None,
        )  # fmt: skip
        hazards.append(row)
        part = HazardPart(
            id=new_id(at_s), hazard=row, department=None, term_unit="working_days", round=1,
            state=(PartState.PASSED if closed else PartState.ASSIGNED).value, assigned_by="load",
            assigned_s=at_s + 3_600.0, since_s=at_s + 3_600.0,
            first_deadline_s=at_s + 7 * 86_400.0, deadline_s=at_s + 7 * 86_400.0,
            first_checked_s=at_s + 5 * 86_400.0 if closed else None, ended_s=row.ended_s,
        )  # fmt: skip
        parts.append(part)
        steps.append(
            HazardStep(hazard=row, about="hazard", action="report", actor="load", at_s=at_s)
        )
    with transaction.atomic():
        Hazard.objects.bulk_create(hazards, batch_size=300)
        HazardPart.objects.bulk_create(parts, batch_size=300)
        HazardStep.objects.bulk_create(steps, batch_size=500)


def _sessions(office: Office, rng: np.random.Generator) -> list[str]:
    """Session keys of some who hold an office."""
    holders = list(
        Appointment.objects.filter(office=office.value, withdrawn=False)
        .order_by("pk")
        .values_list("person", flat=True)
    )
    chosen = rng.choice(len(holders), min(SAMPLE, len(holders)), replace=False)
    return [_session(holders[number]) for number in chosen]


def _leader_session(area: AreaId) -> str:
    account = Account.objects.create(username="load-leader", staff_id="load-leader")
    for role in (Role.STATION_CHIEF, Role.SUPERVISOR):
        grant_role(account.pk, role, area, granted_by="load")
    return _session("load-leader")


def _session(staff_id: str) -> str:
    account, _new = Account.objects.get_or_create(
        staff_id=staff_id, defaults={"username": f"load-{staff_id}"}
    )
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    main()
