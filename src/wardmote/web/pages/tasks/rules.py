"""The rules that make tasks: the table, one rule, trying it, letting it rest."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.appointment import OFFICES
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.task_rule import TaskRule
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.operations.people.selectors import names_of
from wardmote.operations.tasks import rules, services
from wardmote.operations.tasks.trying import DAYS, Tried, try_rule
from wardmote.web.pages.tasks.rule_form import AFTER, WHEN, RuleForm, initial_of
from wardmote.web.pages.tasks.words import (
    NOBODY,
    area_names,
    attempt,
    in_language,
    kind_name,
    tasks_page,
)
from wardmote.web.viewers import viewer_of_request

MOST_PEOPLE = 200


@require_safe
@tasks_page(Permission.TASK_VIEW)
def task_rules(request: HttpRequest) -> HttpResponse:
    """Every rule, shipped or set here, in use or resting."""
    kept = rules.newest_rules()
    areas = area_names({str(one.rule.area) for one in kept})
    language = get_language() or ""
    names = names_of({one.set_by for one in kept if one.set_by}, language)
    rows = [
        {
            "kept": one,
            "title": in_language(one.rule.title),
            "kind": kind_name(one.rule.kind.value),
            "who": in_language(OFFICES[one.rule.office].name),
            "when": _when(one.rule),
            "area": areas[str(one.rule.area)],
            "set_by": names.get(one.set_by, one.set_by),
            "set": local_time(one.set_s) if one.version else None,
        }
        for one in kept
    ]
    return render(request, "wardmote/tasks/rules.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@tasks_page(Permission.TASK_ASSIGN)
def task_rule(request: HttpRequest, code: str = "") -> HttpResponse:
    """One rule, or a new one; a POST tries it, sets it, or lets it rest."""
    kept = rules.newest_rule(code) if code else None
    if code and kept is None:
        raise Http404
    tried: Tried | None = None
    status = 200
    if request.method == "POST" and request.POST.get("form") in ("rest", "use"):
        _switch(request, code)
        return redirect("task-rule", code=code)
    if request.method == "POST":
        form = RuleForm(request.POST)
        status = 422
        if form.is_valid() and (not code or form.rule().code == code):
            rule = form.rule()
            if request.POST.get("form") == "try":
                tried, status = try_rule(viewer_of_request(request), rule, clock.now_s()), 200
            elif _set(request, rule, form.cleaned_data["based_on"]):
                return redirect("task-rule", code=rule.code)
        elif form.is_valid():
            form.add_error("code", _("The code of a rule does not change. Make a new rule."))
    elif kept is None:
        form = RuleForm()
    else:
        form = RuleForm(initial=initial_of(kept.rule, kept.version))
    context = {
        "form": form,
        "kept": kept,
        "tried": None if tried is None else _tried(tried),
        "versions": rules.versions_of(code) if code else (),
        "follows": request.POST.get("when") == AFTER,
        "days": DAYS,
    }
    return render(request, "wardmote/tasks/rule.html", context, status=status)


def _set(request: HttpRequest, rule: TaskRule, based_on: int) -> bool:
    return attempt(
        request,
        lambda who, now_s: services.set_rule(who, rule, based_on=based_on, now_s=now_s),
        _("The rule is set. It holds for days whose tasks are not made yet."),
    )


def _switch(request: HttpRequest, code: str) -> None:
    sent = request.POST.get("based_on", "")
    based_on = int(sent) if sent.isdigit() and len(sent) < 9 else 0
    in_use = request.POST.get("form") == "use"
    attempt(
        request,
        lambda who, now_s: services.switch_rule(
            who, code, in_use=in_use, based_on=based_on, now_s=now_s
        ),
        _("The rule is used again. Its tasks of today and the days ahead are made within minutes.")
        if in_use
        else _("The rule rests. Its tasks that had not opened are cancelled."),
    )


def _when(rule: TaskRule) -> str:
    if rule.recurrence is None:
        return str(WHEN[AFTER])
    said = str(WHEN[rule.recurrence.kind.value])
    if not rule.recurrence.days:
        return f"{said} (n = {rule.recurrence.every})"
    return f"{said}: {', '.join(str(day) for day in rule.recurrence.days)}"


def _tried(tried: Tried) -> dict[str, Any]:
    shown = tried.people[:MOST_PEOPLE]
    names = names_of({one.staff for one in shown if one.staff}, get_language() or "")
    return {
        "tasks": tried.tasks,
        "by_day": tried.by_day,
        "more": len(tried.people) - len(shown),
        "people": [
            {"person": one, "name": names.get(one.staff, one.staff) or str(NOBODY)} for one in shown
        ],
    }
