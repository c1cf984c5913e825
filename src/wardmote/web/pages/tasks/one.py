"""One task with its history and what a leader can do with it; ordering one by hand."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import JsonValue, load
from wardmote.core.domain.task import (
    LONGEST_MINUTES,
    TASK_LIFE_CYCLE,
    TaskAction,
    TaskId,
    TaskKind,
    TaskRequest,
    TaskSource,
    TaskState,
)
from wardmote.core.domain.task_form import FieldKind, TaskForm
from wardmote.core.domain.task_reasons import TaskReasons
from wardmote.core.domain.task_rule import LONGEST_TITLE
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.selectors import staff_with
from wardmote.operations.duty_time import duty_minutes_of
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, local_time, midnight_s
from wardmote.operations.people.selectors import names_of
from wardmote.operations.photos.selectors import photos_of
from wardmote.operations.tasks import selectors, services
from wardmote.operations.tasks.pictures import TASK_SUBJECT
from wardmote.operations.tasks.selectors import TaskRow
from wardmote.operations.tasks.services import BY_HAND, Told
from wardmote.web.pages.tasks.board import listed
from wardmote.web.pages.tasks.words import (
    ACTIONS,
    ALWAYS_NEEDS_OFFICER,
    NEEDS_OFFICER,
    attempt,
    in_language,
    kind_name,
    reason_choices,
    reason_name,
    tasks_page,
)
from wardmote.web.viewers import viewer_of_request

LONGEST_WORDS = 300
_DAY_INPUT = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


@require_http_methods(["GET", "POST"])
@tasks_page(Permission.TASK_VIEW, Permission.TASK_DO)
def task(request: HttpRequest, task_id: str) -> HttpResponse:
    """One task, for leaders and whoever holds it; a POST assigns, cancels or opens it again."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    row = selectors.task_seen(viewer, task_id)
    if request.method == "POST":
        _act(request, row)
        return redirect("task", task_id=task_id)
    allowed = TASK_LIFE_CYCLE.allowed_actions(TaskState(row.state))
    may_lead = viewer.may(Permission.TASK_ASSIGN, AreaId(row.area))
    context = {
        "task": listed([row], now_s)[0],
        "opens_board": viewer.holds_anywhere(Permission.TASK_VIEW),
        "purpose": in_language(Bilingual(row.sheet.purpose_zh, row.sheet.purpose_en)),
        "opens": local_time(row.opens_s),
        "answers": _answers(row),
        "photos": photos_of(TASK_SUBJECT, [row.pk], now_s),
        "steps": _steps(row),
        "may_assign": may_lead and TaskAction.HAND_OVER in allowed,
        "may_cancel": may_lead and TaskAction.CANCEL in allowed,
        "may_reopen": may_lead and TaskAction.REOPEN in allowed,
        "staff": _candidates(row, now_s) if may_lead else [],
        "cancel_reasons": reason_choices(TaskReasons.CANCEL),
        "reopen_reasons": reason_choices(TaskReasons.REOPEN),
    }
    return render(request, "wardmote/tasks/task.html", context)


def _act(request: HttpRequest, row: TaskRow) -> None:
    sent = request.POST
    seen = sent.get("based_on", "")
    told = Told(based_on=int(seen) if seen.isdigit() and len(seen) < 9 else 0)
    reason, words = sent.get("reason", ""), sent.get("words", "")[:LONGEST_WORDS]
    acts = {
        "assign": lambda who, now_s: services.assign(
            who,
            row.pk,
            sent.get("to", ""),
            now_s=now_s,
            told=told,
            although_overloaded="although_overloaded" in sent,
        ),
        "cancel": lambda who, now_s: services.cancel(
            who, row.pk, reason, words=words, now_s=now_s, told=told
        ),
        "reopen": lambda who, now_s: services.reopen(
            who, row.pk, reason, words=words, now_s=now_s, told=told
        ),
    }
    chosen = acts.get(sent.get("form", ""))
    if chosen is not None:
        attempt(request, chosen, _("Done."))


def _candidates(row: TaskRow, now_s: float) -> list[dict[str, Any]]:
    """Who may do it there, with how full their day is."""
    permission = (
        Permission.CARE_VISIT if row.kind == TaskKind.CARE_VISIT.value else Permission.TASK_DO
    )
    staff = [one for one in staff_with(permission, AreaId(row.area), now_s) if one != row.holder]
    names = names_of(staff, get_language() or "")
    planned = services.planned_minutes(staff, row.day, row.day)
    duty = duty_minutes_of(staff, row.day, now_s)
    return [
        {
            "staff": one,
            "name": names.get(one, one),
            "planned": planned.get((one, row.day), 0),
            "duty": duty[one],
        }
        for one in staff
    ]


