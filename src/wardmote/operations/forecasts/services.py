"""Asking for forecasts, and what the computing side does to them.

A forecast is claimed by a conditional update, so that two servers never compute the same one;
whoever holds no claim any more changes nothing.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import JsonValue, dump
from wardmote.core.domain.study_events import ImportedCallsStated
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.forecasts.models import DemandForecast
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_day
from wardmote.operations.studies.services import DemandSource

WANTED, RUNNING, IDLE = "wanted", "running", "idle"
KEPT_FRESH_S = 14 * 86_400.0
"""A forecast that nobody looked at for so long (>) is not renewed by itself."""
MOST_A_DAY = 50
"""So many forecasts a day are renewed without being asked for; one takes up to some minutes."""
NOTED_EVERY_S = 3_600.0
STOPPED = Bilingual("计算中断；请再试一次。", "It ended before it was worked out; try once more.")
SOURCES = (DemandSource.OWN_CALLS, DemandSource.IMPORTED_TOO)


def look_up(viewer: Viewer, area: AreaId, source: DemandSource, *, now_s: float) -> None:
    """Note that somebody wants the forecast of an area; asks for it where today's is not there.

    One that could not be made today is not tried again by itself.

    Raises:
        AccessDeniedError: the viewer may not see figures there, or nobody who may plan there has
            stated that imported calls were the public's.
    """
    if not viewer.may(Permission.REPORT_VIEW, area):
        raise AccessDeniedError
    if source is DemandSource.IMPORTED_TOO and not _stated(area):
        raise AccessDeniedError
    row, _made = DemandForecast.objects.get_or_create(
        area=area,
        source=source.value,
        defaults={"state": IDLE, "wanted_s": now_s},
    )
    # Not at every look: reading should rarely write.
    DemandForecast.objects.filter(pk=row.pk, wanted_s__lt=now_s - NOTED_EVERY_S).update(
        wanted_s=now_s
    )
    stale = DemandForecast.objects.filter(pk=row.pk, state=IDLE).exclude(day=_today(now_s))
    stale.update(state=WANTED)


def ask_again(viewer: Viewer, area: AreaId, source: DemandSource, *, now_s: float) -> None:
    """Have a forecast worked out anew.

    Raises:
        AccessDeniedError: the viewer may not see figures there, or nobody who may plan there has
            stated that imported calls were the public's.
    """
    look_up(viewer, area, source, now_s=now_s)
    rows = DemandForecast.objects.filter(area=area, source=source.value, state=IDLE)
    rows.update(state=WANTED)


def state_origin(viewer: Viewer, area: AreaId, *, now_s: float) -> None:
    """State that the imported calls of an area were the public's; has its forecast worked out.

    Who stated it first is kept; a statement that stands already changes nothing.

    Raises:
        AccessDeniedError: the viewer may not plan or see figures there.
    """
    _require_planner(viewer, area)
    imported = DemandSource.IMPORTED_TOO.value
    with transaction.atomic():
        row, _made = DemandForecast.objects.get_or_create(
            area=area, source=imported, defaults={"state": IDLE, "wanted_s": now_s}
        )
        # One conditional update, so that two who state it at once leave one event.
        if DemandForecast.objects.filter(pk=row.pk, stated_by="").update(stated_by=viewer.staff_id):
            _note(viewer, area, now_s, stated=True)
        DemandForecast.objects.filter(pk=row.pk, state=IDLE).update(state=WANTED)


def withdraw_origin(viewer: Viewer, area: AreaId, *, now_s: float) -> None:
    """Take the statement back, with the forecast that rested on it.

    Raises:
        AccessDeniedError: the viewer may not plan or see figures there.
    """
    _require_planner(viewer, area)
    rows = DemandForecast.objects.filter(area=area, source=DemandSource.IMPORTED_TOO.value)
    with transaction.atomic():
        # Whoever computes it loses the claim, and with it the right to keep what comes out.
        if rows.exclude(stated_by="").delete()[0]:
            _note(viewer, area, now_s, stated=False)


def renew(*, now_s: float) -> int:
    """Want anew, on a new day, the forecasts that are looked at; returns how many.

    With those already made or wanted today they are at most `MOST_A_DAY`, the last looked at
    first; others are made when somebody looks.
    """
    today = _today(now_s)
    begun = DemandForecast.objects.exclude(state=IDLE) | DemandForecast.objects.filter(day=today)
    room = max(0, MOST_A_DAY - begun.count())
    stale = DemandForecast.objects.filter(state=IDLE, wanted_s__gte=now_s - KEPT_FRESH_S)
    last_seen = stale.exclude(day=today).order_by("-wanted_s", "pk")
    keys = list(last_seen.values_list("pk", flat=True)[:room])
    return DemandForecast.objects.filter(pk__in=keys, state=IDLE).update(state=WANTED)


def claim_next(claim: str) -> int | None:
    """Take the forecast that was looked at last of those wanted; None when there is none."""
    waiting = DemandForecast.objects.filter(state=WANTED).order_by(F("wanted_s").desc(), "pk")
    for key in waiting.values_list("pk", flat=True)[:5]:
        taken = DemandForecast.objects.filter(pk=key, state=WANTED).update(
            state=RUNNING, claim=claim
        )
        if taken:
            return int(key)
    return None


def keep(key: int, claim: str, document: JsonValue, *, now_s: float) -> bool:
    """Keep a forecast that was made; returns whether the claim still held."""
    held = DemandForecast.objects.filter(pk=key, claim=claim, state=RUNNING)
    return held.update(state=IDLE, claim="", day=_today(now_s), document=document, problem=None) > 0


def fail(key: int, claim: str, problem: Bilingual, *, now_s: float) -> bool:
    """Note why there is none today; the last good one stays. Returns whether the claim held."""
    held = DemandForecast.objects.filter(pk=key, claim=claim, state=RUNNING)
    return held.update(state=IDLE, claim="", day=_today(now_s), problem=dump(problem)) > 0


def give_up_lost() -> int:
    """End what a server had begun and did not end; returns how many.

    Called at the start of the only server of a deployment: whatever was running has died with the
    last one.
    """
    lost = DemandForecast.objects.filter(state=RUNNING)
    return lost.update(state=WANTED, claim="")


def _require_planner(viewer: Viewer, area: AreaId) -> None:
    for needed in (Permission.STUDY_EDIT, Permission.REPORT_VIEW):
        if not viewer.may(needed, area):
            raise AccessDeniedError


def _note(viewer: Viewer, area: AreaId, now_s: float, *, stated: bool) -> None:
    record([ImportedCallsStated(stated)], actor=viewer.staff_id, area=area, now_s=now_s)


def _stated(area: AreaId) -> bool:
    rows = DemandForecast.objects.filter(area=area, source=DemandSource.IMPORTED_TOO.value)
    return rows.exclude(stated_by="").exists()


def _today(now_s: float) -> str:
    return local_day(now_s).isoformat()
