"""Brings the simulated people of a place to work, all in one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import numpy as np

from wardmote.core.domain.places import PlaceBook, UnitSpec
from wardmote.core.simulation.people.drawn_calls import DrawnCalls
from wardmote.core.simulation.people.manners import ColleagueManners, CrewManners
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.gateways.simulated_people.accounts import (
    CALL_TAKER,
    COLLEAGUE,
    crew_username,
    human_unit,
)
from wardmote.gateways.simulated_people.callers import CallTaker
from wardmote.gateways.simulated_people.colleague import Colleague
from wardmote.gateways.simulated_people.crews import Crew, CrewMember
from wardmote.gateways.simulated_people.session import ServedClock, Session

_LOGIN_SPACING_S = 0.05
_MAX_HAUNTS = 6
_TRAINING_HEADER = "X-Wardmote-Training"
"""As `web.training_mark` calls it."""


@dataclass(frozen=True, slots=True)
class Cast:
    """What the simulated people need to know of their place.

    Attributes:
        source: draws the calls.
        language: in which callers describe places.
        seed: the same seed gives the same calls and the same manners; the network does not.
    """

    origin: str
    password: str
    book: PlaceBook
    travel: TravelTimes
    source: DrawnCalls
    language: str
    seed: int


async def run_people(cast: Cast) -> None:
    """Let everybody work until cancelled."""
    seeds = np.random.SeedSequence(cast.seed).spawn(len(cast.book.units) + 2)
    clock = ServedClock()
    sessions: list[Session] = []

    def session() -> Session:
        sessions.append(Session(cast.origin, clock))
        return sessions[-1]

    taker = CallTaker(session(), cast.source, np.random.default_rng(seeds[0]), cast.language)
    colleague = Colleague(session(), ColleagueManners(), np.random.default_rng(seeds[1]))
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(taker.work(CALL_TAKER, cast.password))
            tasks.create_task(colleague.work(COLLEAGUE, cast.password))
            for unit, seed in zip(cast.book.units, seeds[2:], strict=True):
                if unit.unit_id != human_unit(cast.book).unit_id:
                    rng = np.random.default_rng(seed)
                    member = _member(unit, cast, rng)
                    crew = Crew(member, session(), cast.travel, CrewManners(), rng)
                    tasks.create_task(crew.work())
                    await asyncio.sleep(_LOGIN_SPACING_S)
    finally:
        await asyncio.gather(*(one.close() for one in sessions), return_exceptions=True)


def _member(unit: UnitSpec, cast: Cast, rng: np.random.Generator) -> CrewMember:
    post = next(post for post in cast.book.posts if post.post_id == unit.post)
    near = sorted(
        cast.book.key_places,
        key=lambda place: (place.lon - post.lon) ** 2 + (place.lat - post.lat) ** 2,
    )[: 2 * _MAX_HAUNTS]
    chosen = rng.permutation(len(near))[:_MAX_HAUNTS]
    return CrewMember(
        username=crew_username(unit),
        password=cast.password,
        unit=unit.unit_id,
        lon=post.lon,
        lat=post.lat,
        haunts=tuple((near[int(row)].lon, near[int(row)].lat) for row in chosen),
        posts={one.post_id: (one.lon, one.lat) for one in cast.book.posts},
    )


async def wait_until_served(
    origin: str,
    limit_s: float,
    is_running: Callable[[], bool] = lambda: True,
    *,
    training: bool = False,
) -> bool:
    """Whether the server answered that it is healthy within `limit_s` machine seconds.

    Args:
        is_running: whether the process that is to answer has not ended; an answer after that is
            somebody else's.
        training: only a training room counts; any other server that answers there does not.
    """
    async with httpx.AsyncClient(base_url=origin, timeout=2.0, trust_env=False) as http:
        try:
            async with asyncio.timeout(limit_s):
                while is_running():
                    try:
                        answer = await http.get("/live/health")
                        if answer.status_code == httpx.codes.OK and (
                            not training or answer.headers.get(_TRAINING_HEADER) == "1"
                        ):
                            return is_running()
                    except httpx.TransportError:
                        pass
                    await asyncio.sleep(0.2)
        except TimeoutError:
            pass
        return False
