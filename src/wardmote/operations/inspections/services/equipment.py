"""The register of equipment: items, holders, inspections and faults."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.equipment import (
    FAULT_LIFE_CYCLE,
    LIVING_FAULTS,
    FaultAction,
    FaultState,
    HolderKind,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.inspection_events import EquipmentInspected, EquipmentKept, FaultMoved
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.inspections.errors import (
    BadEntryError,
    NotPossibleError,
    NumberTakenError,
    UnknownRecordError,
)
from wardmote.operations.inspections.models import EquipmentFault, EquipmentItem, EquipmentStep
from wardmote.operations.inspections.recording import check, next_of, said, tell
from wardmote.operations.local_time import local_day
from wardmote.operations.people.selectors import account_by_staff_id, person_area
from wardmote.operations.places.selectors import post
from wardmote.operations.units.selectors import units_by_id

MOST_DAYS = 3_650
MOST_WORDS = 300
LIVING = tuple(sorted(one.value for one in LIVING_FAULTS))


@dataclass(frozen=True, slots=True)
class ItemWanted:
    """An item as it should be on record; known by its number."""

    number: str
    kind: str
    area: AreaId
    holder_kind: HolderKind
    holder: str
    expires: datetime.date | None = None
    every_days: int | None = None


def keep_item(viewer: Viewer, wanted: ItemWanted, *, new: bool, now_s: float) -> str:
    """Enter an item, or change the one that has its number; returns its id.

    Raises:
        AccessDeniedError: the viewer may not, in the area it is in or comes to.
        BadEntryError: a field does not fit; nothing is changed.
        NumberTakenError: a new one has the number of another.
        UnknownRecordError: no item has this number.
    """
    check(viewer, Permission.EQUIPMENT_EDIT, wanted.area)
    field = faulty_field(wanted)
    if field:
        raise BadEntryError(field=field)
    with transaction.atomic():
        row = EquipmentItem.objects.select_for_update().filter(number=wanted.number).first()
        if new and row is not None:
            raise NumberTakenError(number=wanted.number)
        if not new and row is None:
            raise UnknownRecordError
        if row is not None:
            check(viewer, Permission.EQUIPMENT_EDIT, row.area)
        return put_item(row, wanted, viewer.staff_id, now_s).pk


def put_item(
    row: EquipmentItem | None, wanted: ItemWanted, actor: str, now_s: float
) -> EquipmentItem:
    """Write an item that was looked at, in the caller's transaction."""
    made = row is None
    item = row or EquipmentItem(id=new_id(now_s), number=wanted.number, looked_day=local_day(now_s))
    moved = not made and (item.holder_kind, item.holder) != (wanted.holder_kind, wanted.holder)
    item.kind, item.area = wanted.kind, wanted.area
    item.holder_kind, item.holder = wanted.holder_kind.value, wanted.holder
    item.expires, item.every_days = wanted.expires, wanted.every_days
    item.save()
    action = "enter" if made else "hand" if moved else "change"
    _step(item, action, actor, now_s, holder=f"{item.holder_kind}:{item.holder}")
    event = EquipmentKept(item.pk, item.kind, wanted.holder_kind, item.holder)
    tell(event, actor, item.area, now_s)
    return item


def faulty_field(wanted: ItemWanted) -> str:
    """The first field that does not fit; empty when all do."""
    if not 0 < len(wanted.number) <= 40 or wanted.number != wanted.number.strip():
        return "number"
    if not 0 < len(wanted.kind.strip()) <= 60:
        return "kind"
    if not is_area_code(wanted.area):
        return "area"
    if wanted.every_days is not None and not 0 < wanted.every_days <= MOST_DAYS:
        return "every_days"
    return "" if _is_known(wanted.holder_kind, wanted.holder) else "holder"


def inspect_item(
    viewer: Viewer, item_id: str, *, complete: bool, working: bool, words: str, now_s: float
) -> None:
    """Write down that somebody looked at an item; a fault is reported where it does not work.

    Raises:
        UnknownRecordError: there is none.
        AccessDeniedError: the viewer neither edits equipment there nor has the item.
        WordsMissingError: something is wanting and not said what.
    """
    with transaction.atomic():
        item = item_locked(viewer, item_id)
        kept = said(words, needed=not (complete and working), most=MOST_WORDS)
        item.looked_day, item.complete = local_day(now_s), complete
        item.save()
        _step(item, "look", viewer.staff_id, now_s, words=kept)
        event = EquipmentInspected(item.pk, complete, working)
        tell(event, viewer.staff_id, item.area, now_s)
        if not working and not item.faults.filter(state__in=LIVING).exists():
            _report(item, kept, viewer.staff_id, now_s)


