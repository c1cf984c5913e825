"""Contingency plans, what was activated with them, drills, and the look back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.contingency import ActivationState, StepAction, StepState, Subject
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.text import Bilingual
from wardmote.operations.duty import selectors, services
from wardmote.operations.incidents.selectors import find_many, id_of_number
from wardmote.operations.journal import clock
from wardmote.operations.people.actors import actor_names
from wardmote.operations.places.selectors import local_time
from wardmote.web.documents import pdf_of
from wardmote.web.pages.duty.words import (
    STATES,
    SUBJECTS,
    area_name,
    attempt,
    duty_page,
    spoken,
    text_of,
)
from wardmote.web.viewers import viewer_of_request

MINUTE_S = 60.0


@require_http_methods(["GET", "POST"])
@duty_page(Permission.DUTY_VIEW)
def duty_plans(request: HttpRequest) -> HttpResponse:
    """The plans, calls that bring one up; a POST writes a new one."""
    viewer = viewer_of_request(request)
    if request.method == "POST":
        new = services.NewPlan(
            text_of(request, "area"),
            Bilingual(text_of(request, "name_zh"), text_of(request, "name_en")),
            content_of(text_of(request, "steps"), text_of(request, "triggers")),
        )
        if attempt(
            request,
            lambda who, now_s: services.write_plan(who, new, now_s=now_s),
            _("The plan is written. A second person approves it."),
        ):
            return redirect("duty-plans")
    context = {
        "plans": [
            {
                "row": row,
                "name": spoken(row.name_zh, row.name_en),
                "area": area_name(row.area),
                "approved": selectors.approved_version(row),
            }
            for row in selectors.plans_seen(viewer)
        ],
        "brought_up": [
            {"plan": plan, "name": spoken(plan.name_zh, plan.name_en), "number": number}
            for plan, _call, number in selectors.brought_up(viewer)
        ],
        "plans_duty": viewer.holds_anywhere(Permission.DUTY_PLAN),
        "sent": request.POST,
        "first_area": next(iter(viewer.areas_with(Permission.DUTY_PLAN)), ""),
    }
    return render(request, "wardmote/duty/plans.html", context)


@require_http_methods(["GET", "POST"])
@duty_page(Permission.DUTY_VIEW)
def duty_plan(request: HttpRequest, plan_id: str) -> HttpResponse:
    """One plan with its versions; a POST approves, writes another version, or activates."""
    viewer = viewer_of_request(request)
    row = selectors.plan_to_see(viewer, plan_id)
    if request.method == "POST":
        run = _change_plan(request, plan_id)
        if run:
            return redirect("duty-activation", activation_id=run)
        return redirect("duty-plan", plan_id=plan_id)
    area, language = AreaId(row.area), get_language() or ""
    versions = sorted(row.versions.all(), key=lambda one: -one.number)
    context = {
        "plan": row,
        "name": spoken(row.name_zh, row.name_en),
        "area": area_name(row.area),
        "versions": [
            {
                "row": one,
                "state": STATES[one.state],
                "checklist": selectors.checklist_of(one),
                "steps": [
                    (step.minutes, step.role, step.what.in_language(language))
                    for step in selectors.checklist_of(one).steps
                ],
                "own": one.written_by == viewer.staff_id,
            }
            for one in versions
        ],
        "people": actor_names({one.written_by for one in versions}, language),
        "plans_duty": viewer.may(Permission.DUTY_PLAN, area),
        "approves": viewer.may(Permission.DUTY_APPROVE, area),
        "approved": selectors.approved_version(row),
        "subjects": SUBJECTS.items(),
        "key": uuid.uuid4().hex,
        "text": _text_of_version(versions[0]) if versions else "",
        "number": request.GET.get("call", ""),
    }
    return render(request, "wardmote/duty/plan.html", context)


@require_safe
@duty_page(None)
def duty_activations(request: HttpRequest) -> HttpResponse:
    """What the viewer sees of what was activated: drills only as a participant."""
    rows = selectors.activations_seen(viewer_of_request(request))
    context = {"activations": [_line(row) for row in rows]}
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


def content_of(steps: str, triggers: str) -> JsonValue:
    """A checklist from its lines: ``minutes | role | Chinese | English``, and ``kind: code``."""
    return {
        "steps": [_step_of(line) for line in steps.splitlines() if line.strip()],
        "triggers": [
            {"kind": kind.strip(), "code": code.strip()}
            for kind, _colon, code in (
                line.replace("：", ":").partition(":")
                for line in triggers.splitlines()
                if line.strip()
            )
        ],
    }


def _step_of(line: str) -> JsonValue:
    parts = [part.strip() for part in line.replace("｜", "|").split("|")]
    minutes, role, zh, en = [*parts, "", "", "", ""][:4]
    number = int(minutes) if minutes.isascii() and minutes.isdigit() else minutes
    return {"minutes": number, "role": role, "what": {"zh": zh, "en": en}}


def _text_of_version(version: Any) -> str:
    checklist = selectors.checklist_of(version)
    return "\n".join(
        f"{one.minutes} | {one.role} | {one.what.zh} | {one.what.en}" for one in checklist.steps
    )


def _change_plan(request: HttpRequest, plan_id: str) -> str:
    """Do what a plan's form says; returns the id of what was activated, else nothing."""
    act, number = text_of(request, "act"), text_of(request, "version")
    version = int(number) if number.isascii() and number.isdigit() else 0
    if act == "activate":
        return _activate(request, plan_id)
    if act == "version":
        content = content_of(text_of(request, "steps"), text_of(request, "triggers"))
        attempt(
            request,
            lambda who, now_s: services.write_version(who, plan_id, content, now_s=now_s),
            _("The version is written. A second person approves it."),
        )
    elif act == "approve":
        attempt(
            request,
            lambda who, now_s: services.approve_version(who, plan_id, version, now_s=now_s),
            _("The version is approved."),
        )
    elif act == "retire":
        attempt(
            request,
            lambda who, now_s: services.retire_version(who, plan_id, version, now_s=now_s),
            _("The version is retired."),
        )
    return ""


