"""What can be done about staff: accounts, persons, appointments, leave, records, tables."""

from wardmote.operations.people.person_card import PersonCard
from wardmote.operations.people.services.accounts import check_password, open_account
from wardmote.operations.people.services.appointing import (
    NewAppointment,
    appoint,
    end_appointment,
    end_with_places,
)
from wardmote.operations.people.services.importing import (
    keep_table,
    plan_of_table,
    take_over_table,
)
from wardmote.operations.people.services.leaving import (
    NewLeave,
    ask_leave,
    move_leave,
    name_deputy,
)
from wardmote.operations.people.services.persons import end_service, keep_person
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
    "end_with_places",
    "keep_person",
    "keep_table",
    "move_leave",
    "name_deputy",
    "open_account",
    "plan_of_table",
    "reply_to_entry",
    "take_over_table",
    "write_entry",
]