def _answers(row: TaskRow) -> list[tuple[str, str]]:
    """The answers in the words of the form."""
    if row.answers is None:
        return []
    form = load(TaskForm, row.sheet.form)
    found = []
    for field in form.fields:
        value = row.answers.get(field.code)
        if value is not None:
            names = {one.code: in_language(one.name) for one in field.choices}
            found.append((in_language(field.name), _said(field.kind, value, names)))
    return found


def _said(kind: FieldKind, value: JsonValue, names: dict[str, str]) -> str:
    if kind is FieldKind.TICK:
        return _("yes") if value else _("no")
    if kind is FieldKind.PHOTO:
        return _("%(count)d photos") % {"count": len(value)}
    if kind is FieldKind.SIGNATURE:
        return _("signed")
    return names.get(str(value), str(value))


def _steps(row: TaskRow) -> list[dict[str, Any]]:
    steps = selectors.steps_of(row)
    people = {one.by for one in steps} | {one.holder for one in steps if one.holder}
    names = names_of(people, get_language() or "")
    return [
        {
            "at": local_time(step.at_s),
            "recorded": local_time(step.recorded_s),
            "by_device": step.clock == "device",
            "what": ACTIONS[step.action],
            "who": names.get(step.by, "") or (step.by if ":" not in step.by else _("by rule")),
            "to": names.get(step.holder, step.holder)
            if step.action == TaskAction.HAND_OVER.value
            else "",
            "reason": reason_name(step.action, step.reason) if step.reason else "",
            "words": step.words,
            "away_m": None if step.away_m is None else round(step.away_m),
        }
        for step in steps
    ]


class OrderForm(forms.Form):
    """A task that a leader asks for."""

    title = forms.CharField(label=gettext_lazy("What is to be done"), max_length=LONGEST_TITLE)
    purpose = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    area = forms.CharField(label=gettext_lazy("Area code (12 digits)"), max_length=12)
    holder = forms.CharField(
        label=gettext_lazy("Staff number"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Empty: whoever answers for the area."),
    )
    day = forms.DateField(label=gettext_lazy("Day"), widget=_DAY_INPUT)
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), min_value=1, max_value=LONGEST_MINUTES, initial=30
    )
    needs_officer = forms.BooleanField(
        label=NEEDS_OFFICER, required=False, help_text=ALWAYS_NEEDS_OFFICER
    )
    although_overloaded = forms.BooleanField(
        label=gettext_lazy("Even if the day is full"), required=False
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]  # a choice field
            (kind.value, kind_name(kind.value))
            for kind in TaskKind
            if kind is not TaskKind.CARE_VISIT
        ]

    def clean_area(self) -> str:
        """A division code."""
        area: str = self.cleaned_data["area"].strip()
        if not is_area_code(area):
            raise forms.ValidationError(_("An area code has 12 digits."))
        return area

    def request(self) -> TaskRequest:
        """The task that was asked for; the form must be valid."""
        entered = self.cleaned_data
        title, why, day = entered["title"].strip(), entered["purpose"].strip(), entered["day"]
        holder = entered["holder"].strip()
        opens_s = midnight_s(day)
        return TaskRequest(
            rule=BY_HAND,
            # The form's own token: sending it twice asks for one task.
            source=TaskSource(BY_HAND, str(entered["token"])),
            kind=TaskKind(entered["kind"]),
            title=Bilingual(title, title),
            purpose=Bilingual(why, why),
            area=AreaId(entered["area"]),
            day=day,
            opens_s=opens_s,
            due_s=midnight_s(day + datetime.timedelta(days=1)),
            holder=PersonId(holder) if holder else None,
            minutes=entered["minutes"],
            needs_officer=entered["needs_officer"],
        )


@require_http_methods(["GET", "POST"])
@tasks_page(Permission.TASK_ASSIGN)
def task_order(request: HttpRequest) -> HttpResponse:
    """Order a task by hand; a full day is told before anything is assigned."""
    if request.method != "POST":
        day = local_day(clock.now_s())
        form = OrderForm(initial={"day": day, "token": uuid.uuid4()})
        return render(request, "wardmote/tasks/order.html", {"form": form})
    form = OrderForm(request.POST)
    made: list[TaskId] = []
    if form.is_valid():

        def act(who: Viewer, now_s: float) -> None:
            although = form.cleaned_data["although_overloaded"]
            made.append(
                services.order(who, form.request(), now_s=now_s, although_overloaded=although)
            )

        if attempt(request, act, _("The task is made.")):
            return redirect("task", task_id=made[0])
    return render(request, "wardmote/tasks/order.html", {"form": form}, status=422)
