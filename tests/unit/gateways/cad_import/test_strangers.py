"""Exports as other cities publish them: each was misread once."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import random
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pyproj
import pytest

from wardmote.core.domain.call_record import CallRecord, RecordTime
from wardmote.gateways import datums
from wardmote.gateways.cad_import.guessing import Understanding, understand
from wardmote.gateways.cad_import.mapping import Column, PointOrder, RowMeaning
from wardmote.gateways.cad_import.reading import UnreadableFileProblem, detect_layout
from wardmote.gateways.cad_import.record_file import RecordSet, read_records
from wardmote.gateways.cad_import.rejections import RejectReason
from wardmote.gateways.cad_import.sniffing import encoding, header_row, is_value
from wardmote.gateways.cad_import.times import stands_for_nothing, time_reader
from wardmote.gateways.time_zones import zone_at

CALLS = 250


class Call:
    """One invented call at a place, with the times of its only unit."""

    def __init__(self, number: int, chance: random.Random, lon: float, lat: float) -> None:
        start = datetime.datetime(2026, 1, 5)  # the source's wall clock
        day, hour = chance.randrange(19), chance.choice((1, 7, 8, 9, 11, 13, 15, 17, 18, 20, 22))
        self.number = number
        self.received = start + datetime.timedelta(
            days=day, hours=hour, seconds=chance.randrange(3600)
        )
        self.sent = self.received + datetime.timedelta(seconds=chance.randrange(60, 120))
        self.there = self.sent + datetime.timedelta(seconds=chance.randrange(200, 900))
        self.lon, self.lat = lon + chance.gauss(0, 0.02), lat + chance.gauss(0, 0.015)


def city(lon: float, lat: float) -> list[Call]:
    chance = random.Random(11)
    return [Call(number, chance, lon, lat) for number in range(CALLS)]


def export(
    path: Path,
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> Path:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def imported(path: Path, found: Understanding) -> RecordSet:
    times = replace(found.mapping.times, zone=found.mapping.times.zone or "UTC")
    return read_records(
        path, replace(found.mapping, times=replace(times, zone_confirmed=True))
    )  # fmt: skip


def seconds(at: datetime.datetime, zone: str) -> float:
    return at.replace(tzinfo=ZoneInfo(zone)).timestamp()


def stamp(call: CallRecord, wanted: RecordTime) -> float | None:
    return call.stamps.at(wanted) or next((u.stamps.at(wanted) for u in call.units), None)


def doubts(found: Understanding) -> str:
    return " ".join(doubt.en for doubt in found.doubts)


LANGUAGES = {
    "french": (
        ["N° intervention", "Date d'appel", "Heure d'alerte", "Arrivée sur les lieux", "Nature",
         "Latitude", "Longitude"], "%d/%m/%Y %H:%M:%S", "cp1252", (2.35, 48.86), "Europe/Paris"),
    "spanish": (
        ["N° Incidente", "Fecha y hora de llamada", "Hora despacho", "Hora llegada",
         "Tipo de emergencia", "Latitud", "Longitud"],
        "%d/%m/%Y %H:%M:%S", "utf-8", (-70.65, -33.45), "America/Santiago"),
    "dutch": (
        ["Incident_ID", "Meldtijd", "Alarmering", "Ter plaatse", "Meldingsclassificatie",
         "Breedtegraad", "Lengtegraad"],
        "%d-%m-%Y %H:%M:%S", "utf-8", (4.9, 52.37), "Europe/Amsterdam"),
    "german": (
        ["Einsatz-Nr", "Notruf", "Alarmierung", "Eintreffzeit", "Stichwort", "Breite", "Länge"],
        "%d.%m.%Y %H:%M:%S", "cp1252", (13.4, 52.5), "Europe/Berlin"),
    "japanese": (
        ["事案番号", "覚知日時", "出動日時", "現場到着日時", "種別", "緯度", "経度"],
        "%Y/%m/%d %H:%M:%S", "cp932", (139.75, 35.68), "Asia/Tokyo"),
    "chinese": (
        ["警情编号", "110接警时间", "派警时间", "到达时间", "警情类别", "纬度", "经度"],
        "%Y年%m月%d日 %H时%M分%S秒", "gb18030", (113.0, 28.2), "Asia/Shanghai"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_headers_in_other_languages_and_encodings_are_understood(
    tmp_path: Path, language: str
) -> None:
    header, pattern, written_in, (lon, lat), zone = LANGUAGES[language]
    kinds = {"japanese": "火災", "chinese": "纠纷"}
    calls = city(lon, lat)
    rows = [
        [f"n-{c.number:05d}", *(at.strftime(pattern) for at in (c.received, c.sent, c.there)),
         kinds.get(language, "Brand"), f"{c.lat:.6f}", f"{c.lon:.6f}"]
        for c in calls
    ]  # fmt: skip
    path = export(tmp_path / "calls.csv", header, rows, delimiter=";", encoding=written_in)
    found = understand(path)
    assert found.layout.encoding == written_in
    assert found.mapping.times.zone == zone
    records = imported(path, found)
    by_number = {call.number: call for call in records.calls}
    for call in calls:
        read = by_number[f"n-{call.number:05d}"]
        assert stamp(read, RecordTime.RECEIVED) == seconds(call.received, zone)
        assert stamp(read, RecordTime.ASSIGNED) == seconds(call.sent, zone)
        assert stamp(read, RecordTime.ARRIVED) == seconds(call.there, zone)
        assert read.lat == pytest.approx(call.lat, abs=1e-5)


@pytest.mark.parametrize(
    ("epsg", "near", "header"),
    [
        (27700, (-0.12, 51.5), ("Easting_m", "Northing_m")),
        (2154, (2.35, 48.86), ("Coord_X", "Coord_Y")),
        (28992, (4.9, 52.37), ("X_coordinaat", "Y_coordinaat")),
        (2056, (8.54, 47.37), ("E", "N")),
        (2264, (-80.84, 35.23), ("X_COORD", "Y_COORD")),
        (2952, (-79.38, 43.68), ("MTM10_X", "MTM10_Y")),
    ],
)
def test_projected_positions_get_the_system_in_use_there(
    tmp_path: Path, epsg: int, near: tuple[float, float], header: tuple[str, str]
) -> None:
    project = pyproj.Transformer.from_crs(4326, epsg, always_xy=True).transform
    calls = city(*near)
    rows = [
        [c.number, f"{c.received:%Y-%m-%d %H:%M:%S}", *(f"{v:.1f}" for v in project(c.lon, c.lat))]
        for c in calls
    ]
    path = export(tmp_path / "calls.csv", ["Incident", "Received", *header], rows)
    found = understand(path, near=near)
    assert found.mapping.place.epsg == epsg
    read = {call.number: call for call in imported(path, found).calls}
    assert read["7"].lon == pytest.approx(calls[7].lon, abs=2e-4)
    assert read["7"].lat == pytest.approx(calls[7].lat, abs=2e-4)


@pytest.mark.parametrize(("lon", "lat"), [(-122.27, 37.8), (-87.65, 41.85)])
def test_exchanged_latitude_and_longitude_are_put_right_and_told(
    tmp_path: Path, lon: float, lat: float
) -> None:
    rows = [[c.number, f"{c.received:%m/%d/%y %H:%M}", c.lon, c.lat] for c in city(lon, lat)]
    path = export(tmp_path / "calls.csv", ["Incident", "Time", "Latitude", "Longitude"], rows)
    found = understand(path)
    assert (found.mapping.place.lat, found.mapping.place.lon) == ("Longitude", "Latitude")
    assert "exchanged" in doubts(found)


def test_positions_far_from_the_named_town_are_doubted(tmp_path: Path) -> None:
    rows = [[c.number, f"{c.received:%Y-%m-%d %H:%M}", c.lat, c.lon] for c in city(30.5, 50.4)]
    path = export(tmp_path / "calls.csv", ["Incident", "Time", "Lat", "Lon"], rows)
    assert "far from --near" not in doubts(understand(path, near=(30.6, 50.5)))
    assert "exchanged they fit" in doubts(understand(path, near=(50.4, 30.5)))


def test_x_and_y_in_degrees_are_longitude_and_latitude(tmp_path: Path) -> None:
    rows = [[c.lon, c.lat, c.number, f"{c.received:%Y/%m/%d %H:%M:%S}+00"] for c in city(-77, 39)]
    path = export(tmp_path / "a.csv", ["X", "Y", "incident_id", "time_phonepickup"], rows)
    mapping = understand(path).mapping
    assert (mapping.place.lon, mapping.place.lat) == ("X", "Y")
    assert mapping.times.columns[RecordTime.RECEIVED] == ("time_phonepickup",)
    assert mapping.times.zone == "America/New_York"


def test_full_projected_positions_are_preferred_to_degrees_that_are_mostly_blank(
    tmp_path: Path,
) -> None:
    project = pyproj.Transformer.from_crs(4326, 27700, always_xy=True).transform
    rows = []
    for c in city(-0.12, 51.5):
        x, y = (int(v // 100 * 100 + 50) for v in project(c.lon, c.lat))
        degrees = ("NULL", "NULL") if c.number % 2 else (f"{c.lat:.6f}", f"{c.lon:.6f}")
        rows.append([c.number, f"{c.received:%d/%m/%Y}", f"{c.received:%H:%M:%S}", x, y, *degrees])
    header = ["IncidentNumber", "DateOfCall", "TimeOfCall", "Easting_rounded", "Northing_rounded",
              "Latitude", "Longitude"]  # fmt: skip
    found = understand(export(tmp_path / "a.csv", header, rows), near=(-0.12, 51.5))
    assert (found.mapping.place.x, found.mapping.place.epsg) == ("Easting_rounded", 27700)
    assert "blank in many rows" in doubts(found)
    assert "rounded to 50" in doubts(found)


@pytest.mark.parametrize(
    ("headers", "datum"),
    [
        (("经度(高德)", "纬度(高德)"), datums.Datum.GCJ02),
        (("百度经度", "百度纬度"), datums.Datum.BD09),
        (("经度", "纬度"), datums.Datum.WGS84),
    ],
)
def test_the_datum_that_headers_name_is_used(
    tmp_path: Path, headers: tuple[str, str], datum: datums.Datum
) -> None:
    rows = [
        [c.number, f"{c.received:%y-%m-%d %H:%M}", *datums.from_wgs84(c.lon, c.lat, datum)]
        for c in city(113.0, 28.2)
    ]
    found = understand(export(tmp_path / "a.csv", ["警情编号", "接警时间", *headers], rows))
    assert found.mapping.place.datum is datum
    assert found.mapping.times.format == "%y-%m-%d %H:%M"
    assert "datum" in doubts(found)


def test_a_date_with_midnight_and_a_time_of_day_are_joined(tmp_path: Path) -> None:
    for date in ("%m/%d/%Y 12:00:00 AM", "%Y-%m-%dT00:00:00.000", "%Y-%m-%d", "%d/%m/%Y"):
        rows = [
            [c.number, c.received.strftime(date), f"{c.received:%H:%M:%S}"] for c in city(0, 51)
        ]
        path = export(tmp_path / "a.csv", ["Incident", "Dispatch_Date", "Dispatch_Time"], rows)
        found = understand(path)
        records = imported(path, found)
        assert (len(records.calls), records.rejections) == (CALLS, ())
        assert records.calls[0].received_s % 60 == min(
            c.received for c in city(0, 51)
        ).second  # fmt: skip


def test_clocks_that_a_spreadsheet_made_numbers_of(tmp_path: Path) -> None:
    rows = [
        [f"26-{c.number:05d}", f"{c.received:%m/%d/%Y}",
         *(str(int(at.strftime("%H%M"))) for at in (c.received, c.sent, c.there))]
        for c in city(0, 51)
    ]  # fmt: skip
    header = ["Incident #", "Date", "Rec Time", "Disp Time", "Arr Time"]
    found = understand(export(tmp_path / "a.csv", header, rows))
    columns = found.mapping.times.columns
    assert columns[RecordTime.RECEIVED] == ("Date", "Rec Time")
    assert columns[RecordTime.ARRIVED] == ("Date", "Arr Time")
    assert found.mapping.times.format == "%m/%d/%Y %H%M"


@pytest.mark.parametrize(
    ("text", "clock"), [("2305", "23:05"), ("905", "09:05"), ("5", "00:05"), ("0059", "00:59")]
)
def test_clock_numbers(text: str, clock: str) -> None:
    read = time_reader("%H%M")(text)
    assert read is not None
    assert f"{read.at:%H:%M}" == clock
    assert time_reader("%H%M")("2460") is None


@pytest.mark.parametrize(
    ("pattern", "text", "iso"),
    [
        ("%Y/%m/%d %H:%M:%S%z", "2026/01/05 05:00:00+00", "2026-01-05 05:00:00"),
        ("%d/%m/%Y %I:%M:%S %p", "05/01/2026 3:04:05 p. m.", "2026-01-05 15:04:05"),
        ("%d %b %Y %H:%M", "5 févr. 2026 07:08", "2026-02-05 07:08:00"),
        ("%d-%b-%Y %H:%M", "05-août-2026 07:08", "2026-08-05 07:08:00"),
        ("%d.%b.%Y", "05.Okt.2026", "2026-10-05 00:00:00"),
        ("%d %b %Y", "5 июля 2026", "2026-07-05 00:00:00"),
        ("%Y/%m/%d %p%I:%M", "2026/01/05 午後3:04", "2026-01-05 15:04:00"),
    ],
)
def test_clocks_in_other_languages(pattern: str, text: str, iso: str) -> None:
    read = time_reader(pattern)(text)
    assert read is not None
    assert str(read.at) == iso


@pytest.mark.parametrize(
    "text",
    ["1900-01-01", "1900-01-01 00:00:00.000", "01/01/1900 12:00:00 AM", "0000-00-00 00:00:00",
     "9999-12-31 23:59:59", "1/1/1753", "0001-01-01T00:00:00Z", "1970-01-01 00:00:00",
     "1900年1月1日"],
)  # fmt: skip
def test_dates_that_mean_none(text: str) -> None:
    assert stands_for_nothing(text)


@pytest.mark.parametrize(
    "text", ["2026-01-01", "1970-01-01 08:00:01", "19:00", "1900", "19:00:01", "26-01-13 19:01",
             "10/01/2019 01:00:00 PM", "01/19/2026 19:00"]
)  # fmt: skip
def test_dates_that_mean_what_they_say(text: str) -> None:
    assert not stands_for_nothing(text)


@pytest.mark.parametrize("blank", ["-", "--", "\\N", "NULL", "1900-01-01 00:00:00", "无", "NaT"])
def test_marks_for_nothing_leave_a_stamp_unknown(tmp_path: Path, blank: str) -> None:
    rows = [
        [c.number, f"{c.received}", blank if c.number % 3 == 0 else f"{c.there}"]
        for c in city(0, 51)
    ]
    path = export(tmp_path / "a.csv", ["Incident", "Received", "On Scene"], rows)
    records = imported(path, understand(path))
    assert records.rejections == ()
    unknown = [c for c in records.calls if c.stamps.at(RecordTime.ARRIVED) is None]
    assert len(unknown) == len(range(0, CALLS, 3))


def test_times_of_day_without_any_date_are_told_before_and_refused_after(tmp_path: Path) -> None:
    rows = [[c.number, f"{c.received:%H:%M:%S.%f}"] for c in city(0, 51)]
    path = export(tmp_path / "a.csv", ["Incident Number", "Incident Creation Time (GMT)"], rows)
    found = understand(path)
    assert "no column of dates in the whole file" in doubts(found)
    records = imported(path, found)
    assert {one.reason for one in records.rejections} == {RejectReason.NO_DATE}
    assert "no date" in records.rejections[0].message.en


def test_a_call_whose_only_stamp_is_a_units_is_kept(tmp_path: Path) -> None:
    rows = [[c.number, f"{c.sent}", f"{c.there}"] for c in city(0, 51)]
    path = export(tmp_path / "a.csv", ["Incident", "DateAndTimeMobilised", "Arrived"], rows)
    records = imported(path, understand(path))
    assert len(records.calls) == CALLS
    assert records.calls[0].received_s == min(records.calls[0].stamps.pairs, key=lambda p: p[1])[1]


def test_a_log_of_status_changes_is_named_for_what_it_is(tmp_path: Path) -> None:
    rows = [
        [c.number, f"E{c.number % 9}", status, f"{at}"]
        for c in city(0, 51)
        for status, at in (("Dispatched", c.sent), ("On Scene", c.there), ("Available", c.there))
    ]
    path = export(tmp_path / "a.csv", ["IncidentID", "UnitID", "Status", "StatusTime"], rows)
    assert "one change of status" in doubts(understand(path))


def test_a_point_with_a_stated_system_is_longitude_first(tmp_path: Path) -> None:
    rows = [
        [f"SRID=4326;POINT ({c.lon:.6f} {c.lat:.6f})", f"{c.received}", c.number]
        for c in city(-84.39, 33.75)
    ]
    found = understand(export(tmp_path / "a.csv", ["the_geom", "Received", "Incident"], rows))
    assert found.mapping.place.point_order is PointOrder.LON_LAT
    assert found.mapping.times.zone == "America/New_York"


def test_a_merged_title_a_total_row_and_a_dash_do_not_hide_a_workbooks_table(
    tmp_path: Path,
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["某县110接处警明细表（2026年1月）"])
    sheet.merge_cells("A1:D1")
    sheet.append(["制表：指挥中心", None, "2026-02-01"])
    sheet.append(["接警编号", "接警时间", "到达现场时间", "处警单位"])
    for c in city(113.0, 28.2):
        at = c.received
        clock = f"{at.year}年{at.month}月{at.day}日 {at.hour}时{at.minute:02d}分"
        sheet.append([f"JJ{c.number:05d}", clock, "-" if c.number % 4 else clock, "城东派出所"])
    sheet.append(["合计", CALLS])
    book.save(tmp_path / "a.xlsx")
    found = understand(tmp_path / "a.xlsx", near=(113.0, 28.2))
    assert found.layout.header_row == 3
    assert found.mapping.columns[Column.CALL] == "接警编号"
    assert found.mapping.rows in (RowMeaning.UNIT, RowMeaning.CALL)
    records = imported(tmp_path / "a.xlsx", found)
    assert (len(records.calls), len(records.rejections)) == (CALLS, 1)
    assert records.rejections[0].row == CALLS + 4


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["A title"], ["id", "when", "where"], ["1", "2026-01-01", "x"]], 2),
        ([["911 Call", "2nd Unit", "Notes", "Notes"], ["1", "E1", "", ""]], 1),
        ([["110接警时间", "经度"], ["2026年1月1日 3时", "113.0"]], 1),
        ([["7", "2026-01-01 03:00:00 PM", "(1.5, 2.5)"], ["8", "2026-01-02", ""]], 0),
    ],
)
def test_the_header_is_told_from_titles_and_from_data(rows: list[list[str]], header: int) -> None:
    assert header_row(rows) == header


@pytest.mark.parametrize("cell", ["12", "-3,5", "2026-01-01T00:00:00Z", "5:00 PM", "2026年1月1日"])
def test_values_are_not_names(cell: str) -> None:
    assert is_value(cell)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("覚知日時,出動日時\n火災,救急\n", "cp932"),
        ("接警时间,派警时间\n纠纷,求助\n", "gb18030"),
        ("報案時間,到達時間\n火災,救護\n", "big5"),
        (
            "신고시각,출동시각,현장도착,재난종류,소재지,처리결과\n"
            "화재,구급,서울특별시 강남구 테헤란로,완료\n",
            "euc_kr",
        ),
        ("Дата вызова;Адрес\n05.01.2026;Ленина\n", "cp1251"),
        ("Heure d'arrivée;Durée\n5;é\n", "cp1252"),
        ("id,received\n1,2026-01-01\n", "utf-16-le"),
    ],
)
def test_encodings_are_told_apart(text: str, name: str) -> None:
    assert encoding(text.encode(name)) == name


FOREIGN = {
    "json": (b'{"type": "FeatureCollection", "features": []}', "JSON"),
    "json lines": (b'{"id": 1}\n{"id": 2}\n', "JSON"),
    "html": (b"<!DOCTYPE html><html><body><table></table></body></html>", "HTML"),
    "pdf": (b"%PDF-1.7\n1 0 obj\n", "PDF"),
    "old workbook": (bytes.fromhex("D0CF11E0A1B11AE1") + b"\x01" * 99, "Excel 97"),
    "parquet": (b"PAR1" + b"\x15\x04" * 99, "Parquet"),
    "noise": (bytes(1 + n * 7 % 255 for n in range(5_000)), "not a table"),
    "header alone": (b"Incident,Received,Lat,Lon\n", "no records"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_what_is_no_table_is_called_by_its_name(tmp_path: Path, kind: str) -> None:
    content, word = FOREIGN[kind]
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(UnreadableFileProblem) as refused:
        understand(tmp_path / "a.csv")
    assert word in refused.value.message.en


def test_an_archive_of_something_else_is_to_be_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("calls.csv", "a,b\n1,2\n")
    with pytest.raises(UnreadableFileProblem, match="unpack"):
        detect_layout(tmp_path / "a.zip")


def test_damage_inside_a_compressed_file_is_said_without_a_traceback(tmp_path: Path) -> None:
    noise = random.Random(1)
    text = "\n".join(f"{n},{noise.random()}" for n in range(9_000))
    packed = bytearray(gzip.compress(text.encode()))
    packed[len(packed) // 2 : len(packed) // 2 + 400] = b"\xff" * 400
    (tmp_path / "a.csv.gz").write_bytes(packed)
    with pytest.raises(UnreadableFileProblem, match="damaged"):
        detect_layout(tmp_path / "a.csv.gz")
    book = openpyxl.Workbook()
    for n in range(2_000):
        book.active.append([n, noise.random(), f"row {n}"])
    book.save(tmp_path / "a.xlsx")
    broken = bytearray((tmp_path / "a.xlsx").read_bytes())
    broken[len(broken) // 3 : len(broken) // 3 + 200] = b"A" * 200
    (tmp_path / "a.xlsx").write_bytes(broken)
    with pytest.raises(UnreadableFileProblem, match="damaged"):
        understand(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("lon", "lat", "zone"),
    [
        (-84.39, 33.75, "America/New_York"),
        (-80.84, 35.23, "America/New_York"),
        (-93.27, 44.98, "America/Chicago"),
        (-96.8, 32.78, "America/Chicago"),
        (-122.33, 47.61, "America/Los_Angeles"),
        (-112.07, 33.45, "America/Phoenix"),
        (-114.06, 51.05, "America/Edmonton"),
        (4.9, 52.37, "Europe/Amsterdam"),
        (106.55, 29.56, "Asia/Shanghai"),
        (153.02, -27.47, "Australia/Brisbane"),
    ],
)
def test_the_zone_of_towns_that_are_not_chief_towns(lon: float, lat: float, zone: str) -> None:
    assert zone_at(lon, lat) == zone


def test_a_northing_called_x_is_read_as_the_northing(tmp_path: Path) -> None:
    project = pyproj.Transformer.from_crs(4326, 4547, always_xy=True).transform
    rows = []
    for c in city(113.9, 27.2):
        east, north = project(c.lon, c.lat)
        rows.append([c.number, f"{c.received}", f"{north:.1f}", f"{east:.1f}"])
    path = export(tmp_path / "a.csv", ["警情编号", "接警时间", "X坐标", "Y坐标"], rows)
    found = understand(path, near=(113.9, 27.2))
    assert (found.mapping.place.x, found.mapping.place.y) == ("Y坐标", "X坐标")
    assert "northing" in doubts(found)
    assert "no system" in doubts(understand(path, near=(-100.0, 40.0)))
