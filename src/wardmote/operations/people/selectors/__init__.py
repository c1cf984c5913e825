"""Finding staff: accounts, persons, and who answers for a place. Callers check rights."""

from wardmote.operations.people.selectors.accounts import (
    account_by_id,
    account_by_staff_id,
    accounts_of,
    names_of,
    staff_matching,
)
from wardmote.operations.people.selectors.answering import (
    Answering,
    answering_at,
    any_appointment_at,
    away_at,
    holders_of,
    person_area,
    roles_in_force,
    staff_holding,
    who_answers,
    whose_beat,
)

__all__ = [
    "Answering",
    "account_by_id",
    "account_by_staff_id",
    "accounts_of",
    "answering_at",
    "any_appointment_at",
    "away_at",
    "holders_of",
    "names_of",
    "person_area",
    "roles_in_force",
    "staff_holding",
    "staff_matching",
    "who_answers",
    "whose_beat",
]
