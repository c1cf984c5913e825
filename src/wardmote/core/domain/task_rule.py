"""Rules that make tasks: who, what, where, when, by when. They are data, in versions.

A rule either comes again by the calendar, at its places, or follows an event, at the event's place.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.appointment import Office
from wardmote.core.domain.areas import EVERYWHERE, area_contains
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.plain import InvalidDataError, JsonValue, load
from wardmote.core.domain.recurrence import Recurrence
from wardmote.core.domain.task import LONGEST_MINUTES, TOLERANCE_M, UNSAID, TaskKind
from wardmote.core.domain.task_form import NO_FORM, TaskForm
from wardmote.core.domain.text import Bilingual

LONGEST_CODE = 40
LONGEST_TITLE = 60
LONGEST_PURPOSE = 300
MOST_PLACES = 500


class PlacesKind(StrEnum):
    """Which places a rule goes to: divisions of a level, key places of some kinds, or its own."""

    DIVISIONS = "divisions"
    KEY_PLACES = "key_places"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A place that a rule names itself."""

    code: str
    name: Bilingual
    area: AreaId
    lon: float | None = None
    lat: float | None = None
    tolerance_m: float = TOLERANCE_M


@dataclass(frozen=True, slots=True)
class Where:
    """The places of a rule.

    Attributes:
        level: of divisions, such as ``village``; empty otherwise.
        kinds: of key places, such as ``school``; empty means all.
    """

    kind: PlacesKind
    level: str = ""
    kinds: tuple[str, ...] = ()
    own: tuple[OwnPlace, ...] = ()


class Trigger(StrEnum):
    """Kinds of events that a rule may follow."""

    CALL_CLOSED = "call_closed"
    TASK_DONE = "task_done"


@dataclass(frozen=True, slots=True)
class AfterEvent:
    """When a rule follows an event.

    Attributes:
        categories: of calls, with all below them; empty means any.
        dispositions: of calls; empty means any.
        rules: of tasks that were done: codes of the rules that made them.
        answer: of such a task: ``field=value`` that was answered; empty means any.
        working_days: it is planned for that working day after the event; 0 is the same or, after
            work, the next working day.
    """

    trigger: Trigger
    categories: tuple[str, ...] = ()
    dispositions: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    answer: str = ""
    working_days: int = 1


class DueKind(StrEnum):
    """By when: the end of the local day, or working time reckoned from when the task opens."""

    END_OF_DAY = "end_of_day"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True, slots=True)
class Due:
    """By when. `amount`: hours, or days at whose end of work it is due; 0 days is the same day."""

    kind: DueKind = DueKind.END_OF_DAY
    amount: float = 0.0


END_OF_DAY = Due()


@dataclass(frozen=True, slots=True)
class TaskRule:
    """A rule that makes tasks. `check_rule` says what does not fit.

    Attributes:
        code: stays through all versions.
        office: whose task it is, at each place.
        where: its places; None where it follows an event.
        recurrence, after: when; exactly one of the two.
        minutes: how long it takes, with its way.
        of_use_days: after so many days beyond its due time it expires; None: late is better than
            never.
        area: it holds in this division and below.
        from_day, to_day: inclusive local days of its life; None is open.
        needs_officer: an assistant does its tasks beside a police officer alone; kinds whose act
            asks for that always do.
    """

    code: str
    title: Bilingual
    kind: TaskKind
    office: Office
    minutes: int
    where: Where | None = None
    recurrence: Recurrence | None = None
    after: AfterEvent | None = None
    purpose: Bilingual = UNSAID
    form: TaskForm = NO_FORM
    due: Due = END_OF_DAY
    of_use_days: int | None = None
    area: AreaId = EVERYWHERE
    from_day: datetime.date | None = None
    to_day: datetime.date | None = None
    needs_officer: bool = False

    def lives_on(self, day: datetime.date) -> bool:
        """Whether the rule holds on a local day."""
        begun = self.from_day is None or self.from_day <= day
        return begun and (self.to_day is None or day <= self.to_day)

    def reaches(self, area: AreaId) -> bool:
        """Whether the rule holds in an area."""
        return area_contains(self.area, area)


def check_rule(rule: TaskRule) -> None:
    """Refuse a rule that could not be carried out.

    Raises:
        InvalidDataError: a field does not fit; `code` says why.
    """
    if not rule.code.replace("_", "").isalnum() or not rule.code.isascii():
        raise InvalidDataError("code", "not_allowed", found=rule.code)
    if not 1 <= len(rule.code) <= LONGEST_CODE:
        raise InvalidDataError("code", "too_long", most=LONGEST_CODE)
    if not (rule.title.zh or rule.title.en).strip():
        raise InvalidDataError("title", "missing")
    if max(len(rule.title.zh), len(rule.title.en)) > LONGEST_TITLE:
        raise InvalidDataError("title", "too_long", most=LONGEST_TITLE)
    if max(len(rule.purpose.zh), len(rule.purpose.en)) > LONGEST_PURPOSE:
        raise InvalidDataError("purpose", "too_long", most=LONGEST_PURPOSE)
    if not 1 <= rule.minutes <= LONGEST_MINUTES:
        raise InvalidDataError("minutes", "out_of_range", least=1, most=LONGEST_MINUTES)
    if rule.kind is TaskKind.CARE_VISIT:
        # They come from a consent alone, so that withdrawing it ends them.
        raise InvalidDataError("kind", "care_needs_consent")
    if rule.of_use_days is not None and rule.of_use_days < 0:
        raise InvalidDataError("of_use_days", "out_of_range", least=0, most=3_660)
    if rule.from_day and rule.to_day and rule.to_day < rule.from_day:
        raise InvalidDataError("to_day", "before_first")
    _check_due(rule.due)
    _check_when(rule)


def _check_due(due: Due) -> None:
    if not 0 <= due.amount <= 1_000:
        raise InvalidDataError("due.amount", "out_of_range", least=0, most=1_000)
    if due.kind is DueKind.WORKING_DAYS and not float(due.amount).is_integer():
        raise InvalidDataError("due.amount", "not_whole")


def _check_when(rule: TaskRule) -> None:
    if (rule.recurrence is None) == (rule.after is None):
        raise InvalidDataError("recurrence", "one_of_two")
    if rule.after is not None:
        if rule.where is not None:
            raise InvalidDataError("where", "place_of_event")
        if not 0 <= rule.after.working_days <= 250:
            raise InvalidDataError("after.working_days", "out_of_range", least=0, most=250)
        return
    where = rule.where
    if where is None:
        raise InvalidDataError("where", "missing")
    if where.kind is PlacesKind.DIVISIONS and not where.level:
        raise InvalidDataError("where.level", "missing")
    if where.kind is PlacesKind.OWN and not where.own:
        raise InvalidDataError("where.own", "missing")
    if len(where.own) > MOST_PLACES:
        raise InvalidDataError("where.own", "too_many", most=MOST_PLACES)
    codes = [one.code for one in where.own]
    if len(set(codes)) != len(codes):
        raise InvalidDataError("where.own", "twice")


def load_rule(data: JsonValue) -> TaskRule:
    """The rule that `plain.dump` wrote.

    Raises:
        InvalidDataError: something is missing, of a wrong type, or could not be carried out.
    """
    try:
        rule = load(TaskRule, data)
    except InvalidDataError:
        raise
    except ValueError as error:
        raise InvalidDataError("", "does_not_fit", why=str(error)) from error
    check_rule(rule)
    return rule
