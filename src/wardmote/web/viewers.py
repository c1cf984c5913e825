"""Who is behind a request, and refusing those who may not."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.selectors import viewer_of
from wardmote.operations.journal import clock
from wardmote.web.refused import log_refusal

PageParams = ParamSpec("PageParams")
Page = Callable[Concatenate[HttpRequest, PageParams], HttpResponseBase]

NOBODY = Viewer(staff_id="", grants=())


def viewer_of_request(request: HttpRequest) -> Viewer:
    """The viewer behind the request's session; one without any grant when not logged in."""
    if not request.user.is_authenticated:
        return NOBODY
    return viewer_of(request.user.pk, clock.now_s()) or NOBODY


def needs(permission: Permission) -> Callable[[Page[PageParams]], Page[PageParams]]:
    """Decorator of a page: its viewer must hold `permission` in at least one area."""

    def decorate(page: Page[PageParams]) -> Page[PageParams]:
        @functools.wraps(page)
        def guarded(
            request: HttpRequest, /, *args: PageParams.args, **kwargs: PageParams.kwargs
        ) -> HttpResponseBase:
            viewer = viewer_of_request(request)
            if not viewer.holds_anywhere(permission):
                log_refusal(request, viewer.staff_id, "role", permission=permission)
                raise PermissionDenied
            return page(request, *args, **kwargs)

        return guarded

    return decorate
