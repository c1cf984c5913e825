"""The grids that a reviewer approves: each with its work, and the villages that change hands."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.plan import Plan
from wardmote.operations.places.selectors import division_names, posts
from wardmote.operations.studies.selectors import GridChange
from wardmote.web.pages.studies_grids_words import broken_texts, demand_text, rules_texts
from wardmote.web.tables import UNKNOWN, Cell, Table

MOST_NAMES = 12
"""Villages that are named in one cell; further ones are counted."""


def grids_table(plan: Plan, changes: Sequence[GridChange]) -> Table | None:
    """Each grid of a plan, and of those it replaces; None where there is none at all."""
    planned = {} if plan.grids is None else {grid.post: grid for grid in plan.grids.grids}
    changed = {one.post: one for one in changes if one.before or one.after}
    shown = [*changed, *(post for post in planned if post not in changed)]
    if not shown:
        return None
    names = _post_names(plan)
    villages = _village_names(changes)
    rows = []
    for post in shown:
        grid, change = planned.get(post), changed.get(post)
        drive = None if grid is None else grid.mean_response_s
        rows.append(
            (
                Cell(names.get(post, post)),
                Cell(_change(change)),
                *(
                    (Cell(UNKNOWN), Cell(UNKNOWN), Cell(UNKNOWN))
                    if grid is None
                    else (
                        Cell(str(len(grid.villages)), len(grid.villages)),
                        Cell(f"{grid.calls_a_year:.0f}", grid.calls_a_year),
                        Cell(f"{grid.load_ratio:.2f}", grid.load_ratio),
                    )
                ),
                Cell(UNKNOWN) if drive is None else Cell(f"{drive:.0f}", drive),
                Cell(UNKNOWN if change is None else _names(change.gained, villages)),
                Cell(UNKNOWN if change is None else _names(change.lost, villages)),
            )
        )
    return Table(
        "grids",
        _("Grids"),
        (
            _("Post"), _("Its grid"), _("Villages"), _("Calls a year"), _("Work (mean 1)"),
            _("Mean drive (s)"), _("Comes to it"), _("Leaves it"),
        ),
        tuple(rows),
    )  # fmt: skip


def adopted_texts(plan: Plan, changes: Sequence[GridChange]) -> list[str]:
    """What there is to say of all grids together."""
    said = []
    if changes:
        count = sum(one.changes for one in changes)
        villages = len({code for one in changes for code in (*one.gained, *one.lost)})
        said.append(
            ngettext("%(count)s grid changes", "%(count)s grids change", count) % {"count": count}
            + pgettext("between parts of a list", "; ")
            + ngettext(
                "%(count)s village changes hands", "%(count)s villages change hands", villages
            )
            % {"count": villages}
        )
    if plan.grids is None:
        return [*said, _("The plan has no grids of its own: posts that stay keep theirs.")]
    grids = plan.grids
    said.append(
        _("the heaviest has %(load)s times the mean work (at most %(asked)s was asked for)")
        % {"load": f"{grids.max_over_mean:.2f}", "asked": f"{grids.rules.tolerance:g}"}
    )
    said.append(
        _("calls expected as told by %(demand)s") % {"demand": demand_text(grids.demand_from)}
    )
    names = _names_of({code for pair in grids.rules.join + grids.rules.split for code in pair}
                      | set(grids.rules.may_split))  # fmt: skip
    return [*said, *rules_texts(grids.rules, names), *broken_texts(grids)]


def _change(change: GridChange | None) -> str:
    if change is None:
        return UNKNOWN
    if not change.before:
        return _("new")
    if not change.after:
        return _("gone")
    if not change.changes:
        return _("unchanged")
    return _("+%(more)s km², −%(less)s km²") % {
        "more": f"{change.gained_km2:.1f}",
        "less": f"{change.lost_km2:.1f}",
    }


def _names(codes: Sequence[AreaId], names: dict[str, str]) -> str:
    if not codes:
        return UNKNOWN
    shown = pgettext("between names", ", ").join(names.get(one, one) for one in codes[:MOST_NAMES])
    if len(codes) <= MOST_NAMES:
        return shown
    return _("%(names)s and %(count)s more") % {"names": shown, "count": len(codes) - MOST_NAMES}


def _post_names(plan: Plan) -> dict[PostId, str]:
    language = get_language() or ""
    names = {
        PostId(row.pk): Bilingual(row.name_zh, row.name_en).in_language(language) for row in posts()
    }
    return names | {post.id: post.name.in_language(language) or post.id for post in plan.posts}


def _village_names(changes: Sequence[GridChange]) -> dict[str, str]:
    return _names_of({code for one in changes for code in (*one.gained, *one.lost)})


def _names_of(codes: set[str] | set[AreaId]) -> dict[str, str]:
    language = get_language() or ""
    found: dict[str, str] = {}
    ordered = sorted(codes)
    for start in range(0, len(ordered), 500):
        part = division_names([str(code) for code in ordered[start : start + 500]])
        found |= {code: Bilingual(*both).in_language(language) for code, both in part.items()}
    return found
