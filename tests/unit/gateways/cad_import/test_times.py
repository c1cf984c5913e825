import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardmote.gateways.cad_import.profiling import detect_time
from wardmote.gateways.cad_import.times import BadFormatError, instant, time_reader

MOMENT = datetime.datetime(2018, 1, 24, 17, 6, 5)


@pytest.mark.parametrize(
    ("time_format", "cell"),
    [
        ("iso", "2018-01-24 17:06:05.000000 UTC"),
        ("iso", "2018-01-24T17:06:05+08:00"),
        ("%m/%d/%Y %I:%M:%S %p", "1/24/2018 5:06:05 PM"),
        ("%d.%m.%y %H:%M:%S", "24.01.18 17:06:05"),
        ("%Y%m%d%H%M%S", "20180124170605"),
        ("%Y年%m月%d日 %H时%M分%S秒", "2018年1月24日 17时06分05秒"),
        ("%Y-%m-%d %p%I:%M:%S", "2018-01-24 下午5:06:05"),
        ("%d-%b-%Y %H:%M:%S", "24-Jan-2018 17:06:05"),
        ("epoch_s", "1516813565"),
        ("epoch_ms", "1516813565000"),
        ("excel", "43124.71255787037"),
    ],
)
def test_each_way_of_writing_a_moment_reads_the_same(time_format, cell):
    assert time_reader(time_format)(cell).at == MOMENT


@pytest.mark.parametrize(
    ("time_format", "cell"),
    [
        ("iso", "2018-02-30 10:00:00"),
        ("%m/%d/%Y %I:%M %p", "1/24/2018 13:00 PM"),
        ("%m/%d/%Y %I:%M %p", "1/24/2018 0:30 AM"),
        ("%d/%m/%Y", "24/13/2018"),
        ("epoch_s", "-5000000000"),
        ("iso", "yesterday"),
    ],
)
def test_what_is_no_time_is_not_read(time_format, cell):
    assert time_reader(time_format)(cell) is None


@pytest.mark.parametrize(("year", "full"), [("69", 1969), ("99", 1999), ("00", 2000), ("68", 2068)])
def test_two_digit_years_turn_at_69(year, full):
    assert time_reader("%d.%m.%y")(f"01.02.{year}").at.year == full


@pytest.mark.parametrize("pattern", ["%Q", "just words", "%m/%m"])
def test_a_senseless_format_is_refused(pattern):
    with pytest.raises(BadFormatError):
        time_reader(pattern)


def test_a_time_that_the_clock_skipped_and_one_shown_twice_are_marked():
    zone = ZoneInfo("America/Los_Angeles")
    read = time_reader("iso")
    gap = instant(read("2018-03-11 02:30:00"), zone, honour_offset=True)
    assert gap.in_gap
    assert gap.at_s == 1520764200.0  # 10:30 UTC: the offset before the gap
    twice = instant(read("2018-11-04 01:30:00"), zone, honour_offset=True)
    assert twice.ambiguous
    assert twice.at_fold_s - twice.at_s == 3600.0
    plain = instant(read("2018-11-04 02:00:00"), zone, honour_offset=True)
    assert not plain.ambiguous


def test_an_offset_in_the_cell_counts_only_when_believed():
    clock = time_reader("iso")("2018-01-24 12:00:00 UTC")
    zone = ZoneInfo("America/Los_Angeles")
    believed = instant(clock, zone, honour_offset=True)
    ignored = instant(clock, zone, honour_offset=False)
    assert ignored.at_s - believed.at_s == 8 * 3600


FORMATS = [
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%d/%m/%Y %H:%M:%S",
    "%d.%m.%y %H:%M",
    "%m/%d/%y %H:%M",
]


@settings(deadline=None, max_examples=40)
@given(
    pattern=st.sampled_from(FORMATS),
    start=st.datetimes(datetime.datetime(2010, 1, 1), datetime.datetime(2030, 1, 1)),
    days=st.lists(st.integers(0, 40 * 1440), min_size=40, max_size=60, unique=True),
)
def test_a_column_of_a_month_is_read_as_it_was_written(pattern, start, days):
    """Whatever the order of day and month: a month holds days beyond the twelfth."""
    moments = [start + datetime.timedelta(minutes=m) for m in [*days, 0, 20 * 1440, 39 * 1440]]
    cells = [moment.strftime(pattern) for moment in moments]
    found = detect_time(cells, numbers_too=False)
    read = time_reader(found.format)
    wanted = [datetime.datetime.strptime(cell, pattern) for cell in cells]  # noqa: DTZ007
    assert [read(cell).at for cell in cells] == wanted


def test_ids_are_not_taken_for_epochs():
    assert detect_time([str(2025309577 + n) for n in range(50)], numbers_too=False) is None
