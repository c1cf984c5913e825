"""From notices to messages: decided, claimed, and settled when the push service has answered.

Notices of one kind that go to one device at the same time are one message. A message is claimed
before it is handed to the network; one whose fate nobody knows, because the server stopped in
between, is not handed over again: the list of notices has it.
"""

from __future__ import annotations

import datetime
import zoneinfo
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import F

from wardmote.core.domain.notice import NoticeKind, PushDecision, PushMoment, decide_push
from wardmote.operations.duty_time import on_duty
from wardmote.operations.identifiers import new_id
from wardmote.operations.notices.models import Notice, PushDevice, PushMessage
from wardmote.operations.notices.selectors import wishes_of
from wardmote.operations.people.selectors import account_by_staff_id
from wardmote.operations.tasks.told import holders_of_living
from wardmote.operations.working_time import working_calendar

LOOK_AGAIN_S = 300.0
"""What waits for duty is thought of again after so long, and when office hours begin."""
AT_ONCE = 500
CLAIMED_AT_ONCE = 20
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 3_600.0
MOST_TRIES = 8
MOST_REFUSED = 5
"""A device whose service refused so many messages in a row is forgotten."""
NO_DEVICE = "no_device"


class PushOutcome(StrEnum):
    """What the push service said."""

    TAKEN = "taken"
    GONE = "gone"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A message to hand to the network. `ttl_s`: how long it is of use."""

    message: str
    endpoint: str
    p256dh: str
    auth: str
    language: str
    kind: NoticeKind
    count: int
    drill: bool
    ttl_s: int


def plan_messages(now_s: float) -> bool:
    """Decide on the notices that are due to be thought of; returns whether there may be more."""
    due = list(Notice.objects.filter(look_s__lte=now_s).order_by("look_s")[:AT_ONCE])
    by_person: dict[str, list[Notice]] = defaultdict(list)
    for row in due:
        by_person[row.staff].append(row)
    for staff, rows in by_person.items():
        with transaction.atomic():
            _plan_for(staff, rows, now_s)
    return len(due) == AT_ONCE


def _plan_for(staff: str, rows: list[Notice], now_s: float) -> None:
    devices = list(PushDevice.objects.filter(staff=staff))
    account = account_by_staff_id(staff)
    if not devices or account is None or not account.is_active:
        if account is None or not account.is_active:
            PushDevice.objects.filter(staff=staff).delete()
        _decided(rows, NO_DEVICE)
        return
    wishes, working = wishes_of(staff), on_duty(staff, now_s)
    local = datetime.datetime.fromtimestamp(now_s, zoneinfo.ZoneInfo(settings.TIME_ZONE))
    minute = local.hour * 60 + local.minute
    held = holders_of_living([row.subject for row in rows if row.subject_kind == "task"])
    decided: dict[PushDecision, list[Notice]] = defaultdict(list)
    for row in rows:
        stale = row.subject_kind == "task" and held.get(row.subject) != staff
        at = PushMoment(now_s, minute, working, now_s if stale else row.expires_s)
        decided[decide_push(NoticeKind(row.kind), wishes, at)].append(row)
    again_s = min(now_s + LOOK_AGAIN_S, _next_begin_s(now_s))
    waiting = [row.pk for row in decided.pop(PushDecision.WAIT, [])]
    Notice.objects.filter(pk__in=waiting).update(look_s=again_s)
    for decision, those in decided.items():
        _decided(those, decision.value)
    _write(decided.get(PushDecision.PUSH, []), devices, now_s)


def _next_begin_s(now_s: float) -> float:
    begin_s = working_calendar(now_s).next_working_moment(now_s)
    return begin_s if begin_s > now_s else now_s + LOOK_AGAIN_S


def _decided(rows: Collection[Notice], outcome: str) -> None:
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(look_s=None, outcome=outcome)


def _write(rows: Collection[Notice], devices: Collection[PushDevice], now_s: float) -> None:
    grouped: dict[tuple[str, bool], list[Notice]] = defaultdict(list)
    for row in rows:
        grouped[row.kind, row.drill].append(row)
    PushMessage.objects.bulk_create(
        PushMessage(
            id=new_id(now_s),
            device=device,
            kind=kind,
            count=len(those),
            drill=drill,
            next_s=now_s,
            expires_s=max(row.expires_s for row in those),
        )
        for (kind, drill), those in grouped.items()
        for device in devices
    )


def claim_messages(now_s: float) -> list[ClaimedMessage]:
    """Messages to send now, each handed out once; those that are of no use any more are dropped."""
    PushMessage.objects.filter(sending=False, expires_s__lte=now_s).delete()
    due = PushMessage.objects.filter(sending=False, next_s__lte=now_s).select_related("device")
    found = []
    for row in due.order_by("next_s", "pk")[:CLAIMED_AT_ONCE]:
        waiting = PushMessage.objects.filter(pk=row.pk, sending=False)
        if not waiting.update(sending=True, tries=F("tries") + 1):
            continue
        device = row.device
        found.append(
            ClaimedMessage(
                row.pk,
                device.endpoint,
                device.p256dh,
                device.auth,
                device.language,
                NoticeKind(row.kind),
                row.count,
                row.drill,
                max(1, int(row.expires_s - now_s)),
            )
        )
    return found


def settle_message(
    message: str, outcome: PushOutcome, now_s: float, *, retry_after_s: float = 0.0
) -> None:
    """Keep what became of a claimed message.

    Taken: done. Gone (404, 410): the device is forgotten. Refused: the message is dropped, and
    after `MOST_REFUSED` in a row the device too. Later: tried again with growing pauses.
    """
    with transaction.atomic():
        row = PushMessage.objects.select_for_update().filter(pk=message).first()
        if row is None:
            return
        device = PushDevice.objects.filter(pk=row.device_id)
        if outcome is PushOutcome.GONE:
            device.delete()
        elif outcome is PushOutcome.TAKEN:
            device.update(refused=0)
            row.delete()
        elif outcome is PushOutcome.REFUSED:
            device.update(refused=F("refused") + 1)
            row.delete()
            device.filter(refused__gte=MOST_REFUSED).delete()
        else:
            wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** (row.tries - 1))
            row.next_s = now_s + max(wait_s, min(retry_after_s, LONGEST_WAIT_S))
            row.sending = False
            if row.tries >= MOST_TRIES or row.next_s >= row.expires_s:
                device.update(refused=F("refused") + 1)
                row.delete()
            else:
                row.save()


def drop_unknown() -> None:
    """Drop what was handed to the network by a server that then stopped."""
    PushMessage.objects.filter(sending=True).delete()
