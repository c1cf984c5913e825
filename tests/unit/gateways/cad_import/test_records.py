import csv
import dataclasses
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardmote.core.domain.call_record import RecordFlag, RecordTime
from wardmote.core.domain.incident import Priority
from wardmote.gateways.cad_import.importing import import_records
from wardmote.gateways.cad_import.mapping import MappingProblem
from wardmote.gateways.cad_import.mapping_reading import parse_mapping
from wardmote.gateways.cad_import.normalised import NormalisedFile
from wardmote.gateways.cad_import.record_file import read_records
from wardmote.gateways.cad_import.rejections import RejectReason

HEADER = ["No", "Car", "Kind", "Type", "Prio", "Lat", "Lon", "Got", "Sent", "There", "Free"]
DOCUMENT = {
    "source": "town",
    "file": {"rows": "unit"},
    "columns": {"call": "No", "unit": "Car", "unit_kind": "Kind", "category": "Type",
                "priority": "Prio"},
    "place": {"lat": "Lat", "lon": "Lon"},
    "times": {
        "zone": "America/Los_Angeles",
        "zone_confirmed": True,
        "columns": {"received": "Got", "assigned": "Sent", "arrived": "There", "cleared": "Free"},
    },
    "priorities": {"A": 1},
    "categories": {"fire": "fire.structure"},
}  # fmt: skip
DAY = "2018-01-24 "


def row(
    no="1", car="E1", got="10:00:00", sent="10:01:00", there="10:05:00", free="10:30:00", **more
):
    cells = {"No": no, "Car": car, "Kind": "Engine", "Type": "FIRE", "Prio": "a", "Lat": "37.7",
             "Lon": "-122.4"}  # fmt: skip
    for name, time in (("Got", got), ("Sent", sent), ("There", there), ("Free", free)):
        cells[name] = DAY + time if time else ""
    return {**cells, **more}


def records(tmp_path, rows, document=DOCUMENT, header=HEADER):
    path = tmp_path / "calls.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(rows)
    return read_records(path, parse_mapping(document))


def flags(thing):
    return {flag.flag for flag in thing.flags}


def test_rows_of_one_number_are_one_call_with_its_units(tmp_path):
    found = records(tmp_path, [row(), row(car="E2", sent="10:00:30"), row(no="2")])
    assert [call.number for call in found.calls] == ["1", "2"]
    call = found.calls[0]
    assert [unit.unit for unit in call.units] == ["E2", "E1"]
    assert call.category == "fire.structure"
    assert call.priority is Priority.EMERGENCY
    assert call.units[1].kind == "engine"
    assert call.units[1].stamps.interval_s(RecordTime.ASSIGNED, RecordTime.ARRIVED) == 240.0


def test_a_blank_stamp_is_unknown_and_never_zero(tmp_path):
    found = records(tmp_path, [row(there="")])
    assert found.calls[0].units[0].stamps.at(RecordTime.ARRIVED) is None
    assert RecordFlag.NO_ARRIVAL in flags(found.calls[0])
    assert found.missing_stamps[RecordTime.ARRIVED] == 1.0


def test_a_negative_interval_is_kept_and_flagged_and_zero_is_not(tmp_path):
    found = records(tmp_path, [row(there="10:00:59"), row(no="2", there="10:01:00")])
    wrong, right = found.calls
    assert wrong.units[0].stamps.interval_s(RecordTime.ASSIGNED, RecordTime.ARRIVED) == -1.0
    assert RecordFlag.NEGATIVE_INTERVAL in flags(wrong.units[0])
    assert RecordFlag.NEGATIVE_INTERVAL not in flags(right.units[0])


def test_overlapping_assignments_of_a_unit_are_flagged_on_the_later_one(tmp_path):
    found = records(
        tmp_path,
        [row(), row(no="2", sent="10:29:59", there="10:35:00", free="11:00:00"),
         row(no="3", sent="11:00:00", there="11:05:00", free="11:10:00")],
    )  # fmt: skip
    marked = [RecordFlag.OVERLAPPING_ASSIGNMENT in flags(call.units[0]) for call in found.calls]
    assert marked == [False, True, False]


@pytest.mark.parametrize(
    ("cells", "reason", "column"),
    [
        ({"Got": "24th of January"}, RejectReason.BAD_TIME, "Got"),
        ({"Lat": "north"}, RejectReason.BAD_NUMBER, "Lat"),
        ({"No": ""}, RejectReason.NO_CALL_NUMBER, "No"),
        ({"Got": "", "Sent": "", "There": "", "Free": ""}, RejectReason.NO_TIME, "Got"),
    ],
)
def test_a_rejected_row_is_named_with_column_and_reason(tmp_path, cells, reason, column):
    found = records(tmp_path, [row(), row(no="2") | cells])
    assert [call.number for call in found.calls] == ["1"]
    (rejection,) = found.rejections
    assert (rejection.row, rejection.column, rejection.reason) == (3, column, reason)
    assert "3" in rejection.message.zh
    assert column in rejection.message.en


