"""Taking over a table of staff: kept for a look, then all of it in one transaction, or nothing."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from wardmote.core.domain.events import Payload
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.staff_events import StaffImported, StaffKept
from wardmote.operations.access.selectors import forget_viewers
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record_in_areas
from wardmote.operations.journal.statements import insert
from wardmote.operations.people.errors import (
    TableGoneError,
    TableOvertakenError,
    TableRefusedError,
)
from wardmote.operations.people.models import Appointment, Person, StaffTable
from wardmote.operations.people.person_card import fill
from wardmote.operations.people.services.appointing import appointed, appointment_ended
from wardmote.operations.people.tables import TablePlan, TableRow, plan_table
from wardmote.operations.places.tree import version as version_of_places

KEPT_S = 86_400.0
"""A table that nobody took over within a day is dropped, by the clock."""

_FIELDS = ("name_zh", "name_en", "kind", "area", "left_day", "kept_by", "kept_s")


def keep_table(
    viewer: Viewer,
    label: str,
    rows: Sequence[TableRow],
    *,
    now_s: float,
    unread: Sequence[str] = (),
) -> str:
    """Keep what was read of a file until its uploader decides; returns its id.

    What the same person uploaded before is dropped.

    Args:
        unread: headings of columns that are not known, to be told with the plan.

    Raises:
        AccessDeniedError: the viewer edits staff nowhere.
    """
    if not viewer.holds_anywhere(Permission.STAFF_EDIT):
        raise AccessDeniedError("role")
    with transaction.atomic():
        waiting = StaffTable.objects.filter(applied_s__isnull=True)
        waiting.filter(made_by=viewer.staff_id).delete()
        table = StaffTable.objects.create(
            id=new_id(now_s),
            label=label[:120],
            rows=json.dumps(
                {"rows": [dataclasses.astuple(row) for row in rows], "unread": list(unread)},
                ensure_ascii=False,
            ),
            made_by=viewer.staff_id,
            made_s=now_s,
        )
    return table.pk


def forget_old_tables(now_s: float) -> int:
    """Empty tables that nobody took over within a day: they hold names. Returns how many."""
    waiting = StaffTable.objects.filter(applied_s__isnull=True, made_s__lt=now_s - KEPT_S)
    return waiting.delete()[0]


def give_up_table(viewer: Viewer, table_id: str) -> None:
    """Drop a table that was kept for a look; what is not there is dropped already."""
    StaffTable.objects.filter(pk=table_id, made_by=viewer.staff_id, applied_s__isnull=True).delete()


def plan_of_table(viewer: Viewer, table_id: str, *, now_s: float) -> TablePlan:
    """What taking over a table would do now.

    Raises:
        TableGoneError: it is gone, taken over, or somebody else's.
    """
    row = StaffTable.objects.filter(pk=table_id).first()
    rows, unread = _read_of(viewer, row)
    plan = plan_table(viewer, rows, now_s)
    plan.unread = unread
    return plan


def take_over_table(viewer: Viewer, table_id: str, *, now_s: float) -> TablePlan:
    """Take a table over, whole; returns what was done.

    What it does is worked out before the transaction that does it, and staff and places are held
    against that there: while ten thousand rows are planned, calls are entered undisturbed.

    Raises:
        TableGoneError: it is gone, taken over already, or somebody else's.
        TableRefusedError: it has faults by now; nothing was changed.
        TableOvertakenError: staff or places were changed meanwhile; nothing was changed.
    """
    known = version_of_staff()
    rows, _unread = _read_of(viewer, StaffTable.objects.filter(pk=table_id).first())
    plan = plan_table(viewer, rows, now_s)
    if plan.faults:
        raise TableRefusedError(faults=len(plan.faults))
    ready = _ready(viewer, table_id, plan, now_s)
    try:
        with transaction.atomic():
            table = StaffTable.objects.select_for_update().filter(pk=table_id).first()
            if table is None or table.applied_s is not None:
                raise TableGoneError
            if version_of_staff() != known:
                raise TableOvertakenError
            _write(viewer, ready, now_s)
            StaffTable.objects.filter(pk=table_id).update(rows="", applied_s=now_s)
            transaction.on_commit(forget_viewers)
    except IntegrityError as error:  # somebody was put on record or appointed in this moment
        raise TableOvertakenError from error
    return plan


def version_of_staff() -> str:
    """Tells one state of persons, appointments and places from another."""
    said = hashlib.sha256(version_of_places().encode())
    people = Person.objects.order_by("pk").values_list(
        "pk", "name_zh", "name_en", "kind", "area", "left_day"
    )
    held = Appointment.objects.order_by("pk").values_list(
        "pk", "person_id", "place", "from_day", "to_day", "withdrawn"
    )
    for rows in (people, held):
        for row in rows.iterator():
            said.update(repr(row).encode())
    return said.hexdigest()


@dataclass(frozen=True, slots=True)
class _Ready:
    """What a table writes, made ready."""

    added: Sequence[Person]
    changed: Sequence[Person]
    ended: Sequence[Appointment]
    appointed: Sequence[Appointment]
    events: Sequence[tuple[AreaId, Payload]]


def _read_of(viewer: Viewer, table: StaffTable | None) -> tuple[list[TableRow], tuple[str, ...]]:
    """The rows that were kept, and the headings of columns that were not read."""
    if table is None or table.made_by != viewer.staff_id or table.applied_s is not None:
        raise TableGoneError
    kept = json.loads(table.rows)
    if isinstance(kept, list):  # kept by a release that did not note the columns
        kept = {"rows": kept, "unread": []}
    return [TableRow(*cells) for cells in kept["rows"]], tuple(kept["unread"])


def _ready(viewer: Viewer, table_id: str, plan: TablePlan, now_s: float) -> _Ready:
    by = viewer.staff_id
    added = [fill(Person(staff_id=card.staff_id), card, by, now_s) for card in plan.added]
    numbers = {card.staff_id: card for card in plan.changed}
    changed = [row for row in Person.objects.iterator() if row.pk in numbers] if numbers else []
    for person in changed:
        fill(person, numbers[person.pk], by, now_s)
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
    ended = _ended(by, plan)
    kept: list[tuple[AreaId, Payload]] = [
        (card.area, StaffKept(card.staff_id, card.kind, new))
        for cards, new in ((plan.added, True), (plan.changed, False))
        for card in cards
    ]
    held = [(AreaId(row.area), appointment_ended(row)) for row in ended]
    begun = [(AreaId(row.area), appointed(row)) for row in appointments]
    done = StaffImported(
        table_id, len(plan.added), len(plan.changed), len(plan.appointed), len(plan.ended)
    )
    whole = viewer.areas_with(Permission.STAFF_EDIT)[0]
    return _Ready(added, changed, ended, appointments, [*kept, *held, *begun, (whole, done)])


def _ended(by: str, plan: TablePlan) -> list[Appointment]:
    """Appointments that get another last day."""
    last_days = dict(plan.ended)
    if not last_days:
        return []
    rows = [row for row in Appointment.objects.iterator() if row.pk in last_days]
    # Those that get shorter go first, so that no two holders overlap on the way.
    rows.sort(key=lambda row: (row.to_day is not None and row.to_day < last_days[row.pk], row.pk))
    for row in rows:
        row.to_day, row.ended_by = last_days[row.pk], by
    return rows


def _write(viewer: Viewer, ready: _Ready, now_s: float) -> None:
    insert(*ready.added)
    Person.objects.bulk_update(ready.changed, _FIELDS, batch_size=200)
    for row in ready.ended:
        row.save(update_fields=["to_day", "ended_by"])
    insert(*ready.appointed)
    record_in_areas(ready.events, actor=viewer.staff_id, now_s=now_s)
