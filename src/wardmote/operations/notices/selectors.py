"""Reading notices: one's own, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from wardmote.core.domain.notice import NoticeKind, NoticeWishes, QuietHours
from wardmote.core.domain.permissions import Viewer
from wardmote.operations.notices.models import Notice, NoticeWish, PushDevice

NoticeRow = Notice
"""For other layers' annotations; they reach the rows through this module only."""


@dataclass(frozen=True, slots=True)
class PushStanding:
    """How pushing to a person stands: devices registered, and those that refused the last one."""

    devices: int
    refusing: int


def own_notices(viewer: Viewer) -> QuerySet[NoticeRow]:
    """All notices of the viewer, the newest first; none for nobody."""
    if not viewer.staff_id:
        return Notice.objects.none()
    return Notice.objects.filter(staff=viewer.staff_id).order_by("-made_s", "-pk")


def unread_count(viewer: Viewer) -> int:
    """How many of the viewer's notices were not looked at."""
    return own_notices(viewer).filter(read_s=None).count()


def wishes_of(staff: str) -> NoticeWishes:
    """What a person chose; nothing chosen: every kind, no quiet hours."""
    row = NoticeWish.objects.filter(pk=staff).first()
    if row is None:
        return NoticeWishes()
    known = {kind.value for kind in NoticeKind}
    off = frozenset(NoticeKind(code) for code in row.off if code in known)
    if row.quiet_from is None or row.quiet_to is None:
        return NoticeWishes(off)
    return NoticeWishes(off, QuietHours(row.quiet_from, row.quiet_to))


def push_standing(viewer: Viewer) -> PushStanding:
    """How many devices of the viewer take pushes."""
    rows = PushDevice.objects.filter(staff=viewer.staff_id)
    return PushStanding(rows.count(), rows.filter(refused__gt=0).count())
