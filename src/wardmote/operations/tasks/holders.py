"""Who is to have a task: whoever answers for its place in the office; nobody where there is a gap.

A county that keeps no appointments to an office goes by the roles granted for areas: the one
granted for the narrowest area, by number where there are several. Whoever is away for all of the
time left for a task is stood in for by the deputy of that leave.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from wardmote.core.beat.answering import Answer, Gap, GapReason, Holder
from wardmote.core.beat.task_leave import leave_that_keeps, time_left
from wardmote.core.domain.appointment import OFFICES, Office, StaffKind
from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.assistant_acts import HELD_BY_POLICE
from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.leave import Leave
from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Permission, Role, RoleInArea
from wardmote.core.domain.task import TaskKind, TaskPlace, TaskRequest
from wardmote.operations.access.selectors import roles_granted, roles_granted_to
from wardmote.operations.people import selectors as people
from wardmote.operations.people.selectors import RoleHeld
from wardmote.operations.working_time import working_calendar

_PLACES_OF_OFFICES = frozenset({"beat", "post"})
_AWAY = frozenset({GapReason.LEAVE_WITHOUT_DEPUTY, GapReason.DEPUTY_AWAY})


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a task is, there or away; `person` is empty for nobody. `appointed`: not by a grant."""

    person: str
    appointed: bool


NOBODY = Owner("", appointed=False)


