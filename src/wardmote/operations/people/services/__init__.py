"""What can be done about staff: accounts, persons, appointments, leave, records."""

from wardmote.operations.people.services.accounts import check_password, open_account
from wardmote.operations.people.services.appointing import (
    NewAppointment,
    appoint,
    end_appointment,
)
from wardmote.operations.people.services.leaving import (
    NewLeave,
    ask_leave,
    move_leave,
    name_deputy,
)
from wardmote.operations.people.services.persons import PersonCard, end_service, keep_person
from wardmote.operations.people.services.recording import NewEntry, reply_to_entry, write_entry

__all__ = [
    "NewAppointment",
    "NewEntry",
    "NewLeave",
    "PersonCard",
    "appoint",
    "ask_leave",
    "check_password",
    "end_appointment",
    "end_service",
    "keep_person",
    "move_leave",
    "name_deputy",
    "open_account",
    "reply_to_entry",
    "write_entry",
]
