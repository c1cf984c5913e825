"""What runs besides trials bring out: fronts of plans, shifts, free units, moves of posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from wardmote.core.domain.plain import JsonValue, load
from wardmote.core.domain.standards import SHIPPED_STANDARDS
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.figures import read_outcome
from wardmote.core.studies.plan import Plan, PlanProof
from wardmote.core.studies.questions import DAYS_A_YEAR
from wardmote.core.studies.scenario import AS_USUAL
from wardmote.operations.places.selectors import division_names
from wardmote.operations.studies import made, selectors
from wardmote.operations.studies.selectors import RunRow
from wardmote.web.pages.relocation_words import POLICIES
from wardmote.web.pages.studies_forms import DEMAND
from wardmote.web.pages.studies_grids_words import outcome_texts
from wardmote.web.pages.studies_tables import seen, tables_of
from wardmote.web.pages.studies_words import PROOF_STATES, proof_text
from wardmote.web.tables import UNKNOWN, Cell, Table

HOURS_A_DAY = 24
PROVEN = "proven"
SURELY = 1e-6
"""What breaks ties between plans alike by the first standard weighs less than this."""
NEARLY = 1e-4
"""The solver stops at such a gap; so much better by the first standard another plan may be."""


@dataclass(slots=True)
class Made:
    """What the page shows.

    Attributes:
        kind: ``plan``, ``front``, ``shifts``, ``relocation`` or ``resiting``.
        said: paragraphs.
        added: whether the run brought a plan into the study.
        front: number, name to begin with, shares, status and gap of each plan of a front.
        page_data: for the charts.
    """

    kind: str
    said: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    added: bool = True
    front: list[dict[str, Any]] = field(default_factory=list)
    front_header: list[str] = field(default_factory=list)
    page_data: dict[str, Any] | None = None


def made_of(run: RunRow) -> Made:
    """What a run brought out that is over and is no trial."""
    outcome: JsonValue = run.outcome
    form = outcome["format"]
    if form == made.FRONT_FORMAT:
        return _front(run, outcome)
    if form == made.SHIFTS_FORMAT:
        return _shifts(outcome)
    if form == made.RELOCATION_FORMAT:
        return _relocation(outcome)
    if form == made.RESITING_FORMAT:
        return _resiting(run, outcome)
    plan = selectors.plan_document_of(outcome)
    if plan.grids is None:
        return Made("plan", [proof_text(plan.proof)])
    demand = str(dict(DEMAND).get(run.request["demand"], ""))
    return Made("plan", outcome_texts(plan.grids, run.request.get("begin", ""), demand))


def _language() -> str:
    return get_language() or ""


def _front(run: RunRow, outcome: JsonValue) -> Made:
    names = {one.code: one.name.in_language(_language()) for one in SHIPPED_STANDARDS}
    shown = [names.get(code, code) for code in outcome["standards"]]
    plans = [selectors.plan_document_of(document) for document in outcome["plans"]]
    rows = [
        _front_row(number, run.request["name"], plan, shares)
        for number, (plan, shares) in enumerate(zip(plans, outcome["shares"], strict=True), start=1)
    ]
    said = [_how_sure([plan.proof for plan in plans]), _how_walked(len(rows), outcome["ended"])]
    weights = next((plan.proof.weights for plan in plans if plan.proof is not None), ())
    if weights:
        said.append(
            _("Shares are of calls weighted by priority, the most urgent first: %(weights)s.")
            % {"weights": " : ".join(f"{one:g}" for one in weights)}
        )
    return Made(
        "front",
        said,
        added=False,
        front=rows,
        front_header=shown,
        page_data={
            "kind": "front",
            "standards": shown,
            "points": [
                {"number": row["number"], "name": row["name"], "shares": shares,
                 "status": str(row["status"])}
                for row, shares in zip(rows, outcome["shares"], strict=True)
            ],
        },
    )  # fmt: skip


def _front_row(number: int, name: str, plan: Plan, shares: Sequence[float]) -> dict[str, Any]:
    status, gap = _status_and_gap(plan.proof)
    return {
        "number": number,
        "name": f"{name} {number}",
        "shares": [f"{share:.1%}" for share in shares],
        "posts": len(plan.posts),
        "units": plan.units,
        "status": PROOF_STATES.get(status, status),
        "gap": "" if gap is None or status == PROVEN else f"{gap:.3%}",
    }


def _status_and_gap(proof: PlanProof | None) -> tuple[str, float | None]:
    """How a plan of a front is proven; a gap that only breaks ties is none."""
    if proof is None:
        return "", None
    surely = proof.gap is not None and proof.gap <= SURELY
    return PROVEN if surely else proof.status, proof.gap


def _how_sure(proofs: Sequence[PlanProof | None]) -> str:
    """How many plans are proven to be on the front."""
    found = [_status_and_gap(proof) for proof in proofs]
    proven = sum(status == PROVEN for status, _gap in found)
    nearly = sum(status != PROVEN and gap is not None and gap <= NEARLY for status, gap in found)
    return _(
        "Of %(count)s plans %(proven)s are proven to be on the front (to a millionth), "
        "%(nearly)s more to within 0.01 %% of the first standard's calls."
    ) % {"proven": proven, "nearly": nearly, "count": len(found)}


def _how_walked(count: int, ended: bool) -> str:
    """Whether the whole of the front was looked for."""
    if not ended:
        return _(
            "The search was stopped before the end of the front: plans that are better by the "
            "second standard were not looked for. Search longer for the whole of it."
        )
    if count > 1:
        return _(
            "The front was walked from the best by the first standard to the best by the "
            "second. There may be more plans between neighbours; ask for more plans to see "
            "them."
        )
    return _("One plan is best by both standards, so there is nothing to trade.")


def _shifts(outcome: JsonValue) -> Made:
    saved = outcome["throughout"] - outcome["unit_hours_a_week"]
    said = [
        _(
            "%(hours)s unit-hours a week on duty, %(saved)s fewer than with all units always on "
            "duty."
        )
        % {"hours": f"{outcome['unit_hours_a_week']:,.0f}", "saved": f"{saved:,.0f}"},
        _(
            "At the worst hour %(share)s of the calls find all units busy, by the hypercube model "
            "with units at their posts."
        )
        % {"share": f"{max(outcome['all_busy']):.2%}"},
    ]
    if outcome["short"]:
        said.append(
            _("In %(count)s shifts of the week the plan has fewer units than are wanted.")
            % {"count": outcome["short"]}
        )
    return Made(
        "shifts",
        said,
        [_shift_table(outcome), *_trial_tables(outcome)],
        page_data={
            "kind": "shifts",
            **{
                name: outcome[name]
                for name in ("calls", "load", "needed", "on_duty", "all_busy", "starts")
            },
        },
    )


def _shift_table(outcome: JsonValue) -> Table:
    days = [
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
        _("Sunday"),
    ]  # fmt: skip
    starts = [int(one) for one in outcome["starts"]]
    ends = [*starts[1:], starts[0]]
    header = [f"{start:02d}:00–{end:02d}:00" for start, end in zip(starts, ends, strict=True)]
    duty = outcome["on_duty"]
    rows = []
    for day, name in enumerate(days):
        counts = [duty[(day * HOURS_A_DAY + start) % len(duty)] for start in starts]
        wanted = outcome["wanted"][day]
        cells = [
            Cell(str(count) if count >= want else _("%(count)s of %(wanted)s") % {
                "count": count, "wanted": want}, count)
            for count, want in zip(counts, wanted, strict=True)
        ]  # fmt: skip
        rows.append((Cell(name), *cells))
    return Table(
        "shifts",
        _("Units on duty by day and shift"),
        (pgettext("of the week", "Day"), *header),
        tuple(rows),
    )


def _relocation(outcome: JsonValue) -> Made:
    rows = []
    ways = outcome["choices"]
    for row, one in enumerate(ways):
        choice, share, gain = one["choice"], one["in_time"], one.get("gain")
        name = str(POLICIES.get(choice["policy"], choice["policy"]))
        rows.append(
            (
                Cell(_("%(way)s (tried again)") % {"way": name})
                if row == outcome.get("best")
                else Cell(name),
                Cell(f"{choice['busy_share']:.0%}", choice["busy_share"]),
                Cell(f"{choice['gain_share_per_minute']:.2%}", choice["gain_share_per_minute"]),
                Cell(UNKNOWN)
                if share is None
                else Cell(
                    f"{share['mean']:.1%} ({share['low']:.1%}–{share['high']:.1%})", share["mean"]
                ),
                Cell(UNKNOWN)
                if gain is None
                else Cell(
                    f"{100 * gain['mean']:+.2f} ({100 * gain['low']:+.2f} … "
                    f"{100 * gain['high']:+.2f})",
                    gain["mean"],
                ),
            )
        )
    said = [
        _(
            "%(count)s ways of moving free units met the same calls as “back to the own post”. The "
            "best of them then met other calls beside it, so that what is shown is not the luck "
            "of the best of many."
        )
        % {"count": len(ways)},
        _("It is better for certain; the plan with it was added to the study.")
        if outcome["better"]
        else _("It is not better for certain, so no plan was added: leave free units at home."),
    ]
    table = Table(
        "choices",
        _("Ways that were tried"),
        (
            _("How they are moved"),
            _("Busy share that is reckoned with"),
            _("What a minute's drive must bring (share of calls)"),
            _("In time (95 % interval)"),
            _("Gain on the same calls, points (95 % interval)"),
        ),
        tuple(rows),
    )
    return Made("relocation", said, [table, *_trial_tables(outcome)], added=outcome["better"])


def _resiting(run: RunRow, outcome: JsonValue) -> Made:
    proof = load(PlanProof, outcome["proof"])
    moves = outcome["moves"]
    said = [
        _("%(count)s posts should move.") % {"count": len(moves)}
        if moves
        else _("No move pays within the time given: the posts stand well.")
    ]
    if proof.value is not None:
        said.append(
            _("%(proof)s; without any move %(staying)s.")
            % {"proof": proof_text(proof), "staying": f"{outcome['staying']:,.1f}"}
        )
    tables = []
    if moves:
        tables.append(_moves_table(run, outcome))
    if outcome["changes"]:
        tables.append(_changes_table(outcome))
    return Made("resiting", said, tables, added=bool(moves))


def _moves_table(run: RunRow, outcome: JsonValue) -> Table:
    """Each move after those before it, and all of them together: a move may pay by another."""
    before = selectors.plan_document_of(run.request["plan"])
    names = {str(post.id): post.name.in_language(_language()) for post in before.posts}
    plan = selectors.plan_document_of(outcome["plan"])
    places = {str(post.id): post for post in plan.posts}
    rows = []
    for move in outcome["moves"]:
        to = places.get(move["to"])
        name = Bilingual(**move["to_name"]).in_language(_language()) or move["to"]
        days = move["pays_after_days"]
        rows.append(
            (
                Cell(names.get(move["post"]) or move["post"]),
                Cell(name if to is None else f"{name} ({to.lon:.5f}, {to.lat:.5f})"),
                Cell(f"{move['calls_a_year']:,.0f}", move["calls_a_year"]),
                Cell(_("never by itself")) if days is None else Cell(f"{days:,.0f}", days),
            )
        )
    calls = sum(move["calls_a_year"] for move in outcome["moves"])
    terms = run.request["terms"]
    cost, worth = terms["move_cost"] * len(outcome["moves"]), terms["worth"] * calls
    days = cost / worth * DAYS_A_YEAR if worth > 0 else None
    rows.append(
        (
            Cell(_("all together")),
            Cell(""),
            Cell(f"{calls:,.0f}", calls),
            Cell(_("never")) if days is None else Cell(f"{days:,.0f}", days),
        )
    )
    return Table(
        "moves",
        _("Which post moves where, in this order"),
        (
            _("Post"), pgettext("a place", "To"), _("More calls within their target, a year"),
            _("Pays for itself after (days)"),
        ),
        tuple(rows),
    )  # fmt: skip


def _changes_table(outcome: JsonValue) -> Table:
    names = division_names([one["area"] for one in outcome["changes"]])
    rows = []
    for one in outcome["changes"]:
        zh, en = names.get(one["area"], ("", ""))
        change = one["now"] - one["then"]
        rows.append(
            (
                Cell(Bilingual(zh, en).in_language(_language()) or one["area"] or UNKNOWN),
                Cell(f"{one['then']:,.0f}", one["then"]),
                Cell(f"{one['now']:,.0f}", one["now"]),
                Cell(f"{change:+,.0f}", change),
                Cell(_("yes") if one["sure"] else _("no: it may be chance")),
            )
        )
    return Table(
        "demand",
        _("Calls a year by place, before %(day)s and since") % {"day": outcome["since"]},
        (_("Place"), _("Then"), _("Now"), _("Change"), _("Is it sure?")),
        tuple(rows),
    )


def _trial_tables(outcome: JsonValue) -> list[Table]:
    """What the twin says, as of any trial."""
    known = read_outcome(outcome["trial"])
    one = seen(known, AS_USUAL.code, _language())
    return list(tables_of(one)) if one.figures else []
