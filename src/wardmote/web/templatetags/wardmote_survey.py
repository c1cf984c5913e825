"""A button that shows the survey's code for a finished service, to those who may give it out."""

from __future__ import annotations

from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.template.context import RequestContext

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer

register = template.Library()


@register.inclusion_tag("wardmote/inspections/survey_button.html", takes_context=True)
def survey_button(context: RequestContext, kind: str, service: str, area: str) -> dict[str, Any]:
    """The button; nothing for a reader without the right in the area of the service."""
    viewer = context.get("viewer")
    allowed = isinstance(viewer, Viewer) and viewer.may(Permission.SURVEY_ISSUE, AreaId(area))
    token = get_token(context["request"]) if allowed else ""
    return {"kind": kind, "service": service, "hidden": not allowed, "csrf_token": token}
