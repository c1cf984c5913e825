"""``/api/incidents``: take down, look up, change, move, link and note calls."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.incident import IncidentAction, Priority
from wardmote.core.domain.permissions import Purpose
from wardmote.operations.dispatch import selectors as dispatch_selectors
from wardmote.operations.dispatch import services as dispatch
from wardmote.operations.incidents import selectors as incident_selectors
from wardmote.operations.incidents import services as incidents
from wardmote.operations.journal import clock
from wardmote.web.api.answers import ApiError, answer, as_request, change_once
from wardmote.web.api.calls_router import router
from wardmote.web.api.schemas.calls import (
    AlarmLevelIn,
    CallActionIn,
    CallChangeIn,
    CallerIn,
    CallerOut,
    EnteredOut,
    LinkIn,
    NewCallIn,
    NoteIn,
)
from wardmote.web.api.schemas.common import CHANGE, IDEMPOTENT, ChangedOut, IdOut, StateOut, answers


@router.post(
    "/incidents",
    response=answers((201, EnteredOut), bad=CHANGE),
    summary="Take down a call",
    openapi_extra=IDEMPOTENT,
)
def enter(request: HttpRequest, body: NewCallIn) -> HttpResponse:
    """Take down a call and route it. A client may make the id, so that a repeat is known."""
    asked = as_request(request)
    call = incidents.NewCall(
        category=body.category,
        channel=body.channel,
        id=None if not body.id else IncidentId(body.id),
        priority=None if body.priority is None else Priority(body.priority),
        received_s=body.received_s,
        occurred_s=body.occurred_s,
        lon=body.lon,
        lat=body.lat,
        place=body.place or "",
        caller_name=body.caller_name or "",
        caller_phone=body.caller_phone or "",
        note=body.note or "",
        drill=body.drill,
        location_request=body.location_request,
    )

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        entered = incidents.enter_call(asked.auth, call, now_s=now_s)
        return 201, {"id": entered.id, "number": entered.number}

    return change_once(asked, act)


@router.patch(
    "/incidents/{incident_id}",
    response=answers((200, ChangedOut), bad=CHANGE),
    summary="Correct place, category or priority",
    openapi_extra=IDEMPOTENT,
)
def change(request: HttpRequest, incident_id: str, body: CallChangeIn) -> HttpResponse:
    """Correct a call. A new category or priority needs a reason code; rules run again."""
    asked = as_request(request)

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        changed = False
        version = body.version
        if body.lon is not None or body.lat is not None:
            if body.lon is None or body.lat is None:
                raise ApiError(
                    422, "bad_coordinates", _("Give longitude and latitude."), field="lat"
                )
            changed = incidents.relocate(
                asked.auth,
                IncidentId(incident_id),
                body.lon,
                body.lat,
                body.place,
                now_s=now_s,
                expected_version=version,
            )
            version = None
        if body.category is not None or body.priority is not None:
            changed |= incidents.reclassify(
                asked.auth,
                IncidentId(incident_id),
                category=body.category,
                priority=None if body.priority is None else Priority(body.priority),
                reason=body.reason,
                now_s=now_s,
                expected_version=version,
            )
        return 200, {"changed": changed}

    return change_once(asked, act)


@router.post(
    "/incidents/{incident_id}/actions",
    response=answers((200, StateOut), bad=CHANGE),
    summary="Resolve, close, cancel, reopen or route a call",
    openapi_extra=IDEMPOTENT,
)
def act_on_call(request: HttpRequest, incident_id: str, body: CallActionIn) -> HttpResponse:
    """Move a call through its life cycle; its assignments follow. Closing needs a disposition."""
    asked = as_request(request)
    try:
        action = IncidentAction(body.action)
    except ValueError:
        raise ApiError(
            422,
            "unknown_action",
            _("There is no such action."),
            field="action",
            allowed=[one.value for one in IncidentAction],
        ) from None

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        if action is IncidentAction.ROUTE:
            incidents.route(asked.auth, IncidentId(incident_id), now_s=now_s)
            return 200, {"state": incident_selectors.find(IncidentId(incident_id)).state}
        state = dispatch.act_on_call(
            asked.auth,
            IncidentId(incident_id),
            action,
            now_s=now_s,
            reason=body.reason,
            disposition=body.disposition,
            expected_version=body.version,
        )
        return 200, {"state": state.value}

    return change_once(asked, act)


@router.post(
    "/incidents/{incident_id}/alarm-level",
    response=answers((200, ChangedOut), bad=CHANGE),
    summary="Raise or lower the alarm level",
    openapi_extra=IDEMPOTENT,
)
def set_alarm_level(request: HttpRequest, incident_id: str, body: AlarmLevelIn) -> HttpResponse:
    """Ask for the units of another alarm level of the run card; units are recommended again."""
    asked = as_request(request)

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        changed = incidents.raise_alarm_level(
            asked.auth, IncidentId(incident_id), body.level, body.reason, now_s
        )
        return 200, {"changed": changed}

    return change_once(asked, act)


@router.post(
    "/incidents/{incident_id}/recommendation",
    response=answers((202, StateOut), bad=CHANGE),
    summary="Recommend units again",
    openapi_extra=IDEMPOTENT,
)
def request_recommendation(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Have the units worked out again now; the ranking comes on the stream as always."""
    asked = as_request(request)

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        dispatch.request_recommendation(asked.auth, IncidentId(incident_id), now_s=now_s)
        return 202, {"state": "requested"}

    return change_once(asked, act)


