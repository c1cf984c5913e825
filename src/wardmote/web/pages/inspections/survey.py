"""The survey after a service: give out an invitation, answer without an account, figures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wardmote.core.beat.survey_figures import GroupFigure
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.survey import FEWEST_SHOWN, QUESTIONS, ServiceKind
from wardmote.operations.inspections import selectors, services
from wardmote.operations.inspections.errors import InvitationUsedError
from wardmote.operations.inspections.lately import finished_lately
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.operations.refusals import RefusedError
from wardmote.web.pages.area_words import area_names
from wardmote.web.pages.hazards.links import public_link, qr_svg
from wardmote.web.pages.inspections.checks import share_text
from wardmote.web.pages.inspections.words import (
    ANSWERS,
    SERVICES,
    inspections_page,
    shown,
    text_of,
)
from wardmote.web.viewers import viewer_of_request

INVITES = (Permission.SURVEY_ISSUE, Permission.UNIT_CREW)
SEES = (Permission.INSPECTION_VIEW, Permission.REPORT_VIEW)


@require_POST
@inspections_page(*INVITES)
def survey_invite(request: HttpRequest) -> HttpResponse:
    """Give out the invitation for a finished service: its QR code is shown this once."""
    kind, service = text_of(request, "kind"), text_of(request, "service")
    if kind not in SERVICES:
        messages.error(request, _("Choose what the survey is about."))
        return redirect("survey")
    try:
        viewer, now_s = viewer_of_request(request), clock.now_s()
        token = services.invite(viewer, ServiceKind(kind), service, now_s=now_s)
    except RefusedError as refusal:
        messages.error(request, refusal.message())
        return redirect("survey")
    url = public_link("survey-answer", token)
    context = {"url": url, "qr": qr_svg(url), "kind": SERVICES[kind]}
    answer = shown(request, "wardmote/inspections/invitation.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@inspections_page(*SEES, *INVITES)
def survey(request: HttpRequest) -> HttpResponse:
    """What was finished lately, each with its code; and the figures of whole months."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    context: dict[str, Any] = {
        "invites": any(viewer.holds_anywhere(one) for one in INVITES),
        "sees": any(viewer.holds_anywhere(one) for one in SEES),
        "fewest": FEWEST_SHOWN,
    }
    if context["invites"]:
        context["finished"] = [
            {
                "row": one,
                "kind": SERVICES[one.kind.value],
                "name": one.name.in_language(get_language() or ""),
                "at": local_time(one.at_s),
            }
            for one in finished_lately(viewer, now_s)
        ]
    if context["sees"]:
        context |= _figures(selectors.survey_figures(viewer, now_s))
    return shown(request, "wardmote/inspections/survey.html", context)


def _figures(figures: selectors.SurveyFigures) -> dict[str, Any]:
    texts = {one.code: one.text for asked in QUESTIONS.values() for one in asked}
    language = get_language() or ""
    names = area_names(one.key for one in figures.areas)
    return {
        "first": figures.first,
        "last": figures.last,
        "rate": None if figures.rate is None else share_text(figures.rate),
        "questions": [
            {
                "kind": SERVICES[kind.value],
                "rows": [
                    {
                        "text": texts[one.code].in_language(language),
                        "yes": share_text(one.yes),
                        "counts": [
                            (ANSWERS[answer.value], count) for answer, count in one.counts.items()
                        ],
                    }
                    for one in rows
                ],
            }
            for kind, rows in figures.questions
        ],
        "groups": [
            (_("By area"), [_group(names[one.key], one) for one in figures.areas]),
            (_("By month"), [_group(one.key, one) for one in figures.months]),
        ],
    }


def _group(name: str, one: GroupFigure) -> tuple[str, str, str]:
    if one.rate is None or one.content is None:
        return name, "", ""
    return name, share_text(one.rate), share_text(one.content)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def survey_answer(request: HttpRequest, token: str) -> HttpResponse:
    """The questions behind an invitation. Nobody logs in, and nothing says who answered."""
    now_s = clock.now_s()
    try:
        kind = services.open_invitation(token, now_s=now_s)
    except InvitationUsedError as used:
        context: dict[str, Any] = {"problem": used.message()}
        return _quiet(
            shown(request, "wardmote/inspections/answer.html", context, status=used.status)
        )
    language = get_language() or ""
    given = {one.code: text_of(request, one.code) for one in QUESTIONS[kind]}
    context = {
        "questions": [
            {"code": one.code, "text": one.text.in_language(language), "given": given[one.code]}
            for one in QUESTIONS[kind]
        ],
        "choices": ANSWERS.items(),
    }
    status = 200
    if request.method == "POST":
        try:
            services.answer(token, given, now_s=now_s)
            context = {"done": True}
        except RefusedError as refusal:
            context["problem"] = refusal.message()
            status = refusal.status
    return _quiet(shown(request, "wardmote/inspections/answer.html", context, status=status))


def _quiet(answer: HttpResponse) -> HttpResponse:
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer
