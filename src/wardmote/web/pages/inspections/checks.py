"""Spot checks: draws, the daily sheet, the weekly notice, one check with its reply and decision."""

from __future__ import annotations

import datetime
import re
import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.inspection import (
    ITEMS_OF,
    CheckItem,
    CheckState,
    DropReason,
    Finding,
    Stratum,
)
from wardmote.core.domain.permissions import Permission
from wardmote.core.measures.distributions import Share
from wardmote.operations.inspections import selectors, services
from wardmote.operations.inspections.errors import BadEntryError
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.operations.people.selectors import names_of
from wardmote.operations.photos.selectors import photos_of
from wardmote.operations.photos.services import keep_photo
from wardmote.web.documents import pdf_of
from wardmote.web.pages.area_words import area_name, area_names
from wardmote.web.pages.attempts import attempt, attempt_for
from wardmote.web.pages.inspections.words import (
    DROPS,
    FINDINGS,
    ITEMS,
    STANDINGS,
    STRATA,
    check_line,
    check_lines,
    day_asked,
    holder_name,
    inspections_page,
    shown,
    subject_names,
    text_of,
    today,
)
from wardmote.web.viewers import viewer_of_request

LATEST = 30
MOST_CANDIDATES = 200
_SEE = Permission.INSPECTION_VIEW


@require_http_methods(["GET", "POST"])
@inspections_page(_SEE)
def inspections(request: HttpRequest) -> HttpResponse:
    """The latest draws; a POST draws."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    if request.method == "POST":
        drawn = attempt_for(
            request,
            lambda who, at_s: services.draw_checks(
                who,
                _area(text_of(request, "area")),
                {one: _number(text_of(request, one.value)) for one in Stratum},
                drill=text_of(request, "drill") == "yes",
                now_s=at_s,
            ),
            _("The checks were drawn."),
        )
        if drawn:
            return redirect("inspection-draw", draw_id=drawn)
        return redirect("inspections")
    areas = viewer.areas_with(Permission.INSPECTION_DRAW)
    page = Paginator(selectors.draws_seen(viewer), LATEST).get_page(request.GET.get("page"))
    draws = list(page.object_list)
    names = area_names([*(row.area for row in draws), *areas])
    context = {
        "page": page,
        "query": "",
        "draws": [
            {"row": row, "area": names[row.area], "checks": len(row.checks.all())} for row in draws
        ],
        "areas": [(area, names[area]) for area in areas],
        "strata": STRATA.items(),
        "commitments": selectors.commitments(now_s),
        "today": today(),
    }
    return shown(request, "wardmote/inspections/draws.html", context)


@require_safe
@inspections_page(_SEE)
def inspection_draw(request: HttpRequest, draw_id: str) -> HttpResponse:
    """One draw, drawn again before the reader's eyes."""
    viewer = viewer_of_request(request)
    repeated = selectors.draw_seen(viewer, draw_id, now_s=clock.now_s())
    items = selectors.item_numbers(repeated.row.candidates[Stratum.EQUIPMENT.value])
    names = subject_names(
        (
            (stratum.value, one.candidate)
            for stratum, placed in repeated.strata
            for one in placed[:MOST_CANDIDATES]
        ),
        items,
    )
    context = {
        "draw": repeated,
        "area": area_name(repeated.row.area),
        "strata": [
            {
                "code": stratum.value,
                "name": STRATA[stratum.value],
                "placed": [
                    (one, names[(stratum.value, one.candidate)]) for one in placed[:MOST_CANDIDATES]
                ],
                "of": len(placed),
            }
            for stratum, placed in repeated.strata
        ],
        "checks": check_lines(repeated.row.checks.order_by("stratum", "place"), items),
    }
    return shown(request, "wardmote/inspections/draw.html", context)


@require_safe
@inspections_page(_SEE)
def inspection_day(request: HttpRequest) -> HttpResponse:
    """The sheet of a day: all checks drawn on it."""
    day = day_asked(request, "day", today())
    rows = list(selectors.checks_seen(viewer_of_request(request), day, day))
    context = {"day": day, "checks": check_lines(rows, _numbers(rows))}
    return shown(request, "wardmote/inspections/day.html", context)


