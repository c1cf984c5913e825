"""Rows of night watches and of patrols."""

from wardmote.operations.patrols.models.patrols import (
    PatrolGrading,
    PatrolOrder,
    PatrolPositions,
    PatrolReach,
    PatrolSighting,
)
from wardmote.operations.patrols.models.watches import (
    CalendarEntry,
    CalendarFeed,
    RosterMaking,
    RosterTeam,
    TeamMember,
    TeamsPaired,
    Watch,
    WatchRoster,
    WatchSwap,
    WatchTeam,
    WatchWish,
)

__all__ = [
    "CalendarEntry",
    "CalendarFeed",
    "PatrolGrading",
    "PatrolOrder",
    "PatrolPositions",
    "PatrolReach",
    "PatrolSighting",
    "RosterMaking",
    "RosterTeam",
    "TeamMember",
    "TeamsPaired",
    "Watch",
    "WatchRoster",
    "WatchSwap",
    "WatchTeam",
    "WatchWish",
]
