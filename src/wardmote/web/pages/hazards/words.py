"""The words of hazards in the reader's language, and how their pages answer refusals."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, ParamSpec

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from wardmote.core.domain.hazard import (
    LIVING_PARTS,
    AwayReason,
    ExtensionState,
    HazardAction,
    HazardChannel,
    HazardState,
    PartAction,
    PartState,
)
from wardmote.core.domain.hazard_categories import TermUnit
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.text import Bilingual
from wardmote.operations.hazards import selectors
from wardmote.operations.hazards.errors import UnknownHazardError
from wardmote.operations.hazards.selectors import DepartmentRow, PartRow
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.web.pages.attempts import Attempts
from wardmote.web.pages.guard import room_page
from wardmote.web.viewers import Page

Params = ParamSpec("Params")

STATES: dict[str, Promise] = {
    HazardState.REPORTED.value: pgettext_lazy("hazard", "reported"),
    HazardState.FILED.value: pgettext_lazy("hazard", "filed, to be given"),
    HazardState.ASSIGNED.value: pgettext_lazy("hazard", "being put right"),
    HazardState.CLOSED.value: pgettext_lazy("hazard", "closed"),
    HazardState.REJECTED.value: pgettext_lazy("hazard", "rejected"),
    HazardState.MERGED.value: pgettext_lazy("hazard", "merged"),
}
PART_STATES: dict[str, Promise] = {
    PartState.ASSIGNED.value: pgettext_lazy("hazard", "to be put right"),
    PartState.SUBMITTED.value: pgettext_lazy("hazard", "waiting for the re-check"),
    PartState.SUSPENDED.value: pgettext_lazy("hazard", "suspended"),
    PartState.PASSED.value: pgettext_lazy("hazard", "passed the re-check"),
    PartState.DECLINED.value: pgettext_lazy("hazard", "declined"),
    PartState.RECALLED.value: pgettext_lazy("hazard", "taken back"),
}
EXTENSION_STATES: dict[str, Promise] = {
    ExtensionState.ASKED.value: pgettext_lazy("more time", "asked"),
    ExtensionState.GRANTED.value: pgettext_lazy("more time", "granted"),
    ExtensionState.REFUSED.value: pgettext_lazy("more time", "refused"),
    ExtensionState.LAPSED.value: pgettext_lazy("more time", "lapsed"),
}
CHANNELS: dict[str, Promise] = {
    HazardChannel.STAFF.value: gettext_lazy("staff"),
    HazardChannel.VOLUNTEER.value: gettext_lazy("volunteer"),
    HazardChannel.DEPARTMENT.value: gettext_lazy("department"),
    HazardChannel.RESIDENT.value: gettext_lazy("resident"),
    HazardChannel.CAMERA_OWNER.value: gettext_lazy("owner of a camera"),
}
AWAY: dict[str, Promise] = {
    AwayReason.NO_SIGNAL.value: gettext_lazy("no position on the phone"),
    AwayReason.PLACE_WRONG.value: gettext_lazy("the hazard's place is entered wrongly"),
    AwayReason.UNREACHABLE.value: gettext_lazy("the place cannot be entered"),
}
UNITS: dict[str, Promise] = {
    TermUnit.HOURS.value: gettext_lazy("hours, day and night"),
    TermUnit.WORKING_HOURS.value: gettext_lazy("working hours"),
    TermUnit.WORKING_DAYS.value: gettext_lazy("working days"),
}
STEPS: dict[tuple[str, str], Promise] = {
    ("hazard", "report"): pgettext_lazy("hazard", "Reported"),
    ("hazard", HazardAction.FILE.value): gettext_lazy("Filed"),
    ("hazard", HazardAction.REJECT.value): gettext_lazy("Rejected"),
    ("hazard", HazardAction.MERGE.value): gettext_lazy("Merged"),
    ("hazard", HazardAction.ASSIGN.value): gettext_lazy("Given away"),
    ("hazard", HazardAction.RELEASE.value): gettext_lazy("Waits to be given again"),
    ("hazard", HazardAction.CLOSE.value): gettext_lazy("Closed"),
    ("hazard", HazardAction.REOPEN.value): gettext_lazy("Opened again"),
    ("hazard", "follow"): gettext_lazy("Went along with its village"),
    ("part", "assign"): gettext_lazy("Notice to put it right"),
    ("part", PartAction.SUBMIT.value): gettext_lazy("Proof handed in"),
    ("part", PartAction.PASS.value): gettext_lazy("Re-check passed"),
    ("part", PartAction.RETURN.value): gettext_lazy("Returned for rework"),
    ("part", PartAction.DECLINE.value): gettext_lazy("Declined"),
    ("part", PartAction.SUSPEND.value): gettext_lazy("Suspended"),
    ("part", PartAction.RESUME.value): gettext_lazy("Time runs on"),
    ("part", PartAction.ESCALATE.value): gettext_lazy("Raised to a higher level"),
    ("part", PartAction.RECALL.value): gettext_lazy("Taken back"),
    ("extension", "ask"): gettext_lazy("More time asked for"),
    ("extension", "grant"): gettext_lazy("More time granted"),
    ("extension", "refuse"): gettext_lazy("More time refused"),
    ("extension", "lapse"): gettext_lazy("Request for more time lapsed"),
}


def hazards_page(*permissions: Permission) -> Callable[[Page[Params]], Page[Params]]:
    """Decorator of a page of hazards: one of the rights, and answers to what services refuse."""
    return room_page(permissions, UnknownHazardError)


attempt = Attempts(left=(UnknownHazardError,)).attempt


def text_of(request: HttpRequest, field: str) -> str:
    """What was sent, without NUL: databases take no such text."""
    return request.POST.get(field, "").replace("\0", "").strip()


def day_of(text: str) -> datetime.date | None:
    """A day in ISO form; None for anything else."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def number_of(request: HttpRequest, field: str) -> float | None:
    """A number that was sent; None where there is none."""
    try:
        return float(text_of(request, field))
    except ValueError:
        return None


def category_name(code: str) -> str:
    """A category in the reader's language."""
    return selectors.categories(clock.now_s()).name(code).in_language(get_language() or "")


def category_choices() -> list[tuple[str, str]]:
    """(code, name) of the categories in force."""
    language = get_language() or ""
    found = selectors.categories(clock.now_s()).categories
    return [(one.code, one.name.in_language(language)) for one in found]


def department_name(row: DepartmentRow | None) -> str:
    """A department in the reader's language; an owner without one."""
    if row is None:
        return _("owner")
    return Bilingual(row.name_zh, row.name_en).in_language(get_language() or "") or row.code


def moment(at_s: float | None) -> datetime.datetime | None:
    """A local time for templates."""
    return None if at_s is None else local_time(at_s)


def is_late(part: PartRow, now_s: float) -> bool:
    """Whether a part is past its deadline and not handed in."""
    return part.state == PartState.ASSIGNED.value and part.deadline_s < now_s


def part_line(part: PartRow, now_s: float) -> dict[str, Any]:
    """What every list says of a part."""
    return {
        "row": part,
        "who": department_name(part.department),
        "state": PART_STATES[part.state],
        "deadline": local_time(part.deadline_s),
        "late": is_late(part, now_s),
        "living": PartState(part.state) in LIVING_PARTS,
    }
