"""Tokens of people without an account: a reporter follows a hazard, an owner acts for one part."""

from __future__ import annotations

import base64
import hashlib
import secrets

from django.utils.crypto import salted_hmac

from wardmote.core.domain.hazard import LIVING_PARTS, PartState
from wardmote.operations.hazards.errors import UnknownHazardError
from wardmote.operations.hazards.models import HazardPart

TOKEN_BYTES = 18
LEAST_KEY = 20
"""Characters of a key from which a token may be drawn; those of our forms have 32."""

_OPENED = tuple(sorted(state.value for state in (*LIVING_PARTS, PartState.PASSED)))


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_of_key(use: str, about: str, key: str) -> str:
    """A token for one thing, drawn from the secret key of a request.

    Whoever sends the same request again, as a second click does, gets the same link; the key is
    kept as a digest at most, so that nobody else can. Without a key that cannot be guessed the
    token is drawn at random.

    Args:
        use: what the token is for; one key never gives the same token for two uses.
        about: id of what it opens.
    """
    if len(key) < LEAST_KEY:
        return secrets.token_urlsafe(TOKEN_BYTES)
    salt = f"wardmote.hazards.{use}"
    drawn = salted_hmac(salt, f"{about}\0{key}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(drawn[:TOKEN_BYTES]).decode()


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
