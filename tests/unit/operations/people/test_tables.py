"""Tables of staff: told fault by fault, taken over whole or not at all, and only once."""

from __future__ import annotations

import datetime

import pytest
from tests.unit.operations.small_place import BEAT, COUNTY, EAST, NOW_S, WEST, viewer

from wardmote.core.domain.permissions import Role
from wardmote.gateways.staff_tables.reading import (
    read_staff_table,
    template_rows,
)
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.people import services
from wardmote.operations.people.errors import TableGoneError, TableRefusedError
from wardmote.operations.people.models import Appointment, Person, StaffTable
from wardmote.operations.people.tables import TablePlan, plan_table

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


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_template_is_understood(place: None, language: str) -> None:
    headings, example = template_rows(language)
    text = "\n".join(",".join(line) for line in (headings, example))
    assert faults(text.replace("Beat 1", BEAT)) == []
