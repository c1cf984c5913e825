"""A run of a study: its progress, and what came out as map, charts, tables, CSV and PDF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.study import (
    KEEPS_BEST,
    RUN_LIFE_CYCLE,
    RunAction,
    RunKind,
    RunState,
)
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.figures import FEWEST_CALLS
from wardmote.core.studies.scenario import AS_USUAL
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, local_time
from wardmote.operations.people.selectors import names_of
from wardmote.operations.places.selectors import city
from wardmote.operations.studies import selectors, services
from wardmote.operations.studies.made import has_outcome
from wardmote.operations.studies.selectors import RunRow, StudyRow
from wardmote.web.documents import pdf_of
from wardmote.web.pages.forecast_words import demand_text
from wardmote.web.pages.studies_charts import chart_data, drawn_bars
from wardmote.web.pages.studies_forms import AdoptionForm
from wardmote.web.pages.studies_made import made_of
from wardmote.web.pages.studies_maps import area_rows, area_table, geojson_answer, map_data
from wardmote.web.pages.studies_tables import Seen, csv_of, seen, tables_of
from wardmote.web.pages.studies_words import (
    FAILURES,
    RUN_KINDS,
    RUN_STATES,
    attempt,
    standing_text,
    studies_page,
    what_if_text,
)
from wardmote.web.spreadsheets import csv_lines
from wardmote.web.viewers import viewer_of_request

_BUTTONS: dict[str, Callable[..., object]] = {
    "cancel": services.cancel_run,
    "restart": services.restart_run,
    "add-plan": services.add_made_plan,
}


MOST_DIGITS = 5
_OVER = (RunState.DONE.value, RunState.CANCELLED.value)


@require_http_methods(["GET", "POST"])
@studies_page(Permission.STUDY_VIEW)
def study_run(request: HttpRequest, study_id: str, run_id: str) -> HttpResponse:
    """A run; a POST cancels it, starts it again, or proposes one of its plans for adoption."""
    viewer = viewer_of_request(request)
    study, run = selectors.run_row(viewer, study_id, run_id)
    form = _adoption_form(request, run)
    if request.method == "POST":
        answer = _acted(request, study_id, run_id, form)
        if answer is not None:
            return answer
    context = _context(viewer, study, run)
    if run.kind == RunKind.TRIAL.value and run.state == RunState.DONE.value:
        one = _seen(request, run)
        context |= _compared(run, one) | {"adoption_form": form if context["edits"] else None}
    elif has_outcome(run.outcome) and run.state in _OVER:
        made = made_of(run)
        context |= {"made": made, "page_data": made.page_data}
    status = 422 if request.method == "POST" else 200
    return render(request, "wardmote/studies/run.html", context, status=status)


@require_safe
@studies_page(Permission.STUDY_VIEW)
def study_run_progress(request: HttpRequest, study_id: str, run_id: str) -> HttpResponse:
    """How far a run is, as JSON."""
    _study, run = selectors.run_row(viewer_of_request(request), study_id, run_id)
    return JsonResponse(
        {"state": run.state, "done": run.done, "total": run.total, "text": _progress_text(run)}
    )


@require_safe
@studies_page(Permission.STUDY_VIEW)
def study_run_csv(
    request: HttpRequest, study_id: str, run_id: str, scenario: str, table: str
) -> HttpResponseBase:
    """One table of one scenario as CSV; numbers where there are any."""
    _study, run = _done(request, study_id, run_id)
    one = _scenario_of(run, scenario)
    shown = (*tables_of(one), *((area_table(one),) if one.outcome.areas else ()))
    found = next((each for each in shown if each.key == table), None)
    if found is None:
        raise Http404
    header, rows = csv_of(found)
    response = StreamingHttpResponse(
        csv_lines(header, rows), content_type="text/csv; charset=utf-8"
    )
    name = f"{scenario}-{table}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@studies_page(Permission.STUDY_VIEW)
def study_run_map(
    request: HttpRequest, study_id: str, run_id: str, scenario: str, form: str
) -> HttpResponse:
    """What the maps of one scenario draw: for the page (``json``), or as a ``geojson`` file."""
    _study, run = _done(request, study_id, run_id)
    one = _scenario_of(run, scenario)
    if form == "geojson":
        return geojson_answer(one)
    if form != "json":
        raise Http404
    return JsonResponse(map_data(one, selectors.tried_plans(run)))


@require_safe
@studies_page(Permission.STUDY_VIEW)
def study_run_pdf(request: HttpRequest, study_id: str, run_id: str) -> HttpResponse:
    """Every scenario of a finished trial as PDF/A."""
    study, run = _done(request, study_id, run_id)
    outcome = selectors.outcome_of(run)
    language = get_language() or "en"
    made = local_time(clock.now_s())
    sections = []
    for scenario in selectors.tried_scenarios(run):
        one = seen(outcome, scenario.code, language)
        sections.append(
            {
                "title": scenario.name.in_language(language),
                "what": what_if_text(scenario),
                "bars": drawn_bars(one),
                "tables": [
                    {
                        "title": table.title,
                        "header": list(table.header),
                        "numbers": [
                            any(row[column].value is not None for row in table.rows)
                            for column in range(len(table.header))
                        ],
                        "rows": [[cell.text for cell in row] for row in table.rows],
                    }
                    for table in tables_of(one)
                ],
            }
        )
    document = pdf_of(
        "study.typ",
        {
            "title": study.title,
            "place": _place_name(language),
            "lang": "zh" if language.startswith("zh") else "en",
            "footer": _("Made by Wardmote on %(when)s.") % {"when": f"{made:%Y-%m-%d %H:%M}"},
            "basis": _basis(run),
            "missing": [one.in_language(language) for one in outcome.not_modelled],
            "missing_title": _("Not in the figures"),
            "bars_title": _("In time by the standard (95 % interval)"),
            "sections": sections,
        },
    )
    headers = {"Content-Disposition": 'attachment; filename="study.pdf"'}
    return HttpResponse(document, content_type="application/pdf", headers=headers)


def _acted(
    request: HttpRequest, study_id: str, run_id: str, form: AdoptionForm | None
) -> HttpResponse | None:
    sent = request.POST.get("form", "")
    if sent in _BUTTONS:
        act = _BUTTONS[sent]
        attempt(request, lambda who, now_s: act(who, study_id, run_id, now_s=now_s), _("Done."))
        return redirect("study-run", study_id=study_id, run_id=run_id)
    if sent == "keep":
        row, name = request.POST.get("row", ""), request.POST.get("name", "").replace("\0", "")
        at = int(row) if row.isdecimal() and len(row) < MOST_DIGITS else -1
        attempt(
            request,
            lambda who, now_s: services.keep_front_plan(
                who, study_id, run_id, at, name, now_s=now_s
            ),
            _("The plan was added."),
        )
        return redirect("study-run", study_id=study_id, run_id=run_id)
    if form is None or not form.is_valid():
        messages.error(request, _("Something entered does not fit; see below."))
        return None
    entered = form.cleaned_data
    made: list[str] = []

    def propose(who: Viewer, now_s: float) -> None:
        made.append(
            services.propose_adoption(
                who,
                study_id,
                run_id,
                entered["plan"],
                entered["first_day"],
                entered["note"],
                now_s=now_s,
                last_day=entered["last_day"],
            )
        )

    if attempt(request, propose, _("The plan waits for review by a second person.")):
        return redirect("adoption", adoption_id=made[0])
    return None


def _adoption_form(request: HttpRequest, run: RunRow) -> AdoptionForm | None:
    if run.kind != RunKind.TRIAL.value or run.state != RunState.DONE.value:
        return None
    language = get_language() or ""
    plans = [(one.code, one.name.in_language(language)) for one in selectors.tried_plans(run)]
    sent = request.POST if request.POST.get("form") == "adopt" else None
    # The first plan is what is there; whoever proposes wants another one.
    initial = {"first_day": local_day(clock.now_s()), "plan": plans[-1][0]}
    return AdoptionForm(sent, prefix="adopt", plans=plans, initial=initial)


def _context(viewer: Viewer, study: StudyRow, run: RunRow) -> dict[str, Any]:
    language = get_language() or ""
    allowed = RUN_LIFE_CYCLE.allowed_actions(RunState(run.state))
    problem = (run.outcome or {}).get("problem") if run.state == RunState.FAILED.value else None
    return {
        "study": study,
        "run": run,
        "edits": selectors.edits(viewer, study),
        "kind": RUN_KINDS[run.kind],
        "state": RUN_STATES[run.state],
        "who": names_of([run.asked_by], language).get(run.asked_by, run.asked_by),
        "asked": local_time(run.asked_s),
        "ended": None if run.ended_s is None else local_time(run.ended_s),
        "took_s": None
        if run.ended_s is None or run.started_s is None
        else round(run.ended_s - run.started_s),
        "progress": _progress_text(run),
        "failure": FAILURES.get(run.failure, run.failure),
        "problem": Bilingual(**problem).in_language(language) if problem else "",
        "may_cancel": RunAction.CANCEL in allowed and selectors.may_stop(viewer, study),
        "may_restart": RunAction.RESTART in allowed,
        "not_added": run.failure == services.PLAN_NOT_ADDED,
        "under_way": run.state in ("queued", "running", "cancelling"),
    }


def _compared(run: RunRow, one: Seen) -> dict[str, Any]:
    language = one.language
    scenarios = selectors.tried_scenarios(run)
    return {
        "tables": tables_of(one),
        "scenario": one.scenario,
        "scenarios": [
            {
                "code": each.code,
                "name": each.name.in_language(language),
                "what": what_if_text(each),
                "here": each.code == one.scenario,
            }
            for each in scenarios
        ],
        "plan_names": one.names(),
        "basis": _basis(run),
        "finished": one.outcome.finished,
        "not_modelled": [each.in_language(language) for each in one.outcome.not_modelled],
        "page_data": chart_data(one, selectors.tried_plans(run)),
        **_by_area(one),
    }


def _by_area(one: Seen) -> dict[str, Any]:
    """The table that says what the maps show; nothing for outcomes kept without areas."""
    if not one.outcome.areas:
        return {}
    table = area_table(one)
    header = [table.header[0], *table.header[2:]]
    return {
        "area_header": header,
        "area_title": table.title,
        "area_rows": area_rows(one, table),
        "fewest_calls": FEWEST_CALLS,
    }


def _basis(run: RunRow) -> str:
    outcome = selectors.outcome_of(run)
    calls_from = (
        _("recorded calls") if outcome.demand_from == "records" else _("residents and key places")
    )
    said = _(
        "%(runs)s runs of %(days)s days, seed %(seed)s; standard %(standard)s (%(version)s); about "
        "%(calls)s calls a week, estimated from %(source)s."
    ) % {
        "runs": outcome.runs,
        "days": f"{outcome.days:g}",
        "seed": outcome.seed,
        "standard": outcome.standard,
        "version": outcome.standard_version,
        "calls": f"{outcome.calls_a_week:.0f}",
        "source": calls_from,
    }
    return said if outcome.demand is None else f"{said} {demand_text(outcome.demand)}"


def _progress_text(run: RunRow) -> str:
    if run.state == RunState.QUEUED.value:
        return _("%(ahead)s runs are computed before this one.") % {
            "ahead": selectors.runs_ahead(run)
        }
    searches = RunKind(run.kind) in KEEPS_BEST
    if run.state == RunState.CANCELLING.value and searches:
        return _("Stopping; the best that was found is handed back.")
    if run.state != RunState.RUNNING.value:
        return str(RUN_STATES[run.state])
    return _done_text(run, searches=searches)


def _done_text(run: RunRow, *, searches: bool) -> str:
    if not run.done:
        return _("Roads, calls and posts are being prepared.")
    values = {"done": run.done, "total": run.total or run.request.get("seconds", 0)}
    if searches:
        said = _("Searching: %(done)s of at most %(total)s s.") % values
        return f"{said} {standing_text(run.standing)}".strip()
    if run.kind == RunKind.GRIDS.value:
        return _("%(done)s of %(total)s steps are done.") % values
    return _("%(done)s of %(total)s simulations are done.") % values


def _seen(request: HttpRequest, run: RunRow) -> Seen:
    return _scenario_of(run, request.GET.get("scenario", AS_USUAL.code))


def _scenario_of(run: RunRow, scenario: str) -> Seen:
    one = seen(selectors.outcome_of(run), scenario, get_language() or "")
    if not one.figures:
        raise Http404
    return one


def _done(request: HttpRequest, study_id: str, run_id: str) -> tuple[StudyRow, RunRow]:
    study, run = selectors.run_row(viewer_of_request(request), study_id, run_id)
    if run.kind != RunKind.TRIAL.value or run.state != RunState.DONE.value:
        raise Http404
    return study, run


def _place_name(language: str) -> str:
    place = city()
    return "" if place is None else Bilingual(place.name_zh, place.name_en).in_language(language)
