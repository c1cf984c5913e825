"""Tables of staff: told fault by fault, taken over whole or not at all, and only once."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from tests.unit.operations.small_place import BEAT, COUNTY, EAST, NOW_S, WEST, viewer

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.gateways.staff_tables.reading import (
    read_staff_file,
    read_staff_table,
    template_rows,
)
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.people import services
from wardmote.operations.people.errors import (
    TableGoneError,
    TableOvertakenError,
    TableRefusedError,
)
from wardmote.operations.people.models import Appointment, Person, StaffTable
from wardmote.operations.people.services import importing
from wardmote.operations.people.tables import TablePlan, plan_table
from wardmote.operations.places.models import Beat
from wardmote.operations.places.selectors import forget

ADMIN = viewer((Role.ADMINISTRATOR, COUNTY), staff="admin")
CHIEF = viewer((Role.STATION_CHIEF, EAST), staff="chief")
HEAD = "工号,姓名,英文名,人员类别,所属区划,职务,任职地点,任职开始,任职结束\n"
GOOD = HEAD + (
    f"P1,张三,Zhang San,民警,{EAST},社区民警,一号警务区,2026-01-01,\n"
    f"P2,李四,,辅警,,村（社区）辅警,{BEAT},2026年2月1日,2027/1/31\n"
    "\n"
    f"P3,王五,,civilian,{WEST},,,,\n"
)


def plan(text: str, who: object = ADMIN) -> TablePlan:
    return plan_table(who, read_staff_table(text.encode()), NOW_S)  # type: ignore[arg-type]  # a viewer


def take(text: str) -> TablePlan:
    table = services.keep_table(ADMIN, "t.csv", read_staff_table(text.encode()), now_s=NOW_S)
    return services.take_over_table(ADMIN, table, now_s=NOW_S)


def faults(text: str, who: object = ADMIN) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.code) for one in plan(text, who).faults]


def test_a_table_is_taken_over_once_however_often_it_comes(place: None) -> None:
    done = take(GOOD)
    assert (len(done.added), len(done.appointed), done.faults) == (3, 2, [])
    assert Person.objects.get(pk="P2").area == EAST
    held = Appointment.objects.order_by("person_id").values_list("person_id", "office", "place")
    assert list(held) == [("P1", "community_officer", BEAT), ("P2", "village_assistant", BEAT)]
    assert Appointment.objects.get(person_id="P2").to_day == datetime.date(2027, 1, 31)
    types = list(JournalEntry.objects.values_list("type", flat=True))
    assert sorted(types) == ["staff.appointed"] * 2 + ["staff.imported"] + ["staff.kept"] * 3
    again = take(GOOD)
    assert not again.changes_anything
    assert again.unchanged == 3
    assert Appointment.objects.count() == 2


def test_what_changed_in_the_table_changes_on_record(place: None) -> None:
    take(GOOD)
    later = GOOD.replace("张三", "张三丰").replace("2027/1/31", "2026/12/31")
    done = take(later)
    assert [card.staff_id for card in done.changed] == ["P1"]
    assert len(done.ended) == 1
    assert Person.objects.get(pk="P1").name_zh == "张三丰"
    assert Appointment.objects.get(person_id="P2").to_day == datetime.date(2026, 12, 31)


def test_an_appointment_without_a_first_day_begins_today_and_only_once(place: None) -> None:
    text = HEAD + f"P1,张三,,民警,,社区民警,{BEAT},,\n"
    take(text)
    assert not plan(text).changes_anything


def test_every_fault_is_told_with_its_row_and_column(place: None) -> None:
    text = HEAD + (
        f",无号,,民警,{EAST},,,,\n"
        f"P 1,空格,,民警,{EAST},,,,\n"
        f"P2,,,民警,{EAST},,,,\n"
        f"P3,甲,,警犬,{EAST},,,,\n"
        "P4,甲,,民警,,,,,\n"
        f"P5,甲,,民警,{EAST},皇帝,,,\n"
        f"P6,甲,,民警,{EAST},社区民警,,,\n"
        f"P7,甲,,民警,{EAST},社区民警,二号警务区,,\n"
        f"P8,甲,,辅警,{EAST},社区民警,{BEAT},,\n"
        f"P9,甲,,民警,{EAST},社区民警,{BEAT},昨天,\n"
        f"P10,甲,,民警,{EAST},社区民警,{BEAT},2026-02-30,\n"
        f"P11,甲,,民警,{EAST},社区民警,{BEAT},2026-02-01,2026-01-01\n"
        f"P12,甲,,民警,{EAST},,,,\n"
        f"P12,乙,,民警,{EAST},,,,\n"
        f"P13,甲,,民警,无此地,,,,\n"
    )
    assert faults(text) == [
        (2, "staff_number", "needed"),
        (3, "staff_number", "number"),
        (4, "name_zh", "needed"),
        (5, "kind", "kind"),
        (6, "area", "needed"),
        (7, "office", "office"),
        (8, "place", "place_needed"),
        (9, "place", "place_unknown"),
        (10, "office", "not_for_this_person"),
        (11, "from_day", "date"),
        (12, "from_day", "date"),
        (13, "to_day", "ends_early"),
        (15, "staff_number", "differs"),
        (16, "area", "area_unknown"),
    ]
    with pytest.raises(TableRefusedError):
        take(text)
    assert not Person.objects.exists()


def test_all_that_is_wrong_with_a_row_is_told_at_once(place: None) -> None:
    text = HEAD + (
        f"P 1,{'长' * 61},{'x' * 61},警犬,无此地,皇帝,,昨天,2026-13-01\n"
        f"P2,,,警犬,{WEST},社区民警,{BEAT},2026-02-01,2026-01-01\n"
        f"chief,甲,,警犬,{EAST},派出所所长,{EAST},2026-02-01,\n"
        f"P4,甲,,辅警,,社区民警,无此地,昨天,\n"
        f"P5,甲,,警犬,{EAST},社区民警,{BEAT},2026-01-01,\n"
        f"P6,甲,,民警,{EAST},社区民警,{BEAT},2026-01-01,\n"
    )
    assert faults(text, CHIEF) == [
        (2, "kind", "kind"),
        (2, "office", "office"),
        (2, "area", "area_unknown"),
        (2, "staff_number", "number"),
        (2, "name_zh", "name"),
        (2, "name_en", "name"),
        (2, "from_day", "date"),
        (2, "to_day", "date"),
        (3, "kind", "kind"),
        (3, "name_zh", "needed"),
        (3, "area", "no_right"),
        (3, "to_day", "ends_early"),
        (4, "kind", "kind"),
        (4, "staff_number", "yourself"),
        (5, "place", "place_unknown"),
        (5, "from_day", "date"),
        (6, "kind", "kind"),
        (7, "place", "taken"),
    ]


def test_columns_that_are_not_known_are_told_with_the_plan(place: None) -> None:
    many = ",".join(f"备注{number}{'长' * 50}" for number in range(21))
    read = read_staff_file(
        f"工号,姓名,姓名,人员类别,所属区划,{many}\nP1,甲,,民警,{EAST}\n".encode()
    )
    assert read.unread[:2] == ("姓名", "备注0" + "长" * 37)
    assert (len(read.unread), read.unread[-1]) == (21, "…")
    table = services.keep_table(ADMIN, "t", read.rows, unread=read.unread, now_s=NOW_S)
    plan_now = services.plan_of_table(ADMIN, table, now_s=NOW_S)
    assert (plan_now.unread, plan_now.faults) == (read.unread, [])
    assert read_staff_file(GOOD.encode()).unread == ()
    StaffTable.objects.update(rows='[[2, "P1", "甲", "", "民警", "", "", "", "", ""]]')
    assert services.plan_of_table(ADMIN, table, now_s=NOW_S).unread == (), "kept before an update"
    services.take_over_table(
        ADMIN,
        services.keep_table(ADMIN, "t", read.rows, unread=read.unread, now_s=NOW_S),
        now_s=NOW_S,
    )


def test_second_holders_are_found_in_the_table_and_on_record(place: None) -> None:
    row = "{},甲,,民警," + EAST + ",社区民警," + BEAT + ",{},{}\n"
    first = row.format("P1", "2026-01-01", "2026-06-30")
    assert faults(HEAD + first + row.format("P2", "2026-07-01", "")) == []
    both = HEAD + first + row.format("P2", "2026-06-30", "")
    assert [(one.row, one.code, one.other_row) for one in plan(both).faults] == [(3, "taken", 2)]
    take(HEAD + first)
    assert faults(HEAD + row.format("P2", "2026-06-30", "")) == [(2, "place", "taken")]
    assert faults(HEAD + row.format("P2", "2025-01-01", "2026-01-01")) == [(2, "place", "taken")]
    handed_over = (
        HEAD + row.format("P1", "2026-01-01", "2026-03-31") + row.format("P2", "2026-04-01", "")
    )
    take(handed_over)
    assert Appointment.objects.count() == 2


def test_rights_hold_row_by_row(place: None) -> None:
    text = HEAD + f"P1,甲,,民警,{EAST},,,,\nP2,甲,,民警,{WEST},,,,\nchief,甲,,民警,{EAST},,,,\n"
    assert faults(text, CHIEF) == [(3, "area", "no_right"), (4, "staff_number", "yourself")]
    chief = HEAD + f"P1,甲,,民警,{EAST},派出所所长,{EAST},,\n"
    assert faults(chief, CHIEF) == [(2, "office", "no_right")]
    assert faults(chief) == []
    with pytest.raises(AccessDeniedError):
        services.keep_table(viewer((Role.AUDITOR, COUNTY)), "t", [], now_s=NOW_S)


def test_of_staff_elsewhere_a_table_learns_nothing(place: None) -> None:
    far = AreaId("430522101000")
    boss = viewer((Role.ADMINISTRATOR, AreaId("430000000000")), staff="boss")
    card = services.PersonCard("far-1", Bilingual("外人", "Far"), StaffKind.POLICE, far)
    services.keep_person(boss, card, now_s=NOW_S)
    right = f"far-1,外人,Far,民警,,社区民警,{BEAT},,\n"
    wrong = f"far-1,别人,,辅警,{EAST},皇帝,无此地,,\n"
    for line in (right, wrong):
        assert faults(HEAD + line, CHIEF) == [(2, "staff_number", "no_right")]


def test_a_table_gives_nothing_beyond_the_service_or_the_place(place: None) -> None:
    row = "P1,甲,,民警," + EAST + ",社区民警," + BEAT + ",2026-01-01,{}\n"
    take(HEAD + row.format("2026-12-31"))
    services.end_service(ADMIN, "P1", datetime.date(2026, 11, 20), now_s=NOW_S)
    assert faults(HEAD + row.format("2026-11-21")) == [(2, "to_day", "left_by_then")]
    assert faults(HEAD + row.format("2026-11-20")) == []
    Beat.objects.filter(pk=BEAT).update(valid_to=datetime.date(2026, 11, 30))
    forget()
    other = HEAD + row.format("").replace("P1", "P2").replace("2026-01-01", "2026-11-21")
    assert faults(other) == [(2, "to_day", "place_ends")]
    assert faults(other.replace(",\n", ",2026-11-30\n")) == []


def test_a_table_belongs_to_who_uploaded_it_and_waits_once(place: None) -> None:
    rows = read_staff_table(GOOD.encode())
    first = services.keep_table(ADMIN, "a", rows, now_s=NOW_S)
    second = services.keep_table(ADMIN, "b", rows, now_s=NOW_S)
    for gone, who in ((first, ADMIN), (second, CHIEF)):
        with pytest.raises(TableGoneError):
            services.take_over_table(who, gone, now_s=NOW_S)
    services.take_over_table(ADMIN, second, now_s=NOW_S)
    with pytest.raises(TableGoneError):
        services.take_over_table(ADMIN, second, now_s=NOW_S)
    assert StaffTable.objects.get().rows == ""


def test_what_changes_between_planning_and_writing_is_noticed(
    place: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned, inside = importing.plan_table, []

    def meanwhile(*args: Any) -> TablePlan:
        made = planned(*args)
        inside.append(len(connection.savepoint_ids))
        card = services.PersonCard("X1", Bilingual("他", "He"), StaffKind.POLICE, EAST)
        services.keep_person(ADMIN, card, now_s=NOW_S)
        return made

    monkeypatch.setattr(importing, "plan_table", meanwhile)
    before = len(connection.savepoint_ids)
    with pytest.raises(TableOvertakenError):
        take(GOOD)
    assert inside == [before]  # planned before the transaction that writes
    assert set(Person.objects.values_list("pk", flat=True)) == {"X1"}


def test_names_of_a_table_that_nobody_took_over_are_gone_after_a_day(place: None) -> None:
    services.keep_table(ADMIN, "t", read_staff_table(GOOD.encode()), now_s=NOW_S)
    assert services.forget_old_tables(NOW_S + 86_400.0) == 0
    assert services.forget_old_tables(NOW_S + 86_400.1) == 1
    assert not StaffTable.objects.exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_template_is_understood(place: None, language: str) -> None:
    headings, example = template_rows(language)
    text = "\n".join(",".join(line) for line in (headings, example))
    assert faults(text.replace("Beat 1", BEAT)) == []
