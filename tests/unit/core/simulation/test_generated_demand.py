"""Rates of calls follow residents, places and hours, in categories that exist."""

import numpy as np
import pytest

from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES
from wardmote.core.simulation.generated_places.demand import (
    CALLS_PER_RESIDENT_YEAR,
    HOURS_PER_WEEK,
    KINDS,
    Demand,
    call_demand,
)
from wardmote.core.simulation.generated_places.place import generate_place
from wardmote.core.simulation.generated_places.scales import SCALES, Scale


@pytest.fixture(scope="module")
def demand() -> Demand:
    return call_demand(generate_place(Scale.TOWN, 7).place_book)


def test_every_category_can_be_selected_in_the_shipped_tree(demand: Demand) -> None:
    selectable = {c.code for c in SHIPPED_CATEGORIES.categories if c.selectable}
    assert set(demand.categories) <= selectable


def test_the_hours_of_a_week_add_up_to_the_week(demand: Demand) -> None:
    total = sum(demand.rates(hour) for hour in range(HOURS_PER_WEEK))
    np.testing.assert_allclose(total, demand.weekly, rtol=1e-9)


def test_the_level_is_that_of_a_control_room(demand: Demand) -> None:
    expected = SCALES[Scale.TOWN].residents * CALLS_PER_RESIDENT_YEAR * 7 / 365.25
    assert 0.7 * expected < demand.weekly.sum() < 2.0 * expected


def test_nights_are_quieter_than_days_and_fights_are_late_at_weekends(demand: Demand) -> None:
    all_calls = np.array([demand.rates(hour).sum() for hour in range(HOURS_PER_WEEK)])
    assert all_calls[24 + 4] < all_calls[24 + 10] / 3
    fight = demand.categories.index("offence.public_order.fight")
    fights = np.array([demand.rates(hour)[:, fight].sum() for hour in range(HOURS_PER_WEEK)])
    assert fights[5 * 24 + 22] > fights[2 * 24 + 10]


def test_schools_are_quiet_at_night(demand: Demand) -> None:
    schools = demand.kind == KINDS.index("school")
    assert demand.rates(2)[schools].sum() < 0.01 * demand.rates(10)[schools].sum()


def test_a_factor_multiplies_and_zero_silences() -> None:
    book = generate_place(Scale.TOWN, 7).place_book
    once, twice = call_demand(book), call_demand(book, factor=2.0)
    np.testing.assert_allclose(twice.weekly, 2 * once.weekly)
    assert call_demand(book, factor=0).weekly.sum() == 0


@pytest.mark.parametrize("hour", [-1, HOURS_PER_WEEK])
def test_an_hour_outside_the_week_is_refused(demand: Demand, hour: int) -> None:
    with pytest.raises(ValueError, match="hour of the week"):
        demand.rates(hour)


def test_a_negative_factor_is_refused() -> None:
    book = generate_place(Scale.TOWN, 7).place_book
    with pytest.raises(ValueError, match="multiplied"):
        call_demand(book, factor=-0.1)
