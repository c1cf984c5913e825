"""The page of notices, and what a browser needs to take pushes."""

from __future__ import annotations

import datetime
import json
import zoneinfo
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wardmote.core.domain.notice import ALWAYS, NOTICE_NAMES, NoticeKind, NoticeWishes
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.gateways.web_push import Doors, PushSigner
from wardmote.operations.journal import clock
from wardmote.operations.notices import selectors, services
from wardmote.operations.notices.selectors import NoticeRow
from wardmote.operations.notices.services import Registration
from wardmote.operations.refusals import RefusedError
from wardmote.web.viewers import viewer_of_request

PAGE_LENGTH = 50
_WORKER = Path(__file__).resolve().parents[1] / "static" / "wardmote" / "notices" / "worker.js"
_K = NoticeKind


@dataclass(frozen=True, slots=True)
class _Page:
    """Where a notice leads.

    Attributes:
        url: name of the page.
        own: it is the page of the very subject.
        needs: without this right the page is closed, and the notice leads nowhere.
    """

    url: str
    own: bool = False
    needs: Permission | None = None


_TODAY = _Page("today", needs=Permission.TASK_DO)
_TO_RECTIFY = _Page("department-hazards", needs=Permission.HAZARD_RECTIFY)
_WATCHES = _Page("my-watches", needs=Permission.WATCH_TAKE)
_HAZARD = _Page("hazard", own=True)
_CHECK = _Page("spot-check", own=True)
_SHEET = _Page("assessment-sheet", own=True)
_TRAINING = _Page("training-calendar")
_PAGES = {
    _K.TASKS_TODAY: _TODAY,
    _K.TASK_NEW: _TODAY,
    _K.TASK_HANDED: _TODAY,
    _K.TASK_DUE: _TODAY,
    _K.TASK_CANCELLED: _TODAY,
    _K.HAZARD_ASSIGNED: _TO_RECTIFY,
    _K.HAZARD_RETURNED: _TO_RECTIFY,
    _K.HAZARD_ESCALATED: _TO_RECTIFY,
    _K.HAZARD_TO_CHECK: _HAZARD,
    _K.EXTENSION_ASKED: _HAZARD,
    _K.EXTENSION_DECIDED: _TO_RECTIFY,
    _K.ROSTER_PUBLISHED: _WATCHES,
    _K.WATCH_CHANGED: _WATCHES,
    _K.SWAP_ASKED: _WATCHES,
    _K.SWAP_TO_APPROVE: _Page("watch-roster", own=True),
    _K.SWAP_APPROVED: _WATCHES,
    _K.SWAP_REFUSED: _WATCHES,
    _K.LEVEL_PROPOSED: _Page("duty-switch", own=True),
    _K.DUTY_LEVEL: _Page("duty-levels", needs=Permission.DUTY_VIEW),
    _K.MINIMUM_SHORT: _Page("duty-switch", own=True),
    _K.RECALLED: _Page("my-staff-page"),
    _K.PLAN_OFFERED: _Page("duty-plans", needs=Permission.DUTY_VIEW),
    _K.PLAN_STEP: _Page("duty-activations"),
    _K.CHECK_RESULT: _CHECK,
    _K.CHECK_TO_DECIDE: _CHECK,
    _K.CHECK_DECIDED: _CHECK,
    _K.SHEET_READY: _SHEET,
    _K.APPEAL_TO_DECIDE: _Page("assessment-appeal", own=True),
    _K.APPEAL_DECIDED: _SHEET,
    _K.TURN_PLANNED: _TRAINING,
    _K.COURSE_PLANNED: _TRAINING,
    _K.TRAINING_OFF: _TRAINING,
}
GROUPS = (
    (
        _("Tasks"),
        (_K.TASKS_TODAY, _K.TASK_NEW, _K.TASK_HANDED, _K.TASK_DUE, _K.TASK_CANCELLED),
    ),
    (
        _("Hazards"),
        (
            *(_K.HAZARD_ASSIGNED, _K.HAZARD_RETURNED, _K.HAZARD_ESCALATED),
            *(_K.HAZARD_TO_CHECK, _K.EXTENSION_ASKED, _K.EXTENSION_DECIDED),
        ),
    ),
    (
        _("Night watches"),
        (
            *(_K.ROSTER_PUBLISHED, _K.WATCH_CHANGED, _K.SWAP_ASKED),
            *(_K.SWAP_TO_APPROVE, _K.SWAP_APPROVED, _K.SWAP_REFUSED),
        ),
    ),
    (
        _("Duty"),
        (
            *(_K.LEVEL_PROPOSED, _K.DUTY_LEVEL, _K.MINIMUM_SHORT),
            *(_K.RECALLED, _K.PLAN_OFFERED, _K.PLAN_STEP),
        ),
    ),
    (
        _("Checks, assessment and training"),
        (
            *(_K.CHECK_RESULT, _K.CHECK_TO_DECIDE, _K.CHECK_DECIDED),
            *(_K.SHEET_READY, _K.APPEAL_TO_DECIDE, _K.APPEAL_DECIDED),
            *(_K.TURN_PLANNED, _K.COURSE_PLANNED, _K.TRAINING_OFF),
        ),
    ),
)
"""In which order a person chooses kinds."""


