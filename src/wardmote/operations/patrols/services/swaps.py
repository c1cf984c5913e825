"""Swaps of watches: asked by one team, agreed by the other, approved by a leader."""

from __future__ import annotations

from django.db import transaction

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.night_watch import RosterState, SwapAction, WatchState
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.patrols.asked import nights_laid_down
from wardmote.operations.patrols.errors import (
    BadSwapError,
    NotPossibleError,
    SecondPersonError,
    UnknownWatchError,
)
from wardmote.operations.patrols.models import Watch, WatchSwap
from wardmote.operations.patrols.recording import give_watch, lapse_swaps, move_swap
from wardmote.operations.patrols.rights import own_teams, watch_locked
from wardmote.operations.patrols.services.rosters import require_rules


def ask_swap(viewer: Viewer, watch_id: str, other_id: str, *, now_s: float) -> str:
    """Ask another team to take a watch of the own team for one of theirs; returns the swap's id.

    Raises:
        RulesBrokenError: the rosters' rules would not allow the exchange.
        RefusedError: no such watch, one has begun, or a swap of it is asked for already.
        AccessDeniedError: the watch is another team's.
    """
    with transaction.atomic():
        watch = watch_locked(watch_id)
        if watch.team_id not in own_teams(viewer):
            raise AccessDeniedError
        other = Watch.objects.filter(pk=other_id, roster=watch.roster_id).first()
        if other is None or other.team_id == watch.team_id:
            raise BadSwapError
        if WatchSwap.objects.filter(watch=watch, state__in=["asked", "agreed"]).exists():
            raise NotPossibleError
        _require_exchange(watch, other, now_s)
        swap = WatchSwap.objects.create(
            id=new_id(now_s),
            watch=watch,
            other=other,
            asking_id=watch.team_id,
            other_team_id=other.team_id,
            asked_by=viewer.staff_id,
            asked_s=now_s,
        )
        move_swap(swap, None, actor=viewer.staff_id, now_s=now_s)
    return swap.pk


def agree_swap(viewer: Viewer, swap_id: str, *, now_s: float) -> None:
    """Agree to a swap for the team that was asked.

    Raises:
        RefusedError: no such swap, or it is not waiting for that.
        AccessDeniedError: the viewer is not of that team.
    """
    with transaction.atomic():
        swap = _locked(swap_id)
        if swap.other_team_id not in own_teams(viewer):
            raise AccessDeniedError
        if swap.asked_by == viewer.staff_id:
            raise SecondPersonError
        move_swap(swap, SwapAction.AGREE, actor=viewer.staff_id, now_s=now_s)


def withdraw_swap(viewer: Viewer, swap_id: str, *, now_s: float) -> None:
    """Take a request back, by anybody of the team that asked.

    Raises:
        RefusedError: no such swap, or it is over.
        AccessDeniedError: the viewer is not of that team.
    """
    with transaction.atomic():
        swap = _locked(swap_id)
        if swap.asking_id not in own_teams(viewer):
            raise AccessDeniedError
        move_swap(swap, SwapAction.WITHDRAW, actor=viewer.staff_id, now_s=now_s)


def refuse_swap(viewer: Viewer, swap_id: str, *, now_s: float) -> None:
    """Refuse a swap: by the team that was asked, or by whoever plans the roster.

    Raises:
        RefusedError: no such swap, or it is over.
        AccessDeniedError: the viewer is neither.
    """
    with transaction.atomic():
        swap = _locked(swap_id)
        if swap.other_team_id not in own_teams(viewer) and not _plans(viewer, swap):
            raise AccessDeniedError
        move_swap(swap, SwapAction.REFUSE, actor=viewer.staff_id, now_s=now_s)


def approve_swap(viewer: Viewer, swap_id: str, *, now_s: float) -> None:
    """Approve a swap that both teams want: the watches are exchanged, the rules looked at again.

    Raises:
        RulesBrokenError: a rule would be broken by now that is kept.
        SecondPersonError: the viewer asked or agreed.
        RefusedError: no such swap, not agreed, or a watch has begun or changed hands.
        AccessDeniedError: the viewer may not plan the roster.
    """
    with transaction.atomic():
        swap = _locked(swap_id)
        if not _plans(viewer, swap):
            raise AccessDeniedError
        if viewer.staff_id in (swap.asked_by, swap.agreed_by):
            raise SecondPersonError
        watch, other = swap.watch, swap.other
        if (watch.team_id, other.team_id) != (swap.asking_id, swap.other_team_id):
            raise NotPossibleError
        _require_exchange(watch, other, now_s)
        move_swap(swap, SwapAction.APPROVE, actor=viewer.staff_id, now_s=now_s)
        lapse_swaps(watch, now_s=now_s, but=swap.pk)
        lapse_swaps(other, now_s=now_s, but=swap.pk)
        mine, theirs = watch.team_id, other.team_id
        give_watch(watch, theirs, actor=viewer.staff_id, now_s=now_s)
        give_watch(other, mine, actor=viewer.staff_id, now_s=now_s)


def _require_exchange(watch: Watch, other: Watch, now_s: float) -> None:
    """Refuse an exchange of watches that have begun, or that the rules do not allow."""
    planned = all(
        one.state == WatchState.PLANNED.value and one.begins_s > now_s for one in (watch, other)
    )
    if watch.roster.state != RosterState.PUBLISHED.value or not planned:
        raise BadSwapError
    before = nights_laid_down(watch.roster)
    exchanged = {(watch.team_id, other.night), (other.team_id, watch.night)}
    gone = {(watch.team_id, watch.night), (other.team_id, other.night)}
    if watch.night == other.night or exchanged & before:
        raise BadSwapError
    require_rules(watch.roster, before, before - gone | exchanged)


def _plans(viewer: Viewer, swap: WatchSwap) -> bool:
    return viewer.may(Permission.PATROL_PLAN, AreaId(swap.watch.roster.area))


def _locked(swap_id: str) -> WatchSwap:
    """A swap with both watches, under the lock of their roster."""
    found = WatchSwap.objects.filter(pk=swap_id).values_list("watch_id", flat=True).first()
    if found is None:
        raise UnknownWatchError
    watch = watch_locked(found)
    swap = WatchSwap.objects.select_for_update().get(pk=swap_id)
    other = Watch.objects.select_for_update().get(pk=swap.other_id)
    other.roster = watch.roster
    swap.watch, swap.other = watch, other
    return swap
