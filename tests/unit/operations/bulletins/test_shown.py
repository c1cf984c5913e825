"""Which bulletin a reader is shown: as published, or by the record as it is now, and from when."""

from __future__ import annotations

import datetime
import io
import threading
from collections.abc import Callable

import openpyxl
import pytest
from django.test import Client
from tests.unit.operations.small_place import COUNTY, DISPATCHER, EAST, NOW_S, WEST, viewer

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.periods import PeriodKind, period_of
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.bulletins import selectors, shown
from wardmote.operations.bulletins.memory import Memory
from wardmote.operations.bulletins.selectors import figures_of, span_of
from wardmote.operations.bulletins.services import publish
from wardmote.operations.bulletins.shown import (
    FRESH_S,
    MOST_READY,
    PASSABLE_S,
    READY_S,
    WANTED_S,
    shown_bulletin,
    widest,
)
from wardmote.operations.incidents import services as incidents
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day
from wardmote.operations.people.services import open_account
from wardmote.web.pages.bulletin_rows import MOST_ROWS, rows_of
from wardmote.web.tables import Cell, Table

DAY = period_of(PeriodKind.DAY, local_day(NOW_S))
OVER_S = span_of(DAY)[1]
CALL = incidents.NewCall("dispute.neighbour", "phone", lon=111.15, lat=27.05)
COUNTYS = viewer((Role.SUPERVISOR, COUNTY))
PAGE = f"/bulletin/{DAY.name}/"


@pytest.fixture
def reader(place: None) -> Client:
    account = open_account("vic", "irrelevant here", staff_id="v1", name=Bilingual("魏", "Vic"))
    grant_role(account.pk, Role.SUPERVISOR, COUNTY, granted_by="test")
    client = Client()
    client.force_login(account)
    client.post("/language/", {"language": "en"})
    return client


def published_with_a_late_call() -> None:
    """One call is published; another, entered later, came before the day was over."""
    incidents.enter_call(DISPATCHER, CALL, now_s=NOW_S)
    publish(COUNTY, DAY, now_s=OVER_S)
    incidents.enter_call(DISPATCHER, CALL, now_s=NOW_S + 1.0)
    clock.set_rate(1.0, served_s=OVER_S + 600.0)


def calls_of(page) -> object:  # type: ignore[no-untyped-def]  # a test client's answer
    return page.context["tables"][0].rows[0][1].value


def test_a_published_period_is_shown_as_published_whatever_came_late(reader: Client) -> None:
    published_with_a_late_call()
    page = reader.get(PAGE)
    text = page.content.decode()
    assert calls_of(page) == 1
    assert page.context["as_published"]
    assert "as published on" in text
    assert page.context["published"].digest in text
    assert 'href="?live=1"' in text
    behind = reader.get(f"{PAGE}calls/", {"figure": "calls"})
    assert behind.context["count"] == 1


def test_live_figures_are_asked_for_and_every_download_of_them_too(reader: Client) -> None:
    published_with_a_late_call()
    page = reader.get(PAGE, {"live": "1"})
    assert calls_of(page) == 2
    assert "by the record of" in page.content.decode()
    assert f"/bulletin/{DAY.name}.xlsx?live=1" in page.content.decode()
    assert "figure=calls&amp;group=&amp;live=1" in page.content.decode()
    behind = reader.get(f"{PAGE}calls/", {"figure": "calls", "live": "1"})
    assert behind.context["count"] == 2
    for asked, count in (({}, 1), ({"live": "1"}, 2)):
        content = reader.get(f"/bulletin/{DAY.name}.xlsx", asked).content
        overview = openpyxl.load_workbook(io.BytesIO(content)).worksheets[1]
        assert overview["B5"].value == count
        pdf = reader.get(f"/bulletin/{DAY.name}.pdf", asked)
        assert pdf.content.startswith(b"%PDF-")


def test_what_is_not_over_or_not_published_is_live(reader: Client) -> None:
    incidents.enter_call(DISPATCHER, CALL, now_s=NOW_S)
    clock.set_rate(1.0, served_s=NOW_S + 60.0)
    page = reader.get(PAGE)
    assert (calls_of(page), page.context["as_published"]) == (1, False)
    assert "live=1" not in page.content.decode()


@pytest.mark.usefixtures("place")
def test_a_document_of_one_area_is_not_shown_to_who_sees_another_too() -> None:
    published_with_a_late_call()
    both = viewer((Role.SUPERVISOR, COUNTY), (Role.SUPERVISOR, AreaId("430522000000")))
    assert shown_bulletin(COUNTYS, DAY, now_s=OVER_S + 600.0).as_published
    assert not shown_bulletin(both, DAY, now_s=OVER_S + 600.0).as_published
    inner = viewer((Role.SUPERVISOR, COUNTY), (Role.SUPERVISOR, EAST))
    assert shown_bulletin(inner, DAY, now_s=OVER_S + 600.0).as_published
    town = shown_bulletin(viewer((Role.SUPERVISOR, EAST)), DAY, now_s=OVER_S + 600.0)
    assert (town.published, town.as_published) == (None, False)
    with pytest.raises(AccessDeniedError):
        shown_bulletin(viewer((Role.CREW, COUNTY)), DAY, now_s=OVER_S + 600.0)


