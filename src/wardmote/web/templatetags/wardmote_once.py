"""A tag that gives a form a key, so that it is carried out once however often it is sent."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from wardmote.web.pages.once import FIELD, form_key

register = template.Library()


@register.simple_tag
def once_key() -> SafeString:
    """A hidden field with a new key; `pages.once.do_once` reads it."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, form_key())
