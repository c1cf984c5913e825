"""What happened: the journal's events, their payloads and versions.

An event is written in the same transaction as the row it reports and never changes. It
carries ids and codes, never names, telephone numbers or free text, so that people can be
erased and the record still verifies.

A new event goes into the module of its room; a new room's module goes into `EVENTS_BY_ROOM`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

from wardmote.core.domain import (
    bulletin_events,
    dispatch_events,
    duty_events,
    hazard_events,
    incident_events,
    inspection_events,
    move_up_events,
    patrol_events,
    photo_events,
    place_events,
    staff_events,
    study_events,
    task_events,
    unit_events,
    watch_events,
)
from wardmote.core.domain.event_registry import (
    REGISTRY,
    Event,
    EventRegistry,
    JsonValue,
    Payload,
    UnknownEventError,
)

# The envelope and the register, which is complete once this module is there, are offered here.
__all__ = [
    "EVENTS_BY_ROOM",
    "REGISTRY",
    "Event",
    "EventRegistry",
    "JsonValue",
    "Payload",
    "UnknownEventError",
]

EVENTS_BY_ROOM: Mapping[str, ModuleType] = {
    "bulletin": bulletin_events,
    "dispatch": dispatch_events,
    "duty": duty_events,
    "hazard": hazard_events,
    "incident": incident_events,
    "inspection": inspection_events,
    "move_up": move_up_events,
    "patrol": patrol_events,
    "photo": photo_events,
    "place": place_events,
    "staff": staff_events,
    "study": study_events,
    "task": task_events,
    "unit": unit_events,
    "watch": watch_events,
}
"""Where the events of each room stand. Importing them puts them into the register."""
