"""Assessment (考核) by published rules: each item is a count against a stated standard.

There is no sum and no order of people: an item is met, not met, or says nothing because there were
too few cases. Rules are published before the period they judge and hold from a day. A period is
counted as the record stood on a fixed day after it. The person sees every count with the cases
behind it, and may appeal against a single case, or say that one is missing; somebody else decides,
and the first count stays beside the corrected one. Members of staff only: never volunteers, never
residents.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.areas import area_contains, area_prefix
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.lifecycle import LifeCycle
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.text import Bilingual


class Counted(StrEnum):
    """What is counted of a person: cases in which it was so, out of all cases of the kind."""

    TASKS_IN_TIME = "tasks_in_time"
    HAZARDS_REPORTED = "hazards_reported"
    HAZARDS_RECHECKED = "hazards_rechecked"
    CHECKS_IN_ORDER = "checks_in_order"
    COURSES_ATTENDED = "courses_attended"


class Outcome(StrEnum):
    """What an item says; ``too_few``: not enough cases to say anything."""

    MET = "met"
    NOT_MET = "not_met"
    TOO_FEW = "too_few"


class AppealState(StrEnum):
    """Where an appeal stands."""

    FILED = "filed"
    WITHDRAWN = "withdrawn"
    ALLOWED = "allowed"
    REFUSED = "refused"


class AppealAction(StrEnum):
    """What can become of an appeal."""

    WITHDRAW = "withdraw"
    ALLOW = "allow"
    REFUSE = "refuse"


_S, _A = AppealState, AppealAction

APPEAL_LIFE_CYCLE: LifeCycle[AppealState, AppealAction] = LifeCycle(
    initial=_S.FILED,
    table={
        (_S.FILED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.FILED, _A.ALLOW): _S.ALLOWED,
        (_S.FILED, _A.REFUSE): _S.REFUSED,
    },
    final=frozenset({_S.WITHDRAWN, _S.ALLOWED, _S.REFUSED}),
)


class Ground(StrEnum):
    """Why somebody appeals; ``missing``: a case that should be there is not."""

    NOT_MINE = "not_mine"
    FACTS_WRONG = "facts_wrong"
    PREVENTED = "prevented"
    MISSING = "missing"


class Remedy(StrEnum):
    """What an allowed appeal does: the case is left out, counts as met, or one is added as met."""

    LEFT_OUT = "left_out"
    MET = "met"
    ADDED = "added"


REMEDIES: Mapping[Ground, tuple[Remedy, ...]] = {
    Ground.NOT_MINE: (Remedy.LEFT_OUT,),
    Ground.FACTS_WRONG: (Remedy.MET, Remedy.LEFT_OUT),
    Ground.PREVENTED: (Remedy.LEFT_OUT,),
    Ground.MISSING: (Remedy.ADDED,),
}
"""What can be done about each ground."""

DECISION_DAYS = 10
"""Working days within which an appeal is to be decided; one that is late is shown as late."""

PERIOD_MONTHS = (1, 3, 6, 12)
"""How long a period may be; periods begin in January and divide the year."""


@dataclass(frozen=True, slots=True)
class AssessmentItem:
    """One item of the rules.

    Attributes:
        at_least: the standard: a share in [0, 1] of all cases, or a number of cases.
        of_all: whether `at_least` is a share.
        fewest: with fewer cases than this a share says nothing.
    """

    counted: Counted
    name: Bilingual
    at_least: float
    of_all: bool
    fewest: int


@dataclass(frozen=True, slots=True)
class AssessmentRules:
    """A version of the rules.

    Attributes:
        months: how long a period is, of `PERIOD_MONTHS`.
        count_after_days: a period is counted as the record stood at the end of this many local days
            after its last one.
        appeal_days: working days, from the counting, within which an appeal can be filed.
    """

    version: str
    items: tuple[AssessmentItem, ...]
    months: int = 3
    count_after_days: int = 10
    appeal_days: int = 15


@dataclass(frozen=True, slots=True)
class PublishedRules:
    """Rules that were published.

    Attributes:
        area: where they hold, and below, unless narrower ones do.
        from_day, published_day: local days.
    """

    rules: AssessmentRules
    area: AreaId
    from_day: datetime.date
    published_day: datetime.date


@dataclass(frozen=True, slots=True)
class AssessmentPeriod:
    """Local days, both included."""

    first: datetime.date
    last: datetime.date


SHIPPED_ASSESSMENT_RULES = AssessmentRules(
    "shipped-1",
    (
        AssessmentItem(
            Counted.TASKS_IN_TIME, Bilingual("任务按时完成", "Tasks done in time"), 0.9, True, 10
        ),
        AssessmentItem(
            Counted.HAZARDS_REPORTED, Bilingual("上报隐患", "Hazards reported"), 1, False, 0
        ),
        AssessmentItem(
            Counted.HAZARDS_RECHECKED,
            Bilingual("隐患现场复核", "Hazards re-checked on site"),
            0.9,
            True,
            3,
        ),
        AssessmentItem(
            Counted.CHECKS_IN_ORDER, Bilingual("抽查合格", "Spot checks in order"), 0.9, True, 5
        ),
        AssessmentItem(
            Counted.COURSES_ATTENDED, Bilingual("参加培训", "Courses attended"), 0.8, True, 2
        ),
    ),
)
"""What a place may begin with; they judge nobody before a place publishes them."""


def outcome_of(item: AssessmentItem, met: int, of: int) -> Outcome:
    """What `met` of `of` cases say by `item`; a share exactly at the standard meets it.

    Raises:
        ValueError: not 0 <= met <= of.
    """
    if not 0 <= met <= of:
        raise ValueError(f"{met} of {of} cases")
    if not item.of_all:
        return Outcome.MET if met >= item.at_least else Outcome.NOT_MET
    if of == 0 or of < item.fewest:
        return Outcome.TOO_FEW
    return Outcome.MET if met >= item.at_least * of else Outcome.NOT_MET


def parse_assessment_rules(data: JsonValue) -> AssessmentRules:
    """The rules in `data`, as `dump_assessment_rules` writes them.

    Raises:
        ValueError: something does not fit; the message names the place.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("items"), list):
        raise ValueError("items: a list is needed")
    version = data.get("version")
    if not isinstance(version, str) or not 0 < len(version) <= 40:
        raise ValueError("version: 1 to 40 characters")
    rows = data["items"]
    assert isinstance(rows, list)
    items = tuple(_item(number, row) for number, row in enumerate(rows, start=1))
    if not items or len({one.counted for one in items}) != len(items):
        raise ValueError("items: at least one, and each count once")
    months = _whole(data, "months", PERIOD_MONTHS)
    after = _whole(data, "count_after_days", range(1, 61))
    return AssessmentRules(version, items, months, after, _whole(data, "appeal_days", range(5, 61)))


