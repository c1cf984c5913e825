"""The findings of a bulletin as sentences, and the words that depend on its period."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wardmote.core.measures.comparison import Change
from wardmote.core.measures.judgement import Finding, Judgement
from wardmote.core.measures.periods import Period, PeriodKind
from wardmote.operations.bulletins.selectors import Reported


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

_SENTENCES = {
    Finding.CALLS_ROSE: gettext_lazy(
        "More valid calls than in the period before: %(now)s after %(before)s%(share)s."
    ),
    Finding.CALLS_FELL: gettext_lazy(
        "Fewer valid calls than in the period before: %(now)s after %(before)s%(share)s."
    ),
    Finding.CALLS_AS_BEFORE: gettext_lazy(
        "Valid calls: %(now)s after %(before)s%(share)s; no clear change."
    ),
    Finding.NOT_COMPARED: gettext_lazy(
        "Valid calls: %(now)s. The period before is not on record, so nothing is compared."
    ),
    Finding.CATEGORY_ROSE: gettext_lazy("%(subject)s rose: %(now)s after %(before)s%(share)s."),
    Finding.CATEGORY_FELL: gettext_lazy("%(subject)s fell: %(now)s after %(before)s%(share)s."),
    Finding.AREA_ROSE: gettext_lazy(
        "More valid calls in %(subject)s: %(now)s after %(before)s%(share)s."
    ),
    Finding.AREA_FELL: gettext_lazy(
        "Fewer valid calls in %(subject)s: %(now)s after %(before)s%(share)s."
    ),
    Finding.STANDARD_MET: gettext_lazy(
        "The standard is met for “%(subject)s”: %(share)s in time (%(low)s–%(high)s), aim %(aim)s."
    ),
    Finding.STANDARD_MISSED: gettext_lazy(
        "The standard is missed for “%(subject)s”: %(share)s in time (%(low)s–%(high)s), "
        "aim %(aim)s."
    ),
    Finding.STANDARD_OPEN: gettext_lazy(
        "Too few calls to tell whether the standard is met for “%(subject)s”: %(share)s in time "
        "(%(low)s–%(high)s), aim %(aim)s."
    ),
}


def period_text(period: Period) -> str:
    """A day, first and last day of a week, or a month."""
    if period.kind is PeriodKind.DAY:
        return date_format(period.first, "DATE_FORMAT")
    if period.kind is PeriodKind.MONTH:
        return date_format(period.first, "YEAR_MONTH_FORMAT")
    return f"{date_format(period.first, 'DATE_FORMAT')} – {date_format(period.last, 'DATE_FORMAT')}"


def findings_of(reported: Reported, subjects: dict[str, str], language: str) -> list[str]:
    """The findings in words.

    Args:
        subjects: names of categories and areas, by code.
    """
    tiers = {
        f"{objective.code}.{number}": tier.tier.name.in_language(language)
        for objective in reported.objectives
        for number, tier in enumerate(objective.tiers)
    }
    return [_sentence(one, {**subjects, **tiers}) for one in reported.findings]


def _sentence(judged: Judgement, subjects: dict[str, str]) -> str:
    values: dict[str, Any] = {"subject": subjects.get(judged.subject, judged.subject)}
    if judged.change is not None:
        changed = judged.change
        values |= {"now": changed.now, "before": changed.before, "share": in_brackets(changed)}
    if judged.share is not None:
        values |= {
            name: f"{value:.0%}"
            for name, value in (
                ("share", judged.share), ("low", judged.low), ("high", judged.high),
                ("aim", judged.aim),
            )
            if value is not None
        }  # fmt: skip
    return str(_SENTENCES[judged.finding]) % values


def in_brackets(changed: Change) -> str:
    """The change in per cent with its interval, in brackets after a blank; empty without one."""
    if changed.share is None or changed.low is None or changed.high is None:
        return ""
    high = _("any") if math.isinf(changed.high) else f"{changed.high:+.0%}"
    return _(" (%(share)s, 95 %% interval %(low)s to %(high)s)") % {
        "share": f"{changed.share:+.0%}", "low": f"{changed.low:+.0%}", "high": high,
    }  # fmt: skip
