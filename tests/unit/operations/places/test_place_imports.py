"""Taking in tables of places and files of boundaries: looked at first, whole or not at all."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.db import connection
from django.utils import translation
from tests.unit.operations.places.small_county import (
    COUNTY,
    EAST,
    GRID_1,
    GRID_2,
    NEW,
    NOW_S,
    PLANNER,
    TODAY,
    TOWN,
    WEST,
    box,
    open_small_county,
)

from wardmote.core.beat.topology import FindingKind
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.place_events import DivisionChanged, PlacesImported
from wardmote.core.domain.text import Bilingual
from wardmote.gateways.boundaries.reading import FileDatum, read_boundaries
from wardmote.gateways.place_tables.reading import read_place_table
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.places import selectors, services, tree
from wardmote.operations.places.errors import (
    ImportHasProblemsError,
    ImportOvertakenError,
    UnknownImportError,
)
from wardmote.operations.places.lines import BoundaryLine, PlaceLine, PlaceLines, RowReason
from wardmote.operations.places.services import (
    BOUNDARIES,
    PLACES,
    ImportOptions,
    Outcome,
    importing,
)

pytestmark = pytest.mark.django_db

ONE = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def county() -> None:
    selectors.forget()
    open_small_county()


def kept(*lines: PlaceLine | BoundaryLine, viewer: Viewer = PLANNER, **options: Any) -> str:
    places = tuple(line for line in lines if isinstance(line, PlaceLine))
    boundaries = tuple(line for line in lines if isinstance(line, BoundaryLine))
    file = PlaceLines(places, boundaries)
    source = BOUNDARIES if boundaries else PLACES
    return services.keep_read(
        viewer, file, ImportOptions(**options), source=source, label="f", now_s=NOW_S
    )


def looked_at(import_id: str, viewer: Viewer = PLANNER) -> Outcome:
    return services.look_at_import(viewer, import_id, now_s=NOW_S)[1]


def taken(import_id: str) -> Outcome:
    outcome = looked_at(import_id)
    services.take_in(PLANNER, import_id, services.digest_of(outcome), now_s=NOW_S)
    selectors.forget()
    return outcome


def reasons(outcome: Outcome) -> list[tuple[int, RowReason]]:
    return [(one.row, one.reason) for one in outcome.problems]


def test_the_preview_says_what_would_be_added_changed_and_ended_and_changes_nothing() -> None:
    before = len(list(all_events()))
    import_id = kept(
        PlaceLine(2, WEST, zh="新西村"), PlaceLine(3, NEW, zh="新村"), PlaceLine(4, COUNTY),
        PlaceLine(5, GRID_2, last=TODAY),
    )  # fmt: skip
    outcome = looked_at(import_id)
    assert [one.code for one in outcome.added] == [NEW]
    assert [(one.code, one.changes) for one in outcome.changed] == [
        (WEST, (("name_zh", "新西村"),)), (GRID_2, (("last", TODAY.isoformat()),)),
    ]  # fmt: skip
    assert (outcome.unchanged, outcome.problems) == (1, ())
    assert selectors.division_at(NEW, TODAY) is None
    assert len(list(all_events())) == before


def test_a_table_is_taken_in_whole_with_history_and_events() -> None:
    taken(kept(PlaceLine(2, WEST, zh="新西村"), PlaceLine(3, NEW, zh="新村", population=90)))
    new, west = selectors.division_at(NEW, TODAY), selectors.division_at(WEST, TODAY)
    assert new is not None
    assert west is not None
    assert (new.parent, west.name.zh) == (TOWN, "新西村")
    assert [one.kind for one in tree.history_of(WEST)][:1] == ["rename"]
    payloads = [event.payload for event in all_events()][-3:]
    assert {one.after for one in payloads if isinstance(one, DivisionChanged)} == {(NEW,), (WEST,)}
    assert isinstance(payloads[-1], PlacesImported)
    assert (payloads[-1].added, payloads[-1].changed, payloads[-1].ended) == (1, 1, 0)


def test_one_wrong_row_keeps_everything_out_and_each_is_named() -> None:
    import_id = kept(
        PlaceLine(2, NEW, zh="新村"),
        PlaceLine(3, NEW, zh="又一个"),
        PlaceLine(4, "430521109201", zh="无镇村"),
        PlaceLine(5, "430521101204"),
        PlaceLine(6, WEST, last=TODAY),
        PlaceLine(7, EAST, last=datetime.date(2025, 1, 1)),
    )
    found = reasons(looked_at(import_id))
    assert found == [
        (3, RowReason.CODE_TWICE),
        (4, RowReason.PARENT),
        (5, RowReason.NAME),
        (6, RowReason.NEEDED),
        (6, RowReason.NEEDED),
        (6, RowReason.NEEDED),
        (7, RowReason.LAST_BEFORE_FIRST),
        (7, RowReason.NEEDED),
    ]
    with pytest.raises(ImportHasProblemsError):
        services.take_in(PLANNER, import_id, "", now_s=NOW_S)
    assert selectors.division_at(NEW, TODAY) is None


def test_all_that_is_wrong_with_a_row_is_told_at_the_first_look() -> None:
    table = (
        "code,name,lon,lat,population,from,to,上级\n"
        "430521109201,无镇村,111,,-5,2026-03-01,2026-01-01,桥镇\n"  # no town, no lat, days
        f"{NEW},,x,27,many,soon,2020-01-01,\n"  # with a first day that nobody can compare
        f"{NEW}001,网格,,,,,,\n"  # its village is above, faults or not
        f"{WEST},西村,,,-1,,{TODAY},\n"
        "43052,短,,,-1,,,\n"
    )
    file = read_place_table(table.encode())
    kept_file = services.keep_read(
        PLANNER, file, ImportOptions(day=TODAY), source=PLACES, label="f", now_s=NOW_S
    )
    outcome = looked_at(kept_file)
    told = {(one.row, one.column, one.reason) for one in outcome.problems}
    assert told >= {
        (2, "lon", RowReason.DEGREES),
        (2, "population", RowReason.NUMBER),
        (2, "to", RowReason.LAST_BEFORE_FIRST),
        (2, "code", RowReason.PARENT),
        (3, "lon", RowReason.NUMBER),
        (3, "population", RowReason.NUMBER),
        (3, "from", RowReason.DAY),
        (3, "name", RowReason.NAME),
        (5, "population", RowReason.NUMBER),
        (5, "to", RowReason.NEEDED),
        (6, "code", RowReason.CODE),
        (6, "population", RowReason.NUMBER),
    }
    assert (3, "to", RowReason.LAST_BEFORE_FIRST) not in told
    assert not any(one.row == 4 for one in outcome.problems)
    assert [one.code for one in outcome.added] == [f"{NEW}001"]
    assert (outcome.changed, outcome.unread) == ((), ("上级",))
    with pytest.raises(ImportHasProblemsError):
        services.take_in(PLANNER, kept_file, services.digest_of(outcome), now_s=NOW_S)


def test_a_whole_list_ends_nothing_that_a_faulty_row_names() -> None:
    table = f"code,name,population\n{WEST},西村,many\n{EAST},东村,\n"
    kept_file = services.keep_read(
        PLANNER, read_place_table(table.encode()), ImportOptions(whole_of=TOWN), source=PLACES,
        label="f", now_s=NOW_S,
    )  # fmt: skip
    assert WEST not in {one.code for one in looked_at(kept_file).ended}


def test_the_whole_list_of_a_division_ends_what_it_lacks_of_its_own_levels() -> None:
    outcome = looked_at(kept(PlaceLine(2, GRID_1), whole_of=COUNTY, day=TODAY + ONE))
    assert [one.code for one in outcome.ended] == [GRID_2]
    taken(kept(PlaceLine(2, GRID_1), whole_of=COUNTY, day=TODAY + ONE))
    assert selectors.division_at(GRID_2, TODAY) is not None
    assert selectors.division_at(GRID_2, TODAY + ONE) is None
    assert selectors.division_at(WEST, TODAY + ONE) is not None


def test_divisions_that_stood_alone_come_under_those_opened_above_them() -> None:
    taken(
        kept(PlaceLine(2, "430000000000", zh="湖南省"), PlaceLine(3, "430500000000", zh="邵阳市"))
    )
    assert [row.code for row in tree.path_to(WEST)][:3] == [
        "430000000000", "430500000000", COUNTY,
    ]  # fmt: skip
    assert [row.code for row in tree.tops(TODAY)] == ["430000000000"]


def test_only_who_read_a_file_looks_at_it_once_and_only_within_the_own_area() -> None:
    town_planner = Viewer("p2", (RoleInArea(Role.PLANNER, AreaId("430521102000")),))
    import_id = kept(PlaceLine(2, NEW, zh="新村"), viewer=town_planner)
    assert reasons(looked_at(import_id, town_planner)) == [(2, RowReason.OUTSIDE_AREA)]
    with pytest.raises(UnknownImportError):
        looked_at(import_id)
    services.give_up_import(town_planner, import_id)
    with pytest.raises(UnknownImportError):
        looked_at(import_id, town_planner)
    with pytest.raises(AccessDeniedError):
        kept(PlaceLine(2, NEW), viewer=Viewer("a", (RoleInArea(Role.AUDITOR, AreaId(COUNTY)),)))


def test_what_changed_since_the_preview_is_looked_at_again() -> None:
    first, second = kept(PlaceLine(2, NEW, zh="新村")), kept(PlaceLine(2, NEW, zh="新村"))
    digest = services.digest_of(looked_at(first))
    taken(second)
    with pytest.raises(ImportOvertakenError):
        services.take_in(PLANNER, first, digest, now_s=NOW_S)


def test_nothing_is_planned_while_the_only_writer_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test itself is one transaction; savepoints in it are those of the service."""
    inside: list[int] = []
    planned = importing.plan_places

    def plan(*args: Any) -> Outcome:
        inside.append(len(connection.savepoint_ids))
        return planned(*args)

    monkeypatch.setattr(importing, "plan_places", plan)
    before = len(connection.savepoint_ids)
    taken(kept(PlaceLine(2, NEW, zh="新村")))
    assert set(inside) == {before}


