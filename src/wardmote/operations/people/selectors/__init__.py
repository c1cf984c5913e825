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
    appointed_in,
    away_at,
    holders_of,
    leaves_running,
    person_area,
    roles_in_force,
    staff_holding,
    who_answers,
    whose_beat,
)
from wardmote.operations.people.selectors.membership import (
    KnownPerson,
    leaves_of,
    persons_known,
)

__all__ = [
    "Answering",
    "KnownPerson",
    "account_by_id",
    "account_by_staff_id",
    "accounts_of",
    "answering_at",
    "any_appointment_at",
    "appointed_in",
    "away_at",
    "holders_of",
    "leaves_of",
    "leaves_running",
    "names_of",
    "person_area",
    "persons_known",
    "roles_in_force",
    "staff_holding",
    "staff_matching",
    "who_answers",
    "whose_beat",
]