@dataclass(frozen=True, slots=True)
class Work:
    """What decides who does a task: where and when, and how many minutes it takes."""

    area: AreaId
    permission: Permission
    opens_s: float
    due_s: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who has a task.

    Attributes:
        holder: staff id; empty for nobody.
        instead_of: who is away and stood in for by the holder; empty otherwise.
        chosen: the person was named, and does not change with who answers for the place.
    """

    holder: str
    instead_of: str = ""
    chosen: bool = False


def permission_for(kind: str) -> Permission:
    """What whoever does a task of a kind must be allowed."""
    return Permission.CARE_VISIT if kind == TaskKind.CARE_VISIT.value else Permission.TASK_DO


class Holders:
    """Who has what from `now_s` to `until_s`; read once for many tasks."""

    def __init__(self, now_s: float, until_s: float | None = None) -> None:
        self.now_s = now_s
        self.until_s = now_s if until_s is None else max(until_s, now_s)
        self.calendar = working_calendar(now_s)
        self._owners: dict[tuple[str, Office, float], Owner] = {}
        self._rights: dict[tuple[str, Permission | None, AreaId, float], bool] = {}
        self._kinds: dict[str, StaffKind | None] = {}

    def assigned(self, request: TaskRequest) -> Assigned:
        """Who is to have a task that is made now; nobody in a gap."""
        chosen = bool(request.holder)
        if request.holder is not None:
            owner = Owner(request.holder, appointed=False)
        else:
            at_s = max(self.now_s, request.opens_s)
            owner = self.owner_at(request.area, request.place, request.office, at_s)
        if not owner.person:
            return Assigned("")
        permission = permission_for(request.kind.value)
        work = Work(request.area, permission, request.opens_s, request.due_s, request.minutes)
        there = self.who_is_there(owner, work)
        if there is None:
            return Assigned(owner.person, chosen=True) if chosen else Assigned("")
        return Assigned(there[0], there[1], chosen)

    def owner_at(self, area: AreaId, place: TaskPlace | None, office: Office, at_s: float) -> Owner:
        """Whose an office at a place of an area is at a moment, there or away."""
        code = _asked_at(area, place)
        key = (code, office, at_s)
        if key not in self._owners:
            self._owners[key] = self._find(code, area, office, at_s)
        return self._owners[key]

    def gap_at(
        self, area: AreaId, place: TaskPlace | None, office: Office, at_s: float
    ) -> GapReason | None:
        """Why nobody holds an office there; None where somebody does."""
        if self.owner_at(area, place, office, at_s).person:
            return None
        if self._is_kept(office, area, at_s):
            answer = self._answer(_asked_at(area, place), office, at_s)
            if isinstance(answer, Gap):
                return answer.reason
        return GapReason.VACANT

    def officers_among(self, staff: Collection[str], area: AreaId) -> list[str]:
        """Who of these is a police officer: by their standing in law, where that is on record.

        Whoever is not on record goes by the roles held in the area.
        """
        unread = [one for one in staff if one not in self._kinds]
        if unread:
            known = people.persons_known(unread)
            self._kinds |= {one: known[one].kind if one in known else None for one in unread}
        return [one for one in staff if self._is_officer(one, area)]

    def _is_officer(self, staff: str, area: AreaId) -> bool:
        kind = self._kinds[staff]
        if kind is not None:
            return kind is StaffKind.POLICE
        held = self._roles_of(staff, self.now_s)
        return any(one.role in HELD_BY_POLICE and area_contains(one.area, area) for one in held)

    def who_is_there(self, owner: Owner, work: Work) -> tuple[str, str] | None:
        """(Who does it, instead of whom): the owner or a deputy; None when neither is there."""
        left = time_left(work.opens_s, work.due_s, self.now_s, self.calendar)
        leave = leave_that_keeps(self.leaves_of(owner.person), left, work.minutes, self.calendar)
        if leave is None:
            return owner.person, ""
        deputy = leave.deputy
        if deputy is None or leave_that_keeps(
            self.leaves_of(deputy), left, work.minutes, self.calendar
        ):
            return None
        at_s = max(left[0], leave.from_s)
        # Deputising gives the roles of the offices; what was granted by hand is not handed on.
        needed = (
            work.permission if self.may(owner.person, work.permission, work.area, at_s) else None
        )
        allowed = owner.appointed or self.may(deputy, needed, work.area, at_s)
        return (deputy, owner.person) if allowed else None

    def may(self, staff: str, permission: Permission | None, area: AreaId, at_s: float) -> bool:
        """Whether somebody holds a permission in an area at a moment.

        None: whether any role reaches into the area, or into a part of it.
        """
        key = (staff, permission, area, at_s)
        if key not in self._rights:
            self._rights[key] = any(
                permission in ROLE_PERMISSIONS[role.role] and area_contains(role.area, area)
                if permission is not None
                else area_contains(role.area, area) or area_contains(area, role.area)
                for role in self._roles_of(staff, at_s)
            )
        return self._rights[key]

    def leaves_of(self, staff: str) -> list[Leave]:
        """The leaves that somebody takes in this time."""
        return self._leaves.get(PersonId(staff), [])

    def _find(self, code: str, area: AreaId, office: Office, at_s: float) -> Owner:
        if not self._is_kept(office, area, at_s):
            role = OFFICES[office].role
            person = None if role is None else self._by_grant(role, area)
            return NOBODY if person is None else Owner(person, appointed=False)
        answer = self._answer(code, office, at_s)
        if isinstance(answer, Holder):
            return Owner(answer.instead_of or answer.person, appointed=True)
        if answer.reason in _AWAY:
            return Owner(answer.persons[0], appointed=True)
        return NOBODY

    def _by_grant(self, role: Role, area: AreaId) -> PersonId | None:
        held = self._granted.get(role, ())
        within = [(len(prefix), staff) for prefix, staff in held if area.startswith(prefix)]
        if not within:
            return None
        narrowest = max(length for length, _staff in within)
        return PersonId(min(staff for length, staff in within if length == narrowest))

    # --- read once -----------------------------------------------------------------------------

    def _answer(self, code: str, office: Office, at_s: float) -> Answer:
        return self._answering.who_answers(code, office, at_s)

    def _is_kept(self, office: Office, area: AreaId, _at_s: float) -> bool:
        return (office, area[: people.COUNTY_DIGITS]) in self._kept

    def _roles_of(self, staff: str, at_s: float) -> Iterable[RoleInArea]:
        """What somebody holds at a moment: granted, by appointment, and as a deputy."""
        yield from self._grants_of.get(staff, ())
        for person in (PersonId(staff), *self._replaced_by(staff, at_s)):
            for one in self._roles.get(person, ()):
                if one.runs(at_s):
                    yield RoleInArea(one.role, one.area)

    def _replaced_by(self, staff: str, at_s: float) -> list[PersonId]:
        running = [one for one in self._deputised.get(PersonId(staff), ()) if one.runs(at_s)]
        if not running or any(one.runs(at_s) for one in self.leaves_of(staff)):
            return []  # who is away deputises for nobody
        return [one.person for one in running]

    @cached_property
    def _answering(self) -> people.Answering:
        return people.answering_at(self.now_s, self.until_s)

    @cached_property
    def _kept(self) -> frozenset[tuple[Office, str]]:
        return people.offices_kept(self.now_s, self.until_s)

    @cached_property
    def _leaves(self) -> dict[PersonId, list[Leave]]:
        return people.leaves_in(self.now_s, self.until_s)

    @cached_property
    def _roles(self) -> dict[PersonId, list[RoleHeld]]:
        return people.roles_between(self.now_s, self.until_s)

    @cached_property
    def _granted(self) -> dict[Role, tuple[tuple[str, PersonId], ...]]:
        return roles_granted(self.now_s)

    @cached_property
    def _grants_of(self) -> dict[str, list[RoleInArea]]:
        found: dict[str, list[RoleInArea]] = {}
        for role, held in self._granted.items():
            for prefix, staff in held:
                granted = RoleInArea(role, AreaId(prefix.ljust(12, "0")))
                found.setdefault(staff, []).append(granted)
        return found

    @cached_property
    def _deputised(self) -> dict[PersonId, list[Leave]]:
        found: dict[PersonId, list[Leave]] = {}
        for own in self._leaves.values():
            for leave in own:
                if leave.deputy is not None:
                    found.setdefault(leave.deputy, []).append(leave)
        return found


def _asked_at(area: AreaId, place: TaskPlace | None) -> str:
    """The place that an office is asked for at."""
    return place.code if place is not None and place.kind in _PLACES_OF_OFFICES else area


class FewHolders(Holders):
    """The same for a few tasks: asks for their places alone instead of reading everybody."""

    def __init__(self, now_s: float, until_s: float | None = None) -> None:
        super().__init__(now_s, until_s)
        self._asked: dict[str, list[Leave]] = {}

    def leaves_of(self, staff: str) -> list[Leave]:
        """The leaves that somebody takes in this time."""
        if staff not in self._asked:
            self._asked[staff] = people.leaves_of([staff], self.now_s, self.until_s)
        return self._asked[staff]

    def _answer(self, code: str, office: Office, at_s: float) -> Answer:
        return people.who_answers(code, office, at_s)

    def _is_kept(self, office: Office, area: AreaId, at_s: float) -> bool:
        return people.office_kept(office, area, at_s)

    def _roles_of(self, staff: str, at_s: float) -> Iterable[RoleInArea]:
        return (*roles_granted_to(staff, self.now_s), *people.roles_in_force(staff, at_s))


def who_has(area: AreaId, office: Office, now_s: float) -> PersonId | None:
    """Who answers for an area in an office by now, or stands in; None in a gap."""
    known = FewHolders(now_s)
    owner = known.owner_at(area, None, office, now_s)
    if not owner.appointed:
        return PersonId(owner.person) if owner.person else None
    answer = people.who_answers(area, office, now_s)
    return answer.person if isinstance(answer, Holder) else None
