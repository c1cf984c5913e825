"""What was activated with plans, really or as a drill: progress, record, and the look back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.contingency import ActivationState, StepAction, StepState, Subject
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.operations.duty import selectors, services
from wardmote.operations.incidents.selectors import find_many
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.operations.people.actors import actor_names
from wardmote.operations.tasks.selectors import tasks_of_drill
from wardmote.web.documents import pdf_of
from wardmote.web.pages.area_words import area_name
from wardmote.web.pages.duty.words import STATES, attempt, duty_page, spoken, text_of
from wardmote.web.pages.tasks.board import listed
from wardmote.web.viewers import viewer_of_request

MINUTE_S = 60.0
_OPEN = (StepState.WAITING.value, StepState.DUE.value)


@require_safe
@duty_page(None)
def duty_activations(request: HttpRequest) -> HttpResponse:
    """What the viewer sees of what was activated: drills only as a participant."""
    rows = selectors.activations_seen(viewer_of_request(request))
    context = {"activations": activation_lines(rows)}
    return render(request, "wardmote/duty/activations.html", context)


@require_http_methods(["GET", "POST"])
@duty_page(None)
def duty_activation(request: HttpRequest, activation_id: str) -> HttpResponse:
    """How far an activation is: who did what and when, what is overdue, and the look back."""
    viewer = viewer_of_request(request)
    if request.method == "POST":
        _change_activation(request, activation_id)
        return redirect("duty-activation", activation_id=activation_id)
    row = selectors.activation_to_see(viewer, activation_id)
    return render(request, "wardmote/duty/activation.html", _activation_context(viewer, row))


@require_safe
@duty_page(None)
def duty_activation_pdf(request: HttpRequest, activation_id: str) -> HttpResponse:
    """The record of an activation; each page of a drill's says that it is one."""
    viewer = viewer_of_request(request)
    row = selectors.activation_to_see(viewer, activation_id)
    context = _activation_context(viewer, row)
    begun, ended = context["started"], context["ended"]
    until = "" if ended is None else f" – {ended:%H:%M}"
    about = f"{context['subject']} · {row.version.number} · {begun:%Y-%m-%d %H:%M}{until}"
    document = pdf_of(
        "duty_activation.typ",
        {
            "drill": row.drill,
            "zh": row.version.plan.name_zh or row.version.plan.name_en,
            "en": row.version.plan.name_en or row.version.plan.name_zh,
            "about": about,
            "steps": [
                {
                    "number": str(one["row"].number),
                    "what": one["what"],
                    "role": one["row"].role,
                    "due": f"{one['due']:%H:%M}",
                    "done": "" if one["ended"] is None else f"{one['ended']:%H:%M}",
                    "by": one["by"],
                    "state": str(one["state"]),
                    "why": " ".join(filter(None, (one["row"].words, one["row"].why))),
                }
                for one in context["steps"]
            ],
            "lessons": row.lessons,
        },
    )
    response = HttpResponse(document, content_type="application/pdf")
    name = "drill" if row.drill else "activation"
    response["Content-Disposition"] = f'inline; filename="{name}-{row.pk}.pdf"'
    return response


def _change_activation(request: HttpRequest, activation_id: str) -> None:
    act, words, number = (text_of(request, one) for one in ("act", "words", "number"))
    step = int(number) if number.isascii() and number.isdigit() else 0
    actions = {one.value: one for one in (StepAction.FINISH, StepAction.SKIP, StepAction.UNDO)}
    if act in actions:
        attempt(
            request,
            lambda who, now_s: services.move_step(
                who, activation_id, step, actions[act], words, now_s=now_s
            ),
            _("The step is marked."),
        )
    elif act == "stand_down":
        attempt(
            request,
            lambda who, now_s: services.stand_down(who, activation_id, now_s=now_s),
            _("It has ended. Look back on it while it is fresh."),
        )
    elif act == "add":
        attempt(
            request,
            lambda who, now_s: services.add_participant(
                who, activation_id, text_of(request, "staff"), text_of(request, "role"), now_s=now_s
            ),
            _("From now on they take part."),
        )
    elif act == "review":
        why = {
            int(field.removeprefix("why_")): text_of(request, field)
            for field in request.POST
            if field.removeprefix("why_").isdecimal() and len(field) < 12
        }
        attempt(
            request,
            lambda who, now_s: services.keep_review(who, activation_id, words, why, now_s=now_s),
            _("The look back is kept."),
        )


