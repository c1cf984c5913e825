"""A simulated crew: comes on duty, waits at its post, drives to calls, reports and clears."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np

from wardmote.core.domain.positions import STALE_AFTER_S
from wardmote.core.simulation.people.drive import Drive, Fix
from wardmote.core.simulation.people.manners import CrewManners, JobTimes
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.gateways.simulated_people.session import Session

LOGGER = logging.getLogger(__name__)
POSITION_EVERY_S = 2.0
"""Machine seconds between two position reports while driving."""
STANDING_EVERY_S = 20.0
"""Machine seconds between two position reports while standing, where the clock runs as usual."""
FRESH_S = STALE_AFTER_S / 2
"""However fast the clock runs, positions are never older than this on it, seconds."""
_CHECK_JOBS_S = 20.0
VEHICLE_FAULT = "vehicle_fault"
_CONCERN_CREWS = frozenset({"assignment.moved", "move_up.advised", "move_up.moved"})
_GONE = frozenset({"cleared", "refused", "preempted", "cancelled"})


@dataclass(frozen=True, slots=True)
class CrewMember:
    """Who drives which unit, and where it stands by.

    Attributes:
        haunts: places (lon, lat) that the unit visits while it patrols.
        posts: places (lon, lat) of posts by id, where it may be advised to stand by; advice to go
            elsewhere is left unanswered.
    """

    username: str
    password: str
    unit: str
    lon: float
    lat: float
    haunts: tuple[tuple[float, float], ...]
    posts: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ailments:
    """What is wrong with a crew at the moment, in an exercise.

    Attributes:
        silent: it does not look at its terminal.
        broken: its vehicle stands still.
        unseen: its positions do not come through.
    """

    silent: bool = False
    broken: bool = False
    unseen: bool = False


WELL = Ailments()


class JobEndedError(Exception):
    """The job was taken away while the crew was at it."""


class Crew:
    """One crew at work."""

    def __init__(
        self,
        who: CrewMember,
        session: Session,
        travel: TravelTimes,
        manners: CrewManners,
        rng: np.random.Generator,
        times_of: Callable[[str], JobTimes] | None = None,
    ) -> None:
        """`times_of` gives the times of the job at a call, by the call's id; drawn without it."""
        self._who = who
        self._session = session
        self._travel = travel
        self._manners = manners
        self._rng = rng
        self._times_of = times_of or (lambda _incident: manners.draw_job(rng))
        self.ailments = WELL
        self._advice: dict[str, Any] | None = None
        self._heading = ""
        self._drive = Drive.along(np.array([[who.lon, who.lat]]), session.clock.now_s(), 0.0)
        self._woken = asyncio.Event()

    async def work(self) -> None:
        """Log in, go on duty and work until cancelled."""
        await self._session.log_in(self._who.username, self._who.password)
        await self._session.post(
            f"/api/units/{self._who.unit}/duty",
            {"on_duty": True, "lon": self._who.lon, "lat": self._who.lat},
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._report_positions())
            tasks.create_task(self._listen())
            tasks.create_task(self._serve())

    def take_roads(self, travel: TravelTimes) -> None:
        """Drive by these roads from the next journey on."""
        self._travel = travel

    def suffer(self, ailments: Ailments) -> None:
        """Take over what is wrong from now on; a broken vehicle stops where it is."""
        if ailments.broken and not self.ailments.broken:
            now_s = self._session.clock.now_s()
            here = self._drive.fix_at(now_s)
            self._drive = Drive.along(np.array([[here.lon, here.lat]]), now_s, 0.0)
        self.ailments = ailments
        self._woken.set()

    async def say_unavailable(self, reason: str) -> None:
        """Tell the room that the unit can take no job; refused while it has one."""
        body = {"available": not reason, "reason": reason}
        await self._session.post(f"/api/units/{self._who.unit}/availability", body)

    async def _listen(self) -> None:
        async for event in self._session.events(after=await self._newest()):
            moved = event.name == "journal" and event.data.get("type") in _CONCERN_CREWS
            if event.name == "resync" or (
                moved and event.data["data"].get("unit") == self._who.unit
            ):
                self._woken.set()

    async def _newest(self) -> int:
        board = await self._session.get("/api/board")
        self._session.clock.hear(board["clock"]["server_s"], board["clock"]["rate"])
        return int(board["seq"])

    async def _report_positions(self) -> None:
        while True:
            now_s = self._session.clock.now_s()
            fix = self._drive.fix_at(now_s)
            if not self.ailments.unseen:
                await self._session.post("/live/positions", {"fixes": [self._fix_json(fix, now_s)]})
            driving = not self._drive.is_over(now_s)
            fresh_s = FRESH_S / self._session.clock.rate
            await asyncio.sleep(min(POSITION_EVERY_S if driving else STANDING_EVERY_S, fresh_s))

    def _fix_json(self, fix: Fix, now_s: float) -> dict[str, Any]:
        return {
            "unit": self._who.unit,
            "lon": fix.lon,
            "lat": fix.lat,
            "heading": fix.heading,
            "speed_mps": fix.speed_mps,
            "fix_s": now_s,
        }

    async def _serve(self) -> None:
        while True:
            if self.ailments.silent:
                self._woken.clear()
                await self._called_within(_CHECK_JOBS_S)
                continue
            job = await self._next_job()
            if self.ailments.broken:
                await self._report_fault(job)
                continue
            if job is None:
                await self._idle()
                continue
            try:
                await self._attend(job)
            except JobEndedError:
                LOGGER.debug("%s: the job ended", self._who.unit)

    async def _report_fault(self, job: dict[str, Any] | None) -> None:
        """A broken vehicle: refuse a job that has not begun; without one say so; then wait."""
        self._woken.clear()
        if job is None:
            await self.say_unavailable(VEHICLE_FAULT)
        elif job["assignment"]["state"] in ("assigned", "acknowledged"):
            with contextlib.suppress(JobEndedError):
                await self._tap(str(job["assignment"]["id"]), "refuse", reason=VEHICLE_FAULT)
            return
        await self._called_within(_CHECK_JOBS_S)

    async def _next_job(self) -> dict[str, Any] | None:
        try:
            crew = await self._session.get("/api/crew")
        except httpx.HTTPError as error:
            LOGGER.debug("%s: %r", self._who.unit, error)
            return None
        self._advice = next(iter(crew["move_ups"]), None)
        live = [
            job for job in crew["jobs"] if job["assignment"]["state"] not in _GONE | {"stacked"}
        ]
        return live[0] if live else None

    async def _idle(self) -> None:
        """Patrol to a haunt or back to the post, and look up when called."""
        self._woken.clear()
        advice = self._advice
        if advice is not None and advice["post"] in self._who.posts:
            await self._stand_by(advice)
            return
        if self._drive.is_over(self._session.clock.now_s()):
            stand_s = self._manners.stand_by.draw(self._rng)
            if await self._called_within(stand_s):
                return
            home = self._rng.random() < 0.5 or not self._who.haunts
            haunt = (self._who.lon, self._who.lat)
            if not home:
                haunt = self._who.haunts[int(self._rng.integers(len(self._who.haunts)))]
            self._set_off(*haunt, haste=self._manners.haste * 1.6)
        left_s = self._drive.end_s - self._session.clock.now_s()
        await self._called_within(max(left_s, 1.0))

    async def _stand_by(self, advice: dict[str, Any]) -> None:
        """Answer advice where to stand by, go there, and stay until something happens."""
        if advice["state"] == "advised":
            if not await self._called_within(self._manners.acknowledge.draw(self._rng)):
                stays = self._rng.random() < self._manners.stays_share
                await self._answer(advice, "refuse" if stays else "acknowledge")
            return
        lon, lat = self._who.posts[advice["post"]]
        if advice["state"] == "acknowledged" and self._heading != advice["post"]:
            self._set_off(lon, lat, haste=self._manners.haste * 1.3)
            self._heading = advice["post"]
        left_s = self._drive.end_s - self._session.clock.now_s()
        if await self._called_within(left_s if left_s > 0 else _CHECK_JOBS_S):
            return
        if advice["state"] == "acknowledged" and self._drive.is_over(self._session.clock.now_s()):
            await self._answer(advice, "arrive")

    async def _answer(self, advice: dict[str, Any], action: str) -> None:
        body = {"action": action, "reason": "crew_short" if action == "refuse" else ""}
        status, answer = await self._session.post(f"/api/move-ups/{advice['id']}/actions", body)
        if status >= httpx.codes.BAD_REQUEST:
            LOGGER.debug("%s could not %s: %s", self._who.unit, action, answer)

    async def _called_within(self, served_s: float) -> bool:
        limit_s = min(served_s / self._session.clock.rate, _CHECK_JOBS_S)
        try:
            async with asyncio.timeout(limit_s):
                await self._woken.wait()
        except TimeoutError:
            return False
        return True

    async def _attend(self, job: dict[str, Any]) -> None:
        assignment, incident = job["assignment"], job["incident"]
        steps = ["assigned", "acknowledged", "en_route", "on_scene", "feedback"]
        reached = steps.index(assignment["state"]) if assignment["state"] in steps else 0
        name = str(assignment["id"])
        times = self._times_of(str(incident["id"]))
        if reached < 1:
            await self._pause(name, times.acknowledge_s)
            if times.refuses:
                await self._tap(name, "refuse", reason=VEHICLE_FAULT)
                return
            await self._tap(name, "acknowledge")
        if reached < 2:
            await self._pause(name, times.set_out_s)
            await self._tap(name, "depart")
        if reached < 3:
            await self._drive_to(name, incident)
            await self._tap(name, "arrive")
        if reached < 4:
            await self._pause(name, times.first_report_s)
            await self._tap(name, "report")
        await self._pause(name, times.finish_s)
        await self._tap(name, "clear")

    async def _drive_to(self, assignment: str, incident: dict[str, Any]) -> None:
        """Drive to a call; where nobody is because its place was corrected, drive on to there."""
        place = None
        while incident["lon"] is not None and (incident["lon"], incident["lat"]) != place:
            place = (incident["lon"], incident["lat"])
            self._set_off(*place, haste=self._manners.haste)
            await self._pause(assignment, self._drive.end_s - self._session.clock.now_s())
            job = await self._next_job()
            if job is not None and job["assignment"]["id"] == assignment:
                incident = job["incident"]

    async def _pause(self, assignment: str, served_s: float) -> None:
        """Let time pass while at a job; end early when the job is taken away."""
        until_s = self._session.clock.now_s() + max(served_s, 0.0)
        while (left_s := until_s - self._session.clock.now_s()) > 0:
            self._woken.clear()
            if await self._called_within(left_s):
                await self._check_still_mine(assignment)

    async def _check_still_mine(self, assignment: str) -> None:
        if self.ailments.silent or self.ailments.broken:
            raise JobEndedError
        job = await self._next_job()
        if job is None or job["assignment"]["id"] != assignment:
            raise JobEndedError

    async def _tap(self, assignment: str, action: str, reason: str = "") -> None:
        ails = self.ailments
        if ails.silent or (ails.broken and action != "refuse"):
            raise JobEndedError
        body = {"action": action, "device_s": self._session.clock.now_s(), "reason": reason}
        status, answer = await self._session.post(f"/api/assignments/{assignment}/actions", body)
        if status >= httpx.codes.BAD_REQUEST:
            LOGGER.debug("%s could not %s: %s", self._who.unit, action, answer)
            raise JobEndedError

    def _set_off(self, lon: float, lat: float, *, haste: float) -> None:
        self._heading = ""
        now_s = self._session.clock.now_s()
        here = self._drive.fix_at(now_s)
        places = self._travel.snap([here.lon, lon], [here.lat, lat])
        route = self._travel.route(places.rows([0]), places.rows([1]))
        if route is None:
            # No way there: the crew stays where it is, and the dispatcher sees that it does.
            self._drive = Drive.along(np.array([[here.lon, here.lat]]), now_s, 0.0)
        else:
            self._drive = Drive.along(route.line, now_s, route.ms / 1000.0 * haste)
