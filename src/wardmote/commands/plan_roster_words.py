"""What `wardmote plan roster` says about a roster, in both languages, and its table as CSV."""

from __future__ import annotations

import csv
import datetime
import io
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

import click

from wardmote.commands.language import say, text
from wardmote.core.planning.rosters.case import RosterCase
from wardmote.core.planning.rosters.roster import (
    ClashingRule,
    Conflict,
    Missing,
    RosterDocument,
)

MOST_LINES = 20
_RULES: dict[str, tuple[str, str]] = {
    "max_shifts": ("某种班次的次数上限（或不上该班）", "the limit on shifts of a kind (or never)"),
    "min_minutes": ("周期内最少工时", "the least hours in the period"),
    "max_minutes": ("周期内最多工时", "the most hours in the period"),
    "min_run": ("最少连续上班天数", "the least days worked in a row"),
    "max_run": ("最多连续上班天数", "the most days worked in a row"),
    "min_days_off": ("最少连续休息天数", "the least days off in a row"),
    "max_nights": ("夜班次数上限", "the most nights in the period"),
    "min_free_days": ("周期内最少休息天数", "the least days off in the period"),
    "max_week_minutes": ("每周最多工时", "the most hours in a week"),
    "max_weekends": ("周末上班次数上限", "the most weekends"),
    "max_night_run": ("最多连续夜班数", "the most nights in a row"),
    "days_off_after_nights": ("夜班后休息天数", "days off after nights"),
    "rest": ("班间休息时间", "rest between shifts"),
    "leave": ("休假", "leave"),
    "fixed": ("已定的勤务", "settled duties"),
    "history": ("周期之前的勤务", "duties before the period"),
    "cover": ("所需人数", "the number needed"),
    "on_duty": ("当天已有别的班", "on another shift that day"),
    "no_skill": ("没有所需技能", "without the skill"),
    "fair_share": ("已达公平份额", "at the fair share of nights or weekends"),
    "could": ("可以上，但代价更高", "possible, but at a higher cost"),
}


