"""The grids of a plan: having them cut, and editing them by hand with figures that follow."""

from __future__ import annotations

import json
from typing import Any

import shapely
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.study import StudyState
from wardmote.core.studies.cutting import CutGround, labels_of
from wardmote.core.studies.plan import Plan, PlannedGridRules, plan_document, plan_geojson
from wardmote.core.studies.questions import WEEKS_A_YEAR
from wardmote.core.studies.regrouping import GridNow, PieceMove, Regrouped
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal import clock
from wardmote.operations.places.selectors import divisions, location_index
from wardmote.operations.refusals import RefusedError
from wardmote.operations.studies import selectors, services
from wardmote.operations.studies.errors import (
    GridsNotForEditingError,
    PlanChangedError,
    StudyClosedError,
)
from wardmote.operations.studies.own_records import CallsThere, calls_there
from wardmote.operations.studies.present import grids_in_force
from wardmote.operations.studies.selectors import PlanRow, StudyRow
from wardmote.operations.studies.services import BeginWith, DemandSource
from wardmote.web.pages.studies_grids_forms import (
    GridsForm,
    Villages,
    begin_choice,
    rules_entered,
)
from wardmote.web.pages.studies_grids_words import (
    broken_sentence,
    broken_texts,
    demand_text,
    grids_text,
    moved_sentence,
    rules_texts,
)
from wardmote.web.pages.studies_words import attempt, studies_page
from wardmote.web.viewers import viewer_of_request

MOST_BYTES = 1_000_000
DIGITS = 5
"""Of degrees on the map: about a metre."""


class _MovesError(ValueError):
    """Moves that no page of ours sends."""


@require_http_methods(["GET", "POST"])
@studies_page(Permission.STUDY_VIEW)
def study_grids(request: HttpRequest, study_id: str, plan_id: str) -> HttpResponse:
    """The grids of a plan; a POST has them cut, or keeps what was moved by hand."""
    viewer = viewer_of_request(request)
    study, row, plan = selectors.plan_row(viewer, study_id, plan_id)
    villages, there = _villages(), _calls_there(plan)
    sent = request.POST if request.POST.get("form") == "cut" else None
    form = _form(sent, study, row, plan, villages, there)
    if request.method == "POST" and _may_change(request, viewer, study):
        answer = (
            _cut(request, study_id, form)
            if sent is not None
            else _saved(request, study_id, plan_id)
        )
        if answer is not None:
            return answer
    context = _context(request, viewer, study, row, plan, villages) | {
        "form": form,
        "there": there,
        "moves": request.POST.get("moves", ""),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "wardmote/studies/grids.html", context, status=status)


@require_POST
@studies_page(Permission.STUDY_VIEW)
def study_grids_try(request: HttpRequest, study_id: str, plan_id: str) -> HttpResponse:
    """What moves by hand do, as JSON; nothing is kept."""
    viewer = viewer_of_request(request)
    study, row, plan = selectors.plan_row(viewer, study_id, plan_id)
    if not selectors.edits(viewer, study):
        raise AccessDeniedError
    try:
        sent = _json(request.body)
        moves, changed_s = _moves(sent.get("moves")), _seconds(sent.get("changed"))
    except _MovesError as error:
        return JsonResponse({"code": "unreadable", "message": str(error)}, status=422)
    try:
        if changed_s != row.changed_s:
            raise PlanChangedError
        found = services.try_moves(row, plan, moves)
    except RefusedError as refusal:
        body = {"code": refusal.code, "message": refusal.message()}
        return JsonResponse(body, status=refusal.status)
    return JsonResponse(_answer(plan, found))


@require_safe
@studies_page(Permission.STUDY_VIEW)
def study_grids_pieces(request: HttpRequest, study_id: str, plan_id: str) -> HttpResponse:
    """The pieces that grids are made of, each with the post of its grid, as GeoJSON."""
    _study, row, plan = selectors.plan_row(viewer_of_request(request), study_id, plan_id)
    cut = services.cut_ground_of(row, plan)
    if cut is None or plan.grids is None:
        refusal = GridsNotForEditingError()
        body = {"code": refusal.code, "message": refusal.message()}
        return JsonResponse(body, status=refusal.status)
    return JsonResponse(_pieces(cut, plan))


def _may_change(request: HttpRequest, viewer: Viewer, study: StudyRow) -> bool:
    """Asked before anything that was sent is looked at; a study that is closed is said to be so."""
    if selectors.edits(viewer, study):
        return True
    if study.state == StudyState.OPEN.value:
        raise AccessDeniedError
    messages.error(request, StudyClosedError().message())
    return False