class _Device(msgspec.Struct):
    endpoint: str
    p256dh: str = ""
    auth: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@ensure_csrf_cookie
def notices(request: HttpRequest) -> HttpResponse:
    """All that the viewer was told, and what the viewer wishes; opening it marks all as read."""
    viewer = _person(request)
    error = ""
    if request.method == "POST":
        try:
            services.choose(viewer, *_chosen(request))
        except RefusedError as refused:
            error = refused.message()
        else:
            return HttpResponseRedirect(reverse("notices"))
    rows = selectors.own_notices(viewer)
    pages = Paginator(rows, PAGE_LENGTH)
    page = pages.get_page(request.GET.get("page"))
    language = get_language() or ""
    wishes = selectors.wishes_of(viewer.staff_id)
    context = {
        "page": page,
        "lines": [_line(viewer, row, language) for row in page],
        "groups": _groups(wishes, language),
        "always": [NOTICE_NAMES[kind].in_language(language) for kind in sorted(ALWAYS)],
        "quiet_from": "" if wishes.quiet is None else _clock(wishes.quiet.from_minute),
        "quiet_to": "" if wishes.quiet is None else _clock(wishes.quiet.to_minute),
        "error": error,
        "page_data": {
            "staff": viewer.staff_id,
            "push": not settings.TRAINING,
            "push_key": _signer().public_key(),
            "worker_url": reverse("notices-worker"),
            "refusing": selectors.push_standing(viewer).refusing > 0,
            "newest": _newest(viewer),
        },
    }
    services.mark_read(viewer, clock.now_s())
    return render(request, "wardmote/notices/notices.html", context, status=422 if error else 200)


@require_safe
def notices_new(request: HttpRequest) -> HttpResponse:
    """How many notices were not looked at, for pages that ask again and again."""
    viewer = _person(request)
    return JsonResponse({"unread": selectors.unread_count(viewer), "newest": _newest(viewer)})


@require_POST
def notice_device(request: HttpRequest) -> HttpResponse:
    """Take pushes on the browser that asks; the same browser again changes nothing."""
    viewer, sent = _person(request), _sent(request)
    if sent is None or settings.TRAINING:
        return _refused(400, "malformed", gettext("The request could not be read."))
    wanted = Registration(
        sent.endpoint,
        sent.p256dh,
        sent.auth,
        get_language() or "zh-hans",
        request.session.session_key or "",
    )
    try:
        services.register_device(viewer, wanted, Doors().may_name, clock.now_s())
    except RefusedError as refused:
        return _refused(refused.status, refused.code, refused.message())
    return JsonResponse({"kept": True})


@require_POST
def notice_device_forget(request: HttpRequest) -> HttpResponse:
    """Take no more pushes on the browser that asks."""
    viewer, sent = _person(request), _sent(request)
    if sent is None:
        return _refused(400, "malformed", gettext("The request could not be read."))
    services.forget_device(viewer, sent.endpoint)
    return JsonResponse({"kept": False})


