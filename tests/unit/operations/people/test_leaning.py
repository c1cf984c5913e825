"""Appointments and the divisions that they lean on: a place that ends, splits, merges or moves."""

from __future__ import annotations

import datetime

import pytest
from tests.unit.operations.places.small_county import (
    EAST,
    MIDDLE,
    NEW,
    NOW_S,
    PLANNER,
    TODAY,
    TOWN,
    WEST,
    name,
    open_small_county,
)

from wardmote.core.beat.answering import Gap, GapReason, Holder
from wardmote.core.domain.appointment import Office, StaffKind
from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.people import overview, selectors
from wardmote.operations.people import services as people
from wardmote.operations.people.errors import OfficeTakenError, UnknownPlaceError
from wardmote.operations.people.models import Appointment
from wardmote.operations.places import selectors as places
from wardmote.operations.places import services
from wardmote.operations.places.errors import StillLeanedOnError
from wardmote.operations.places.services import Choices

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
ADMIN = Viewer("admin", (RoleInArea(Role.ADMINISTRATOR, EVERYWHERE),))
ASSISTANT = Office.VILLAGE_ASSISTANT
CUT = [(111.15, 26.9), (111.15, 27.2)]
HALVES = [(EAST, name("left")), (NEW, name("right"))]
GONE_WEST = "430521102201"


@pytest.fixture(autouse=True)
def county() -> None:
    places.forget()
    open_small_county()
    for number in ("a1", "a2"):
        card = people.PersonCard(
            number, Bilingual(f"辅{number}", number), StaffKind.ASSISTANT, AreaId(TOWN)
        )
        people.keep_person(ADMIN, card, now_s=NOW_S)


def appoint(who: str, place: str, last: datetime.date | None = None) -> str:
    new = people.NewAppointment(who, ASSISTANT, place, TODAY - 9 * DAY, last)
    return people.appoint(ADMIN, new, now_s=NOW_S)


def holder_at(place: str, at_s: float = NOW_S) -> str:
    places.forget()  # a commit would have done so
    found = selectors.who_answers(place, ASSISTANT, at_s)
    return found.person if isinstance(found, Holder) else found.reason.value


def test_a_village_cannot_end_under_its_assistant(county: None) -> None:
    services.change_beat(PLANNER, _beat(), _without(EAST), TODAY, now_s=NOW_S)
    held = appoint("a1", EAST)
    with pytest.raises(StillLeanedOnError) as refused:
        services.end_place(ADMIN, EAST, TODAY, now_s=NOW_S)
    assert "辅a1" in refused.value.message() or "a1" in refused.value.message()
    with pytest.raises(StillLeanedOnError) as unnamed:
        services.end_place(PLANNER, EAST, TODAY, now_s=NOW_S)
    assert "a1" not in unnamed.value.message()
    people.end_appointment(ADMIN, held, TODAY, now_s=NOW_S)
    services.end_place(PLANNER, EAST, TODAY, now_s=NOW_S)
    places.forget()
    assert selectors.who_answers(EAST, ASSISTANT, NOW_S + 86_400.0) == Gap(GapReason.OUTSIDE, None)
    listed = overview.places_seen(ADMIN, "", now_s=NOW_S + 86_400.0)
    assert EAST not in {card.ref.code for card in listed}


def test_an_assistant_goes_with_the_ground_that_the_user_says(county: None) -> None:
    held = appoint("a1", EAST, TODAY + 99 * DAY)
    split = services.split_along(EAST, CUT, HALVES, TODAY)
    assert [one.dependant_id for one in services.prepare(ADMIN, split).dependants] == [held]
    chosen = Choices(dependants={("appointment", held): NEW})
    services.follow(PLANNER, split, chosen, now_s=NOW_S)
    assert (holder_at(NEW), holder_at(EAST)) == ("a1", "vacant")
    assert holder_at(EAST, NOW_S - 86_400.0) == "a1"
    moved = Appointment.objects.get(place=NEW)
    assert (moved.area, moved.to_day, moved.made_by) == (NEW, TODAY + 99 * DAY, "p1")
    told = JournalEntry.objects.filter(type__startswith="staff.appoint").order_by("seq")
    assert [row.type for row in told][1:] == ["staff.appointment_ended", "staff.appointed"]


def test_a_split_that_keeps_the_code_leaves_the_assistant_where_he_is(county: None) -> None:
    held = appoint("a1", EAST)
    split = services.split_along(EAST, CUT, HALVES, TODAY)
    services.follow(PLANNER, split, Choices(), now_s=NOW_S)
    assert holder_at(EAST) == "a1"
    assert Appointment.objects.get().pk == held


def test_a_merger_of_two_held_offices_waits_until_one_has_ended(county: None) -> None:
    appoint("a1", WEST)
    second = appoint("a2", EAST)
    merger = services.merge_of([WEST, EAST], WEST, name("one"), TODAY)
    with pytest.raises(OfficeTakenError):
        services.follow(PLANNER, merger, Choices(), now_s=NOW_S)
    assert Appointment.objects.filter(to_day=None).count() == 2
    people.end_appointment(ADMIN, second, TODAY - DAY, now_s=NOW_S)
    services.follow(PLANNER, merger, Choices(), now_s=NOW_S)
    assert holder_at(WEST) == "a1"


def test_who_held_both_merged_villages_goes_on_in_one_appointment(county: None) -> None:
    first, second = appoint("a1", WEST), appoint("a1", EAST)
    merger = services.merge_of([WEST, EAST], WEST, name("one"), TODAY)
    services.follow(PLANNER, merger, Choices(), now_s=NOW_S)
    assert Appointment.objects.get(pk=first).to_day is None
    assert Appointment.objects.get(pk=second).to_day == TODAY - DAY
    assert Appointment.objects.count() == 2


def test_a_village_that_moves_takes_its_assistant_to_the_new_code(county: None) -> None:
    appoint("a1", WEST)
    moved = services.move_of(WEST, GONE_WEST, name("moved"), TODAY)
    services.follow(PLANNER, moved, Choices(), now_s=NOW_S)
    assert holder_at(GONE_WEST) == "a1"
    assert Appointment.objects.get(place=GONE_WEST).area == GONE_WEST


def test_an_appointment_does_not_move_to_a_grid_or_another_level(county: None) -> None:
    held = appoint("a1", WEST)
    merger = services.merge_of([WEST, EAST], EAST, name("one"), TODAY)
    grid = services.prepare(PLANNER, merger).grids[0].after[0].code
    chosen = Choices(dependants={("appointment", held): grid})
    with pytest.raises(UnknownPlaceError):
        services.follow(PLANNER, merger, chosen, now_s=NOW_S)


def _beat() -> str:
    return places.beats()[0].pk


def _without(village: str) -> services.BeatWanted:
    kept = tuple(AreaId(code) for code in (WEST, EAST) if code != village)
    return services.BeatWanted(name("beat"), AreaId(TOWN), kept, 111.1, MIDDLE)
