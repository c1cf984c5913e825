"""One plan of a study: its posts on the map and in a table, edited in both, and its files."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.plain import dump
from wardmote.core.studies.plan import (
    Plan,
    RelocationPlan,
    RelocationPolicy,
    plan_document,
    plan_geojson,
)
from wardmote.operations.studies import selectors, services
from wardmote.web.pages.studies_words import (
    SOURCE_NAMES,
    attempt,
    grids_text,
    proof_text,
    studies_page,
)
from wardmote.web.viewers import viewer_of_request

_COLUMNS = ("post", "post-name", "post-lon", "post-lat", "post-units")
_FORMS = {"json": "application/json", "geojson": "application/geo+json"}


class _RowError(Exception):
    """A row of the table that cannot be read; the message is for the reader."""


@require_http_methods(["GET", "POST"])
@studies_page(Permission.STUDY_VIEW)
def study_plan(request: HttpRequest, study_id: str, plan_id: str) -> HttpResponse:
    """A plan; a POST replaces its posts."""
    viewer = viewer_of_request(request)
    study, row, plan = selectors.plan_row(viewer, study_id, plan_id)
    shown = plan_document(plan)
    name = row.name
    if request.method == "POST":
        name = request.POST.get("name", "")
        try:
            shown = _edited(plan, request.POST)
        except _RowError as error:
            messages.error(request, str(error))
        else:
            if attempt(
                request,
                lambda who, now_s: services.edit_plan(
                    who, study_id, plan_id, name, shown, now_s=now_s
                ),
                _("The plan was saved."),
            ):
                return redirect("study-plan", study_id=study_id, plan_id=plan_id)
    context = {
        "study": study,
        "row": row,
        "name": name,
        "source": SOURCE_NAMES[row.source],
        "proof": proof_text(plan.proof),
        "grids": grids_text(plan.grids),
        "relocates": plan.relocation is not None
        and plan.relocation.policy is RelocationPolicy.EXPECTED_COVER,
        "edits": selectors.edits(viewer, study),
        "posts": shown["posts"],
        "page_data": {
            "plans": [{"code": row.code, "name": name, "posts": shown["posts"]}],
            "grids": plan_geojson(plan) if plan.grids else None,
        },
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "wardmote/studies/plan.html", context, status=status)


@require_safe
@studies_page(Permission.STUDY_VIEW)
def study_plan_file(request: HttpRequest, study_id: str, plan_id: str, form: str) -> HttpResponse:
    """A plan as a file."""
    _study, row, plan = selectors.plan_row(viewer_of_request(request), study_id, plan_id)
    if form not in _FORMS:
        raise Http404
    document = plan_document(plan) if form == "json" else plan_geojson(plan)
    text = json.dumps(document, ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": f'attachment; filename="plan-{row.code}.{form}"'}
    return HttpResponse(text, content_type=_FORMS[form], headers=headers)


def _edited(plan: Plan, sent: QueryDict) -> dict[str, Any]:
    """The plan's document with the posts of the table; what was of other posts goes.

    Raises:
        _RowError: a row cannot be read.
    """
    columns = [sent.getlist(name) for name in _COLUMNS]
    if len({len(column) for column in columns}) != 1:
        raise _RowError(_("The table was sent by halves. Load the page again."))
    named = {str(post.id): post.name for post in plan.posts}
    taken = set(columns[0])
    posts = []
    for number, cells in enumerate(zip(*columns, strict=True), start=1):
        post_id, name, lon, lat, units = (str(cell).strip() for cell in cells)
        try:
            place = {"lon": float(lon), "lat": float(lat), "units": int(units)}
        except ValueError:
            raise _RowError(
                _("Row %(row)s: longitude, latitude and units must be numbers.") % {"row": number}
            ) from None
        if not post_id:
            post_id = _new_id(taken)
            taken.add(post_id)
        old = named.get(post_id)
        both = {"zh": name or post_id, "en": name or post_id}
        if old is not None and name in (old.zh, old.en):
            both = {"zh": old.zh, "en": old.en}
        posts.append({"id": post_id, "name": both, **place})
    document = plan_document(plan)
    document["posts"] = posts
    document["shifts"] = []
    document["grids"] = None
    document["proof"] = None
    document["relocation"] = _relocation(plan, moves_up=sent.get("relocation") == "on")
    return document


def _relocation(plan: Plan, *, moves_up: bool) -> dict[str, Any] | None:
    """How idle units are moved: by the plan's own rule where that stays, without its order."""
    old = plan.relocation
    if moves_up:
        cover = RelocationPlan(RelocationPolicy.EXPECTED_COVER)
        kept = old if old is not None and old.policy is cover.policy else cover
        return {**dump(kept), "order": []}
    return None if old is None else dump(RelocationPlan(RelocationPolicy.OWN_POST))


def _new_id(taken: set[str]) -> str:
    number = 1
    while f"new-{number}" in taken:
        number += 1
    return f"new-{number}"
