"""The place editor: key places and zones on the map, with the days on which they hold."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day
from wardmote.operations.places import selectors
from wardmote.operations.places.drawing import (
    MAX_RADIUS_M,
    MIN_RADIUS_M,
    Days,
    KeyPlaceDrawing,
    ZoneDrawing,
    draw_key_place,
    draw_zone,
    end_drawing,
)
from wardmote.operations.refusals import RefusedError
from wardmote.web.viewers import needs, viewer_of_request

KIND_NAMES = {
    "school": gettext_lazy("School"),
    "hospital": gettext_lazy("Hospital"),
    "station": gettext_lazy("Station"),
    "market": gettext_lazy("Market"),
    "government": gettext_lazy("Government office"),
    "other": gettext_lazy("Other"),
}
PLACE_CLASS_NAMES = {
    PlaceClass.KEY_PLACE: gettext_lazy("Key place"),
    PlaceClass.CENTRE: gettext_lazy("Centre"),
    PlaceClass.ELSEWHERE: gettext_lazy("Elsewhere"),
}
_DAY_INPUT = forms.DateInput(attrs={"type": "date"})


class DrawnForm(forms.Form):
    """What key places and zones have in common: a name and days."""

    name_zh = forms.CharField(label=gettext_lazy("Chinese name"), max_length=120, required=False)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=120, required=False)
    valid_from = forms.DateField(label=gettext_lazy("First day"), required=False, widget=_DAY_INPUT)
    valid_to = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=_DAY_INPUT)

    def clean(self) -> dict[str, Any]:
        """A name in at least one language, and no end before the beginning."""
        entered: dict[str, Any] = super().clean() or {}
        if not (entered.get("name_zh") or entered.get("name_en")):
            self.add_error("name_zh", _("Give a name in at least one language."))
        first, last = entered.get("valid_from"), entered.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day lies before the first."))
        return entered

    def name(self) -> Bilingual:
        """The name that was entered."""
        return Bilingual(self.cleaned_data["name_zh"], self.cleaned_data["name_en"])

    def days(self) -> Days:
        """The days that were entered."""
        return Days(self.cleaned_data["valid_from"], self.cleaned_data["valid_to"])


class KeyPlaceForm(DrawnForm):
    """A key place; a click on the map fills the coordinates in."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=list(KIND_NAMES.items()))
    lon = forms.FloatField(label=gettext_lazy("Longitude (WGS-84)"), min_value=-180, max_value=180)
    lat = forms.FloatField(label=gettext_lazy("Latitude (WGS-84)"), min_value=-90, max_value=90)
    radius_m = forms.FloatField(
        label=gettext_lazy("Radius (m)"),
        min_value=MIN_RADIUS_M,
        max_value=MAX_RADIUS_M,
        initial=100,
    )

    def draw(self, viewer: Viewer, now_s: float) -> str:
        """Add it; the form must be valid."""
        entered = self.cleaned_data
        drawing = KeyPlaceDrawing(
            self.name(), entered["kind"], entered["lon"], entered["lat"], entered["radius_m"],
            self.days(),
        )  # fmt: skip
        return draw_key_place(viewer, drawing, now_s=now_s)


class ZoneForm(DrawnForm):
    """A zone; clicks on the map add corners, one line each."""

    place_class = forms.ChoiceField(
        label=gettext_lazy("Calls inside count as"),
        choices=[
            (PlaceClass.CENTRE.value, PLACE_CLASS_NAMES[PlaceClass.CENTRE]),
            (PlaceClass.KEY_PLACE.value, PLACE_CLASS_NAMES[PlaceClass.KEY_PLACE]),
        ],
    )
    corners = forms.CharField(
        label=gettext_lazy("Corners, one “longitude, latitude” on each line"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        max_length=40_000,
    )

    def clean_corners(self) -> list[tuple[float, float]]:
        """The corners as numbers; says which line cannot be read."""
        corners = []
        for row, line in enumerate(self.cleaned_data["corners"].strip().splitlines(), start=1):
            parts = line.replace("，", ",").split(",")
            try:
                lon, lat = (float(part) for part in parts)
            except ValueError:
                raise forms.ValidationError(
                    _("Line %(row)s is not “longitude, latitude”: %(line)s")
                    % {"row": row, "line": line[:40]}
                ) from None
            corners.append((lon, lat))
        if len(corners) < 3:
            raise forms.ValidationError(_("A zone needs at least three corners."))
        return corners

    def draw(self, viewer: Viewer, now_s: float) -> str:
        """Add it; the form must be valid."""
        entered = self.cleaned_data
        drawing = ZoneDrawing(
            self.name(), PlaceClass(entered["place_class"]), entered["corners"], self.days()
        )
        return draw_zone(viewer, drawing, now_s=now_s)


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A key place or zone as the page lists it."""

    place: str
    name: str
    kind: Any
    valid_from: datetime.date | None
    valid_to: datetime.date | None


def drawn_rows(language: str) -> list[DrawnRow]:
    """Zones first, then key places, in the reader's language."""
    zones = [
        DrawnRow(
            zone.id,
            Bilingual(zone.name_zh, zone.name_en).in_language(language),
            PLACE_CLASS_NAMES[PlaceClass(zone.place_class)],
            zone.valid_from,
            zone.valid_to,
        )
        for zone in selectors.zones()
    ]
    places = [
        DrawnRow(
            place.id,
            Bilingual(place.name_zh, place.name_en).in_language(language),
            KIND_NAMES.get(place.kind, place.kind),
            place.valid_from,
            place.valid_to,
        )
        for place in selectors.key_places()
    ]
    return zones + places


@require_http_methods(["GET", "POST"])
@needs(Permission.CONFIGURATION_VIEW)
def place_editor(request: HttpRequest) -> HttpResponse:
    """List key places and zones; a POST draws one or sets its last day."""
    form_name = request.POST.get("form", "")
    key_place_form = KeyPlaceForm(
        request.POST if form_name == "key_place" else None, prefix="key_place"
    )
    zone_form = ZoneForm(request.POST if form_name == "zone" else None, prefix="zone")
    if request.method == "POST":
        drawn: dict[str, KeyPlaceForm | ZoneForm] = {
            "key_place": key_place_form,
            "zone": zone_form,
        }
        chosen = drawn.get(form_name)
        if chosen is None:
            _try(request, lambda viewer, now_s: _end(request, viewer, now_s))
            return redirect("place-editor")
        if chosen.is_valid() and _try(request, chosen.draw):
            return redirect("place-editor")
    viewer = viewer_of_request(request)
    context = {
        "rows": drawn_rows(get_language() or ""),
        "key_place_form": key_place_form,
        "zone_form": zone_form,
        "may_edit": viewer.holds_anywhere(Permission.CONFIGURATION_EDIT),
        "today": local_day(clock.now_s()),
    }
    return render(
        request, "wardmote/places/editor.html", context, status=422 if request.POST else 200
    )


def _end(request: HttpRequest, viewer: Viewer, now_s: float) -> None:
    last_day = forms.DateField(required=True).clean(request.POST.get("last_day", ""))
    end_drawing(viewer, request.POST.get("place", ""), last_day, now_s=now_s)


def _try(request: HttpRequest, act: Callable[[Viewer, float], object]) -> bool:
    """Do it and say how it went."""
    try:
        act(viewer_of_request(request), clock.now_s())
    except AccessDeniedError:
        messages.error(request, _("This lies outside the area in which you may change places."))
    except RefusedError as refusal:
        messages.error(request, refusal.message())
    except forms.ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Saved. It counts from its first day on."))
        return True
    return False
