from __future__ import annotations

import datetime

import pytest

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.demand.day_names import DAY_OFF, WORKING_WEEKEND, day_name
from wardmote.gateways.day_classes import calendar_of, day_classes, holidays_of_zone


def name_of(country: str, day: datetime.date, subdivision: str | None = None) -> str:
    year = datetime.date(day.year, 1, 1), datetime.date(day.year, 12, 31)
    classes = day_classes(country, *year, subdivision)
    return classes.names[classes.by_day.get(day.toordinal(), 0)]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ((2025, 1, 28), "Chinese New Year's Eve"),
        ((2025, 1, 29), "Chinese New Year (Spring Festival)"),
        ((2025, 1, 22), "before Spring Festival"),
        ((2025, 2, 6), "after Spring Festival"),
        ((2025, 2, 12), "Lantern Festival"),
        ((2025, 2, 8), WORKING_WEEKEND),
        ((2025, 2, 4), DAY_OFF),
        ((2025, 10, 6), "Mid-Autumn Festival"),
        ((2026, 9, 25), "Mid-Autumn Festival"),
        ((2026, 6, 19), "Dragon Boat Festival"),
        ((2025, 3, 12), "ordinary"),
    ],
)  # fmt: skip
def test_lunar_festivals_and_substituted_days_of_china(
    day: tuple[int, int, int], name: str
) -> None:
    assert name_of("CN", datetime.date(*day)) == name


def test_the_eve_of_new_year_is_known_though_it_belongs_to_next_year() -> None:
    assert name_of("DE", datetime.date(2025, 12, 31), "BE") == "eve of New Year's Day"
    assert name_of("US", datetime.date(2026, 7, 3)) == name_of("US", datetime.date(2026, 7, 4))


def test_an_unknown_country_is_said_to_be_unknown() -> None:
    with pytest.raises(Problem, match="XX"):
        name_of("XX", datetime.date(2025, 1, 1))


@pytest.mark.parametrize(
    ("zone", "country"),
    [("Asia/Shanghai", "CN"), ("America/Chicago", "US"), ("Europe/Berlin", "DE"), ("UTC", "none")],
)
def test_the_clock_tells_whose_holidays(zone: str, country: str) -> None:
    assert holidays_of_zone(zone) == country


def test_a_calendar_is_called_by_country_and_part() -> None:
    day = datetime.date(2026, 2, 16)
    found = calendar_of("CN")(day, day)
    assert found.names[found.by_day[day.toordinal()]] == "Chinese New Year's Eve"
    assert calendar_of("none")(day, day).by_day == {}
    assert len(calendar_of("US-MO")(day, day).by_day) == 1
    with pytest.raises(Problem, match="no holidays for XX"):
        calendar_of("XX")
    with pytest.raises(Problem, match="no holidays for US-ZZ"):
        calendar_of("US-ZZ")


def test_every_festival_of_china_has_a_chinese_name() -> None:
    classes = day_classes("CN", datetime.date(2020, 1, 1), datetime.date(2026, 12, 31))
    assert [one for one in classes.names if day_name(one).zh == one] == []
