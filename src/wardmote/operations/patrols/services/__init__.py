"""What can be done with night watches: teams, rosters, watches, swaps, calendars."""

from wardmote.core.planning.rosters.question_parts import Wanting
from wardmote.operations.patrols.services.feeds import digest, make_feed, revoke_feed
from wardmote.operations.patrols.services.making import ask_making, cancel_making
from wardmote.operations.patrols.services.rosters import (
    MAX_NIGHTS,
    RosterWanted,
    add_watch,
    add_wish,
    begin_roster,
    change_team,
    close,
    drop_watch,
    drop_wish,
    publish,
    set_pair,
)
from wardmote.operations.patrols.services.swaps import (
    agree_swap,
    approve_swap,
    ask_swap,
    refuse_swap,
    withdraw_swap,
)
from wardmote.operations.patrols.services.teams import TeamWanted, keep_team
from wardmote.operations.patrols.services.watches import (
    EARLY_S,
    begin_watch,
    finish_watch,
    miss_watch,
)

__all__ = [
    "EARLY_S",
    "MAX_NIGHTS",
    "RosterWanted",
    "TeamWanted",
    "Wanting",
    "add_watch",
    "add_wish",
    "agree_swap",
    "approve_swap",
    "ask_making",
    "ask_swap",
    "begin_roster",
    "begin_watch",
    "cancel_making",
    "change_team",
    "close",
    "digest",
    "drop_watch",
    "drop_wish",
    "finish_watch",
    "keep_team",
    "make_feed",
    "miss_watch",
    "publish",
    "refuse_swap",
    "revoke_feed",
    "set_pair",
    "withdraw_swap",
]
