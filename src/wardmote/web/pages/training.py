"""The exercise of a training room: the trainer's page, and the trainee's telephone.

Outside a training room none of these pages exists.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.training.exercise import CallNow, EntryKind, Exercise, Line, Order
from wardmote.core.simulation.training.scenario import TroubleKind
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.incidents.errors import UnknownIncidentError
from wardmote.operations.incidents.selectors import find_many
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.operations.places.selectors import categories_in_force
from wardmote.operations.training import services
from wardmote.operations.training.errors import (
    DoesNotFitError,
    NoExerciseError,
    NotATrainingRoomError,
)
from wardmote.operations.training.selectors import exercise, may_lead
from wardmote.operations.units.selectors import all_units
from wardmote.web.pages.training_words import LINE_WORDS, TROUBLE_WORDS, duration_text
from wardmote.web.viewers import needs, viewer_of_request

Params = ParamSpec("Params")
View = Callable[Concatenate[HttpRequest, Params], HttpResponseBase]
_ENDS = {"taken": EntryKind.TAKEN, "known": EntryKind.KNOWN, "hung_up": EntryKind.HUNG_UP}


def in_training(view: View[Params]) -> View[Params]:
    """Decorator of a page: it is found only in a training room with an exercise."""

    @functools.wraps(view)
    def guarded(
        request: HttpRequest, /, *args: Params.args, **kwargs: Params.kwargs
    ) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (NotATrainingRoomError, NoExerciseError):
            raise Http404 from None
        except AccessDeniedError:
            raise PermissionDenied from None

    return guarded


@require_safe
@in_training
@ensure_csrf_cookie
def training_room(request: HttpRequest) -> HttpResponse:
    """The exercise: its control for the trainer, its story for everybody else."""
    now = exercise()
    viewer = viewer_of_request(request)
    language = get_language() or ""
    context: dict[str, Any] = {
        "name": now.script.name.in_language(language),
        "story": now.script.story.in_language(language),
        "now": now,
        **_clock(now),
    }
    if not may_lead(viewer):
        return render(request, "wardmote/training/story.html", context)
    context |= {
        "calls": _call_rows(now, language),
        "units": _unit_rows(now),
        "trouble": _trouble_rows(now),
        "speeds": (1, 2, 5, 10, 20),
    }
    page = "live" if request.GET.get("part") else "room"
    return render(request, f"wardmote/training/{page}.html", context)


@require_POST
@in_training
def order(request: HttpRequest) -> HttpResponse:
    """The trainer lets something go wrong now."""
    try:
        wanted = Order(
            TroubleKind(request.POST.get("kind", "")),
            UnitId(request.POST.get("unit", "")),
            int(request.POST.get("call", "0") or 0),
            float(request.POST["lasts_s"]) if request.POST.get("lasts_s") else None,
        )
        services.order_trouble(viewer_of_request(request), wanted, now_s=clock.now_s())
    except (ValueError, DoesNotFitError):
        messages.error(request, _("This cannot be ordered now."))
    else:
        messages.success(request, _("Ordered."))
    return redirect("training-room")


@require_POST
@in_training
def stop(request: HttpRequest) -> HttpResponse:
    """The trainer ends the exercise."""
    services.end_exercise(viewer_of_request(request), now_s=clock.now_s())
    messages.success(request, _("The exercise is over."))
    return redirect("training-room")


@require_safe
@in_training
@needs(Permission.INCIDENT_ENTER)
def phone(request: HttpRequest) -> HttpResponse:
    """What rings at the trainee's desk, and the caller on the line."""
    return _phone_now(request)


def _phone_now(request: HttpRequest) -> HttpResponse:
    now = exercise()
    now_s = clock.now_s()
    line = now.on_line_with(viewer_of_request(request).staff_id)
    over = now.ended_s is not None
    return JsonResponse(
        {
            "ringing": []
            if over
            else [
                {"call": one.call.number, "waited_s": now_s - (one.rang_s or now_s)}
                for one in now.ringing
                if one.call.at_trainee
            ],
            "line": None if line is None or over else _line_json(line),
            "ends_s": now.script.end_s,
            "ended": over,
        }
    )


