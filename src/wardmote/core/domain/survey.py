"""The short survey after a service: what is asked, and which figures may be shown.

Answers are anonymous. An invitation is a token that works once; the answer keeps the month, the
town and the kind of service, and nothing that leads to the token, the service or a person.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.text import Bilingual

FEWEST_SHOWN = 5
"""Fewer answers than this are not shown by area."""


class ServiceKind(StrEnum):
    """What kind of service an invitation is for."""

    CALL = "call"
    TASK = "task"
    HAZARD = "hazard"


class Answer(StrEnum):
    """What can be answered to a question."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    CANNOT_SAY = "cannot_say"


@dataclass(frozen=True, slots=True)
class Question:
    """One question."""

    code: str
    text: Bilingual


_COMMON = (
    Question("content", Bilingual("您对这次服务满意吗？", "Are you content with this service?")),
    Question("respect", Bilingual("工作人员是否尊重您？", "Were you treated with respect?")),
)

QUESTIONS: Mapping[ServiceKind, tuple[Question, ...]] = {
    ServiceKind.CALL: (
        *_COMMON,
        Question("in_time", Bilingual("来得及时吗？", "Did help come in time?")),
        Question("told", Bilingual("处理结果是否告诉了您？", "Were you told what came of it?")),
    ),
    ServiceKind.TASK: (
        *_COMMON,
        Question("useful", Bilingual("这次上门对您有用吗？", "Was the visit of use to you?")),
    ),
    ServiceKind.HAZARD: (
        *_COMMON,
        Question("removed", Bilingual("隐患消除了吗？", "Is the hazard gone?")),
        Question("told", Bilingual("处理结果是否告诉了您？", "Were you told what came of it?")),
    ),
}
"""Two to four questions for each kind of service."""


def last_day(month: datetime.date) -> datetime.date:
    """Until when an invitation of a month can be used: the end of the month after it.

    A term of days would need the day on which it was given out.
    """
    after_next = (month.replace(day=1) + datetime.timedelta(days=62)).replace(day=1)
    return after_next - datetime.timedelta(days=1)


def faulty_answers(kind: ServiceKind, answers: Mapping[str, str]) -> tuple[str, ...]:
    """Codes of the questions that are not answered as they can be, in order; empty when all are."""
    possible = {one.value for one in Answer}
    return tuple(one.code for one in QUESTIONS[kind] if answers.get(one.code) not in possible)