def _activate(request: HttpRequest, plan_id: str) -> str:
    subject, code = text_of(request, "subject"), text_of(request, "code")
    if subject not in SUBJECTS:
        subject = Subject.EVENT.value
    if subject == Subject.INCIDENT.value:
        found = id_of_number(code, viewer_of_request(request))
        if len(found) != 1:
            messages.error(request, _("There is no such call, or it is not in your area."))
            return ""
        code = found[0]
    people = [
        (staff, role)
        for staff, _colon, role in (
            line.replace("：", ":").partition(":")
            for line in text_of(request, "participants").splitlines()
            if line.strip()
        )
    ]
    drill = text_of(request, "drill") == "yes"
    start = services.Start(plan_id, Subject(subject), code, text_of(request, "key"), drill, people)
    made: list[str] = []
    attempt(
        request,
        lambda who, now_s: made.append(services.activate(who, start, now_s=now_s)),
        _("The drill has begun.") if drill else _("The plan is activated."),
    )
    return made[0] if made else ""


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
    elif act == "review":
        attempt(
            request,
            lambda who, now_s: services.keep_review(who, activation_id, words, now_s=now_s),
            _("The look back is kept."),
        )


def _line(row: Any) -> dict[str, Any]:
    plan = row.version.plan
    return {
        "row": row,
        "name": spoken(plan.name_zh, plan.name_en),
        "subject": _subject(row),
        "state": STATES[row.state],
        "started": local_time(row.started_s),
    }


def _subject(row: Any) -> str:
    if row.subject == Subject.INCIDENT.value:
        call = find_many([row.subject_code]).get(row.subject_code)
        return row.subject_code if call is None else str(call.number)
    return str(row.subject_code)


def _activation_context(viewer: Any, row: Any) -> dict[str, Any]:
    now_s, language = clock.now_s(), get_language() or ""
    steps = sorted(row.steps.all(), key=lambda one: one.number)
    people = list(row.participants.all())
    names = actor_names(
        {one.ended_by for one in steps if one.ended_by} | {one.staff_id for one in people}, language
    )
    active = row.state == ActivationState.ACTIVE.value
    plans = viewer.may(Permission.DUTY_PLAN, AreaId(row.area))
    return {
        **_line(row),
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
                "open": one.state in (StepState.WAITING.value, StepState.DUE.value),
                "due": local_time(one.due_s),
                "ended": None if one.ended_s is None else local_time(one.ended_s),
                "by": names.get(one.ended_by, one.ended_by),
                "late_min": max(0.0, (one.ended_s or one.due_s) - one.due_s) / MINUTE_S,
            }
            for one in steps
        ],
        "participants": [(names.get(one.staff_id, one.staff_id), one.role) for one in people],
        "review": selectors.review_of(row),
        "marks": active and selectors.may_take_part(viewer, row),
        "stands_down": active and plans,
        "reviews": plans and row.state == ActivationState.ENDED.value,
    }
