"""Who answers for a place: one person or a named gap, whatever the dates."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardmote.core.beat.answering import (
    Because,
    Gap,
    GapReason,
    Holder,
    Span,
    clashes,
    gaps,
    timeline,
    who_answers,
)
from wardmote.core.domain.appointment import (
    OFFICES,
    Appointment,
    Office,
    PlaceKind,
    PlaceRef,
    division_kind,
)
from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.leave import Leave

OFFICER = Office.COMMUNITY_OFFICER
BEAT = PlaceRef(PlaceKind.BEAT, "b1")
VILLAGE = PlaceRef(PlaceKind.VILLAGE, "430521101200")
ANN, BEN, CAI = PersonId("ann"), PersonId("ben"), PersonId("cai")


def held(
    person: PersonId, from_s: float, to_s: float | None = None, place: PlaceRef = BEAT,
    office: Office = OFFICER, acting: bool = False,
) -> Appointment:  # fmt: skip
    name = f"{person}-{from_s}-{place.code}"
    return Appointment(name, person, office, place, from_s, to_s, acting)


def away(person: PersonId, from_s: float, to_s: float, deputy: PersonId | None = None) -> Leave:
    return Leave(f"{person}-{from_s}", person, from_s, to_s, deputy)


def answer(at_s: float, appointments: list[Appointment], leaves: list[Leave]) -> Holder | Gap:
    return who_answers([BEAT], OFFICER, at_s, appointments, leaves)


def test_an_appointment_holds_from_its_first_moment_and_not_at_its_end() -> None:
    rows = [held(ANN, 10.0, 20.0)]
    assert answer(9.999, rows, []) == Gap(GapReason.VACANT, BEAT)
    assert answer(10.0, rows, []) == Holder(ANN, Because.APPOINTED, BEAT, rows[0].appointment_id)
    assert isinstance(answer(19.999, rows, []), Holder)
    assert answer(20.0, rows, []) == Gap(GapReason.VACANT, BEAT)


def test_leave_holds_from_its_first_moment_and_not_at_its_end() -> None:
    rows, leaves = [held(ANN, 0.0)], [away(ANN, 10.0, 20.0, BEN)]
    deputy = Holder(BEN, Because.DEPUTY, BEAT, rows[0].appointment_id, ANN)
    assert isinstance(answer(9.999, rows, leaves), Holder)
    assert answer(10.0, rows, leaves) == deputy
    assert answer(19.999, rows, leaves) == deputy
    back = answer(20.0, rows, leaves)
    assert isinstance(back, Holder)
    assert back.person == ANN


def test_every_gap_has_its_name() -> None:
    rows = [held(ANN, 0.0)]
    assert answer(1.0, rows, [away(ANN, 0.0, 9.0)]) == Gap(
        GapReason.LEAVE_WITHOUT_DEPUTY, BEAT, (ANN,)
    )
    both = [away(ANN, 0.0, 9.0, BEN), away(BEN, 0.0, 5.0, CAI)]
    assert answer(1.0, rows, both) == Gap(GapReason.DEPUTY_AWAY, BEAT, (ANN, BEN))
    assert isinstance(answer(5.0, rows, both), Holder)
    assert answer(1.0, [*rows, held(BEN, 1.0)], []) == Gap(GapReason.TWO_HOLDERS, BEAT, (ANN, BEN))
    assert who_answers([], OFFICER, 1.0, rows, []) == Gap(GapReason.OUTSIDE, None)


def test_an_acting_holder_says_so() -> None:
    found = answer(1.0, [held(ANN, 0.0, acting=True)], [])
    assert isinstance(found, Holder)
    assert found.because is Because.ACTING


def test_the_narrowest_place_with_somebody_decides_even_when_that_one_is_away() -> None:
    office = Office.VILLAGE_ASSISTANT
    wide = held(BEN, 0.0, office=office)
    narrow = held(ANN, 5.0, 10.0, VILLAGE, office)
    chain = [VILLAGE, BEAT]
    found = who_answers(chain, office, 1.0, [wide, narrow], [])
    assert isinstance(found, Holder)
    assert (found.person, found.place) == (BEN, BEAT)
    assert who_answers(chain, office, 6.0, [wide, narrow], [away(ANN, 0.0, 9.0)]) == Gap(
        GapReason.LEAVE_WITHOUT_DEPUTY, VILLAGE, (ANN,)
    )
    assert who_answers(chain, office, 6.0, [], []) == Gap(GapReason.VACANT, VILLAGE)


def test_appointments_that_only_touch_do_not_clash() -> None:
    first, second = held(ANN, 0.0, 10.0), held(BEN, 10.0)
    assert clashes([second, first]) == ()
    early = dataclasses.replace(second, from_s=9.999)
    assert clashes([early, first]) == ((first, early),)
    assert clashes([first, held(BEN, 0.0, 10.0, VILLAGE)]) == ()


TIMES = st.integers(0, 12).map(float)
PEOPLE = st.sampled_from([ANN, BEN, CAI])


@st.composite
def appointments(draw: st.DrawFn) -> list[Appointment]:
    rows = []
    for number in range(draw(st.integers(0, 6))):
        start = draw(TIMES)
        end = draw(st.none() | st.integers(1, 8).map(lambda length, at=start: at + float(length)))  # type: ignore[misc]  # at is bound by its default
        place = draw(st.sampled_from([BEAT, VILLAGE]))
        office = draw(st.sampled_from([OFFICER, Office.VILLAGE_ASSISTANT]))
        acting = draw(st.booleans())
        rows.append(Appointment(f"a{number}", draw(PEOPLE), office, place, start, end, acting))
    return rows


@st.composite
def absences(draw: st.DrawFn) -> list[Leave]:
    rows = []
    for number in range(draw(st.integers(0, 5))):
        start = draw(TIMES)
        end = start + draw(st.integers(1, 8))
        rows.append(Leave(f"l{number}", draw(PEOPLE), start, end, draw(st.none() | PEOPLE)))
    return rows


CHAINS = st.sampled_from([[BEAT], [VILLAGE], [VILLAGE, BEAT], []])
OFFICES_ASKED = st.sampled_from([OFFICER, Office.VILLAGE_ASSISTANT])


def brute_force(
    chain: list[PlaceRef], office: Office, at_s: float,
    rows: list[Appointment], leaves: list[Leave],
) -> tuple[str, frozenset[str]]:  # fmt: skip
    """(person or reason, persons concerned), found without the code under test."""
    for place in chain:
        people = set()
        for row in rows:
            ends = float("inf") if row.to_s is None else row.to_s
            if row.office == office and row.place == place and row.from_s <= at_s < ends:
                people.add(row.person)
        if len(people) > 1:
            return "two_holders", frozenset(people)
        for person in people:
            runs = sorted(
                (one.from_s, one.leave_id, one.deputy)
                for one in leaves
                if one.person == person and one.from_s <= at_s < one.to_s
            )
            if not runs:
                return f"={person}", frozenset()
            deputy = runs[-1][2]
            if deputy is None:
                return "leave_without_deputy", frozenset(people)
            if any(one.person == deputy and one.from_s <= at_s < one.to_s for one in leaves):
                return "deputy_away", frozenset({person, deputy})
            return f"={deputy}", frozenset({person})
    return ("vacant" if chain else "outside"), frozenset()


@settings(max_examples=300, deadline=None)
@given(chain=CHAINS, office=OFFICES_ASKED, rows=appointments(), leaves=absences(), at_s=TIMES)
def test_there_is_exactly_one_answer_and_it_is_the_one_by_brute_force(
    chain: list[PlaceRef], office: Office, rows: list[Appointment], leaves: list[Leave], at_s: float
) -> None:
    found = who_answers(chain, office, at_s, rows, leaves)
    said, persons = brute_force(chain, office, at_s, rows, leaves)
    if isinstance(found, Holder):
        assert said == f"={found.person}"
        assert persons == (frozenset() if found.instead_of is None else {found.instead_of})
        assert (found.because is Because.DEPUTY) == (found.instead_of is not None)
    else:
        assert (found.reason.value, frozenset(found.persons)) == (said, persons)


@settings(max_examples=200, deadline=None)
@given(chain=CHAINS, office=OFFICES_ASKED, rows=appointments(), leaves=absences())
def test_a_timeline_has_no_holes_and_says_at_each_moment_what_is_asked_then(
    chain: list[PlaceRef], office: Office, rows: list[Appointment], leaves: list[Leave]
) -> None:
    spans = timeline(chain, office, 1.0, 15.0, rows, leaves)
    assert spans[0].from_s == 1.0
    assert spans[-1].to_s == 15.0
    for before, after in itertools.pairwise(spans):
        assert before.to_s == after.from_s
        assert before.answer != after.answer
    for span in spans:
        for at_s in (span.from_s, (span.from_s + span.to_s) / 2):
            assert who_answers(chain, office, at_s, rows, leaves) == span.answer
    assert all(isinstance(span.answer, Gap) for span in gaps(spans))
    assert timeline(chain, office, 5.0, 5.0, rows, leaves) == ()


@settings(max_examples=200, deadline=None)
@given(rows=appointments())
def test_clashes_are_those_pairs_that_share_a_moment(rows: list[Appointment]) -> None:
    def shared(one: Appointment, other: Appointment) -> bool:
        return any(one.holds(step / 2) and other.holds(step / 2) for step in range(60))

    brute = {
        frozenset({one.appointment_id, other.appointment_id})
        for one in rows
        for other in rows
        if one is not other
        and (one.office, one.place) == (other.office, other.place)
        and shared(one, other)
    }
    assert {frozenset({a.appointment_id, b.appointment_id}) for a, b in clashes(rows)} == brute


def test_spans_of_the_same_answer_are_one() -> None:
    rows = [held(ANN, 0.0, 5.0), held(ANN, 5.0, acting=False)]
    spans = timeline([BEAT], OFFICER, 0.0, 9.0, rows, [])
    assert [span.answer.person for span in spans if isinstance(span.answer, Holder)] == [ANN, ANN]
    assert timeline([BEAT], OFFICER, 0.0, 9.0, [], []) == (
        Span(0.0, 9.0, Gap(GapReason.VACANT, BEAT)),
    )


@pytest.mark.parametrize("office", Office)
def test_an_office_is_needed_only_where_it_exists_and_has_one_holder(office: Office) -> None:
    rule = OFFICES[office]
    assert rule.places
    assert rule.held_by
    assert all(rule.sole_at(kind) for kind in rule.needed_at)
    assert rule.name.zh
    assert rule.name.en


def test_the_level_of_a_division_is_told_from_its_code() -> None:
    levels = {"430521101200": "village", "430521101000": "town", "430521000000": "county",
              "430500000000": "city", "430000000000": "province"}  # fmt: skip
    assert {code: division_kind(AreaId(code)).value for code in levels} == levels
    for wrong in ("000000000000", "43052"):
        with pytest.raises(ValueError, match=r"root|12 digits"):
            division_kind(AreaId(wrong))
