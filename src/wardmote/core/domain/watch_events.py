"""What happened to night watches. Who the members are is in the rows; events carry codes."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.event_registry import REGISTRY, Payload
from wardmote.core.domain.night_watch import (
    MoveReason,
    RosterAction,
    RosterState,
    SwapAction,
    SwapState,
    WatchAction,
    WatchState,
)
from wardmote.core.domain.study import RunAction, RunState


@REGISTRY.register("watch.team_kept")
@dataclass(frozen=True, slots=True)
class WatchTeamKeptV1(Payload):
    """As `WatchTeamKept`, without saying who."""

    team: str
    members: int
    active: bool


@REGISTRY.register("watch.team_kept", version=2)
@dataclass(frozen=True, slots=True)
class WatchTeamKept(Payload):
    """A team was set up or changed.

    Attributes:
        members: how many belong to it.
        active: false once it watches no more.
        leader: staff number; empty where version 1 did not say.
        people: staff numbers of all members from now on; empty where version 1 did not say.
    """

    team: str
    members: int
    active: bool
    leader: str
    people: tuple[str, ...]


@REGISTRY.upgrades(WatchTeamKeptV1)
def _with_people(old: WatchTeamKeptV1) -> WatchTeamKept:
    """Version 1 did not say who belonged to the team."""
    return WatchTeamKept(old.team, old.members, old.active, "", ())


@REGISTRY.register("watch.roster_moved")
@dataclass(frozen=True, slots=True)
class WatchRosterMoved(Payload):
    """A roster was begun (`action` None), published or closed; first, last: ISO 8601 days."""

    roster: str
    action: RosterAction | None
    after: RosterState
    first: str
    last: str


@REGISTRY.register("watch.wish_kept")
@dataclass(frozen=True, slots=True)
class WatchWishKept(Payload):
    """A team's wish for a draft was noted, or taken back.

    Attributes:
        wish: its number among all wishes.
        first, last: ISO 8601 days.
        wants: ``off`` or ``work``, as in a roster document.
        asked_by: staff number of whoever wished; the event's actor is who noted or took it back.
        dropped: true once it is taken back.
    """

    roster: str
    wish: int
    team: str
    first: str
    last: str
    wants: str
    asked_by: str
    dropped: bool


@REGISTRY.register("watch.pair_kept")
@dataclass(frozen=True, slots=True)
class WatchPairKept(Payload):
    """What two teams of a draft promised one another was changed.

    Attributes:
        together: in the same nights (true), never (false), or as it comes (None) from now on.
        before: the same, until now.
    """

    roster: str
    one: str
    other: str
    together: bool | None
    before: bool | None


@REGISTRY.register("watch.making_moved")
@dataclass(frozen=True, slots=True)
class WatchMakingMoved(Payload):
    """Making a roster was asked for (`action` None) or moved on.

    Attributes:
        status: of the answer, as in a roster document; empty before there is one.
        watches: how many were laid down.
    """

    roster: str
    making: str
    action: RunAction | None
    after: RunState
    status: str
    watches: int


@REGISTRY.register("watch.moved")
@dataclass(frozen=True, slots=True)
class WatchMovedV1(Payload):
    """As `WatchMoved`, always by the server's clock and without a reason."""

    watch: str
    roster: str
    team: str
    action: WatchAction | None
    after: WatchState


@REGISTRY.register("watch.moved", version=2)
@dataclass(frozen=True, slots=True)
class WatchMoved(Payload):
    """A watch was planned by hand (`action` None) or moved through its life cycle.

    Attributes:
        clock: whose clock says when: ``server``, or ``device`` of a phone that told it later. The
            event has both moments: when it happened and when it was received.
        reason: None where none is needed.
    """

    watch: str
    roster: str
    team: str
    action: WatchAction | None
    after: WatchState
    clock: str
    reason: MoveReason | None


@REGISTRY.upgrades(WatchMovedV1)
def _with_clock(old: WatchMovedV1) -> WatchMoved:
    """Version 1 knew the server's clock alone."""
    return WatchMoved(old.watch, old.roster, old.team, old.action, old.after, "server", None)


@REGISTRY.register("watch.given")
@dataclass(frozen=True, slots=True)
class WatchGiven(Payload):
    """A watch passed from one team to another."""

    watch: str
    roster: str
    before: str
    after: str


@REGISTRY.register("watch.swap_moved")
@dataclass(frozen=True, slots=True)
class WatchSwapMoved(Payload):
    """A swap was asked for (`action` None) or moved through its life cycle.

    Attributes:
        other: the watch that is given for it.
    """

    swap: str
    watch: str
    other: str
    action: SwapAction | None
    after: SwapState


@REGISTRY.register("watch.feed_moved")
@dataclass(frozen=True, slots=True)
class WatchFeedMoved(Payload):
    """The address of a calendar was made or revoked; `team` is empty for a person's own."""

    feed: str
    team: str
    revoked: bool
