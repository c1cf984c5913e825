"""Taking over a table of staff: kept for a look, then all of it in one transaction, or nothing."""

from __future__ import annotations

import dataclasses
import json
from collections import defaultdict
from collections.abc import Sequence

from django.db import IntegrityError, transaction

from wardmote.core.domain.events import Payload, StaffImported, StaffKept
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.selectors import forget_viewers
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.journal.statements import insert
from wardmote.operations.people.errors import TableGoneError, TableRefusedError
from wardmote.operations.people.models import Appointment, Person, StaffTable
from wardmote.operations.people.person_card import fill
from wardmote.operations.people.services.appointing import appointed, appointment_ended
from wardmote.operations.people.tables import TablePlan, TableRow, plan_table

KEPT_S = 86_400.0
"""A table that nobody took over within a day is dropped at the next upload."""

_FIELDS = ("name_zh", "name_en", "kind", "area", "left_day", "kept_by", "kept_s")


def keep_table(viewer: Viewer, label: str, rows: Sequence[TableRow], *, now_s: float) -> str:
    """Keep what was read of a file until its uploader decides; returns its id.

    What the same person uploaded before, and what is a day old, is dropped.

    Raises:
        AccessDeniedError: the viewer edits staff nowhere.
    """
    if not viewer.holds_anywhere(Permission.STAFF_EDIT):
        raise AccessDeniedError("role")
    with transaction.atomic():
        waiting = StaffTable.objects.filter(applied_s__isnull=True)
        waiting.filter(made_by=viewer.staff_id).delete()
        waiting.filter(made_s__lt=now_s - KEPT_S).delete()
        table = StaffTable.objects.create(
            id=new_id(now_s),
            label=label[:120],
            rows=json.dumps([dataclasses.astuple(row) for row in rows], ensure_ascii=False),
            made_by=viewer.staff_id,
            made_s=now_s,
        )
    return table.pk


def plan_of_table(viewer: Viewer, table_id: str, *, now_s: float) -> TablePlan:
    """What taking over a table would do now.

    Raises:
        TableGoneError: it is gone, taken over, or somebody else's.
    """
    row = StaffTable.objects.filter(pk=table_id).first()
    return plan_table(viewer, _rows_of(viewer, row), now_s)


def take_over_table(viewer: Viewer, table_id: str, *, now_s: float) -> TablePlan:
    """Take a table over, whole; returns what was done.

    Raises:
        TableGoneError: it is gone, taken over already, or somebody else's.
        TableRefusedError: it has faults by now; nothing was changed.
    """
    try:
        with transaction.atomic():
            row = StaffTable.objects.select_for_update().filter(pk=table_id).first()
            plan = plan_table(viewer, _rows_of(viewer, row), now_s)
            if plan.faults:
                raise TableRefusedError(faults=len(plan.faults))
            _carry_out(viewer, table_id, plan, now_s)
            StaffTable.objects.filter(pk=table_id).update(rows="", applied_s=now_s)
            transaction.on_commit(forget_viewers)
    except IntegrityError as error:  # somebody else was appointed between looking and writing
        raise TableRefusedError(faults=1) from error
    return plan


def _rows_of(viewer: Viewer, table: StaffTable | None) -> list[TableRow]:
    if table is None or table.made_by != viewer.staff_id or table.applied_s is not None:
        raise TableGoneError
    return [TableRow(*cells) for cells in json.loads(table.rows)]


def _carry_out(viewer: Viewer, table_id: str, plan: TablePlan, now_s: float) -> None:
    events: dict[str, list[Payload]] = defaultdict(list)
    by = viewer.staff_id
    insert(*(fill(Person(staff_id=card.staff_id), card, by, now_s) for card in plan.added))
    numbers = {card.staff_id: card for card in plan.changed}
    known = [row for row in Person.objects.iterator() if row.pk in numbers] if numbers else []
    for person in known:
        fill(person, numbers[person.pk], by, now_s)
    Person.objects.bulk_update(known, _FIELDS, batch_size=200)
    for cards, new in ((plan.added, True), (plan.changed, False)):
        for card in cards:
            events[card.area].append(StaffKept(card.staff_id, card.kind, new))
    _end(viewer, plan, events)
    appointments = [
        Appointment(
            id=new_id(now_s),
            person_id=one.staff_id,
            office=one.office.value,
            place_kind=one.place.ref.kind.value,
            place=one.place.ref.code,
            area=one.place.area,
            from_day=one.from_day,
            to_day=one.to_day,
            sole=one.sole,
            made_by=by,
            made_s=now_s,
        )
        for one in plan.appointed
    ]
    insert(*appointments)
    for row in appointments:
        events[row.area].append(appointed(row))
    done = StaffImported(
        table_id, len(plan.added), len(plan.changed), len(plan.appointed), len(plan.ended)
    )
    events[viewer.areas_with(Permission.STAFF_EDIT)[0]].append(done)
    for area, payloads in sorted(events.items()):
        record(payloads, actor=by, area=AreaId(area), now_s=now_s)


def _end(viewer: Viewer, plan: TablePlan, events: dict[str, list[Payload]]) -> None:
    last_days = dict(plan.ended)
    if not last_days:
        return
    rows = [row for row in Appointment.objects.select_for_update() if row.pk in last_days]
    # Those that get shorter go first, so that no two holders overlap on the way.
    rows.sort(key=lambda row: (row.to_day is not None and row.to_day < last_days[row.pk], row.pk))
    for row in rows:
        row.to_day = last_days[row.pk]
        row.ended_by = viewer.staff_id
        row.save(update_fields=["to_day", "ended_by"])
        events[row.area].append(appointment_ended(row))
