"""The bulletin that a reader is shown: as published where it was, else by the record as it is now.

Live figures of some areas and a period are remembered for a minute in this process, so that the
page, its PDF and its workbook do not work them out three times. Figures that took long, a
prefecture's month, are shown for some minutes more, with their moment, while newer ones are worked
out behind the reader's back; what somebody asked for within a day is kept ready for the next look.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import DatabaseError, connection

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.measures.periods import Period
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.bulletins.memory import Memory
from wardmote.operations.bulletins.selectors import (
    Publication,
    Reported,
    figures_of,
    forget_documents,
    publication_of,
    read_published,
)

FRESH_S: Final = 60.0
PASSABLE_S: Final = 600.0
"""Figures that took long are shown so long, while newer ones are worked out."""
LONG_S = 0.5
"""What takes so much of a processor's time, or more, takes long."""
READY_S: Final = 240.0
"""Figures that are kept ready are worked out again when they are so old (>=)."""
WANTED_S: Final = 86_400.0
"""They are kept ready so long after somebody asked."""
MOST_READY: Final = 6
"""Those asked for last: all are renewed, one a minute, before any is no longer shown."""
_MOST_LIVE: Final = 24


@dataclass(frozen=True, slots=True)
class Live:
    """Figures by the record as it was at `made_s`, seconds UTC."""

    reported: Reported
    made_s: float
    took_s: float


@dataclass(frozen=True, slots=True)
class Shown:
    """A bulletin as it is shown.

    Attributes:
        at_s: the moment of its figures, seconds UTC.
        published: the publication of the period that the reader may see; None without one.
        as_published: whether the figures are those of `published`.
    """

    reported: Reported
    at_s: float
    published: Publication | None
    as_published: bool


_Key = tuple[tuple[AreaId, ...], Period]
_live: Final[Memory[_Key, Live]] = Memory(_MOST_LIVE)
_asked: Final[OrderedDict[_Key, float]] = OrderedDict()
"""When somebody asked for figures that took long, seconds UTC; the last one last."""
_renewed: Final[set[_Key]] = set()
_renewing = threading.Lock()

logger = logging.getLogger(__name__)


def shown_bulletin(viewer: Viewer, period: Period, *, now_s: float, live: bool = False) -> Shown:
    """The bulletin of a period for the areas the viewer may see.

    It is the published document where there is one of just these areas, unless `live` is asked for.

    Raises:
        AccessDeniedError: the viewer may see no reports.
    """
    areas = widest(viewer.areas_with(Permission.REPORT_VIEW))
    if not areas:
        raise AccessDeniedError
    published = publication_of(viewer, period)
    if published is not None and areas == (published.area,) and not live:
        return Shown(read_published(published).reported, published.made_s, published, True)
    found = live_figures(areas, period, now_s=now_s)
    return Shown(found.reported, found.made_s, published, False)


def live_figures(areas: Iterable[AreaId], period: Period, *, now_s: float) -> Live:
    """The figures of a period for some areas by the record as it is, or was lately.

    Lately is within `FRESH_S`; within `PASSABLE_S` where working them out took long.
    """
    key = (widest(areas), period)
    known = _live.known(
        key, lambda one: one.took_s >= LONG_S and abs(now_s - one.made_s) < PASSABLE_S
    )
    if known is None:
        known = _up_to_date(key, now_s)
    elif abs(now_s - known.made_s) >= FRESH_S:
        _renew_behind(key, now_s)
    if known.took_s >= LONG_S:
        _note_asked(key, now_s)
    return known


def keep_ready(now_s: float) -> None:
    """Begin to renew figures that are wanted and take long: of those that are due, the oldest."""
    with _renewing:
        wanted = [key for key, asked_s in _asked.items() if abs(now_s - asked_s) < WANTED_S]
    known = ((key, _live.known(key, lambda one: one.took_s >= LONG_S)) for key in wanted)
    ages = [(abs(now_s - one.made_s), key) for key, one in known if one is not None]
    age, oldest = max(ages, default=(0.0, None), key=lambda one: one[0])
    if oldest is not None and age >= READY_S:
        _renew_behind(oldest, now_s)


def _note_asked(key: _Key, now_s: float) -> None:
    with _renewing:
        _asked[key] = now_s
        _asked.move_to_end(key)
        while len(_asked) > MOST_READY:
            _asked.popitem(last=False)


def _renew_behind(key: _Key, now_s: float) -> None:
    """Begin to work newer figures out, unless somebody does so already."""
    with _renewing:
        begins = key not in _renewed
        _renewed.add(key)
    if begins:
        threading.Thread(
            target=_renew, args=(key, now_s), name="bulletin figures", daemon=True
        ).start()


def _up_to_date(key: _Key, now_s: float) -> Live:
    return _live.get(
        key, lambda: _made(key, now_s), lambda known: abs(now_s - known.made_s) < FRESH_S
    )


def _made(key: _Key, now_s: float) -> Live:
    areas, period = key
    begin_s = time.thread_time()
    reported = figures_of(areas, period, now_s=now_s)
    return Live(reported, now_s, time.thread_time() - begin_s)


def _renew(key: _Key, now_s: float) -> None:
    """Work newer figures out, in a thread of its own with a connection of its own."""
    try:
        _up_to_date(key, now_s)
    except DatabaseError as error:
        logger.warning("The figures of %s could not be renewed", key[1].name, exc_info=error)
    finally:
        connection.close()
        with _renewing:
            _renewed.discard(key)


def widest(areas: Iterable[AreaId]) -> tuple[AreaId, ...]:
    """The areas, once each and in order, without those that lie in another."""
    once = set(areas)
    return tuple(
        sorted(
            area
            for area in once
            if not any(other != area and area_contains(other, area) for other in once)
        )
    )


def forget_bulletins() -> None:
    """Forget live figures and documents."""
    _live.forget()
    with _renewing:
        _asked.clear()
    forget_documents()
