"""Figures of the survey: response rate and answers with their 95 % Wilson intervals.

What fewer than `FEWEST_SHOWN` people answered is not shown, and no area is given away by
subtraction: when exactly one area is hidden, the next smallest is hidden with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wardmote.core.domain.survey import FEWEST_SHOWN, QUESTIONS, Answer, ServiceKind
from wardmote.core.measures.distributions import Share, wilson


@dataclass(frozen=True, slots=True)
class GivenAnswers:
    """One answered survey."""

    area: str
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
class AreaFigure:
    """The answers of an area; `content` is None where too few answered to be shown."""

    area: str
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


def area_figures(given: Sequence[GivenAnswers]) -> tuple[AreaFigure, ...]:
    """How content people were, by area, in the order of the areas."""
    by_area: dict[str, list[Answer]] = {}
    for row in given:
        by_area.setdefault(row.area, []).append(Answer(row.answers["content"]))
    hidden = {area for area, answers in by_area.items() if len(answers) < FEWEST_SHOWN}
    shown = sorted(by_area.keys() - hidden, key=lambda area: (len(by_area[area]), area))
    if len(hidden) == 1 and shown:
        hidden.add(shown[0])
    return tuple(
        AreaFigure(area, None if area in hidden else _content(by_area[area]))
        for area in sorted(by_area)
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
