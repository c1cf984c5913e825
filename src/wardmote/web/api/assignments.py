"""``/api/incidents/{id}/assignments`` and ``/api/assignments/{id}/actions``: sending units."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router

from wardmote.core.domain.assignment import AssignmentAction
from wardmote.core.domain.ids import AssignmentId, IncidentId, UnitId
from wardmote.operations.dispatch import services as dispatch
from wardmote.web.api.answers import ApiError, as_request, change_once
from wardmote.web.api.schemas.common import CHANGE, IDEMPOTENT, answers
from wardmote.web.api.schemas.dispatching import ActedOut, AssignedOut, AssignIn, AssignmentActionIn

router = Router(tags=["assignments"])


@router.post(
    "/incidents/{incident_id}/assignments",
    response=answers((201, AssignedOut), bad=CHANGE),
    summary="Send units to a call",
    openapi_extra=IDEMPOTENT,
)
def assign(request: HttpRequest, incident_id: str, body: AssignIn) -> HttpResponse:
    """Send, reserve or stack units: all of them or, on any refusal, none."""
    asked = as_request(request)

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        sent = dispatch.assign(
            asked.auth,
            IncidentId(incident_id),
            [UnitId(unit) for unit in body.units],
            now_s=now_s,
            mode=body.mode,
            recommendation=body.recommendation,
            override_reason=body.override_reason,
        )
        return 201, {
            "assignments": [
                {"id": one.assignment, "unit": one.unit, "state": one.state.value} for one in sent
            ]
        }

    return change_once(asked, act)


@router.post(
    "/assignments/{assignment_id}/actions",
    response=answers((200, ActedOut), bad=CHANGE),
    summary="Acknowledge, go, arrive, report, clear and the rest",
    openapi_extra=IDEMPOTENT,
)
def act_on_assignment(
    request: HttpRequest, assignment_id: str, body: AssignmentActionIn
) -> HttpResponse:
    """Move an assignment. A message that is old news is answered with the present state."""
    asked = as_request(request)
    action = assignment_action(body.action)

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        acted = dispatch.act(
            asked.auth,
            AssignmentId(assignment_id),
            action,
            now_s=now_s,
            device_s=body.device_s,
            reason=body.reason or body.feedback,
        )
        return 200, {"state": acted.state.value, "changed": acted.changed}

    return change_once(asked, act)


def assignment_action(code: str) -> AssignmentAction:
    """The action of a code.

    Raises:
        ApiError: there is none.
    """
    try:
        return AssignmentAction(code)
    except ValueError:
        raise ApiError(
            422,
            "unknown_action",
            _("There is no such action."),
            field="action",
            allowed=[one.value for one in AssignmentAction],
        ) from None
