"""The register of equipment: list, table in and out, one item, what is due."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.equipment import FAULT_LIFE_CYCLE, FaultAction, FaultState, HolderKind
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.operations.inspections import selectors, services
from wardmote.operations.inspections.errors import BadEntryError
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.operations.people.actors import actor_names
from wardmote.operations.people.selectors import names_of
from wardmote.web.pages.area_words import area_names
from wardmote.web.pages.attempts import attempt, attempt_once
from wardmote.web.pages.inspections.words import (
    COLUMN_NAMES,
    DUES,
    FAULT_ACTIONS,
    FAULT_STATES,
    FAULTS,
    HOLDERS,
    STEPS,
    holder_names,
    inspections_page,
    item_name,
    shown,
    text_of,
    today,
)
from wardmote.web.spreadsheets import csv_lines
from wardmote.web.viewers import viewer_of_request

PAGE_SIZE = 50
DAYS_AHEAD = 60
MAX_FILE = 1_500_000
MOST_LISTED = 500


@require_http_methods(["GET", "POST"])
@inspections_page()
def equipment_list(request: HttpRequest) -> HttpResponse:
    """Items the reader may see; a POST enters one or takes in a table."""
    viewer = viewer_of_request(request)
    table = None
    if request.method == "POST":
        if "file" not in request.FILES:
            _keep(request, new=True)
            return redirect("equipment-list")
        table = _take(request)
    text = request.GET.get("text", "").replace("\0", "")[:60]
    page = Paginator(selectors.items_seen(viewer, text), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "items": _lines(list(page.object_list)),
        "page": page,
        "text": text,
        "query": urlencode({"text": text}),
        "edits": viewer.holds_anywhere(Permission.EQUIPMENT_EDIT),
        "faults": [] if table is None else [_fault_line(one) for one in table.faults],
        "columns": [(one, COLUMN_NAMES[one]) for one in services.COLUMNS],
        "holders": HOLDERS.items(),
    }
    status = 422 if table is not None and table.faults else 200
    return shown(request, "wardmote/inspections/equipment.html", context, status=status)


@require_safe
@inspections_page()
def equipment_csv(request: HttpRequest) -> HttpResponseBase:
    """The register as a table that can be taken in again."""
    rows = selectors.items_seen(viewer_of_request(request)).filter(written_off=False)
    lines = csv_lines(services.COLUMNS, (services.row_of(row) for row in rows))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="equipment.csv"'
    return response


@require_safe
@inspections_page()
def equipment_due(request: HttpRequest) -> HttpResponse:
    """What is late or due soon, the earliest first."""
    viewer = viewer_of_request(request)
    found = selectors.dues(selectors.items_seen(viewer), today(), DAYS_AHEAD)[:MOST_LISTED]
    lines = _lines([row for row, _due in found])
    courses = selectors.certificates_due(viewer, today(), DAYS_AHEAD)
    people = names_of({one.staff_id for one in courses}, request.LANGUAGE_CODE)
    context = {
        "dues": [
            {**line, "due": due, "kind": DUES[due.kind.value], "late": due.days_left <= 0}
            for line, (_row, due) in zip(lines, found, strict=True)
        ],
        "courses": [
            {
                "row": one,
                "name": people.get(one.staff_id, one.staff_id),
                "course": one.course.in_language(request.LANGUAGE_CODE),
                "late": one.days_left < 0,
            }
            for one in courses
        ],
        "days": DAYS_AHEAD,
    }
    return shown(request, "wardmote/inspections/due.html", context)


@require_http_methods(["GET", "POST"])
@inspections_page()
def equipment_item(request: HttpRequest, item_id: str) -> HttpResponse:
    """One item: its holder, its history, its faults."""
    viewer = viewer_of_request(request)
    row = selectors.item_seen(viewer, item_id)
    if request.method == "POST":
        _change(request, row)
        return redirect("equipment-item", item_id=item_id)
    edits = viewer.may(Permission.EQUIPMENT_EDIT, AreaId(row.area))
    steps = list(row.steps.order_by("-pk")[:100])
    names = actor_names({one.actor for one in steps}, request.LANGUAGE_CODE)
    context = {
        **_lines([row])[0],
        "edits": edits and not row.written_off,
        "handles": services.may_handle(viewer, row) and not row.written_off,
        "holders": HOLDERS.items(),
        "faults": [
            {
                "row": one,
                "state": FAULT_STATES[one.state],
                "at": local_time(one.reported_s),
                "actions": [
                    (action.value, FAULT_ACTIONS[action.value])
                    for action in FAULT_LIFE_CYCLE.allowed_actions(FaultState(one.state))
                ],
            }
            for one in row.faults.order_by("-reported_s")
        ],
        "steps": [
            {
                "name": STEPS[one.action],
                "who": names.get(one.actor, one.actor),
                "at": local_time(one.at_s),
                "words": one.words,
            }
            for one in steps
        ],
    }
    return shown(request, "wardmote/inspections/item.html", context)


def _change(request: HttpRequest, row: selectors.ItemRow) -> None:
    act, words = text_of(request, "act"), text_of(request, "words")
    done = _("It is on record.")
    if act == "keep":
        _keep(request, new=False, number=row.number)
    elif act == "look":
        attempt(
            request,
            lambda who, at: services.inspect_item(
                who,
                row.pk,
                complete=text_of(request, "complete") == "yes",
                working=text_of(request, "working") == "yes",
                words=words,
                now_s=at,
            ),
            done,
        )
    elif act == "fault":
        attempt_once(
            request, lambda who, at: services.report_fault(who, row.pk, words, now_s=at), done
        )
    elif act in FAULT_ACTIONS:
        fault = text_of(request, "fault")
        attempt(
            request,
            lambda who, at: services.move_fault(who, fault, FaultAction(act), words, now_s=at),
            done,
        )


def _keep(request: HttpRequest, *, new: bool, number: str = "") -> None:
    attempt(
        request,
        lambda who, at: services.keep_item(who, _wanted(request, number), new=new, now_s=at),
        _("The item is on record."),
    )


def _wanted(request: HttpRequest, number: str) -> services.ItemWanted:
    kind, every = text_of(request, "holder_kind"), text_of(request, "every_days")
    expires = text_of(request, "expires")
    if kind not in HOLDERS:
        raise BadEntryError(field="holder_kind")
    if every and not (every.isascii() and every.isdecimal() and len(every) < 6):
        raise BadEntryError(field="every_days")
    try:
        day = datetime.date.fromisoformat(expires) if expires else None
    except ValueError as error:
        raise BadEntryError(field="expires") from error
    return services.ItemWanted(
        number or text_of(request, "number"),
        text_of(request, "kind"),
        AreaId(text_of(request, "area")),
        HolderKind(kind),
        text_of(request, "holder"),
        day,
        int(every) if every else None,
    )


def _take(request: HttpRequest) -> services.TableTaken | None:
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > MAX_FILE:
        messages.error(request, _("The file is too large."))
        return None
    viewer, now_s = viewer_of_request(request), clock.now_s()
    taken = services.take_table(viewer, file.read(), now_s=now_s)
    if not taken.faults:
        said = _("%(made)d items were entered, %(changed)d changed.")
        messages.success(request, said % {"made": taken.made, "changed": taken.changed})
    return taken


def _lines(rows: list[selectors.ItemRow]) -> list[dict[str, Any]]:
    areas = area_names(row.area for row in rows)
    holders = holder_names((row.holder_kind, row.holder) for row in rows)
    return [
        {
            "row": row,
            "name": item_name(row),
            "area": areas[row.area],
            "holder_kind": HOLDERS[row.holder_kind],
            "holder": holders[(row.holder_kind, row.holder)],
            "open_faults": len(getattr(row, "living_faults", ())),
        }
        for row in rows
    ]


def _fault_line(one: services.TableFault) -> dict[str, Any]:
    name = COLUMN_NAMES.get(one.column)
    return {
        "row": one.row,
        "column": "" if name is None else f"{name} ({one.column})",
        "what": FAULTS[one.code],
        "value": one.value[:60],
    }
