"""A bulletin as tables of words and numbers, for the page, the PDF and the sheet alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from wardmote.core.domain.ids import IncidentId
from wardmote.core.measures.bulletin import Band, Banded, Row
from wardmote.core.measures.comparison import Change
from wardmote.core.measures.distributions import ObjectiveResult, TierResult
from wardmote.operations.bulletins.selectors import FraudFree, Reported
from wardmote.operations.local_time import local_day
from wardmote.web.pages.bulletin_period_words import WORDS, PeriodWords
from wardmote.web.pages.bulletin_sections import section_tables
from wardmote.web.pages.bulletin_words import change_text
from wardmote.web.pages.standards import FIELD_TIME_NAMES, minutes_and_seconds
from wardmote.web.tables import UNKNOWN, Cell, Table

_HOUR_S, _MINUTE_S = 3_600.0, 60.0

BANDING_TITLES = {
    "acknowledged": gettext_lazy("Acknowledgement: from the order to the crew’s receipt"),
    "set_out": gettext_lazy("Setting out: from the order to the start of the drive"),
    "feedback": gettext_lazy("Feedback: from the order to the first report"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """Names of groups, units and categories in the reader's language, by id."""

    groups: Mapping[str, str]
    units: Mapping[str, str]
    categories: Mapping[str, str]
    language: str


def tables_of(reported: Reported, names: Names) -> tuple[Table, ...]:
    """Every table of the bulletin."""
    rows = (reported.bulletin.total, *reported.bulletin.groups)
    words = WORDS[reported.period.kind]
    return (
        _overview(rows, words, names),
        *(_banding(position, rows, names) for position in range(len(rows[0].banded))),
        _categories(reported, words, names),
        _fraud_free(reported.fraud_free, names),
        *(_standard(objective, names) for objective in reported.objectives),
        *section_tables(reported.sections, words, names.groups),
    )


def calls_behind(reported: Reported, group: str, figure: str) -> tuple[IncidentId, ...]:
    """The calls behind a figure.

    Raises:
        KeyError: the bulletin has no such figure.
    """
    kind, _dot, rest = figure.partition(".")
    if kind == "category":
        return next(row.valid.calls for row in reported.bulletin.categories if row.category == rest)
    if kind == "standard":
        return _standard_calls(reported, rest)
    row = next(
        (
            row
            for row in (reported.bulletin.total, *reported.bulletin.groups)
            if (row.group or "") == group
        ),
        None,
    )
    if row is None:
        raise KeyError(group)
    if kind in ("calls", "valid", "unclosed"):
        found: tuple[IncidentId, ...] = getattr(row, kind).calls
        return found
    if kind == "slowest" and row.slowest is not None:
        return row.slowest.figure.calls
    banded = {one.banding.code: one for one in row.banded}[kind]
    if rest in ("missing", "negative"):
        missing: tuple[IncidentId, ...] = getattr(banded, rest).calls
        return missing
    return banded.bands[int(rest)].figure.calls


def _standard_calls(reported: Reported, path: str) -> tuple[IncidentId, ...]:
    code, tier, part = path.split(".")
    objective = {one.code: one for one in reported.objectives}[code]
    result = objective.tiers[int(tier)]
    return {"met": result.met, "late": result.late, "missing": result.missing}[part]


def band_text(band: Band) -> str:
    """A band's name, in the unit that suits its edges."""
    edge = band.after_s if band.upto_s is None else band.upto_s
    unit_s, unit = _unit(edge)
    if band.upto_s is None:
        return f">{_short(band.after_s / unit_s)} {unit}"
    return f"{_short(band.after_s / unit_s)}–{_short(band.upto_s / unit_s)} {unit}"


def _unit(edge_s: float) -> tuple[float, str]:
    if edge_s > _HOUR_S:
        return _HOUR_S, pgettext("unit of time", "h")
    if edge_s > 3 * _MINUTE_S:
        return _MINUTE_S, pgettext("unit of time", "min")
    return 1.0, pgettext("unit of time", "s")


def _short(value: float) -> str:
    return f"{value:g}"


def _overview(rows: Sequence[Row], words: PeriodWords, names: Names) -> Table:
    return Table(
        "overview",
        _("Calls"),
        (
            _("Area"), _("Calls"), _("Valid calls"), str(words.on_before),
            _("Year on year (valid)"), _("Not closed"),
            _("Slowest unit (median from order to arrival)"),
        ),
        tuple(
            (
                _group_cell(row, names),
                _count("calls", row, row.calls.count),
                _count("valid", row, row.valid.count),
                _change(row.valid_change),
                _change(row.year_change),
                _count("unclosed", row, row.unclosed.count),
                _slowest(row, names),
            )
            for row in rows
        ),
    )  # fmt: skip


def _banding(position: int, rows: Sequence[Row], names: Names) -> Table:
    first: Banded = rows[0].banded[position]
    code = first.banding.code
    return Table(
        code,
        str(BANDING_TITLES[code]),
        (
            _("Area"),
            *(band_text(band) for band in first.bands),
            _("Stamp missing"),
            _("Median"),
            _("90 % within"),
        ),
        tuple(
            (
                _group_cell(row, names),
                *(
                    _count(f"{code}.{number}", row, band.figure.count)
                    for number, band in enumerate(row.banded[position].bands)
                ),
                _count(f"{code}.missing", row, row.banded[position].missing.count),
                _duration(row.banded[position].summary.p50_s),
                _duration(row.banded[position].summary.p90_s),
            )
            for row in rows
        ),
    )


