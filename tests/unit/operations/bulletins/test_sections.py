"""Sections of a bulletin: what rooms count, the cases behind it, and the record as of then."""

from __future__ import annotations

import dataclasses

import pytest
from tests.unit.operations.bulletins.busy_day import CALL, HOUR_S, make_day
from tests.unit.operations.hazards import cast as hazards_cast
from tests.unit.operations.patrols import cast as watch_cast
from tests.unit.operations.small_place import COUNTY, DISPATCHER, EAST, NOW_S, SMALL_PLACE, WEST
from tests.unit.operations.tasks import beat_place as task_cast

from wardmote.core.domain.appointment import Office, StaffKind
from wardmote.core.domain.ids import AreaId, IncidentId
from wardmote.core.domain.places import Division, DivisionLevel
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.periods import Period, PeriodKind, period_of
from wardmote.core.measures.sections import SECTIONS, Room, Section
from wardmote.operations.bulletins.sections import cases_of, span_of, windows_of
from wardmote.operations.bulletins.selectors import Reported, document_of, figures_of
from wardmote.operations.incidents import services as incidents
from wardmote.operations.local_time import local_day
from wardmote.operations.patrols import services as patrols
from wardmote.operations.patrols.models import Watch
from wardmote.operations.people import services as people
from wardmote.operations.people.services import PersonCard
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places
from wardmote.operations.tasks import services as tasks
from wardmote.operations.tasks.services import Told, Whereabouts

DAY = period_of(PeriodKind.DAY, local_day(NOW_S))
SEEN_S = span_of(DAY)[1] + 6 * HOUR_S
LATER_S = SEEN_S + 10 * HOUR_S


def made(
    now_s: float = SEEN_S, *, live: bool = True, period: Period = DAY, area: AreaId = COUNTY
) -> Reported:
    return figures_of([area], period, now_s=now_s, live=live)


def section(reported: Reported, room: Room) -> Section:
    return next(one for one in reported.sections if one.room is room)


def counts(reported: Reported, room: Room) -> dict[str, int]:
    return {line.code: line.now for line in section(reported, room).lines if line.now}


@pytest.mark.usefixtures("world", "beat")
def test_rooms_count_what_they_have_and_drills_never_count() -> None:
    make_day()
    reported = made()
    assert counts(reported, Room.TASKS) == {
        "made": 7, "due": 6, "on_time": 1, "late": 1, "expired": 1, "undone": 3,
        "person_days": 1, "overloaded": 1,
    }  # fmt: skip
    found = counts(reported, Room.HAZARDS)
    assert {code: found[code] for code in ("reported", "filed", "closed", "checked")} == {
        "reported": 3, "filed": 2, "closed": 1, "checked": 2,
    }  # fmt: skip
    assert (found["reworked"], found["open"], found["age_0"]) == (1, 2, 2)
    assert counts(reported, Room.CHECKS) == {
        "drawn": 1, "results": 1, "present_seen": 1, "complete_seen": 1, "complete": 1,
        "working_seen": 1, "working": 1,
    }  # fmt: skip
    assert counts(reported, Room.DUTY) == {"in_force": 1, "switched": 1, "activated": 1}
    assert {one.room for one in reported.sections} == {
        Room.HAZARDS, Room.TASKS, Room.CHECKS, Room.DUTY,
    }  # fmt: skip
    assert all(line.before is None for one in reported.sections for line in one.lines)


@pytest.mark.usefixtures("world", "beat")
def test_each_figure_opens_as_many_cases_as_it_says_in_all_and_by_town() -> None:
    make_day()
    window = windows_of(DAY, now_s=SEEN_S, live=True).now
    for one in made().sections:
        for line in one.lines:
            opened = cases_of([COUNTY], window, one.room, line.code, "")
            assert opened is not None
            assert (opened.count, len(opened.cases)) == (line.now, line.now), (one.room, line)
        for group in one.groups:
            for told in group.counts:
                opened = cases_of([COUNTY], window, one.room, told.code, group.group)
                assert opened is not None
                assert (opened.count, len(opened.cases)) == (told.count, told.count)
    assert cases_of([COUNTY], window, Room.TASKS, "nonsense", "") is None
    # The level of the county holds in all its towns.
    assert [one.room for one in made(area=WEST).sections] == [Room.DUTY]


