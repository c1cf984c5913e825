"""Moving rosters, watches and swaps through their life cycles: row, calendars and journal."""

from __future__ import annotations

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.core.domain.night_watch import (
    SWAP_LIFE_CYCLE,
    WATCH_LIFE_CYCLE,
    WATCH_ROSTER_LIFE_CYCLE,
    MoveReason,
    RosterAction,
    RosterState,
    SwapAction,
    SwapState,
    WatchAction,
    WatchState,
)
from wardmote.core.domain.watch_events import (
    WatchGiven,
    WatchMoved,
    WatchPairKept,
    WatchRosterMoved,
    WatchSwapMoved,
    WatchWishKept,
)
from wardmote.operations.device_clock import SERVER
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.patrols.errors import NotPossibleError
from wardmote.operations.patrols.models import (
    CalendarEntry,
    Watch,
    WatchRoster,
    WatchSwap,
    WatchWish,
)

RULE = "rule:night-watches"


def move_roster(
    roster: WatchRoster, action: RosterAction | None, *, actor: str, now_s: float
) -> None:
    """Move a locked roster; `action` None: it was begun.

    Raises:
        NotPossibleError: the life cycle does not allow it.
    """
    if action is not None:
        try:
            after = WATCH_ROSTER_LIFE_CYCLE.next_state(RosterState(roster.state), action)
        except TransitionRefusedError as error:
            raise NotPossibleError from error
        roster.state = after.value
        roster.save(update_fields=["state"])
    event = WatchRosterMoved(
        roster.pk,
        action,
        RosterState(roster.state),
        roster.first.isoformat(),
        roster.last.isoformat(),
    )
    record([event], actor=actor, area=AreaId(roster.area), now_s=now_s)


def tell_wish(
    roster: WatchRoster, wish: WatchWish, *, dropped: bool, actor: str, now_s: float
) -> None:
    """Write in the journal that a wish of a draft was noted or taken back."""
    event = WatchWishKept(
        roster.pk, wish.pk, wish.team_id, wish.first.isoformat(), wish.last.isoformat(),
        wish.wants, wish.asked_by, dropped,
    )  # fmt: skip
    record([event], actor=actor, area=AreaId(roster.area), now_s=now_s)


def tell_pair(roster: WatchRoster, event: WatchPairKept, *, actor: str, now_s: float) -> None:
    """Write in the journal what two teams of a draft promise one another from now on."""
    record([event], actor=actor, area=AreaId(roster.area), now_s=now_s)


def move_watch(
    watch: Watch,
    action: WatchAction | None,
    *,
    actor: str,
    now_s: float,
    at: tuple[float, str] | None = None,
    reason: MoveReason | None = None,
) -> None:
    """Move a watch whose roster is locked; `action` None: it was planned by hand.

    Args:
        at: when it happened and by whose clock (`device_clock`); None: now, by the server's.

    Raises:
        NotPossibleError: the life cycle does not allow it.
    """
    at_s, clock = at or (now_s, SERVER)
    if action is not None:
        try:
            after = WATCH_LIFE_CYCLE.next_state(WatchState(watch.state), action)
        except TransitionRefusedError as error:
            raise NotPossibleError from error
        watch.state = after.value
        _stamp(watch, action, actor, at_s, now_s)
        watch.save()
        if action in (WatchAction.BEGIN, WatchAction.MISS, WatchAction.CANCEL):
            lapse_swaps(watch, now_s=now_s)
        if action is WatchAction.CANCEL:
            tell_calendars(watch, cancelled=True, now_s=now_s)
    event = WatchMoved(
        watch.pk, watch.roster_id, watch.team_id, action, WatchState(watch.state), clock, reason
    )
    record([event], actor=actor, area=AreaId(watch.roster.area), now_s=now_s, occurred_s=at_s)


def _stamp(watch: Watch, action: WatchAction, actor: str, at_s: float, now_s: float) -> None:
    """The moments of a watch; what closes one by the clock knows nothing of its end."""
    if action is WatchAction.BEGIN:
        watch.begun_s, watch.begun_known_s, watch.begun_by = at_s, now_s, actor
        watch.ended_s = None
    elif action is not WatchAction.CLOSE:
        watch.ended_s = at_s
    if action is WatchAction.MISS:
        watch.missed_s = now_s


def give_watch(watch: Watch, team: str, *, actor: str, now_s: float) -> None:
    """Give a planned watch to another team; the calendars of both hear of it once published."""
    before = watch.team_id
    tell_calendars(watch, cancelled=True, now_s=now_s)
    watch.team_id = team
    watch.save(update_fields=["team"])
    tell_calendars(watch, cancelled=False, now_s=now_s)
    event = WatchGiven(watch.pk, watch.roster_id, before, team)
    record([event], actor=actor, area=AreaId(watch.roster.area), now_s=now_s)


def move_swap(swap: WatchSwap, action: SwapAction | None, *, actor: str, now_s: float) -> None:
    """Move a locked swap; `action` None: it was asked for.

    Raises:
        NotPossibleError: the life cycle does not allow it.
    """
    if action is not None:
        try:
            after = SWAP_LIFE_CYCLE.next_state(SwapState(swap.state), action)
        except TransitionRefusedError as error:
            raise NotPossibleError from error
        swap.state = after.value
        if action is SwapAction.AGREE:
            swap.agreed_by = actor
        else:
            swap.ended_by, swap.ended_s = actor, now_s
        swap.save()
    event = WatchSwapMoved(swap.pk, swap.watch_id, swap.other_id, action, SwapState(swap.state))
    record([event], actor=actor, area=AreaId(swap.watch.roster.area), now_s=now_s)


def lapse_swaps(watch: Watch, *, now_s: float, but: str = "") -> None:
    """Open requests about a watch that is no longer as it was when it was asked."""
    asked = ["asked", "agreed"]
    rows = WatchSwap.objects.select_for_update().filter(state__in=asked).exclude(pk=but)
    for swap in rows.filter(watch=watch) | rows.filter(other=watch):
        move_swap(swap, SwapAction.LAPSE, actor=RULE, now_s=now_s)


def tell_calendars(watch: Watch, *, cancelled: bool, now_s: float) -> None:
    """Let the calendar of the watch's team know; nothing before the roster is published."""
    if watch.roster.state == RosterState.DRAFT.value:
        return
    entry = CalendarEntry.objects.filter(watch=watch, team_id=watch.team_id).first()
    if entry is None:
        if not cancelled:
            CalendarEntry.objects.create(
                id=new_id(now_s), watch=watch, team_id=watch.team_id, changed_s=now_s
            )
        return
    if entry.cancelled != cancelled:
        entry.cancelled, entry.changed_s = cancelled, now_s
        entry.sequence += 1
        entry.save()
