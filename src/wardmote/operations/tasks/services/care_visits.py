"""Care visits: which follow from consents, and what ends with one.

A visit rests on its consent alone: none is made, opened again or looked into unless the consent is
in force at that moment. Whoever needs both locks the consent first and its visits after it, so that
withdrawing and visiting never wait for one another.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence

from wardmote.core.beat.task_making import due_s, opening_s
from wardmote.core.domain.appointment import Office
from wardmote.core.domain.consent import (
    CONSENT_LIFE_CYCLE,
    TERM_DAYS,
    ConsentAction,
    ConsentState,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.task import (
    LIVING_TASKS,
    TaskAction,
    TaskKind,
    TaskRequest,
    TaskSource,
)
from wardmote.core.domain.task_events import ConsentMoved
from wardmote.core.domain.task_form import Choice, FieldKind, FormField, TaskForm
from wardmote.core.domain.task_rule import Due, DueKind
from wardmote.core.domain.text import Bilingual
from wardmote.core.domain.working_calendar import WorkingCalendar
from wardmote.operations.journal.services import record
from wardmote.operations.tasks.errors import ConsentOverError
from wardmote.operations.tasks.models import CareConsent, Task
from wardmote.operations.tasks.services.moving import Step, move
from wardmote.operations.working_time import working_calendar

CARE_RULE = "care_visits"
CONSENT = "consent"
DAY_S = 86_400.0
MET, NO_MORE = "met", "no_more"
_LIVING = [state.value for state in LIVING_TASKS]
_TITLE = Bilingual("关怀走访", "Care visit")
_PURPOSE = Bilingual(
    "本人书面同意的走访；到访前打开查看，随时可以撤回。",
    "A visit that the person asked for in writing. Open it before going; it may be withdrawn.",
)
_FORM = TaskForm(
    (
        FormField(
            MET,
            Bilingual("走访情况", "How it went"),
            FieldKind.CHOICE,
            required=True,
            choices=(
                Choice("well", Bilingual("一切安好", "All is well")),
                Choice("help_arranged", Bilingual("已联系帮助", "Help was arranged")),
                Choice("away", Bilingual("未遇见", "Nobody met")),
                Choice(
                    NO_MORE,
                    Bilingual(
                        "本人不再需要（同意随即撤回）",
                        "They want no more visits (this withdraws the consent)",
                    ),
                ),
            ),
        ),
    )
)
"""Of a visit only this is kept: not what was said, nor how anybody was."""


def care_requests(
    day: datetime.date, calendar: WorkingCalendar, only: str | None = None
) -> Iterator[TaskRequest]:
    """The care visits of a local day, by consents in force; `lasting` looks again on making.

    Args:
        only: id of one consent; None for all.
    """
    rows = CareConsent.objects.filter(
        state=ConsentState.GIVEN.value, from_day__lte=day, to_day__gte=day
    )
    if only is not None:
        rows = rows.filter(pk=only)
    opens_s = opening_s(day, calendar)
    by_s = due_s(Due(DueKind.END_OF_DAY), opens_s, calendar)
    for row in rows.order_by("pk").iterator(chunk_size=500):
        if (day - row.from_day).days % row.every_days == 0:
            yield TaskRequest(
                rule=CARE_RULE,
                source=TaskSource(CONSENT, row.pk),
                kind=TaskKind.CARE_VISIT,
                title=_TITLE,
                purpose=_PURPOSE,
                area=AreaId(row.area),
                day=day,
                opens_s=opens_s,
                due_s=by_s,
                useless_after_s=by_s + DAY_S,
                office=Office(row.office),
                form=_FORM,
                minutes=row.minutes,
            )


def lasting(requests: Sequence[TaskRequest]) -> list[TaskRequest]:
    """The requests without care visits whose consent is over; those in force are locked.

    In the transaction that makes them: who withdraws meanwhile waits, and then cancels them too.
    """
    asked = {one.source.code for one in requests if one.kind is TaskKind.CARE_VISIT}
    if not asked:
        return list(requests)
    rows = CareConsent.objects.select_for_update().filter(
        pk__in=asked, state=ConsentState.GIVEN.value
    )
    until = dict(rows.order_by("pk").values_list("pk", "to_day"))
    return [
        one
        for one in requests
        if one.kind is not TaskKind.CARE_VISIT
        or (one.source.kind == CONSENT and one.day <= until.get(one.source.code, datetime.date.min))
    ]


def lock_consent_of(task_id: str) -> CareConsent | None:
    """The consent that a care visit rests on, locked; None of any other task."""
    source = Task.objects.filter(
        pk=task_id, kind=TaskKind.CARE_VISIT.value, source_kind=CONSENT
    ).values_list("source", flat=True)
    return CareConsent.objects.select_for_update().filter(pk=source.first()).first()


def in_force(row: CareConsent, now_s: float) -> bool:
    """Whether it holds now: its last day counts, though the round that ends it comes later."""
    today = working_calendar(now_s).local_day(now_s)
    return row.state == ConsentState.GIVEN.value and row.to_day >= today


def end_if_asked(
    row: CareConsent | None, answers: Mapping[str, JsonValue], *, actor: str, now_s: float
) -> None:
    """Withdraw a locked consent when the person said at the door that no more visits are wanted."""
    asked = row is not None and answers.get(MET) == NO_MORE
    if row is not None and asked and row.state == ConsentState.GIVEN.value:
        end_consent(row, ConsentAction.WITHDRAW, actor, now_s)


def end_consent(row: CareConsent, action: ConsentAction, actor: str, now_s: float) -> int:
    """End a locked consent and cancel its visits; returns how many.

    Raises:
        ConsentOverError: it is over already.
    """
    try:
        after = CONSENT_LIFE_CYCLE.next_state(ConsentState(row.state), action)
    except TransitionRefusedError as error:
        raise ConsentOverError from error
    row.state = after.value
    row.ended_s = now_s
    row.erase_after_s = now_s + TERM_DAYS * DAY_S
    row.save()
    visits = Task.objects.select_for_update().filter(
        source_kind=CONSENT, source=row.pk, state__in=_LIVING
    )
    cancelled = 0
    for visit in visits:
        move(visit, TaskAction.CANCEL, actor=actor, now_s=now_s, step=Step(reason="consent_over"))
        cancelled += 1
    tell(row, after.value, actor, now_s)
    return cancelled


def tell(row: CareConsent, action: str, actor: str, now_s: float) -> None:
    """Record what happened to a consent, by its id alone."""
    record([ConsentMoved(row.pk, action)], actor=actor, area=AreaId(row.area), now_s=now_s)
