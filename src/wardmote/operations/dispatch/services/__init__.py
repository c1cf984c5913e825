"""What can be done about sending units, and about calls and units that have assignments."""

from wardmote.operations.dispatch.services.acting import Acted, act
from wardmote.operations.dispatch.services.advice import (
    Kept,
    assigns_at_once,
    keep_recommendation,
    request_recommendation,
    set_standing_order,
    standing_order_viewer,
)
from wardmote.operations.dispatch.services.alarms import (
    NewAlarm,
    answer_alarm,
    end_alarm_by_rule,
    raise_alarm,
)
from wardmote.operations.dispatch.services.assigning import Mode, Sent, assign
from wardmote.operations.dispatch.services.calls import act_on_call, link_calls, unlink_calls
from wardmote.operations.dispatch.services.duty import go_off_duty, go_on_duty, set_availability
from wardmote.operations.dispatch.services.move_ups import (
    Moved,
    act_on_move_up,
    arrive_by_rule,
    end_move_up_by_rule,
    keep_move_up,
)
from wardmote.operations.dispatch.services.notes import add_note
from wardmote.operations.dispatch.services.patrol_records import settle_patrols
from wardmote.operations.dispatch.services.patrols import (
    draw_patrol_for,
    keep_patrol,
    present_patrol,
)
from wardmote.operations.dispatch.services.patrols_for_all import (
    PassedOver,
    PatrolsDrawn,
    draw_patrols,
)

__all__ = [
    "Acted",
    "Kept",
    "Mode",
    "Moved",
    "NewAlarm",
    "PassedOver",
    "PatrolsDrawn",
    "Sent",
    "act",
    "act_on_call",
    "act_on_move_up",
    "add_note",
    "answer_alarm",
    "arrive_by_rule",
    "assign",
    "assigns_at_once",
    "draw_patrol_for",
    "draw_patrols",
    "end_alarm_by_rule",
    "end_move_up_by_rule",
    "go_off_duty",
    "go_on_duty",
    "keep_move_up",
    "keep_patrol",
    "keep_recommendation",
    "link_calls",
    "present_patrol",
    "raise_alarm",
    "request_recommendation",
    "set_availability",
    "set_standing_order",
    "settle_patrols",
    "standing_order_viewer",
    "unlink_calls",
]
