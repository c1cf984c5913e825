"""``POST /live/positions`` in, and ``positions`` messages out once a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.selectors import EVERY_UNIT, Device
from wardmote.web.live import frames
from wardmote.web.live.exchange import Exchange
from wardmote.web.live.fixes import MAX_BODY, MAX_FIXES, Fix, TimeWindow, decode_batch, sift
from wardmote.web.live.hub import Hub
from wardmote.web.live.positions import PositionPipeline
from wardmote.web.live.sessions import Sessions
from wardmote.web.live.sight import Sight

TELL_EVERY_S = 1.0
RETRY_AFTER = ((b"retry-after", b"1"),)


class PositionDesk:
    """Takes position reports and tells the streams who moved. Used on the event loop."""

    def __init__(self, hub: Hub, sessions: Sessions, pipeline: PositionPipeline) -> None:
        self._hub = hub
        self._sessions = sessions
        self._pipeline = pipeline
        self._newest: dict[str, float] = {}

    async def serve(self, exchange: Exchange) -> None:
        """Answer one report."""
        device = await self._sessions.device(exchange)
        viewer = None
        if device is None:
            viewer = await self._sessions.viewer(exchange)
            if viewer is None:
                await exchange.refuse(
                    401,
                    "not_logged_in",
                    _("Send the device's bearer token, or log in first."),
                    headers=((b"www-authenticate", b"Bearer"),),
                )
                return
            if not exchange.from_own_origin() or not _is_json(exchange):
                await exchange.refuse(
                    403, "foreign_origin", _("Positions are taken from our own pages only.")
                )
                return
        body = await exchange.body(MAX_BODY)
        try:
            fixes = decode_batch(body)
        except msgspec.DecodeError:
            await exchange.refuse(
                422, "bad_body", _("The positions could not be read: send them as documented.")
            )
            return
        if len(fixes) > MAX_FIXES:
            await exchange.refuse(413, "too_many_fixes", _("Send at most 5000 positions at once."))
            return
        await self._take(exchange, fixes, device, viewer)

    async def _take(
        self, exchange: Exchange, fixes: list[Fix], device: Device | None, viewer: Viewer | None
    ) -> None:
        if not self._pipeline.has_room_for(len(fixes)):
            await exchange.refuse(
                429,
                "queue_full",
                _("Too many positions are waiting. Send the newest ones in a second."),
                headers=RETRY_AFTER,
            )
            return

        reading = self._hub.clock.read()
        taken, refused = sift(
            fixes,
            on_duty=self._hub.roll.on_duty,
            may_report=_may_report(device, viewer),
            newest=self._newest,
            window=TimeWindow.around(reading.now_s, reading.rate),
        )
        self._pipeline.put(taken)
        await exchange.answer_json(202, {"accepted": len(taken), "refused": refused})

    async def tell_positions(self) -> None:
        """Tell each sight the units that moved, once a second; runs until it is cancelled."""
        while True:
            await asyncio.sleep(TELL_EVERY_S)
            moved = self._pipeline.moved()
            if not moved:
                continue
            at_s = self._hub.clock.now_s()
            on_duty = self._hub.roll.on_duty
            here = [
                (fix, area) for fix in moved.values() if (area := on_duty.get(fix.unit)) is not None
            ]
            for sight in self._hub.sights():
                frame = _frame_for(sight, at_s, here)
                if frame:
                    self._hub.tell(sight, frame)


def _may_report(device: Device | None, viewer: Viewer | None) -> Callable[[str, str], bool]:
    """Whether this sender may report for (unit, area); a gateway's areas are looked at once."""
    if device is not None and device.unit == EVERY_UNIT:
        areas: dict[str, bool] = {}

        def may_gateway(unit: str, area: str) -> bool:
            may = areas.get(area)
            if may is None:
                may = areas[area] = device.reports_for(unit, area)
            return may

        return may_gateway
    if device is not None:
        return device.reports_for

    def may_crew(unit: str, area: str) -> bool:
        return (
            viewer is not None
            and unit in viewer.crew_of
            and viewer.may(Permission.POSITION_REPORT, AreaId(area))
        )

    return may_crew


def _frame_for(sight: Sight, at_s: float, moved: list[tuple[Fix, str]]) -> bytes:
    seen = [fix for fix, area in moved if sight.sees_unit(fix.unit, area)]
    if not seen:
        return b""
    return frames.positions_frame(
        at_s,
        [fix.unit for fix in seen],
        [round(fix.lon, 6) for fix in seen],
        [round(fix.lat, 6) for fix in seen],
        [fix.heading for fix in seen],
        [fix.fix_s for fix in seen],
    )


def _is_json(exchange: Exchange) -> bool:
    return exchange.header(b"content-type").split(";")[0].strip() == "application/json"
