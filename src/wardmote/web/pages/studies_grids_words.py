"""Grids in words: what they are like, what changed, and what a move by hand would break."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from wardmote.core.domain.ids import PostId
from wardmote.core.planning.grids.editing import EditIssue
from wardmote.core.studies.ground import FROM_RECORDS
from wardmote.core.studies.plan import PlannedGridRules, PlannedGrids, PlannedPost
from wardmote.core.studies.regrouping import Broken, Regrouped

ISSUES: dict[EditIssue, Promise] = {
    EditIssue.GRID_IN_PIECES: gettext_lazy("the grid of %(post)s would be in pieces"),
    EditIssue.GRID_EMPTY: gettext_lazy("the grid of %(post)s would be empty"),
    EditIssue.POST_OUTSIDE: gettext_lazy("%(post)s would stand outside its own grid"),
    EditIssue.COMMUNITY_SPLIT: gettext_lazy("%(piece)s would be cut, which nobody allowed"),
    EditIssue.JOIN_BROKEN: gettext_lazy(
        "%(piece)s would be parted from what it must share a grid with"
    ),
    EditIssue.SPLIT_BROKEN: gettext_lazy(
        "%(piece)s would share a grid with what it must be apart from"
    ),
}
BROKEN: dict[str, Promise] = {
    EditIssue.GRID_IN_PIECES.value: gettext_lazy("a grid is in pieces"),
    EditIssue.GRID_EMPTY.value: gettext_lazy("a grid is empty"),
    EditIssue.POST_OUTSIDE.value: gettext_lazy("a post stands outside its own grid"),
    EditIssue.COMMUNITY_SPLIT.value: gettext_lazy("a village is cut, which nobody allowed"),
    EditIssue.JOIN_BROKEN.value: gettext_lazy("what must share a grid is parted"),
    EditIssue.SPLIT_BROKEN.value: gettext_lazy("what must be apart shares a grid"),
}
BEFORE: dict[str, Promise] = {
    "plan": gettext_lazy("the grids of a plan"),
    "in_force": gettext_lazy("the grids in force"),
}


def grids_text(grids: PlannedGrids | None) -> str:
    """How good the grids of a plan are; empty without grids."""
    if grids is None:
        return ""
    said = [
        _("grids: the heaviest has %(load)s times the mean work, compactness %(compactness)s")
        % {"load": f"{grids.max_over_mean:.2f}", "compactness": f"{grids.compactness:.2f}"}
    ]
    if grids.changed_villages:
        said.append(changed_text(grids))
    said += broken_texts(grids)
    return " · ".join(said)


def changed_text(grids: PlannedGrids) -> str:
    """How much is in another grid than before."""
    return moved_text(
        grids.changed_villages,
        grids.changed_calls_a_year,
        sum(grid.calls_a_year for grid in grids.grids),
    )


def moved_text(villages: int, calls: float, of: float) -> str:
    """So many villages with so many calls a year change their grid, of all calls."""
    share = calls / of if of else 0.0
    return ngettext(
        "%(count)s village or square changes its grid, with %(calls)s calls a year (%(share)s)",
        "%(count)s villages or squares change their grid, with %(calls)s calls a year (%(share)s)",
        villages,
    ) % {"count": villages, "calls": f"{calls:.0f}", "share": f"{share:.1%}"}


def broken_texts(grids: PlannedGrids) -> list[str]:
    """What is not whole; nothing where all is well."""
    said = [str(BROKEN.get(code, code)) for code in grids.broken]
    return said or ([] if grids.connected else [_("not all hang together")])


def after_edit(
    before: PlannedGrids | None, kept: PlannedGrids | None, wrong: Sequence[PlannedPost]
) -> str:
    """What became of the grids of a plan whose posts were edited; empty where nothing did."""
    if before is None or kept == before:
        return ""
    if kept is not None:
        return _(
            "The grids stay. How long it takes to drive from the posts that were moved is not "
            "known until their figures are worked out again, on the page of the grids."
        )
    language = get_language() or ""
    names = [post.name.in_language(language) or post.id for post in wrong[:5]]
    return _(
        "The grids of this plan do not fit its posts any more and were dropped: posts were added "
        "or removed, or do not stand in their own grid (%(posts)s). Cut them again; the grids in "
        "force, or of another plan, can be begun with."
    ) % {"posts": pgettext("between names", ", ").join(names)}


def rules_texts(rules: PlannedGridRules, names: Mapping[str, str]) -> list[str]:
    """The rules of grids, one sentence each."""
    return [
        *(
            _("%(one)s and %(other)s share a grid") % {"one": a, "other": b}
            for a, b in _named(rules.join, names)
        ),
        *(
            _("%(one)s and %(other)s are apart") % {"one": a, "other": b}
            for a, b in _named(rules.split, names)
        ),
        *(_("%(one)s may be cut") % {"one": names.get(one, one)} for one in rules.may_split),
    ]


def outcome_texts(grids: PlannedGrids, begun_with: str, demand: str) -> list[str]:
    """What came out of cutting: what calls were expected from, and how much changed."""
    calls = sum(grid.calls_a_year for grid in grids.grids)
    said = [
        _("About %(calls)s calls a year, expected as told by %(source)s.")
        % {"calls": f"{calls:.0f}", "source": demand or demand_text(grids.demand_from)},
        _("The heaviest grid has %(load)s times the mean work; at most %(asked)s was asked for.")
        % {"load": f"{grids.max_over_mean:.3f}", "asked": f"{grids.rules.tolerance:g}"},
    ]
    if begun_with in BEFORE:
        said.append(
            _("Against %(before)s: %(changed)s.")
            % {"before": BEFORE[begun_with], "changed": changed_text(grids)}
        )
    return said


def demand_text(source: str) -> str:
    """What demand was learnt from, where a plan says no more."""
    return _("recorded calls") if source == FROM_RECORDS else _("residents and key places")


def broken_sentence(found: Sequence[Broken], names: Mapping[PostId, str]) -> str:
    """What moves break, in one sentence; empty where they break nothing."""
    language = get_language() or ""
    parts = [
        str(ISSUES[one.issue])
        % {
            "post": names.get(one.post, one.post),
            "piece": one.piece.in_language(language),
        }
        for one in found
    ]
    return pgettext("between parts of a list", "; ").join(dict.fromkeys(parts))


def moved_sentence(found: Regrouped) -> str:
    """How much the moves change altogether."""
    if not found.moved_villages:
        return _("Nothing is changed yet.")
    return moved_text(
        found.moved_villages,
        found.moved_calls_a_year,
        sum(grid.calls_a_year for grid in found.before),
    )


def _named(pairs: Sequence[tuple[str, str]], names: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(names.get(one, one), names.get(other, other)) for one, other in pairs]
