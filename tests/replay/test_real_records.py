"""Real control rooms' records, read through the mapping that the inspection itself proposes."""

import dataclasses
import datetime
from zoneinfo import ZoneInfo

import pytest

from wardmote.commands.replay import run_replay
from wardmote.core.domain.call_record import RecordFlag, RecordTime
from wardmote.core.simulation.replay.calibration import calibrate
from wardmote.core.simulation.replay.fleet import infer_fleet
from wardmote.core.simulation.replay.stations import compare_stations
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.gateways.cad_import.guessing import understand
from wardmote.gateways.cad_import.mapping import Column, RowMeaning
from wardmote.gateways.cad_import.mapping_file import mapping_text
from wardmote.gateways.cad_import.mapping_reading import read_mapping
from wardmote.gateways.cad_import.record_file import read_records
from wardmote.operations.places.city_directory import CityDirectory

pytestmark = pytest.mark.data


def read_as_guessed(path, folder):
    found = understand(path)
    mapping = folder / "map.toml"
    text = mapping_text(found.mapping, "en", found.doubts)
    mapping.write_text(text.replace("confirmed = false", "confirmed = true"), encoding="utf-8")
    return found, read_records(path, read_mapping(mapping))


@pytest.fixture(scope="module")
def san_francisco(shared_data, tmp_path_factory):
    path = next((shared_data / "san_francisco").glob("sffd_unit_responses*.csv.gz"))
    return read_as_guessed(path, tmp_path_factory.mktemp("sf"))


def test_unit_rows_become_calls_and_local_stamps_that_claim_utc_are_seen_through(san_francisco):
    found, records = san_francisco
    assert found.mapping.rows is RowMeaning.UNIT
    assert found.mapping.columns[Column.CALL] == "call_number"
    assert found.mapping.times.zone == "America/Los_Angeles"
    assert not found.mapping.times.honour_offset
    assert (records.rows, len(records.calls), len(records.rejections)) == (10_000, 4_770, 0)
    assert records.flags[RecordFlag.NO_ARRIVAL] == 133
    assert records.missing_stamps[RecordTime.ARRIVED] == pytest.approx(0.1915)
    assert records.flags[RecordFlag.NEGATIVE_INTERVAL] > 0
    assert records.flags[RecordFlag.OVERLAPPING_ASSIGNMENT] >= 16


def test_call_rows_with_gaps_repeats_and_misspellings_are_read(shared_data, tmp_path):
    path = next((shared_data / "columbia").glob("*.csv.gz"))
    found, records = read_as_guessed(path, tmp_path)
    assert found.mapping.rows is RowMeaning.CALL
    assert found.mapping.times.format == "%m/%d/%Y %I:%M:%S %p"
    assert found.mapping.times.zone == "America/Chicago"
    assert records.rows == 60_070
    assert not records.rejections
    assert records.flags[RecordFlag.NUMBER_MADE] == 35
    located = sum(1 for call in records.calls if call.lon is not None) / len(records.calls)
    assert located == pytest.approx(0.89, abs=0.01)
    assert datetime.date(2025, 11, 7) in records.coverage.missing_days
    assert records.coverage.cut_short_days
    misspelt = found.categories["PEACE DISTURBAUNCE"]
    assert misspelt.code == found.categories["PEACE DISTURBANCE"].code


def test_dates_without_a_time_of_day_are_said_to_be_that(shared_data):
    found = understand(next((shared_data / "berlin").glob("missions_2025*.csv.gz")))
    assert any("without a time of day" in doubt.en for doubt in found.doubts)
    assert any("zone" in doubt.en for doubt in found.doubts)


@pytest.fixture(scope="module")
def san_francisco_city(san_francisco_built):
    return CityDirectory.open(san_francisco_built)


def test_the_nearest_station_by_road_is_mostly_the_official_one(san_francisco, san_francisco_city):
    _, records = san_francisco
    travel = TravelTimes.of(san_francisco_city.road_graph())
    posts = san_francisco_city.place_book().posts
    found = compare_stations(records.calls, posts, travel)
    assert found.compared == 4_770
    assert 0.78 <= found.equal / found.compared <= 0.88
    assert found.among_two / found.compared >= 0.93

    fleet = infer_fleet(records.calls, posts)
    assert len(fleet) == 170
    zone = ZoneInfo("America/Los_Angeles")
    calibration = calibrate(
        records.calls,
        fleet,
        travel,
        lambda at_s: datetime.datetime.fromtimestamp(at_s, tz=zone).hour,
    )
    assert calibration.fitted
    unseen, bare = calibration.second_half, calibration.freeflow_second_half
    assert unseen.median_absolute_s <= 0.6 * bare.median_absolute_s
    assert 0.85 <= unseen.within_p90 <= 0.95


def test_the_same_replay_of_real_calls_gives_the_same_report(
    shared_data, san_francisco, san_francisco_city
):
    found, _ = san_francisco
    times = dataclasses.replace(found.mapping.times, zone_confirmed=True)
    path = next((shared_data / "san_francisco").glob("sffd_unit_responses*.csv.gz"))
    reports = [
        run_replay(
            city=san_francisco_city.path,
            calls_file=path,
            mapping=dataclasses.replace(found.mapping, times=times),
            standard="nfpa1710",
            limit=40,
        )
        for _ in range(2)
    ]
    assert reports[0] == reports[1]
    assert reports[0]["calls"]["processed"] == 40
    assert reports[0]["calls"]["by_fate"]["answered"] == 40
