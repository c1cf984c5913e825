"""What assistants may do, and never: for leaders to read, with what it rests on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wardmote.core.domain.appointment import OFFICES, StaffKind
from wardmote.core.domain.assistant_acts import ACTS, BASIS_NAMES, Leeway
from wardmote.core.domain.permissions import Permission
from wardmote.web.pages.staff.words import named
from wardmote.web.viewers import needs, viewer_of_request

LEEWAYS: dict[Leeway, Promise] = {
    Leeway.ALONE: gettext_lazy("alone"),
    Leeway.ACCOMPANIED: gettext_lazy("only beside a police officer who leads"),
    Leeway.NEVER: gettext_lazy("never, not even beside a police officer"),
}


@require_safe
@needs(Permission.STAFF_VIEW)
def assistant_acts(request: HttpRequest) -> HttpResponse:
    """Each act, how far an assistant may go in it, and the rule behind it."""
    context = {
        "rows": [
            {
                "act": named(rule.name),
                "leeway": LEEWAYS[rule.leeway],
                "free": rule.leeway is Leeway.ALONE,
                "basis": named(BASIS_NAMES[rule.basis]),
            }
            for rule in ACTS.values()
        ],
        "offices": [
            named(rule.name) for rule in OFFICES.values() if StaffKind.ASSISTANT in rule.held_by
        ],
        "may_edit": viewer_of_request(request).holds_anywhere(Permission.STAFF_EDIT),
    }
    return render(request, "wardmote/staff/acts.html", context)