def activation_lines(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """What was activated, for lists."""
    found = list(rows)
    codes = {row.subject_code for row in found if row.subject == Subject.INCIDENT.value}
    numbers = {code: str(call.number) for code, call in find_many(sorted(codes)).items()}
    return [
        {
            "row": row,
            "name": spoken(row.version.plan.name_zh, row.version.plan.name_en),
            "subject": numbers.get(row.subject_code, row.subject_code)
            if row.subject == Subject.INCIDENT.value
            else row.subject_code,
            "state": STATES[row.state],
            "started": local_time(row.started_s),
        }
        for row in found
    ]


def _activation_context(viewer: Any, row: Any) -> dict[str, Any]:
    now_s, language = clock.now_s(), get_language() or ""
    steps = sorted(row.steps.all(), key=lambda one: one.number)
    people = list(row.participants.all())
    acted = {one.ended_by for one in steps if one.ended_by} | {row.reviewed_by} - {""}
    names = actor_names(acted | {one.staff_id for one in people}, language)
    active = row.state == ActivationState.ACTIVE.value
    plans = viewer.may(Permission.DUTY_PLAN, AreaId(row.area))
    found = selectors.review_of(row)
    explained = {number for number, _late in found.late} | {*found.skipped, *found.missed}
    done = sum(one.state not in _OPEN for one in steps)
    return {
        **activation_lines([row])[0],
        "plan": row.version.plan,
        "version": row.version.number,
        "area": area_name(row.area),
        "ended": None if row.ended_s is None else local_time(row.ended_s),
        "steps": [
            {
                "row": one,
                "what": spoken(one.what_zh, one.what_en),
                "state": STATES["due" if selectors.overdue(one, now_s) else one.state],
                "overdue": active and selectors.overdue(one, now_s),
                "open": one.state in _OPEN,
                "due": local_time(one.due_s),
                "ended": None if one.ended_s is None else local_time(one.ended_s),
                "by": names.get(one.ended_by, one.ended_by),
                "late_min": _late_min(one, now_s if active else row.ended_s or now_s),
                "explains": one.number in explained,
                "mine": selectors.may_mark(viewer, row, one),
            }
            for one in steps
        ],
        "tasks": _tasks(row, now_s),
        "opens_tasks": viewer.holds_anywhere(Permission.TASK_VIEW),
        "participants": [(names.get(one.staff_id, one.staff_id), one.role) for one in people],
        "review": found,
        "done": done,
        "overdue": sum(active and selectors.overdue(one, now_s) for one in steps),
        "reviewed_by": names.get(row.reviewed_by, row.reviewed_by),
        "marks": active and selectors.may_take_part(viewer, row),
        "stands_down": active and plans,
        "reviews": plans and row.state == ActivationState.ENDED.value,
    }


def _tasks(row: Any, now_s: float) -> list[dict[str, Any]]:
    """The tasks that came of a drill; those of what is real are on the board."""
    if not row.drill or row.subject != Subject.INCIDENT.value:
        return []
    return listed(tasks_of_drill(row.subject_code), now_s)


def _late_min(step: Any, until_s: float) -> float:
    """Minutes after its time that a step was done, skipped, or is open still; 0 when in time."""
    return float(max(0.0, (step.ended_s or until_s) - step.due_s)) / MINUTE_S