def width(words: str) -> int:
    """Columns that a text takes in a terminal: Han letters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words)


def table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns, the first to the left, numbers to the right."""
    widths = [max(width(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell + " " * (wide - width(cell)) if at == 0 else " " * (wide - width(cell)) + cell
            for at, (cell, wide) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  " + "  ".join(cells).rstrip())


def summary(case: RosterCase, document: RosterDocument, *, by_hand: bool, seconds: float) -> None:
    """Say what a roster is, what it lacks, and who carries how much."""
    if document.stopped:
        say(
            f"{'已按您的要求停止' if by_hand else '已到限时'}（{seconds:.0f} 秒）；"
            "以下是到此为止最好的结果。",
            f"{'Stopped by you' if by_hand else 'Stopped by the limit on time'} after "
            f"{seconds:.0f} s; this is the best found so far.",
        )
    _status(document)
    _made_of(document)
    _missing(case, document)
    for conflict in document.conflicts:
        _conflict(case, conflict)
    _refused(case, document)
    _changes(case, document)
    _workloads(document)


def _status(document: RosterDocument) -> None:
    if document.status == "impossible":
        say(
            "排不出：有人的规则自相矛盾，无论怎样排都不能全部遵守。",
            "Impossible: the rules of somebody contradict each other, whatever the roster.",
        )
        return
    value, bound, gap = document.value, document.bound, document.gap
    if document.status == "optimal":
        say(
            f"已证最优：遵守全部规则的勤务表，代价都不低于 {value}。",
            f"Proven: no roster that keeps the rules costs less than {value}.",
        )
    elif bound is None or gap is None:
        say(
            f"遵守全部规则；代价 {value}。还没有证明离最好有多远。",
            f"Keeps every rule; cost {value}. Nothing is proven yet about how good it could be.",
        )
    else:
        say(
            f"遵守全部规则；代价 {value}，已证不可能低于 {bound}（差距 {gap:.1%}）。",
            f"Keeps every rule; cost {value}, and no roster costs less than {bound} "
            f"(gap {gap:.1%}).",
        )


def _made_of(document: RosterDocument) -> None:
    """Of what the cost consists."""
    if not document.value:
        return
    wishes = sum(one.weight for one in document.refused_wishes)
    lacking = sum(one.missing for one in document.missing)
    say(
        f"代价中，未满足的意愿占 {wishes}，其余 {document.value - wishes} 为缺人（{lacking}）、"
        "多排、成对意愿和改动。",
        f"Of the cost, {wishes} is wishes not granted; the other {document.value - wishes} is for "
        f"needs not met ({lacking} missing), crews beyond the need, pairs, and changes.",
    )


def _missing(case: RosterCase, document: RosterDocument) -> None:
    if document.status == "impossible":
        return
    if not document.missing:
        say("每个班次都有足够的人。", "Every shift has as many as it needs.")
        return
    total = sum(one.missing for one in document.missing)
    say(
        f"有 {len(document.missing)} 处缺人，共缺 {total}：",
        f"{len(document.missing)} needs are not met, {total} missing in all:",
    )
    for one in document.missing[:MOST_LINES]:
        skill = f" [{one.skill}]" if one.skill else ""
        say(
            f"  {one.date} {one.shift}{skill}：需 {one.wanted}，缺 {one.missing}。"
            f"其余的人：{_reasons(one, zh=True)}",
            f"  {one.date} {one.shift}{skill}: {one.missing} of {one.wanted} missing. "
            f"The others: {_reasons(one, zh=False)}",
        )
    _more(len(document.missing))


def _reasons(one: Missing, *, zh: bool) -> str:
    order = sorted(one.hindrances, key=lambda row: -len(row.crews))
    joined = "、" if zh else ", "
    return joined.join(f"{_RULES[row.reason][0 if zh else 1]} {len(row.crews)}" for row in order)


def _more(count: int) -> None:
    if count > MOST_LINES:
        more = count - MOST_LINES
        say(f"  还有 {more} 处，见输出文件。", f"  and {more} more, in the file.")


def _conflict(case: RosterCase, conflict: Conflict) -> None:
    zh = "；".join(_grouped(conflict.rules, zh=True))
    en = "; ".join(_grouped(conflict.rules, zh=False))
    few_zh = "少了其中任何一条就可以" if conflict.smallest else "时间有限，其中可能有多余的"
    few_en = (
        "without any one of them it would work"
        if conflict.smallest
        else "time ran out, some of them may not matter"
    )
    if conflict.crew:
        name = _named(case, conflict.crew)
        say(
            f"{name} 的这些规则不能同时遵守（{few_zh}）：{zh}。",
            f"{name}: these rules cannot be kept together ({few_en}): {en}.",
        )
    else:
        say(
            f"已证：这些要求不能同时满足（{few_zh}）：{zh}。",
            f"Proven: these cannot all be met ({few_en}): {en}.",
        )


def _grouped(rules: Iterable[ClashingRule], *, zh: bool) -> list[str]:
    """Each rule once, with the dates and shifts it is about."""
    about: dict[str, list[str]] = {}
    for rule in rules:
        where = " ".join(part for part in (rule.date, rule.shift) if part)
        about.setdefault(rule.rule, []).extend([where] if where else [])
    said = []
    for code, places in about.items():
        words = _RULES[code][0 if zh else 1]
        some = (f"（{'、'.join(places)}）" if zh else f" ({', '.join(places)})") if places else ""
        said.append(words + some)
    return said


def _named(case: RosterCase, crew: str) -> str:
    name = next((one.name for one in case.question.crews if one.id == crew), "")
    return f"{crew} {name}" if name and name != crew else crew


def _refused(case: RosterCase, document: RosterDocument) -> None:
    if document.refused_wishes:
        wished = sum(load.wishes for load in document.workloads)
        refused = len(document.refused_wishes)
        by_crew = Counter(one.crew for one in document.refused_wishes)
        most = ", ".join(f"{_named(case, crew)} {n}" for crew, n in by_crew.most_common(5))
        say(
            f"意愿 {wished} 天次，未满足 {refused}：{most}{' 等' if len(by_crew) > 5 else ''}。",
            f"{refused} of {wished} wished days are not granted: {most}"
            f"{' and others' if len(by_crew) > 5 else ''}.",
        )
    for pair in document.refused_pairs[:MOST_LINES]:
        one, other = _named(case, pair.crew), _named(case, pair.other)
        say(
            f"{one} 与 {other}：有 {pair.shifts} 个班没能"
            f"{'排在一起' if pair.together else '错开'}。",
            f"{one} and {other}: not {'together' if pair.together else 'apart'} on "
            f"{pair.shifts} shifts.",
        )


def _changes(case: RosterCase, document: RosterDocument) -> None:
    if document.changes:
        say(f"改动 {len(document.changes)} 处：", f"{len(document.changes)} days are changed:")
    for one in document.changes[: 3 * MOST_LINES]:
        free = text("休息", "off")
        who = _named(case, one.crew)
        click.echo(f"  {one.date}  {who}: {one.was or free} → {one.now or free}")


def _workloads(document: RosterDocument) -> None:
    if not document.workloads:
        return
    say("各人负担：", "Who carries how much:")
    head = [
        text("", ""), text("班次", "shifts"), text("小时", "hours"), text("夜班", "nights"),
        text("周末", "weekends"), text("休息", "days off"), text("夜班累计", "nights in all"),
        text("周末累计", "weekends in all"), text("意愿", "wishes"),
    ]  # fmt: skip
    names = {crew.id: crew.name for crew in document.crews}
    rows = [
        [
            f"{one.crew} {names[one.crew]}" if names[one.crew] not in ("", one.crew) else one.crew,
            str(one.shifts), f"{one.hours:g}", str(one.nights), str(one.weekends),
            str(one.days_off), str(one.nights_in_all), str(one.weekends_in_all),
            f"{one.granted}/{one.wishes}",
        ]
        for one in document.workloads
    ]  # fmt: skip
    table([head, *rows[:200]])


def as_csv(document: RosterDocument) -> str:
    """The roster as a table: a row for each crew, a column for each day; with a byte-order mark."""
    first = datetime.date.fromisoformat(document.first)
    count = (datetime.date.fromisoformat(document.last) - first).days + 1
    dates = [(first + datetime.timedelta(days=day)).isoformat() for day in range(count)]
    shifts = {(duty.crew, duty.date): duty.shift for duty in document.duties}
    loads = {load.crew: load for load in document.workloads}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        [
            text("编号", "id"), text("姓名", "name"), *dates, text("班次", "shifts"),
            text("小时", "hours"), text("夜班", "nights"), text("周末", "weekends"),
        ]
    )  # fmt: skip
    for crew in document.crews:
        load = loads.get(crew.id)
        sums = [load.shifts, f"{load.hours:g}", load.nights, load.weekends] if load else []
        mine = [_cell(shifts.get((crew.id, date), "")) for date in dates]
        writer.writerow([_cell(crew.id), _cell(crew.name), *mine, *sums])
    return "\ufeff" + out.getvalue()


def _cell(words: str) -> str:
    """A text that spreadsheet programs do not run as a formula."""
    return f"'{words}" if words[:1] in ("=", "+", "-", "@") else words
