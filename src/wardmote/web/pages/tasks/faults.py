"""What the follower of the journal could not do: for an administrator to try again or dismiss."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.operations.journal import clock, readers
from wardmote.operations.local_time import local_time
from wardmote.operations.places.selectors import location_index
from wardmote.web.viewers import needs, viewer_of_request


@require_http_methods(["GET", "POST"])
@needs(Permission.ACCESS_GRANT)
def reaction_faults(request: HttpRequest) -> HttpResponse:
    """Reactions and rounds that failed and have not worked since."""
    if request.method == "POST":
        sent = request.POST.get("fault", "")
        # Only what the viewer sees: a fault is the affair of whoever administers its area.
        number = next((one.number for one in _seen(request) if str(one.number) == sent), 0)
        act = request.POST.get("form")
        if act == "again" and readers.try_again(number, clock.now_s()):
            messages.success(request, _("It is tried again within moments."))
        elif act == "dismiss" and readers.dismiss_fault(number):
            messages.success(request, _("Taken off the list."))
        else:
            messages.error(request, _("It is no longer on the list."))
        return redirect("reaction-faults")
    rows = [
        {
            "fault": one,
            "first": local_time(one.first_s),
            "last": local_time(one.last_s),
            "next": None if one.next_s is None else local_time(one.next_s),
        }
        for one in _seen(request)
    ]
    return render(request, "wardmote/tasks/faults.html", {"rows": rows})


def _seen(request: HttpRequest) -> list[readers.Fault]:
    """Faults of events in the viewer's areas; those of rounds for whoever administers the whole."""
    viewer, whole = viewer_of_request(request), location_index().whole_area
    return [
        one
        for one in readers.faults()
        if viewer.may(Permission.ACCESS_GRANT, AreaId(one.area) if one.area else whole)
    ]