@pytest.mark.usefixtures("place")
def test_live_figures_are_remembered_for_a_minute_and_say_from_when() -> None:
    incidents.enter_call(DISPATCHER, CALL, now_s=NOW_S)
    first = shown_bulletin(COUNTYS, DAY, now_s=NOW_S + 1.0)
    incidents.enter_call(DISPATCHER, CALL, now_s=NOW_S + 2.0)
    again = shown_bulletin(COUNTYS, DAY, now_s=NOW_S + FRESH_S + 0.5)
    assert again.reported is first.reported
    assert again.at_s == NOW_S + 1.0
    later = shown_bulletin(COUNTYS, DAY, now_s=NOW_S + 1.0 + FRESH_S)
    assert later.reported.bulletin.total.calls.count == 2
    assert later.at_s == NOW_S + 1.0 + FRESH_S


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """What would be worked out in threads; any figures take long."""
    threads: list[Callable[[], None]] = []

    class Later(threading.Thread):
        def start(self) -> None:
            threads.append(self.run)

    monkeypatch.setattr("wardmote.operations.bulletins.shown.threading.Thread", Later)
    monkeypatch.setattr("wardmote.operations.bulletins.shown.connection.close", lambda: None)
    monkeypatch.setattr(shown, "LONG_S", 0.0)
    return threads


@pytest.mark.usefixtures("place")
def test_what_was_asked_for_is_kept_ready_for_a_day_the_oldest_first(
    begun: list[Callable[[], None]],
) -> None:
    for number, area in enumerate((COUNTY, EAST)):
        shown_bulletin(viewer((Role.SUPERVISOR, area)), DAY, now_s=NOW_S + number)
    shown.keep_ready(NOW_S + READY_S - 1.0)
    assert not begun, "young enough"
    for minute in range(10, 24 * 60, 10):
        for _ in (COUNTY, EAST):
            shown.keep_ready(NOW_S + minute * 60.0)
            while begun:
                begun.pop()()
    last_s = NOW_S + (24 * 60 - 10) * 60.0
    for area in (COUNTY, EAST):
        seen = shown_bulletin(viewer((Role.SUPERVISOR, area)), DAY, now_s=last_s + 300.0)
        assert seen.at_s == last_s
    while begun:
        begun.pop()()
    shown.keep_ready(last_s + 300.0 + WANTED_S)
    assert not begun, "nobody asked for a day"


