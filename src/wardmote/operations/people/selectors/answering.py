"""Who answers for a place, who is away, and which roles appointments give. Callers check rights."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from wardmote.core.beat.answering import Answer, Span
from wardmote.core.beat.answering import timeline as core_timeline
from wardmote.core.beat.answering import who_answers as core_who_answers
from wardmote.core.domain.appointment import OFFICES, Appointment, Office, PlaceRef
from wardmote.core.domain.areas import area_prefix, concerns
from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.leave import Leave, LeaveKind, LeaveState
from wardmote.core.domain.permissions import Role, RoleInArea
from wardmote.operations.people import models
from wardmote.operations.people.place_book import PlaceBook, place_book
from wardmote.operations.people.rows import (
    appointments_in,
    as_leaves,
    departures,
    in_force_between,
    leaves_between,
)

_GIVING_ROLES = [office.value for office, rule in OFFICES.items() if rule.role is not None]


class Answering:
    """Everything that decides who answers from `start_s` to `end_s`, read once.

    For asking about many places; for one, `who_answers` reads less.
    """

    def __init__(
        self,
        start_s: float,
        end_s: float,
        book: PlaceBook,
        appointments: Iterable[Appointment],
        leaves: Sequence[Leave],
    ) -> None:
        self.start_s = start_s
        self.end_s = end_s
        self.book = book
        self._held: dict[tuple[Office, PlaceRef], list[Appointment]] = defaultdict(list)
        for one in appointments:
            self._held[(one.office, one.place)].append(one)
        self._leaves: dict[PersonId, list[Leave]] = defaultdict(list)
        for leave in leaves:
            self._leaves[leave.person].append(leave)

    def who_answers(self, place: str, office: Office, at_s: float | None = None) -> Answer:
        """Who answers for a place (division code, grid code, beat or post id)."""
        moment_s = self.start_s if at_s is None else at_s
        return self.of_chain(self.book.chain(place, office, moment_s), office, moment_s)

    def of_chain(self, chain: Sequence[PlaceRef], office: Office, at_s: float) -> Answer:
        """Who answers for the narrowest place of a chain."""
        held = self._held_in(chain, office)
        return core_who_answers(chain, office, at_s, held, self._leaves_of(held))

    def timeline(self, chain: Sequence[PlaceRef], office: Office) -> tuple[Span, ...]:
        """Who answers for the narrowest place of a chain throughout."""
        held = self._held_in(chain, office)
        leaves = self._leaves_of(held)
        return core_timeline(chain, office, self.start_s, self.end_s, held, leaves)

    def held_at(self, place: PlaceRef, office: Office) -> tuple[Appointment, ...]:
        """The appointments to an office at a place, by their beginnings."""
        held = self._held.get((office, place), ())
        return tuple(sorted(held, key=lambda one: (one.from_s, one.appointment_id)))

    def _held_in(self, chain: Sequence[PlaceRef], office: Office) -> list[Appointment]:
        return [one for place in chain for one in self._held.get((office, place), ())]

    def _leaves_of(self, held: Sequence[Appointment]) -> list[Leave]:
        persons = {one.person for one in held}
        own = [leave for person in persons for leave in self._leaves.get(person, ())]
        deputies = {leave.deputy for leave in own if leave.deputy is not None} - persons
        return own + [leave for person in deputies for leave in self._leaves.get(person, ())]


def answering_at(
    start_s: float, end_s: float | None = None, places: Collection[str] | None = None
) -> Answering:
    """All that decides who answers at a moment, or throughout [start_s, end_s).

    With `places`, for those codes alone: what a chain finds beyond them is not known.
    """
    last_s = start_s if end_s is None else end_s
    rows = in_force_between(start_s, last_s)
    if places is not None:
        rows = rows.filter(place__in=list(places))
    leaves = as_leaves(leaves_between(start_s, last_s))
    leaves += departures({leave.deputy for leave in leaves if leave.deputy}, last_s)
    return Answering(start_s, last_s, place_book(), appointments_in(rows), leaves)


def any_appointment_at(at_s: float) -> bool:
    """Whether anybody at all holds an office at a moment: whether appointments are kept here."""
    return in_force_between(at_s, at_s).exists()


def who_answers(place: str, office: Office, at_s: float) -> Answer:
    """Who answers for a place in an office at a moment: exactly one holder, or a named gap.

    Args:
        place: code of a division (12 digits) or grid (15), id of a beat or of a post. For a
            village, an officer of its beat is found; for a beat, the chief of its town; and so on.
        at_s: seconds UTC.
    """
    return _asked(place_book().chain(place, office, at_s), office, at_s)


def whose_beat(
    lon: float, lat: float, at_s: float, office: Office = Office.COMMUNITY_OFFICER
) -> Answer:
    """Whose beat a point (WGS-84 degrees) is at a moment; a gap outside every beat."""
    return _asked(place_book().chain_at(lon, lat, office, at_s), office, at_s)


def _asked(chain: Sequence[PlaceRef], office: Office, at_s: float) -> Answer:
    codes = [ref.code for ref in chain]
    rows = in_force_between(at_s, at_s).filter(office=office.value, place__in=codes)
    held = appointments_in(rows)
    return core_who_answers(chain, office, at_s, held, _leaves_around(held, at_s))


def _leaves_around(held: Sequence[Appointment], at_s: float) -> list[Leave]:
    own = as_leaves(leaves_between(at_s, at_s).filter(person__in=[one.person for one in held]))
    deputies = [leave.deputy for leave in own if leave.deputy is not None]
    away = as_leaves(leaves_between(at_s, at_s).filter(person__in=deputies))
    return own + away + departures(deputies, at_s)


def holders_of(place: PlaceRef, office: Office, at_s: float) -> tuple[PersonId, ...]:
    """Everybody appointed to an office at a place itself, away or not; for those with several."""
    rows = in_force_between(at_s, at_s).filter(
        office=office.value, place=place.code, place_kind=place.kind.value
    )
    return tuple(sorted({one.person for one in appointments_in(rows) if one.holds(at_s)}))


def away_at(at_s: float, persons: Collection[str] | None = None) -> dict[PersonId, PersonId | None]:
    """Who is on leave at a moment, with the deputy (None: nobody); of `persons`, or of all.

    A deputy who has left the service by then is among them, as somebody without a deputy.
    """
    rows = leaves_between(at_s, at_s)
    if persons is not None:
        rows = rows.filter(person__in=list(persons))
    leaves = as_leaves(rows)
    leaves += departures({leave.deputy for leave in leaves if leave.deputy}, at_s)
    found = sorted(leaves, key=lambda one: (one.from_s, one.leave_id))
    return {leave.person: leave.deputy for leave in found if leave.runs(at_s)}


def leaves_touching(
    area: AreaId, kinds: Collection[LeaveKind], start_s: float, end_s: float | None
) -> set[str]:
    """Ids of approved leaves of these kinds with a moment in [start_s, end_s); None: open.

    Of persons of an area and below; those that run and those to come.
    """
    rows = models.Leave.objects.filter(
        state=LeaveState.APPROVED.value, kind__in=[one.value for one in kinds], to_s__gt=start_s
    )
    if end_s is not None:
        rows = rows.filter(from_s__lt=end_s)
    return set(rows.filter(person__area__startswith=area_prefix(area)).values_list("pk", flat=True))


def person_area(staff_id: str) -> AreaId | None:
    """The area of the organisation that a person belongs to; None when nobody has this number."""
    row = models.Person.objects.filter(pk=staff_id).only("area").first()
    return None if row is None else AreaId(row.area)


def roles_in_force(staff_id: str, now_s: float) -> tuple[RoleInArea, ...]:
    """The roles that a person holds by appointment, and as a deputy of those who are away.

    They begin and end with the appointment and the leave: nothing else is kept of them. Who is
    away deputises for nobody.
    """
    away = away_at(now_s)
    replaced = (
        [] if staff_id in away else [one for one, deputy in away.items() if deputy == staff_id]
    )
    rows = in_force_between(now_s, now_s).filter(
        office__in=_GIVING_ROLES, person__in=[staff_id, *replaced]
    )
    held = rows.order_by("pk").values_list("office", "area")
    return tuple(dict.fromkeys(_role_of(office, area) for office, area in held))


@dataclass(frozen=True, slots=True)
class Appointed:
    """Where somebody holds an office, and since which local day."""

    area: AreaId
    since: datetime.date


def appointed_in(
    area: AreaId, at_s: float, office: Office | None = None
) -> dict[PersonId, Appointed]:
    """Who holds an office (or `office`) in an area at a moment, away or not; the earliest each."""
    rows = in_force_between(at_s, at_s).filter(area__startswith=area_prefix(area))
    if office is not None:
        rows = rows.filter(office=office.value)
    found: dict[PersonId, Appointed] = {}
    for person, within, since in rows.order_by("from_day", "pk").values_list(
        "person_id", "area", "from_day"
    ):
        found.setdefault(PersonId(person), Appointed(AreaId(within), since))
    return found


def staff_holding(
    roles: Collection[Role], area: AreaId, now_s: float, *, within: AreaId | None = None
) -> set[str]:
    """Staff ids of those who hold one of `roles` in `area` by appointment or as a deputy.

    With `within`: where it lies in or around the area, and in that one.
    """
    offices = [office.value for office, rule in OFFICES.items() if rule.role in roles]
    rows = in_force_between(now_s, now_s).filter(office__in=offices)
    held = {
        person
        for person, held_in in rows.values_list("person_id", "area")
        if concerns(AreaId(held_in), area, within)
    }
    away = away_at(now_s)
    deputies = {
        str(deputy)
        for person, deputy in away.items()
        if person in held and deputy is not None and deputy not in away
    }
    return held | deputies


def _role_of(office: str, area: str) -> RoleInArea:
    role = OFFICES[Office(office)].role
    if role is None:
        raise ValueError(f"the office {office} gives no role")
    return RoleInArea(role, AreaId(area))
