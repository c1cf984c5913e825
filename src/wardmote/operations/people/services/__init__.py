"""What can be done about staff: accounts, persons, appointments, leave, records, tables."""

from wardmote.operations.people.person_card import PersonCard
from wardmote.operations.people.services.account_moves import (
    INVITATION_LIFE_S,
    accept_invitation,
    bring_back,
    close_accounts_of_left,
    invite,
    invited_person,
)
from wardmote.operations.people.services.accounts import check_password, open_account
from wardmote.operations.people.services.appointing import (
    NewAppointment,
    appoint,
    end_appointment,
    end_with_places,
)
from wardmote.operations.people.services.importing import (
    forget_old_tables,
    give_up_table,
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
    "INVITATION_LIFE_S",
    "NewAppointment",
    "NewEntry",
    "NewLeave",
    "PersonCard",
    "accept_invitation",
    "appoint",
    "ask_leave",
    "bring_back",
    "check_password",
    "close_accounts_of_left",
    "end_appointment",
    "end_service",
    "end_with_places",
    "forget_old_tables",
    "give_up_table",
    "invite",
    "invited_person",
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
