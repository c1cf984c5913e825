from __future__ import annotations

from wardmote.core.domain.assignment import AssignmentState
from wardmote.core.domain.dispatch_events import AssignmentMoved
from wardmote.core.domain.events import REGISTRY, Event
from wardmote.core.domain.ids import AreaId, AssignmentId, EventId, IncidentId, UnitId
from wardmote.core.domain.incident_events import IncidentNoted
from wardmote.core.domain.move_up import MoveUpAction, MoveUpState
from wardmote.core.domain.move_up_events import MoveUpMoved
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.place_events import ClosureSet
from wardmote.core.domain.study_events import StudyOpened
from wardmote.core.domain.unit_events import UnitOffDuty
from wardmote.web.live.sight import sight_of, subject_of

COUNTY = AreaId("430521000000")
TOWN = AreaId("430521100000")
NEIGHBOUR = AreaId("430522000000")

NOTE = IncidentNoted(IncidentId("c1"), "n1")
ASSIGNED = AssignmentMoved(
    AssignmentId("a1"), IncidentId("c1"), UnitId("u1"), None, AssignmentState.ASSIGNED, 0, "", None
)
OFF_DUTY = UnitOffDuty(UnitId("u1"))
MOVED_UP = MoveUpMoved("m1", UnitId("u1"), MoveUpAction.ACKNOWLEDGE, MoveUpState.ACKNOWLEDGED, "")
CLOSED = ClosureSet("k1", (1,), closed=True)


def _sees(
    viewer: Viewer, payload: object, area: AreaId, sent: frozenset[str] = frozenset()
) -> bool:
    event = Event(1, EventId("e"), 0.0, 0.0, "s", area, payload)  # type: ignore[arg-type]  # any payload
    return sight_of(viewer).sees(subject_of(event), sent)


def _viewer(role: Role, area: AreaId = COUNTY, crew_of: frozenset[str] = frozenset()) -> Viewer:
    return Viewer("s1", (RoleInArea(role, area),), crew_of)


def test_a_dispatcher_sees_calls_and_units_of_the_area_and_below_only() -> None:
    viewer = _viewer(Role.DISPATCHER)
    for payload in (NOTE, ASSIGNED, OFF_DUTY, MOVED_UP):
        assert _sees(viewer, payload, COUNTY)
        assert _sees(viewer, payload, TOWN)
        assert not _sees(viewer, payload, NEIGHBOUR)


def test_what_is_neither_a_call_nor_a_unit_nor_a_road_is_in_nobodys_stream() -> None:
    for role in Role:
        assert not _sees(_viewer(role), StudyOpened("s1"), COUNTY)


def test_crew_see_their_own_unit_its_assignments_and_the_calls_it_is_sent_to() -> None:
    own = _viewer(Role.CREW, crew_of=frozenset({"u1"}))
    assert _sees(own, OFF_DUTY, COUNTY)
    assert _sees(own, MOVED_UP, COUNTY)
    assert _sees(own, ASSIGNED, COUNTY)
    assert _sees(own, NOTE, COUNTY, sent=frozenset({"u1"}))
    assert not _sees(own, NOTE, COUNTY, sent=frozenset({"u2"}))
    other = _viewer(Role.CREW, crew_of=frozenset({"u2"}))
    assert not _sees(other, OFF_DUTY, COUNTY)
    assert not _sees(other, MOVED_UP, COUNTY)
    assert not _sees(other, ASSIGNED, COUNTY, sent=frozenset({"u1", "u2"}))


def test_a_planner_sees_units_but_no_calls() -> None:
    viewer = _viewer(Role.PLANNER)
    assert _sees(viewer, OFF_DUTY, TOWN)
    assert not _sees(viewer, NOTE, TOWN)


def test_road_closures_are_seen_by_all_who_see_anything_and_nobody_else() -> None:
    assert _sees(_viewer(Role.CREW, crew_of=frozenset({"u1"})), CLOSED, NEIGHBOUR)
    assert _sees(_viewer(Role.PLANNER), CLOSED, NEIGHBOUR)
    assert not _sees(_viewer(Role.ADMINISTRATOR), CLOSED, COUNTY)


def test_every_event_type_has_a_subject_that_an_administrator_does_not_see() -> None:
    viewer = _viewer(Role.ADMINISTRATOR)
    for name, version in REGISTRY.names():
        payload_class = REGISTRY.payload_class(name, version)
        payload = object.__new__(payload_class)
        for field in payload_class.__dataclass_fields__:
            object.__setattr__(payload, field, "x")
        assert not _sees(viewer, payload, COUNTY), name


def test_equal_grants_in_another_order_give_equal_sight() -> None:
    grants = (RoleInArea(Role.DISPATCHER, COUNTY), RoleInArea(Role.SUPERVISOR, NEIGHBOUR))
    assert sight_of(Viewer("a", grants)) == sight_of(Viewer("b", grants[::-1]))
