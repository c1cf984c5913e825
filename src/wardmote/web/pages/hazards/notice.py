"""The notice to put a hazard right, in both languages, as PDF."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from wardmote.core.domain.permissions import Permission, Purpose
from wardmote.core.domain.text import Bilingual
from wardmote.operations.hazards import selectors
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.operations.places.selectors import city, division_names
from wardmote.web.documents import pdf_of
from wardmote.web.pages.hazards.words import hazards_page
from wardmote.web.viewers import viewer_of_request


@require_safe
@hazards_page(Permission.HAZARD_VIEW, Permission.HAZARD_REPORT, Permission.HAZARD_RECTIFY)
def hazard_notice(request: HttpRequest, part_id: str) -> HttpResponse:
    """The notice of one part. An owner's names the owner, so that printing it is written down."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    part = selectors.part_to_show(viewer, part_id)
    if part.department is None:
        owner, _phone = selectors.open_owner(viewer, part_id, Purpose.FOLLOW_UP, now_s=now_s)
        to = Bilingual(owner, owner)
    else:
        to = Bilingual(part.department.name_zh, part.department.name_en)
    document = pdf_of("hazard_notice.typ", notice_data(part, to, now_s))
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{part.hazard.number}.pdf"'
    return response


def notice_data(part: selectors.PartRow, to: Bilingual, now_s: float) -> dict[str, Any]:
    """What the document says, both languages beside each other."""
    hazard, place = part.hazard, city()
    area = division_names([hazard.area]).get(hazard.area, ("", ""))
    name = selectors.categories(now_s).name(hazard.category)
    issued, deadline = local_time(part.assigned_s), local_time(part.deadline_s)
    return {
        "number": hazard.number,
        "to": _both(to),
        "category": _both(name),
        "area": _both(Bilingual(*area)),
        "place": hazard.place,
        "position": f"{hazard.lon:.5f}, {hazard.lat:.5f}",
        "found": hazard.words,
        "what": part.what,
        "issued": {"zh": _zh(issued), "en": _en(issued)},
        "deadline": {"zh": _zh(deadline), "en": _en(deadline)},
        "sender": {"zh": "", "en": ""}
        if place is None
        else _both(Bilingual(place.name_zh, place.name_en)),
    }


def _both(name: Bilingual) -> dict[str, str]:
    return {"zh": name.zh or name.en, "en": name.en or name.zh}


def _zh(at: datetime.datetime) -> str:
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def _en(at: datetime.datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
