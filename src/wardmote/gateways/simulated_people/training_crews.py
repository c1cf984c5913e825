"""The crews of an exercise: all units on duty, each with what ails it at the moment."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.places import PlaceBook, UnitSpec
from wardmote.core.simulation.people.manners import JobTimes
from wardmote.core.simulation.training.exercise import Exercise
from wardmote.core.simulation.training.scenario import TroubleKind
from wardmote.core.simulation.training.script import Script, ScriptedTrouble
from wardmote.core.simulation.training.timing import TRAINING_MANNERS, job_times
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.gateways.simulated_people.accounts import crew_username
from wardmote.gateways.simulated_people.crews import Crew, CrewMember
from wardmote.gateways.simulated_people.session import ServedClock, Session

_LOGIN_SPACING_S = 0.03


@dataclass(frozen=True, slots=True)
class Setting:
    """What everybody in an exercise needs to know.

    Attributes:
        language: in which the next desk writes down places.
        rate: how many times as fast as the machine's the room's clock runs.
    """

    origin: str
    password: str
    book: PlaceBook
    travel: TravelTimes
    script: Script
    language: str
    rate: float


def crew_member(unit: UnitSpec, setting: Setting) -> CrewMember:
    """Who crews a unit of an exercise: it waits at its post, and goes to any other as advised."""
    posts = {one.post_id: (one.lon, one.lat) for one in setting.book.posts}
    lon, lat = posts[unit.post]
    return CrewMember(
        username=crew_username(unit),
        password=setting.password,
        unit=unit.unit_id,
        lon=lon,
        lat=lat,
        haunts=(),
        posts={str(post): place for post, place in posts.items()},
    )


class TrainingCrews:
    """Every crew that is on duty. `work` runs until it is cancelled."""

    def __init__(
        self, setting: Setting, clock: ServedClock, exercise_now: Callable[[], Exercise]
    ) -> None:
        self._setting = setting
        self._exercise_now = exercise_now
        self._sessions: list[Session] = []
        self._crews: dict[UnitId, Crew] = {}
        for unit in setting.book.units:
            if unit.unit_id in setting.script.away:
                continue
            session = Session(setting.origin, clock)
            self._sessions.append(session)
            rng = np.random.default_rng([setting.script.seed, zlib.crc32(unit.unit_id.encode())])
            self._crews[unit.unit_id] = Crew(
                crew_member(unit, setting),
                session,
                setting.travel,
                TRAINING_MANNERS,
                rng,
                self._times_of,
            )

    def __len__(self) -> int:
        return len(self._crews)

    def __contains__(self, unit: str) -> bool:
        return unit in self._crews

    async def work(self) -> None:
        """Let every crew work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for crew in self._crews.values():
                tasks.create_task(crew.work())
                await asyncio.sleep(_LOGIN_SPACING_S)

    async def close(self) -> None:
        """Hang up for everybody."""
        await asyncio.gather(*(one.close() for one in self._sessions), return_exceptions=True)

    def strike(self, trouble: ScriptedTrouble) -> None:
        """Let trouble befall its unit, besides what ails it already."""
        crew = self._crews.get(trouble.unit)
        if crew is not None:
            crew.suffer(replace(crew.ailments, **{_AILMENT[trouble.kind]: True}))

    async def recover(self, trouble: ScriptedTrouble) -> None:
        """End what a trouble did to its unit."""
        crew = self._crews.get(trouble.unit)
        if crew is None:
            return
        crew.suffer(replace(crew.ailments, **{_AILMENT[trouble.kind]: False}))
        if trouble.kind is TroubleKind.UNIT_BREAKS_DOWN:
            await crew.say_unavailable("")

    def take_roads(self, travel: TravelTimes) -> None:
        """Let every crew drive by these roads from its next journey on."""
        for crew in self._crews.values():
            crew.take_roads(travel)

    def _times_of(self, incident: str) -> JobTimes:
        """The times that chance gives a call of the script; its own for one that it lacks."""
        seed = self._setting.script.seed
        known = self._exercise_now().call_of(IncidentId(incident))
        if known is None:
            return job_times(seed, zlib.crc32(incident.encode()))
        return job_times(seed, known.call.about or known.call.number)


_AILMENT = {
    TroubleKind.CREW_SILENT: "silent",
    TroubleKind.UNIT_BREAKS_DOWN: "broken",
    TroubleKind.POSITIONS_STALE: "unseen",
}
