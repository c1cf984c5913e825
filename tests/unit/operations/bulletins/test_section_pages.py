"""Sections on the page: tables, charts, the workbook, and figures that open their cases."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.test import Client
from tests.unit.operations.bulletins.busy_day import make_day
from tests.unit.operations.small_place import COUNTY, NOW_S
from tests.unit.operations.tasks import beat_place as task_cast

from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.periods import PeriodKind, period_of
from wardmote.operations.access.services import grant_role
from wardmote.operations.bulletins.sections import span_of
from wardmote.operations.bulletins.services import publish
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day
from wardmote.operations.people.services import open_account
from wardmote.operations.tasks import services as tasks
from wardmote.operations.tasks.services import Told, Whereabouts

pytestmark = pytest.mark.usefixtures("world", "beat")
DAY = period_of(PeriodKind.DAY, local_day(NOW_S))
OVER_S = span_of(DAY)[1] + 3_600.0


@pytest.fixture
def reader() -> Client:
    account = open_account("vic", "irrelevant here", staff_id="v1", name=Bilingual("魏", "Vic"))
    grant_role(account.pk, Role.SUPERVISOR, COUNTY, granted_by="test")
    client = Client()
    client.force_login(account)
    client.post("/language/", {"language": "en"})
    return client


def opened(page, reader: Client) -> int:  # type: ignore[no-untyped-def]  # a test client's answer
    """Open every figure of the sections of a page; returns how many there were."""
    found = 0
    for table in page.context["tables"]:
        for cell in (cell for row in table.rows for cell in row):
            if table.opens == "bulletin-cases" and cell.figure:
                asked = {"figure": cell.figure, "group": cell.group, "at": page.context["at"]}
                cases = reader.get(f"/bulletin/{DAY.name}/cases/", asked)
                assert cases.context["count"] == cell.value == len(cases.context["rows"])
                found += 1
    return found


def test_each_figure_opens_its_cases_as_it_was_shown_and_as_it_was_published(
    reader: Client,
) -> None:
    undone, _returned, _call = make_day()
    clock.set_rate(1.0, served_s=OVER_S)
    page = reader.get(f"/bulletin/{DAY.name}/")
    assert "figure=tasks.on_time" in page.content.decode()
    assert "share-chart" in page.content.decode()
    publish(COUNTY, DAY, now_s=OVER_S)
    clock.set_rate(1.0, served_s=OVER_S + 600.0)
    there = Whereabouts(task_cast.PLACE.lon, task_cast.PLACE.lat)
    tasks.finish(
        task_cast.ASSISTANT, undone, {"seen": True}, now_s=OVER_S + 300.0,
        told=Told(NOW_S + 60.0), where=there,
    )  # fmt: skip
    assert opened(page, reader) > 30
    published = reader.get(f"/bulletin/{DAY.name}/published/")
    assert opened(published, reader) > 30
    assert ("1", "2") in {(one.before, one.now) for one in published.context["corrections"]}
    again = reader.get(f"/bulletin/{DAY.name}/published/", {"recompute": "1"})
    assert again.context["recomputed"] == "same"


def test_the_workbook_and_the_pdf_have_the_sections(reader: Client) -> None:
    make_day()
    clock.set_rate(1.0, served_s=OVER_S)
    workbook = openpyxl.load_workbook(io.BytesIO(reader.get(f"/bulletin/{DAY.name}.xlsx").content))
    sheet = next(one for one in workbook.worksheets if one.title.endswith(" Tasks"))
    assert all(one["A2"].value for one in workbook.worksheets[1:]), "each has its title"
    rows = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=5)}
    assert rows["Tasks due"] == 6
    assert rows["of “Tasks due”: done on time"] == 1
    for language in ("en", "zh-hans"):
        reader.post("/language/", {"language": language})
        assert reader.get(f"/bulletin/{DAY.name}.pdf").content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    "asked",
    [
        {"figure": "nonsense"},
        {"figure": "tasks.nonsense"},
        {"figure": "tasks.due", "at": "x"},
        {"figure": "tasks.due", "at": "nan"},
        {"figure": "tasks.due", "at": "1"},
        {"figure": "tasks.due", "at": "9e12"},
        {"figure": "tasks.due", "area": "110000000000"},
    ],
)
def test_what_is_no_figure_no_moment_or_not_the_readers_is_not_found(
    reader: Client, asked: dict[str, str]
) -> None:
    clock.set_rate(1.0, served_s=OVER_S)
    assert reader.get(f"/bulletin/{DAY.name}/cases/", asked).status_code == 404


def test_cases_come_as_csv_and_name_nobody_to_who_may_not_see_tasks(reader: Client) -> None:
    make_day()
    clock.set_rate(1.0, served_s=OVER_S)
    address = f"/bulletin/{DAY.name}/cases/"
    lines = reader.get(address, {"figure": "tasks.due", "as": "csv"}).content.decode()
    assert len(lines.splitlines()) == 7
    due = reader.get(address, {"figure": "tasks.due"}).context["rows"]
    assert {one["label"] for one in due} == {task_cast.NAME.en}  # its title, not its rule's code
    days = reader.get(address, {"figure": "tasks.overloaded"}).context["rows"]
    assert len(days) == 1
    assert "minutes planned" in days[0]["label"]
