"""``GET /live/events``: the stream of what the viewer may see, with resume."""

from __future__ import annotations

import asyncio
import contextlib

from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.permissions import Viewer
from wardmote.web.live import frames
from wardmote.web.live.exchange import Exchange
from wardmote.web.live.hub import Hub
from wardmote.web.live.sessions import Sessions
from wardmote.web.live.sight import sight_of
from wardmote.web.live.subscriptions import Subscription

HEARTBEAT_S = 15.0
REVALIDATE_S = 5.0
"""How often a stream checks that its viewer is still logged in and may see the same."""

MAX_STREAMS = 2_000

_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)


async def serve_events(exchange: Exchange, hub: Hub, sessions: Sessions) -> None:
    """Answer with the stream until the reader goes, is logged out or the server stops."""
    viewer = await sessions.viewer(exchange)
    if viewer is None or not viewer.grants:
        await exchange.refuse(401, "not_logged_in", _("You are no longer logged in. Log in again."))
        return
    if hub.followers >= MAX_STREAMS:
        await exchange.refuse(
            503,
            "too_many_streams",
            _("Too many screens follow this server. Close some and try again."),
            headers=((b"retry-after", b"30"),),
        )
        return
    resume = _resume_position(exchange)
    if resume == "bad":
        await exchange.refuse(400, "bad_position", _("The journal position must be a number."))
        return
    await _stream(exchange, hub, sessions, viewer, resume if isinstance(resume, int) else None)


async def _stream(
    exchange: Exchange, hub: Hub, sessions: Sessions, viewer: Viewer, after: int | None
) -> None:
    sight = sight_of(viewer)
    until = hub.head
    subscription = hub.subscribe(sight, behind=until if after is None else max(after, until))
    gone = asyncio.create_task(_until_gone(exchange, subscription))
    try:
        await exchange.start(200, _HEADERS)
        history = b"" if after is None else await hub.history(sight, after, until)
        if history is None:
            subscription.behind = until
            history = frames.RESYNC
        await _send(exchange, frames.OPENING + frames.clock_frame(hub.clock.read()) + history)
        await _follow(exchange, hub, sessions, subscription)
        if not gone.done():
            await exchange.send({"type": "http.response.body", "body": b""})
    finally:
        hub.unsubscribe(subscription)
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone


async def _follow(
    exchange: Exchange, hub: Hub, sessions: Sessions, subscription: Subscription
) -> None:
    loop = asyncio.get_running_loop()
    spoke = checked = loop.time()
    while not subscription.ended:
        waiting = await subscription.next_bytes(REVALIDATE_S)
        now = loop.time()
        if waiting:
            spoke = now
            await _send(exchange, waiting)
        elif now - spoke >= HEARTBEAT_S - REVALIDATE_S / 2:
            spoke = now
            await _send(exchange, frames.HEARTBEAT + frames.clock_frame(hub.clock.read()))
        if now - checked >= REVALIDATE_S:
            checked = now
            viewer = await sessions.viewer(exchange)
            if viewer is None or not viewer.grants:
                return
            sight = sight_of(viewer)
            if sight != subscription.sight:
                hub.change_sight(subscription, sight)


async def _until_gone(exchange: Exchange, subscription: Subscription) -> None:
    while (await exchange.receive())["type"] != "http.disconnect":
        pass
    subscription.end()


async def _send(exchange: Exchange, part: bytes) -> None:
    await exchange.send({"type": "http.response.body", "body": part, "more_body": True})


def _resume_position(exchange: Exchange) -> int | str:
    """The position behind which to go on; empty to begin now, ``bad`` when it is no number.

    The header wins: a browser that reconnects repeats the first address as it was.
    """
    asked = exchange.header(b"last-event-id") or exchange.query().get("after", "")
    if not asked:
        return ""
    if asked.isascii() and asked.isdigit() and len(asked) < 19:
        return int(asked)
    return "bad"