def _categories(reported: Reported, words: PeriodWords, names: Names) -> Table:
    return Table(
        "categories",
        _("Valid calls by category"),
        (
            _("Category"), _("Valid calls"), str(words.column_before), str(words.on_before),
            _("Year on year (valid)"),
        ),
        tuple(
            (
                Cell(names.categories.get(row.category, row.category)),
                Cell(
                    str(row.valid.count),
                    row.valid.count,
                    f"category.{row.category}" if row.valid.count else "",
                ),
                Cell(
                    UNKNOWN if row.change.before is None else str(row.change.before),
                    row.change.before,
                ),
                _change(row.change),
                _change(row.year_change),
            )
            for row in reported.bulletin.categories
        ),
    )  # fmt: skip


def _fraud_free(found: Sequence[FraudFree], names: Names) -> Table:
    return Table(
        "fraud_free",
        _("Days without fraud"),
        (_("Area"), _("Days"), _("Last call about fraud")),
        tuple(
            (
                Cell(names.groups.get(one.area, one.area)),
                Cell(UNKNOWN if one.days is None else str(one.days), one.days),
                Cell(
                    _("none on record")
                    if one.since_s is None
                    else local_day(one.since_s).isoformat()
                ),
            )
            for one in found
        ),
    )


def _standard(objective: ObjectiveResult, names: Names) -> Table:
    title = _("Standard “%(name)s”: from “%(start)s” to “%(stop)s”") % {
        "name": objective.name.in_language(names.language),
        "start": FIELD_TIME_NAMES[objective.span.start],
        "stop": FIELD_TIME_NAMES[objective.span.stop],
    }
    return Table(
        f"standard.{objective.code}",
        title,
        (
            _("For"), _("Within (min:s)"), _("Met"), _("Late"), _("Share met (95 % interval)"),
            _("Aim"), _("90 % within"), _("Stamp missing"),
        ),
        tuple(
            _tier_row(f"standard.{objective.code}.{number}", tier, names)
            for number, tier in enumerate(objective.tiers)
        ),
    )  # fmt: skip


def _tier_row(key: str, result: TierResult, names: Names) -> tuple[Cell, ...]:
    share = result.share
    shown = UNKNOWN
    if share.share is not None and share.low is not None and share.high is not None:
        shown = f"{share.share:.0%} ({share.low:.0%}–{share.high:.0%})"
    return (
        Cell(result.tier.name.in_language(names.language)),
        Cell(minutes_and_seconds(result.tier.target_s), result.tier.target_s),
        Cell(str(len(result.met)), len(result.met), f"{key}.met" if result.met else ""),
        Cell(str(len(result.late)), len(result.late), f"{key}.late" if result.late else ""),
        Cell(shown, share.share),
        Cell(f"{result.percentile:g} %", result.percentile),
        _duration(result.summary.p90_s),
        Cell(
            str(len(result.missing)),
            len(result.missing),
            f"{key}.missing" if result.missing else "",
        ),
    )


def _change(change: Change) -> Cell:
    return Cell(change_text(change), _difference(change))


def _difference(change: Change) -> float | None:
    return None if change.difference is None else float(change.difference)


def _group_cell(row: Row, names: Names) -> Cell:
    if row.group is None:
        return Cell(_("All"))
    return Cell(names.groups.get(row.group, row.group))


def _count(figure: str, row: Row, count: int) -> Cell:
    return Cell(number_format(count), count, figure if count else "", row.group or "")


def _slowest(row: Row, names: Names) -> Cell:
    if row.slowest is None:
        return Cell(UNKNOWN)
    unit = names.units.get(row.slowest.unit, row.slowest.unit)
    text = f"{unit} {minutes_and_seconds(row.slowest.median_s)}"
    return Cell(text, None, "slowest", row.group or "")


def _duration(seconds: float | None) -> Cell:
    if seconds is None:
        return Cell(UNKNOWN)
    return Cell(minutes_and_seconds(seconds), seconds)


@dataclass(frozen=True, slots=True)
class Correction:
    """A cell that the record says otherwise by now."""

    table: str
    row: str
    column: str
    before: str
    now: str


def corrections(published: Sequence[Table], now: Sequence[Table]) -> list[Correction]:
    """Where two versions of a bulletin differ, cell by cell; a row that is missing has no value."""
    later = {table.key: {row[0].text: row for row in table.rows} for table in now}
    found = []
    for table in published:
        rows = later.get(table.key, {})
        names = [*dict.fromkeys([*(row[0].text for row in table.rows), *rows])]
        old = {row[0].text: row for row in table.rows}
        for name in names:
            for position, column in enumerate(table.header[1:], start=1):
                before = old[name][position].text if name in old else UNKNOWN
                after = rows[name][position].text if name in rows else UNKNOWN
                if before != after:
                    found.append(Correction(table.title, name, column, before, after))
    return found
