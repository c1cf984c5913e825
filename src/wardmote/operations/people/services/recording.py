"""Adding to records of staff: entries by those with the right, replies by the person concerned."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.staff_events import StaffEntryWritten, StaffReplyWritten
from wardmote.core.domain.staff_record import ENTRY_CODES, EntryKind
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_day
from wardmote.operations.people.errors import BadEntryError, UnknownEntryError
from wardmote.operations.people.models import StaffEntry, StaffReply
from wardmote.operations.people.rights import check, check_other, person_locked

MAX_WORDS = 2_000


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is to be added to somebody's record.

    Attributes:
        code: an outcome of the kind (`ENTRY_CODES`).
        valid_to: the last day on which a training counts; None where nothing expires.
        corrects: id of the entry of the same person that this one puts right; empty for none.
    """

    staff_id: str
    kind: EntryKind
    code: str
    day: datetime.date
    words: str = ""
    valid_to: datetime.date | None = None
    corrects: str = ""


def write_entry(viewer: Viewer, new: NewEntry, *, now_s: float) -> str:
    """Add an entry; returns its id.

    Raises:
        UnknownPersonError: there is none of this number.
        AccessDeniedError: the viewer may not write records in the person's area.
        NotYourselfError: in the own record.
        BadEntryError: naming the field that does not fit.
    """
    check_other(viewer, new.staff_id)
    if new.code not in ENTRY_CODES[new.kind]:
        raise BadEntryError(field="code")
    if new.day > local_day(now_s):
        raise BadEntryError(field="day")
    if new.valid_to is not None and new.valid_to < new.day:
        raise BadEntryError(field="valid_to")
    if len(new.words) > MAX_WORDS:
        raise BadEntryError(field="words")
    with transaction.atomic():
        person = person_locked(new.staff_id)
        check(viewer, Permission.STAFF_RECORD, person.area)
        if new.corrects and not person.entries.filter(pk=new.corrects).exists():
            raise BadEntryError(field="corrects")
        row = StaffEntry.objects.create(
            id=new_id(now_s),
            person=person,
            area=person.area,
            kind=new.kind.value,
            code=new.code,
            day=new.day,
            valid_to=new.valid_to,
            words=new.words.strip(),
            corrects_id=new.corrects or None,
            written_by=viewer.staff_id,
            written_s=now_s,
        )
        event = StaffEntryWritten(row.pk, person.pk)
        record([event], actor=viewer.staff_id, area=AreaId(person.area), now_s=now_s)
    return row.pk


def reply_to_entry(viewer: Viewer, entry_id: str, words: str, *, now_s: float) -> str:
    """The person concerned replies to an entry of the own record; returns the reply's id.

    Raises:
        UnknownEntryError: there is none.
        AccessDeniedError: it is somebody else's record.
        BadEntryError: the reply is empty or too long.
    """
    said = words.strip()
    with transaction.atomic():
        entry = StaffEntry.objects.filter(pk=entry_id).first()
        if entry is None:
            raise UnknownEntryError
        if not viewer.staff_id or entry.person_id != viewer.staff_id:
            raise AccessDeniedError
        if not said or len(said) > MAX_WORDS:
            raise BadEntryError(field="words")
        row = StaffReply.objects.create(id=new_id(now_s), entry=entry, words=said, written_s=now_s)
        event = StaffReplyWritten(row.pk, entry.pk, entry.person_id)
        record([event], actor=viewer.staff_id, area=AreaId(entry.area), now_s=now_s)
    return row.pk
