"""What all services of duty share: rights, locked rows, life cycles, what was said."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from django.db.models import Model

from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.lifecycle import LifeCycle, TransitionRefusedError
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.duty.errors import (
    BadContentError,
    NotPossibleError,
    UnknownDutyError,
    WordsNeededError,
)

RULE = "rule:duty"
MAX_WORDS = 300
Row = TypeVar("Row", bound=Model)
StateT = TypeVar("StateT", bound=StrEnum)
ActionT = TypeVar("ActionT", bound=StrEnum)


def said(words: str, *, needed: bool = False, most: int = MAX_WORDS) -> str:
    """What somebody said, trimmed to what is kept. Raises WordsNeededError: nothing was said."""
    kept = words.replace("\0", "").strip()[:most]
    if needed and not kept:
        raise WordsNeededError
    return kept


def locked(kind: type[Row], key: str) -> Row:
    """A row, locked until the transaction ends. Raises UnknownDutyError: there is none."""
    row = kind._default_manager.select_for_update().filter(pk=key).first()
    if row is None:
        raise UnknownDutyError
    return row


def check(viewer: Viewer, permission: Permission, area: str) -> None:
    """Raises AccessDeniedError: the viewer does not hold the right in the area."""
    if not viewer.may(permission, AreaId(area)):
        raise AccessDeniedError("area" if viewer.holds_anywhere(permission) else "")


def area_of_text(text: str) -> AreaId:
    """An area that was given by its code. Raises BadContentError: it is none."""
    if not is_area_code(text):
        raise BadContentError(field="area", reason="12")
    return AreaId(text)


def moved(cycle: LifeCycle[StateT, ActionT], state: StateT, action: ActionT) -> StateT:
    """Where an action leads. Raises NotPossibleError: the life cycle does not allow it."""
    try:
        return cycle.next_state(state, action)
    except TransitionRefusedError as error:
        raise NotPossibleError from error