@pytest.mark.usefixtures("place")
def test_only_the_figures_asked_for_last_are_kept_ready(begun: list[Callable[[], None]]) -> None:
    days = [period_of(PeriodKind.DAY, DAY.first - datetime.timedelta(days=n)) for n in range(9)]
    for number, day in enumerate(days):
        shown_bulletin(COUNTYS, day, now_s=NOW_S + number)
    renewed = set()
    late_s = NOW_S + READY_S + 2 * PASSABLE_S
    for minute in range(int((late_s - NOW_S) // 60)):
        shown.keep_ready(NOW_S + 60.0 * minute)
        while begun:
            begun.pop()()
    for day in days:
        if shown_bulletin(COUNTYS, day, now_s=late_s).at_s != late_s:
            renewed.add(day)
    assert renewed == set(days[-MOST_READY:])


@pytest.mark.usefixtures("place")
def test_figures_that_took_long_are_shown_while_newer_ones_are_worked_out(
    begun: list[Callable[[], None]],
) -> None:
    incidents.enter_call(DISPATCHER, CALL, now_s=NOW_S)
    first = shown_bulletin(COUNTYS, DAY, now_s=NOW_S + 1.0)
    incidents.enter_call(DISPATCHER, CALL, now_s=NOW_S + 2.0)
    for _ in range(2):
        passable = shown_bulletin(COUNTYS, DAY, now_s=NOW_S + 1.0 + FRESH_S)
        assert passable.reported is first.reported
        assert passable.at_s == NOW_S + 1.0
    assert len(begun) == 1, "one at a time"
    begun.pop()()
    newer = shown_bulletin(COUNTYS, DAY, now_s=NOW_S + 2.0 + FRESH_S)
    assert newer.reported.bulletin.total.calls.count == 2
    assert newer.at_s == NOW_S + 1.0 + FRESH_S
    too_old = shown_bulletin(COUNTYS, DAY, now_s=newer.at_s + PASSABLE_S)
    assert too_old.at_s == newer.at_s + PASSABLE_S
    assert not begun


@pytest.mark.usefixtures("place")
def test_what_is_remembered_is_never_shared_between_areas() -> None:
    incidents.enter_call(DISPATCHER, CALL, now_s=NOW_S)
    counts = {}
    for area in (COUNTY, EAST, WEST):
        found = shown_bulletin(viewer((Role.SUPERVISOR, area)), DAY, now_s=NOW_S + 1.0)
        counts[area] = found.reported.bulletin.total.calls.count
        alone = figures_of([area], DAY, now_s=NOW_S + 1.0)
        assert found.reported == alone
    assert counts == {COUNTY: 1, EAST: 1, WEST: 0}


@pytest.mark.usefixtures("place")
def test_a_document_is_read_once_and_figures_of_a_minute_are_worked_out_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    published_with_a_late_call()
    done: list[str] = []

    def noted(name: str, whole):  # type: ignore[no-untyped-def]  # any function
        def call(*args: object, **other: object) -> object:
            done.append(name)
            return whole(*args, **other)

        return call

    monkeypatch.setattr(selectors, "read_document", noted("read", selectors.read_document))
    monkeypatch.setattr(shown, "figures_of", noted("worked out", figures_of))
    for live in (False, True, False, True):
        shown_bulletin(COUNTYS, DAY, now_s=OVER_S + 600.0, live=live)
    assert done == ["read", "worked out"]


def test_the_widest_areas_are_told_once_and_in_order() -> None:
    assert widest([WEST, EAST, WEST]) == (EAST, WEST)
    assert widest([EAST, COUNTY, COUNTY]) == (COUNTY,)
    assert widest([]) == ()


def test_a_memory_keeps_the_last_asked_for_and_nothing_that_failed() -> None:
    memory: Memory[str, str] = Memory(2)

    def get(key: str) -> str:
        return memory.get(key, lambda: f"new {key}", lambda _known: True)

    get("a"), get("b"), get("a"), get("c")
    assert len(memory) == 2
    assert memory.get("a", lambda: "other", lambda _known: True) == "new a"
    assert memory.get("b", lambda: "other", lambda _known: True) == "other"
    with pytest.raises(ZeroDivisionError):
        memory.get("d", lambda: str(1 // 0), lambda _known: True)
    assert get("d") == "new d"
    memory.forget()
    assert len(memory) == 0


def test_what_one_thread_works_out_another_waits_for() -> None:
    memory: Memory[str, int] = Memory(2)
    begun, go_on, made = threading.Event(), threading.Event(), []

    def make() -> int:
        begun.set()
        assert go_on.wait(30)
        made.append(1)
        return len(made)

    def ask() -> None:
        found.append(memory.get("a", make, lambda _known: True))

    found: list[int] = []
    threads = [threading.Thread(target=ask) for _number in range(3)]
    threads[0].start()
    assert begun.wait(30)
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert found == [1, 1, 1]


def test_a_long_table_by_area_shows_its_largest_rows_and_others_are_whole() -> None:
    rows = tuple(
        (Cell(f"town {number}"), Cell(str(number), number, "hazards.open" if number else "", "4"))
        for number in range(MOST_ROWS + 1)
    )
    long = Table("towns.hazards", "Towns", ("Area", "Open"), rows, "bulletin-cases")
    whole = Table("categories", "Categories", ("Category", "Calls"), rows, "bulletin-cases")
    opened = {"bulletin-cases": {"at": "1.0"}}
    cut, other = rows_of([long, whole], DAY.name, opened=opened)
    assert (cut.shown, cut.count, other.shown) == (MOST_ROWS, MOST_ROWS + 1, MOST_ROWS + 1)
    assert "town 0<" not in cut.html
    assert "town 1<" in cut.html
    (every,) = rows_of([long], DAY.name, opened=opened, every=True)
    assert (every.shown, every.html) == (MOST_ROWS + 1, other.html)


def test_texts_of_rows_are_escaped_and_what_opens_nothing_is_not_linked() -> None:
    row = (Cell("<b>"), Cell("1", 1, "a&b", "<x>"), Cell("2 > 1"))
    table = Table("categories", "", ("", "", ""), (row,))
    (linked,) = rows_of([table], DAY.name, opened={"bulletin-calls": {}})
    address = f"/bulletin/{DAY.name}/calls/?figure=a%26b&amp;group=%3Cx%3E"
    assert linked.html == (
        f'<tr><th scope="row">&lt;b&gt;</th><td class="number"><a href="{address}">1</a></td>'
        '<td class="number">2 &gt; 1</td></tr>\n'
    )
    (plain,) = rows_of([table], DAY.name, opened={})
    assert "<a" not in plain.html
