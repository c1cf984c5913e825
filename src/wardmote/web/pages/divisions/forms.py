"""The forms of the tree of places."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wardmote.core.domain.division_changes import full_code
from wardmote.core.domain.text import Bilingual
from wardmote.operations.places.shapes import MOST_CORNERS, Corner

DAY_INPUT = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_LINES = {"rows": 6, "spellcheck": "false", "class": "mono"}


def corners_of(text: str, most: int = MOST_CORNERS) -> list[list[Corner]]:
    """Rings of corners: one “longitude, latitude” a line, an empty line between two rings.

    Raises:
        ValidationError: naming the line that cannot be read.
    """
    rings: list[list[Corner]] = [[]]
    for row, line in enumerate(text.strip().splitlines(), start=1):
        if not line.strip():
            rings.append([])
            continue
        try:
            lon, lat = (float(part) for part in line.replace("，", ",").split(","))
        except ValueError:
            raise forms.ValidationError(
                _("Line %(row)s is not “longitude, latitude”: %(line)s")
                % {"row": row, "line": line[:40]}
            ) from None
        rings[-1].append((lon, lat))
    if sum(map(len, rings)) > most:
        raise forms.ValidationError(_("More than %(most)s corners.") % {"most": most})
    return [ring for ring in rings if ring]


class CornersField(forms.CharField):
    """Corners in a text, which the map fills in."""

    def __init__(self, *, draw: str, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs=_LINES | {"data-draw": draw})
        super().__init__(widget=widget, max_length=1_000_000, **kwargs)


class NameForm(forms.Form):
    """A name in at least one language."""

    name_zh = forms.CharField(label=gettext_lazy("Chinese name"), max_length=120, required=False)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        """A name in at least one language."""
        entered: dict[str, Any] = super().clean() or {}
        if not (entered.get("name_zh") or entered.get("name_en")):
            self.add_error("name_zh", _("Give a name in at least one language."))
        return entered

    def name(self) -> Bilingual:
        """The name that was entered."""
        return Bilingual(self.cleaned_data["name_zh"], self.cleaned_data["name_en"])


class OpenForm(NameForm):
    """A place to be opened below another."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=15,
        help_text=gettext_lazy("12 digits of a division, 15 of a grid; never given before."),
    )
    from_day = forms.DateField(label=gettext_lazy("First day"), widget=DAY_INPUT)
    population = forms.IntegerField(
        label=gettext_lazy("Residents"), min_value=0, max_value=2**31 - 1, required=False
    )

    field_order = ("code", "name_zh", "name_en", "from_day", "population")

    def clean_code(self) -> str:
        """A code of the tree; short ones are filled with zeros."""
        code = full_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(_("A code has 2, 4, 6, 9, 12 or 15 digits."))
        return code


class RenameForm(NameForm):
    """Another name."""

    day = forms.DateField(label=gettext_lazy("From this day on"), widget=DAY_INPUT)


class EndForm(forms.Form):
    """The last day of a place."""

    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=DAY_INPUT)


class RedrawForm(forms.Form):
    """Another boundary."""

    corners = CornersField(
        draw="polygon",
        label=gettext_lazy("Corners, one “longitude, latitude” on each line"),
        help_text=gettext_lazy(
            "WGS-84. An empty line begins another part. Draw on the map, type, or paste."
        ),
    )
    day = forms.DateField(label=gettext_lazy("From this day on"), widget=DAY_INPUT)

    def clean_corners(self) -> list[list[Corner]]:
        """The corners as numbers."""
        rings = corners_of(self.cleaned_data["corners"])
        if not rings or min(map(len, rings)) < 3:
            raise forms.ValidationError(_("Each part needs at least three corners."))
        return rings


class LineForm(forms.Form):
    """A line along which a place is cut."""

    line = CornersField(
        draw="line",
        label=gettext_lazy("Line of the cut, one “longitude, latitude” on each line"),
        help_text=gettext_lazy("WGS-84. It begins and ends outside the place."),
    )
    day = forms.DateField(label=gettext_lazy("From this day on"), widget=DAY_INPUT)

    def clean_line(self) -> list[Corner]:
        """The points as numbers."""
        rings = corners_of(self.cleaned_data["line"], 1_000)
        if len(rings) != 1 or len(rings[0]) < 2:
            raise forms.ValidationError(_("The line needs at least two points."))
        return rings[0]


class PartForm(NameForm):
    """A piece of a cut: its code and name."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=15)

    field_order = ("code", "name_zh", "name_en")


class MergeForm(NameForm):
    """Which places become one, and what it is called."""

    others = forms.MultipleChoiceField(
        label=gettext_lazy("Merged with"), widget=forms.CheckboxSelectMultiple
    )
    code = forms.CharField(
        label=gettext_lazy("Code of the whole"),
        max_length=15,
        help_text=gettext_lazy("One of the codes that go on, or a new one."),
    )
    day = forms.DateField(label=gettext_lazy("From this day on"), widget=DAY_INPUT)

    field_order = ("others", "code", "name_zh", "name_en", "day")

    def __init__(self, *args: Any, beside: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["others"].choices = beside  # type: ignore[attr-defined]  # of a choice field


class MoveForm(NameForm):
    """A village that comes under another town."""

    code = forms.CharField(
        label=gettext_lazy("Its new code, under the other town"),
        max_length=12,
        help_text=gettext_lazy("The code says where a place lies, so it changes with it."),
    )
    day = forms.DateField(label=gettext_lazy("From this day on"), widget=DAY_INPUT)

    field_order = ("code", "name_zh", "name_en", "day")


class PointForm(forms.Form):
    """Whose is this point?"""

    lon = forms.FloatField(label=gettext_lazy("Longitude (WGS-84)"), min_value=-180, max_value=180)
    lat = forms.FloatField(label=gettext_lazy("Latitude (WGS-84)"), min_value=-90, max_value=90)
    day = forms.DateField(label=gettext_lazy("On this day"), widget=DAY_INPUT, required=False)


class BeatForm(NameForm):
    """A beat: its villages and its office."""

    area = forms.CharField(
        label=gettext_lazy("Code of its town or county"), min_length=12, max_length=12
    )
    villages = forms.CharField(
        label=gettext_lazy("Codes of its villages and communities, one on each line"),
        widget=forms.Textarea(attrs=_LINES),
        required=False,
        max_length=2_000,
    )
    office_lon = forms.FloatField(
        label=gettext_lazy("Office: longitude (WGS-84)"), min_value=-180, max_value=180
    )
    office_lat = forms.FloatField(
        label=gettext_lazy("Office: latitude (WGS-84)"), min_value=-90, max_value=90
    )
    day = forms.DateField(label=gettext_lazy("From this day on"), widget=DAY_INPUT)

    def clean_villages(self) -> list[str]:
        """The codes; what follows a code on its line is its name, for the reader."""
        lines = self.cleaned_data["villages"].splitlines()
        return [line.split()[0] for line in lines if line.strip()]


def on_day(day: datetime.date) -> dict[str, str]:
    """First values of the fields that hold a day."""
    return dict.fromkeys(("day", "from_day", "last_day"), day.isoformat())
