"""The monthly cycle: one analysis, one review, one hand-out of tasks, one training."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.monthly_cycle import BY_PEOPLE, CycleStep
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.periods import Period, PeriodKind, period_of
from wardmote.operations.bulletins.cycle import (
    MAX_NOTE,
    AreaCycle,
    cycles_of,
    report_step,
    take_back_step,
)
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day
from wardmote.operations.people.selectors import names_of
from wardmote.operations.refusals import RefusedError
from wardmote.web.pages.area_words import area_name
from wardmote.web.pages.bulletin_cases import link_of
from wardmote.web.pages.bulletin_period_words import period_of_name, period_text
from wardmote.web.viewers import needs, viewer_of_request

MOST_LINKS = 12
"""Tasks that are linked for a step; the board has all."""

STEP_WORDS = {
    CycleStep.ANALYSIS: gettext_lazy("Analysis"),
    CycleStep.REVIEW: gettext_lazy("Review"),
    CycleStep.TASKS: gettext_lazy("Tasks handed out"),
    CycleStep.TRAINING: gettext_lazy("Training"),
}


@needs(Permission.REPORT_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def monthly_cycle(request: HttpRequest, month: str) -> HttpResponse:
    """What of the cycle is done in a month, by area; those who lead work report it."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    period = _month(month)
    if request.method == "POST":
        _act(request, period, now_s)
        return redirect("monthly-cycle", month=month)
    cycles = cycles_of(viewer, period, now_s=now_s)
    people = names_of(
        {done.by for one in cycles for done in one.done.values() if done.by},
        get_language() or "",
    )
    context = {
        "month": month,
        "period": period_text(period),
        "previous": period.before().name,
        "next": period.after().name if period.last < local_day(now_s) else "",
        "steps": [(step.value, words) for step, words in STEP_WORDS.items()],
        "areas": [_shown(viewer, one, people) for one in cycles],
        "today": local_day(now_s).isoformat(),
        "first": period.first.isoformat(),
        "last": min(period.last, local_day(now_s)).isoformat(),
        "bulletin": period.before().name,
        "most_characters": MAX_NOTE,
    }
    return render(request, "wardmote/bulletins/cycle.html", context)


@needs(Permission.REPORT_VIEW)
def present_cycle(request: HttpRequest) -> HttpResponse:
    """Go to the present month."""
    return redirect(
        "monthly-cycle", month=period_of(PeriodKind.MONTH, local_day(clock.now_s())).name
    )


def _shown(viewer: Viewer, one: AreaCycle, people: dict[str, str]) -> dict[str, object]:
    return {
        "code": one.area,
        "name": area_name(one.area),
        "may_report": one.may_report,
        "trainings": [
            {
                "day": held.day,
                "name": Bilingual(held.name_zh, held.name_en).in_language(get_language() or "")
                or _("Turns at the station"),
                "people": held.people,
            }
            for held in one.held.trainings
        ],
        "steps": [
            {
                "step": step.value,
                "name": words,
                "done": one.done.get(step),
                "on_record": _on_record(one, step),
                "by": people.get(one.done[step].by, "") if step in one.done else "",
                "by_people": step in BY_PEOPLE,
                "cases": _cases(viewer, one, step),
            }
            for step, words in STEP_WORDS.items()
        ],
    }


def _on_record(one: AreaCycle, step: CycleStep) -> int:
    held = one.held
    counts = {
        CycleStep.REVIEW: len(held.meetings),
        CycleStep.TASKS: len(held.ordered),
        CycleStep.TRAINING: len(held.trainings),
    }
    return counts.get(step, 0)


def _cases(viewer: Viewer, one: AreaCycle, step: CycleStep) -> list[tuple[str, str]]:
    """(address, words) of the tasks on record behind a step that may be opened, the first ones."""
    found = {CycleStep.REVIEW: one.held.meetings, CycleStep.TASKS: one.held.ordered}
    return [
        (link, "" if case.at_s is None else local_day(case.at_s).isoformat())
        for case in found.get(step, ())[:MOST_LINKS]
        if (link := link_of(viewer, case))
    ]


def _act(request: HttpRequest, month: Period, now_s: float) -> None:
    viewer = viewer_of_request(request)
    area = AreaId(request.POST.get("area", ""))
    try:
        step = CycleStep(request.POST.get("step", ""))
        if request.POST.get("take_back"):
            take_back_step(viewer, area, month, step, now_s=now_s)
            messages.success(request, _("Taken back."))
            return
        day = datetime.date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        messages.error(request, _("Choose a step and give the day as year-month-day."))
        return
    try:
        note = request.POST.get("note", "")
        report_step(viewer, area, month, step, day=day, note=note, now_s=now_s)
        messages.success(request, _("Reported."))
    except RefusedError as refused:
        messages.error(request, refused.message())


def _month(name: str) -> Period:
    period = period_of_name(name)
    if period.kind is not PeriodKind.MONTH:
        raise Http404
    return period
