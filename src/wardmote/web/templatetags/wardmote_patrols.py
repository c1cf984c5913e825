"""A link to the patrol on which something was seen, to those who may see patrols there."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.patrols.selectors import patrol_behind

register = template.Library()


@register.simple_tag(takes_context=True)
def patrol_link(context: RequestContext, kind: str, made: str, area: str) -> SafeString | str:
    """The link; nothing where there is no patrol behind it, or the reader sees none there."""
    viewer = context.get("viewer")
    if not isinstance(viewer, Viewer) or not viewer.may(Permission.PATROL_VIEW, AreaId(area)):
        return ""
    order = patrol_behind(kind, made)
    if not order:
        return ""
    url = reverse("patrol-order", args=[order])
    return format_html('<p><a href="{}">{}</a></p>', url, _("Seen on this patrol"))
