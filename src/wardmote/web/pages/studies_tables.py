"""What came out of a trial as tables of words and numbers, for the page, CSV and the PDF alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from wardmote.core.measures.promises import KeptTier
from wardmote.core.studies.figures import (
    Difference,
    Figure,
    Interval,
    Outcome,
    TrialFigures,
)
from wardmote.operations.studies.selectors import PostChange
from wardmote.web.pages.standards import minutes_and_seconds
from wardmote.web.pages.studies_words import CHANGES, FIGURES, SETTLEMENTS, VERDICTS
from wardmote.web.tables import UNKNOWN, Cell, Table

_PERCENT_FIGURES = frozenset({Figure.BUSY_SHARE, Figure.UNANSWERED})
_SECONDS_FIGURES = frozenset({Figure.MEAN_S, Figure.P90_S})


@dataclass(frozen=True, slots=True)
class Seen:
    """One scenario of an outcome, plan by plan in the order of the trial."""

    outcome: Outcome
    scenario: str
    figures: tuple[TrialFigures, ...]
    language: str

    def names(self) -> tuple[str, ...]:
        """The plans' names."""
        return tuple(one.plan_name.in_language(self.language) for one in self.figures)


def seen(outcome: Outcome, scenario: str, language: str) -> Seen:
    """What an outcome says of one scenario."""
    figures = tuple(one for one in outcome.figures if one.scenario == scenario)
    return Seen(outcome, scenario, figures, language)


def tables_of(one: Seen) -> tuple[Table, ...]:
    """Every table of one scenario."""
    tables = (_in_time(one), _differences(one), _settlements(one), _response(one), _cost(one))
    return (*(table for table in tables if table.rows), _workload(one))


def csv_of(table: Table) -> tuple[list[str], list[list[str | float]]]:
    """Header and rows for CSV: a column of numbers, and beside it what is shown with intervals."""
    header: list[str] = []
    rows: list[list[str | float]] = [[] for _row in table.rows]
    for column, name in enumerate(table.header):
        cells = [row[column] for row in table.rows]
        numbers = any(cell.value is not None for cell in cells)
        if numbers:
            header.append(name)
            for row, cell in zip(rows, cells, strict=True):
                row.append("" if cell.value is None else cell.value)
        if not all(cell.value is not None and cell.text == f"{cell.value:g}" for cell in cells):
            header.append(_("%(column)s, as shown") % {"column": name} if numbers else name)
            for row, cell in zip(rows, cells, strict=True):
                row.append(cell.text)
    return header, rows


def promise_table(tiers: Sequence[KeptTier], language: str) -> Table:
    """What was promised and what followed."""
    return Table(
        "promise",
        _("Promise and what followed"),
        (
            _("For"), _("Within (min:s)"), _("Promised (95 % interval)"), _("Calls since"),
            _("In time since (95 % interval)"), _("Arrival unknown"), _("Promise"),
        ),
        tuple(
            (
                Cell(tier.promised.name.in_language(language)),
                Cell(minutes_and_seconds(tier.promised.target_s), tier.promised.target_s),
                _share(Interval(tier.promised.mean, tier.promised.low, tier.promised.high)),
                Cell(str(tier.measured.of), tier.measured.of),
                _share(
                    None
                    if tier.measured.share is None
                    or tier.measured.low is None
                    or tier.measured.high is None
                    else Interval(tier.measured.share, tier.measured.low, tier.measured.high)
                ),
                Cell(str(tier.unknown), tier.unknown),
                Cell(str(VERDICTS[tier.verdict])),
            )
            for tier in tiers
        ),
    )  # fmt: skip


def changes_table(changes: Sequence[PostChange]) -> Table:
    """How a plan differs from the posting in force, what changes first."""
    order = sorted(changes, key=lambda one: (one.kind == "same", one.name))
    return Table(
        "changes",
        _("What changes"),
        (
            _("Post"), _("Change"), _("Moved (m)"), _("Units before"), _("Units"),
            _("Unit-hours a week before"), _("Unit-hours a week"), _("Other grid"),
        ),
        tuple(
            (
                Cell(one.name),
                Cell(str(CHANGES[one.kind])),
                Cell(f"{one.moved_m:.0f}", one.moved_m) if one.kind == "moved" else Cell(UNKNOWN),
                Cell(str(one.units_before), one.units_before),
                Cell(str(one.units), one.units),
                Cell(f"{one.hours_before:,}", one.hours_before),
                Cell(f"{one.hours:,}", one.hours),
                Cell(_("yes") if one.grid else _("no")),
            )
            for one in order
        ),
    )  # fmt: skip


