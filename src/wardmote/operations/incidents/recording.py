"""Writing what happens to a call: the row and the journal together, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wardmote.core.domain.events import Payload
from wardmote.core.domain.ids import AreaId, IncidentId
from wardmote.core.domain.incident import (
    INCIDENT_LIFE_CYCLE,
    FieldTime,
    IncidentAction,
    IncidentState,
)
from wardmote.core.domain.incident_events import IncidentMoved, IncidentTimeStamped
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.operations.incidents.errors import IncidentTransitionError, StaleVersionError
from wardmote.operations.incidents.models import FieldTimeRow, Incident
from wardmote.operations.journal.services import record
from wardmote.operations.journal.statements import Reading, insert

_STAMPED = Reading(FieldTimeRow, "{incident_id} = %s AND {stamp} = %s", only=("id",))


@dataclass(frozen=True, slots=True)
class Moment:
    """Who does something, and when.

    Attributes:
        actor: a staff id, ``rule:<name>`` or ``outside:<system>``.
        now_s: the server's time.
        at_s: when it happened; the server's time unless a device or a record says otherwise.
        device_s: what the device said; None without one.
        clock: ``server``, ``device`` or ``import``: whose clock `at_s` is.
    """

    actor: str
    now_s: float
    at_s: float
    device_s: float | None = None
    clock: str = "server"


def server_moment(actor: str, now_s: float) -> Moment:
    """A moment by the server's clock alone."""
    return Moment(actor, now_s, now_s)


def write(incident: Incident, payloads: Sequence[Payload], moment: Moment) -> None:
    """Append events about a call to the journal."""
    record(
        payloads,
        actor=moment.actor,
        area=AreaId(incident.area),
        now_s=moment.now_s,
        occurred_s=moment.at_s,
    )


def check_version(incident: Incident, expected: int | None) -> None:
    """Refuse a change that was made looking at an older version.

    Raises:
        StaleVersionError: somebody else was faster.
    """
    if expected is not None and incident.version != expected:
        raise StaleVersionError


def save(incident: Incident, *fields: str) -> None:
    """Save these fields of a call and let its version grow."""
    incident.version += 1
    incident.save(update_fields=[*fields, "version"])


def stamp(incident: Incident, kind: FieldTime, moment: Moment) -> bool:
    """Write a field time stamp unless there is one already; returns whether it was written."""
    if _STAMPED.rows(incident.pk, kind.value):
        return False
    insert(
        FieldTimeRow(
            incident=incident,
            stamp=kind.value,
            at_s=moment.at_s,
            device_s=moment.device_s,
            recorded_s=moment.now_s,
            clock=moment.clock,
        )
    )
    payload = IncidentTimeStamped(
        IncidentId(incident.pk), kind, moment.at_s, moment.device_s, moment.clock
    )
    write(incident, [payload], moment)
    return True


def first_stamps(
    incident: Incident, told: Sequence[tuple[FieldTime, float]], moment: Moment
) -> list[IncidentTimeStamped]:
    """Write the stamps of a call that has none yet; returns the events, still to be recorded."""
    insert(
        *(
            FieldTimeRow(
                incident=incident,
                stamp=kind.value,
                at_s=at_s,
                recorded_s=moment.now_s,
                clock=moment.clock,
            )
            for kind, at_s in told
        )
    )
    return [
        IncidentTimeStamped(IncidentId(incident.pk), kind, at_s, None, moment.clock)
        for kind, at_s in told
    ]


_STAMPS = {
    IncidentAction.ROUTE: FieldTime.ROUTED,
    IncidentAction.RESOLVE: FieldTime.CLEARED,
    IncidentAction.CLOSE: FieldTime.CLOSED,
}


def next_state(incident: Incident, action: IncidentAction) -> IncidentState:
    """Where an action leads.

    Raises:
        IncidentTransitionError: it is not possible now.
    """
    try:
        return INCIDENT_LIFE_CYCLE.next_state(IncidentState(incident.state), action)
    except TransitionRefusedError as error:
        raise IncidentTransitionError(state=error.state.value, action=action.value) from error


def advance(
    incident: Incident,
    action: IncidentAction,
    moment: Moment,
    *,
    reason: str = "",
    disposition: str | None = None,
) -> None:
    """Move a call through its life cycle, with the time stamp that belongs to it.

    Raises:
        IncidentTransitionError: the action is not possible now.
    """
    before = IncidentState(incident.state)
    after = next_state(incident, action)
    kind = _STAMPS.get(action)
    if kind is not None:
        stamp(incident, kind, moment)
    if after is before:
        return
    incident.state = after.value
    incident.since_s = moment.at_s
    fields = ["state", "since_s"]
    if disposition is not None or action is IncidentAction.REOPEN:
        incident.disposition = disposition
        fields.append("disposition")
    save(incident, *fields)
    payload = IncidentMoved(IncidentId(incident.pk), action, before, after, reason, disposition)
    write(incident, [payload], moment)
