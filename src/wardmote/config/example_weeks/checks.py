"""Equipment, spot checks with a reply and a decision, turns at the station, sheets, the survey."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np

from wardmote.config.example_weeks.cast import (
    ASSISTANT,
    CHIEF,
    INSPECTOR,
    OFFICER,
    SUPERVISOR,
    Cast,
)
from wardmote.core.domain.assessment import SHIPPED_ASSESSMENT_RULES, dump_assessment_rules
from wardmote.core.domain.equipment import HolderKind
from wardmote.core.domain.inspection import ITEMS_OF, CheckItem, Finding, Stratum
from wardmote.core.domain.survey import QUESTIONS, Answer, ServiceKind
from wardmote.core.domain.text import Bilingual
from wardmote.operations.inspections import services
from wardmote.operations.inspections.selectors import checks_seen
from wardmote.operations.inspections.services import ItemWanted, Result, training
from wardmote.operations.tasks.selectors import seen_tasks

_DRAWN = {Stratum.POST: 1, Stratum.EQUIPMENT: 2, Stratum.PERSON: 3}
_ITEMS = (
    ("R-001", "对讲机", ASSISTANT, 40, 30),
    ("R-002", "对讲机", OFFICER, 400, 30),
    ("F-001", "灭火器", ASSISTANT, 12, 30),
    ("F-002", "灭火器", OFFICER, 200, 30),
    ("C-001", "执法记录仪", OFFICER, 700, 7),
    ("S-001", "急救包", ASSISTANT, -3, 30),
)
"""Number, kind, holder, days until it is over, every how many days it is looked at."""


def check_work(cast: Cast) -> None:
    """Enter equipment, draw and record checks, plan turns, count sheets, ask residents."""
    rng = np.random.default_rng(int(cast.town) + 2)
    _enter_equipment(cast)
    for ago in (9, 6, 2):
        _draw(cast, ago, rng)
    services.make_day_values(cast.now_s)
    first = cast.today.replace(day=1)
    training.plan_turns(cast.leader(), cast.town, first, now_s=cast.at_s(30, 9.0))
    course_s = cast.at_s(20, 9.0)
    training.open_course(
        cast.leader(), cast.town, Bilingual("急救与防身", "First aid"), 730, now_s=course_s
    )
    _count_sheets(cast, first - datetime.timedelta(days=1))
    _ask_residents(cast, rng)


def _enter_equipment(cast: Cast) -> None:
    at_s = cast.at_s(30, 9.0)
    leader = cast.leader()
    for number, kind, holder, days, every in _ITEMS:
        expires = cast.today + datetime.timedelta(days=days)
        wanted = ItemWanted(number, kind, cast.town, HolderKind.PERSON, holder, expires, every)
        item = services.keep_item(leader, wanted, new=True, now_s=at_s)
        working = number != "R-002"
        services.inspect_item(
            leader,
            item,
            complete=True,
            working=working,
            words="" if working else "电池只能用一小时",
            now_s=cast.at_s(12, 9.0),
        )


def _draw(cast: Cast, ago: int, rng: np.random.Generator) -> None:
    drawn_s = cast.at_s(ago, 9.0)
    inspector = cast.person(INSPECTOR, drawn_s)
    services.draw_checks(inspector, cast.town, _DRAWN, now_s=drawn_s)
    day = cast.today - datetime.timedelta(days=ago)
    for number, row in enumerate(checks_seen(inspector, day, day).order_by("pk")):
        at_s = drawn_s + (number + 1) * 1_200.0
        services.begin_check(inspector, row.pk, now_s=at_s)
        wanting = rng.random() < 0.2
        findings = dict.fromkeys(ITEMS_OF[Stratum(row.stratum)], Finding.YES)
        if wanting and CheckItem.EQUIPMENT_WORKING in findings:
            findings[CheckItem.EQUIPMENT_WORKING] = Finding.NO
        words = "对讲机没电" if Finding.NO in findings.values() else ""
        person = "" if row.stratum == Stratum.PERSON.value else OFFICER
        services.record_check(
            inspector, row.pk, Result(findings, words, person), now_s=at_s + 600.0
        )
        if words and person == OFFICER:
            replied_s = at_s + 3_600.0
            officer = cast.person(OFFICER, replied_s)
            services.reply_to_check(officer, row.pk, "当天已换电池。", now_s=replied_s)
            services.decide_check(
                cast.person(SUPERVISOR, replied_s),
                row.pk,
                "检查时确实没电，维持。",
                None,
                now_s=replied_s + 7_200.0,
            )


def _count_sheets(cast: Cast, day: datetime.date) -> None:
    """By rules that were published long before, the month before is counted."""
    published_s = cast.at_s(7 * 20, 9.0)
    monthly = replace(SHIPPED_ASSESSMENT_RULES, version="example-1", months=1)
    rules = dump_assessment_rules(monthly)
    from_day = cast.today - datetime.timedelta(days=7 * 19)
    services.publish_rules(cast.leader(), cast.whole, rules, from_day, now_s=published_s)
    services.make_sheets(cast.person(CHIEF), cast.town, day, now_s=cast.now_s)


def _ask_residents(cast: Cast, rng: np.random.Generator) -> None:
    """Some tasks were followed by an invitation; two of three were answered."""
    done = seen_tasks(cast.leader()).filter(area__in=cast.villages, state="done")
    for task in done.order_by("-done_s", "pk")[:30]:
        at_s = min((task.done_s or cast.now_s) + 60.0, cast.now_s)
        holder = cast.person(task.holder, at_s)
        token = services.invite(holder, ServiceKind.TASK, task.pk, now_s=at_s)
        if rng.random() < 0.66:
            chosen = {
                question.code: (Answer.YES if rng.random() < 0.8 else Answer.PARTLY).value
                for question in QUESTIONS[ServiceKind.TASK]
            }
            services.answer(token, chosen, now_s=min(at_s + 7_200.0, cast.now_s))
