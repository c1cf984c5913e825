"""Days of guarded events in words, with what the lunar calendar calls them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from wardmote.core.domain.recurrence import LAST_LUNAR_DAY, Recurrence, RecurrenceKind, lunar_day

FESTIVALS: Mapping[int, Promise] = {
    101: gettext_lazy("Spring Festival (1-1)"),
    115: gettext_lazy("Lantern Festival (1-15)"),
    202: gettext_lazy("Longtaitou (2-2)"),
    303: gettext_lazy("Double Third (3-3)"),
    505: gettext_lazy("Dragon Boat Festival (5-5)"),
    707: gettext_lazy("Qixi (7-7)"),
    715: gettext_lazy("Zhongyuan (7-15)"),
    815: gettext_lazy("Mid-Autumn Festival (8-15)"),
    909: gettext_lazy("Double Ninth (9-9)"),
    1208: gettext_lazy("Laba (12-8)"),
    1231: gettext_lazy("New Year's Eve (last day of the 12th month)"),
}
"""Lunar month × 100 + day; day 31 is the last of a month."""


def weekday_names() -> list[tuple[str, Any]]:
    """(number as text, name), Monday first."""
    return [(str(number), name) for number, name in sorted(WEEKDAYS.items())]


def day_lines(days: Iterable[datetime.date]) -> list[dict[str, Any]]:
    """Days for lists: the date, its weekday, and the lunar day."""
    return [
        {"day": one, "weekday": WEEKDAYS[one.weekday()], "lunar": lunar_words(one)} for one in days
    ]


def lunar_words(day: datetime.date) -> str:
    """The lunar day in the reader's language; nothing outside the years that are known."""
    lunar = lunar_day(day)
    if lunar is None:
        return ""
    month = f"{_('leap')} {lunar.month}" if lunar.leap else str(lunar.month)
    return _("lunar %(month)s-%(day)s") % {"month": month, "day": lunar.day}


def when_words(when: Recurrence) -> str:
    """When an event comes again, in words."""
    kind, comma = when.kind, ", " if (get_language() or "").startswith("en") else "、"
    if kind is RecurrenceKind.WEEKLY:
        names = comma.join(str(WEEKDAYS[one]) for one in when.days)
        said = _("on %(days)s") % {"days": names}
        if when.every > 1:
            said += _(" of every %(n)s weeks") % {"n": when.every}
        return said
    if kind is RecurrenceKind.LUNAR:
        festivals = set(when.days) <= set(FESTIVALS)
        days = comma.join(
            str(FESTIVALS[one]) if festivals else _lunar_code(one) for one in when.days
        )
        return days if festivals else _("lunar days %(days)s") % {"days": days}
    if kind is RecurrenceKind.YEARLY:
        dates = comma.join(f"{one // 100:02d}-{one % 100:02d}" for one in when.days)
        return _("each year on %(days)s") % {"days": dates}
    if kind is RecurrenceKind.EVERY_DAYS:
        return _("every %(n)s days") % {"n": when.every}
    return _("on every public holiday")


def _lunar_code(code: int) -> str:
    month, day = divmod(code, 100)
    said = _("the last") if day == LAST_LUNAR_DAY else str(day)
    return said if month == 0 else f"{month}-{said}"
