"""Tokens of people without an account: a reporter follows a hazard, an owner acts for one part."""

from __future__ import annotations

import hashlib

from wardmote.core.domain.hazard import LIVING_PARTS, PartState
from wardmote.operations.hazards.errors import UnknownHazardError
from wardmote.operations.hazards.models import HazardPart

_OPENED = tuple(sorted(state.value for state in (*LIVING_PARTS, PartState.PASSED)))


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def part_of_token(token: str) -> HazardPart:
    """The part that an owner's token opens, unless it was declined or recalled.

    Raises:
        UnknownHazardError: no such token, or its part is over.
    """
    rows = HazardPart.objects.select_related("hazard").filter(
        owner_token_sha256=digest(token), state__in=_OPENED, department=None
    )
    row = rows.first() if token else None
    if row is None:
        raise UnknownHazardError
    return row
