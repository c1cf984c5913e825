"""Who may be named for an activation: people in or around the areas whose staff one sees."""

from __future__ import annotations

import pytest
from tests.unit.operations.duty.test_duty_services import plan
from tests.unit.operations.small_place import COUNTY, EAST, ELSEWHERE, NOW_S, WEST, viewer

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.contingency import Subject
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.duty import errors, services
from wardmote.operations.duty.models import Activation, Participant
from wardmote.operations.people import services as people
from wardmote.operations.people.person_card import PersonCard
from wardmote.operations.people.services import open_account

TOWN_CHIEF = viewer((Role.STATION_CHIEF, EAST), staff="townchief")
COUNTY_CHIEF = viewer((Role.STATION_CHIEF, COUNTY), staff="chief")
PEOPLE = {
    "here": (Role.VOLUNTEER, EAST),
    "village": (Role.VILLAGE_ASSISTANT, AreaId("430521101201")),
    "above": (Role.DISPATCHER, COUNTY),
    "west": (Role.COMMUNITY_OFFICER, WEST),
    "far": (Role.COMMUNITY_OFFICER, ELSEWHERE),
}


@pytest.fixture(autouse=True)
def _people(place: None) -> None:
    for staff, (role, area) in PEOPLE.items():
        made = open_account(staff, "a long password", staff_id=staff, name=Bilingual(staff, staff))
        grant_role(made.pk, role, area, granted_by="test")
    for staff in ("card", "unheld"):
        open_account(staff, "a long password", staff_id=staff, name=Bilingual(staff, staff))
    admin = viewer((Role.ADMINISTRATOR, COUNTY), staff="admin")
    card = PersonCard("card", Bilingual("警", "Officer"), StaffKind.POLICE, EAST)
    people.keep_person(admin, card, now_s=NOW_S)


def start(made: str, *named: str, drill: bool = True) -> services.Start:
    return services.Start(
        made, Subject.EVENT, "Fair", f"k {named}", drill, tuple((one, "") for one in named)
    )


def test_people_in_and_around_the_area_take_part() -> None:
    run = services.activate(
        TOWN_CHIEF, start(plan(EAST), "here", "village", "above", "card"), now_s=NOW_S
    )
    named = set(Participant.objects.filter(activation=run).values_list("staff_id", flat=True))
    assert named == {"here", "village", "above", "card", "townchief"}


@pytest.mark.parametrize("drill", [True, False])
@pytest.mark.parametrize("other", ["west", "far", "unheld", "nobody"])
def test_a_person_of_elsewhere_is_refused_in_the_same_words_as_nobody(
    other: str, drill: bool
) -> None:
    made = plan(EAST)
    with pytest.raises(errors.ParticipantsNeededError) as refused:
        services.activate(TOWN_CHIEF, start(made, "here", other, drill=drill), now_s=NOW_S)
    assert other not in refused.value.message()
    assert refused.value.values == {}
    assert not Activation.objects.exists()
    run = services.activate(TOWN_CHIEF, start(made, "here", drill=drill), now_s=NOW_S)
    with pytest.raises(errors.ParticipantsNeededError) as late:
        services.add_participant(TOWN_CHIEF, run, other, now_s=NOW_S)
    assert late.value.message() == refused.value.message()


def test_who_sees_the_staff_of_all_the_county_names_people_of_another_town() -> None:
    run = services.activate(COUNTY_CHIEF, start(plan(EAST), "west"), now_s=NOW_S)
    assert Participant.objects.filter(activation=run, staff_id="west").exists()
    with pytest.raises(errors.ParticipantsNeededError):
        services.add_participant(COUNTY_CHIEF, run, "far", now_s=NOW_S)