def test_what_changes_between_planning_and_writing_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = kept(PlaceLine(2, NEW, zh="新村"))
    digest = services.digest_of(looked_at(first))
    ready = importing.ready_places

    def meanwhile(*args: Any) -> Any:
        made = ready(*args)
        services.rename_place(PLANNER, WEST, Bilingual("别名", "Else"), TODAY, now_s=NOW_S + 1.0)
        return made

    monkeypatch.setattr(importing, "ready_places", meanwhile)
    with pytest.raises(ImportOvertakenError):
        services.take_in(PLANNER, first, digest, now_s=NOW_S)
    assert tree.place_row(NEW) is None


def test_a_file_that_nobody_took_in_is_dropped_after_a_day() -> None:
    old = kept(PlaceLine(2, NEW, zh="新村"))
    services.go_round(NOW_S + 86_400.0)
    looked_at(old)
    services.go_round(NOW_S + 86_400.1)
    with pytest.raises(UnknownImportError):
        looked_at(old)


def test_what_still_needs_a_place_is_named_in_the_language_of_the_reader() -> None:
    for language, said in (("en", EAST), ("zh-hans", f"{EAST}村")):
        with translation.override(language):
            last = TODAY + ONE
            problems = looked_at(kept(PlaceLine(2, TOWN, last=last))).problems
        assert f"{EAST} {said}" in {one.value for one in problems}


