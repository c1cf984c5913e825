"""Publishing bulletins when their period is over: they write themselves."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Count, Min

from wardmote.core.domain.bulletin_events import BulletinPublished
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.plain import JsonValue
from wardmote.core.measures.periods import Period, PeriodKind, period_of
from wardmote.operations.access.selectors import areas_granted
from wardmote.operations.bulletins.models import PublishedBulletin
from wardmote.operations.bulletins.selectors import document_of, figures_of, span_of
from wardmote.operations.following import FAULTS, READER
from wardmote.operations.journal import readers
from wardmote.operations.journal.selectors import last_seq, recorded_by
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_day

ACTOR = "rule:bulletins"
SETTLED_AFTER_S = 6 * 3_600.0
"""A period is published so long after its end, when late reports from the field are in."""
CAUGHT_UP: Mapping[PeriodKind, int] = {
    PeriodKind.DAY: 60,
    PeriodKind.WEEK: 10,
    PeriodKind.MONTH: 13,
}
"""How many periods back is looked for bulletins that were not published in their time."""
TRIES = 3

logger = logging.getLogger(__name__)


class UnsettledError(RuntimeError):
    """The record of the moment of publishing went on growing while it was read."""


def publish_due(now_s: float) -> bool:
    """Publish the next bulletin that is due; returns whether more may be due.

    Due is each period that is over and settled, for each area for which anybody holds the right to
    see reports, since its first bulletin; the oldest first. One that cannot be made is written
    down as a fault and keeps none of the others waiting; those that failed before come last.
    """
    failed = {fault.reaction for fault in readers.faults()}
    due = sorted(_due(now_s), key=lambda one: _name(*one) in failed)
    for area, period in due:
        name = _name(area, period)
        try:
            publish(area, period, now_s=now_s)
        except FAULTS as error:
            with transaction.atomic():
                readers.keep_fault(READER, name, 0, error, now_s)
            logger.warning("The bulletin %s was not published", name, exc_info=error)
            continue
        if name in failed:
            readers.forget_fault(READER, name, 0)
        return True
    return False


def _due(now_s: float) -> list[tuple[AreaId, Period]]:
    """What is over, settled and not published, the oldest first.

    An area's first bulletins are those of the last periods; from then on none is left out, also
    where the server stood still, as far back as `CAUGHT_UP`.
    """
    areas = areas_granted(Permission.REPORT_VIEW, now_s)
    found: list[tuple[AreaId, Period]] = []
    for kind, most in CAUGHT_UP.items():
        periods = _periods_until(period_of(kind, local_day(now_s - SETTLED_AFTER_S)).before(), most)
        earliest, published = _published_since(periods[0], areas)
        for area in areas:
            first, count = published.get(area, (periods[-1].first.isoformat(), 0))
            first = periods[0].first.isoformat() if area in earliest else first
            wanted = [one for one in periods if one.first.isoformat() >= first]
            if count < len(wanted):
                done = _firsts(kind, area, first)
                found += [(area, one) for one in wanted if one.first.isoformat() not in done]
    return sorted(found, key=lambda one: one[1].last)


def _periods_until(last: Period, most: int) -> list[Period]:
    periods = [last]
    while len(periods) < most:
        periods.append(periods[-1].before())
    return periods[::-1]


def _published_since(
    since: Period, areas: Sequence[AreaId]
) -> tuple[set[str], dict[str, tuple[str, int]]]:
    """Areas that have bulletins from before a period; and by area the first since, and how many."""
    rows = PublishedBulletin.objects.filter(kind=since.kind.value)
    first = since.first.isoformat()
    counted = rows.filter(first__gte=first).values_list("area").annotate(Min("first"), Count("pk"))
    earlier = rows.filter(first__lt=first, area__in=areas).values_list("area", flat=True)
    return set(earlier.distinct()), {area: (begun, count) for area, begun, count in counted}


def _firsts(kind: PeriodKind, area: AreaId, since: str) -> set[str]:
    rows = PublishedBulletin.objects.filter(kind=kind.value, area=area, first__gte=since)
    return set(rows.values_list("first", flat=True))


def _name(area: AreaId, period: Period) -> str:
    return f"bulletins:{area}:{period.name}"


def publish(area: AreaId, period: Period, *, now_s: float) -> bool:
    """Keep the bulletin of a period as the record says it now; once. Returns whether it was new.

    Figures are worked out as of `now_s` while others write; only then is the journal's lock taken,
    and what has been written since must lie after `now_s`. So whoever asks for the same moment
    later gets the same figures.

    Raises:
        ValueError: the period is not over.
        UnsettledError: something of the moment itself was written down each time it was read.
    """
    _start_s, end_s = span_of(period)
    if end_s > now_s:
        raise ValueError("the period is not over")
    for _try in range(TRIES):
        if area in _published(period):
            return False
        seq = last_seq()
        document = document_of(figures_of([area], period, now_s=now_s, live=False))
        try:
            return _keep(area, period, document, seq, now_s)
        except UnsettledError:
            continue
    raise UnsettledError


def _keep(area: AreaId, period: Period, document: JsonValue, seq: int, now_s: float) -> bool:
    digest = digest_of(document)
    with transaction.atomic():
        _row, new = PublishedBulletin.objects.get_or_create(
            kind=period.kind.value, first=period.first.isoformat(), area=area,
            defaults={"document": document, "digest": digest, "seq": seq, "made_s": now_s},
        )  # fmt: skip
        if not new:
            return False
        record([BulletinPublished(period.name, digest)], actor=ACTOR, area=area, now_s=now_s)
        # From here on nobody else writes: all that was recorded by `now_s` can be seen.
        if recorded_by(now_s, after=seq) > 1:
            raise UnsettledError
    return True


def digest_of(document: JsonValue) -> str:
    """SHA-256 of a document as canonical JSON, in hex."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _published(period: Period) -> list[str]:
    rows = PublishedBulletin.objects.filter(kind=period.kind.value, first=period.first.isoformat())
    return list(rows.values_list("area", flat=True))
