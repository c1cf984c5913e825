"""From which calls demand was learnt, and what was refused, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.demand.origins import CallOrigin
from wardmote.core.studies.demand_account import CallsOfOrigin, DemandAccount, DemandMethod
from wardmote.core.studies.forecast_sheet import HistoryAccount

Line = tuple[str, str]
"""Chinese, English."""

ORIGINS: Mapping[CallOrigin, Bilingual] = {
    CallOrigin.PUBLIC: Bilingual("群众报警", "calls of the public"),
    CallOrigin.ALARM: Bilingual("报警设备", "alarms"),
    CallOrigin.OTHER_SERVICE: Bilingual("其他部门请求", "requests of other services"),
    CallOrigin.OFFICER: Bilingual("警员自行发起", "because officers started them"),
    CallOrigin.PLANNED: Bilingual("预先安排的勤务", "because they were planned in advance"),
    CallOrigin.UNKNOWN: Bilingual("来源不明", "because nobody stated who began them"),
}


def account_lines(account: DemandAccount) -> list[Line]:
    """What a plan's demand was learnt from, and the year that it gives."""
    year = account.year
    found = learnt_lines(account)
    if account.method is DemandMethod.COUNTED:
        found.append(
            (
                "历史不足四周，只按数量、地点和钟点统计。",
                "Less than four weeks: only how many, where and at what hour were counted.",
            )
        )
    found.append(
        (
            f"一年约 {year.calls:,.0f} 起（{year.low:,.0f}–{year.high:,.0f}），"
            f"按 {year.first_day} 至 {year.last_day} 逐日推算。",
            f"About {year.calls:,.0f} calls a year ({year.low:,.0f} to {year.high:,.0f}), day by "
            f"day from {year.first_day} to {year.last_day}.",
        )
    )
    if not year.seasonal:
        found.append(
            (
                "没有得出季节变化（历史短于一年半，或看不出季节）："
                "视全年与有记录的日子相同，误差范围不含季节。",
                "No season was learnt (less than a year and a half, or none was found): the year "
                "is taken to be like the days recorded, and the range leaves seasons out.",
            )
        )
    return found


def learnt_lines(account: DemandAccount | HistoryAccount) -> list[Line]:
    """How many calls of which days taught, and which were refused for what reason."""
    found = [
        (
            f"从 {account.learnt:,} 起警情中学习，共 {account.days} 天"
            f"（{account.first_day} 至 {account.last_day}）：{_kinds(account.learnt_from, 'zh')}。",
            f"Learnt from {account.learnt:,} calls of {account.days} days "
            f"({account.first_day} to {account.last_day}): {_kinds(account.learnt_from, 'en')}.",
        )
    ]
    refused = sum(one.calls for one in account.refused)
    if refused:
        found.append(
            (
                f"不采用 {refused:,} 起：{_kinds(account.refused, 'zh')}。",
                f"Refused {refused:,} calls: {_kinds(account.refused, 'en')}.",
            )
        )
    if account.unplaced:
        found.append(
            (
                f"{account.unplaced:,} 起没有可用的位置，只用于时间。",
                f"{account.unplaced:,} have no usable place and teach only when.",
            )
        )
    missing = 1 - account.recorded_share
    if missing >= LEAST_SHARE_SAID:
        found.append(
            (
                f"{missing:.0%} 的时间没有记录，视为未知，不算零。",
                f"{missing:.0%} of the time was not recorded; it is unknown and not nought.",
            )
        )
    return found


LEAST_SHARE_SAID = 0.005
"""A smaller share (<) of missing time is not worth a line."""


def _kinds(rows: Sequence[CallsOfOrigin], language: str) -> str:
    mark = "，" if language == "zh" else ", "
    return mark.join(
        f"{ORIGINS[one.origin].in_language(language)} {one.calls:,}"
        if language == "zh"
        else f"{one.calls:,} {ORIGINS[one.origin].in_language(language)}"
        for one in rows
    )
