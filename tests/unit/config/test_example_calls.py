"""The calls of the demonstrated weeks."""

from __future__ import annotations

import pytest
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, SMALL_PLACE, SUPERVISOR

from wardmote.config.example_weeks import calls
from wardmote.config.example_weeks.cast import Cast
from wardmote.core.domain.assignment import AssignmentState
from wardmote.core.domain.incident import IncidentState
from wardmote.core.measures.periods import PeriodKind, period_of
from wardmote.operations.bulletins.selectors import bulletin_of
from wardmote.operations.dispatch.models import Assignment
from wardmote.operations.incidents.models import Incident
from wardmote.operations.local_time import local_day
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places
from wardmote.operations.units.selectors import UnitRow
from wardmote.operations.units.services import load_units

DAY_S = 86_400.0


@pytest.mark.django_db
def test_calls_of_past_weeks_are_over_counted_and_leave_every_unit_off_duty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calls, "CALLS_PER_WEEK", 6.0)
    forget()
    load_places(SMALL_PLACE)
    load_units(SMALL_PLACE.units)
    forget()
    calls.take_calls(Cast(SMALL_PLACE, COUNTY, EAST, SMALL_PLACE.beats[0], EAST, NOW_S))

    taken = Incident.objects.all()
    assert {one.state for one in taken} == {IncidentState.CLOSED.value}
    assert {one.state for one in Assignment.objects.all()} == {AssignmentState.CLEARED.value}
    assert not UnitRow.objects.filter(on_duty=True).exists()
    assert all(NOW_S - 36 * DAY_S < one.received_s < one.since_s < NOW_S for one in taken)
    week = period_of(PeriodKind.WEEK, local_day(NOW_S - 7 * DAY_S))
    told = bulletin_of(SUPERVISOR, week, now_s=NOW_S)
    assert sum(one or 0 for one in told.slots.counts) > 0
    assert told.slots.before
