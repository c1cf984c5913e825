"""Names for identifiers, so that a unit's id is never taken for a post's."""

from typing import NewType

IncidentId = NewType("IncidentId", str)
"""A call's id: sortable, unguessable, made by whoever creates the call (a client may)."""

AssignmentId = NewType("AssignmentId", str)
"""One sending of one unit to one incident."""

UnitId = NewType("UnitId", str)
"""A vehicle with its crew, or a foot patrol; the call sign is a label, not the id."""

PostId = NewType("PostId", str)
"""A fast-response post (快反点): where units stand by."""

AreaId = NewType("AreaId", str)
"""A node of the tree of places over which roles are granted; equals its division code."""

BeatId = NewType("BeatId", str)
"""A community officer's beat (警务区)."""

PersonId = NewType("PersonId", str)
"""A member of staff. Never a resident."""

EventId = NewType("EventId", str)
"""A journal event's id; handlers are idempotent by it."""
