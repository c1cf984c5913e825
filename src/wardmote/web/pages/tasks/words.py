"""Words of the pages of tasks, and what their pages have in common."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wardmote.core.beat.answering import GapReason
from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.consent import ConsentState
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.task import TASK_KIND_NAMES, TaskAction, TaskKind, TaskState
from wardmote.core.domain.task_reasons import TASK_REASONS, TaskReasons, reasons_to_pick
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.places.selectors import division_names
from wardmote.operations.refusals import RefusedError
from wardmote.operations.tasks.errors import UnknownConsentError, UnknownRuleError, UnknownTaskError
from wardmote.web.pages.attempts import Attempts
from wardmote.web.pages.staff.words import GAPS
from wardmote.web.refused import log_refusal
from wardmote.web.viewers import Page, viewer_of_request

Params = ParamSpec("Params")

STATES: Mapping[str, Promise] = {
    TaskState.PLANNED.value: pgettext_lazy("task", "planned"),
    TaskState.OPEN.value: pgettext_lazy("task", "open"),
    TaskState.UNDER_WAY.value: pgettext_lazy("task", "under way"),
    TaskState.DONE.value: pgettext_lazy("task", "done"),
    TaskState.CANCELLED.value: pgettext_lazy("task", "cancelled"),
    TaskState.EXPIRED.value: pgettext_lazy("task", "expired"),
}
ACTIONS: Mapping[str, Promise] = {
    TaskAction.RELEASE.value: pgettext_lazy("task", "opened with its day"),
    TaskAction.CHECK_IN.value: pgettext_lazy("task", "checked in"),
    TaskAction.UNDO.value: pgettext_lazy("task", "check-in taken back"),
    TaskAction.FINISH.value: pgettext_lazy("task", "finished"),
    TaskAction.CANCEL.value: pgettext_lazy("task", "cancelled"),
    TaskAction.EXPIRE.value: pgettext_lazy("task", "expired"),
    TaskAction.TELL_LATE.value: pgettext_lazy("task", "told late: begun before it expired"),
    TaskAction.REOPEN.value: pgettext_lazy("task", "opened again"),
    TaskAction.HAND_OVER.value: pgettext_lazy("task", "handed over"),
}
CONSENT_STATES: Mapping[str, Promise] = {
    ConsentState.GIVEN.value: pgettext_lazy("consent", "in force"),
    ConsentState.WITHDRAWN.value: pgettext_lazy("consent", "withdrawn"),
    ConsentState.EXPIRED.value: pgettext_lazy("consent", "expired"),
}
NOBODY = _("nobody")
NEEDS_OFFICER = _("An assistant goes only beside a police officer")
ALWAYS_NEEDS_OFFICER = _(
    "Inspections always do: an assistant does not check premises alone. The task then names the "
    "officer of the beat, and says who was there when it is done."
)
CARE_RIGHTS = (Permission.CARE_VISIT, Permission.TASK_ASSIGN)
"""Who does care visits, and who leads those who do: either may hear that one is not wanted."""


def tasks_page(*permissions: Permission) -> Callable[[Page[Params]], Page[Params]]:
    """Decorator of a page of tasks: its right, and answers to what services refuse to show.

    Of several permissions one is enough.
    """
    permission = permissions[0]

    def decorate(page: Page[Params]) -> Page[Params]:
        @functools.wraps(page)
        def answered(
            request: HttpRequest, /, *args: Params.args, **kwargs: Params.kwargs
        ) -> HttpResponseBase:
            viewer = viewer_of_request(request)
            if not any(viewer.holds_anywhere(one) for one in permissions):
                log_refusal(request, viewer.staff_id, "role", permission=permission)
                raise PermissionDenied
            try:
                return page(request, *args, **kwargs)
            except AccessDeniedError as denied:
                staff = viewer_of_request(request).staff_id
                log_refusal(request, staff, denied.why, permission=permission)
                raise PermissionDenied from denied
            except RefusedError as refusal:
                if refusal.status == 404:
                    raise Http404 from refusal
                raise

        return answered

    return decorate


attempt = Attempts(left=(UnknownTaskError, UnknownRuleError, UnknownConsentError)).attempt


def in_language(name: Bilingual) -> str:
    """A name as the reader reads it."""
    return name.in_language(get_language() or "")


def kind_name(kind: str) -> str:
    """What a kind of task is called."""
    return in_language(TASK_KIND_NAMES[TaskKind(kind)])


def gap_name(reason: str) -> str:
    """Why no officer goes along, in words; empty for none."""
    return str(GAPS[GapReason(reason)]) if reason else ""


def reason_name(action: str, code: str) -> str:
    """What a reason is called, by the action it was given for."""
    lists = {
        TaskAction.CHECK_IN.value: TaskReasons.ELSEWHERE,
        TaskAction.CANCEL.value: TaskReasons.CANCEL,
        TaskAction.REOPEN.value: TaskReasons.REOPEN,
        TaskAction.HAND_OVER.value: TaskReasons.HAND_OVER,
    }
    reasons = lists.get(action)
    name = None if reasons is None else TASK_REASONS[reasons].get(code)
    return code if name is None else in_language(name)


def reason_choices(reasons: TaskReasons) -> list[tuple[str, str]]:
    """(code, name) of a list of reasons that a person may pick from."""
    return [(code, in_language(name)) for code, name in reasons_to_pick(reasons).items()]


def area_names(areas: set[str]) -> dict[str, str]:
    """Names of areas in the reader's language, by code; those unknown by their code."""
    known = division_names(sorted(areas))
    names = {code: in_language(Bilingual(*known[code])) for code in known}
    everywhere = {str(EVERYWHERE): str(_("the whole place"))}
    return {code: code for code in areas} | everywhere | {k: v for k, v in names.items() if v}