@pytest.mark.usefixtures("world", "beat")
def test_what_is_recorded_later_changes_nothing_as_of_then() -> None:
    undone, returned, call = make_day()
    then = document_of(made(SEEN_S))
    assert document_of(made(SEEN_S, live=False)) == then
    # A phone that was without network tells late what was done on the day itself.
    who, there = task_cast.ASSISTANT, Whereabouts(task_cast.PLACE.lon, task_cast.PLACE.lat)
    tasks.finish(who, undone, {"seen": True}, now_s=LATER_S, told=Told(NOW_S + 60.0), where=there)
    hazards_cast.hand_in(returned, LATER_S, key="again")
    hazards_cast.check(returned, LATER_S + 1)
    hazards_cast.services.reject_hazard(
        hazards_cast.OFFICER, hazards_cast.reported("late", LATER_S), "No", now_s=LATER_S
    )
    incidents.reclassify(
        DISPATCHER, IncidentId(call), category="traffic.damage", reason="new_information",
        now_s=LATER_S,
    )  # fmt: skip
    incidents.enter_call(DISPATCHER, CALL, now_s=LATER_S)
    assert document_of(made(SEEN_S, live=False)) == then
    now = made(LATER_S + 60.0)
    assert counts(now, Room.TASKS)["on_time"] == 2
    assert document_of(dataclasses.replace(now, sections=())) != then


@pytest.mark.usefixtures("world")
def test_a_deadline_that_was_moved_later_is_the_old_one_as_of_then() -> None:
    _hazard, part = hazards_cast.given()
    services, officer = hazards_cast.services, hazards_cast.OFFICER
    row = hazards_cast.HazardPart.objects.get(pk=part)
    day = period_of(PeriodKind.DAY, local_day(row.deadline_s))
    end_s = span_of(day)[1]
    wanted = services.MoreTime(row.deadline_s + 20 * 86_400.0, "Parts to come")
    asked = services.ask_extension(hazards_cast.FIRE, part, wanted, now_s=NOW_S + 1)
    then = document_of(made(end_s, period=day))
    services.decide_extension(officer, asked, "", grant=True, now_s=end_s + 2)
    assert hazards_cast.HazardPart.objects.get(pk=part).deadline_s > end_s
    assert document_of(made(end_s, period=day, live=False)) == then
    assert counts(made(end_s, period=day, live=False), Room.HAZARDS)["due"] == 1


@pytest.mark.usefixtures("place")
def test_watches_are_held_missed_or_nothing_is_said_of_them() -> None:
    _roster, first, second = watch_cast.published(watch_cast.teams())
    row = Watch.objects.get(pk=first)
    patrols.begin_watch(watch_cast.MEMBER_0, first, now_s=row.begins_s)
    month = period_of(PeriodKind.MONTH, local_day(row.ends_s))
    assert counts(made(row.ends_s + 1, period=month), Room.WATCHES) == {"due": 1, "held": 1}
    row = Watch.objects.get(pk=second)
    month, seen_s = month.after(), row.ends_s + HOUR_S
    assert counts(made(seen_s, period=month), Room.WATCHES) == {"due": 1, "unsaid": 1}
    patrols.miss_watch(watch_cast.CHIEF, second, now_s=seen_s + 1)
    assert counts(made(seen_s + 2, period=month), Room.WATCHES) == {"due": 1, "missed": 1}
    then = counts(made(seen_s, period=month, live=False), Room.WATCHES)
    assert then == {"due": 1, "unsaid": 1}


VILLAGES = tuple(
    Division(
        AreaId(code), Bilingual("村", code), DivisionLevel.VILLAGE, EAST, 111.15, 27.05, 900, ()
    )
    for code in ("430521101001", "430521101002")
)


@pytest.mark.django_db
def test_villages_for_which_nobody_answers_are_told_as_of_then() -> None:
    forget()
    load_places(dataclasses.replace(SMALL_PLACE, divisions=(*SMALL_PLACE.divisions, *VILLAGES)))
    forget()
    assert not made().sections
    card = PersonCard("a9", Bilingual("辅警", "Assistant"), StaffKind.ASSISTANT, EAST)
    people.keep_person(hazards_cast.ADMIN, card, now_s=NOW_S)
    appointed = people.appoint(
        hazards_cast.ADMIN,
        people.NewAppointment("a9", Office.VILLAGE_ASSISTANT, VILLAGES[0].code, DAY.first),
        now_s=NOW_S,
    )
    told = {"villages": 2, "no_officer": 2, "no_assistant": 1, "nobody": 1}
    assert counts(made(), Room.COVERAGE) == told
    people.end_appointment(hazards_cast.ADMIN, appointed, local_day(LATER_S), now_s=LATER_S)
    later = {"villages": 2, "no_officer": 2, "no_assistant": 2, "nobody": 2}
    assert counts(made(LATER_S + 2 * 86_400.0, period=DAY.after().after()), Room.COVERAGE) == later
    assert counts(made(SEEN_S, live=False), Room.COVERAGE) == told


def test_sections_name_each_figure_once_and_parts_of_what_there_is() -> None:
    for kinds in SECTIONS.values():
        codes = [kind.code for kind in kinds]
        assert len(codes) == len(set(codes))
        assert all(kind.of in codes for kind in kinds if kind.of)
