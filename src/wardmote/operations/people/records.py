"""Opening records of staff: the own one always, others' with the right, and each look at
discipline written down in the transaction that reads it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.staff_record import WATCHED_KINDS
from wardmote.operations.access.disclosures import DisclosureRow, looks_at
from wardmote.operations.access.services import AccessDeniedError, Looked, record_look
from wardmote.operations.people.models import StaffEntry
from wardmote.operations.people.rights import may_open_record, person_of

STAFF_RECORD = "staff_record"
"""The kind of subject under which looks at records are kept."""

STAFF_MATTER = "staff_matter"
"""The purpose of such a look."""

_WATCHED = {kind.value for kind in WATCHED_KINDS}


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """The record of one person.

    Attributes:
        entries: newest first, replies and corrections read along.
        looks: who else opened its discipline entries, newest first.
        own: the viewer is the person concerned.
    """

    entries: tuple[StaffEntry, ...]
    looks: tuple[DisclosureRow, ...]
    own: bool


def open_record(viewer: Viewer, staff_id: str, *, now_s: float) -> OpenedRecord:
    """Open somebody's record.

    Raises:
        UnknownPersonError: there is none of this number.
        AccessDeniedError: neither the own record, nor the right in the person's area.
    """
    person = person_of(staff_id)
    if not may_open_record(viewer, person):
        elsewhere = viewer.holds_anywhere(Permission.STAFF_RECORD)
        raise AccessDeniedError("area" if elsewhere else "role", STAFF_MATTER)
    own = viewer.staff_id == person.pk
    with transaction.atomic():
        rows = person.entries.order_by("-day", "-written_s").prefetch_related("replies")
        entries = tuple(rows)
        if not own and any(entry.kind in _WATCHED for entry in entries):
            looked = Looked(STAFF_RECORD, person.pk, AreaId(person.area))
            permission = Permission.STAFF_RECORD
            record_look(viewer, permission, looked, STAFF_MATTER, sorted(_WATCHED), now_s)
        looks = tuple(looks_at(STAFF_RECORD, person.pk))
    return OpenedRecord(entries, looks, own)
