"""Publishing bulletins when their period is over: they write themselves."""

from __future__ import annotations

import hashlib
import json

from django.db import transaction

from wardmote.core.domain.bulletin_events import BulletinPublished
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.plain import JsonValue
from wardmote.core.measures.periods import Period, PeriodKind, period_of
from wardmote.operations.access.selectors import areas_granted
from wardmote.operations.bulletins.models import PublishedBulletin
from wardmote.operations.bulletins.selectors import document_of, figures_of, span_of
from wardmote.operations.journal.selectors import last_seq
from wardmote.operations.journal.services import record
from wardmote.operations.places.selectors import local_day

ACTOR = "rule:bulletins"
SETTLED_AFTER_S = 6 * 3_600.0
"""A period is published so long after its end, when late reports from the field are in."""


def publish_due(now_s: float) -> bool:
    """Publish the next bulletin that is due; returns whether more may be due.

    Due is the last period of each kind that is over and settled, for each area for which anybody
    holds the right to see reports.
    """
    for kind in PeriodKind:
        period = period_of(kind, local_day(now_s - SETTLED_AFTER_S)).before()
        done = set(_published(period))
        for area in areas_granted(Permission.REPORT_VIEW, now_s):
            if area not in done:
                publish(area, period, now_s=now_s)
                return True
    return False


def publish(area: AreaId, period: Period, *, now_s: float) -> bool:
    """Keep the bulletin of a period as the record says it now; once. Returns whether it was new.

    Raises:
        ValueError: the period is not over.
    """
    _start_s, end_s = span_of(period)
    if end_s > now_s:
        raise ValueError("the period is not over")
    with transaction.atomic():
        seq = last_seq()
        document = document_of(figures_of([area], period, now_s=now_s))
        _row, new = PublishedBulletin.objects.get_or_create(
            kind=period.kind.value, first=period.first.isoformat(), area=area,
            defaults={
                "document": document, "digest": digest_of(document), "seq": seq, "made_s": now_s,
            },
        )  # fmt: skip
        if new:
            record(
                [BulletinPublished(period.name, digest_of(document))],
                actor=ACTOR, area=area, now_s=now_s,
            )  # fmt: skip
    return new


def digest_of(document: JsonValue) -> str:
    """SHA-256 of a document as canonical JSON, in hex."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _published(period: Period) -> list[str]:
    rows = PublishedBulletin.objects.filter(kind=period.kind.value, first=period.first.isoformat())
    return list(rows.values_list("area", flat=True))