def report_fault(viewer: Viewer, item_id: str, words: str, *, now_s: float) -> str:
    """Report a fault; returns its id.

    Raises:
        UnknownRecordError, AccessDeniedError: as `inspect_item`.
        WordsMissingError: nothing is said.
    """
    with transaction.atomic():
        item = item_locked(viewer, item_id)
        return _report(item, said(words, needed=True, most=MOST_WORDS), viewer.staff_id, now_s)


def move_fault(
    viewer: Viewer, fault_id: str, action: FaultAction, words: str, *, now_s: float
) -> None:
    """Move a fault; writing it off writes the item off.

    Raises:
        UnknownRecordError: there is none.
        AccessDeniedError: the viewer may not edit equipment there.
        NotPossibleError: the life cycle does not allow it.
    """
    with transaction.atomic():
        rows = EquipmentFault.objects.select_for_update().select_related("item")
        fault = rows.filter(pk=fault_id).first()
        if fault is None:
            raise UnknownRecordError
        check(viewer, Permission.EQUIPMENT_EDIT, fault.item.area)
        needed = action in (FaultAction.WRITE_OFF, FaultAction.FAIL)
        kept = said(words, needed=needed, most=MOST_WORDS)
        _move(fault, action, viewer.staff_id, kept, now_s)
        if action is FaultAction.WRITE_OFF:
            fault.item.written_off = True
            fault.item.save()


def item_locked(viewer: Viewer, item_id: str) -> EquipmentItem:
    """An item, locked, for whoever edits equipment there or has it.

    Raises:
        UnknownRecordError: there is none.
        AccessDeniedError: neither is so.
        NotPossibleError: it was written off.
    """
    item = EquipmentItem.objects.select_for_update().filter(pk=item_id).first()
    if item is None:
        raise UnknownRecordError
    if not may_handle(viewer, item):
        raise AccessDeniedError
    if item.written_off:
        raise NotPossibleError
    return item


def may_handle(viewer: Viewer, item: EquipmentItem) -> bool:
    """Whether the viewer edits equipment in the item's area, or has the item."""
    if viewer.may(Permission.EQUIPMENT_EDIT, AreaId(item.area)):
        return True
    if item.holder_kind == HolderKind.UNIT.value:
        return item.holder in viewer.crew_of
    return (
        bool(viewer.staff_id)
        and item.holder_kind == HolderKind.PERSON.value
        and item.holder == viewer.staff_id
    )


def _report(item: EquipmentItem, words: str, actor: str, now_s: float) -> str:
    fault = EquipmentFault.objects.create(
        id=new_id(now_s), item=item, words=words, reported_by=actor, reported_s=now_s
    )
    _step(item, "fault", actor, now_s, words=words)
    tell(FaultMoved(fault.pk, item.pk, None, FaultState.OPEN), actor, item.area, now_s)
    return fault.pk


def _move(fault: EquipmentFault, action: FaultAction, actor: str, words: str, now_s: float) -> None:
    after = next_of(FAULT_LIFE_CYCLE, FaultState(fault.state), action)
    fault.state = after.value
    fault.ended_s = now_s if after in FAULT_LIFE_CYCLE.final else None
    fault.save()
    _step(fault.item, action.value, actor, now_s, words=words)
    tell(FaultMoved(fault.pk, fault.item_id, action, after), actor, fault.item.area, now_s)


def _step(
    item: EquipmentItem, action: str, actor: str, now_s: float, *, holder: str = "", words: str = ""
) -> None:
    EquipmentStep.objects.create(
        item=item, action=action, holder=holder, words=words, actor=actor, at_s=now_s
    )


def _is_known(kind: HolderKind, holder: str) -> bool:
    if kind is HolderKind.UNIT:
        return holder in units_by_id([holder])
    if kind is HolderKind.POST:
        return post(holder) is not None
    return person_area(holder) is not None or account_by_staff_id(holder) is not None
