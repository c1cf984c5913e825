"""Opening, redrawing, ending, splitting, merging and moving divisions and grids."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext, suppress

import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.operations.places.small_county import (
    COUNTY,
    EAST,
    FIRST,
    GRID_1,
    GRID_2,
    MIDDLE,
    NEW,
    NOW_S,
    OTHER_TOWN,
    PLANNER,
    TODAY,
    TOWN,
    WEST,
    box,
    name,
    open_small_county,
)
from tests.unit.operations.small_place import SMALL_PLACE

from wardmote.core.domain.division_changes import DivisionChangeKind
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Role, RoleInArea, Viewer
from wardmote.core.domain.place_chain import ChainGap
from wardmote.core.domain.place_events import BeatChanged, DivisionChanged
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.places import dependants, selectors, services, tree
from wardmote.operations.places.dependants import Dependant
from wardmote.operations.places.errors import (
    BadBoundaryError,
    CodeTakenError,
    LaterBoundaryError,
    NoPlaceAboveError,
    OutsideVillageError,
    StillLeanedOnError,
    SuccessionRefusedError,
    UnknownPlaceError,
    VillageTakenError,
)
from wardmote.operations.places.services import BeatWanted, Choices, NewPlace, load_places
from wardmote.operations.refusals import RefusedError

pytestmark = pytest.mark.django_db

DAY_S = 86_400.0
ONE = datetime.timedelta(days=1)
CUT = [(111.08, 26.9), (111.08, 27.2)]


@pytest.fixture
def beat() -> str:
    selectors.forget()
    return open_small_county()


def chain(lon: float, at_s: float = NOW_S, lat: float = MIDDLE) -> tuple[str | None, str | None]:
    selectors.forget()  # a commit would have done so
    found = selectors.chain_of(lon, lat, at_s)
    return found.village, found.grid


def last_change() -> DivisionChanged:
    events = [event.payload for event in all_events()]
    return [event for event in events if isinstance(event, DivisionChanged)][-1]


def test_a_point_has_its_whole_chain_on_a_day(beat: str) -> None:
    found = selectors.chain_of(111.02, MIDDLE, NOW_S)
    assert (found.grid, found.village, found.town, found.county) == (GRID_1, WEST, TOWN, COUNTY)
    assert found.codes == (GRID_1, WEST, TOWN, COUNTY)
    assert (found.beat, found.post, found.gaps) == (beat, None, (ChainGap.NO_POST,))


def test_what_is_missing_around_a_point_is_named(beat: str) -> None:
    assert beat
    away = selectors.chain_of(120.0, MIDDLE, NOW_S)
    assert away.gaps == (ChainGap.OUTSIDE, ChainGap.NO_BEAT, ChainGap.NO_POST)
    assert away.codes == ()
    bare = selectors.chain_of(111.3, MIDDLE, NOW_S)
    assert (bare.village, bare.town) == (None, OTHER_TOWN)
    assert ChainGap.NO_VILLAGE in bare.gaps
    services.end_place(PLANNER, GRID_1, TODAY - ONE, now_s=NOW_S)
    selectors.forget()
    assert ChainGap.NO_GRID in selectors.chain_of(111.02, MIDDLE, NOW_S).gaps


def test_a_village_that_two_claim_is_answered_by_the_smaller_code_and_named(beat: str) -> None:
    assert beat
    services.redraw_place(PLANNER, EAST, box(111.09, 111.2), TODAY, now_s=NOW_S)
    selectors.forget()
    found = selectors.chain_of(111.095, MIDDLE, NOW_S)
    assert found.village == WEST
    assert ChainGap.TWO_VILLAGES in found.gaps


def test_a_boundary_holds_from_its_day_on_and_the_one_before_until_then(beat: str) -> None:
    assert beat
    services.redraw_place(PLANNER, EAST, box(111.1, 111.15), TODAY + ONE, now_s=NOW_S)
    assert chain(111.18) == (EAST, None)
    assert chain(111.18, NOW_S + DAY_S) == (None, None)
    for day, east in ((TODAY, 111.2), (TODAY + ONE, 111.15)):
        place = selectors.division_at(EAST, day)
        assert place is not None
        assert max(lon for lon, _ in place.boundary[0][0]) == east
    assert services.take_effect(NOW_S) == 0
    assert services.take_effect(NOW_S + DAY_S) == 1
    assert services.take_effect(NOW_S + DAY_S) == 0


def test_a_boundary_before_the_newest_is_refused_so_that_the_past_stays(beat: str) -> None:
    assert beat
    services.redraw_place(PLANNER, EAST, box(111.1, 111.15), TODAY, now_s=NOW_S)
    with pytest.raises(LaterBoundaryError):
        services.redraw_place(PLANNER, EAST, box(111.1, 111.16), TODAY - ONE, now_s=NOW_S)


def test_a_grid_lies_in_its_village_and_a_village_holds_its_grids(beat: str) -> None:
    assert beat
    with pytest.raises(OutsideVillageError):
        services.redraw_place(PLANNER, GRID_2, box(111.05, 111.11), TODAY, now_s=NOW_S)
    with pytest.raises(OutsideVillageError) as refusal:
        services.redraw_place(PLANNER, WEST, box(111.0, 111.09), TODAY, now_s=NOW_S)
    assert refusal.value.values["codes"] == GRID_2
    with pytest.raises(OutsideVillageError):
        services.open_place(
            PLANNER, NewPlace(EAST + "001", name("g"), TODAY, boundary=box(111.0, 111.01)),
            now_s=NOW_S,
        )  # fmt: skip


def test_a_code_is_never_given_twice_and_needs_the_place_above(beat: str) -> None:
    assert beat
    services.end_place(PLANNER, GRID_1, TODAY, now_s=NOW_S)
    with pytest.raises(CodeTakenError):
        services.open_place(PLANNER, NewPlace(GRID_1, name("again"), TODAY + ONE), now_s=NOW_S)
    with pytest.raises(NoPlaceAboveError):
        services.open_place(PLANNER, NewPlace("430521109201", name("v"), TODAY), now_s=NOW_S)
    early = NewPlace(WEST + "009", name("g"), FIRST - ONE)
    with pytest.raises(NoPlaceAboveError):
        services.open_place(PLANNER, early, now_s=NOW_S)


def test_what_is_needed_below_cannot_end_and_what_ended_keeps_name_and_history(beat: str) -> None:
    with pytest.raises(StillLeanedOnError) as refusal:
        services.end_place(PLANNER, WEST, TODAY, now_s=NOW_S)
    assert GRID_1 in refusal.value.values["what"]
    assert beat
    services.end_place(PLANNER, GRID_1, TODAY, now_s=NOW_S)
    assert selectors.division_at(GRID_1, TODAY) is not None
    assert selectors.division_at(GRID_1, TODAY + ONE) is None
    assert [one.kind for one in tree.history_of(GRID_1)] == ["end", "open"]
    assert last_change().after == ()
    with pytest.raises(UnknownPlaceError):
        services.end_place(PLANNER, GRID_1, TODAY + ONE, now_s=NOW_S)


def test_a_name_of_a_past_day_is_told_after_renaming(beat: str) -> None:
    assert beat
    services.rename_place(PLANNER, EAST, name("East"), TODAY, now_s=NOW_S)
    before, after = (selectors.division_at(EAST, day) for day in (TODAY - ONE, TODAY))
    assert before is not None
    assert after is not None
    assert (before.name, after.name) == (name(EAST), name("East"))


def test_a_boundary_that_crosses_itself_or_is_nothing_is_refused(beat: str) -> None:
    assert beat
    bow_tie = shapely.Polygon([(111.1, 27), (111.2, 27.1), (111.2, 27), (111.1, 27.1)])
    for shape in (bow_tie, shapely.Polygon(), shapely.Point(111, 27), box(200, 201)):
        with pytest.raises(BadBoundaryError):
            services.redraw_place(PLANNER, EAST, shape, TODAY, now_s=NOW_S)


# --- following one another ------------------------------------------------------------------


def test_a_split_takes_grids_and_beats_along_and_leaves_the_past_as_it_was(beat: str) -> None:
    wanted = services.split_along(WEST, CUT, [(WEST, name("West")), (NEW, name("New"))], TODAY)
    ready = services.prepare(PLANNER, wanted)
    assert [(one.before, [it.code for it in one.after]) for one in ready.grids] == [
        ((GRID_2,), [GRID_2, NEW + "002"])
    ]
    assert [one.beat for one in ready.beats] == [beat]
    services.follow(PLANNER, wanted, Choices(), now_s=NOW_S)
    assert chain(111.07) == (WEST, GRID_2)
    assert chain(111.09) == (NEW, NEW + "002")
    assert chain(111.09, NOW_S - DAY_S) == (WEST, GRID_2)
    selectors.forget()
    assert selectors.chain_of(111.09, MIDDLE, NOW_S).beat == beat
    assert [one.villages for one in tree.beats_on(TODAY)] == [(EAST, WEST, NEW)]
    assert [one.villages for one in tree.beats_on(TODAY - ONE)] == [(WEST, EAST)]
    assert [one.kind for one in tree.history_of(NEW)] == ["split"]
    changes = [event.payload for event in all_events()][-4:]
    assert [getattr(one, "kind", type(one)) for one in changes] == [
        DivisionChangeKind.RENAME, DivisionChangeKind.SPLIT, DivisionChangeKind.SPLIT, BeatChanged,
    ]  # fmt: skip


def test_a_split_off_part_leaves_the_beat_when_the_user_says_so(beat: str) -> None:
    wanted = services.split_along(WEST, CUT, [(WEST, name("W")), (NEW, name("N"))], TODAY)
    services.follow(PLANNER, wanted, Choices(beats={beat: [WEST]}), now_s=NOW_S)
    selectors.forget()
    assert selectors.chain_of(111.09, MIDDLE, NOW_S).gaps == (
        ChainGap.NO_BEAT, ChainGap.NO_POST,
    )  # fmt: skip


def test_a_merger_ends_one_code_and_its_grids_get_codes_of_the_other(beat: str) -> None:
    wanted = services.merge_of([EAST, WEST], EAST, name("Both"), TODAY)
    services.follow(PLANNER, wanted, Choices(), now_s=NOW_S)
    assert chain(111.02) == (EAST, EAST + "001")
    assert selectors.division_at(WEST, TODAY) is None
    assert selectors.division_at(WEST, TODAY - ONE) is not None
    assert beat
    assert [one.villages for one in tree.beats_on(TODAY)] == [(EAST,)]
    assert [one.kind for one in tree.history_of(WEST)] == ["merge", "open"]


def test_a_village_moves_under_another_town_with_another_code(beat: str) -> None:
    assert beat
    moved = OTHER_TOWN[:9] + "201"
    wanted = services.move_of(WEST, moved, name("Moved"), TODAY)
    services.follow(PLANNER, wanted, Choices(), now_s=NOW_S)
    assert chain(111.02) == (moved, moved + "001")


def test_a_refused_succession_changes_nothing(beat: str) -> None:
    assert beat
    events = len(list(all_events()))
    with pytest.raises(SuccessionRefusedError):
        services.split_along(WEST, [(111.5, 27), (111.5, 28)], [(WEST, name("W"))], TODAY)
    part = services.Successor(NEW, name("N"), box(111.0, 111.05))
    other = services.Successor(WEST, name("W"), box(111.04, 111.1))
    overlapping = services.Succession(DivisionChangeKind.SPLIT, (WEST,), (other, part), TODAY)
    with pytest.raises(SuccessionRefusedError) as refusal:
        services.follow(PLANNER, overlapping, Choices(), now_s=NOW_S)
    assert refusal.value.values["reason"] == "ground"
    wanted = services.split_along(WEST, CUT, [(WEST, name("W")), (NEW, name("N"))], TODAY)
    for choices in (Choices(beats={"none": []}), Choices(dependants={("x", "y"): NEW})):
        with pytest.raises(SuccessionRefusedError):
            services.follow(PLANNER, wanted, choices, now_s=NOW_S)
    assert len(list(all_events())) == events


class Holders:
    """Something that hangs on places, as appointments do."""

    kind = "holder"

    def __init__(self) -> None:
        self.at = {"h1": WEST, "h2": GRID_2}

    def of(
        self, _viewer: Viewer, codes: Collection[str], _day: datetime.date
    ) -> Sequence[Dependant]:
        return [
            Dependant(self.kind, who, who, code) for who, code in self.at.items() if code in codes
        ]

    def move(
        self, _viewer: Viewer, dependant_id: str, code: str, _day: datetime.date, *, now_s: float
    ) -> None:
        assert now_s
        self.at[dependant_id] = code


def test_what_hangs_on_a_place_is_listed_first_and_moves_as_the_user_says(
    beat: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert beat
    monkeypatch.setattr(dependants, "_known", {})
    holders = Holders()
    dependants.lean_on_places(holders)
    wanted = services.merge_of([EAST, WEST], EAST, name("Both"), TODAY)
    ready = services.prepare(PLANNER, wanted)
    assert [one.dependant_id for one in ready.dependants] == ["h1", "h2"]
    chosen = Choices(dependants={("holder", "h2"): EAST})
    services.follow(PLANNER, wanted, chosen, now_s=NOW_S)
    assert holders.at == {"h1": EAST, "h2": EAST}
    with pytest.raises(StillLeanedOnError):
        services.end_place(PLANNER, EAST, TODAY + ONE, now_s=NOW_S)


# --- beats, rights, another load of the city ------------------------------------------------


def test_a_village_has_one_beat(beat: str) -> None:
    second = BeatWanted(name("second"), AreaId(TOWN), (AreaId(EAST),), 111.1, MIDDLE)
    with pytest.raises(VillageTakenError):
        services.open_beat(PLANNER, second, TODAY, now_s=NOW_S)
    first = BeatWanted(name("beat"), AreaId(TOWN), (AreaId(WEST),), 111.1, MIDDLE)
    services.change_beat(PLANNER, beat, first, TODAY, now_s=NOW_S)
    other = services.open_beat(PLANNER, second, TODAY, now_s=NOW_S)
    selectors.forget()
    assert selectors.chain_of(111.15, MIDDLE, NOW_S).beat == other
    assert selectors.chain_of(111.15, MIDDLE, NOW_S - DAY_S).beat == beat
    services.end_beat(PLANNER, other, TODAY, now_s=NOW_S)
    selectors.forget()
    assert ChainGap.NO_BEAT in selectors.chain_of(111.15, MIDDLE, NOW_S + DAY_S).gaps


def test_a_village_that_a_beat_gets_later_on_is_promised(beat: str) -> None:
    later = TODAY + 30 * ONE
    both = BeatWanted(name("beat"), AreaId(TOWN), (AreaId(WEST), AreaId(EAST)), 111.1, MIDDLE)
    alone = BeatWanted(name("beat"), AreaId(TOWN), (AreaId(WEST),), 111.1, MIDDLE)
    services.change_beat(PLANNER, beat, alone, TODAY, now_s=NOW_S)
    services.change_beat(PLANNER, beat, both, later, now_s=NOW_S)
    second = BeatWanted(name("second"), AreaId(TOWN), (AreaId(EAST),), 111.1, MIDDLE)
    with pytest.raises(VillageTakenError) as refused:
        services.open_beat(PLANNER, second, TODAY, now_s=NOW_S)
    assert refused.value.values["day"] == later.isoformat()
    with pytest.raises(StillLeanedOnError):
        services.end_place(PLANNER, EAST, TODAY, now_s=NOW_S)
    merged = services.merge_of([WEST, EAST], WEST, name("one"), TODAY + ONE)
    with pytest.raises(SuccessionRefusedError) as merging:
        services.follow(PLANNER, merged, Choices(), now_s=NOW_S)
    assert merging.value.values["reason"] == "later_beat"
    services.end_beat(PLANNER, beat, later - ONE, now_s=NOW_S)
    services.open_beat(PLANNER, second, later, now_s=NOW_S)
    with pytest.raises(VillageTakenError):
        services.open_beat(PLANNER, second, TODAY, now_s=NOW_S)


def test_changes_of_the_same_places_wait_for_one_another_before_they_look(beat: str) -> None:
    second = BeatWanted(name("second"), AreaId(TOWN), (AreaId(NEW),), 111.1, MIDDLE)
    split = services.split_along(EAST, [(111.15, 26.9), (111.15, 27.2)],
                                 [(EAST, name("e")), (NEW, name("n"))], TODAY)  # fmt: skip
    for change in (
        lambda: services.follow(PLANNER, split, Choices(), now_s=NOW_S),
        lambda: services.change_beat(PLANNER, beat, second, TODAY, now_s=NOW_S),
    ):
        with CaptureQueriesContext(connection) as asked, suppress(RefusedError):
            change()
        first = next(one["sql"] for one in asked if "SELECT" in one["sql"])
        assert "places_division" in first
        assert NEW in first


@pytest.mark.parametrize("role", list(Role))
def test_only_who_may_edit_the_configuration_of_the_area_changes_places(
    beat: str, role: Role
) -> None:
    same = BeatWanted(name("b"), AreaId(TOWN), (), 111.1, MIDDLE)
    merge = services.merge_of([EAST, WEST], EAST, name("Both"), TODAY)
    acts: tuple[Callable[[Viewer], object], ...] = (
        lambda v: services.rename_place(v, EAST, name("E"), TODAY, now_s=NOW_S),
        lambda v: services.redraw_place(v, EAST, box(111.1, 111.2), TODAY, now_s=NOW_S),
        lambda v: services.open_place(v, NewPlace(NEW, name("N"), TODAY), now_s=NOW_S),
        lambda v: services.end_place(v, NEW, TODAY + ONE, now_s=NOW_S),
        lambda v: services.change_beat(v, beat, same, TODAY, now_s=NOW_S),
        lambda v: services.end_beat(v, beat, TODAY + ONE, now_s=NOW_S),
        lambda v: services.prepare(v, merge),
    )
    for area, inside in ((TOWN, True), (OTHER_TOWN, False)):
        viewer = Viewer("v1", (RoleInArea(role, AreaId(area)),))
        allowed = viewer.may(Permission.CONFIGURATION_EDIT, AreaId(EAST))
        assert allowed is (inside and role in (Role.SUPERVISOR, Role.PLANNER, Role.ADMINISTRATOR))
        for act in acts:
            with nullcontext() if allowed else pytest.raises(AccessDeniedError):
                act(viewer)


def test_another_load_of_the_city_leaves_what_was_changed_here() -> None:
    load_places(SMALL_PLACE)
    services.rename_place(PLANNER, TOWN, name("Renamed"), TODAY, now_s=NOW_S)
    services.open_place(PLANNER, NewPlace(EAST, name("Village"), TODAY), now_s=NOW_S)
    beat = tree.beats_on(TODAY)[0]
    wanted = BeatWanted(name("b"), beat.area, (AreaId(EAST),), 111.1, MIDDLE)
    services.change_beat(PLANNER, beat.beat, wanted, TODAY, now_s=NOW_S)
    fewer = SMALL_PLACE.divisions[2:]  # the county and the changed town are gone from the file
    load_places(type(SMALL_PLACE)(**{
        field: getattr(SMALL_PLACE, field) for field in SMALL_PLACE.__slots__
    } | {"divisions": fewer}))  # fmt: skip
    names = {row.code: row.name_zh for row in selectors.divisions()}
    assert names[TOWN] == name("Renamed").zh
    assert names[EAST] == name("Village").zh
    assert COUNTY in names
    assert [one.villages for one in tree.beats_on(TODAY)] == [(EAST,)]


def test_another_load_drops_what_nobody_changed_and_the_file_lacks() -> None:
    load_places(SMALL_PLACE)
    empty = type(SMALL_PLACE)((), (), (), (), (), (), ())
    load_places(empty)
    assert selectors.divisions() == []
