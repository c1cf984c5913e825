"""One plan of a study: its posts on the map and in a table, edited in both, and its files."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.plain import dump
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.move_limits import SHIPPED_LIMITS
from wardmote.core.studies.moving import order_shipped
from wardmote.core.studies.place_ids import PostIds
from wardmote.core.studies.plan import (
    Plan,
    PlannedPost,
    RelocationPolicy,
    plan_document,
    plan_geojson,
)
from wardmote.core.studies.regrouping import kept_grids
from wardmote.operations.places import selectors as places
from wardmote.operations.studies import selectors, services
from wardmote.web.pages.relocation_words import AS_IN_FORCE, POLICIES
from wardmote.web.pages.studies_grids_words import after_edit, grids_text
from wardmote.web.pages.studies_words import (
    SOURCE_NAMES,
    attempt,
    proof_text,
    shifts_text,
    studies_page,
)
from wardmote.web.templatetags.wardmote_studies import plain_number
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
    posts = plan_document(plan)["posts"]
    name = row.name
    policy = AS_IN_FORCE if plan.relocation is None else plan.relocation.policy.value
    if request.method == "POST":
        if _saved(request, study_id, plan_id, plan):
            return redirect("study-plan", study_id=study_id, plan_id=plan_id)
        name, posts = request.POST.get("name", ""), _sent(request.POST)
        policy = request.POST.get("relocation", policy)
    context = {
        "study": study,
        "row": row,
        "name": name,
        "source": SOURCE_NAMES[row.source],
        "proof": proof_text(plan.proof),
        "grids": grids_text(plan.grids),
        "shifts": shifts_text(plan) if plan.shifts else "",
        "policy": policy,
        "policies": POLICIES.items(),
        "edits": selectors.edits(viewer, study),
        "changed": repr(row.changed_s),
        "posts": posts,
        "page_data": {
            "plans": [{"code": row.code, "name": name, "posts": posts}],
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


def _saved(request: HttpRequest, study_id: str, plan_id: str, plan: Plan) -> bool:
    """Save what was sent; where it cannot be, say why."""
    sent = request.POST
    try:
        document = _edited(plan, sent)
        changed_s = float(sent["changed"]) if "changed" in sent else None
    except _RowError as error:
        messages.error(request, str(error))
        return False
    except ValueError:
        messages.error(request, _("The table was sent by halves. Load the page again."))
        return False
    name = sent.get("name", "")
    done = attempt(
        request,
        lambda who, now_s: services.edit_plan(
            who, study_id, plan_id, name, document, now_s=now_s, changed_s=changed_s
        ),
        _("The plan was saved."),
    )
    if done:
        kept, wrong = kept_grids(plan, [_post(one) for one in document["posts"]])
        said = after_edit(plan.grids, kept, wrong)
        if said:
            messages.warning(request, said)
    return done


def _sent(sent: QueryDict) -> list[dict[str, Any]]:
    """The posts of the table as they were typed, to be shown again."""
    columns = [sent.getlist(name) for name in _COLUMNS]
    return [
        {"id": post_id, "name": {"zh": name, "en": name}, "lon": lon, "lat": lat, "units": units}
        for post_id, name, lon, lat, units in zip_longest(*columns, fillvalue="")
    ]


def _degrees(text: str, old: float | None) -> float:
    """What was typed; where it shows the old number, which has more digits, the old one."""
    return old if old is not None and text == plain_number(old) else float(text)


def _edited(plan: Plan, sent: QueryDict) -> dict[str, Any]:
    """The plan's document with the posts of the table; what was of other posts goes.

    Raises:
        _RowError: a row cannot be read.
    """
    columns = [sent.getlist(name) for name in _COLUMNS]
    if len({len(column) for column in columns}) != 1:
        raise _RowError(_("The table was sent by halves. Load the page again."))
    there = {str(post.id): post for post in plan.posts}
    ids = PostIds([*columns[0], *(row.pk for row in places.posts())])
    posts = []
    for number, cells in enumerate(zip(*columns, strict=True), start=1):
        post_id, name, lon, lat, units = (str(cell).strip() for cell in cells)
        old = there.get(post_id)
        try:
            place = {
                "lon": _degrees(lon, None if old is None else old.lon),
                "lat": _degrees(lat, None if old is None else old.lat),
                "units": int(units),
            }
        except ValueError:
            raise _RowError(
                _("Row %(row)s: longitude, latitude and units must be numbers.") % {"row": number}
            ) from None
        if not post_id:
            post_id = ids.at(place["lon"], place["lat"])
        both = {"zh": name or post_id, "en": name or post_id}
        if old is not None and name in (old.name.zh, old.name.en):
            both = {"zh": old.name.zh, "en": old.name.en}
        posts.append({"id": post_id, "name": both, **place})
    document = plan_document(plan)
    document["posts"] = posts
    document["shifts"] = []
    kept, _wrong = kept_grids(plan, [_post(one) for one in posts])
    document["grids"] = None if kept is None else dump(kept)
    document["proof"] = None
    document["relocation"] = _relocation(
        plan, {str(post["id"]) for post in posts}, sent.get("relocation")
    )
    return document


def _post(one: dict[str, Any]) -> PlannedPost:
    name = Bilingual(one["name"]["zh"], one["name"]["en"])
    return PlannedPost(PostId(one["id"]), name, one["lon"], one["lat"], one["units"])


def _relocation(plan: Plan, posts: set[str], chosen: str | None) -> dict[str, Any] | None:
    """How idle units are moved: by the plan's own rule where the method stays, for these posts.

    Another method begins with the numbers that are shipped, under the limits there were, and with
    no table of its own.

    Raises:
        _RowError: there is no such method.
    """
    old = plan.relocation
    if chosen is not None and chosen not in POLICIES:
        raise _RowError(_("There is no such way of moving units."))
    if chosen == AS_IN_FORCE:
        return None
    if chosen is not None and (old is None or chosen != old.policy):
        new = order_shipped(RelocationPolicy(chosen), len(posts))
        own = old is not None and old.limits != SHIPPED_LIMITS
        old = replace(new, limits=old.limits) if old is not None and own else new
    if old is None:
        return None
    return {**dump(old), "order": [post for post in old.order if post in posts]}
