"""The assessment of an exercise: page, printable sheet, JSON. For trainee and trainer together."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.plain import dump
from wardmote.core.measures.distributions import Share
from wardmote.core.simulation.training.exercise import Line
from wardmote.core.simulation.training.results import Assessment, CallResult
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.operations.places.selectors import categories_in_force
from wardmote.operations.training.selectors import assessment
from wardmote.operations.units.selectors import all_units
from wardmote.web.documents import pdf_of
from wardmote.web.pages.training import in_training
from wardmote.web.pages.training_words import LINE_WORDS, TROUBLE_WORDS, duration_text
from wardmote.web.viewers import needs, viewer_of_request


@require_safe
@in_training
@needs(Permission.INCIDENT_VIEW)
def assessment_page(request: HttpRequest) -> HttpResponse:
    """The assessment as a page."""
    return render(request, "wardmote/training/assessment.html", _sheet(_found(request)))


@require_safe
@in_training
@needs(Permission.INCIDENT_VIEW)
def assessment_pdf(request: HttpRequest) -> HttpResponse:
    """The assessment as PDF/A."""
    sheet = _sheet(_found(request))
    language = get_language() or "en"
    made = _("Made by Wardmote in a training room; no record and no statistic.")
    data = {
        "title": str(sheet["title"]),
        "period": str(sheet["period"]),
        "lang": "zh" if language.startswith("zh") else "en",
        "footer": made,
        "tables": [
            {
                "title": str(table["title"]),
                "header": [str(one) for one in table["header"]],
                "rows": [[str(cell) for cell in row] for row in table["rows"]],
            }
            for table in sheet["tables"]
            if table["rows"]
        ],
    }
    headers = {"Content-Disposition": 'attachment; filename="assessment.pdf"'}
    return HttpResponse(
        pdf_of("training.typ", data), content_type="application/pdf", headers=headers
    )


@require_safe
@in_training
@needs(Permission.INCIDENT_VIEW)
def assessment_json(request: HttpRequest) -> HttpResponse:
    """The assessment as JSON; see docs/reference/training-scenarios.md."""
    return JsonResponse(dump(_found(request)), json_dumps_params={"ensure_ascii": False})


def _found(request: HttpRequest) -> Assessment:
    return assessment(viewer_of_request(request), now_s=clock.now_s())


def _sheet(found: Assessment) -> dict[str, Any]:
    """The tables of the sheet, in words."""
    language = get_language() or ""
    begin = local_time(found.begin_s)
    return {
        "title": _("Assessment: %(name)s") % {"name": found.name.in_language(language)},
        "period": _("%(when)s on the exercise's clock, %(length)s minutes; seed %(seed)s")
        % {
            "when": f"{begin:%Y-%m-%d %H:%M}",
            "length": duration_text(found.end_s - found.begin_s),
            "seed": found.seed,
        },
        "tables": [
            _totals_table(found),
            _compliance_table(found, language),
            _calls_table(found, language),
            _again_table(found),
            _units_table(found),
        ],
    }


def _totals_table(found: Assessment) -> dict[str, Any]:
    totals = found.totals
    rows = [
        (_("Calls that rang here"), totals.rang, ""),
        (_("Taken down"), totals.taken, ""),
        (_("Left to the next desk"), totals.overflowed, ""),
        (_("Hung up or never answered"), totals.lost, ""),
        (_("Until answered, median"), duration_text(totals.answer_median_s), ""),
        (_("Until taken down, median"), duration_text(totals.entry_median_s), "0:40"),
        (
            _("From there until units were sent, median"),
            duration_text(totals.dispatch_median_s),
            "0:00",
        ),
        (
            _("From the ring to the arrival, median"),
            duration_text(totals.arrival_median_s),
            duration_text(totals.adviser_arrival_median_s),
        ),
        (_("Categories as they truly were"), _of(totals.right_categories, totals.categories), ""),
        (_("Repeated calls recognised"), _of(totals.again_found, totals.again), ""),
        (_("Advice followed"), _of(totals.followed, totals.decided), ""),
        (_("Seconds lost by other choices, expected"), round(totals.seconds_lost), "0"),
        (_("Radio silences missed"), _of(totals.silences_missed, totals.silences), ""),
    ]
    return {
        "title": _("The exercise in figures"),
        "header": (_("Figure"), _("You"), _("Adviser alone")),
        "rows": rows,
    }


def _of(count: int, whole: int) -> str:
    return _("%(count)s of %(whole)s") % {"count": count, "whole": whole}


def _compliance_table(found: Assessment, language: str) -> dict[str, Any]:
    return {
        "title": _("Response standard (%(version)s)") % {"version": found.standard},
        "header": (_("Objective"), _("You"), _("Adviser alone")),
        "rows": [
            (one.objective.in_language(language), _share(one.trainee), _share(one.adviser))
            for one in found.compliance
        ],
    }


def _share(share: Share) -> str:
    if share.share is None or share.low is None or share.high is None:
        return "–"
    return _("%(met)s of %(of)s in time (%(low)s–%(high)s %%)") % {
        "met": share.met,
        "of": share.of,
        "low": round(100 * share.low),
        "high": round(100 * share.high),
    }


def _calls_table(found: Assessment, language: str) -> dict[str, Any]:
    tree = categories_in_force(found.end_s)
    signs = {unit.pk: unit.call_sign for unit in all_units()}

    def name(code: str) -> str:
        return tree.get(code).name.in_language(language) if code in tree else code

    return {
        "title": _("Call by call, minutes since the first ring"),
        "header": (
            _("No."),
            _("What it was"),
            _("Telephone"),
            _("Answered"),
            _("Taken down"),
            _("Sent"),
            _("Arrived"),
            _("Adviser's arrival"),
            _("Category"),
            _("Place off by"),
            _("Unit sent"),
            _("Adviser's unit"),
            _("Lost"),
        ),
        "rows": [
            (
                one.number.rsplit("-", 1)[-1] if one.number else "–",
                name(one.category),
                LINE_WORDS[one.line],
                duration_text(one.answered_s),
                duration_text(one.entered_s),
                duration_text(one.assigned_s),
                duration_text(one.arrived_s),
                duration_text(one.adviser_arrived_s),
                _category_words(one, name),
                "–" if one.apart_m is None else f"{round(one.apart_m)} m",
                signs.get(one.sent, one.sent) or "–",
                signs.get(one.advised, one.advised) or "–",
                "–" if one.lost_s is None else f"{round(one.lost_s)} s",
            )
            for one in found.calls
        ],
    }


def _category_words(one: CallResult, name: Any) -> str:
    if one.right_category is None:
        return "–"
    return _("right") if one.right_category else name(one.entered_category)


def _again_table(found: Assessment) -> dict[str, Any]:
    numbers = {one.call: one.number.rsplit("-", 1)[-1] for one in found.calls if one.number}
    return {
        "title": _("Calls about a call that there was before"),
        "header": (_("About"), _("What it was"), _("Telephone"), _("Recognised")),
        "rows": [
            (
                numbers.get(one.about, "–"),
                _("the caller had moved") if one.moved else _("the same thing again"),
                LINE_WORDS[one.line],
                _("not here") if one.line is Line.OVERFLOWED else _yes(one.found),
            )
            for one in found.again
        ],
    }


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


def _units_table(found: Assessment) -> dict[str, Any]:
    signs = {unit.pk: unit.call_sign for unit in all_units()}
    return {
        "title": _("Units that were lost on the way"),
        "header": (_("Unit"), _("What happened"), _("Call"), _("Until somebody acted")),
        "rows": [
            (
                signs.get(one.unit, one.unit),
                TROUBLE_WORDS[one.kind],
                one.number.rsplit("-", 1)[-1] if one.number else _("sent nowhere meanwhile"),
                "–" if not one.number else _noticed(one.noticed_s),
            )
            for one in found.lost_units
        ],
    }


def _noticed(seconds: float | None) -> str:
    return _("nobody acted") if seconds is None else duration_text(seconds)
