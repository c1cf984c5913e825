"""Appointments, leave and deputies: who may, what they give, and what the database refuses."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.operations.small_place import BEAT, COUNTY, EAST, ELSEWHERE, NOW_S, WEST, viewer

from wardmote.core.beat.answering import Because, Gap, GapReason, Holder, clashes
from wardmote.core.domain.appointment import Appointment as Held
from wardmote.core.domain.appointment import Office, PlaceKind, PlaceRef, StaffKind
from wardmote.core.domain.events import Event
from wardmote.core.domain.ids import AreaId, EventId, PersonId
from wardmote.core.domain.leave import LEAVE_LIFE_CYCLE, LeaveAction, LeaveKind, LeaveState
from wardmote.core.domain.permissions import (
    ROLE_PERMISSIONS,
    Permission,
    Role,
    RoleInArea,
    Viewer,
)
from wardmote.core.domain.place_events import BeatChanged
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.selectors import forget_viewers, staff_with, viewer_of
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.people import selectors, services
from wardmote.operations.people.errors import (
    BadDaysError,
    BadDeputyError,
    LeaveNotPossibleError,
    LeaveOverlapsError,
    LeftByThenError,
    NotForThisPersonError,
    NotYourselfError,
    OfficeTakenError,
    PlaceEndsError,
    UnknownPlaceError,
)
from wardmote.operations.people.models import Appointment, Leave, Person
from wardmote.operations.people.services.accounts import open_account
from wardmote.operations.places.models import Beat
from wardmote.operations.places.selectors import forget
from wardmote.operations.refusals import RefusedError

DAY_S = 86_400.0
TODAY = datetime.date(2026, 11, 18)
ADMIN = viewer((Role.ADMINISTRATOR, COUNTY), staff="admin")
CHIEF = viewer((Role.STATION_CHIEF, EAST), staff="chief")
OFFICER, DEPUTY, AIDE = "officer-1", "officer-2", "aide-1"


def days(count: int) -> datetime.date:
    return local_day(NOW_S) + datetime.timedelta(days=count)


def person(staff_id: str, kind: StaffKind = StaffKind.POLICE, area: AreaId = EAST) -> str:
    card = services.PersonCard(staff_id, Bilingual(f"警{staff_id}", staff_id), kind, area)
    services.keep_person(ADMIN, card, now_s=NOW_S)
    return staff_id


def appoint(
    staff_id: str = OFFICER, first: int = -10, last: int | None = None, *,
    office: Office = Office.COMMUNITY_OFFICER, place: str = BEAT, who: Viewer = ADMIN,
) -> str:  # fmt: skip
    to_day = None if last is None else days(last)
    new = services.NewAppointment(staff_id, office, place, days(first), to_day)
    return services.appoint(who, new, now_s=NOW_S)


def leave(
    staff_id: str = OFFICER, start_s: float = 0.0, length_s: float = DAY_S, *,
    deputy: str | None = None, approve: bool = True,
) -> str:  # fmt: skip
    new = services.NewLeave(
        staff_id, LeaveKind.ANNUAL, NOW_S + start_s, NOW_S + start_s + length_s, deputy
    )
    made = services.ask_leave(ADMIN, new, now_s=NOW_S)
    if approve:
        services.move_leave(ADMIN, made, LeaveAction.APPROVE, now_s=NOW_S)
    return made


@pytest.fixture
def staff(place: None) -> None:
    """Two officers and an assistant of the eastern town."""
    person(OFFICER)
    person(DEPUTY)
    person(AIDE, StaffKind.ASSISTANT)


def answer(at_s: float = NOW_S) -> Holder | Gap:
    return selectors.who_answers(BEAT, Office.COMMUNITY_OFFICER, at_s)


def test_whose_beat_a_point_is_has_one_answer_or_a_named_gap(staff: None) -> None:
    beat = PlaceRef(PlaceKind.BEAT, BEAT)
    assert selectors.whose_beat(111.15, 27.05, NOW_S) == Gap(GapReason.VACANT, beat)
    assert selectors.whose_beat(111.05, 27.05, NOW_S) == Gap(GapReason.OUTSIDE, None)
    made = appoint()
    holder = Holder(OFFICER, Because.APPOINTED, beat, made)  # type: ignore[arg-type]  # an id
    assert selectors.whose_beat(111.15, 27.05, NOW_S) == holder
    assert selectors.who_answers(EAST, Office.STATION_CHIEF, NOW_S) == Gap(
        GapReason.VACANT, PlaceRef(PlaceKind.TOWN, EAST)
    )
    snapshot = selectors.answering_at(NOW_S)
    assert snapshot.who_answers(BEAT, Office.COMMUNITY_OFFICER) == holder
    leave(deputy=None)
    assert answer() == Gap(GapReason.LEAVE_WITHOUT_DEPUTY, beat, (OFFICER,))  # type: ignore[arg-type]  # an id
    assert answer(NOW_S + DAY_S) == holder


def test_an_appointment_gives_its_role_in_its_area_for_its_days_and_a_deputy_the_same(
    staff: None,
) -> None:
    accounts = {
        who: open_account(who, "a-long-password", staff_id=who, name=Bilingual(who, who))
        for who in (OFFICER, DEPUTY)
    }

    def roles(who: str, at_s: float = NOW_S) -> tuple[RoleInArea, ...]:
        forget_viewers()
        found = viewer_of(accounts[who].pk, at_s)
        assert found is not None
        return found.grants

    given_role = (RoleInArea(Role.COMMUNITY_OFFICER, EAST),)
    assert roles(OFFICER) == ()
    appoint(first=0, last=5)
    begins_s, over_s = midnight_s(days(0)), midnight_s(days(6))
    assert roles(OFFICER, begins_s - 1.0) == ()
    assert roles(OFFICER, begins_s) == given_role
    assert roles(OFFICER, over_s - 1.0) == given_role
    assert roles(OFFICER, over_s) == ()
    assert staff_with(Permission.TASK_ASSIGN, EAST, NOW_S) == (OFFICER,)
    leave(start_s=DAY_S, deputy=DEPUTY)
    assert roles(DEPUTY) == ()
    assert roles(DEPUTY, NOW_S + DAY_S) == given_role
    assert roles(DEPUTY, NOW_S + 2 * DAY_S) == ()
    assert staff_with(Permission.TASK_ASSIGN, EAST, NOW_S + DAY_S) == (OFFICER, DEPUTY)
    leave(DEPUTY, start_s=DAY_S)
    assert roles(DEPUTY, NOW_S + DAY_S) == ()
    assert isinstance(answer(NOW_S + DAY_S), Gap)


def test_what_happens_is_journaled_with_ids_alone(staff: None) -> None:
    made = appoint()
    taken = leave(deputy=DEPUTY)
    services.end_appointment(ADMIN, made, days(3), now_s=NOW_S)
    rows = JournalEntry.objects.filter(type__startswith="staff.").order_by("seq")
    assert [row.type for row in rows] == [
        "staff.kept", "staff.kept", "staff.kept", "staff.appointed", "staff.leave_moved",
        "staff.leave_moved", "staff.appointment_ended",
    ]  # fmt: skip
    assert rows[3].data["appointment"] == made
    assert (rows[5].data["leave"], rows[5].data["deputy"]) == (taken, DEPUTY)
    assert "警" not in str([row.data for row in rows])


def test_a_second_holder_is_refused_and_named(staff: None) -> None:
    first = appoint(first=0, last=5)
    with pytest.raises(OfficeTakenError) as refused:
        appoint(DEPUTY, first=5)
    assert OFFICER in refused.value.message() or "警" in refused.value.message()
    appoint(DEPUTY, first=6)
    with pytest.raises(OfficeTakenError):
        services.end_appointment(ADMIN, first, days(6), now_s=NOW_S)
    assert isinstance(answer(NOW_S + 6 * DAY_S), Holder)


def test_an_appointment_is_ended_prolonged_or_taken_back(staff: None) -> None:
    made = appoint(first=2)
    services.end_appointment(ADMIN, made, days(1), now_s=NOW_S)
    assert Appointment.objects.get().withdrawn
    begun = appoint(DEPUTY, first=-2)
    with pytest.raises(BadDaysError):
        services.end_appointment(ADMIN, begun, days(-3), now_s=NOW_S)
    services.end_appointment(ADMIN, begun, days(-1), now_s=NOW_S)
    assert answer() == Gap(GapReason.VACANT, PlaceRef(PlaceKind.BEAT, BEAT))
    services.end_appointment(ADMIN, begun, days(9), now_s=NOW_S)
    assert isinstance(answer(), Holder)


def test_an_assistant_holds_no_office_that_decides_and_deputises_in_none(staff: None) -> None:
    with pytest.raises(NotForThisPersonError) as refused:
        appoint(AIDE)
    assert "15" in refused.value.message()
    appoint()
    with pytest.raises(NotForThisPersonError):
        leave(deputy=AIDE)
    appoint(AIDE, office=Office.VILLAGE_ASSISTANT)
    with pytest.raises(NotForThisPersonError):
        person(AIDE, StaffKind.VOLUNTEER)


def test_an_assistant_does_not_act_in_a_police_role_that_was_granted_by_hand(staff: None) -> None:
    account = open_account(AIDE, "a-long-password", staff_id=AIDE, name=Bilingual("辅", "Aide"))
    for role in (Role.STATION_CHIEF, Role.VILLAGE_ASSISTANT):
        grant_role(account.pk, role, EAST, granted_by="admin")
    forget_viewers()
    found = viewer_of(account.pk, NOW_S)
    assert found is not None
    assert found.grants == (RoleInArea(Role.VILLAGE_ASSISTANT, EAST),)
    person(AIDE)  # became a police officer
    forget_viewers()
    found = viewer_of(account.pk, NOW_S)
    assert found is not None
    assert RoleInArea(Role.STATION_CHIEF, EAST) in found.grants


def test_nobody_appoints_or_approves_the_own_person(staff: None) -> None:
    person("chief")
    mine = viewer((Role.STATION_CHIEF, EAST), staff="chief")
    with pytest.raises(NotYourselfError):
        appoint("chief", who=mine)
    asked = services.ask_leave(
        mine, services.NewLeave("chief", LeaveKind.SICK, NOW_S, NOW_S + DAY_S), now_s=NOW_S
    )
    with pytest.raises(NotYourselfError):
        services.move_leave(mine, asked, LeaveAction.APPROVE, now_s=NOW_S)
    services.move_leave(mine, asked, LeaveAction.WITHDRAW, now_s=NOW_S)
    other = leave(deputy="chief", approve=False)
    with pytest.raises(NotYourselfError):
        services.move_leave(mine, other, LeaveAction.APPROVE, now_s=NOW_S)


def test_a_chief_cannot_make_another_chief_not_even_as_a_deputy(staff: None) -> None:
    with pytest.raises(AccessDeniedError):
        appoint(OFFICER, office=Office.STATION_CHIEF, place=EAST, who=CHIEF)
    appoint(OFFICER, office=Office.STATION_CHIEF, place=EAST)
    asked = leave(OFFICER, deputy=DEPUTY, approve=False)
    with pytest.raises(AccessDeniedError):
        services.move_leave(CHIEF, asked, LeaveAction.APPROVE, now_s=NOW_S)
    services.move_leave(ADMIN, asked, LeaveAction.APPROVE, now_s=NOW_S)


def test_places_are_checked_against_the_office(staff: None) -> None:
    for wrong in ("nowhere", COUNTY, "p1"):
        with pytest.raises(UnknownPlaceError):
            appoint(place=wrong)


def test_leave_is_checked(staff: None) -> None:
    with pytest.raises(BadDaysError):
        leave(length_s=0.0)
    with pytest.raises(BadDaysError):
        leave(start_s=-2 * DAY_S, length_s=DAY_S)
    with pytest.raises(BadDeputyError):
        leave(deputy=OFFICER)
    leave(DEPUTY)
    with pytest.raises(BadDeputyError):
        leave(deputy=DEPUTY)
    leave(start_s=0.0)
    second = leave(start_s=DAY_S - 1.0, approve=False)
    with pytest.raises(LeaveOverlapsError):
        services.move_leave(ADMIN, second, LeaveAction.APPROVE, now_s=NOW_S)
    leave(start_s=DAY_S)


def test_what_is_journaled_of_leave_says_what_was_before_and_not_why(staff: None) -> None:
    taken = leave(length_s=9 * DAY_S, deputy=DEPUTY)
    services.name_deputy(ADMIN, taken, None, now_s=NOW_S)
    services.name_deputy(ADMIN, taken, None, now_s=NOW_S)
    services.name_deputy(ADMIN, taken, DEPUTY, now_s=NOW_S)
    services.move_leave(ADMIN, taken, LeaveAction.RECALL, now_s=NOW_S + DAY_S)
    rows = JournalEntry.objects.filter(type="staff.leave_moved").order_by("seq")
    assert {row.version for row in rows} == {2}
    assert not any("kind" in row.data for row in rows)
    said = [
        (row.data["deputy"], row.data["deputy_before"], row.data["to_s_before"]) for row in rows
    ]
    unchanged = (DEPUTY, None, None)
    assert said == [
        unchanged, unchanged, (None, DEPUTY, None), unchanged, (DEPUTY, None, NOW_S + 9 * DAY_S),
    ]  # fmt: skip
    assert rows[4].data["to_s"] == NOW_S + DAY_S


def test_a_recall_ends_leave_now_and_the_deputy_with_it(staff: None) -> None:
    appoint()
    taken = leave(length_s=9 * DAY_S, deputy=DEPUTY)
    with pytest.raises(LeaveNotPossibleError):
        services.move_leave(ADMIN, taken, LeaveAction.CANCEL, now_s=NOW_S + 1.0)
    services.move_leave(ADMIN, taken, LeaveAction.RECALL, now_s=NOW_S + DAY_S)
    before, after = answer(NOW_S + DAY_S - 1.0), answer(NOW_S + DAY_S)
    assert isinstance(before, Holder)
    assert isinstance(after, Holder)
    assert (before.person, after.person) == (DEPUTY, OFFICER)
    assert selectors.away_at(NOW_S + DAY_S) == {}


def test_appointments_end_with_their_place(staff: None) -> None:
    held, later = appoint(first=-3, last=2), appoint(DEPUTY, first=5)
    Beat.objects.filter(pk=BEAT).update(valid_to=days(1))
    forget()
    changed = BeatChanged(BEAT, (), days(1).isoformat(), ended=True)
    event = Event(1, EventId("e"), NOW_S, NOW_S, "admin", EAST, changed)
    for _again in range(2):
        services.end_with_places(event, NOW_S)
    assert Appointment.objects.get(pk=held).to_day == days(1)
    assert Appointment.objects.get(pk=later).withdrawn
    ends = JournalEntry.objects.filter(type="staff.appointment_ended", actor="rule:places")
    assert ends.count() == 2
    with pytest.raises(UnknownPlaceError):
        appoint(DEPUTY, first=2)


def test_service_ends_with_every_appointment(staff: None) -> None:
    appoint()
    services.end_service(ADMIN, OFFICER, days(1), now_s=NOW_S)
    assert isinstance(answer(NOW_S + DAY_S), Holder)
    assert isinstance(answer(midnight_s(days(2))), Gap)
    with pytest.raises(BadDaysError):
        appoint(OFFICER, first=5)


def test_nothing_is_held_beyond_the_service_or_the_place(staff: None) -> None:
    made = appoint(last=20)
    services.end_service(ADMIN, OFFICER, days(5), now_s=NOW_S)
    assert Appointment.objects.get().to_day == days(5)
    for beyond in (6, 100):
        with pytest.raises(LeftByThenError):
            services.end_appointment(ADMIN, made, days(beyond), now_s=NOW_S)
    post = Office.POST_LEADER
    with pytest.raises(LeftByThenError):
        appoint(OFFICER, office=post, place="p1", first=0)
    appoint(OFFICER, office=post, place="p1", first=0, last=5)
    Beat.objects.filter(pk=BEAT).update(valid_to=days(9))
    forget()
    with pytest.raises(PlaceEndsError) as refused:
        appoint(DEPUTY, first=6)
    assert refused.value.values["day"] == days(9).isoformat()
    later = appoint(DEPUTY, first=6, last=9)
    with pytest.raises(PlaceEndsError):
        services.end_appointment(ADMIN, later, days(10), now_s=NOW_S)


def test_who_has_left_answers_for_nothing_whatever_the_rows_say(staff: None) -> None:
    appoint()
    leave(deputy=DEPUTY, start_s=3 * DAY_S, length_s=9 * DAY_S)
    Person.objects.filter(pk=OFFICER).update(left_day=days(0))
    over_s = midnight_s(days(1))
    assert selectors.roles_in_force(OFFICER, over_s - 1.0) != ()
    assert selectors.roles_in_force(OFFICER, over_s) == ()
    assert selectors.staff_holding([Role.COMMUNITY_OFFICER], EAST, over_s) == set()
    assert answer(over_s) == Gap(GapReason.VACANT, PlaceRef(PlaceKind.BEAT, BEAT))
    Person.objects.filter(pk=OFFICER).update(left_day=None)
    Person.objects.filter(pk=DEPUTY).update(left_day=days(4))
    gone_s = midnight_s(days(5))
    assert isinstance(answer(gone_s - 1.0), Holder)
    known = selectors.answering_at(NOW_S, NOW_S + 30 * DAY_S)
    for found in (answer(gone_s), known.who_answers(BEAT, Office.COMMUNITY_OFFICER, gone_s)):
        assert isinstance(found, Gap)
        assert found.reason is GapReason.DEPUTY_AWAY
    assert selectors.roles_in_force(DEPUTY, gone_s - 1.0) != ()
    assert selectors.roles_in_force(DEPUTY, gone_s) == ()


def test_a_last_day_to_come_is_not_forgotten_when_something_else_is_changed(staff: None) -> None:
    services.end_service(ADMIN, OFFICER, days(5), now_s=NOW_S)
    card = services.PersonCard(OFFICER, Bilingual("改名", "New"), StaffKind.POLICE, EAST)
    services.keep_person(ADMIN, card, now_s=NOW_S)
    assert Person.objects.get(pk=OFFICER).left_day == days(5)
    services.keep_person(ADMIN, card, now_s=NOW_S + 6 * DAY_S)
    assert Person.objects.get(pk=OFFICER).left_day is None


def test_of_deputies_elsewhere_nothing_is_told(staff: None) -> None:
    far = AreaId("430522101000")
    province = viewer((Role.ADMINISTRATOR, AreaId("430000000000")), staff="boss")
    for number in ("far-1", "far-2"):
        card = services.PersonCard(number, Bilingual("外人", "Far"), StaffKind.ASSISTANT, far)
        services.keep_person(province, card, now_s=NOW_S)
    services.end_service(province, "far-2", days(0), now_s=NOW_S)
    mine = Viewer(OFFICER, (RoleInArea(Role.CREW, EAST),))
    appoint()
    said = set()
    for number in ("far-1", "far-2", "nobody", OFFICER):
        new = services.NewLeave(OFFICER, LeaveKind.ANNUAL, NOW_S, NOW_S + DAY_S, number)
        with pytest.raises(BadDeputyError) as refused:
            services.ask_leave(mine, new, now_s=NOW_S)
        said.add(refused.value.message().replace(number, "#"))
    assert len(said) == 1
    assert "外人" not in said.pop()


Deed = Callable[[Viewer], object]


def deeds() -> dict[str, tuple[Deed, Permission]]:
    appointment = appoint(DEPUTY, first=-3)
    asked = leave(DEPUTY, approve=False)
    card = services.PersonCard("new-1", Bilingual("新", "New"), StaffKind.POLICE, EAST)
    post = services.NewAppointment(OFFICER, Office.POST_LEADER, "p1", days(0))
    chief = services.NewAppointment(OFFICER, Office.STATION_CHIEF, EAST, days(0))
    edit = Permission.STAFF_EDIT
    return {
        "keep": (lambda who: services.keep_person(who, card, now_s=NOW_S), edit),
        "appoint": (lambda who: services.appoint(who, post, now_s=NOW_S), edit),
        "appoint a chief": (
            lambda who: services.appoint(who, chief, now_s=NOW_S),
            Permission.ACCESS_GRANT,
        ),
        "end": (
            lambda who: services.end_appointment(who, appointment, days(1), now_s=NOW_S),
            edit,
        ),
        "end service": (lambda who: services.end_service(who, OFFICER, days(1), now_s=NOW_S), edit),
        "approve": (
            lambda who: services.move_leave(who, asked, LeaveAction.APPROVE, now_s=NOW_S),
            edit,
        ),
        "name a deputy": (
            lambda who: services.name_deputy(who, asked, OFFICER, now_s=NOW_S),
            edit,
        ),
        "ask for another": (
            lambda who: services.ask_leave(
                who,
                services.NewLeave(OFFICER, LeaveKind.OTHER, NOW_S, NOW_S + 9.0),
                now_s=NOW_S,
            ),
            edit,
        ),
    }


def test_a_role_acts_in_its_area_and_nowhere_else(staff: None) -> None:
    for act, permission in deeds().values():
        for role in Role:
            for area in (COUNTY, EAST, WEST, ELSEWHERE):
                who = viewer((role, area), staff="somebody")
                point = transaction.savepoint()
                if permission in ROLE_PERMISSIONS[role] and area in (COUNTY, EAST):
                    act(who)
                else:
                    with pytest.raises(AccessDeniedError):
                        act(who)
                transaction.savepoint_rollback(point)


def value_of(row: Appointment) -> Held:
    """A row as the core has it."""
    to_s = None if row.to_day is None else midnight_s(row.to_day + datetime.timedelta(days=1))
    place = PlaceRef(PlaceKind(row.place_kind), row.place)
    return Held(row.pk, PersonId(row.person_id), Office(row.office), place,
                midnight_s(row.from_day), to_s)  # fmt: skip


PERIODS = st.lists(
    st.tuples(
        st.integers(0, 9), st.none() | st.integers(0, 9), st.sampled_from(["b1", "b2"]),
        st.booleans(), st.booleans(),
    ),
    max_size=6,
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(periods=PERIODS)
def test_the_database_refuses_exactly_those_second_holders_whose_days_overlap(
    periods: list[tuple[int, int | None, str, bool, bool]],
) -> None:
    with transaction.atomic():
        Person.objects.create(staff_id="x", kind="police", area=EAST, kept_by="t", kept_s=NOW_S)
        kept: list[Appointment] = []
        for number, (first, length, beat, sole, withdrawn) in enumerate(periods):
            to_day = None if length is None else TODAY + datetime.timedelta(days=first + length)
            row = Appointment(
                id=f"a{number}", person_id="x", office="community_officer", place_kind="beat",
                place=beat, area=EAST, from_day=TODAY + datetime.timedelta(days=first),
                to_day=to_day, sole=sole, withdrawn=withdrawn, made_by="t", made_s=NOW_S,
            )  # fmt: skip
            standing = [one for one in (*kept, row) if one.sole and not one.withdrawn]
            clash = row in standing and any(
                row.pk in (one.appointment_id, other.appointment_id)
                for one, other in clashes(value_of(one) for one in standing)
            )
            if clash:
                with pytest.raises(IntegrityError), transaction.atomic():
                    row.save(force_insert=True)
            else:
                row.save(force_insert=True)
                kept.append(row)
        transaction.set_rollback(True)


@pytest.mark.parametrize("state", LeaveState)
@pytest.mark.parametrize("action", LeaveAction)
def test_a_leave_moves_as_its_table_says(
    staff: None, state: LeaveState, action: LeaveAction
) -> None:
    begins_s = NOW_S - 9.0 if action is LeaveAction.RECALL else NOW_S + 9.0
    row = Leave.objects.create(
        id="l", person_id=OFFICER, kind="annual", from_s=begins_s, to_s=NOW_S + DAY_S,
        state=state.value, asked_by=OFFICER, asked_s=NOW_S,
    )  # fmt: skip
    expected = LEAVE_LIFE_CYCLE.table.get((state, action))
    who = viewer(staff=OFFICER) if action is LeaveAction.WITHDRAW else CHIEF
    if expected is None:
        with pytest.raises(RefusedError):
            services.move_leave(who, row.pk, action, now_s=NOW_S)
    else:
        services.move_leave(who, row.pk, action, now_s=NOW_S)
    assert Leave.objects.get().state == (expected or state).value
