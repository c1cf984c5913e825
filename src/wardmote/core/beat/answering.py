"""Who answers for a place: exactly one person, or a named gap.

The question is asked of a chain of places, the narrowest first: a village, then the beat that it
lies in, say. The first of them where anybody is appointed decides; there, a person who is away is
stood in for by the deputy named for that leave, and by nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.appointment import Appointment, Office, PlaceRef
from wardmote.core.domain.ids import PersonId
from wardmote.core.domain.leave import Leave


class Because(StrEnum):
    """Why this person answers."""

    APPOINTED = "appointed"
    ACTING = "acting"
    DEPUTY = "deputy"


class GapReason(StrEnum):
    """Why nobody answers, or nobody can say who."""

    VACANT = "vacant"
    LEAVE_WITHOUT_DEPUTY = "leave_without_deputy"
    DEPUTY_AWAY = "deputy_away"
    TWO_HOLDERS = "two_holders"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Holder:
    """The one who answers.

    Attributes:
        place: where the appointment is; it may be wider than the place that was asked for.
        instead_of: the holder who is away; None unless a deputy answers.
    """

    person: PersonId
    because: Because
    place: PlaceRef
    appointment: str
    instead_of: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody answers.

    Attributes:
        place: where the gap is; None outside every place of the kind.
        persons: who is concerned: the holder away, holder and deputy, or the several holders.
    """

    reason: GapReason
    place: PlaceRef | None
    persons: tuple[PersonId, ...] = ()


Answer = Holder | Gap


@dataclass(frozen=True, slots=True)
class Span:
    """The same answer throughout [from_s, to_s), seconds UTC."""

    from_s: float
    to_s: float
    answer: Answer


def who_answers(
    chain: Sequence[PlaceRef],
    office: Office,
    at_s: float,
    appointments: Iterable[Appointment],
    leaves: Iterable[Leave],
) -> Answer:
    """Who answers for the narrowest place of `chain` at a moment (seconds UTC).

    Args:
        chain: places where the office may be held, narrowest first; empty outside all of them.
        appointments: at least those to `office` at places of the chain.
        leaves: at least those taken by their holders and by the deputies of these leaves.
    """
    if not chain:
        return Gap(GapReason.OUTSIDE, None)
    holding = [one for one in appointments if one.office is office and one.holds(at_s)]
    for place in chain:
        here = [one for one in holding if one.place == place]
        if here:
            return _answer(place, here, at_s, [one for one in leaves if one.runs(at_s)])
    return Gap(GapReason.VACANT, chain[0])


def _answer(
    place: PlaceRef, here: Sequence[Appointment], at_s: float, away: Sequence[Leave]
) -> Answer:
    persons = tuple(sorted({one.person for one in here}))
    if len(persons) > 1:
        return Gap(GapReason.TWO_HOLDERS, place, persons)
    held = min(here, key=lambda one: (one.from_s, one.appointment_id))
    leave = _leave_of(held.person, away)
    if leave is None:
        because = Because.ACTING if held.acting else Because.APPOINTED
        return Holder(held.person, because, place, held.appointment_id)
    deputy = leave.deputy
    if deputy is None:
        return Gap(GapReason.LEAVE_WITHOUT_DEPUTY, place, persons)
    if _leave_of(deputy, away) is not None:
        return Gap(GapReason.DEPUTY_AWAY, place, (held.person, deputy))
    return Holder(deputy, Because.DEPUTY, place, held.appointment_id, held.person)


def _leave_of(person: PersonId, away: Iterable[Leave]) -> Leave | None:
    """The leave that a person is on; of several the one that began last, so that one counts."""
    own = [one for one in away if one.person == person]
    return max(own, key=lambda one: (one.from_s, one.leave_id), default=None)


def timeline(
    chain: Sequence[PlaceRef],
    office: Office,
    start_s: float,
    end_s: float,
    appointments: Iterable[Appointment],
    leaves: Iterable[Leave],
) -> tuple[Span, ...]:
    """Who answers throughout [start_s, end_s), in order; neighbours with one answer are one span.

    The answer changes only where an appointment or a leave begins or ends, so it is asked there.
    """
    if not start_s < end_s:
        return ()
    wanted = set(chain)
    held = [one for one in appointments if one.office is office and one.place in wanted]
    persons = {one.person for one in held}
    own = [one for one in leaves if one.person in persons]
    deputies = {one.deputy for one in own}
    known = own + [one for one in leaves if one.person in deputies and one.person not in persons]
    times: list[tuple[float, float | None]] = [(one.from_s, one.to_s) for one in held]
    times += [(one.from_s, one.to_s) for one in known]
    edges = {edge for both in times for edge in both if edge is not None}
    ordered = [start_s, *sorted(edge for edge in edges if start_s < edge < end_s)]
    spans: list[Span] = []
    for begin_s, finish_s in zip(ordered, [*ordered[1:], end_s], strict=True):
        answer = who_answers(chain, office, begin_s, held, known)
        if spans and spans[-1].answer == answer:
            spans[-1] = Span(spans[-1].from_s, finish_s, answer)
        else:
            spans.append(Span(begin_s, finish_s, answer))
    return tuple(spans)


def gaps(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in which nobody answers."""
    return tuple(span for span in spans if isinstance(span.answer, Gap))


def clashes(sole: Iterable[Appointment]) -> tuple[tuple[Appointment, Appointment], ...]:
    """Pairs of appointments to one office at one place whose times overlap, in order.

    Give it only those of offices with one holder at a time. [from_s, to_s) that only touch do not
    overlap.
    """
    groups: dict[tuple[Office, PlaceRef], list[Appointment]] = {}
    for one in sole:
        groups.setdefault((one.office, one.place), []).append(one)
    found = []
    for group in groups.values():
        group.sort(key=lambda one: (one.from_s, one.appointment_id))
        for row, first in enumerate(group):
            for second in group[row + 1 :]:
                if first.to_s is not None and second.from_s >= first.to_s:
                    break
                found.append((first, second))
    return tuple(found)
