"""One member of staff: appointments, roles, leave, and the record."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.appointment import PlaceKind, PlaceRef
from wardmote.core.domain.leave import LeaveAction, LeaveKind, LeaveState
from wardmote.core.domain.permissions import Role, Viewer
from wardmote.core.domain.staff_account import ACCOUNT_ACTION_NAMES, AccountAction
from wardmote.core.domain.staff_record import ENTRY_CODES, ENTRY_KIND_NAMES, EntryKind
from wardmote.operations.access.disclosures import ROLE_NAMES
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.people import overview, services
from wardmote.operations.people.actors import actor_names
from wardmote.operations.people.errors import UnknownPersonError
from wardmote.operations.people.overview import (
    AccountState,
    AppointmentRow,
    LeaveRow,
    PersonPage,
)
from wardmote.operations.people.records import open_record
from wardmote.operations.people.selectors import names_of
from wardmote.web.pages.attempts import attempt, attempt_once
from wardmote.web.pages.hazards.links import public_link, qr_svg
from wardmote.web.pages.staff.forms import EntryForm, LastDayForm, LeaveForm
from wardmote.web.pages.staff.words import (
    LEAVE_STATES,
    PLACE_KINDS,
    area_names,
    kind_name,
    language,
    leave_name,
    moment,
    named,
    office_name,
    role_names,
    staff_page,
)
from wardmote.web.viewers import viewer_of_request

_DAY = datetime.timedelta(days=1)


@require_safe
@staff_page
def my_page(request: HttpRequest) -> HttpResponse:
    """The own page, for everybody who can log in."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    try:
        overview.person_page(viewer, viewer.staff_id, now_s=now_s)
    except UnknownPersonError:
        return render(request, "wardmote/staff/nobody.html", {"staff_id": viewer.staff_id})
    return redirect("staff-person", staff_id=viewer.staff_id)


