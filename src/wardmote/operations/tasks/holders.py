"""Who is to have a task: whoever answers for its place in the office; nobody where there is a gap.

Where a deployment keeps no appointments at all, the roles granted for areas stand in for them: the
one granted for the narrowest area, by number where there are several.
"""

from __future__ import annotations

from wardmote.core.beat.answering import Holder
from wardmote.core.domain.appointment import OFFICES, Office
from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.task import TaskPlace, TaskRequest
from wardmote.operations.access.selectors import roles_granted
from wardmote.operations.people.selectors import answering_at, any_appointment_at

_PLACES_OF_OFFICES = frozenset({"beat", "post"})


class Holders:
    """Who has what at one moment; read once for many tasks."""

    def __init__(self, at_s: float) -> None:
        self._at_s = at_s
        self._appointed = any_appointment_at(at_s)
        self._answering = answering_at(at_s) if self._appointed else None
        self._granted = {} if self._appointed else roles_granted(at_s)
        self._known: dict[tuple[str, Office], PersonId | None] = {}

    def holder_of(self, request: TaskRequest) -> str:
        """Staff id of who is to have a task; empty for nobody."""
        if request.holder is not None:
            return request.holder
        return self.holder_at(request.area, request.place, request.office) or ""

    def holder_at(self, area: AreaId, place: TaskPlace | None, office: Office) -> PersonId | None:
        """Who holds an office at a place of an area; None in a gap."""
        code = place.code if place is not None and place.kind in _PLACES_OF_OFFICES else area
        key = (code, office)
        if key not in self._known:
            self._known[key] = self._find(code, area, office)
        return self._known[key]

    def _find(self, code: str, area: AreaId, office: Office) -> PersonId | None:
        if self._answering is not None:
            answer = self._answering.who_answers(code, office, self._at_s)
            return answer.person if isinstance(answer, Holder) else None
        role = OFFICES[office].role
        return None if role is None else self._by_grant(role, area)

    def _by_grant(self, role: Role, area: AreaId) -> PersonId | None:
        held = self._granted.get(role, ())
        within = [(len(prefix), staff) for prefix, staff in held if area.startswith(prefix)]
        if not within:
            return None
        narrowest = max(length for length, _staff in within)
        return PersonId(min(staff for length, staff in within if length == narrowest))
