"""``/api/move-ups/{id}/actions``: what crews and dispatchers answer to advice for idle units."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router

from wardmote.core.domain.move_up import MoveUpAction
from wardmote.operations.dispatch import services as dispatch
from wardmote.web.api.answers import ApiError, as_request, change_once
from wardmote.web.api.schemas.common import CHANGE, IDEMPOTENT, answers
from wardmote.web.api.schemas.dispatching import ActedOut
from wardmote.web.api.schemas.move_ups import MoveUpActionIn

router = Router(tags=["move-ups"])


@router.post(
    "/move-ups/{move_up_id}/actions",
    response=answers((200, ActedOut), bad=CHANGE),
    summary="Accept, refuse, arrive or take back",
    openapi_extra=IDEMPOTENT,
)
def act_on_move_up(request: HttpRequest, move_up_id: str, body: MoveUpActionIn) -> HttpResponse:
    """Move advice to an idle unit through its life cycle. Old news changes nothing."""
    asked = as_request(request)
    action = _action(body.action)

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        moved = dispatch.act_on_move_up(
            asked.auth, move_up_id, action, now_s=now_s, reason=body.reason
        )
        return 200, {"state": moved.state.value, "changed": moved.changed}

    return change_once(asked, act)


def _action(code: str) -> MoveUpAction:
    try:
        return MoveUpAction(code)
    except ValueError:
        raise ApiError(
            422,
            "unknown_action",
            _("There is no such action."),
            field="action",
            allowed=[one.value for one in MoveUpAction],
        ) from None
