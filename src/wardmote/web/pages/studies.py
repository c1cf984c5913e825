"""Studies: the list, and the page of one with its plans, what-ifs, runs and people."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.standards import SHIPPED_STANDARDS
from wardmote.core.domain.study import StudyAction
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.selectors import staff_with
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.operations.people.selectors import names_of
from wardmote.operations.places import selectors as places
from wardmote.operations.studies import selectors, services
from wardmote.operations.studies.selectors import StudyPage, StudyRow
from wardmote.web.pages.studies_forms import OpenForm, ScenarioForm, TrialForm, UploadForm
from wardmote.web.pages.studies_plan_forms import (
    ProposalForm,
    RelocationForm,
    ResitingForm,
    ShiftsForm,
)
from wardmote.web.pages.studies_words import (
    ADOPTION_STATES,
    RUN_KINDS,
    RUN_STATES,
    SOURCE_NAMES,
    area_name,
    areas_to_choose,
    attempt,
    proof_text,
    standing_text,
    studies_page,
    what_if_text,
)
from wardmote.web.viewers import viewer_of_request

PLANS_CHOSEN = 3
"""So many plans are ticked for the next trial; the reader unticks what is not wanted."""


@require_http_methods(["GET", "POST"])
@studies_page(Permission.STUDY_VIEW)
def study_list(request: HttpRequest) -> HttpResponse:
    """The studies of the viewer's areas; a POST opens one."""
    viewer = viewer_of_request(request)
    areas = areas_to_choose(viewer)
    form = OpenForm(request.POST or None, areas=areas) if areas else None
    if request.method == "POST" and form is not None and form.is_valid():
        entered = form.cleaned_data
        study = services.open_study(
            viewer, AreaId(entered["area"]), entered["title"], entered["question"],
            now_s=clock.now_s(),
        )  # fmt: skip
        return redirect("study", study_id=study)
    found = selectors.studies_seen(viewer)
    names = names_of([study.owner for study in found], get_language() or "")
    context = {
        "form": form,
        "rows": [
            {
                "study": study,
                "area": area_name(study.area),
                "owner": names.get(study.owner, study.owner),
                "opened": local_time(study.opened_s),
                "mine": study.owner == viewer.staff_id,
            }
            for study in found
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "wardmote/studies/list.html", context, status=status)


@require_http_methods(["GET", "POST"])
@studies_page(Permission.STUDY_VIEW)
def study(request: HttpRequest, study_id: str) -> HttpResponse:
    """A study; a POST changes one thing of it."""
    viewer = viewer_of_request(request)
    page = selectors.study_page(viewer, study_id)
    forms = _forms(page, request)
    if request.method == "POST":
        answer = _changed(request, page, forms)
        if answer is not None:
            return answer
    status = 422 if request.method == "POST" else 200
    return render(
        request, "wardmote/studies/study.html", _context(viewer, page, forms), status=status
    )


def post_choices(area: str | None = None) -> list[tuple[str, str]]:
    """(id, name) of the posts in force, or of those of an area."""
    language = get_language() or ""
    return [
        (row.pk, Bilingual(row.name_zh, row.name_en).in_language(language) or row.pk)
        for row in places.posts()
        if area is None or area_contains(AreaId(area), AreaId(row.area))
    ]


def _forms(page: StudyPage, request: HttpRequest) -> dict[str, Any]:
    """Every form of the page; the one that was sent is filled."""
    sent = request.POST.get("form", "")

    def data(name: str) -> Any:
        return request.POST if sent == name else None

    posts, own = post_choices(), post_choices(page.study.area)
    language = get_language() or ""
    standards = [(one.code, one.name.in_language(language)) for one in SHIPPED_STANDARDS]
    plans = [(row.pk, row.name) for row in page.plans]
    chosen = [row.pk for row in page.plans[:PLANS_CHOSEN]]
    seed = secrets.randbelow(10**6)
    return {
        "upload": UploadForm(
            data("upload"), request.FILES if sent == "upload" else None, prefix="upload"
        ),
        "propose": ProposalForm(
            data("propose"), request.FILES if sent == "propose" else None, prefix="propose",
            posts=own, standards=standards,
            initial={"posts": max(1, len(own)), "name": _("Proposal")},
        ),
        "shifts": ShiftsForm(
            data("shifts"), prefix="shifts", plans=plans, initial={"seed": seed}
        ),
        "relocation": RelocationForm(
            data("relocation"), prefix="relocation", plans=plans, initial={"seed": seed}
        ),
        "resite": ResitingForm(data("resite"), prefix="resite", plans=plans, posts=own),
        "scenario": ScenarioForm(data("scenario"), prefix="scenario", posts=posts),
        "trial": TrialForm(
            data("trial"), prefix="trial", plans=plans,
            scenarios=[(row.pk, row.name) for row in page.scenarios],
            initial={"plans": chosen, "seed": seed},
        ),
    }  # fmt: skip


def _changed(request: HttpRequest, page: StudyPage, forms: dict[str, Any]) -> HttpResponse | None:
    """Carry out what was sent; None when the page is to be shown again with its faults."""
    study_id = page.study.pk
    sent = request.POST.get("form", "")
    form = forms.get(sent)
    if form is not None:
        if not form.is_valid():
            messages.error(request, _("Something entered does not fit; see below."))
            return None
        if sent not in ("upload", "scenario"):
            return _run(request, study_id, form)
        done = (
            _upload(request, study_id, form)
            if sent == "upload"
            else _what_if(request, study_id, form)
        )
        return redirect("study", study_id=study_id) if done else None
    _small_change(request, study_id, sent)
    return redirect("study", study_id=study_id)


def _upload(request: HttpRequest, study_id: str, form: UploadForm) -> bool:
    name, data = form.cleaned_data["name"], form.cleaned_data["file"]
    return attempt(
        request,
        lambda who, now_s: services.upload_plan(who, study_id, name, data, now_s=now_s),
        _("The plan was added."),
    )


def _what_if(request: HttpRequest, study_id: str, form: ScenarioForm) -> bool:
    name, document = form.cleaned_data["name"], form.document()
    return attempt(
        request,
        lambda who, now_s: services.add_scenario(who, study_id, name, document, now_s=now_s),
        _("The what-if was added."),
    )


def _run(
    request: HttpRequest,
    study_id: str,
    form: ProposalForm | ShiftsForm | RelocationForm | ResitingForm | TrialForm,
) -> HttpResponse | None:
    asked: list[str] = []

    def ask(who: Viewer, now_s: float) -> None:
        asked.append(form.ask(who, study_id, now_s))

    if attempt(request, ask, _("The run waits for its turn.")):
        return redirect("study-run", study_id=study_id, run_id=asked[0])
    return None


def _text(request: HttpRequest, field: str) -> str:
    """What was sent, without NUL: databases take no such text, not even to look for it."""
    return request.POST.get(field, "").replace("\0", "")


def _small_change(request: HttpRequest, study_id: str, sent: str) -> None:
    """What needs no form of its own: a button with a value."""
    value = _text(request, "value")
    name = request.POST.get("name", "")
    acts = {
        "present": lambda who, now_s: services.add_present_plan(
            who, study_id, name or _("In force now"), now_s=now_s
        ),
        "copy": lambda who, now_s: services.copy_plan(who, study_id, value, name, now_s=now_s),
        "drop-plan": lambda who, _now_s: services.drop_plan(who, study_id, value),
        "drop-scenario": lambda who, _now_s: services.drop_scenario(who, study_id, value),
        "share": lambda who, now_s: services.share_study(who, study_id, value, now_s=now_s),
        "unshare": lambda who, now_s: services.unshare_study(who, study_id, value, now_s=now_s),
        "close": lambda who, now_s: services.move_study(
            who, study_id, StudyAction.CLOSE, now_s=now_s
        ),
        "reopen": lambda who, now_s: services.move_study(
            who, study_id, StudyAction.REOPEN, now_s=now_s
        ),
    }
    if sent in acts:
        attempt(request, acts[sent], _("Done."))


def _context(viewer: Viewer, page: StudyPage, forms: dict[str, Any]) -> dict[str, Any]:
    language = get_language() or ""
    row = page.study
    people = names_of([row.owner, *page.shared_with], language)
    names = names_of([run.asked_by for run in page.runs], language)
    return {
        "study": row,
        "area": area_name(row.area),
        "owner": people.get(row.owner, row.owner),
        "edits": page.edits,
        "whole": area_contains(AreaId(row.area), places.location_index().whole_area),
        "may_move": page.owns,
        "plans": [_plan_line(one) for one in page.plans],
        "scenarios": [
            {"row": one, "what": what_if_text(selectors.scenario_of(one.scenario))}
            for one in page.scenarios
        ],
        "runs": [
            {
                "run": run,
                "kind": RUN_KINDS[run.kind],
                "state": RUN_STATES[run.state],
                "standing": standing_text(run.standing) if run.state == "running" else "",
                "who": names.get(run.asked_by, run.asked_by),
                "asked": local_time(run.asked_s),
            }
            for run in page.runs
        ],
        "adoptions": [
            {
                "adoption": one,
                "state": ADOPTION_STATES[one.state],
                "from": local_time(one.from_s),
            }
            for one in page.adoptions
        ],
        "shared": [(staff, people.get(staff, staff)) for staff in page.shared_with],
        "to_share_with": _others(row, viewer, page.shared_with) if page.edits else [],
        "forms": forms,
        "page_data": {
            "plans": [
                {"code": one.code, "name": one.name, "posts": one.plan["posts"]}
                for one in page.plans
            ]
        },
    }


def _plan_line(row: selectors.PlanRow) -> dict[str, Any]:
    plan = selectors.plan_document_of(row.plan)
    return {
        "row": row,
        "source": SOURCE_NAMES[row.source],
        "posts": len(plan.posts),
        "units": plan.units,
        "proof": proof_text(plan.proof),
    }


def _others(row: StudyRow, viewer: Viewer, shared: tuple[str, ...]) -> list[tuple[str, str]]:
    """Planners of the area that the study could be shared with."""
    staff = staff_with(Permission.STUDY_EDIT, AreaId(row.area), clock.now_s())
    left = [one for one in staff if one not in (row.owner, viewer.staff_id, *shared)]
    names = names_of(left, get_language() or "")
    return [(one, names.get(one, one)) for one in sorted(left)]
