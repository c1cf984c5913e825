"""``/api/alarms/{id}/answer``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from wardmote.operations.dispatch import services as dispatch
from wardmote.web.api.answers import as_request, change_once
from wardmote.web.api.schemas.common import CHANGE, IDEMPOTENT, ChangedOut, answers

router = Router(tags=["alarms"])


@router.post(
    "/alarms/{alarm_id}/answer",
    response=answers((200, ChangedOut), bad=CHANGE),
    summary="Answer an alarm",
    openapi_extra=IDEMPOTENT,
)
def answer_alarm(request: HttpRequest, alarm_id: str) -> HttpResponse:
    """Say that a person has seen the alarm and sees to it."""
    asked = as_request(request)

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        dispatch.answer_alarm(asked.auth, alarm_id, now_s=now_s)
        return 200, {"changed": True}

    return change_once(asked, act)
