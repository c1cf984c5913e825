from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.core.planning.demand import made_up

from wardmote.core.planning.demand.factors import PatternSettings, fit_pattern, year_row
from wardmote.core.planning.demand.forecasting import CLIMATOLOGY, forecast, learn_volumes
from wardmote.core.planning.demand.level import LevelSettings, levels
from wardmote.core.planning.demand.scores import coverage, pinball_loss, poisson_deviance
from wardmote.core.planning.demand.series import CallSeries
from wardmote.core.planning.demand.time_grid import DayClasses
from wardmote.core.planning.demand.tuning import choose_settings


def test_the_climatology_is_hour_of_the_week_times_the_level_of_eight_weeks() -> None:
    grid = made_up.hours(140)
    truth = made_up.week_of(grid) * np.where(np.arange(len(grid)) >= 84 * 24, 1.5, 1.0)
    series = made_up.drawn(grid, truth)
    past = series.between(series.first_day, series.first_day + 139)
    week = np.bincount(past.grid.slot, weights=past.count) / np.bincount(past.grid.slot)
    volumes = learn_volumes(past)
    assert volumes.pattern.week == pytest.approx(week)
    last = slice(84 * 24, None)
    level = past.count[last].sum() / week[past.grid.slot][last].sum()
    assert volumes.level == pytest.approx(level, rel=1e-3)


def test_exposure_makes_partly_recorded_slots_count_for_what_they_are() -> None:
    grid = made_up.hours(56)
    whole = made_up.drawn(grid, made_up.week_of(grid))
    hidden = (grid.slot % 24 >= 18) & (grid.day_row % 2 == 0)
    exposure = np.where(hidden, 0.0, 1.0)
    part = CallSeries(grid, np.where(hidden, 0, whole.count), exposure)
    told = learn_volumes(part).pattern.week * learn_volumes(part).level
    true = learn_volumes(whole).pattern.week * learn_volumes(whole).level
    assert told.sum() == pytest.approx(true.sum(), rel=0.03)


def test_intervals_hold_what_they_promise_for_hours_and_days() -> None:
    ahead = made_up.hours(400 + 28).rows(400 * 24, 428 * 24)
    inside: list[float] = []
    inside_days: list[float] = []
    for seed in range(8):
        grid = made_up.hours(428)
        series = made_up.drawn(grid, made_up.week_of(grid), seed, day_shape=30.0)
        past = series.between(series.first_day, series.first_day + 399)
        held = series.between(series.first_day + 400, series.last_day)
        told = forecast(learn_volumes(past), ahead)
        inside.append(coverage(held.count, told.quantile(0.05), told.quantile(0.95)))
        by_day = np.bincount(ahead.day_row, weights=held.count)
        inside_days.append(coverage(by_day, told.day_quantile(0.05), told.day_quantile(0.95)))
    assert 0.89 <= np.mean(inside) <= 0.96  # counts are whole numbers, so a little above 0.9
    assert 0.84 <= np.mean(inside_days) <= 0.95


def test_a_season_and_a_festival_are_found_again() -> None:
    festival = [made_up.FIRST.toordinal() + number for number in (40, 400, 790, 1_100)]
    classes = DayClasses(("ordinary", "festival"), dict.fromkeys(festival, 1))
    grid = made_up.days(1_461, classes)
    wave = 1 + 0.2 * np.cos(2 * np.pi * year_row(grid.day) / 366)
    series = made_up.drawn(grid, 200 * wave * np.where(grid.day_class == 1, 1.6, 1.0))
    settings = PatternSettings(season_bandwidth_days=14.0, class_prior_calls=20.0)
    pattern = fit_pattern(series, settings)
    assert pattern.days[1, 0] == pytest.approx(1.6, rel=0.08)
    assert pattern.days[0].tolist() == [1.0] * 4
    assert pattern.season[0] / pattern.season[183] == pytest.approx(1.5, rel=0.06)
    with pytest.raises(ValueError, match="classes"):
        pattern.expected(made_up.days(3))


def test_a_date_keeps_its_row_of_the_season_in_leap_years_and_others() -> None:
    ordinal = made_up.FIRST.toordinal()
    assert year_row(np.array([ordinal, ordinal + 59, ordinal + 365])).tolist() == [0, 59, 365]
    next_year = ordinal + 366
    assert year_row(np.array([next_year + 58, next_year + 59])).tolist() == [58, 60]


def test_short_histories_have_no_season() -> None:
    series = made_up.drawn(made_up.days(500), np.full(500, 100.0))
    pattern = fit_pattern(series, PatternSettings(season_bandwidth_days=7.0))
    assert set(pattern.season.tolist()) == {1.0}


def test_discounted_levels_follow_and_unknown_days_teach_nothing() -> None:
    expected = np.full(200, 100.0)
    count = np.where(np.arange(200) < 100, 100.0, 130.0)
    found = levels(count, expected, LevelSettings(half_life_days=14)).mean
    assert found[100] == pytest.approx(1.0, abs=0.01)
    assert found[114] == pytest.approx(1.15, abs=0.01)
    count[150:], expected[150:] = 0, 0
    assert levels(count, expected, LevelSettings(half_life_days=14)).mean[200] > 1.25
    with pytest.raises(ValueError, match="either"):
        LevelSettings(window_days=3, half_life_days=3.0)


def test_smoothing_is_chosen_where_hours_are_thin_and_stays_off_where_nothing_is_gained() -> None:
    thin = made_up.drawn(made_up.hours(140), made_up.week_of(made_up.hours(140)) * 0.2)
    choice = choose_settings(thin)
    assert choice.best.settings.pattern.week_bandwidth > 0 or (
        choice.best.settings.pattern.week_prior_calls > 0
    )
    assert choice.best.score > choice.climatology.score
    assert choose_settings(thin.between(thin.first_day, thin.first_day + 60)).best.settings == (
        CLIMATOLOGY
    )
    stopped = choose_settings(thin, should_stop=lambda: True)
    assert stopped.best.settings == CLIMATOLOGY
    assert len(stopped.tried) == 1


def test_spreads_never_narrow_further_ahead() -> None:
    grid = made_up.hours(300)
    series = made_up.drawn(grid, made_up.week_of(grid), day_shape=20.0)
    volumes = learn_volumes(series, replace(CLIMATOLOGY))
    assert (np.diff(volumes.slot_shape) <= 0).all()
    assert (np.diff(volumes.day_shape) <= 0).all()


def test_scores_by_hand() -> None:
    count = np.array([0.0, 2.0])
    assert poisson_deviance(count, count) == pytest.approx(0.001, abs=1e-6)
    assert poisson_deviance(count, np.array([1.0, 1.0])) == pytest.approx(
        (2 * 1 + 2 * (2 * np.log(2) - 1)) / 2
    )
    assert pinball_loss(np.array([10.0]), np.array([6.0]), 0.9) == pytest.approx(3.6)
    assert pinball_loss(np.array([2.0]), np.array([6.0]), 0.9) == pytest.approx(0.4)
    assert coverage(np.array([1, 2, 3]), np.array([1, 1, 1]), np.array([1, 2, 2])) == 2 / 3
