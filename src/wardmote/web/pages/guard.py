"""The guard of a room's pages: who may come in, and what is answered where a service refuses."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from wardmote.core.domain.permissions import Permission
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.refusals import RefusedError
from wardmote.web.refused import log_refusal
from wardmote.web.viewers import Page, viewer_of_request

Params = ParamSpec("Params")


def room_page(
    permissions: tuple[Permission, ...], unknown: type[RefusedError]
) -> Callable[[Page[Params]], Page[Params]]:
    """Decorator of a page: its viewer holds one of the permissions somewhere.

    Args:
        permissions: at least one; the first is written down where somebody is refused.
        unknown: what services raise of what is not there; answered with "not found".
    """

    def decorate(page: Page[Params]) -> Page[Params]:
        @functools.wraps(page)
        def answered(
            request: HttpRequest, /, *args: Params.args, **kwargs: Params.kwargs
        ) -> HttpResponseBase:
            viewer = viewer_of_request(request)
            if not any(viewer.holds_anywhere(one) for one in permissions):
                log_refusal(request, viewer.staff_id, "role", permission=permissions[0])
                raise PermissionDenied
            try:
                return page(request, *args, **kwargs)
            except AccessDeniedError as denied:
                log_refusal(request, viewer.staff_id, denied.why, purpose=denied.purpose)
                raise PermissionDenied from denied
            except unknown as absent:
                raise Http404 from absent

        return answered

    return decorate