@require_safe
@login_not_required
@cache_control(no_cache=True)
def notices_worker(request: HttpRequest) -> HttpResponse:
    """The service worker that shows pushes, with the words of every kind in both languages."""
    words = {
        "kinds": {
            kind.value: {"zh": name.zh, "en": name.en} for kind, name in NOTICE_NAMES.items()
        },
        "site": {"zh": "邻里守望", "en": "Wardmote"},
        "drill": {"zh": "【演练】", "en": "[DRILL]"},
        "icon": reverse("icon", args=[192]),
    }
    source = _WORKER.read_text("utf-8").replace("__WORDS__", json.dumps(words, ensure_ascii=False))
    return HttpResponse(source, content_type="text/javascript; charset=utf-8")


def _person(request: HttpRequest) -> Viewer:
    viewer = viewer_of_request(request)
    if not viewer.staff_id:
        raise PermissionDenied
    return viewer


def _groups(
    wishes: NoticeWishes, language: str
) -> list[tuple[Any, int, list[tuple[str, str, bool]]]]:
    """Title, how many kinds are on, and each kind with its name and whether it is on."""
    found = []
    for title, kinds in GROUPS:
        chosen = [kind for kind in kinds if kind not in ALWAYS]
        lines = [
            (kind.value, NOTICE_NAMES[kind].in_language(language), kind not in wishes.off)
            for kind in chosen
        ]
        found.append((title, sum(on for _code, _name, on in lines), lines))
    return found


def _line(viewer: Viewer, row: NoticeRow, language: str) -> dict[str, Any]:
    kind = NoticeKind(row.kind)
    of_day = row.subject_kind == services.TRAINING_DAY
    return {
        "name": NOTICE_NAMES[kind].in_language(language),
        "at": _local(row.made_s),
        "until": None if row.until_s is None else _local(row.until_s),
        "over": row.until_s is not None and clock.now_s() > row.until_s,
        "day": row.subject if of_day else "",
        "link": link_of(viewer, row),
        "unread": row.read_s is None,
        "drill": row.drill,
    }


def link_of(viewer: Viewer, row: NoticeRow) -> str:
    """Where the person may act on a notice; empty where the page is closed to the person."""
    page = _PAGES[NoticeKind(row.kind)]
    if page.needs is not None and not viewer.holds_anywhere(page.needs):
        return ""
    if page.own:
        return reverse(page.url, args=[row.subject]) if row.subject else ""
    link = reverse(page.url)
    if row.subject_kind == "task":
        return f"{link}#task/{row.subject}"
    if row.subject_kind == services.TRAINING_DAY:
        return f"{link}?month={row.subject[:7]}"
    return link


def _local(at_s: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(at_s, zoneinfo.ZoneInfo(settings.TIME_ZONE))


def _chosen(request: HttpRequest) -> tuple[list[str], tuple[int | None, int | None]]:
    wanted = set(request.POST.getlist("kind"))
    off = [kind.value for kind in NoticeKind if kind not in ALWAYS and kind.value not in wanted]
    ends = (_minute(request.POST.get("from", "")), _minute(request.POST.get("to", "")))
    return off, ends


def _minute(text: str) -> int | None:
    """Minute of the day of ``HH:MM``; None when empty, -1 when it is no time."""
    if not text.strip():
        return None
    try:
        time = datetime.time.fromisoformat(text.strip())
    except ValueError:
        return -1
    return time.hour * 60 + time.minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _sent(request: HttpRequest) -> _Device | None:
    try:
        return msgspec.json.decode(request.body, type=_Device)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None


def _refused(status: int, code: str, message: str) -> HttpResponse:
    return JsonResponse({"code": code, "message": message}, status=status)


def _newest(viewer: Viewer) -> str:
    newest = selectors.own_notices(viewer).first()
    return "" if newest is None else newest.pk


def _signer() -> PushSigner:
    return PushSigner.from_secret(settings.PUSH_SECRET, settings.PUBLIC_ORIGIN)