def _in_time(one: Seen) -> Table:
    first = one.figures[0]
    rows = [
        (
            Cell(tier.name.in_language(one.language)),
            Cell(
                UNKNOWN if tier.target_s is None else minutes_and_seconds(tier.target_s),
                tier.target_s,
            ),
            Cell(f"{tier.calls / one.outcome.days:.1f}", tier.calls / one.outcome.days),
            *(_share(figures.tiers[row].in_time) for figures in one.figures),
        )
        for row, tier in enumerate(first.tiers)
        if tier.calls > 0
    ]
    rows.append(
        (
            Cell(_("All")), Cell(UNKNOWN),
            Cell(f"{first.calls / one.outcome.days:.1f}", first.calls / one.outcome.days),
            *(_share(figures.in_time) for figures in one.figures),
        )
    )  # fmt: skip
    return Table(
        "in-time",
        _("In time by the standard (95 % interval)"),
        (_("For"), _("Within (min:s)"), _("Calls a day"), *one.names()),
        tuple(rows),
    )


def _differences(one: Seen) -> Table:
    names = dict(zip((figures.plan for figures in one.figures), one.names(), strict=True))
    rows = [row for row in one.outcome.differences if row.scenario == one.scenario]
    return Table(
        "differences",
        _("Differences from the first plan, on the same calls"),
        (
            _("Plan"), _("Figure"), _("Difference (95 % interval)"), _("Is it sure?"),
            _("Least difference that so many runs show (80 %)"), _("Runs needed"),
        ),
        tuple(
            (
                Cell(names.get(row.plan, row.plan)),
                Cell(str(FIGURES[row.figure])),
                _signed(row.figure, row.value),
                Cell(_sure(row, names)),
                Cell(UNKNOWN)
                if row.seen_at_80 is None
                else Cell(_amount(row.figure, row.seen_at_80), row.seen_at_80),
                Cell(UNKNOWN if row.runs_needed is None else str(row.runs_needed), row.runs_needed),
            )
            for row in rows
        ),
    )  # fmt: skip


def _settlements(one: Seen) -> Table:
    rows = []
    for row, settlement in enumerate(one.figures[0].settlements):
        name = str(SETTLEMENTS[settlement.settlement])
        cells = [figures.settlements[row] for figures in one.figures]
        rows.append(
            (
                Cell(_("%(where)s: in time") % {"where": name}),
                *(_share(cell.in_time) for cell in cells),
            )
        )
        rows.append(
            (
                Cell(_("%(where)s: mean response (min:s)") % {"where": name}),
                *(_duration(cell.mean_s) for cell in cells),
            )
        )
        rows.append(
            (
                Cell(_("%(where)s: 90 %% within (min:s)") % {"where": name}),
                *(_duration(cell.p90_s) for cell in cells),
            )
        )
    rows.append(
        (
            Cell(_("Town less village, in time")),
            *(_points(figures.fairness) for figures in one.figures),
        )
    )
    return Table(
        "town-and-village", _("Town against village"), (_("Figure"), *one.names()), tuple(rows)
    )  # fmt: skip


def _response(one: Seen) -> Table:
    figures = one.figures
    rows = (
        (Cell(_("Mean of answered calls (min:s)")), *(_duration(each.response.mean_s)
                                                      for each in figures)),
        (Cell(_("Half within")), *(_within(each, each.response.p50_s) for each in figures)),
        (Cell(_("75 % within")), *(_within(each, each.response.p75_s) for each in figures)),
        (Cell(_("90 % within")), *(_within(each, each.response.p90_s) for each in figures)),
        (Cell(_("95 % within")), *(_within(each, each.response.p95_s) for each in figures)),
        (Cell(_("No unit free at once")), *(_share(each.waited_share) for each in figures)),
        (Cell(_("Nobody came before the end")), *(_share(each.unanswered_share)
                                                  for each in figures)),
    )  # fmt: skip
    return Table("response", _("Response time"), (_("Figure"), *one.names()), rows)


