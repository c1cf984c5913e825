"""The lists of duty as CSV: what the pages show, for spreadsheets. Contacts are in none of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wardmote.core.domain.permissions import Permission
from wardmote.operations.duty import selectors
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.operations.people.actors import actor_names
from wardmote.web.pages.area_words import area_names
from wardmote.web.pages.duty.activations import activation_lines
from wardmote.web.pages.duty.guards import guard_lines
from wardmote.web.pages.duty.levels import switch_lines
from wardmote.web.pages.duty.neighbours import request_line
from wardmote.web.pages.duty.words import duty_page, spoken
from wardmote.web.spreadsheets import csv_lines
from wardmote.web.viewers import viewer_of_request

MOST_DOWNLOADED = 10_000
MINUTE_S = 60.0


@require_safe
@duty_page(Permission.DUTY_VIEW)
def switches_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Switches of level: by whom, from when to when."""
    rows = selectors.switches_seen(viewer_of_request(request), MOST_DOWNLOADED)
    people = _people(one for row in rows for one in (row.proposed_by, row.decided_by, row.ended_by))
    header = [
        *(_("Area"), _("Level"), _("State"), _("Why"), _("Proposed"), _("Proposed by")),
        *(_("Decided"), _("Decided by"), _("Until"), _("Ended"), _("Ended by")),
        _("Leave that is ended or cancelled"),
    ]
    lines = (
        [
            *(line["area"], line["level"], line["state"], row.words),
            *(_time(line["proposed"]), people.get(row.proposed_by, row.proposed_by)),
            *(_time(line["decided"]), people.get(row.decided_by, row.decided_by)),
            *(_time(line["until"]), _time(line["ended"])),
            *(people.get(row.ended_by, row.ended_by), len(row.recalled)),
        ]
        for line in switch_lines(rows)
        for row in (line["row"],)
    )
    return _download("duty-levels", header, lines)


@require_safe
@duty_page(None)
def activations_csv(request: HttpRequest) -> StreamingHttpResponse:
    """What was activated; drills for those who take part alone, and marked."""
    rows = selectors.activations_seen(viewer_of_request(request), MOST_DOWNLOADED)
    people = _people(one for row in rows for one in (row.started_by, row.ended_by))
    areas = area_names(row.area for row in rows)
    header = [
        *(pgettext("duty", "Plan"), _("Drill"), _("On"), _("Area"), _("State"), _("Begun")),
        *(_("Begun by"), _("Ended"), _("Ended by"), _("What was learnt")),
    ]
    lines = (
        [
            *(line["name"], _("DRILL") if line["row"].drill else "", line["subject"]),
            *(areas[line["row"].area], line["state"], _time(line["started"])),
            people.get(line["row"].started_by, line["row"].started_by),
            _moment(line["row"].ended_s),
            people.get(line["row"].ended_by, line["row"].ended_by),
            line["row"].lessons,
        ]
        for line in activation_lines(rows)
    )
    return _download("duty-activations", header, lines)


@require_safe
@duty_page(Permission.DUTY_VIEW)
def guards_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Guards of events and when they come next."""
    rows = selectors.guards_seen(viewer_of_request(request), MOST_DOWNLOADED)
    now_s = clock.now_s()
    header = [
        *(pgettext("guard", "Event"), _("Area"), _("When"), _("Next"), _("Last day")),
        *(pgettext("guard", "Posts"), _("Duties"), _("Checks"), _("Traffic points"), _("State")),
    ]
    lines = (
        [
            *(line["name"], line["area"], line["when"]),
            "" if row.state == "ended" or not line["next"] else line["next"][0]["day"].isoformat(),
            "" if row.last_day is None else row.last_day.isoformat(),
            *(line["counts"][one] for one in ("posts", "duties", "checks", "traffic")),
            line["state"],
        ]
        for line in guard_lines(rows, now_s)
        for row in (line["row"],)
    )
    return _download("event-guards", header, lines)


@require_safe
@duty_page(Permission.DUTY_VIEW)
def neighbours_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Agreements with neighbours and how fast they answered; never whom to call."""
    rows = selectors.neighbours_seen(viewer_of_request(request), MOST_DOWNLOADED)
    areas = area_names(row.area for row, _figures in rows)
    header = [
        *(_("Neighbour"), _("Area"), _("What was agreed"), _("Requests")),
        *(pgettext("requests", "Answered"), _("Yes"), _("Half answered within (min)"), _("Ended")),
    ]
    lines = (
        [
            *(spoken(row.name_zh, row.name_en), areas[row.area], row.agreed),
            *(figures.asked, figures.answered, figures.agreed),
            "" if figures.median_s is None else round(figures.median_s / MINUTE_S, 1),
            _moment(row.ended_s),
        ]
        for row, figures in rows
    )
    return _download("neighbours", header, lines)


@require_safe
@duty_page(Permission.DUTY_VIEW)
def requests_csv(request: HttpRequest) -> StreamingHttpResponse:
    """What neighbours were asked, and what they answered after how long."""
    viewer = viewer_of_request(request)
    rows = selectors.requests_seen(viewer, MOST_DOWNLOADED)
    people = _people(row.asked_by for row in rows)
    header = [
        *(pgettext("duty", "asked"), _("Neighbour"), _("Kind"), _("What"), _("By"), _("State")),
        *(_("Agreed"), _("Answered after (min)"), _("Answer"), _("Ended")),
    ]
    agreed = {None: "", True: _("Yes"), False: _("No")}
    lines = (
        [
            *(_time(line["asked"]), line["name"], line["kind"], row.words, line["by"]),
            *(line["state"], agreed[row.agreed]),
            "" if line["took_min"] is None else round(line["took_min"], 1),
            *(row.answer, _moment(row.ended_s)),
        ]
        for row in rows
        for line in (request_line(viewer, row, people),)
    )
    return _download("requests-to-neighbours", header, lines)


def _people(staff: Iterable[str]) -> dict[str, str]:
    return actor_names(set(staff) - {""}, get_language() or "")


def _moment(at_s: float | None) -> str:
    return "" if at_s is None else _time(local_time(at_s))


def _time(at: datetime.datetime | None) -> str:
    return "" if at is None else at.isoformat(timespec="seconds")


def _download(
    name: str, header: Sequence[Any], lines: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    # Made at once: the language of the request holds no longer than the request.
    made = [[cell if isinstance(cell, int | float) else str(cell) for cell in one] for one in lines]
    response = StreamingHttpResponse(
        csv_lines([str(one) for one in header], made), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
