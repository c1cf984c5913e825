"""Files of invented cities, written in many ways; the guess must find what was written."""

import csv
import datetime
import random

import pytest

from wardmote.core.domain.call_record import RecordTime
from wardmote.gateways.cad_import.guessing import understand
from wardmote.gateways.cad_import.mapping import Column, RowMeaning
from wardmote.gateways.cad_import.mapping_file import mapping_text
from wardmote.gateways.cad_import.mapping_reading import parse_mapping, read_mapping
from wardmote.gateways.cad_import.record_file import read_records
from wardmote.gateways.cad_import.zone_guess import judge_clock
from wardmote.gateways.time_zones import zone_at

# Calls per hour of an ordinary town: fewest about four in the morning.
HOURS = [5, 4, 3, 2, 1, 2, 4, 7, 9, 10, 10, 11, 11, 11, 11, 11, 12, 12, 11, 10, 9, 8, 7, 6]


def town(calls=400, seed=1):
    """Unit rows of an invented town: two units a call, as typed values."""
    chance = random.Random(seed)
    start = datetime.datetime(2023, 3, 1)
    rows = []
    for number in range(calls):
        hour = chance.choices(range(24), HOURS)[0]
        got = start + datetime.timedelta(
            days=chance.randrange(27), hours=hour, seconds=chance.randrange(3600)
        )
        lon, lat = 13.4 + chance.random() / 10, 52.5 + chance.random() / 10
        for order in range(2):
            steps = [chance.randrange(20, 120), chance.randrange(30, 90),
                     chance.randrange(100, 900), chance.randrange(600, 3000)]  # fmt: skip
            times = [got]
            for step in steps:
                times.append(times[-1] + datetime.timedelta(seconds=step))
            rows.append(
                {
                    "call": f"23-{number:05d}",
                    "unit": f"{'EL'[order]}{chance.randrange(1, 20)}",
                    "category": chance.choice(["House on fire", "Burglary", "Fight"]),
                    "address": f"{number} {chance.choice('ABCDE')} Street",
                    "lat": f"{lat:.6f}",
                    "lon": f"{lon:.6f}",
                    "times": times,
                    "arrived_blank": chance.random() < 0.2,
                }
            )
    return rows


ENGLISH = {"call": "IncidentNumber", "unit": "Unit ID", "category": "Nature", "address": "Address",
           "lat": "Latitude", "lon": "Longitude", "received": "TimeReceived",
           "assigned": "Dispatched", "en_route": "Enroute", "arrived": "OnScene",
           "cleared": "UnitCleared"}  # fmt: skip
CHINESE = {"call": "警情编号", "unit": "出警单元", "category": "警情类别", "address": "案发地址",
           "lat": "纬度", "lon": "经度", "received": "接警时间", "assigned": "派警时间",
           "en_route": "出发时间", "arrived": "到场时间", "cleared": "完成时间"}  # fmt: skip
STAMPS = ("received", "assigned", "en_route", "arrived", "cleared")


def write(path, rows, names, pattern, *, delimiter=",", encoding="utf-8", decimal=".", seed=3):
    header = list(names)
    random.Random(seed).shuffle(header)
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow([names[key] for key in header])
        for row in rows:
            cells = dict(row)
            for key in ("lat", "lon"):
                cells[key] = row[key].replace(".", decimal)
            for stamp, at in zip(STAMPS, row["times"], strict=True):
                cells[stamp] = at.strftime(pattern)
            if row["arrived_blank"]:
                cells["arrived"] = ""
            writer.writerow([cells[key] for key in header])
    return path


@pytest.mark.parametrize(
    ("names", "pattern", "options"),
    [
        (ENGLISH, "%Y-%m-%d %H:%M:%S", {}),
        (ENGLISH, "%Y-%m-%dT%H:%M:%S", {"delimiter": "\t"}),
        (ENGLISH, "%m/%d/%Y %I:%M:%S %p", {"delimiter": "|"}),
        (ENGLISH, "%d.%m.%y %H:%M", {"delimiter": ";", "decimal": ",", "encoding": "cp1252"}),
        (ENGLISH, "%d/%m/%Y %H:%M", {}),
        (CHINESE, "%Y/%m/%d %H:%M:%S", {"encoding": "gb18030"}),
        (CHINESE, "%Y年%m月%d日 %H时%M分", {"encoding": "utf-8-sig"}),
    ],
)
def test_shuffled_columns_of_any_city_are_understood(tmp_path, names, pattern, options):
    rows = town()
    path = write(tmp_path / "town.csv", rows, names, pattern, **options)
    found = understand(path)
    mapping = found.mapping
    assert mapping.rows is RowMeaning.UNIT
    assert mapping.columns[Column.CALL] == names["call"]
    assert mapping.columns[Column.UNIT] == names["unit"]
    assert mapping.columns[Column.CATEGORY] == names["category"]
    assert mapping.columns[Column.ADDRESS] == names["address"]
    assert (mapping.place.lat, mapping.place.lon) == (names["lat"], names["lon"])
    for stamp in STAMPS:
        assert mapping.times.columns[RecordTime(stamp)] == (names[stamp],)
    assert mapping.times.zone == "Europe/Berlin"
    assert not mapping.times.zone_confirmed

    text = mapping_text(mapping, "zh", found.doubts)
    assert "zone_confirmed = false" in text
    confirmed = tmp_path / "map.toml"
    confirmed.write_text(text.replace("confirmed = false", "confirmed = true"), encoding="utf-8")
    records = read_records(path, read_mapping(confirmed))
    assert not records.rejections
    assert len(records.calls) == 400
    first = records.calls[0]
    assert 13.4 <= first.lon <= 13.5
    assert 52.5 <= first.lat <= 52.6
    blank = sum(1 for row in rows if row["arrived_blank"]) / len(rows)
    assert records.missing_stamps[RecordTime.ARRIVED] == pytest.approx(blank)


