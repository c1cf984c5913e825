"""Tags that load a page's scripts and style sheets (see `bundles`)."""

from __future__ import annotations

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from wardmote.web.bundles import bundle

register = template.Library()


@register.simple_tag
def bundled_style(name: str) -> SafeString:
    """Links to the style sheets of a bundle such as ``phone.css``."""
    return format_html_join(
        "\n", '<link rel="stylesheet" href="{}">', ((url,) for url in bundle(name).urls())
    )


@register.simple_tag
def bundled_script(name: str) -> SafeString:
    """The script of a bundle such as ``phone.js``; its modules are fetched ahead where it has any.

    Style sheets come first: what is read matters more than what can be done with it.
    """
    found = bundle(name)
    script = format_html(
        '<script type="module" src="{}" fetchpriority="low"></script>', found.urls()[0]
    )
    if found.joined:
        return script
    ahead = format_html_join(
        "", '<link rel="modulepreload" href="{}">\n', ((static(one),) for one in found.sources)
    )
    return format_html("{}{}", ahead, script)
