"""What is kept of a member of staff, and holding it against the row."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.text import Bilingual
from wardmote.operations.local_time import local_day
from wardmote.operations.people.errors import BadPersonError
from wardmote.operations.people.models import Person

STAFF_NUMBER = re.compile(r"[\w.@+-]{1,40}", re.ASCII)
MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What is kept of a member of staff. `area`: of the organisation that the person belongs to."""

    staff_id: str
    name: Bilingual
    kind: StaffKind
    area: AreaId


def fits_as_number(text: str) -> bool:
    """Whether a text can be a staff number."""
    return STAFF_NUMBER.fullmatch(text) is not None


def check_card(card: PersonCard) -> None:
    """Refuse what cannot be kept of anybody.

    Raises:
        BadPersonError: naming the field that does not fit.
    """
    if not fits_as_number(card.staff_id):
        raise BadPersonError(field="staff_number")
    names = (card.name.zh, card.name.en)
    if not any(names) or any(len(name) > MAX_NAME for name in names):
        raise BadPersonError(field="name")
    if not is_area_code(card.area):
        raise BadPersonError(field="area")


def differs(row: Person, card: PersonCard, today: datetime.date) -> bool:
    """Whether a row says something else than a card; somebody who has left would serve again."""
    kept = (row.name_zh, row.name_en, row.kind, row.area)
    said = (card.name.zh, card.name.en, card.kind.value, card.area)
    return kept != said or has_left(row, today)


def has_left(row: Person, today: datetime.date) -> bool:
    """Whether the last day of service is over."""
    return row.left_day is not None and row.left_day < today


def fill(row: Person, card: PersonCard, by: str, now_s: float) -> Person:
    """What a card says, on a row; somebody who had left serves again.

    A last day of service that is still to come stays: it is taken back on purpose only.
    """
    if has_left(row, local_day(now_s)):
        row.left_day = None
    row.name_zh, row.name_en = card.name.zh, card.name.en
    row.kind, row.area = card.kind.value, card.area
    row.kept_by, row.kept_s = by, now_s
    return row