# --- boundaries -----------------------------------------------------------------------------


def line(row: int, code: str, shape: Any, name: str = "") -> BoundaryLine:
    return BoundaryLine(row, code, name, "", shapely.to_wkb(shape))


def test_boundaries_are_matched_by_code_or_by_the_only_place_of_a_name() -> None:
    outcome = taken(
        kept(line(1, EAST, box(111.1, 111.18)), line(2, "", box(111.2, 111.4), "430521102000村"))
    )
    assert [one.code for one in outcome.changed] == [EAST]
    assert outcome.unchanged == 1
    assert [(one.kind, one.codes) for one in outcome.findings] == [(FindingKind.GAP, (TOWN,))]
    place = selectors.division_at(EAST, TODAY)
    assert place is not None
    assert max(lon for lon, _ in place.boundary[0][0]) == 111.18
    assert len(tree.versions_of(EAST)) == 2


def test_boundaries_that_do_not_fit_are_named_by_feature() -> None:
    bow_tie = shapely.Polygon([(111.1, 27), (111.2, 27.1), (111.2, 27), (111.1, 27.1)])
    found = reasons(
        looked_at(
            kept(
                line(1, NEW, box(111.1, 111.2)),
                line(2, EAST, bow_tie),
                line(3, "", box(111.1, 111.2), "无此村"),
                line(4, GRID_2, box(111.05, 111.12)),
                line(5, GRID_2, box(111.05, 111.1)),
            )
        )
    )
    assert found == [
        (1, RowReason.UNKNOWN_CODE),
        (2, RowReason.BOUNDARY_CROSSES),
        (3, RowReason.UNKNOWN_NAME),
        (4, RowReason.GRID_OUTSIDE),
        (5, RowReason.CODE_TWICE),
    ]


