"""The replay's report in words, in either language."""

from __future__ import annotations

from typing import Any

from wardmote.core.domain.text import Bilingual
from wardmote.gateways.cad_import.tables import table

Json = dict[str, Any]


def summary_lines(report: Json, language: str) -> list[str]:
    """What a person wants to know first; everything else is in the JSON."""

    def say(zh: str, en: str) -> str:
        return Bilingual(zh, en).in_language(language)

    about, calls = report["about"], report["calls"]
    fates = calls["by_fate"]
    title = Bilingual(**about["city"]).in_language(language)
    lines = [
        "",
        say(f"{title}：{about['first_day']} 至 {about['last_day']}，共 {calls['processed']} 个警情",
            f"{title}: {calls['processed']} calls, {about['first_day']} to {about['last_day']}"),
        say(f"  已处警 {fates['answered']}，无位置 {fates['unlocated']}，"
            f"离路太远 {fates['off_road']}，始终无人可派 {fates['never_served']}；"
            f"原记录无到场时间 {calls['without_arrival_in_record']}",
            f"  answered {fates['answered']}, without position {fates['unlocated']}, off the roads "
            f"{fates['off_road']}, never served {fates['never_served']}; "
            f"{calls['without_arrival_in_record']} without arrival in the record"),
        say(f"  {report['fleet']['units']} 个单位，{about['posts']} 个站点；"
            f"策略 {about['policy_version']}",
            f"  {report['fleet']['units']} units, {about['posts']} posts; "
            f"policy {about['policy_version']}"),
    ]  # fmt: skip
    lines += _agreement_lines(report, language)
    lines += _model_lines(report["vehicle_model"], language)
    lines += _duration_lines(report["durations"], language)
    lines += _compliance_lines(report, language)
    queue = report["queueing"]
    lines += [
        "",
        say(f"排队：{queue['calls_that_waited']} 个警情等过单位，"
            f"中位 {_s(queue['waited_s']['p50_s'])}；"
            f"要求 {queue['units_asked']} 次出动，派出 {queue['units_sent']}，"
            f"未补齐 {queue['units_never_filled']}",
            f"Queueing: {queue['calls_that_waited']} calls waited for a unit, median "
            f"{_s(queue['waited_s']['p50_s'])}; {queue['units_asked']} units asked for, "
            f"{queue['units_sent']} sent, {queue['units_never_filled']} never filled"),
    ]  # fmt: skip
    return lines


def _agreement_lines(report: Json, language: str) -> list[str]:
    def say(zh: str, en: str) -> str:
        return Bilingual(zh, en).in_language(language)

    lines = [""]
    stations = report["stations"]
    if stations is not None:
        share = stations["equal"] / max(1, stations["compared"])
        lines.append(
            say(f"最近站点（行车时间）与官方辖区一致：{share:.1%}（{stations['equal']}/"
                f"{stations['compared']}）；官方站点在最近两个之内：{stations['among_two']}；"
                f"不一致时官方站点晚 {_s(stations['median_later_s'])}（中位）",
                f"Nearest station by driving time is the official one: {share:.1%} "
                f"({stations['equal']} of {stations['compared']}); official among the two nearest: "
                f"{stations['among_two']}; where they differ the official one is "
                f"{_s(stations['median_later_s'])} later (median)")
        )  # fmt: skip
    lines.append(say("推荐的首派单位与记录：", "Recommended first unit against the record:"))
    found = report["agreement"]
    header = (
        say("首派类型", "kind sent first"),
        say("可比", "compared"),
        say("同一单位", "same unit"),
        say("同一站点", "same station"),
        say("记录单位晚到（中位）", "actual unit later (median)"),
    )
    rows = [(say("全部", "all"), found["all"]), *found["by_kind"].items()]
    lines += table(
        header,
        (
            (
                name,
                str(row["compared"]),
                _percent(row["exact_share"]),
                _percent(row["same_station_share"]),
                _s(row["actual_unit_later_s"]["p50_s"]),
            )
            for name, row in rows
        ),
    )
    return lines


def _model_lines(model: Json, language: str) -> list[str]:
    if model["second_half"] is None:
        none = Bilingual(
            "行车模型：可用记录太少，使用自由流时间。",
            "Vehicle model: too few usable runs; free-flow times are used.",
        )
        return ["", none.in_language(language)]
    late, bare = model["second_half"], model["freeflow_second_half"]
    said = Bilingual(
        f"行车模型（前半拟合、后半检验，{late['records']} 次）：绝对误差中位 "
        f"{_s(late['median_absolute_s'])}，自由流 {_s(bare['median_absolute_s'])}；"
        f"90% 预测值覆盖 {late['within_p90']:.1%}",
        f"Vehicle model (fitted on the first half, tried on {late['records']} runs of the second): "
        f"median absolute error {_s(late['median_absolute_s'])}, bare free flow "
        f"{_s(bare['median_absolute_s'])}; predicted 90th percentile covers "
        f"{late['within_p90']:.1%}",
    )
    return ["", said.in_language(language)]


_NAMES = {
    "handling": Bilingual("接警到派警", "received to assigned"),
    "turnout": Bilingual("派警到出发", "assigned to en route"),
    "travel": Bilingual("出发到到场", "en route to arrival"),
    "assigned_to_arrival": Bilingual("派警到到场", "assigned to arrival"),
    "response": Bilingual("接警到到场", "received to arrival"),
}


def _duration_lines(durations: Json, language: str) -> list[str]:
    header = Bilingual("用时|记录 50%|90%|重放 50%|90%|记录缺失",
                       "duration|recorded 50%|90%|replayed 50%|90%|unknown in record")  # fmt: skip
    rows = []
    for name, title in _NAMES.items():
        old, new = durations["recorded"][name], durations["replayed"][name]
        rows.append(
            (
                title.in_language(language),
                _s(old["p50_s"]),
                _s(old["p90_s"]),
                _s(new["p50_s"]),
                _s(new["p90_s"]),
                str(old["unknown"]),
            )
        )
    return ["", *table(header.in_language(language).split("|"), rows)]


def _compliance_lines(report: Json, language: str) -> list[str]:
    header = Bilingual("标准 {}|目标|记录达标|重放达标", "standard {}|wanted|recorded|replayed")
    title = header.in_language(language).format(report["about"]["standard"])
    rows = [
        (
            f"{item['objective']} ({item['start']} → {item['stop']})",
            f"{item['percentile']:.0f}%",
            f"{_percent(item['recorded']['share'])} / {item['recorded']['measured']}",
            f"{_percent(item['replayed']['share'])} / {item['replayed']['measured']}",
        )
        for item in report["compliance"]
    ]
    return ["", *table(title.split("|"), rows)]


def _s(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.0f} s"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