def dump_assessment_rules(rules: AssessmentRules) -> JsonValue:
    """The rules as plain data."""
    return {
        "version": rules.version,
        "months": rules.months,
        "count_after_days": rules.count_after_days,
        "appeal_days": rules.appeal_days,
        "items": [
            {
                "counted": one.counted.value,
                "name": {"zh": one.name.zh, "en": one.name.en},
                "at_least": one.at_least,
                "of_all": one.of_all,
                "fewest": one.fewest,
            }
            for one in rules.items
        ],
    }


def period_around(day: datetime.date, months: int) -> AssessmentPeriod:
    """The period of `months` that `day` lies in.

    Raises:
        ValueError: `months` is none of `PERIOD_MONTHS`.
    """
    if months not in PERIOD_MONTHS:
        raise ValueError(f"a period of {months} months")
    begins = (day.month - 1) // months * months + 1
    ends = begins + months - 1
    last = calendar.monthrange(day.year, ends)[1]
    return AssessmentPeriod(datetime.date(day.year, begins, 1), datetime.date(day.year, ends, last))


def rules_for(
    published: Iterable[PublishedRules], area: AreaId, first: datetime.date
) -> PublishedRules | None:
    """The rules that judge a period beginning on `first`, for a person of `area`; None: nobody.

    They hold in the area, from a day no later than `first`, and were published before `first`. Of
    those the narrowest area decides, then the latest day, then the latest publication.
    """
    fitting = [
        one
        for one in published
        if area_contains(one.area, area) and one.from_day <= first and one.published_day < first
    ]
    return max(
        fitting,
        key=lambda one: (
            len(area_prefix(one.area)), one.from_day, one.published_day, one.rules.version,
        ),
        default=None,
    )  # fmt: skip


def _whole(data: Mapping[str, JsonValue], field: str, possible: Container[int]) -> int:
    value = data.get(field)
    if isinstance(value, bool) or not isinstance(value, int) or value not in possible:
        raise ValueError(f"{field}: outside its range")
    return value


def _item(number: int, row: JsonValue) -> AssessmentItem:
    if not isinstance(row, Mapping):
        raise ValueError(f"items, {number}: an object is needed")
    name, at_least = row.get("name"), row.get("at_least")
    of_all, fewest = row.get("of_all"), row.get("fewest")
    if row.get("counted") not in {one.value for one in Counted}:
        raise ValueError(f"items, {number}, counted: not known")
    if not isinstance(name, Mapping):
        raise ValueError(f"items, {number}, name: zh and en are needed")
    if not isinstance(of_all, bool) or not isinstance(fewest, int) or fewest < 0:
        raise ValueError(f"items, {number}: of_all is true or false, fewest a number from 0")
    if isinstance(at_least, bool) or not isinstance(at_least, int | float):
        raise ValueError(f"items, {number}, at_least: a number is needed")
    if not 0 <= at_least <= (1 if of_all else 1_000):
        raise ValueError(f"items, {number}, at_least: outside its range")
    return AssessmentItem(
        Counted(str(row["counted"])),
        Bilingual(str(name.get("zh", "")), str(name.get("en", ""))),
        float(at_least),
        of_all,
        fewest,
    )