def test_impossible_positions_are_unknown_positions(tmp_path):
    found = records(
        tmp_path, [row(Lat="0", Lon="0"), row(no="2", Lat="95"), row(no="3", Lat="", Lon="")]
    )
    assert [call.lon for call in found.calls] == [None] * 3
    assert [RecordFlag.POSITION_IMPLAUSIBLE in flags(c) for c in found.calls] == [True, True, False]


def test_a_number_that_comes_back_another_day_is_another_call(tmp_path):
    later = {
        name: f"2018-01-26 1{n}:00:00" for n, name in enumerate(("Got", "Sent", "There", "Free"))
    }
    found = records(tmp_path, [row(), row() | later])
    assert [call.number for call in found.calls] == ["1", "1/2018-01-26"]


def test_times_of_day_past_midnight_belong_to_the_next_day(tmp_path):
    document = {
        **DOCUMENT,
        "times": {
            "zone": "Europe/Berlin",
            "zone_confirmed": True,
            "format": "%d.%m.%y %H:%M",
            "columns": {"received": ["Day", "Got"], "arrived": ["Day", "There"]},
        },
    }
    cells = row() | {"Day": "31.12.17", "Got": "23:58", "There": "00:04"}
    found = records(tmp_path, [cells], document, [*HEADER, "Day"])
    call = found.calls[0]
    arrived = call.units[0].stamps.at(RecordTime.ARRIVED)
    assert arrived - call.received_s == 360.0
    assert found.coverage.resolution_s == 60
    assert RecordFlag.DAY_INFERRED in flags(call.units[0])


def test_projected_positions_with_decimal_comma_come_out_as_degrees(tmp_path):
    document = {**DOCUMENT, "place": {"x": "Lon", "y": "Lat", "epsg": 25833, "decimal": ","}}
    call = records(tmp_path, [row(Lon="391.779,56", Lat="5820072,1")], document).calls[0]
    assert call.lon == pytest.approx(13.41, abs=0.01)
    assert call.lat == pytest.approx(52.52, abs=0.01)


def test_an_unknown_coordinate_system_is_a_problem(tmp_path):
    document = {**DOCUMENT, "place": {"x": "Lon", "y": "Lat", "epsg": 999999}}
    with pytest.raises(MappingProblem):
        records(tmp_path, [row()], document)


def test_a_column_that_the_file_lacks_is_named(tmp_path):
    document = {**DOCUMENT, "columns": {**DOCUMENT["columns"], "address": "Street"}}
    with pytest.raises(MappingProblem, match="Street"):
        records(tmp_path, [row()], document)


def test_importing_twice_changes_nothing_and_changed_content_is_refused(tmp_path):
    found = records(tmp_path, [row(), row(no="2")])
    store = NormalisedFile(tmp_path / "out.jsonl")
    assert import_records(found.calls, store).added == 2
    before = (tmp_path / "out.jsonl").read_bytes()
    again = import_records(found.calls, store)
    assert (again.added, again.unchanged, again.refused) == (0, 2, ())
    changed = records(tmp_path, [row(free="10:31:00"), row(no="2")])
    third = import_records(changed.calls, store)
    assert third.refused == ("town:1",)
    assert (tmp_path / "out.jsonl").read_bytes() == before
    assert tuple(store.records()) == found.calls


@settings(deadline=None, max_examples=40)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "no": st.sampled_from(["1", "2", "3"]),
                "car": st.sampled_from(["", "E1", "E2"]),
                "sent": st.sampled_from(["", "10:01:00", "10:02:00"]),
                "there": st.sampled_from(["", "10:00:00", "10:09:00"]),
                "Type": st.sampled_from(["", "fire", "flood"]),
                "Lat": st.sampled_from(["", "37.7", "37.8"]),
            }
        ),
        min_size=1,
        max_size=12,
    ),
    seed=st.integers(0, 2**16),
)
def test_the_order_of_the_rows_and_columns_changes_nothing(tmp_path_factory, rows, seed):
    folder = tmp_path_factory.mktemp("shuffled")
    written = [row(**cells) for cells in rows]
    straight = records(folder, written)
    shuffler = random.Random(seed)
    shuffler.shuffle(written)
    header = list(HEADER)
    shuffler.shuffle(header)
    mixed = records(folder, written, header=header)
    assert mixed.digest == straight.digest
    strip = [dataclasses.replace(c, rows=(), units=(), flags=()) for c in straight.calls]
    assert [dataclasses.replace(c, rows=(), units=(), flags=()) for c in mixed.calls] == strip
