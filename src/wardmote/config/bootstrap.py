"""All wiring: what one server process consists of, how it starts and how it stops.

One process serves everything: Django's pages and API on a few threads, the live application on
the event loop, the dispatch worker on a thread of its own. Reasons are in the decision record
"One process, the live application beside Django".
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Coroutine, MutableMapping
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.utils import timezone

from wardmote.config.dispatching import build_worker
from wardmote.config.gate import DjangoGate
from wardmote.config.interpreter import set_apart_what_stays, share_fairly
from wardmote.config.study_program import (
    forecast_run_command,
    roster_run_command,
    study_run_command,
)
from wardmote.config.wsgi import application as django_application
from wardmote.core.travel.travel_times import warm_up
from wardmote.gateways.web_push import PushSender, PushSigner
from wardmote.operations.dispatch import selectors as dispatch_selectors
from wardmote.operations.dispatch import services as dispatch_services
from wardmote.operations.dispatch.positions import PositionBoard
from wardmote.operations.dispatch.worker import DispatchWorker
from wardmote.operations.following import JournalFollower
from wardmote.operations.forecasts.runner import ForecastRunner
from wardmote.operations.hazards.services import forget_contacts
from wardmote.operations.incidents.services import erase_old_callers, forget_old_positions
from wardmote.operations.journal import clock
from wardmote.operations.journal.idempotency import forget_old_answers
from wardmote.operations.journal.selectors import events_after, last_seq
from wardmote.operations.journal.storage import UNANSWERED
from wardmote.operations.notices.post import NoticePost
from wardmote.operations.notices.services import forget_old_notices
from wardmote.operations.patrols.runner import RosterRunner
from wardmote.operations.people.services import close_accounts_of_left, forget_old_tables
from wardmote.operations.photos.services import forget_old_photos
from wardmote.operations.places.city_directory import MAP, CityDirectory
from wardmote.operations.places.city_runtime import city_runtime
from wardmote.operations.reactions import REACTIONS
from wardmote.operations.rounds import ROUNDS
from wardmote.operations.studies.runner import StudyRunner
from wardmote.operations.studies.services import forget_grounds
from wardmote.web.live import present
from wardmote.web.live.application import LiveApplication
from wardmote.web.live.base_map import BaseMap
from wardmote.web.live.exchange import Receive, Scope, Send
from wardmote.web.live.hub import Hub, JournalSource, tell_clock
from wardmote.web.live.positions import PositionPipeline
from wardmote.web.live.reporting import PositionDesk
from wardmote.web.live.sessions import Sessions
from wardmote.web.live.threads import DatabaseThreads
from wardmote.web.live.tracks import TrackStore
from wardmote.web.training_mark import HEADER

LIVE_THREADS = 3
HOUSEKEEPING_S = 3_600.0
WORKER_READY_S = 120.0

_HEADER = HEADER.lower().encode()

logger = logging.getLogger(__name__)


class Application:
    """The server as one ASGI application with its lifespan."""

    def __init__(self) -> None:
        self._threads = DatabaseThreads("live", LIVE_THREADS)
        self._board = PositionBoard()
        self._tracks = TrackStore(settings.ENVIRONMENT.home / "tracks.sqlite3")
        self._pipeline = PositionPipeline(self._board, self._tracks)
        self.hub = Hub(_journal_source(), self._threads)
        sessions = Sessions(self._threads)
        desk = PositionDesk(self.hub, sessions, self._pipeline)
        self._desk = desk
        self._gate = DjangoGate(django_application)
        self._live = LiveApplication(
            self.hub, sessions, desk, self._threads, _base_map(), self._health
        )
        self._worker: DispatchWorker | None = None
        self._studies: StudyRunner | None = None
        self._forecasts: ForecastRunner | None = None
        self._rosters: RosterRunner | None = None
        self._follower: JournalFollower | None = None
        self._post: NoticePost | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._started = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or follow the server's lifespan."""
        if settings.TRAINING:
            send = _with_training_header(send)
        if scope["type"] == "http":
            path: str = scope["path"]
            if path.startswith(("/live/", "/city/")):
                await self._live(scope, receive, send)
            else:
                await self._gate(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1000})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self.start()
        except (DatabaseError, OSError) as error:
            logger.exception("The server could not start")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def start(self) -> None:
        """Start threads and tasks; positions and streams are taken from here on."""
        share_fairly()
        self._pipeline.start()
        await self.hub.start()
        self._follow(self._desk.tell_positions(), "positions to streams")
        self._follow(tell_clock(self.hub), "clock to streams")
        self._follow(self._keep_house(), "housekeeping")
        present.share(present.Present(self._board, self._tracks))
        if settings.CITY_DIRECTORY is not None:
            self._worker = await self._threads.run(self._start_worker)
            self._studies = StudyRunner(study_run_command)
            await self._threads.run(self._studies.start)
            self._forecasts = ForecastRunner(forecast_run_command)
            await self._threads.run(self._forecasts.start)
            self._rosters = RosterRunner(roster_run_command)
            await self._threads.run(self._rosters.start)
            self._follower = JournalFollower(REACTIONS, ROUNDS)
            await self._threads.run(self._follower.start)
            if not settings.TRAINING:
                self._post = NoticePost(_push_sender())
                await self._threads.run(self._post.start)
            self._follow(self._build_gazetteer(), "address search")
        self._started = True

    async def _build_gazetteer(self) -> None:
        """Build address search now, so that nobody waits for it; then rest."""
        await self._threads.run(lambda: city_runtime().gazetteer)
        await self._threads.run(set_apart_what_stays)
        await asyncio.Event().wait()

    def _start_worker(self) -> DispatchWorker:
        """Load the city and its worker; returns when it has read the picture."""
        warm_up()
        worker = build_worker(city_runtime(), self._board, self.hub.tell_recommendation)
        worker.start()
        if not worker.ready.wait(WORKER_READY_S):
            raise OSError("the dispatch worker did not get ready; its log says why")
        return worker

    async def stop(self) -> None:
        """End streams and tasks, take in what waits, close every connection."""
        self._started = False
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.hub.stop()
        loop = asyncio.get_running_loop()
        if self._worker is not None:
            await loop.run_in_executor(None, self._worker.stop)
        if self._studies is not None:
            await loop.run_in_executor(None, self._studies.stop)
        if self._follower is not None:
            await loop.run_in_executor(None, self._follower.stop)
        if self._post is not None:
            await loop.run_in_executor(None, self._post.stop)
        if self._forecasts is not None:
            await loop.run_in_executor(None, self._forecasts.stop)
        if self._rosters is not None:
            await loop.run_in_executor(None, self._rosters.stop)
        await loop.run_in_executor(None, self._pipeline.stop)
        await loop.run_in_executor(None, self._gate.close)
        await loop.run_in_executor(None, self._threads.close)
        present.share(None)

    def _follow(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    async def _keep_house(self) -> None:
        """Forget what has had its time, once an hour."""
        while True:
            try:
                await self._threads.run(forget_old)
                await self._threads.run(settle_patrols)
            except (*UNANSWERED, sqlite3.Error):  # the latter of the file of traces
                logger.exception("Housekeeping is put off")
            await asyncio.sleep(HOUSEKEEPING_S)

    def _health(self) -> dict[str, Any]:
        alive = self._started and not any(task.done() for task in self._tasks)
        advising = self._worker is None or self._worker.well
        reacting = self._follower is None or self._follower.well
        return {
            "ok": alive and self.hub.alive and advising and reacting,
            "seq": self.hub.head,
            "streams": self.hub.followers,
            "positions_waiting": self._pipeline.waiting,
            "positions_taken": self._pipeline.taken,
            "requests": self._gate.inside,
            "units_on_duty": len(self.hub.roll.on_duty),
        }


def _with_training_header(send: Send) -> Send:
    """What is sent, with the mark of a training room in its header."""

    async def marked(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message.get("headers", ()) if pair[0].lower() != _HEADER]
            message = {**message, "headers": [*kept, (_HEADER, b"1")]}
        await send(message)

    return marked


def build_application() -> Application:
    """The server of this deployment, ready for its lifespan."""
    return Application()


def forget_old() -> None:
    """Delete answers, positions, callers, pictures, names and sessions whose time is over."""
    now_s = clock.now_s()
    days: int | None = settings.CALLER_RETENTION_DAYS
    if days is not None:
        erased = erase_old_callers(now_s - days * 86_400.0, now_s=now_s)
        if erased:
            logger.info("Erased %d callers after %d days", erased, days)
    forget_old_answers(now_s)
    forget_old_positions(now_s)
    forget_grounds(now_s=now_s)
    forget_contacts(now_s)
    forget_old_photos(now_s)
    forget_old_tables(now_s)
    close_accounts_of_left(now_s)
    forget_old_notices(now_s)
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


def settle_patrols() -> None:
    """Keep what became of patrols while the traces of their units are there."""
    kept = dispatch_services.settle_patrols(present.tracks_of, now_s=clock.now_s())
    if kept:
        logger.info("Kept what became of %d patrols", kept)


def _push_sender() -> PushSender:
    """How notices leave for the push services of browsers."""
    return PushSender(PushSigner.from_secret(settings.PUSH_SECRET, settings.PUBLIC_ORIGIN))


def _journal_source() -> JournalSource:
    return JournalSource(
        last_seq=last_seq,
        events_after=events_after,
        on_duty=dispatch_selectors.units_on_duty,
        sent=dispatch_selectors.units_sent,
    )


def _base_map() -> BaseMap | None:
    folder = settings.CITY_DIRECTORY
    if folder is None:
        return None
    directory = CityDirectory.open(folder)
    record = directory.manifest.files[MAP]
    return BaseMap(directory.map_path, record.bytes, f'"{record.sha256[:32]}"')
