"""The page of the forecast."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client
from tests.unit.core.studies.test_foretelling import asked, calls
from tests.unit.operations.small_place import SMALL_PLACE
from tests.unit.web.test_standards_page import client_of

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.permissions import Role
from wardmote.core.planning.demand.time_grid import DayClasses
from wardmote.core.studies.forecast_sheet import forecast_document
from wardmote.core.studies.foretelling import foretell
from wardmote.operations.forecasts.models import DemandForecast
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day
from wardmote.operations.places.services import load_places

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def document() -> dict[str, object]:
    festival = datetime.date(2024, 4, 2).toordinal()
    classes = DayClasses(("ordinary", "Tomb-Sweeping Day"), {festival: 1})
    return forecast_document(
        foretell(calls(92, officers=40), asked(calendar=lambda first, last: classes))
    )


def kept(document: dict[str, object] | None, **more: object) -> None:
    today = local_day(clock.now_s()).isoformat()
    values = {"state": "idle", "day": today, "document": document, "wanted_s": 0.0, **more}
    DemandForecast.objects.update_or_create(area=EVERYWHERE, source="own_calls", defaults=values)


def page(client: Client, **more: str) -> str:
    return client.get("/forecast/", more).content.decode()


def test_a_first_look_waits_and_what_was_made_is_shown_whole(document: dict[str, object]) -> None:
    client = client_of(Role.DISPATCHER)
    assert "forecast-progress" in page(client)
    assert client.get("/forecast/progress").json() == {"under_way": True}
    kept(document)
    shown = page(client)
    assert client.get("/forecast/progress").json() == {"under_way": False}
    assert "because officers started them" in shown
    assert "Demand has not changed" in shown
    assert "Tomb-Sweeping Day" in shown
    assert "chart-judged" in shown
    assert "Imported calls were the public" not in shown


def test_tables_and_the_document_are_downloaded(document: dict[str, object]) -> None:
    client = client_of(Role.AUDITOR)
    kept(document)
    lines = {
        name: b"".join(client.get(f"/forecast/{name}.csv").streaming_content).decode().split("\r\n")  # type: ignore[attr-defined]  # a streaming answer
        for name in ("days", "hours", "judged")
    }
    assert [len(lines[name]) for name in lines] == [14 + 2, 14 * 24 + 2, 50 + 2]
    assert client.get("/forecast/forecast.json").json() == document
    assert client.get("/forecast/other.csv").status_code == 404
    assert client.get("/forecast/", {"area": "123"}).status_code == 404


def test_a_problem_is_told_beside_the_last_good_one(document: dict[str, object]) -> None:
    kept(document, problem={"zh": "记录太短", "en": "The record is too short."})
    shown = page(client_of(Role.PLANNER))
    assert "The record is too short." in shown
    assert "chart-days" in shown


def test_a_dispatcher_may_not_state_whose_imported_calls_were() -> None:
    told = client_of(Role.DISPATCHER).post("/forecast/", {"form": "state"}, follow=True)
    assert "Only who may plan here" in str(next(iter(told.context["messages"])))
    assert not DemandForecast.objects.filter(source="imported_too").exists()


def test_a_planner_states_whose_imported_calls_were() -> None:
    client = client_of(Role.PLANNER)
    client.post("/forecast/", {"form": "state"})
    row = DemandForecast.objects.get(source="imported_too")
    assert (row.state, row.stated_by) == ("wanted", "s1")
    assert client.get("/forecast/").context["imported_too"] is True
    assert client.get("/forecast/", {"source": "own_calls"}).context["stated"] is True
    assert "Take back" in page(client)
    client.post("/forecast/", {"form": "withdraw"})
    assert client.get("/forecast/").context["imported_too"] is False


def test_who_may_not_plan_has_a_stated_forecast_worked_out_again() -> None:
    kept(None, stated_by="somebody")
    DemandForecast.objects.update(source="imported_too")
    told = client_of(Role.DISPATCHER).post("/forecast/", {"form": "again"}, follow=True)
    row = DemandForecast.objects.get(source="imported_too")
    assert (row.state, row.stated_by) == ("wanted", "somebody")
    assert not list(told.context["messages"])


def test_waiting_for_a_forecast_reads_no_divisions(
    document: dict[str, object],
    django_assert_max_num_queries: Callable[..., AbstractContextManager[Any]],
) -> None:
    load_places(SMALL_PLACE)
    client = client_of(Role.DISPATCHER)
    kept(document)
    for path in ("progress", "forecast.json"):
        with django_assert_max_num_queries(20) as asked:
            assert client.get(f"/forecast/{path}").status_code == 200
        assert not [one for one in asked.captured_queries if "places_division" in one["sql"]]
    with django_assert_max_num_queries(40) as asked:
        page(client)
    assert not [one for one in asked.captured_queries if '"boundary"' in one["sql"]]


def test_crews_have_no_forecast() -> None:
    client = client_of(Role.CREW)
    for path in ("", "progress", "days.csv", "forecast.json"):
        assert client.get(f"/forecast/{path}").status_code == 403