def _cut(request: HttpRequest, study_id: str, form: GridsForm) -> HttpResponse | None:
    if not form.is_valid():
        messages.error(request, _("Something entered does not fit; see below."))
        return None
    asked: list[str] = []

    def ask(who: Viewer, now_s: float) -> None:
        asked.append(services.ask_grids(who, study_id, form.wanted(), now_s=now_s))

    if attempt(request, ask, _("The run waits for its turn.")):
        return redirect("study-run", study_id=study_id, run_id=asked[0])
    return None


def _saved(request: HttpRequest, study_id: str, plan_id: str) -> HttpResponse | None:
    try:
        moves = _moves(json.loads(request.POST.get("moves", "[]") or "[]"))
        changed_s = float(request.POST.get("changed", "nan"))
    except (ValueError, RecursionError):
        messages.error(request, _("The moves were sent by halves. Load the page again."))
        return None

    def keep(who: Viewer, now_s: float) -> None:
        services.edit_grids(who, study_id, plan_id, moves, changed_s=changed_s, now_s=now_s)

    if attempt(request, keep, _("The grids were saved.")):
        return redirect("study-grids", study_id=study_id, plan_id=plan_id)
    return None


def _json(body: bytes) -> dict[str, Any]:
    if len(body) > MOST_BYTES:
        raise _MovesError(_("Too much was sent at once. Save, then go on."))
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        raise _MovesError(_("The moves were sent by halves. Load the page again.")) from None
    if not isinstance(sent, dict):
        raise _MovesError(_("The moves were sent by halves. Load the page again."))
    return sent


def _seconds(sent: Any) -> float:
    """When the plan had been saved, as a page sends it back.

    Raises:
        _MovesError: it is no number.
    """
    try:
        return float(sent)
    except (ValueError, TypeError, OverflowError):
        raise _MovesError(_("The moves were sent by halves. Load the page again.")) from None


def _moves(sent: Any) -> list[PieceMove]:
    """Moves as a page sends them.

    Raises:
        _MovesError: they are of another shape.
    """
    wrong = _MovesError(_("The moves were sent by halves. Load the page again."))
    if not isinstance(sent, list):
        raise wrong
    moves = []
    for one in sent:
        if not isinstance(one, dict) or not isinstance(one.get("pieces"), list):
            raise wrong
        pieces, post = one["pieces"], one.get("post")
        if not isinstance(post, str) or not all(isinstance(key, str) for key in pieces):
            raise wrong
        moves.append(PieceMove(tuple(pieces), PostId(post), one.get("anyway") is True))
    return moves


def _form(
    sent: Any,
    study: StudyRow,
    row: PlanRow,
    plan: Plan,
    villages: Villages,
    there: CallsThere,
) -> GridsForm:
    begin: list[tuple[str, str]] = []
    if plan.grids is not None:
        begin.append((BeginWith.PLAN.value, _("the grids of this plan")))
    if grids_in_force() is not None:
        begin.append((BeginWith.IN_FORCE.value, _("the grids in force")))
    begin += [
        (begin_choice(one.pk), _("the grids of “%(plan)s”") % {"plan": one.name})
        for one in selectors.plans_with_grids(study)
        if one.pk != row.pk
    ]
    begin.append((BeginWith.NOTHING.value, _("nothing: cut them afresh")))
    rules = PlannedGridRules() if plan.grids is None else plan.grids.rules
    demand = DemandSource.OWN_CALLS if there.enough else DemandSource.RESIDENTS
    return GridsForm(
        sent,
        prefix="cut",
        plan=row.pk,
        villages=villages,
        begin=begin,
        initial={
            "name": _("%(plan)s, with grids") % {"plan": row.name[:100]}
            if plan.grids is None
            else row.name,
            "demand": demand.value,
            "begin": begin[0][0],
            **rules_entered(rules, villages),
        },
    )


def _calls_there(plan: Plan) -> CallsThere:
    return calls_there(location_index().whole_area, len(plan.posts), now_s=clock.now_s())


def _villages() -> Villages:
    chinese = (get_language() or "").startswith("zh")
    return Villages(
        (row.code, (row.name_zh, row.name_en) if chinese else (row.name_en, row.name_zh))
        for row in divisions()
        if row.level == "village"
    )


