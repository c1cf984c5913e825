"""The words of duty in the reader's language, and how its pages answer refusals."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.duty_level import Because, Reach
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.duty.errors import BadContentError, UnknownDutyError
from wardmote.web.pages.attempts import Attempts
from wardmote.web.refused import log_refusal
from wardmote.web.viewers import viewer_of_request

Params = ParamSpec("Params")
Page = Callable[Concatenate[HttpRequest, Params], HttpResponseBase]

STATES: dict[str, Promise] = {
    "proposed": pgettext_lazy("duty", "proposed"),
    "in_force": pgettext_lazy("duty", "in force"),
    "ended": pgettext_lazy("duty", "ended"),
    "rejected": pgettext_lazy("duty", "rejected"),
    "withdrawn": pgettext_lazy("duty", "withdrawn"),
    "draft": pgettext_lazy("duty", "draft"),
    "approved": pgettext_lazy("duty", "approved"),
    "retired": pgettext_lazy("duty", "retired"),
    "active": pgettext_lazy("duty", "under way"),
    "reviewed": pgettext_lazy("duty", "reviewed"),
    "waiting": pgettext_lazy("duty", "has time"),
    "due": pgettext_lazy("duty", "overdue"),
    "done": pgettext_lazy("duty", "done"),
    "skipped": pgettext_lazy("duty", "skipped"),
    "asked": pgettext_lazy("duty", "asked"),
    "answered": pgettext_lazy("duty", "answered"),
    "offered": pgettext_lazy("duty", "offered"),
    "taken": pgettext_lazy("duty", "taken"),
    "declined": pgettext_lazy("duty", "not needed"),
    "lapsed": pgettext_lazy("duty", "lapsed"),
}
BECAUSE: dict[Because, Promise] = {
    Because.EVERYDAY: gettext_lazy("nothing else is in force here"),
    Because.ONLY: gettext_lazy("the only one in force here"),
    Because.HIGHER: gettext_lazy("the higher of those in force here"),
    Because.NARROWER: gettext_lazy("of equal ones, that of the narrower area"),
}
REACHES: dict[Reach, Promise] = {
    Reach.AREA: gettext_lazy("the area"),
    Reach.COUNTY: gettext_lazy("the whole county"),
    Reach.CITY: gettext_lazy("the whole city"),
    Reach.PROVINCE: gettext_lazy("the whole province"),
}
TIMERS: dict[str, Promise] = {
    "unrouted": gettext_lazy("call not routed"),
    "unassigned": gettext_lazy("nobody sent"),
    "unacknowledged": gettext_lazy("order not acknowledged"),
    "not_moving": gettext_lazy("unit not moving"),
    "late": gettext_lazy("unit late"),
    "no_feedback": gettext_lazy("no first report"),
    "welfare": gettext_lazy("welfare of the crew"),
    "unclosed": gettext_lazy("call not closed"),
}
TRIGGERS: dict[str, Promise] = {
    "category": gettext_lazy("calls of a category"),
    "place": gettext_lazy("calls at a key place"),
    "event": gettext_lazy("a guarded event"),
}
URGENCIES: dict[str, Promise] = {
    "4": gettext_lazy("of any priority"),
    "3": gettext_lazy("of priority 1 to 3"),
    "2": gettext_lazy("of priority 1 and 2"),
    "1": gettext_lazy("of priority 1"),
}
SUBJECTS: dict[str, Promise] = {
    "event": gettext_lazy("an event, by its name"),
    "incident": gettext_lazy("a call, by its number"),
    "place": gettext_lazy("a key place, by its id"),
}
AID_KINDS: dict[str, Promise] = {
    "joint_duty": gettext_lazy("joint duty"),
    "aid": gettext_lazy("aid"),
    "information": gettext_lazy("information"),
}


def duty_page(permission: Permission | None) -> Callable[[Page[Params]], Page[Params]]:
    """Decorator of a page of duty: the right (None: any role at all), and answers to refusals."""

    def decorate(page: Page[Params]) -> Page[Params]:
        @functools.wraps(page)
        def answered(
            request: HttpRequest, /, *args: Params.args, **kwargs: Params.kwargs
        ) -> HttpResponseBase:
            viewer = viewer_of_request(request)
            allowed = viewer.grants if permission is None else viewer.holds_anywhere(permission)
            if not allowed:
                log_refusal(request, viewer.staff_id, "role", permission=permission)
                raise PermissionDenied
            try:
                return page(request, *args, **kwargs)
            except AccessDeniedError as denied:
                log_refusal(request, viewer.staff_id, denied.why, purpose=denied.purpose)
                raise PermissionDenied from denied
            except UnknownDutyError as unknown:
                raise Http404 from unknown

        return answered

    return decorate


_ATTEMPTS = Attempts(left=(UnknownDutyError,))
attempt = _ATTEMPTS.attempt_once
attempt_for = _ATTEMPTS.attempt_for


def text_of(request: HttpRequest, field: str) -> str:
    """What was sent, without NUL: databases take no such text."""
    return request.POST.get(field, "").replace("\0", "").strip()


def area_of(text: str) -> AreaId:
    """An area by its code. Raises BadContentError: it is none."""
    if not is_area_code(text.strip()):
        raise BadContentError(field="area", reason="12")
    return AreaId(text.strip())


def spoken(zh: str, en: str) -> str:
    """A name in the reader's language."""
    return Bilingual(zh, en).in_language(get_language() or "")
