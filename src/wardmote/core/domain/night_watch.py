"""The life cycles of a night-watch roster (守夜排班), of a watch, and of a swap of watches.

A roster says which team of neighbours watches on which night. It is a draft until somebody
publishes it; from then on its watches are promises: they change by a swap that the other team
agreed to and a leader approved, or by the leader's hand, and every change reaches the calendars.
"""

from __future__ import annotations

from enum import StrEnum

from wardmote.core.domain.lifecycle import LifeCycle


class RosterState(StrEnum):
    """Where a roster stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class RosterAction(StrEnum):
    """What can be done to a roster; it is closed when its last night is over."""

    PUBLISH = "publish"
    CLOSE = "close"


class WatchState(StrEnum):
    """Where the watch of one team in one night stands.

    ``closed``: it was begun, its time has long been over, and nobody has said when it ended.
    """

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    FINISHED = "finished"
    CLOSED = "closed"
    MISSED = "missed"
    CANCELLED = "cancelled"


class WatchAction(StrEnum):
    """What can be done to a watch; ``miss``: nobody came; ``close``: the clock ends it."""

    BEGIN = "begin"
    FINISH = "finish"
    CLOSE = "close"
    MISS = "miss"
    CANCEL = "cancel"


class MoveReason(StrEnum):
    """Why a watch moved against what was on record, or by the clock.

    ``nobody_finished``: nobody said that it ended. ``although_missed``: somebody had noted that
    nobody came, and who was there says otherwise. ``told_late``: its end became known after it had
    been closed.
    """

    NOBODY_FINISHED = "nobody_finished"
    ALTHOUGH_MISSED = "although_missed"
    TOLD_LATE = "told_late"


class SwapState(StrEnum):
    """Where a request to swap stands."""

    ASKED = "asked"
    AGREED = "agreed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class SwapAction(StrEnum):
    """What can become of a request to swap.

    ``agree``: by the other team. ``approve``: by a leader; the watches are exchanged. ``refuse``:
    by the other team or a leader. ``lapse``: one of its watches has begun or is no longer theirs.
    """

    AGREE = "agree"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


_R, _RA = RosterState, RosterAction

WATCH_ROSTER_LIFE_CYCLE: LifeCycle[RosterState, RosterAction] = LifeCycle(
    initial=_R.DRAFT,
    table={
        (_R.DRAFT, _RA.PUBLISH): _R.PUBLISHED,
        (_R.PUBLISHED, _RA.CLOSE): _R.CLOSED,
    },
    final=frozenset({_R.CLOSED}),
)

_W, _WA = WatchState, WatchAction

WATCH_LIFE_CYCLE: LifeCycle[WatchState, WatchAction] = LifeCycle(
    initial=_W.PLANNED,
    table={
        (_W.PLANNED, _WA.BEGIN): _W.UNDER_WAY,
        (_W.UNDER_WAY, _WA.FINISH): _W.FINISHED,
        (_W.UNDER_WAY, _WA.CLOSE): _W.CLOSED,
        (_W.PLANNED, _WA.MISS): _W.MISSED,
        (_W.PLANNED, _WA.CANCEL): _W.CANCELLED,
        (_W.MISSED, _WA.BEGIN): _W.UNDER_WAY,
        (_W.CLOSED, _WA.FINISH): _W.FINISHED,
    },
    final=frozenset({_W.FINISHED, _W.CANCELLED}),
)
"""A phone without a network tells late: of a beginning where somebody noted that nobody came, and
of an end that was not known."""

_S, _SA = SwapState, SwapAction

SWAP_LIFE_CYCLE: LifeCycle[SwapState, SwapAction] = LifeCycle(
    initial=_S.ASKED,
    table={
        (_S.ASKED, _SA.AGREE): _S.AGREED,
        (_S.ASKED, _SA.REFUSE): _S.REFUSED,
        (_S.ASKED, _SA.WITHDRAW): _S.WITHDRAWN,
        (_S.ASKED, _SA.LAPSE): _S.LAPSED,
        (_S.AGREED, _SA.APPROVE): _S.APPROVED,
        (_S.AGREED, _SA.REFUSE): _S.REFUSED,
        (_S.AGREED, _SA.WITHDRAW): _S.WITHDRAWN,
        (_S.AGREED, _SA.LAPSE): _S.LAPSED,
    },
    final=frozenset({_S.APPROVED, _S.REFUSED, _S.WITHDRAWN, _S.LAPSED}),
)

OPEN_SWAPS: frozenset[SwapState] = frozenset({_S.ASKED, _S.AGREED})
"""Requests that somebody still has to answer."""

COUNTED_WATCHES: frozenset[WatchState] = frozenset(
    {_W.PLANNED, _W.UNDER_WAY, _W.FINISHED, _W.CLOSED}
)
"""Watches that count for rest and for sharing nights evenly."""


class TeamSkill(StrEnum):
    """What a member of a team can do that a night may need."""

    DRIVER = "driver"
    FIRST_AID = "first_aid"