def _cost(one: Seen) -> Table:
    figures = one.figures
    rows = (
        (Cell(_("Posts")), *(_count(each.cost.posts) for each in figures)),
        (Cell(_("Units")), *(_count(each.cost.units) for each in figures)),
        (Cell(_("Unit-hours a week")), *(_number(each.cost.unit_hours_a_week)
                                         for each in figures)),
        (Cell(_("Kilometres a day")), *(_number(each.cost.km_a_day) for each in figures)),
        (Cell(_("Kilometres a day to posts")), *(_number(each.cost.km_to_posts_a_day)
                                                 for each in figures)),
        (Cell(_("Moves to another post a day")), *(_number(each.cost.moves_a_day)
                                                   for each in figures)),
        (Cell(_("Units busy")), *(_share(each.workload.busy_share) for each in figures)),
        (Cell(_("The busiest unit")), *(_share(each.workload.busiest) for each in figures)),
        (Cell(_("The idlest unit")), *(_share(each.workload.idlest) for each in figures)),
    )  # fmt: skip
    return Table("cost", _("Work and cost"), (_("Figure"), *one.names()), rows)


def _workload(one: Seen) -> Table:
    rows = []
    for figures, name in zip(one.figures, one.names(), strict=True):
        rows += [
            (
                Cell(name),
                Cell(post.name.in_language(one.language) or post.post),
                _count(post.units),
                Cell(f"{post.calls_a_day:.1f}", post.calls_a_day),
                _share(post.busy_share),
                Cell(f"{post.km_a_day:.0f}", post.km_a_day),
            )
            for post in figures.posts
        ]
    return Table(
        "posts",
        _("Work by post"),
        (
            _("Plan"), _("Post"), _("Units"), _("Calls a day"), _("Units busy"),
            _("Kilometres a day"),
        ),
        tuple(rows),
    )  # fmt: skip


def _sure(row: Difference, names: dict[str, str]) -> str:
    if row.better:
        return _("yes: %(plan)s is better") % {"plan": names.get(row.better, row.better)}
    apart = row.value.low > 0.0 or row.value.high < 0.0
    if apart and row.seen_at_80 is not None and row.figure.needs_same_unanswered:
        return _("not to be told: the plans leave different shares of the calls unanswered")
    if row.value.low <= 0.0 <= row.value.high and row.value.low != row.value.high:
        return _("no: it may be chance")
    return _("no difference seen")


def _count(value: int) -> Cell:
    return Cell(str(value), float(value))


def _number(value: Interval) -> Cell:
    return Cell(f"{value.mean:.0f} ({value.low:.0f}–{value.high:.0f})", value.mean)


def _share(value: Interval | None) -> Cell:
    if value is None:
        return Cell(UNKNOWN)
    return Cell(f"{value.mean:.1%} ({value.low:.1%}–{value.high:.1%})", value.mean)


def _points(value: Interval | None) -> Cell:
    if value is None:
        return Cell(UNKNOWN)
    return Cell(_range_text(value, 100, ".1f", _("points")), value.mean)


def _duration(value: Interval | None) -> Cell:
    if value is None:
        return Cell(UNKNOWN)
    low, high = minutes_and_seconds(value.low), minutes_and_seconds(value.high)
    return Cell(f"{minutes_and_seconds(value.mean)} ({low}–{high})", value.mean)


def _within(one: TrialFigures, value: Interval | None) -> Cell:
    """A percentile of all calls; where unanswered ones hide it, that is said."""
    if value is None and one.unanswered_share.mean > 0:
        return Cell(_("beyond all answered calls"))
    return _duration(value)


def _is_share(figure: Figure) -> bool:
    return figure.more_is_better or figure in _PERCENT_FIGURES


def _signed(figure: Figure, value: Interval) -> Cell:
    if _is_share(figure):
        return Cell(_range_text(value, 100, "+.2f", _("points")), value.mean)
    unit = _("s") if figure in _SECONDS_FIGURES else ""
    return Cell(_range_text(value, 1, "+.1f", unit), value.mean)


def _amount(figure: Figure, value: float) -> str:
    if _is_share(figure):
        return f"{100 * value:.2f} {_('points')}"
    return f"{value:.1f} {_('s')}" if figure in _SECONDS_FIGURES else f"{value:.1f}"


def _range_text(value: Interval, factor: float, form: str, unit: str) -> str:
    mean, low, high = (
        format(factor * one, form).replace("-", "−") for one in (value.mean, value.low, value.high)
    )
    return f"{mean} {unit} ({low} … {high})".replace("  ", " ")
