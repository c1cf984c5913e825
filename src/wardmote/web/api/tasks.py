"""``/api/tasks``: a person's day in one answer, and what is done with a task."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Router

from wardmote.core.domain.consent import CARE_PURPOSE_NAMES
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.task import TASK_KIND_NAMES, TASK_LIFE_CYCLE, TaskState
from wardmote.core.domain.task_reasons import TaskReasons, reasons_to_pick
from wardmote.core.domain.text import Bilingual
from wardmote.operations.duty_time import duty_minutes_of
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.people.selectors import names_of
from wardmote.operations.places.selectors import division_names
from wardmote.operations.tasks import selectors, services
from wardmote.operations.tasks.errors import TaskConflictError, UnknownTaskError
from wardmote.operations.tasks.officers import officers_of
from wardmote.operations.tasks.selectors import CalledOff, TaskRow
from wardmote.operations.tasks.services import Told, Whereabouts
from wardmote.web.api.answers import ApiError, answer, as_request, change_once
from wardmote.web.api.auth import ApiRequest
from wardmote.web.api.names import name_json, name_pair
from wardmote.web.api.schemas.common import CHANGE, IDEMPOTENT, answers
from wardmote.web.api.schemas.tasks import (
    CareVisitOut,
    CheckInIn,
    FinishIn,
    HandOverIn,
    OneTaskOut,
    TaskActIn,
    TaskConflictOut,
    TaskOut,
    TodayOut,
    WhereaboutsIn,
)

router = Router(tags=["tasks"])
JsonObject = dict[str, Any]
_CHANGED = {**answers((200, TaskOut), bad=CHANGE), 409: TaskConflictOut}


@router.get(
    "/tasks/today",
    response={**answers((200, TodayOut)), 304: None},
    summary="What today asks of me",
)
def today(request: HttpRequest) -> HttpResponse:
    """Everything that a phone needs for the day; with ``If-None-Match`` 304 if nothing changed."""
    viewer = as_request(request).auth
    now_s = clock.now_s()
    day = local_day(now_s)
    rows = selectors.today_of(viewer, day, midnight_s(day))
    planned = services.planned_minutes([viewer.staff_id], day, day)
    content = {
        "day": day.isoformat(),
        "staff_id": viewer.staff_id,
        "planned_minutes": planned.get((viewer.staff_id, day), 0),
        "duty_minutes": duty_minutes_of([viewer.staff_id], day, now_s)[viewer.staff_id],
        "tasks": tasks_json(rows),
        "called_off": _called_off(selectors.called_off_of(viewer, day, now_s)),
        "forms": {row.sheet_id: row.sheet.form for row in rows},
        "kinds": _codes({kind.value: name for kind, name in TASK_KIND_NAMES.items()}),
        "reasons": {
            one.value: _codes(reasons_to_pick(one))
            for one in (TaskReasons.ELSEWHERE, TaskReasons.HAND_OVER)
        },
        "officers": _officers(rows, viewer.staff_id, now_s),
    }
    tag = _tag(content)
    # Compressed on its way, it came back as a weak one.
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        response = HttpResponse(status=304)
    else:
        response = answer({"made_s": now_s, **content})
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


@router.get("/tasks/{task_id}", response=answers((200, OneTaskOut), bad=(404,)), summary="One task")
def one_task(request: HttpRequest, task_id: str) -> HttpResponse:
    """A task that one holds, or of an area whose tasks one sees."""
    row = selectors.task_seen(as_request(request).auth, task_id)
    return answer({"task": tasks_json([row])[0], "form": row.sheet.form})


@router.post(
    "/tasks/{task_id}/check-in",
    response=_CHANGED,
    summary="Check in at the place",
    openapi_extra=IDEMPOTENT,
)
def check_in(request: HttpRequest, task_id: str, sent: CheckInIn) -> HttpResponse:
    """Begin at the place, within its tolerance or with a reason."""
    asked = as_request(request)
    return _change(
        asked,
        lambda now_s: services.check_in(
            asked.auth, task_id, _where(sent.where), now_s=now_s, told=_told(sent)
        ),
    )


@router.post(
    "/tasks/{task_id}/undo",
    response=_CHANGED,
    summary="Take a check-in back",
    openapi_extra=IDEMPOTENT,
)
def undo(request: HttpRequest, task_id: str, sent: TaskActIn) -> HttpResponse:
    """It is open again."""
    asked = as_request(request)
    return _change(
        asked, lambda now_s: services.undo(asked.auth, task_id, now_s=now_s, told=_told(sent))
    )


@router.post(
    "/tasks/{task_id}/finish",
    response=_CHANGED,
    summary="Finish a task",
    openapi_extra=IDEMPOTENT,
)
def finish(request: HttpRequest, task_id: str, sent: FinishIn) -> HttpResponse:
    """With the answers to its form; a task that was not checked in is checked in first."""
    asked = as_request(request)
    where = None if sent.where is None else _where(sent.where)
    return _change(
        asked,
        lambda now_s: services.finish(
            asked.auth,
            task_id,
            sent.answers,
            now_s=now_s,
            told=_told(sent),
            where=where,
            officer=sent.officer,
        ),
    )


@router.post(
    "/tasks/{task_id}/hand-over",
    response=_CHANGED,
    summary="Hand a task to somebody else",
    openapi_extra=IDEMPOTENT,
)
def hand_over(request: HttpRequest, task_id: str, sent: HandOverIn) -> HttpResponse:
    """To a member of staff who may do it there and whose day still holds it."""
    asked = as_request(request)
    return _change(
        asked,
        lambda now_s: services.hand_over(
            asked.auth,
            task_id,
            sent.to,
            sent.reason,
            now_s=now_s,
            told=_told(sent),
            although_overloaded=sent.although_overloaded,
        ),
    )


@router.post(
    "/tasks/{task_id}/care-visit",
    response=answers((200, CareVisitOut), bad=(404, 409)),
    summary="Open whom a care visit goes to",
)
def care_visit(request: HttpRequest, task_id: str) -> HttpResponse:
    """For the one who holds the visit; each look is written to the record of disclosures."""
    opened = services.open_visit(as_request(request).auth, task_id, now_s=clock.now_s())
    purpose = {
        "code": opened.purpose.value,
        "name": name_json(CARE_PURPOSE_NAMES[opened.purpose]),
    }
    return answer({"purpose": purpose, "until": opened.to_day.isoformat(), **opened.details})


def tasks_json(rows: Iterable[TaskRow]) -> list[JsonObject]:
    """Tasks with the names of their areas."""
    listed = list(rows)
    areas = division_names(sorted({row.area for row in listed}))
    together = {one for row in listed if row.officer for one in (row.officer, row.holder)}
    people = names_of(together, get_language() or "")
    return [_task_json(row, areas.get(row.area, ("", "")), people) for row in listed]


def _called_off(found: Iterable[CalledOff]) -> list[JsonObject]:
    listed = list(found)
    areas = division_names(sorted({one.task.area for one in listed}))
    return [
        {
            "id": one.task.pk,
            "title": name_pair(one.task.sheet.title_zh, one.task.sheet.title_en),
            "place": name_pair(one.task.place_zh, one.task.place_en)
            if one.task.place
            else name_pair(*areas.get(one.task.area, ("", ""))),
            "due_s": one.task.due_s,
            "cancelled_s": one.at_s,
        }
        for one in listed
    ]


def _officers(rows: Iterable[TaskRow], holder: str, now_s: float) -> dict[str, list[JsonObject]]:
    """Who can be named as having been there, by area of the holder's tasks that ask for it."""
    areas = {row.area for row in rows if row.holder == holder and (row.officer or row.officer_gap)}
    found = {area: officers_of(AreaId(area), now_s) for area in sorted(areas)}
    people = names_of({one for held in found.values() for one in held}, get_language() or "")
    return {area: [_person(one, people) for one in held] for area, held in found.items()}