@require_safe
@inspections_page(_SEE)
def inspection_day_pdf(request: HttpRequest) -> HttpResponseBase:
    """The sheet of a day to take along or to file, in both languages; exercises are marked."""
    day = day_asked(request, "day", today())
    rows = list(selectors.checks_seen(viewer_of_request(request), day, day))
    numbers = _numbers(rows)
    lines: dict[str, list[dict[str, object]]] = {}
    for language in ("zh-hans", "en"):
        with override(language):
            lines[language] = [_plain(one) for one in check_lines(rows, numbers)]
    data = {"day": day.isoformat(), "zh": lines["zh-hans"], "en": lines["en"]}
    response = HttpResponse(pdf_of("inspection_day.typ", data), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="checks-{day.isoformat()}.pdf"'
    return response


@require_safe
@inspections_page(_SEE)
def inspection_notice(request: HttpRequest) -> HttpResponse:
    """The notice of a week: shares with their intervals, and what was found wanting."""
    last = day_asked(request, "last", today())
    first = last - datetime.timedelta(days=6)
    found = selectors.notice(viewer_of_request(request), first, last)
    names = names_of([one.inspector for one in found.inspectors], request.LANGUAGE_CODE)
    context = {
        "first": first,
        "last": last,
        "notice": found,
        "shares": [
            {
                "name": pgettext("spot check", "together")
                if stratum is None
                else STRATA[stratum.value],
                "share": share,
                "text": share_text(share),
            }
            for stratum, share in found.in_order
        ],
        "inspectors": [
            {
                "row": one,
                "name": names.get(one.inspector, one.inspector),
                "text": share_text(one.dropped),
                "reasons": [(DROPS[why.value], number) for why, number in one.reasons],
            }
            for one in found.inspectors
        ],
        "checks": check_lines(found.with_defects, _numbers(list(found.with_defects))),
    }
    return shown(request, "wardmote/inspections/notice.html", context)


@require_safe
@inspections_page()
def my_checks(request: HttpRequest) -> HttpResponse:
    """Results that concern the reader."""
    rows = list(selectors.own_checks(viewer_of_request(request))[:200])
    context = {"checks": check_lines(rows, _numbers(rows))}
    return shown(request, "wardmote/inspections/mine.html", context)


@require_http_methods(["GET", "POST"])
@inspections_page()
def spot_check(request: HttpRequest, check_id: str) -> HttpResponse:
    """One check: what was found, the reply, the decision; and what the reader can do now."""
    if request.method == "POST":
        _change(request, check_id)
        return redirect("spot-check", check_id=check_id)
    viewer, now_s = viewer_of_request(request), clock.now_s()
    row = selectors.check_seen(viewer, check_id)
    area = AreaId(row.area)
    state = CheckState(row.state)
    makes = viewer.may(Permission.INSPECTION_DRAW, area) and row.subject != viewer.staff_id
    concerned = bool(row.person) and row.person == viewer.staff_id
    in_term = row.reply_until_s is None or now_s <= row.reply_until_s
    decides = viewer.may(Permission.ASSESSMENT_DECIDE, area)
    context = {
        **check_line(row, _numbers([row])),
        "person": names_of([row.person], request.LANGUAGE_CODE).get(row.person, row.person),
        "recorded": _moment(row.recorded_s),
        "until": _moment(row.reply_until_s),
        "items": [(one.value, ITEMS[one.value]) for one in ITEMS_OF[Stratum(row.stratum)]],
        "grid": _grid_line(row),
        "asks_position": CheckItem.IN_GRID in ITEMS_OF[Stratum(row.stratum)],
        "choices": FINDINGS.items(),
        "drops": [one for one in DROPS.items() if one[0] != DropReason.NOT_IN_TIME.value],
        "photos": photos_of(services.SUBJECT, [row.pk], now_s),
        "begins": makes and state is CheckState.DRAWN,
        "records": makes and state is CheckState.UNDER_WAY,
        "adds": services.may_add_pictures(viewer, row.pk),
        "replies": concerned and state is CheckState.RECORDED and in_term,
        "too_late": concerned and not row.reply and not in_term,
        "decides": decides
        and state is CheckState.REPLIED
        and viewer.staff_id not in (row.recorded_by, row.person),
    }
    return shown(request, "wardmote/inspections/check.html", context)


def share_text(share: Share) -> str:
    """A share with its interval in whole per cent; a dash where there is none."""
    if share.share is None or share.low is None or share.high is None:
        return "–"
    return f"{share.share:.0%} ({share.low:.0%}–{share.high:.0%})"


def _change(request: HttpRequest, check_id: str) -> None:
    act = text_of(request, "act")
    words = text_of(request, "words")
    done = _("It is on record.")
    if act == "begin":
        attempt(request, lambda who, at: services.begin_check(who, check_id, now_s=at), done)
    elif act == "drop" and text_of(request, "reason") in DROPS:
        reason = DropReason(text_of(request, "reason"))
        attempt(request, lambda who, at: services.drop_check(who, check_id, reason, now_s=at), done)
    elif act == "record":
        if attempt(
            request,
            lambda who, at: services.record_check(who, check_id, _result(request, words), now_s=at),
            done,
        ):
            _keep_picture(request, check_id)
    elif act == "picture":
        _keep_picture(request, check_id)
    elif act == "reply":
        attempt(
            request, lambda who, at: services.reply_to_check(who, check_id, words, now_s=at), done
        )
    elif act in ("uphold", "correct"):
        found = _findings(request) if act == "correct" else None
        attempt(
            request,
            lambda who, at: services.decide_check(who, check_id, words, found, now_s=at),
            done,
        )


def _keep_picture(request: HttpRequest, check_id: str) -> None:
    sent = request.FILES.get("photo")
    if sent is None:
        return
    key = text_of(request, "key")[:60] or uuid.uuid4().hex
    attempt(
        request,
        lambda who, at: keep_photo(who, sent.read(), services.SUBJECT, check_id, None, at, key=key),
        _("A picture was added."),
    )


def _result(request: HttpRequest, words: str) -> services.Result:
    found = _findings(request)
    return services.Result(found, words, text_of(request, "person"), _position(request))


def _position(request: HttpRequest) -> tuple[float, float, float] | None:
    """Where the checked one was found; None where nothing was sent.

    Raises:
        BadEntryError: it is no position, or has no accuracy.
    """
    sent = [text_of(request, field) for field in ("lon", "lat", "accuracy")]
    if not any(sent[:2]):
        return None
    try:
        lon, lat, accuracy = (float(one) for one in sent)
    except ValueError as error:
        raise BadEntryError(field="position") from error
    return lon, lat, accuracy


def _grid_line(row: selectors.CheckRow) -> dict[str, object] | None:
    """How the position stood to the boundary, as the page says it."""
    held = row.grid_check
    if not held:
        return None
    kind, code = str(held["of"]).split(":", 1)
    name = area_name(code) if kind == "division" else holder_name("post", code)
    return {
        "of": name,
        "standing": STANDINGS[held["standing"]],
        "boundary": abs(round(held["boundary_m"])),
        "accuracy": round(held["accuracy_m"]),
    }


def _findings(request: HttpRequest) -> dict[CheckItem, Finding]:
    known = {one.value for one in Finding}
    return {
        one: Finding(text_of(request, one.value))
        for one in CheckItem
        if text_of(request, one.value) in known
    }


def _numbers(rows: list[selectors.CheckRow]) -> dict[str, str]:
    return selectors.item_numbers(
        [row.subject for row in rows if row.stratum == Stratum.EQUIPMENT.value]
    )


def _plain(line: dict[str, Any]) -> dict[str, object]:
    row = line["row"]
    return {
        "what": str(line["stratum"]),
        "subject": line["subject"],
        "area": line["area"],
        "state": str(line["state"]),
        "drill": row.draw.drill,
        "dropped": str(line["dropped"]),
        "findings": [f"{item}: {found}" for item, found, _code in line["findings"]],
    }


def _area(code: str) -> AreaId:
    if not is_area_code(code):
        raise BadEntryError(field=code[:20])
    return AreaId(code)


def _number(text: str) -> int:
    if not text:
        return 0
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise BadEntryError(field=text[:20])
    return int(text)


def _moment(at_s: float | None) -> datetime.datetime | None:
    return None if at_s is None else local_time(at_s)