def test_a_village_may_not_shrink_away_from_its_grids_but_both_may_change_together() -> None:
    village, grid = line(1, WEST, box(111.0, 111.09)), line(2, GRID_2, box(111.05, 111.09))
    assert reasons(looked_at(kept(village))) == [(1, RowReason.GRID_OUTSIDE)]
    assert not taken(kept(village, grid)).problems


def test_grids_are_opened_from_a_file_when_that_is_asked_for() -> None:
    grid = line(1, EAST + "001", box(111.1, 111.15), "一网格")
    assert reasons(looked_at(kept(grid))) == [(1, RowReason.UNKNOWN_CODE)]
    taken(kept(grid, open_new=True))
    assert selectors.chain_of(111.12, 27.05, NOW_S).grid == EAST + "001"


# --- at the size of a prefecture, with real codes --------------------------------------------


def test_the_real_villages_of_two_cities_are_taken_in_and_their_counties_drawn(
    shared_data: Path,
) -> None:
    path = shared_data / "hunan" / "hunan_shaoyang_hengyang_duyun_admin.json"
    found = json.loads(path.read_text("utf-8"))
    rows = [
        ("43", "湖南省"), ("4305", "邵阳市"),
        *(
            (one["code"], one["name"])
            for level in ("areas", "streets", "villages")
            for one in found[level]
            if one["code"].startswith("4305") and not one["code"].startswith("430521")
        ),
    ]  # fmt: skip
    lines = [PlaceLine(row, code.ljust(12, "0"), zh=name) for row, (code, name) in enumerate(rows)]
    assert len(lines) > 3_000
    assert len(taken(kept(*lines)).added) == len(lines)
    assert not taken(kept(*lines)).added
    outlines = (shared_data / "hunan" / "hu2_nan2_shao4_yang2.geojson").read_bytes()
    file = read_boundaries(outlines, FileDatum.WGS84)
    known = {row.name.zh for row in tree.rows_within("", TODAY)}
    lines_known = [one for one in file.boundaries if one.zh in known]
    assert len(lines_known) >= 11
    outcome = taken(kept(*lines_known, whole_of="430500000000"))
    assert len(outcome.changed) == len(lines_known)
    where = selectors.chain_of(111.47, 27.23, NOW_S)
    assert where.county in {"430502000000", "430503000000", "430511000000"}
