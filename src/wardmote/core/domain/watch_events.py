"""What happened to night watches. Who the members are is in the rows; events carry codes."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.event_registry import REGISTRY, Payload
from wardmote.core.domain.night_watch import (
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
class WatchTeamKept(Payload):
    """A team was set up or changed.

    Attributes:
        members: how many belong to it.
        active: false once it watches no more.
    """

    team: str
    members: int
    active: bool


@REGISTRY.register("watch.roster_moved")
@dataclass(frozen=True, slots=True)
class WatchRosterMoved(Payload):
    """A roster was begun (`action` None), published or closed; first, last: ISO 8601 days."""

    roster: str
    action: RosterAction | None
    after: RosterState
    first: str
    last: str


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
class WatchMoved(Payload):
    """A watch was planned by hand (`action` None) or moved through its life cycle."""

    watch: str
    roster: str
    team: str
    action: WatchAction | None
    after: WatchState


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