def _person(staff: str, names: Mapping[str, str]) -> JsonObject:
    return {"staff": staff, "name": names.get(staff, staff)}


def _task_json(row: TaskRow, area_name: tuple[str, str], people: Mapping[str, str]) -> JsonObject:
    place = None
    if row.place:
        place = {
            "kind": row.place_kind,
            "code": row.place,
            "name": name_pair(row.place_zh, row.place_en),
            "lon": row.lon,
            "lat": row.lat,
            "tolerance_m": row.tolerance_m,
        }
    return {
        "id": row.pk,
        "revision": row.revision,
        "state": row.state,
        "allowed": [one.value for one in TASK_LIFE_CYCLE.allowed_actions(TaskState(row.state))],
        "kind": row.kind,
        "title": name_pair(row.sheet.title_zh, row.sheet.title_en),
        "purpose": name_pair(row.sheet.purpose_zh, row.sheet.purpose_en),
        "form": row.sheet_id,
        "place": place,
        "area": row.area,
        "area_name": name_pair(*area_name),
        "day": row.day.isoformat(),
        "opens_s": row.opens_s,
        "due_s": row.due_s,
        "useless_after_s": row.useless_after_s,
        "minutes": row.minutes,
        "begun_s": row.begun_s,
        "done_s": row.done_s,
        "answers": row.answers,
        "holder": row.holder,
        "holder_name": people.get(row.holder, row.holder),
        "beside": _person(row.officer, people) if row.officer else None,
        "officer_gap": row.officer_gap,
        "rule": row.rule,
        "source_kind": row.source_kind,
        "source": row.source,
        "drill": row.drill,
    }


def _change(request: ApiRequest, act: Callable[[float], TaskRow]) -> HttpResponse:
    """Do it once for the request's key; a conflict is answered with how the task stands now."""
    try:
        return change_once(request, lambda now_s: (200, tasks_json([act(now_s)])[0]))
    except TaskConflictError as error:
        raise ApiError(
            409, error.code, error.message(), task=_standing(request, str(error.values["task"]))
        ) from error


def _standing(request: ApiRequest, task_id: str) -> dict[str, Any] | None:
    """How a task stands: whole for those who may see it, else only that it has gone on."""
    row = selectors.task_now(task_id)
    if row is None:
        return None
    whole = tasks_json([row])[0]
    try:
        selectors.task_seen(request.auth, task_id)
    except UnknownTaskError:
        return {name: whole[name] for name in ("id", "state", "holder", "revision")}
    return whole


def _where(sent: WhereaboutsIn) -> Whereabouts:
    return Whereabouts(sent.lon, sent.lat, sent.accuracy_m, sent.reason, sent.words)


def _told(sent: TaskActIn) -> Told:
    return Told(sent.device_s, sent.based_on)


def _tag(content: JsonObject) -> str:
    """A digest of all that is answered, so that no name or limit stays as it was on a phone."""
    said = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def _codes(names: Mapping[str, Bilingual]) -> list[JsonObject]:
    return [{"code": code, "name": name_json(name)} for code, name in names.items()]
