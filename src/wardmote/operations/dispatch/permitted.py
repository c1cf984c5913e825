"""Who may do what to an assignment: crews report about their own, dispatchers order."""

from __future__ import annotations

from wardmote.core.domain.assignment import (
    ASSIGNMENT_LIFE_CYCLE,
    AssignmentAction,
    AssignmentState,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.dispatch.models import Assignment
from wardmote.operations.units import selectors as units
from wardmote.operations.units.selectors import UnitRow

BY_CREW = frozenset(
    {
        AssignmentAction.ACKNOWLEDGE,
        AssignmentAction.DEPART,
        AssignmentAction.ARRIVE,
        AssignmentAction.REPORT,
        AssignmentAction.CLEAR,
        AssignmentAction.REFUSE,
    }
)


def may_act(
    viewer: Viewer, assignment: Assignment, unit: UnitRow, action: AssignmentAction
) -> bool:
    """Whether the viewer may do this to an assignment, in whatever state it is."""
    area = AreaId(assignment.incident.area)
    if action in BY_CREW:
        return units.may_crew(viewer, unit) or viewer.may(Permission.ASSIGNMENT_ACT, area)
    return viewer.may(Permission.INCIDENT_DISPATCH, area)


def allowed_actions(
    viewer: Viewer, assignment: Assignment, unit: UnitRow
) -> tuple[AssignmentAction, ...]:
    """What the viewer could do to an assignment now."""
    state = AssignmentState(assignment.state)
    return tuple(
        action
        for action in ASSIGNMENT_LIFE_CYCLE.allowed_actions(state)
        if may_act(viewer, assignment, unit, action)
    )
