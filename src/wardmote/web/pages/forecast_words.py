"""Sentences of the forecast page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from wardmote.core.planning.demand.day_names import ORDINARY, day_name
from wardmote.core.planning.demand.origins import CallOrigin
from wardmote.core.studies.demand_account import CallsOfOrigin, DemandAccount, DemandMethod
from wardmote.core.studies.forecast_sheet import (
    DriftCode,
    DriftVerdict,
    ForecastMethod,
    ForecastSheet,
    HistoryAccount,
)

ORIGINS = {
    CallOrigin.PUBLIC: gettext_lazy("calls of the public"),
    CallOrigin.ALARM: gettext_lazy("alarms"),
    CallOrigin.OTHER_SERVICE: gettext_lazy("requests of other services"),
    CallOrigin.OFFICER: gettext_lazy("because officers started them"),
    CallOrigin.PLANNED: gettext_lazy("because they were planned in advance"),
    CallOrigin.UNKNOWN: gettext_lazy("because nobody stated who began them"),
}
LEAST_SHARE_SAID = 0.005
"""A smaller share (<) of missing time is not worth a sentence."""


def kind_name(kind: str) -> str:
    """What a class of days is called; empty for ordinary days."""
    return "" if kind == ORDINARY else day_name(kind).in_language(get_language() or "")


def day_text(day: str) -> str:
    """A day with its weekday."""
    return date_format(date.fromisoformat(day), "D Y-m-d")


def interval_text(low: int, high: int) -> str:
    """A range of calls."""
    return f"{low}–{high}"


def learnt_text(account: DemandAccount | HistoryAccount) -> str:
    """How many calls of which days taught, and which were refused for what reason."""
    said = [
        _("Learnt from %(calls)s calls of %(days)s days (%(first)s to %(last)s): %(kinds)s.")
        % {
            "calls": f"{account.learnt:,}",
            "days": account.days,
            "first": account.first_day,
            "last": account.last_day,
            "kinds": _kinds(account.learnt_from),
        }
    ]
    refused = sum(one.calls for one in account.refused)
    if refused:
        said.append(
            _("%(calls)s calls are refused: %(kinds)s.")
            % {"calls": f"{refused:,}", "kinds": _kinds(account.refused)}
        )
    if account.unplaced:
        said.append(
            _("%(calls)s have no usable place and teach only when.")
            % {"calls": f"{account.unplaced:,}"}
        )
    if isinstance(account, HistoryAccount) and account.left_out:
        said.append(
            _("%(calls)s entries were no calls (tests, mistakes, duplicates).")
            % {"calls": f"{account.left_out:,}"}
        )
    missing = 1 - account.recorded_share
    if missing >= LEAST_SHARE_SAID:
        said.append(
            _("%(share)s of the time was not recorded; it is unknown and not nought.")
            % {"share": f"{missing:.0%}"}
        )
    return " ".join(said)


def demand_text(account: DemandAccount) -> str:
    """What the demand of a study was learnt from, and the year that it gives."""
    year = account.year
    said = [learnt_text(account)]
    if account.method is DemandMethod.COUNTED:
        said.append(
            _("The history is shorter than four weeks: only how many, where and at what hour were "
              "counted.")
        )  # fmt: skip
    said.append(
        _("About %(calls)s calls a year (%(low)s to %(high)s), day by day from %(first)s to "
          "%(last)s.")
        % {
            "calls": f"{year.calls:,.0f}",
            "low": f"{year.low:,.0f}",
            "high": f"{year.high:,.0f}",
            "first": year.first_day,
            "last": year.last_day,
        }
    )  # fmt: skip
    if not year.seasonal:
        said.append(
            _("No season was learnt: the year is taken to be like the days recorded, and the "
              "range leaves seasons out.")
        )  # fmt: skip
    return " ".join(said)


def basis_text(sheet: ForecastSheet) -> str:
    """How the forecast was made."""
    basis = sheet.basis
    if basis.method is ForecastMethod.CLIMATOLOGY:
        made = _("Hour of the week over all history, times the level of the last 8 weeks.")
    else:
        made = _(
            "%(parts)s, times the level of about the last %(days)s days: the held-out end of the "
            "place's own history preferred this to the plain hour of the week."
        ) % {"parts": _parts(sheet), "days": f"{basis.level_days:.0f}"}
    said = [
        made,
        _("The level now is %(level)s of the whole history's.") % {"level": f"{basis.level:.0%}"},
    ]
    if not basis.searched and basis.method is ForecastMethod.CHOSEN:
        said.append(_("The search for settings was ended before all were tried."))
    if sheet.calendar in ("", "none"):
        said.append(_("No calendar of holidays is known here."))
    else:
        said.append(_("Holidays: %(calendar)s.") % {"calendar": sheet.calendar})
    if not basis.festivals:
        said.append(_("Festivals are named, but the history does not tell them apart."))
    return " ".join(said)


def check_text(sheet: ForecastSheet) -> str:
    """How good the forecasts of the last weeks were."""
    check = sheet.check
    if not check.judged:
        return _("The history is too short to judge the forecast by.")
    said = [
        _("Of the last %(days)s days, each foretold the evening before, %(within)s of %(judged)s "
          "(%(share)s) came within their range, and %(hours)s of the hours. About %(right)s is "
          "right: more means ranges too wide, fewer too narrow.")
        % {
            "days": len(check.days),
            "within": check.within,
            "judged": check.judged,
            "share": f"{check.within / check.judged:.0%}",
            "hours": f"{check.hours_within / max(check.hours, 1):.0%}",
            "right": f"{sheet.confidence:.0%}",
        }
    ]  # fmt: skip
    if check.miss is not None and check.miss_usual is not None and check.miss_naive is not None:
        said.append(
            _("A day was off by %(miss)s calls on average; the plain hour of the week by "
              "%(usual)s, as many as a week before by %(naive)s.")
            % {
                "miss": f"{check.miss:.1f}",
                "usual": f"{check.miss_usual:.1f}",
                "naive": f"{check.miss_naive:.1f}",
            }
        )  # fmt: skip
    return " ".join(said)


def yesterday_text(sheet: ForecastSheet) -> str:
    """What was foretold of the last day, and what came."""
    if not sheet.check.days:
        return ""
    last = sheet.check.days[-1]
    values = {
        "day": day_text(last.day),
        "mean": f"{last.mean:.0f}",
        "low": last.low,
        "high": last.high,
        "came": last.came,
    }
    if last.came is None:
        return _("%(day)s: %(mean)s (%(low)s–%(high)s) foretold; not recorded whole.") % values
    if last.within:
        return _("%(day)s: %(mean)s (%(low)s–%(high)s) foretold, %(came)s came.") % values
    return (
        _("%(day)s: %(mean)s (%(low)s–%(high)s) foretold, %(came)s came: outside the range, as "
          "one day in ten should be.")
        % values
    )  # fmt: skip


def drift_title(drift: DriftVerdict) -> str:
    """The verdict in a sentence."""
    percent = f"{abs((drift.ratio or 1.0) - 1):.0%}"
    values = {"percent": percent, "began": drift.began, "noticed": drift.noticed}
    if drift.code is DriftCode.RISING:
        return (
            _("Demand changed: %(percent)s more calls than expected since %(began)s (more than "
              "chance from %(noticed)s).")
            % values
        )  # fmt: skip
    if drift.code is DriftCode.FALLING:
        return (
            _("Demand changed: %(percent)s fewer calls than expected since %(began)s (more than "
              "chance from %(noticed)s).")
            % values
        )  # fmt: skip
    if drift.code is DriftCode.STEADY:
        return ngettext(
            "Demand has not changed: the last %(days)s day differs from the pattern before it by "
            "no more than chance.",
            "Demand has not changed: the last %(days)s days differ from the pattern before them "
            "by no more than chance.",
            drift.days,
        ) % {"days": drift.days}
    return _("The history is too short to say whether demand changed.")


def drift_advice(drift: DriftVerdict) -> list[str]:
    """What to do about it."""
    if drift.code not in (DriftCode.RISING, DriftCode.FALLING):
        return []
    if not drift.lasting:
        return [
            _("The latest days are as expected again: find the cause; no plan needs to change."),
            *_festivals(drift),
        ]
    return [
        _("See first whether the record changed: a new channel, hours missed, another way of "
          "entering calls."),
        _("Then look for the cause. A cause that stays (a new estate, a road) needs a new study; "
          "one that passes needs none."),
        _("The level follows within about 8 weeks. Until then adopt no plan that rests on this "
          "demand."),
        *_festivals(drift),
    ]  # fmt: skip


def _festivals(drift: DriftVerdict) -> list[str]:
    names = [kind_name(one) for one in drift.festivals]
    if not names:
        return []
    return [
        _("Among these days: %(names)s. A festival that the history did not teach looks like a "
          "change.")
        % {"names": _(", ").join(names)}
    ]  # fmt: skip


def _parts(sheet: ForecastSheet) -> str:
    parts = [_("Hour of the week")]
    if sheet.basis.seasonal:
        parts.append(_("season"))
    if sheet.basis.festivals:
        parts.append(_("festivals"))
    return _(", ").join(parts)


def _kinds(rows: Sequence[CallsOfOrigin]) -> str:
    return _(", ").join(
        _("%(calls)s %(kind)s") % {"calls": f"{one.calls:,}", "kind": ORIGINS[one.origin]}
        for one in rows
    )
