"""Moving hazards through their life cycles: row, history and journal together."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.hazard import (
    EXTENSION_LIFE_CYCLE,
    HAZARD_LIFE_CYCLE,
    PART_LIFE_CYCLE,
    ExtensionAction,
    ExtensionState,
    HazardAction,
    HazardState,
    PartAction,
    PartState,
    after_parts,
)
from wardmote.core.domain.hazard_events import HazardExtensionMoved, HazardMoved, HazardPartMoved
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.operations.hazards.errors import NotPossibleError, WordsNeededError
from wardmote.operations.hazards.models import Hazard, HazardExtension, HazardPart, HazardStep
from wardmote.operations.journal.services import record
from wardmote.operations.photos.services import keep_until

MAX_WORDS = 1_000
KEEP_PICTURES_S = 730 * 86_400.0
"""Pictures are kept for two years after a hazard ended."""
RULE = "rule:hazards"
OWNER = "outside:owner"
HAZARD_SUBJECT = "hazard"
PROOF_SUBJECT = "hazard_proof"


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does something now, and what they say."""

    actor: str
    now_s: float
    words: str = ""


def said(words: str, *, needed: bool = False) -> str:
    """What somebody said, trimmed to what is kept.

    Raises:
        WordsNeededError: nothing was said, and something must be.
    """
    kept = words.replace("\0", "").strip()[:MAX_WORDS]
    if needed and not kept:
        raise WordsNeededError
    return kept


def move(hazard: Hazard, action: HazardAction, deed: Deed, *, other: str = "") -> None:
    """Move a locked hazard; what follows for its time and pictures follows here.

    Raises:
        NotPossibleError: the life cycle does not allow it.
    """
    try:
        after = HAZARD_LIFE_CYCLE.next_state(HazardState(hazard.state), action)
    except TransitionRefusedError as error:
        raise NotPossibleError from error
    hazard.state = after.value
    ended = after in HAZARD_LIFE_CYCLE.final
    hazard.ended_s = deed.now_s if ended else None
    if action is HazardAction.REOPEN:
        hazard.round += 1
    hazard.save()
    write_step(hazard, "hazard", action.value, deed)
    event = HazardMoved(hazard.pk, action, after, other)
    record([event], actor=deed.actor, area=AreaId(hazard.area), now_s=deed.now_s)
    if ended or action is HazardAction.REOPEN:
        _keep_pictures(hazard, deed.now_s + KEEP_PICTURES_S * (1 if ended else 3))


def move_part(
    part: HazardPart,
    action: PartAction,
    deed: Deed,
    *,
    distance_m: float | None = None,
    away: str = "",
) -> None:
    """Move a part whose hazard is locked; a request for more time that waits lapses with it.

    Raises:
        NotPossibleError: the life cycle does not allow it.
    """
    try:
        after = PART_LIFE_CYCLE.next_state(PartState(part.state), action)
    except TransitionRefusedError as error:
        raise NotPossibleError from error
    part.state = after.value
    if after in PART_LIFE_CYCLE.final:
        part.ended_s = deed.now_s
    part.save()
    if after is not PartState.ASSIGNED:
        for extension in part.extensions.filter(state=ExtensionState.ASKED.value):
            move_extension(extension, part, ExtensionAction.LAPSE, Deed(RULE, deed.now_s))
    write_step(part.hazard, "part", action.value, deed, part=part, distance_m=distance_m, away=away)
    record_part(part, action, deed)


def record_part(part: HazardPart, action: PartAction | None, deed: Deed) -> None:
    """Write in the journal what became of a part; `action` None: it was given."""
    event = HazardPartMoved(
        part.hazard_id,
        part.pk,
        action,
        PartState(part.state),
        part.department_id or "",
        part.deadline_s,
        part.level,
    )
    record([event], actor=deed.actor, area=AreaId(part.hazard.area), now_s=deed.now_s)


def move_extension(
    extension: HazardExtension, part: HazardPart, action: ExtensionAction | None, deed: Deed
) -> None:
    """Decide on a request for more time; `action` None: it was asked.

    Raises:
        NotPossibleError: it was decided on already.
    """
    if action is not None:
        try:
            after = EXTENSION_LIFE_CYCLE.next_state(ExtensionState(extension.state), action)
        except TransitionRefusedError as error:
            raise NotPossibleError from error
        extension.state = after.value
        extension.decided_by, extension.decided_s = deed.actor, deed.now_s
        extension.save()
    event = HazardExtensionMoved(
        part.hazard_id,
        part.pk,
        extension.pk,
        action,
        ExtensionState(extension.state),
        extension.until_s,
    )
    code = "ask" if action is None else action.value
    write_step(part.hazard, "extension", code, deed, part=part)
    record([event], actor=deed.actor, area=AreaId(part.hazard.area), now_s=deed.now_s)


def settle(hazard: Hazard, deed: Deed) -> None:
    """Close or release an assigned hazard when its parts say so."""
    if hazard.state != HazardState.ASSIGNED.value:
        return
    states = hazard.parts.filter(round=hazard.round).values_list("state", flat=True)
    action = after_parts(tuple(PartState(state) for state in states))
    if action is not None:
        move(hazard, action, Deed(deed.actor, deed.now_s))


def write_step(
    hazard: Hazard,
    about: str,
    action: str,
    deed: Deed,
    *,
    part: HazardPart | None = None,
    distance_m: float | None = None,
    away: str = "",
) -> None:
    """Add a line to a hazard's history."""
    HazardStep.objects.create(
        hazard=hazard,
        part=part,
        about=about,
        action=action,
        words=deed.words,
        actor=deed.actor,
        at_s=deed.now_s,
        distance_m=distance_m,
        away=away,
    )


def _keep_pictures(hazard: Hazard, until_s: float) -> None:
    keep_until(HAZARD_SUBJECT, hazard.pk, until_s)
    for part_id in hazard.parts.values_list("pk", flat=True):
        keep_until(PROOF_SUBJECT, part_id, until_s)
