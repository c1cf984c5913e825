"""What trainee and trainer do besides working the console: answer the telephone, order trouble."""

from __future__ import annotations

from collections.abc import Callable

from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.simulation.training.exercise import (
    Entry,
    EntryKind,
    Exercise,
    Order,
    may_follow,
)
from wardmote.core.simulation.training.scenario import ABOUT_A_CALL, UNIT_TROUBLE
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch.selectors import visible_incident
from wardmote.operations.identifiers import new_id
from wardmote.operations.training.errors import DoesNotFitError
from wardmote.operations.training.selectors import files, may_lead

Fits = Callable[[Exercise], bool]


def answer_call(viewer: Viewer, call: int, *, now_s: float) -> None:
    """Pick up a call that rings.

    Raises:
        AccessDeniedError: the viewer takes down no calls.
        DoesNotFitError: it does not ring (any more), or the viewer has a caller on the line.
    """
    entry = Entry(EntryKind.ANSWERED, now_s, by=viewer.staff_id, call=call)

    def fits(now: Exercise) -> bool:
        return now.on_line_with(viewer.staff_id) is None and may_follow(now, entry)

    _write(viewer, entry, fits)


def end_call(
    viewer: Viewer, call: int, kind: EntryKind, incident: IncidentId, *, now_s: float
) -> None:
    """Put the receiver down: `kind` is ``TAKEN``, ``KNOWN`` or ``HUNG_UP``.

    Args:
        incident: what was taken down, or what the caller speaks of; empty when hung up.

    Raises:
        AccessDeniedError: the viewer takes down no calls, or may not see that one.
        UnknownIncidentError: there is no such call.
        DoesNotFitError: the viewer does not speak to that caller, or somebody else took that call
            down, or it belongs to another caller already.
    """
    if kind not in (EntryKind.TAKEN, EntryKind.KNOWN, EntryKind.HUNG_UP):
        raise DoesNotFitError
    if kind is not EntryKind.HUNG_UP:
        row = visible_incident(viewer, incident)
        if kind is EntryKind.TAKEN and row.received_by != viewer.staff_id:
            raise DoesNotFitError
    entry = Entry(
        kind,
        now_s,
        by=viewer.staff_id,
        call=call,
        incident=IncidentId("") if kind is EntryKind.HUNG_UP else incident,
    )

    def fits(now: Exercise) -> bool:
        if kind is EntryKind.TAKEN and now.call_of(incident) is not None:
            return False
        return may_follow(now, entry)

    _write(viewer, entry, fits)


def order_trouble(viewer: Viewer, order: Order, *, now_s: float) -> str:
    """Have something go wrong now; returns the order's id.

    Raises:
        AccessDeniedError: the viewer is no trainer.
        DoesNotFitError: the exercise is over, or the call is not one of it.
    """
    if not may_lead(viewer):
        raise AccessDeniedError
    return write_order(order, by=viewer.staff_id, now_s=now_s)


def write_order(order: Order, *, by: str, now_s: float) -> str:
    """Write a trainer's order into the ledger; see `order_trouble`."""
    if (order.kind in ABOUT_A_CALL and not order.call) or (
        order.kind in UNIT_TROUBLE and not order.unit
    ):
        raise DoesNotFitError
    order_id = new_id(now_s)

    def fits(now: Exercise) -> bool:
        return now.ended_s is None and (not order.call or order.call in now.calls)

    entry = Entry(EntryKind.ORDERED, now_s, by=by, order=order, order_id=order_id)
    if not files().write(entry, fits):
        raise DoesNotFitError
    return order_id


def end_exercise(viewer: Viewer, *, now_s: float) -> None:
    """End the exercise now; ending it twice changes nothing.

    Raises:
        AccessDeniedError: the viewer is no trainer.
    """
    if not may_lead(viewer):
        raise AccessDeniedError
    entry = Entry(EntryKind.ENDED, now_s, by=viewer.staff_id)
    files().write(entry, lambda now: now.ended_s is None)


def _write(viewer: Viewer, entry: Entry, fits: Fits) -> None:
    if not viewer.holds_anywhere(Permission.INCIDENT_ENTER):
        raise AccessDeniedError
    if not files().write(entry, lambda now: now.ended_s is None and fits(now)):
        raise DoesNotFitError
