"""What can be done about hazards: reporting, triage, rectifying, checking, time, settings."""

from wardmote.operations.hazards.services.checking import OnSpot, check_part
from wardmote.operations.hazards.services.erasing import CONTACT_TERM_S, forget_contacts
from wardmote.operations.hazards.services.reacting import recheck_task
from wardmote.operations.hazards.services.rectifying import (
    MoreTime,
    add_proof,
    ask_extension,
    decline_part,
    submit_proof,
)
from wardmote.operations.hazards.services.reporting import (
    MOST_AT_POINT,
    MOST_OF_SENDER,
    Contact,
    NewHazard,
    Reported,
    add_picture,
    report,
    report_at_point,
)
from wardmote.operations.hazards.services.settings import (
    DepartmentWanted,
    add_point,
    end_point,
    set_categories,
    set_department,
)
from wardmote.operations.hazards.services.settling import settle_all, settle_places
from wardmote.operations.hazards.services.terms import (
    decide_extension,
    escalate_due,
    escalate_part,
    resume_part,
    suspend_part,
)
from wardmote.operations.hazards.services.triage import (
    MOST_DAYS,
    GivenPart,
    PartWanted,
    assign_hazard,
    file_hazard,
    merge_hazard,
    recall_part,
    reject_hazard,
    reopen_hazard,
)

__all__ = [
    "CONTACT_TERM_S",
    "MOST_AT_POINT",
    "MOST_DAYS",
    "MOST_OF_SENDER",
    "Contact",
    "DepartmentWanted",
    "GivenPart",
    "MoreTime",
    "NewHazard",
    "OnSpot",
    "PartWanted",
    "Reported",
    "add_picture",
    "add_point",
    "add_proof",
    "ask_extension",
    "assign_hazard",
    "check_part",
    "decide_extension",
    "decline_part",
    "end_point",
    "escalate_due",
    "escalate_part",
    "file_hazard",
    "forget_contacts",
    "merge_hazard",
    "recall_part",
    "recheck_task",
    "reject_hazard",
    "reopen_hazard",
    "report",
    "report_at_point",
    "resume_part",
    "set_categories",
    "set_department",
    "settle_all",
    "settle_places",
    "submit_proof",
    "suspend_part",
]
