"""Beats: an office, an officer, assistants, and a few villages."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.places import services, tree
from wardmote.operations.places.services import BeatWanted
from wardmote.operations.places.tree import BeatOnDay
from wardmote.web.pages.divisions.forms import BeatForm, EndForm, on_day
from wardmote.web.pages.divisions.words import attempt_for, attempt_once, day_asked, spoken, today
from wardmote.web.viewers import needs, viewer_of_request


@require_http_methods(["GET", "POST"])
@needs(Permission.CONFIGURATION_VIEW)
def beat_list(request: HttpRequest) -> HttpResponse:
    """The beats of the viewer's areas on a day; a POST opens one."""
    viewer = viewer_of_request(request)
    day = day_asked(request)
    sent = request.POST if request.method == "POST" else None
    form = BeatForm(sent, initial=on_day(today()) | {"area": request.GET.get("area", "")})
    if sent is not None and form.is_valid():

        def act(who: Viewer, now_s: float) -> str:
            day = form.cleaned_data["day"]
            return services.open_beat(who, _wanted(form), day, now_s=now_s)

        opened = attempt_for(request, act, _("Saved."))
        if opened is not None:
            return redirect("beat", beat_id=opened)
    seen = [
        beat for beat in tree.beats_on(day) if viewer.may(Permission.CONFIGURATION_VIEW, beat.area)
    ]
    names = _names([code for beat in seen for code in beat.villages])
    context = {
        "beats": [_line(beat, names) for beat in seen],
        "day": day,
        "form": form,
        "may_edit": viewer.holds_anywhere(Permission.CONFIGURATION_EDIT),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "wardmote/divisions/beats.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(Permission.CONFIGURATION_VIEW)
def beat(request: HttpRequest, beat_id: str) -> HttpResponse:
    """A beat; a POST gives it other villages or another office, or ends it."""
    viewer = viewer_of_request(request)
    found = next((one for one in tree.beats_on(today()) if one.beat == beat_id), None)
    if found is None or not viewer.may(Permission.CONFIGURATION_VIEW, found.area):
        raise Http404
    which = request.POST.get("form", "")
    names = _names(list(found.villages))
    lines = "\n".join(f"{code} {names.get(code, '')}".strip() for code in found.villages)
    initial: dict[str, Any] = on_day(today()) | {
        "name_zh": found.name.zh, "name_en": found.name.en, "area": found.area,
        "villages": lines, "office_lon": found.office_lon, "office_lat": found.office_lat,
    }  # fmt: skip
    form = BeatForm(request.POST if which == "change" else None, initial=initial)
    end = EndForm(request.POST if which == "end" else None, prefix="end", initial=on_day(today()))

    def change(who: Viewer, now_s: float) -> None:
        day = form.cleaned_data["day"]
        services.change_beat(who, beat_id, _wanted(form), day, now_s=now_s)

    def over(who: Viewer, now_s: float) -> None:
        services.end_beat(who, beat_id, end.cleaned_data["last_day"], now_s=now_s)

    if which == "change" and form.is_valid() and attempt_once(request, change, _("Saved.")):
        return redirect("beat", beat_id=beat_id)
    if which == "end" and end.is_valid() and attempt_once(request, over, _("Saved.")):
        return redirect("beats")
    versions = tree.beat_versions_of(beat_id)
    known = _names([code for version in versions for code in version.villages])
    context = {
        "beat": _line(found, names),
        "form": form,
        "end": end,
        "versions": [
            {"from_day": one.from_day, "by": one.set_by,
             "villages": [known.get(code, code) for code in one.villages]}
            for one in versions
        ],
        "may_edit": viewer.may(Permission.CONFIGURATION_EDIT, found.area),
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "wardmote/divisions/beat.html", context, status=status)


def _wanted(form: BeatForm) -> BeatWanted:
    entered = form.cleaned_data
    return BeatWanted(
        form.name(),
        AreaId(entered["area"]),
        tuple(AreaId(code) for code in entered["villages"]),
        entered["office_lon"],
        entered["office_lat"],
    )


def _names(codes: list[str]) -> dict[str, str]:
    found = {}
    for code in dict.fromkeys(codes):
        row = tree.tree_row(code)
        if row is not None:
            found[code] = spoken(row.name, code)
    return found


def _line(beat: BeatOnDay, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": beat.beat,
        "name": spoken(beat.name, beat.beat),
        "area": beat.area,
        "villages": [(code, names.get(code, code)) for code in beat.villages],
        "days": beat.days,
    }
