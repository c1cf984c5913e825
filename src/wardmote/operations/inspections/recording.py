"""What services here share: rights, moving through a life cycle, words, the journal."""

from __future__ import annotations

from wardmote.core.domain.events import Payload
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.lifecycle import ActionT, LifeCycle, StateT, TransitionRefusedError
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.inspections.errors import NotPossibleError, WordsMissingError
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_time

MAX_WORDS = 1_000
RULE = "rule:inspections"


def check(viewer: Viewer, permission: Permission, area: str) -> None:
    """Refuse unless the viewer holds `permission` in `area`.

    Raises:
        AccessDeniedError: it is not held there.
    """
    if not viewer.may(permission, AreaId(area)):
        raise AccessDeniedError("area" if viewer.holds_anywhere(permission) else "role")


def next_of(cycle: LifeCycle[StateT, ActionT], state: StateT, action: ActionT) -> StateT:
    """Where `action` leads.

    Raises:
        NotPossibleError: the life cycle does not allow it now.
    """
    try:
        return cycle.next_state(state, action)
    except TransitionRefusedError as error:
        raise NotPossibleError from error


def said(words: str, *, needed: bool = False, most: int = MAX_WORDS) -> str:
    """What somebody said, trimmed to what is kept.

    Raises:
        WordsMissingError: nothing was said, and something must be.
    """
    kept = words.replace("\0", "").strip()[:most]
    if needed and not kept:
        raise WordsMissingError
    return kept


def moment_text(at_s: float) -> str:
    """A moment as a refusal names it: local day and minute."""
    return f"{local_time(at_s):%Y-%m-%d %H:%M}"


def tell(event: Payload, actor: str, area: str, now_s: float) -> None:
    """Write an event in the journal, in the caller's transaction."""
    record([event], actor=actor, area=AreaId(area), now_s=now_s)
