"""What can be done with night watches and patrols: rosters, swaps, calendars, orders, grades."""

from wardmote.core.planning.rosters.question_parts import Wanting
from wardmote.operations.patrols.services.feeds import digest, make_feed, revoke_feed
from wardmote.operations.patrols.services.grading import (
    MOST_ORDERS,
    left_out_of,
    make_graded_orders,
    set_grades,
)
from wardmote.operations.patrols.services.making import ask_making, cancel_making
from wardmote.operations.patrols.services.ordering import (
    OrderWanted,
    cancel_order,
    give_order,
    make_from_demand,
    make_order,
)
from wardmote.operations.patrols.services.patrol_rounds import go_round
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
from wardmote.operations.patrols.services.seeing import Made, Sighting, tell_seen
from wardmote.operations.patrols.services.swaps import (
    agree_swap,
    approve_swap,
    ask_swap,
    refuse_swap,
    withdraw_swap,
)
from wardmote.operations.patrols.services.teams import TeamWanted, keep_team
from wardmote.operations.patrols.services.tracks import (
    KEEP_POSITIONS_S,
    Track,
    erase_positions,
    look_at_track,
)
from wardmote.operations.patrols.services.walking import (
    Here,
    finish_patrol,
    reach_point,
    start_patrol,
    take_positions,
)
from wardmote.operations.patrols.services.watches import (
    CLOSE_AFTER_S,
    EARLY_S,
    begin_watch,
    finish_watch,
    miss_watch,
)

__all__ = [
    "CLOSE_AFTER_S",
    "EARLY_S",
    "KEEP_POSITIONS_S",
    "MAX_NIGHTS",
    "MOST_ORDERS",
    "Here",
    "Made",
    "OrderWanted",
    "RosterWanted",
    "Sighting",
    "TeamWanted",
    "Track",
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
    "cancel_order",
    "change_team",
    "close",
    "digest",
    "drop_watch",
    "drop_wish",
    "erase_positions",
    "finish_patrol",
    "finish_watch",
    "give_order",
    "go_round",
    "keep_team",
    "left_out_of",
    "look_at_track",
    "make_feed",
    "make_from_demand",
    "make_graded_orders",
    "make_order",
    "miss_watch",
    "publish",
    "reach_point",
    "refuse_swap",
    "revoke_feed",
    "set_grades",
    "set_pair",
    "start_patrol",
    "take_positions",
    "tell_seen",
    "withdraw_swap",
]
