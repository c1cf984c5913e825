"""Records of staff: only added to, answered by the person, and looks at discipline written down."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from tests.unit.operations.people.test_appointments import ADMIN, CHIEF, days, person
from tests.unit.operations.small_place import COUNTY, EAST, ELSEWHERE, NOW_S, WEST, viewer

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Permission, Role, Viewer
from wardmote.core.domain.staff_record import EntryKind
from wardmote.operations.access.disclosures import DisclosureFilter, disclosures
from wardmote.operations.access.models import Disclosure
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.people import services
from wardmote.operations.people.errors import BadEntryError, NotYourselfError, UnknownEntryError
from wardmote.operations.people.models import StaffEntry
from wardmote.operations.people.records import open_record

AIDE = "aide-1"
HIMSELF = Viewer(AIDE, ())
WARNED = services.NewEntry(AIDE, EntryKind.DISCIPLINE, "warning", datetime.date(2026, 10, 1), "x")
TRAINED = services.NewEntry(AIDE, EntryKind.TRAINING, "yearly", datetime.date(2026, 9, 1))


@pytest.fixture
def aide(place: None) -> None:
    person(AIDE, StaffKind.ASSISTANT)


def looks() -> list[tuple[str, str, str, str]]:
    rows = Disclosure.objects.order_by("pk")
    return list(rows.values_list("staff_id", "subject_kind", "subject", "fields"))


def test_a_look_at_discipline_is_written_down_and_the_person_sees_who_looked(aide: None) -> None:
    services.write_entry(CHIEF, TRAINED, now_s=NOW_S)
    open_record(CHIEF, AIDE, now_s=NOW_S)
    assert looks() == []
    services.write_entry(CHIEF, WARNED, now_s=NOW_S)
    assert len(open_record(CHIEF, AIDE, now_s=NOW_S).entries) == 2
    assert looks() == [("chief", "staff_record", AIDE, "discipline")]
    own = open_record(HIMSELF, AIDE, now_s=NOW_S)
    assert own.own
    assert [look.staff_id for look in own.looks] == ["chief"]
    assert len(looks()) == 1
    auditor = viewer((Role.AUDITOR, COUNTY), staff="auditor")
    assert [row.subject for row in disclosures(auditor, DisclosureFilter())] == [AIDE]


def test_a_look_that_cannot_be_written_down_shows_nothing(
    aide: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.write_entry(CHIEF, WARNED, now_s=NOW_S)

    def full(*_args: object, **_kwargs: object) -> None:
        raise IntegrityError("the disk is full")

    monkeypatch.setattr(Disclosure.objects, "create", full)
    with pytest.raises(IntegrityError):
        open_record(CHIEF, AIDE, now_s=NOW_S)


@pytest.mark.parametrize("role", Role)
def test_who_may_open_and_write_a_record(aide: None, role: Role) -> None:
    for area in (COUNTY, EAST, WEST, ELSEWHERE):
        who = viewer((role, area), staff="somebody")
        if Permission.STAFF_RECORD in ROLE_PERMISSIONS[role] and area in (COUNTY, EAST):
            services.write_entry(who, TRAINED, now_s=NOW_S)
            open_record(who, AIDE, now_s=NOW_S)
        else:
            with pytest.raises(AccessDeniedError):
                services.write_entry(who, TRAINED, now_s=NOW_S)
            with pytest.raises(AccessDeniedError):
                open_record(who, AIDE, now_s=NOW_S)


def test_the_person_replies_and_nobody_else_does(aide: None) -> None:
    entry = services.write_entry(CHIEF, WARNED, now_s=NOW_S)
    services.reply_to_entry(HIMSELF, entry, " It was not me. ", now_s=NOW_S)
    shown = open_record(CHIEF, AIDE, now_s=NOW_S).entries[0]
    assert [reply.words for reply in shown.replies.all()] == ["It was not me."]
    for who in (CHIEF, ADMIN, Viewer("", ())):
        with pytest.raises(AccessDeniedError):
            services.reply_to_entry(who, entry, "No", now_s=NOW_S)
    with pytest.raises(BadEntryError):
        services.reply_to_entry(HIMSELF, entry, "  ", now_s=NOW_S)
    with pytest.raises(UnknownEntryError):
        services.reply_to_entry(HIMSELF, "none", "x", now_s=NOW_S)


def test_entries_are_corrected_by_entries_and_the_database_keeps_them(aide: None) -> None:
    entry = services.write_entry(CHIEF, WARNED, now_s=NOW_S)
    lifted = dataclasses.replace(WARNED, code="lifted", corrects=entry)
    services.write_entry(CHIEF, lifted, now_s=NOW_S)
    for change in (
        lambda: StaffEntry.objects.filter(pk=entry).update(code="talk"),
        lambda: StaffEntry.objects.filter(corrects=entry).delete(),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM people_staffentry WHERE id = %s", [entry])
        assert cursor.fetchone()[0] not in ("", "x")
    data = JournalEntry.objects.filter(type="staff.entry_written").values_list("data", flat=True)
    assert all(set(one) == {"entry", "person"} for one in data)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("code", {"code": "dismissed_not"}),
        ("code", {"kind": EntryKind.TRAINING}),
        ("day", {"day": datetime.date(2099, 1, 1)}),
        ("valid_to", {"valid_to": datetime.date(2020, 1, 1)}),
        ("words", {"words": "x" * 2_001}),
        ("corrects", {"corrects": "none"}),
    ],
)
def test_an_entry_that_does_not_fit_is_refused(
    aide: None, field: str, changes: dict[str, object]
) -> None:
    with pytest.raises(BadEntryError) as refused:
        services.write_entry(CHIEF, dataclasses.replace(WARNED, **changes), now_s=NOW_S)  # type: ignore[arg-type]  # a field each
    assert refused.value.values["field"] == field
    assert not StaffEntry.objects.exists()


def test_nobody_writes_the_own_record(aide: None) -> None:
    own = dataclasses.replace(WARNED, staff_id="chief", day=days(0))
    with pytest.raises(NotYourselfError):
        services.write_entry(CHIEF, own, now_s=NOW_S)
