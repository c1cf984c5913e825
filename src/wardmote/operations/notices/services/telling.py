"""Writing notices, and what people decide about theirs.

A notice follows from an event that is in the journal already; like a count it is written without
an event of its own, once for each event and person.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from wardmote.core.domain.notice import (
    ALWAYS,
    DAY_MINUTES,
    LIFETIME_S,
    NoticeKind,
)
from wardmote.core.domain.permissions import Viewer
from wardmote.operations.identifiers import new_id
from wardmote.operations.notices.errors import BadWishError
from wardmote.operations.notices.models import Notice, NoticeWish, PushDevice
from wardmote.operations.people.selectors import accounts_of

KEEP_S = 60 * 86_400.0
DEVICE_UNSEEN_S = 60 * 86_400.0
"""A device whose owner has not opened the page for so long is forgotten."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What people are told.

    Attributes:
        cause: names what happened; with the person and the kind it is told once.
        expires_s: when a push is of no use any more, if earlier than the kind's lifetime says.
        until_s: the last moment at which people may answer; a push is of no use after it.
    """

    kind: NoticeKind
    cause: str
    subject_kind: str = ""
    subject: str = ""
    drill: bool = False
    expires_s: float | None = None
    until_s: float | None = None


def tell(people: Collection[str], telling: Telling, now_s: float) -> None:
    """Write a notice for each person with an account, unless it is there; empty ids are nobody."""
    wanted = sorted(accounts_of(person for person in people if person))
    ends = (now_s + LIFETIME_S[telling.kind], telling.expires_s, telling.until_s)
    ends_s = min(one for one in ends if one is not None)
    Notice.objects.bulk_create(
        [
            Notice(
                id=new_id(now_s),
                key=f"{telling.kind.value}:{telling.cause}:{person}"[:120],
                staff=person,
                kind=telling.kind.value,
                subject_kind=telling.subject_kind,
                subject=telling.subject,
                drill=telling.drill,
                made_s=now_s,
                expires_s=ends_s,
                until_s=telling.until_s,
                look_s=now_s,
            )
            for person in wanted
        ],
        ignore_conflicts=True,
    )


def mark_read(viewer: Viewer, now_s: float) -> None:
    """The viewer has looked at the list."""
    Notice.objects.filter(staff=viewer.staff_id, read_s=None, made_s__lte=now_s).update(
        read_s=now_s
    )


def choose(viewer: Viewer, off: Collection[str], quiet: tuple[int | None, int | None]) -> None:
    """Keep which kinds stay silent, and the quiet hours as local minutes (both None: none).

    Raises:
        BadWishError: a kind is unknown or cannot be switched off, or the hours are no hours.
    """
    known = {kind.value for kind in NoticeKind} - {kind.value for kind in ALWAYS}
    given = [minute for minute in quiet if minute is not None]
    if not set(off) <= known or len(given) == 1:
        raise BadWishError
    if any(not 0 <= minute < DAY_MINUTES for minute in given):
        raise BadWishError
    NoticeWish.objects.update_or_create(
        staff=viewer.staff_id,
        defaults={"off": sorted(set(off)), "quiet_from": quiet[0], "quiet_to": quiet[1]},
    )


def forget_old_notices(now_s: float) -> None:
    """Forget notices after 60 days, and devices that were not seen for as long."""
    Notice.objects.filter(made_s__lt=now_s - KEEP_S).delete()
    PushDevice.objects.filter(seen_s__lt=now_s - DEVICE_UNSEEN_S).delete()
