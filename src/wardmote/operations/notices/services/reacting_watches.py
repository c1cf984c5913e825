"""Who is told of night watches: the teams of theirs, leaders of what waits for them."""

from __future__ import annotations

from wardmote.core.domain.event_registry import Event
from wardmote.core.domain.night_watch import RosterAction, SwapAction, WatchAction
from wardmote.core.domain.notice import NoticeKind
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.watch_events import (
    WatchGiven,
    WatchMoved,
    WatchRosterMoved,
    WatchSwapMoved,
)
from wardmote.operations.notices.services.audience import deciders, others
from wardmote.operations.notices.services.telling import Telling, tell
from wardmote.operations.patrols.rostered import people_of_swap
from wardmote.operations.patrols.told import (
    people_of_roster,
    people_of_teams,
    swap_told,
    swapped_at,
    teams_changed_at,
)

_FAILED = (SwapAction.REFUSE, SwapAction.LAPSE)
_BY_HAND = (None, WatchAction.CANCEL)


def on_swap(event: Event, now_s: float) -> None:
    """The other team is told that it is asked, the leader that both agree, both what became of it.

    Whoever asked knows of taking it back, so the other team alone is told of that.
    """
    swap = event.payload
    assert isinstance(swap, WatchSwapMoved)
    asking, other = people_of_swap(swap.swap)
    kind, people = NoticeKind.SWAP_REFUSED, asking | other
    if swap.action is None:
        kind, people = NoticeKind.SWAP_ASKED, other
    elif swap.action is SwapAction.AGREE:
        _to_approve(event, swap, now_s)
        return
    elif swap.action is SwapAction.APPROVE:
        kind = NoticeKind.SWAP_APPROVED
    elif swap.action is SwapAction.WITHDRAW:
        people = other
    elif swap.action not in _FAILED:
        return
    tell(others(people, event), Telling(kind, str(event.seq), "swap", swap.swap), now_s)


def _to_approve(event: Event, swap: WatchSwapMoved, now_s: float) -> None:
    told = swap_told(swap.swap)
    if told is None:
        return
    but = {told.asked_by, told.agreed_by, event.actor}
    people = deciders(Permission.PATROL_PLAN, event.area, now_s, but=but)
    about = Telling(NoticeKind.SWAP_TO_APPROVE, str(event.seq), "roster", told.roster)
    tell(people, about, now_s)


def on_roster(event: Event, now_s: float) -> None:
    """A roster is published: whoever watches in it is told once, however many nights it has."""
    roster = event.payload
    assert isinstance(roster, WatchRosterMoved)
    if roster.action is RosterAction.PUBLISH:
        people = people_of_roster(roster.roster)
        about = Telling(NoticeKind.ROSTER_PUBLISHED, roster.roster, "roster", roster.roster)
        tell(others(people, event), about, now_s)


def on_watch(event: Event, now_s: float) -> None:
    """A leader changed a published roster: the teams that gain or lose a watch are told.

    What changes hands by a swap is told with the swap.
    """
    watch = event.payload
    if isinstance(watch, WatchGiven):
        if swapped_at(watch.watch, event.occurred_s):
            return
    else:
        assert isinstance(watch, WatchMoved)
        if watch.action not in _BY_HAND:
            return
    teams = teams_changed_at(watch.watch, event.occurred_s)
    about = Telling(NoticeKind.WATCH_CHANGED, str(event.seq), "roster", watch.roster)
    tell(others(people_of_teams(teams), event), about, now_s)
