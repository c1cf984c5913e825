"""Figures of the survey: response rate and answers with their 95 % Wilson intervals.

What fewer than `FEWEST_SHOWN` people answered is not shown: of few answers somebody who knows whom
was visited could tell who said what. Nothing is given away by subtraction either: when exactly one
area or month is hidden, the next smallest is hidden with it, and only whole months that are over
are counted, so that two readings a day apart do not differ by one answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wardmote.core.domain.survey import FEWEST_SHOWN, QUESTIONS, Answer, ServiceKind
from wardmote.core.measures.distributions import Share, wilson


@dataclass(frozen=True, slots=True)
class GivenAnswers:
    """One answered survey. `month`: ``YYYY-MM``, of its local day."""

    area: str
    month: str
    kind: ServiceKind
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class QuestionFigure:
    """How a question was answered.

    Attributes:
        yes: ``yes`` out of those who could say; its interval is None where nobody could.
        counts: by answer, all of them.
    """

    code: str
    yes: Share
    counts: Mapping[Answer, int]


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """An area or a month; both are None where too few answered to be shown."""

    key: str
    rate: Share | None
    content: Share | None


def question_figures(
    kind: ServiceKind, given: Sequence[GivenAnswers]
) -> tuple[QuestionFigure, ...]:
    """Each question of `kind`; nothing at all where fewer than `FEWEST_SHOWN` answered."""
    rows = [one for one in given if one.kind is kind]
    if len(rows) < FEWEST_SHOWN:
        return ()
    found = []
    for question in QUESTIONS[kind]:
        counts = Counter(Answer(row.answers[question.code]) for row in rows)
        could_say = len(rows) - counts[Answer.CANNOT_SAY]
        yes = wilson(counts[Answer.YES], could_say)
        found.append(QuestionFigure(question.code, yes, {one: counts[one] for one in Answer}))
    return tuple(found)


def group_figures(
    invited: Mapping[str, tuple[int, int]], content: Mapping[str, Sequence[Answer]]
) -> tuple[GroupFigure, ...]:
    """Response rate and how content people were, by area or by month, in the order of the keys.

    Args:
        invited: by key, how many were invited and how many of those answered.
        content: by key, the answers to the question of content.

    Raises:
        ValueError: more answered than were invited.
    """
    keys = sorted(invited.keys() | content.keys())
    hidden = {
        key
        for key in keys
        if len(content.get(key, ())) < FEWEST_SHOWN or invited.get(key, (0, 0))[1] < FEWEST_SHOWN
    }
    shown = sorted(set(keys) - hidden, key=lambda key: (len(content[key]), key))
    if len(hidden) == 1 and shown:
        hidden.add(shown[0])
    return tuple(
        GroupFigure(key, None, None)
        if key in hidden
        else GroupFigure(key, wilson(invited[key][1], invited[key][0]), _content(content[key]))
        for key in keys
    )


def response_rate(invited: int, answered: int) -> Share | None:
    """Answers out of invitations given out; None while fewer than `FEWEST_SHOWN` answered.

    Raises:
        ValueError: more answered than were invited.
    """
    rate = wilson(answered, invited)
    return rate if answered >= FEWEST_SHOWN else None


def _content(answers: Sequence[Answer]) -> Share:
    said = [one for one in answers if one is not Answer.CANNOT_SAY]
    return wilson(sum(one is Answer.YES for one in said), len(said))