def _context(
    request: HttpRequest,
    viewer: Viewer,
    study: StudyRow,
    row: PlanRow,
    plan: Plan,
    villages: Villages,
) -> dict[str, Any]:
    edits = selectors.edits(viewer, study)
    found, cut = None, services.cut_ground_of(row, plan)
    try:
        found = None if cut is None else services.try_moves(row, plan, ())
    except RefusedError as refusal:
        messages.error(request, refusal.message())
    names = _post_names(plan)
    grids = plan.grids
    return {
        "study": study,
        "row": row,
        "edits": edits,
        "changed": repr(row.changed_s),
        "summary": grids_text(grids),
        "demand": "" if grids is None else demand_text(grids.demand_from),
        "rules": [] if grids is None else rules_texts(grids.rules, villages.names),
        "broken": [] if grids is None else broken_texts(grids),
        "editable": found is not None and edits,
        "lines": [] if grids is None else _lines(plan, found, names),
        "pieces": [] if cut is None else _piece_choices(cut, plan, names),
        "posts": [(post.id, names[post.id]) for post in plan.posts],
        "page_data": {
            "plans": [{"posts": plan_document(plan)["posts"]}],
            "grids": plan_geojson(plan) if grids is not None else None,
            "rows": [] if found is None else [_numbers(one) for one in found.before],
        },
    }


def _post_names(plan: Plan) -> dict[PostId, str]:
    language = get_language() or ""
    return {post.id: post.name.in_language(language) or post.id for post in plan.posts}


def _lines(plan: Plan, found: Regrouped | None, names: dict[PostId, str]) -> list[dict[str, Any]]:
    """A row of the table for each grid; what only an edit knows is left out without one."""
    assert plan.grids is not None
    live = {} if found is None else {one.post: one for one in found.before}
    return [
        {
            "post": grid.post,
            "name": names.get(grid.post, grid.post),
            "villages": len(grid.villages),
            "calls": grid.calls_a_year,
            "load": grid.load_ratio,
            "drive": grid.mean_response_s,
            "now": live.get(grid.post),
        }
        for grid in plan.grids.grids
    ]


def _piece_choices(
    cut: CutGround, plan: Plan, names: dict[PostId, str]
) -> list[tuple[str, str, str]]:
    """(key, what it is called, post) of each piece, in the order of their names."""
    assert plan.grids is not None
    language = get_language() or ""
    label = labels_of(cut.pieces, plan, plan.grids).tolist()
    rows = [
        (key, name.in_language(language) or key, plan.posts[grid].id if grid >= 0 else "")
        for key, name, grid in zip(cut.pieces.key, cut.pieces.name, label, strict=True)
    ]
    return sorted(rows, key=lambda one: (names.get(PostId(one[2]), ""), one[1], one[0]))


def _pieces(cut: CutGround, plan: Plan) -> dict[str, Any]:
    assert plan.grids is not None
    language = get_language() or ""
    label = labels_of(cut.pieces, plan, plan.grids).tolist()
    shapes = shapely.set_precision(list(cut.pieces.shape), 10.0**-DIGITS, mode="pointwise")
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(text),
            "properties": {
                "key": key,
                "name": name.in_language(language) or key,
                "post": plan.posts[grid].id if grid >= 0 else "",
                "calls_a_year": round(calls * WEEKS_A_YEAR, 1),
            },
        }
        for text, key, name, grid, calls in zip(
            shapely.to_geojson(shapes).tolist(),
            cut.pieces.key,
            cut.pieces.name,
            label,
            cut.pieces.calls.tolist(),
            strict=True,
        )
    ]
    return {"type": "FeatureCollection", "features": features}


def _answer(plan: Plan, found: Regrouped) -> dict[str, Any]:
    names = _post_names(plan)
    return {
        "rows": [_numbers(one) for one in found.now],
        "owner": dict(found.owner),
        "refused": broken_sentence(found.refused, names),
        "broken": broken_sentence(found.broken, names),
        "heavy": [names[post] for post in found.heavy],
        "max_over_mean": found.max_over_mean,
        "mean_drive_s": found.mean_drive_s,
        "moved": moved_sentence(found),
    }


def _numbers(one: GridNow) -> dict[str, Any]:
    return {
        "post": one.post,
        "pieces": one.pieces,
        "villages": one.villages,
        "calls": one.calls_a_year,
        "load": one.load_ratio,
        "drive": one.mean_drive_s,
        "compactness": one.compactness,
    }
