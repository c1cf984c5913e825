"""What can be done to calls. Ending one, or linking it, goes through `dispatch.services`."""

from wardmote.operations.incidents.recording import Moment, server_moment
from wardmote.operations.incidents.services.alarm_levels import raise_alarm_level
from wardmote.operations.incidents.services.correcting import reclassify, relocate, route
from wardmote.operations.incidents.services.erasing import erase_caller, erase_old_callers
from wardmote.operations.incidents.services.importing import ImportedCalls
from wardmote.operations.incidents.services.intake import (
    Entered,
    NewCall,
    enter_call,
    next_number,
)
from wardmote.operations.incidents.services.lifecycle import (
    add_note,
    advance_call,
    check_action,
    check_may_edit,
    stamp_call,
)
from wardmote.operations.incidents.services.links import (
    check_link,
    lock_pair,
    write_link,
    write_unlink,
)
from wardmote.operations.incidents.services.location_requests import (
    AskedForLocation,
    answer_location,
    forget_old_positions,
    is_waiting,
    request_location,
)

__all__ = [
    "AskedForLocation",
    "Entered",
    "ImportedCalls",
    "Moment",
    "NewCall",
    "add_note",
    "advance_call",
    "answer_location",
    "check_action",
    "check_link",
    "check_may_edit",
    "enter_call",
    "erase_caller",
    "erase_old_callers",
    "forget_old_positions",
    "is_waiting",
    "lock_pair",
    "next_number",
    "raise_alarm_level",
    "reclassify",
    "relocate",
    "request_location",
    "route",
    "server_moment",
    "stamp_call",
    "write_link",
    "write_unlink",
]
