"""The weekly bulletin, from calls that went through the services to page, PDF and workbook."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.test import Client
from tests.unit.operations.small_place import (
    COUNTY,
    CREW_1,
    DISPATCHER,
    EAST,
    NOW_S,
    SUPERVISOR,
    WEST,
)

from wardmote.core.domain.assignment import AssignmentAction
from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.periods import PeriodKind, period_of
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.bulletins.selectors import (
    bulletin_of,
    fraud_free,
    measured_calls,
    span_of,
)
from wardmote.operations.dispatch import services as dispatch
from wardmote.operations.dispatch.responses import responses_of, responses_received
from wardmote.operations.incidents import services as incidents
from wardmote.operations.incidents.selectors import stamps_of
from wardmote.operations.incidents.standing import stamps_received
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day
from wardmote.operations.people.services import open_account

pytestmark = pytest.mark.usefixtures("place")
WEEK = period_of(PeriodKind.WEEK, local_day(NOW_S))
WEEK_NAME = WEEK.name
LATER_S = NOW_S + 5_000
DAY_S = 86_400.0


def attended_call(at_s: float, *, acknowledged_after_s: float) -> IncidentId:
    call = incidents.enter_call(
        DISPATCHER,
        incidents.NewCall("dispute.neighbour", "phone", lon=111.15, lat=27.05),
        now_s=at_s,
    )
    (sent,) = dispatch.assign(DISPATCHER, call.id, [UnitId("u1")], now_s=at_s)
    moments = {
        AssignmentAction.ACKNOWLEDGE: acknowledged_after_s,
        AssignmentAction.DEPART: 200.0,
        AssignmentAction.ARRIVE: 350.0,
        AssignmentAction.CLEAR: 900.0,
    }
    for action, after_s in moments.items():
        dispatch.act(CREW_1, sent.assignment, action, now_s=at_s + after_s)
    return call.id


@pytest.fixture
def two_calls() -> tuple[IncidentId, IncidentId]:
    dispatch.go_on_duty(CREW_1, UnitId("u1"), now_s=NOW_S - 10)
    return (
        attended_call(NOW_S, acknowledged_after_s=30.0),
        attended_call(NOW_S + 1_000, acknowledged_after_s=30.5),
    )


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(clock, "now_s", lambda: LATER_S)
    account = open_account("vic", "irrelevant here", staff_id="v1", name=Bilingual("魏", "Vic"))
    grant_role(account.pk, Role.SUPERVISOR, COUNTY, granted_by="test")
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post("/language/", {"language": "en"})
    return client


def test_a_week_runs_from_local_monday_to_monday() -> None:
    start_s, end_s = span_of(WEEK)
    assert WEEK.first.weekday() == 0
    assert end_s - start_s == 7 * 86_400.0


def test_calls_fall_into_their_bands_and_the_upper_edge_belongs_to_the_band(
    two_calls: tuple[IncidentId, IncidentId],
) -> None:
    weekly = bulletin_of(SUPERVISOR, WEEK, now_s=LATER_S)
    acknowledged = weekly.bulletin.total.banded[0]
    assert [band.figure.calls for band in acknowledged.bands[:2]] == [
        (two_calls[0],),
        (two_calls[1],),
    ]
    assert weekly.bulletin.total.unclosed.count == 2
    assert [row.group for row in weekly.bulletin.groups] == [EAST]


@pytest.mark.parametrize("as_of_s", [None, NOW_S - 1.0, NOW_S + 300.0, LATER_S])
def test_calls_read_by_receipt_are_those_read_one_by_one(
    two_calls: tuple[IncidentId, IncidentId], as_of_s: float | None
) -> None:
    ids, span = list(two_calls), ([EAST], NOW_S - 1.0, NOW_S + 2_000.0)
    assert stamps_received(*span, as_of_s) == stamps_of(ids, as_of_s)
    assert responses_received(*span, as_of_s) == responses_of(ids, as_of_s)
    assert responses_received([WEST], *span[1:], as_of_s) == {}
    measured = {one.incident: one for one in measured_calls(*span, as_of_s)}
    for call in measured.values():
        assert call.stamps == stamps_of(ids, as_of_s)[call.incident]
        assert call.responses == responses_of(ids, as_of_s).get(call.incident, ())
    known = [one for one in two_calls if one in stamps_of(ids, as_of_s)]
    assert list(measured) == known


def test_a_first_report_that_never_came_is_missing_not_zero(
    two_calls: tuple[IncidentId, IncidentId],
) -> None:
    feedback = bulletin_of(SUPERVISOR, WEEK, now_s=LATER_S).bulletin.total.banded[2]
    assert set(feedback.missing.calls) == set(two_calls)
    assert all(band.figure.count == 0 for band in feedback.bands)


def test_without_an_earlier_record_nothing_is_compared(
    two_calls: tuple[IncidentId, IncidentId],
) -> None:
    change = bulletin_of(SUPERVISOR, WEEK, now_s=LATER_S).bulletin.total.change
    assert (change.now, change.before, change.share) == (2, None, None)


def test_who_may_see_no_reports_sees_none() -> None:
    crew = Viewer("c9", (RoleInArea(Role.CREW, COUNTY),))
    with pytest.raises(AccessDeniedError):
        bulletin_of(crew, WEEK, now_s=NOW_S)


def test_each_figure_of_the_page_opens_exactly_its_calls(
    reader: Client, two_calls: tuple[IncidentId, IncidentId]
) -> None:
    page = reader.get(f"/bulletin/{WEEK_NAME}/")
    assert page.status_code == 200
    opened = 0
    for table in page.context["tables"]:
        for row in table.rows:
            for cell in row:
                if cell.figure and cell.value is not None:
                    calls = reader.get(
                        f"/bulletin/{WEEK_NAME}/calls/",
                        {"figure": cell.figure, "group": cell.group},
                    )
                    assert calls.context["count"] == cell.value, (table.key, cell)
                    opened += 1
    assert opened >= 10


def test_the_workbook_holds_the_numbers_of_the_page(
    reader: Client, two_calls: tuple[IncidentId, IncidentId]
) -> None:
    response = reader.get(f"/bulletin/{WEEK_NAME}.xlsx")
    workbook = openpyxl.load_workbook(io.BytesIO(response.content))
    overview = workbook.worksheets[1]
    assert "Valid calls: 2" in str(workbook.worksheets[0]["A3"].value)
    assert [cell.value for cell in overview[4]][:3] == ["Area", "Calls", "Valid calls"]
    assert [cell.value for cell in overview[5]][:3] == ["All", 2, 2]


def test_the_pdf_is_made_in_both_languages(
    reader: Client, two_calls: tuple[IncidentId, IncidentId]
) -> None:
    for language in ("en", "zh-hans"):
        reader.post("/language/", {"language": language})
        response = reader.get(f"/bulletin/{WEEK_NAME}.pdf")
        assert response["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF-")


@pytest.mark.parametrize("week", ["2026-W54", "2026-W00", "2026-53", "x", "9999-W99"])
def test_a_week_that_does_not_exist_is_not_found(reader: Client, week: str) -> None:
    assert reader.get(f"/bulletin/{week}/").status_code == 404


@pytest.mark.parametrize("figure", ["", "nothing", "acknowledged.9", "standard.x.1.met", "set_out"])
def test_a_figure_that_does_not_exist_is_not_found(reader: Client, figure: str) -> None:
    address = f"/bulletin/{WEEK_NAME}/calls/"
    assert reader.get(address, {"figure": figure}).status_code == 404


def test_days_and_months_have_bulletins_and_what_is_no_period_has_none(
    reader: Client, two_calls: tuple[IncidentId, IncidentId]
) -> None:
    for kind in PeriodKind:
        address = reader.get("/bulletin/", {"of": kind.value}).headers["Location"]
        page = reader.get(address)
        counts = page.context["page_data"]["counts"]
        assert sum(count or 0 for count in counts) == len(two_calls)
        assert reader.get(address.rstrip("/") + ".pdf").content.startswith(b"%PDF")
    for wrong in ("2026-13", "0001-W01", "9999", "2026-W60"):
        assert reader.get(f"/bulletin/{wrong}/").status_code == 404


def test_an_unfinished_period_is_compared_with_as_much_of_the_one_before(
    two_calls: tuple[IncidentId, IncidentId],
) -> None:
    day = period_of(PeriodKind.DAY, local_day(NOW_S))
    into_s = NOW_S - span_of(day)[0]
    made = bulletin_of(SUPERVISOR, day.after(), now_s=NOW_S + 86_400.0 + 500.0)
    assert made.bulletin.total.change.before == 1
    assert made.bulletin.end_s - made.bulletin.start_s == pytest.approx(into_s + 500.0)
    assert made.slots.counts[-1] is None


def test_an_area_says_for_how_many_days_it_was_without_fraud(place: None) -> None:
    fraud = incidents.NewCall("offence.criminal.fraud", "phone", lon=111.15, lat=27.05)
    incidents.enter_call(DISPATCHER, fraud, now_s=NOW_S)
    made = bulletin_of(SUPERVISOR, WEEK, now_s=NOW_S + 3 * 86_400.0)
    assert [(one.area, one.days) for one in made.fraud_free] == [(EAST, 3), (WEST, None)]


def test_fraud_of_long_ago_is_still_known_where_other_towns_have_some_of_late(place: None) -> None:
    for lon, at_s in ((111.15, NOW_S), (111.15, NOW_S - 90 * DAY_S), (111.05, NOW_S - 60 * DAY_S)):
        fraud = incidents.NewCall("offence.criminal.fraud", "phone", lon=lon, lat=27.05)
        incidents.enter_call(DISPATCHER, fraud, now_s=at_s)
    found = fraud_free([COUNTY], NOW_S + DAY_S)
    assert [(one.area, one.days) for one in found] == [(EAST, 1), (WEST, 61)]
    assert fraud_free([COUNTY], NOW_S + DAY_S, NOW_S + DAY_S) == found
