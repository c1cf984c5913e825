"""Watching the minimum staffing of levels: leaders are told once of each shortfall that lasts."""

from __future__ import annotations

from django.db import transaction

from wardmote.core.domain.duty_events import DutyMinimumFilled, DutyMinimumShort
from wardmote.core.domain.ids import AreaId
from wardmote.operations.duty.models import PostShortfall
from wardmote.operations.duty.recording import RULE
from wardmote.operations.duty.selectors.levels import switches_in_force
from wardmote.operations.duty.selectors.minimums import Shortfall, shortfalls
from wardmote.operations.journal.services import record

MINUTE_S = 60.0


def watch_minimums(now_s: float) -> None:
    """Write down since when posts are below their minimum, and which are so for long.

    One that has lasted for the level's minutes (>=) is on record from then on, once; leaders are
    told by that. When it is filled, or its level ends, it is over, and the next is another one.
    """
    short = {(one.switch, one.post): one for one in shortfalls(switches_in_force(), now_s)}
    with transaction.atomic():
        rows = PostShortfall.objects.select_for_update().filter(ended_s=None)
        known = {(row.switch, row.post): row for row in rows}
        for key, row in known.items():
            if key not in short:
                _end(row, now_s)
        for key, one in short.items():
            _go_on(known.get(key), one, now_s)


def _go_on(known: PostShortfall | None, one: Shortfall, now_s: float) -> None:
    row = known
    if row is None:
        row = PostShortfall.objects.create(
            switch=one.switch, post=one.post, area=one.area, since_s=now_s
        )
    if row.told_s is None and now_s - row.since_s >= one.level.short_minutes * MINUTE_S:
        row.told_s = now_s
        row.save(update_fields=["told_s"])
        event = DutyMinimumShort(one.switch, one.post, one.on_duty, one.least)
        record([event], actor=RULE, area=one.area, now_s=now_s)


def _end(row: PostShortfall, now_s: float) -> None:
    row.ended_s = now_s
    row.save(update_fields=["ended_s"])
    if row.told_s is not None:
        event = DutyMinimumFilled(row.switch, row.post)
        record([event], actor=RULE, area=AreaId(row.area), now_s=now_s)
