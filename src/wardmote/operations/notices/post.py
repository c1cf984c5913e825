"""The thread that takes notices to phones: plans messages, hands them over, keeps the outcome.

It stands apart from the reactions, because a push service may take its time. How a message is sent
it is told at the start; only a gateway reaches outside.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from django.db import close_old_connections, connections

from wardmote.operations.journal import clock
from wardmote.operations.journal.storage import UNANSWERED
from wardmote.operations.notices.services import (
    ClaimedMessage,
    PushOutcome,
    claim_messages,
    drop_unknown,
    plan_messages,
    settle_message,
)

LOOK_EVERY_S = 5.0
END_WITHIN_S = 30.0

logger = logging.getLogger(__name__)


class Answer(Protocol):
    """What a sender found out."""

    @property
    def outcome(self) -> PushOutcome:
        """What became of the message."""

    @property
    def retry_after_s(self) -> float:
        """How long the service asked to wait."""


Send = Callable[[ClaimedMessage], Answer]


class NoticePost:
    """Started with the server, ended with it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._over = threading.Event()
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)

    def start(self) -> None:
        """Begin; what a server before this one had handed over is let be."""
        drop_unknown()
        self._thread.start()

    def stop(self) -> None:
        """End when the message in hand is settled."""
        self._over.set()
        self._thread.join(END_WITHIN_S)

    def _run(self) -> None:
        try:
            while not self._over.is_set():
                busy = self._look()
                close_old_connections()
                self._over.wait(0.0 if busy else LOOK_EVERY_S)
        finally:
            connections.close_all()

    def _look(self) -> bool:
        try:
            busy = self.work()
        except UNANSWERED:
            if not self._failing:
                logger.exception("The database did not answer; notices wait")
            self._failing = True
            return False
        self._failing = False
        return busy

    def work(self) -> bool:
        """Plan and send what is due; returns whether there may be more at once."""
        more = plan_messages(clock.now_s())
        claimed = claim_messages(clock.now_s())
        silent: set[str] = set()
        for message in claimed:
            host = message.endpoint.split("/", 3)[2]
            if self._over.is_set() or host in silent:
                # A service that does not answer is asked once a turn, not once a device.
                settle_message(message.message, PushOutcome.LATER, clock.now_s())
                continue
            answer = self._send(message)
            if answer.outcome is PushOutcome.LATER:
                silent.add(host)
            settle_message(
                message.message,
                answer.outcome,
                clock.now_s(),
                retry_after_s=answer.retry_after_s,
            )
        return more or bool(claimed)
