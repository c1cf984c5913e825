"""The words that depend on the period of a bulletin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy, pgettext_lazy

from wardmote.core.measures.periods import Period, PeriodKind, period_named

FIRST_YEAR, LAST_YEAR = 1971, 9_000
"""Of bulletins; clocks before and after are not asked."""


@dataclass(frozen=True, slots=True)
class PeriodWords:
    """What a kind of period is called in titles, buttons and columns."""

    tab: Any
    title: Any
    before: Any
    after: Any
    unfinished: Any
    none: Any
    on_before: Any
    column_before: Any


WORDS = {
    PeriodKind.DAY: PeriodWords(
        pgettext_lazy("length of a period", "Day"),
        gettext_lazy("%(place)s daily response bulletin"),
        gettext_lazy("Day before"),
        gettext_lazy("Day after"),
        gettext_lazy("day not over"),
        gettext_lazy("No calls are on record for this day."),
        gettext_lazy("Day on day (valid)"),
        gettext_lazy("Day before"),
    ),
    PeriodKind.WEEK: PeriodWords(
        pgettext_lazy("length of a period", "Week"),
        gettext_lazy("%(place)s weekly response bulletin"),
        gettext_lazy("Week before"),
        gettext_lazy("Week after"),
        gettext_lazy("week not over"),
        gettext_lazy("No calls are on record for this week."),
        gettext_lazy("Week on week (valid)"),
        gettext_lazy("Week before"),
    ),
    PeriodKind.MONTH: PeriodWords(
        pgettext_lazy("length of a period", "Month"),
        gettext_lazy("%(place)s monthly response bulletin"),
        gettext_lazy("Month before"),
        gettext_lazy("Month after"),
        gettext_lazy("month not over"),
        gettext_lazy("No calls are on record for this month."),
        gettext_lazy("Month on month (valid)"),
        gettext_lazy("Month before"),
    ),
}


def period_text(period: Period) -> str:
    """A day, first and last day of a week, or a month."""
    if period.kind is PeriodKind.DAY:
        return date_format(period.first, "DATE_FORMAT")
    if period.kind is PeriodKind.MONTH:
        return date_format(period.first, "YEAR_MONTH_FORMAT")
    return f"{date_format(period.first, 'DATE_FORMAT')} – {date_format(period.last, 'DATE_FORMAT')}"


def period_of_name(name: str) -> Period:
    """The period of a name in an address.

    Raises:
        Http404: it names none, or one that clocks are not asked for.
    """
    period = period_named(name)
    if period is None or not FIRST_YEAR <= period.first.year <= LAST_YEAR:
        raise Http404
    return period
