"""Plans on their way into force: the list with their promises, and the review of one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.study import AdoptionAction, AdoptionState
from wardmote.core.studies.plan import plan_document, plan_geojson
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, local_time
from wardmote.operations.people.selectors import names_of
from wardmote.operations.studies import selectors, services
from wardmote.operations.studies.selectors import AdoptionPage, AdoptionRow
from wardmote.web.pages.studies_grids_tables import adopted_texts, grids_table
from wardmote.web.pages.studies_tables import changes_table, promise_table
from wardmote.web.pages.studies_words import (
    ADOPTION_STATES,
    NO_VERDICTS,
    VERDICTS,
    area_name,
    attempt,
    duty_text,
    relocation_text,
    studies_page,
)
from wardmote.web.tables import Cell, Table
from wardmote.web.viewers import viewer_of_request


@require_safe
@studies_page(Permission.STUDY_VIEW)
def adoption_list(request: HttpRequest) -> HttpResponse:
    """Every plan that was to be put in force, and whether its promise was kept."""
    language = get_language() or ""
    found = selectors.adoptions_seen(viewer_of_request(request), now_s=clock.now_s())
    rows = [
        {
            "adoption": row,
            "area": area_name(row.area),
            "state": ADOPTION_STATES[row.state],
            "from": local_time(row.from_s),
            "until": None if row.until_s is None else local_time(row.until_s),
            "tiers": []
            if kept is None
            else [
                (tier.promised.name.in_language(language), VERDICTS[tier.verdict], tier.verdict)
                for tier in kept.tiers
            ],
        }
        for row, kept in found
    ]
    return render(request, "wardmote/studies/adoptions.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@studies_page(Permission.STUDY_VIEW)
def adoption(request: HttpRequest, adoption_id: str) -> HttpResponse:
    """One of them; a POST approves, rejects, withdraws or rolls it back."""
    viewer = viewer_of_request(request)
    language = get_language() or ""
    now_s = clock.now_s()
    page = selectors.adoption_page(viewer, adoption_id, language=language, now_s=now_s)
    if request.method == "POST":
        _decide(request, adoption_id)
        return redirect("adoption", adoption_id=adoption_id)
    return render(request, "wardmote/studies/adoption.html", _context(page, language))


def _decide(request: HttpRequest, adoption_id: str) -> None:
    words = request.POST.get("words", "")
    acts = {
        "approve": lambda who, now_s: services.review_adoption(
            who, adoption_id, approve=True, words=words, now_s=now_s
        ),
        "reject": lambda who, now_s: services.review_adoption(
            who, adoption_id, approve=False, words=words, now_s=now_s
        ),
        "withdraw": lambda who, now_s: services.withdraw_adoption(who, adoption_id, now_s=now_s),
        "roll-back": lambda who, now_s: services.roll_back(who, adoption_id, words, now_s=now_s),
    }
    chosen = acts.get(request.POST.get("form", ""))
    if chosen is not None:
        attempt(request, chosen, _("Done."))


def _context(page: AdoptionPage, language: str) -> dict[str, Any]:
    row = page.adoption
    allowed = page.allowed
    reviewable = AdoptionAction.APPROVE in allowed and page.may_decide
    return {
        "adoption": row,
        "state": ADOPTION_STATES[row.state],
        "area": area_name(row.area),
        "from": local_time(row.from_s),
        "last_day": None if row.ends_s is None else local_day(row.ends_s - 1.0),
        "stays": row.state == AdoptionState.IN_FORCE.value and row.failure is not None,
        "failed": row.state == AdoptionState.FAILED.value,
        "history": _history(row, language),
        "promise": _promise_table(page, language),
        "kept": page.kept,
        "why_not": ""
        if page.kept is None or page.kept.why_not is None
        else NO_VERDICTS[page.kept.why_not],
        "since": None if page.kept is None else local_time(page.kept.start_s),
        "until": None if page.kept is None else local_time(page.kept.end_s),
        "changes": changes_table(page.changes) if page.changes else None,
        "changed": sum(one.kind != "same" for one in page.changes),
        "relocation": "" if page.plan is None else relocation_text(page.plan.relocation),
        "shifts": duty_text(page.duty),
        "problem": "" if page.problem is None else page.problem.in_language(language),
        "moving": page.moving,
        "short": page.short,
        "over": page.over,
        "may_review": reviewable and not page.is_proposer,
        "must_be_other": reviewable and page.is_proposer,
        "may_withdraw": AdoptionAction.WITHDRAW in allowed and page.may_withdraw,
        "may_roll_back": AdoptionAction.ROLL_BACK in allowed and page.may_decide,
        "grids": None if page.plan is None else grids_table(page.plan, page.grids),
        "grids_said": [] if page.plan is None else adopted_texts(page.plan, page.grids),
        "page_data": {"plans": _on_the_map(page)},
    }  # fmt: skip


def _promise_table(page: AdoptionPage, language: str) -> Table:
    if page.kept is not None and page.kept.why_not is None:
        return promise_table(page.kept.tiers, language)
    rows = []
    for tier in selectors.promise_in(page.adoption).tiers:
        minutes, seconds = divmod(round(tier.target_s), 60)
        rows.append(
            (
                Cell(tier.name.in_language(language)),
                Cell(f"{minutes}:{seconds:02d}"),
                Cell(f"{tier.mean:.1%} ({tier.low:.1%}–{tier.high:.1%})"),
                Cell(f"{tier.calls_a_week:.1f}"),
            )
        )
    return Table(
        "promise",
        _("What the plan promises"),
        (
            _("For"), _("Within (min:s)"), _("Promised (95 % interval)"), _("Calls a week"),
        ),
        tuple(rows),
    )  # fmt: skip


def _history(row: AdoptionRow, language: str) -> list[dict[str, Any]]:
    """Who did what when, oldest first."""
    people = (row.proposed_by, row.reviewed_by, row.rolled_back_by)
    names = names_of([one for one in people if one], language)
    steps = [(_("proposed"), row.proposed_by, row.proposed_s, row.note)]
    if row.reviewed_s is not None:
        approved = row.state not in ("rejected",)
        steps.append(
            (_("approved") if approved else _("rejected"), row.reviewed_by, row.reviewed_s,
             row.review)
        )  # fmt: skip
    if row.placed is not None:
        steps.append((_("took effect"), "", row.from_s, ""))
    if row.until_s is not None:
        what = _("rolled back") if row.rolled_back_by else _("replaced by another plan")
        if row.state == AdoptionState.ENDED.value:
            what = _("taken back after its last day")
        steps.append((what, row.rolled_back_by, row.until_s, row.reason))
    return [
        {"what": what, "who": names.get(who, who), "when": local_time(at_s), "words": words}
        for what, who, at_s, words in steps
    ]


def _on_the_map(page: AdoptionPage) -> list[dict[str, Any]]:
    """The plan, and the posting in force while that is another one."""
    shown = [] if page.plan is None else [(page.adoption.name, page.plan)]
    if page.present is not None:
        shown.append((_("In force now"), page.present))
    return [
        {
            "name": name,
            "posts": plan_document(plan)["posts"],
            "grids": None if plan.grids is None else plan_geojson(plan),
        }
        for name, plan in shown
    ]
