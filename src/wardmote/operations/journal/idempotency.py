"""Repeating a request changes nothing: the same key with the same body gets the same answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from wardmote.operations.journal.models import AnsweredRequest
from wardmote.operations.journal.statements import Reading, insert

RETENTION_S = 7 * 86_400.0
_MAX_KEY = 80
_ANSWERED = Reading(AnsweredRequest, "{account} = %s AND {key} = %s")


class KeyReusedError(Exception):
    """The key was used before with another request."""


class BadKeyError(Exception):
    """The key is empty or longer than 80 characters."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered.

    Attributes:
        status: HTTP status.
        body: JSON-ready.
        repeated: true when it was answered before and nothing was done now.
    """

    status: int
    body: Any
    repeated: bool


def answer_once(
    account: str,
    key: str,
    route: str,
    body: bytes,
    now_s: float,
    act: Callable[[], tuple[int, Any]],
) -> Answer:
    """Run `act` in a transaction unless this request was answered before.

    The answer is stored in the same transaction as what `act` does: after a crash either both
    are there or neither. An exception from `act` stores nothing, so it may be tried again.

    Raises:
        BadKeyError: the key cannot be used.
        KeyReusedError: the key belongs to another request.
    """
    if not 0 < len(key) <= _MAX_KEY:
        raise BadKeyError
    digest = hashlib.sha256(body).hexdigest()
    with transaction.atomic():
        known = _ANSWERED.first(account, key)
        if known is not None:
            if (known.route, known.body_sha256) != (route, digest):
                raise KeyReusedError
            return Answer(known.status, known.answer, repeated=True)
        status, answer = act()
        insert(
            AnsweredRequest(
                account=account,
                key=key,
                route=route,
                body_sha256=digest,
                status=status,
                answer=answer,
                answered_s=now_s,
            )
        )
        return Answer(status, answer, repeated=False)


def forget_old_answers(now_s: float) -> int:
    """Delete answers older than a week; returns how many."""
    deleted, _ = AnsweredRequest.objects.filter(answered_s__lt=now_s - RETENTION_S).delete()
    return deleted
