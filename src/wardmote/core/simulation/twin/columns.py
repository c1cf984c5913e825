"""Columns of the twin's tables: one row per unit, per call, per call's outcome.

Each table is one float64 and one int32 array, so that a row is a cache line or two. Times are
seconds of the simulation's clock, distances kilometres.
"""

from typing import Final

# --- status of a unit -------------------------------------------------------------------------
AWAY: Final = 0
"""Off duty, on a break that began at its post, or out of order."""
IDLE: Final = 1
TO_POST: Final = 2
TURNING_OUT: Final = 3
TO_CALL: Final = 4
ON_SCENE: Final = 5
TO_HOSPITAL: Final = 6
AT_HOSPITAL: Final = 7

# --- a unit: int32 ----------------------------------------------------------------------------
STATUS: Final = 0
POST: Final = 1
"""Post that it stands at or drives to when free."""
HOME: Final = 2
"""Post that it belongs to: where it comes on duty."""
KIND: Final = 3
CALL: Final = 4
NODE: Final = 5
"""Node it comes to next, or the node of the place where it stands."""
START_NODE: Final = 6
END_NODE: Final = 7
METRIC: Final = 8
NEXT_IDLE: Final = 9
MOVER: Final = 10
"""Place in the list of units that drive to a post; -1 for the others."""
ABSENCE: Final = 11
"""Bits of why it is not available; acts when it is free."""
MOVES: Final = 12
UNIT_I: Final = 13

# --- a unit: float64 --------------------------------------------------------------------------
NODE_S: Final = 0
"""When it comes to `NODE`."""
START_S: Final = 1
START_NODE_S: Final = 2
END_NODE_S: Final = 3
END_S: Final = 4
TICK_S: Final = 5
"""Seconds per tick of its journey."""
OFF_KM: Final = 6
"""From `END_NODE` (`NODE` where it stands) to its place."""
OFF_SPEED: Final = 7
"""Kilometres per second off the road on this journey."""
JOURNEY_KM: Final = 8
BUSY_S: Final = 9
BUSY_SINCE_S: Final = 10
RESPONSE_KM: Final = 11
TRANSPORT_KM: Final = 12
POST_KM: Final = 13
LAST_MOVE_S: Final = 14
DUTY_S: Final = 15
DUTY_SINCE_S: Final = 16
UNIT_F: Final = 17

# --- a call: int32 ----------------------------------------------------------------------------
PRIORITY: Final = 0
PLACE_NODE: Final = 1
HOSPITAL: Final = 2
"""-1 stays on scene, -2 the nearest, else the hospital's row."""
KINDS: Final = 3
"""Bits of the kinds of unit that can answer."""
CALL_I: Final = 4

# --- a call: float64 --------------------------------------------------------------------------
ARRIVAL_S: Final = 0
DECISION_S: Final = 1
SCENE_S: Final = 2
HANDOVER_S: Final = 3
PLACE_KM: Final = 4
TURNOUT_FACTOR: Final = 5
"""What really happens over what is expected; a policy never sees it."""
DRIVE_FACTOR: Final = 6
CALL_F: Final = 7

# --- the outcome of a call: int32 -------------------------------------------------------------
UNIT: Final = 0
BUMPS: Final = 1
LATER: Final = 2
"""Next waiting call of its priority; -1 at the end."""
EARLIER: Final = 3
CHOSEN_HOSPITAL: Final = 4
OUTCOME_I: Final = 5

# --- the outcome of a call: float64; NaN where it did not happen ------------------------------
SENT_S: Final = 0
REACHED_S: Final = 1
LEFT_S: Final = 2
DELIVERED_S: Final = 3
FREED_S: Final = 4
EXPECTED_S: Final = 5
"""Expected time from the order to the arrival, as the policy knew it."""
OUTCOME_F: Final = 6

# --- absences, as bits, and what the agenda says ----------------------------------------------
OFF_DUTY: Final = 1
ON_BREAK: Final = 2
OUT_OF_ORDER: Final = 4

NEAREST_HOSPITAL: Final = -2
NO_HOSPITAL: Final = -1

# --- counters of a run: int64 -----------------------------------------------------------------
EVENTS: Final = 0
NEXT_ARRIVAL: Final = 1
NEXT_DECISION: Final = 2
NEXT_AGENDA: Final = 3
MOVERS: Final = 4
WAITING: Final = 5
TRACED: Final = 6
DECISIONS: Final = 7
RELOCATIONS: Final = 8
GAP: Final = 9
"""1 while the rule for idle units has to look whether somebody should stand in for another."""
COUNTERS: Final = 10

# --- what the rule for idle units remembers of a unit: int32 ----------------------------------
MADE: Final = 0
"""Moves made by advice; the newest are kept, in a ring."""
ADVISED: Final = 1
"""1 where the drive to its post is one that was advised."""
ADVICES: Final = 2
"""Pieces of advice, those refused too."""
ADVICE_I: Final = 3
