"""Agreements with neighbours (联防协议): asking for duty or aid, and how fast they answered."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.lifecycle import LifeCycle


class AidKind(StrEnum):
    """What a neighbour is asked for."""

    JOINT_DUTY = "joint_duty"
    AID = "aid"
    INFORMATION = "information"


class AidState(StrEnum):
    """Where a request to a neighbour stands."""

    ASKED = "asked"
    ANSWERED = "answered"
    ENDED = "ended"


class AidAction(StrEnum):
    """What can happen to a request; it may end without an answer."""

    ANSWER = "answer"
    END = "end"


_S, _A = AidState, AidAction
AID_LIFE_CYCLE: LifeCycle[AidState, AidAction] = LifeCycle(
    initial=_S.ASKED,
    table={
        (_S.ASKED, _A.ANSWER): _S.ANSWERED,
        (_S.ASKED, _A.END): _S.ENDED,
        (_S.ANSWERED, _A.END): _S.ENDED,
    },
    final=frozenset({_S.ENDED}),
)


@dataclass(frozen=True, slots=True)
class Answering:
    """How fast a neighbour answered.

    Attributes:
        asked: requests in all; answered: those that got an answer, yes or no.
        median_s: of the answered ones; None without any.
    """

    asked: int
    answered: int
    agreed: int
    median_s: float | None


def answering(requests: Iterable[tuple[float, float | None, bool | None]]) -> Answering:
    """Figures of requests, each (asked at, answered at or None, agreed or None), seconds UTC."""
    known = list(requests)
    took = [
        answered_s - asked_s for asked_s, answered_s, _agreed in known if answered_s is not None
    ]
    return Answering(
        asked=len(known),
        answered=len(took),
        agreed=sum(1 for _asked, _answered, agreed in known if agreed),
        median_s=statistics.median(took) if took else None,
    )