def _line_json(line: CallNow) -> dict[str, Any]:
    call = line.call
    return {
        "call": call.number,
        "says": _both(call.says),
        "place": _both(call.place),
        "answered_s": line.answered_s,
    }


def _both(words: Bilingual) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


@require_POST
@in_training
@needs(Permission.INCIDENT_ENTER)
def answer_phone(request: HttpRequest, call: int) -> HttpResponse:
    """Pick up."""
    try:
        services.answer_call(viewer_of_request(request), call, now_s=clock.now_s())
    except DoesNotFitError:
        return JsonResponse({"message": _("Somebody else has this call.")}, status=409)
    return _phone_now(request)


@require_POST
@in_training
@needs(Permission.INCIDENT_ENTER)
def end_phone(request: HttpRequest, call: int) -> HttpResponse:
    """Put down: the call was taken down, is known already, or is nothing."""
    try:
        body = json.loads(request.body)
        kind, incident = _ENDS[body["how"]], IncidentId(str(body.get("incident") or ""))
        services.end_call(viewer_of_request(request), call, kind, incident, now_s=clock.now_s())
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"message": _("There is no such action.")}, status=422)
    except UnknownIncidentError:
        return JsonResponse({"message": _("There is no such call.")}, status=404)
    except DoesNotFitError:
        return JsonResponse(
            {"message": _("This does not belong to the caller on the line.")}, status=409
        )
    return _phone_now(request)


def _clock(now: Exercise) -> dict[str, Any]:
    reading = clock.read()
    passed_s = min(max(reading.now_s - now.script.begin_s, 0.0), _length_s(now))
    if now.ended_s is not None:
        passed_s = now.ended_s - now.script.begin_s
    return {
        "rate": reading.rate,
        "passed": duration_text(passed_s),
        "length": duration_text(_length_s(now)),
        "local": f"{local_time(reading.now_s):%H:%M:%S}",
    }


def _length_s(now: Exercise) -> float:
    return now.script.end_s - now.script.begin_s


def _call_rows(now: Exercise, language: str) -> list[dict[str, Any]]:
    tree = categories_in_force(clock.now_s())
    taken = {
        key: row.number.rsplit("-", 1)[-1]
        for key, row in find_many(one.incident for one in now.calls.values()).items()
    }
    rows = []
    for one in sorted(now.calls.values(), key=lambda one: (one.call.rings_s, one.call.number)):
        code = one.call.category
        name = tree.get(code).name.in_language(language) if code in tree else code
        rows.append(_call_row(one, now, language) | {"category": name})
        rows[-1]["taken"] = taken.get(one.incident, "")
    return rows


def _call_row(one: CallNow, now: Exercise, language: str) -> dict[str, Any]:
    return {
        "number": one.call.number,
        "at": duration_text(one.call.rings_s - now.script.begin_s),
        "place": one.call.place.in_language(language),
        "about": one.call.about,
        "moved": one.call.moved,
        "line": LINE_WORDS[one.line],
        "state": one.line.value,
        "next_desk": not one.call.at_trainee,
        "incident": one.incident,
        "may_ring_again": one.line is not Line.TO_COME and not one.call.about,
    }


def _unit_rows(now: Exercise) -> list[dict[str, Any]]:
    at_s = clock.now_s()
    ailing: dict[str, list[Any]] = {}
    for one in now.trouble:
        if one.unit and one.is_on(at_s):
            ailing.setdefault(one.unit, []).append(TROUBLE_WORDS[one.kind])
    return [
        {"id": unit.pk, "call_sign": unit.call_sign, "ailing": ailing.get(unit.pk, [])}
        for unit in all_units()
        if unit.on_duty
    ]


def _trouble_rows(now: Exercise) -> list[dict[str, Any]]:
    struck = {one.number: one for one in now.trouble}
    planned = {one.number: one for one in now.script.trouble} | struck
    signs = {unit.pk: unit.call_sign for unit in all_units()}
    return [
        {
            "at": duration_text(one.at_s - now.script.begin_s),
            "kind": TROUBLE_WORDS[one.kind],
            "unit": signs.get(one.unit, one.unit),
            "call": one.call,
            "struck": number in struck,
        }
        for number, one in sorted(planned.items(), key=lambda pair: (pair[1].at_s, pair[0]))
    ]