@router.post(
    "/incidents/{incident_id}/links",
    response=answers((200, ChangedOut), bad=CHANGE),
    summary="Link a duplicate to the call that was there first",
    openapi_extra=IDEMPOTENT,
)
def link(request: HttpRequest, incident_id: str, body: LinkIn) -> HttpResponse:
    """Say that this call reports the same thing as `primary`. Both keep their histories."""
    asked = as_request(request)

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        dispatch.link_calls(
            asked.auth, IncidentId(incident_id), IncidentId(body.primary), now_s=now_s
        )
        return 200, {"changed": True}

    return change_once(asked, act)


@router.delete(
    "/incidents/{incident_id}/links/{primary}",
    response=answers((200, ChangedOut), bad=CHANGE),
    summary="Take a link back",
    openapi_extra=IDEMPOTENT,
)
def unlink(request: HttpRequest, incident_id: str, primary: str) -> HttpResponse:
    """Take a link back; the call waits again."""
    asked = as_request(request)

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        dispatch.unlink_calls(asked.auth, IncidentId(incident_id), IncidentId(primary), now_s=now_s)
        return 200, {"changed": True}

    return change_once(asked, act)


@router.post(
    "/incidents/{incident_id}/notes",
    response=answers((201, IdOut), bad=CHANGE),
    summary="Add a note",
    openapi_extra=IDEMPOTENT,
)
def add_note(request: HttpRequest, incident_id: str, body: NoteIn) -> HttpResponse:
    """Add a note to a call; those who are sent there may do so too."""
    asked = as_request(request)

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        note = dispatch.add_note(asked.auth, IncidentId(incident_id), body.text, now_s=now_s)
        return 201, {"id": note}

    return change_once(asked, act)


@router.post(
    "/incidents/{incident_id}/caller",
    response=answers((200, CallerOut), bad=(404, 422)),
    summary="Open the caller's data for a purpose",
)
def open_caller(request: HttpRequest, incident_id: str, body: CallerIn) -> HttpResponse:
    """Who called. The look is written down in the same transaction; nothing else changes.

    It takes no Idempotency-Key: an answer that names a person is never stored.
    """
    viewer = as_request(request).auth
    if body.purpose not in {one.value for one in Purpose}:
        raise ApiError(
            422,
            "purpose_missing",
            _("Say for which purpose you open the caller's data; it is recorded."),
            field="purpose",
            allowed=[one.value for one in Purpose],
        )
    caller = dispatch_selectors.open_caller(
        viewer, IncidentId(incident_id), Purpose(body.purpose), now_s=clock.now_s()
    )
    return answer(
        {
            "name": None if caller is None else caller.name,
            "phone": None if caller is None else caller.phone,
        }
    )
