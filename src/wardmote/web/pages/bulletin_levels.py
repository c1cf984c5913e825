"""The duty levels that held in the period of a bulletin, as sentences."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wardmote.core.domain.ids import AreaId
from wardmote.operations.bulletins.selectors import Reported
from wardmote.operations.duty.selectors import levels_held
from wardmote.operations.local_time import local_time
from wardmote.web.pages.area_words import area_names


def level_findings(areas: Sequence[AreaId], reported: Reported, at_s: float) -> list[str]:
    """A sentence for each level that held in the areas or around them; none at everyday.

    Args:
        at_s: the moment of the figures; what came after it is not told.
    """
    language = get_language() or ""
    held = levels_held(areas, reported.start_s, min(reported.end_s, at_s))
    names = area_names(one.area for one in held)
    sentences = []
    for one in held:
        told = {
            "area": names[one.area],
            "level": one.level.name.in_language(language),
            "start": f"{local_time(one.start_s):%m-%d %H:%M}",
            "end": f"{local_time(one.end_s):%m-%d %H:%M}",
        }
        if one.standard is None:
            text = _("Duty level in %(area)s: %(level)s, %(start)s to %(end)s.") % told
        else:
            told["standard"] = one.standard.name.in_language(language)
            text = (
                _(
                    "Duty level in %(area)s: %(level)s, %(start)s to %(end)s,"
                    " with the response standard “%(standard)s”."
                )
                % told
            )
        sentences.append(text)
    return sentences
