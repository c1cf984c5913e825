"""The live application: everything under ``/live/`` and ``/city/``, straight on ASGI."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from wardmote.operations.journal.storage import UNANSWERED
from wardmote.web.live.base_map import BaseMap, serve_map
from wardmote.web.live.events import serve_events
from wardmote.web.live.exchange import (
    BodyRefusedError,
    ClientGoneError,
    Exchange,
    Receive,
    Scope,
    Send,
)
from wardmote.web.live.hub import Hub
from wardmote.web.live.reporting import PositionDesk
from wardmote.web.live.sessions import Sessions
from wardmote.web.live.threads import DatabaseThreads

logger = logging.getLogger(__name__)

_METHODS = {
    "/live/events": ("GET",),
    "/live/positions": ("POST",),
    "/live/health": ("GET", "HEAD"),
    "/city/map.pmtiles": ("GET", "HEAD"),
}


@dataclass(frozen=True, slots=True)
class LiveApplication:
    """The bare ASGI application with all that it serves.

    Attributes:
        health: what ``GET /live/health`` tells; it must be quick and tell nothing about people.
    """

    hub: Hub
    sessions: Sessions
    desk: PositionDesk
    threads: DatabaseThreads
    base_map: BaseMap | None
    health: Callable[[], dict[str, Any]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        exchange = Exchange(scope, receive, send)
        try:
            await self._answer(exchange)
        except BodyRefusedError as error:
            await exchange.refuse_body(error)
        except ClientGoneError:
            return
        except UNANSWERED:
            logger.exception("The database did not answer")
            await exchange.refuse(
                503,
                "database",
                _("The server is busy. Wait a moment and try again."),
                headers=((b"retry-after", b"2"),),
            )

    async def _answer(self, exchange: Exchange) -> None:
        if not exchange.for_allowed_host():
            await exchange.refuse(400, "bad_host", _("This server does not go by that name."))
            return
        methods = _METHODS.get(exchange.path)
        if methods is None:
            await exchange.refuse(404, "not_found", _("There is nothing at this address."))
            return
        if exchange.method not in methods:
            await exchange.refuse(
                405,
                "method_not_allowed",
                _("This address does not take such a request."),
                headers=((b"allow", ", ".join(methods).encode()),),
            )
            return
        if exchange.path == "/live/events":
            await serve_events(exchange, self.hub, self.sessions)
        elif exchange.path == "/live/positions":
            await self.desk.serve(exchange)
        elif exchange.path == "/live/health":
            state = self.health()
            await exchange.answer_json(200 if state["ok"] else 503, state)
        elif await self.sessions.viewer(exchange) is None:
            await exchange.refuse(
                401, "not_logged_in", _("You are no longer logged in. Log in again.")
            )
        else:
            await serve_map(exchange, self.base_map, self.threads)
