"""The findings of a bulletin as sentences, and changes in words."""

from __future__ import annotations

import math
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wardmote.core.measures.comparison import Change
from wardmote.core.measures.judgement import Finding, Judgement
from wardmote.operations.bulletins.selectors import Reported
from wardmote.web.tables import UNKNOWN

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


def change_text(changed: Change) -> str:
    """The change in words: a number, per cent with its interval on a large enough base, and whether
    it is more than chance. Of what stands, which is not tested, the number alone.
    """
    if changed.difference is None:
        return UNKNOWN
    return _told(f"{changed.difference:+d}" if changed.difference else "0", changed)


def _told(number: str, changed: Change) -> str:
    return said_of(number + in_brackets(changed), changed.is_surprising)


def said_of(text: str, surprising: bool | None) -> str:
    """What was found, and whether it is more than chance."""
    if surprising is None:
        return text
    if surprising:
        return _("%(change)s: more than chance") % {"change": text}
    return _("%(change)s: no clear change") % {"change": text}


def in_brackets(changed: Change) -> str:
    """The change in per cent with its interval, in brackets after a blank; empty without one."""
    if changed.share is None or changed.low is None or changed.high is None:
        return ""
    high = _("any") if math.isinf(changed.high) else f"{changed.high:+.0%}"
    return _(" (%(share)s, 95 %% interval %(low)s to %(high)s)") % {
        "share": f"{changed.share:+.0%}", "low": f"{changed.low:+.0%}", "high": high,
    }  # fmt: skip