@pytest.mark.parametrize(
    ("lon", "shift", "local", "utc"),
    [(-122.4, 0, True, False), (-122.4, 8, False, True), (116.4, 0, True, False),
     (116.4, -8, False, True), (1.0, 0, False, False)],
)  # fmt: skip
def test_the_hours_of_the_calls_tell_local_time_from_utc(lon, shift, local, utc):
    verdict = judge_clock([HOURS[(hour - shift) % 24] * 10 for hour in range(24)], lon)
    assert (verdict.reads_local, verdict.reads_utc) == (local, utc)


def test_a_few_calls_tell_nothing_about_the_clock():
    assert judge_clock([1] * 24, -122.4).quiet_hour is None


@pytest.mark.parametrize(
    ("lon", "lat", "zone"),
    [(-122.4, 37.8, "America/Los_Angeles"), (-92.3, 38.95, "America/Chicago"),
     (112.5, 27.0, "Asia/Shanghai"), (13.4, 52.5, "Europe/Berlin")],
)  # fmt: skip
def test_the_nearest_chief_town_gives_the_zone(lon, lat, zone):
    assert zone_at(lon, lat) == zone


def test_columns_without_names_are_told_by_their_contents(tmp_path):
    names = {key: f"F{n}" for n, key in enumerate(ENGLISH)}
    found = understand(write(tmp_path / "t.csv", town(), names, "%Y-%m-%d %H:%M:%S"))
    mapping = found.mapping
    assert (mapping.place.lat, mapping.place.lon) in {
        (names["lat"], names["lon"]),
        (names["lon"], names["lat"]),  # both fit within ±90: a person has to look
    }
    for stamp in STAMPS:
        assert mapping.times.columns[RecordTime(stamp)] == (names[stamp],)
    assert any("order" in doubt.en for doubt in found.doubts)


def test_a_projected_position_gets_its_system_from_a_place_nearby(tmp_path):
    rows = town(60)
    for row in rows:
        row["lon"], row["lat"] = "391779.56", "5820072.10"
    names = ENGLISH | {"lon": "X_COORD", "lat": "Y_COORD"}
    path = write(tmp_path / "t.csv", rows, names, "%Y-%m-%d %H:%M:%S")
    found = understand(path)
    assert found.mapping.place.x == "X_COORD"
    assert found.mapping.place.epsg == 0
    near = understand(path, near=(13.4, 52.52))
    assert 25833 in {suggestion.epsg for suggestion in near.crs}


def test_date_and_time_of_day_in_two_columns_are_put_together(tmp_path):
    path = tmp_path / "t.csv"
    lines = ["Incident Number;Call Date;Call Time;Arrival Time;Type"]
    for n in range(60):
        lines.append(f"A-{n:04d};{n % 28 + 1:02d}.02.23;23:{n % 60:02d};23:{59}:00;Fight")
    path.write_text("\n".join(lines).replace(":59:00", ":59"), encoding="utf-8")
    times = understand(path).mapping.times
    assert times.columns[RecordTime.RECEIVED] == ("Call Date", "Call Time")
    assert times.columns[RecordTime.ARRIVED][-1] == "Arrival Time"
    assert times.format == "%d.%m.%y %H:%M"


def test_the_guess_is_a_mapping_that_reads_strictly(tmp_path):
    found = understand(write(tmp_path / "t.csv", town(50), ENGLISH, "%Y-%m-%d %H:%M:%S"))
    path = tmp_path / "m.toml"
    path.write_text(mapping_text(found.mapping), encoding="utf-8")
    assert read_mapping(path) == found.mapping
    with pytest.raises(Exception, match="source"):
        parse_mapping({"sorce": "x"})
