"""Contingency plans: their versions, what is offered, and activating one."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.contingency import Subject
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.selectors import staff_with
from wardmote.operations.duty import selectors, services
from wardmote.operations.incidents.selectors import id_of_number
from wardmote.operations.journal import clock
from wardmote.operations.people.actors import actor_names
from wardmote.operations.people.selectors import names_of
from wardmote.web.pages.area_words import area_name
from wardmote.web.pages.duty.offers import offer_lines
from wardmote.web.pages.duty.plan_form import content_of, form_of
from wardmote.web.pages.duty.rows import rows_of, with_blanks
from wardmote.web.pages.duty.words import (
    STATES,
    SUBJECTS,
    TRIGGERS,
    URGENCIES,
    attempt,
    attempt_for,
    duty_page,
    spoken,
    text_of,
)
from wardmote.web.viewers import viewer_of_request

MOST_SUGGESTED = 300


@require_http_methods(["GET", "POST"])
@duty_page(Permission.DUTY_VIEW)
def duty_plans(request: HttpRequest) -> HttpResponse:
    """The plans, calls that bring one up; a POST writes a new one."""
    viewer = viewer_of_request(request)
    if request.method == "POST":
        new = services.NewPlan(
            text_of(request, "area"),
            Bilingual(text_of(request, "name_zh"), text_of(request, "name_en")),
            content_of(request.POST),
        )
        if attempt(
            request,
            lambda who, now_s: services.write_plan(who, new, now_s=now_s),
            _("The plan is written. A second person approves it."),
        ):
            return redirect("duty-plans")
    first_area = next(iter(viewer.areas_with(Permission.DUTY_PLAN)), "")
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
        "offers": offer_lines(viewer, selectors.offers_seen(viewer)),
        "plans_duty": viewer.holds_anywhere(Permission.DUTY_PLAN),
        "sent": request.POST,
        "first_area": first_area,
        "form": form_of(request.POST, None, first_area),
    }
    return render(request, "wardmote/duty/plans.html", context)


@require_http_methods(["GET", "POST"])
@duty_page(Permission.DUTY_VIEW)
def duty_plan(request: HttpRequest, plan_id: str) -> HttpResponse:
    """One plan with its versions; a POST approves, writes another version, or activates."""
    viewer = viewer_of_request(request)
    row = selectors.plan_to_see(viewer, plan_id)
    writes = request.method == "POST" and text_of(request, "act") == "version"
    if writes:
        if _write_version(request, plan_id):
            return redirect("duty-plan", plan_id=plan_id)
        row = selectors.plan_to_see(viewer, plan_id)
    elif request.method == "POST":
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
                "steps": [
                    (step.minutes, step.role, step.what.in_language(language))
                    for step in selectors.checklist_of(one).steps
                ],
                "triggers": [
                    (TRIGGERS[trigger.kind.value], trigger.code, URGENCIES[str(trigger.urgency)])
                    for trigger in selectors.checklist_of(one).triggers
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
        "form": form_of(
            request.POST if writes else QueryDict(),
            selectors.checklist_of(versions[0]) if versions else None,
            row.area,
        ),
        "writes": writes,
        "number": request.GET.get("call", ""),
        "for_drill": request.GET.get("drill") == "yes",
        "persons": with_blanks([]),
        "staff": _staff(area, now_s=clock.now_s()),
    }
    return render(request, "wardmote/duty/plan.html", context)


def _change_plan(request: HttpRequest, plan_id: str) -> str:
    """Do what a plan's form says; returns the id of what was activated, else nothing."""
    act, number = text_of(request, "act"), text_of(request, "version")
    version = int(number) if number.isascii() and number.isdigit() else 0
    if act == "activate":
        return _activate(request, plan_id)
    if act == "approve":
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


def _write_version(request: HttpRequest, plan_id: str) -> bool:
    content = content_of(request.POST)
    return attempt(
        request,
        lambda who, now_s: services.write_version(who, plan_id, content, now_s=now_s),
        _("The version is written. A second person approves it."),
    )


def _staff(area: AreaId, *, now_s: float) -> dict[str, str]:
    """Members of staff of the area by number, as suggestions."""
    held = staff_with(Permission.DUTY_VIEW, area, now_s)[:MOST_SUGGESTED]
    return names_of(held, get_language() or "")


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
    rows = rows_of(request.POST, "person", ("staff", "role"), by=("staff",))
    people = [(row["staff"], row["role"]) for row in rows]
    drill = text_of(request, "drill") == "yes"
    start = services.Start(plan_id, Subject(subject), code, text_of(request, "key"), drill, people)
    made = attempt_for(
        request,
        lambda who, now_s: services.activate(who, start, now_s=now_s),
        _("The drill has begun.") if drill else _("The plan is activated."),
    )
    return made or ""