@require_http_methods(["GET", "POST"])
@staff_page
def person(request: HttpRequest, staff_id: str) -> HttpResponse:
    """A member of staff; a POST changes one thing."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    page = overview.person_page(viewer, staff_id, now_s=now_s)
    sent = request.POST.get("form", "")
    leave = LeaveForm(request.POST if sent == "leave" else None, prefix="leave")
    end = LastDayForm(request.POST if sent == "left" else None, prefix="left")
    if request.method == "POST" and request.POST.get("form") == "invite":
        return _invitation(request, page)
    if request.method == "POST" and _changed(request, page, leave, end):
        return redirect("staff-person", staff_id=staff_id)
    context = _context(page, now_s) | {"leave_form": leave, "left_form": end}
    status = 422 if request.method == "POST" else 200
    return render(request, "wardmote/staff/person.html", context, status=status)


def _changed(request: HttpRequest, page: PersonPage, leave: LeaveForm, end: LastDayForm) -> bool:
    """Carry out what was sent; false where its form has to be shown again."""
    sent, person_id = request.POST.get("form", ""), page.person.pk
    value = request.POST.get("id", "")
    if sent == "leave":
        if not leave.is_valid():
            return False
        entered = leave.cleaned_data
        new = services.NewLeave(
            person_id,
            LeaveKind(entered["kind"]),
            midnight_s(entered["first"]),
            midnight_s(entered["last"] + _DAY),
            entered["deputy"].strip() or None,
        )
        return attempt_once(
            request, lambda who, at_s: services.ask_leave(who, new, now_s=at_s), _("Asked.")
        )
    if sent == "left":
        if not end.is_valid():
            return False
        last = end.cleaned_data["last_day"]
        return attempt_once(
            request,
            lambda who, at_s: services.end_service(who, person_id, last, now_s=at_s),
            _("The service and every appointment end with that day."),
        )
    acts: dict[str, Callable[[Viewer, float], object]] = {
        action.value: lambda who, at_s, action=action: services.move_leave(  # type: ignore[misc]  # action is bound by its default
            who, value, action, now_s=at_s
        )
        for action in LeaveAction
    }
    acts["back"] = lambda who, at_s: services.bring_back(
        who, person_id, request.POST.get("reason", ""), now_s=at_s
    )
    acts["deputy"] = lambda who, at_s: services.name_deputy(
        who, value, request.POST.get("deputy", "").strip() or None, now_s=at_s
    )
    if sent in acts:
        attempt_once(request, acts[sent], _("Done."))
    return True


def _context(page: PersonPage, now_s: float) -> dict[str, Any]:
    row, today = page.person, local_day(now_s)
    actors = {one.made_by for one in page.appointments}
    actors |= {one.decided_by for one in page.leaves} | {one.by for one in page.account.moves}
    names = actor_names(actors, language())
    return {
        "person": row,
        "name": row.name_in(language()),
        "kind": kind_name(row.kind),
        "area": area_names([row.area])[row.area],
        "own": page.own,
        "may_edit": page.may_edit,
        "may_record": page.may_record,
        "account": page.account,
        "invited_until": None if page.account.until_s is None else moment(page.account.until_s),
        "account_moves": [
            {
                "what": named(ACCOUNT_ACTION_NAMES[AccountAction(one.action)]),
                "by": names.get(one.by, one.by),
                "at": moment(one.at_s),
                "reason": one.reason,
            }
            for one in page.account.moves
        ],
        "may_bring_back": page.may_edit
        and (row.left_day is not None or page.account.state is AccountState.CLOSED),
        "may_invite": page.may_edit
        and page.account.state in (AccountState.NONE, AccountState.INVITED),
        "stays_open": page.account.state is AccountState.OPEN
        and row.left_day is not None
        and row.left_day < today,
        "roles": role_names(page.roles),
        "appointments": [
            {
                "row": one,
                "office": office_name(one.office),
                "place": _place_name(page, one),
                "place_kind": PLACE_KINDS[PlaceKind(one.place_kind)],
                "now": one.from_day <= today and (one.to_day is None or today <= one.to_day),
                "by": names.get(one.made_by, one.made_by),
            }
            for one in page.appointments
        ],
        "leaves": [_leave(one, now_s, names, page) for one in page.leaves],
        "deputises": [_deputising(one) for one in page.deputises],
    }


def _invitation(request: HttpRequest, page: PersonPage) -> HttpResponse:
    """The link to open an account, shown this once."""
    tokens: list[str] = []
    done = attempt(
        request,
        lambda who, at_s: tokens.append(services.invite(who, page.person.pk, now_s=at_s)),
        _("The link was made."),
    )
    if not done:
        return redirect("staff-person", staff_id=page.person.pk)
    link = public_link("staff-join", tokens[0])
    context = {
        "person": page.person,
        "name": page.person.name_in(language()),
        "link": link,
        "qr": qr_svg(link),
        "days": round(services.INVITATION_LIFE_S / _DAY.total_seconds()),
    }
    return render(request, "wardmote/staff/invitation.html", context)


def _place_name(page: PersonPage, row: AppointmentRow) -> str:
    name = page.places.get(PlaceRef(PlaceKind(row.place_kind), row.place))
    return row.place if name is None else named(name, row.place)


def _leave(row: LeaveRow, now_s: float, names: dict[str, str], page: PersonPage) -> dict[str, Any]:
    state = LeaveState(row.state)
    actions: list[str] = []
    if state is LeaveState.ASKED:
        actions = ["withdraw"] if page.own else ["approve", "refuse"] if page.may_edit else []
    elif state is LeaveState.APPROVED and page.may_edit and row.to_s > now_s:
        actions = ["recall"] if row.from_s < now_s else ["cancel"]
    return {
        "row": row,
        # Why somebody is away is for them and for those who decide about it.
        "kind": leave_name(row.kind) if page.own or page.may_edit else _("away"),
        "state": LEAVE_STATES[state],
        "from": moment(row.from_s),
        "to": moment(row.to_s),
        "deputy": "" if row.deputy is None else row.deputy.name_in(language()),
        "by": names.get(row.decided_by, row.decided_by),
        "actions": actions,
        "may_name": page.may_edit and actions != [] and row.to_s > now_s,
    }


def _deputising(row: LeaveRow) -> dict[str, Any]:
    """Somebody else's leave, as the deputy's page says it: not why."""
    return {
        "from": moment(row.from_s),
        "to": moment(row.to_s),
        "who": row.person.name_in(language()),
        "state": LEAVE_STATES[LeaveState(row.state)],
    }


@require_http_methods(["GET", "POST"])
@staff_page
def record(request: HttpRequest, staff_id: str) -> HttpResponse:
    """The record of a member of staff; opening another's discipline entries is written down."""
    viewer, now_s = viewer_of_request(request), clock.now_s()
    opened = open_record(viewer, staff_id, now_s=now_s)
    subject = overview.person_page(viewer, staff_id, now_s=now_s).person
    entries = [
        (one.pk, f"{one.day.isoformat()} {_entry_name(one.kind, one.code)}")
        for one in opened.entries
    ]
    sent = request.POST.get("form", "")
    form = EntryForm(request.POST if sent == "entry" else None, entries=entries)
    if request.method == "POST" and _record_changed(request, staff_id, form):
        return redirect(reverse("staff-record", args=[staff_id]))
    names = names_of(
        {one.written_by for one in opened.entries} | {one.staff_id for one in opened.looks},
        language(),
    )
    context = {
        "person": subject,
        "name": subject.name_in(language()),
        "own": opened.own,
        "may_write": overview.may_write_record(viewer, subject),
        "form": form,
        "entries": [
            {
                "row": one,
                "kind": named(ENTRY_KIND_NAMES[EntryKind(one.kind)]),
                "what": _entry_name(one.kind, one.code),
                "corrects": dict(entries).get(one.corrects_id or "", ""),
                "by": names.get(one.written_by, one.written_by),
                "written": moment(one.written_s),
                "replies": [
                    {"words": reply.words, "at": moment(reply.written_s)}
                    for reply in one.replies.all()
                ],
            }
            for one in opened.entries
        ],
        "looks": [
            {
                "who": names.get(one.staff_id, one.staff_id),
                "role": ROLE_NAMES[Role(one.role)] if one.role else "",
                "at": moment(one.at_s),
            }
            for one in opened.looks
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "wardmote/staff/record.html", context, status=status)


def _record_changed(request: HttpRequest, staff_id: str, form: EntryForm) -> bool:
    if request.POST.get("form") == "reply":
        entry, words = request.POST.get("id", ""), request.POST.get("words", "")
        return attempt_once(
            request,
            lambda who, at_s: services.reply_to_entry(who, entry, words, now_s=at_s),
            _("Your reply is in the record."),
        )
    if not form.is_valid():
        return False
    kind, code = form.kind_and_code()
    entered = form.cleaned_data
    new = services.NewEntry(
        staff_id,
        kind,
        code,
        entered["day"],
        entered["words"],
        entered["valid_to"],
        entered["corrects"],
    )
    return attempt_once(
        request,
        lambda who, at_s: services.write_entry(who, new, now_s=at_s),
        _("Added. It can be corrected by another entry, and the person can reply."),
    )


def _entry_name(kind: str, code: str) -> str:
    return named(ENTRY_CODES[EntryKind(kind)][code])
