"""The forms of studies: opening one, its plans, what-ifs and runs."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wardmote.core.domain.permissions import Viewer
from wardmote.core.studies.scenario import MOST_FACTOR, MOST_RADIUS_M, SCENARIO_FORMAT
from wardmote.operations.studies.services import DemandSource, TrialWanted, ask_trial

MOST_FILE_BYTES = 1_500_000
DEMAND = [
    (DemandSource.RESIDENTS.value, gettext_lazy("residents and key places")),
    (DemandSource.OWN_CALLS.value, gettext_lazy("calls of the public taken down here")),
    (
        DemandSource.IMPORTED_TOO.value,
        gettext_lazy("those, and imported calls: the public made them"),
    ),
]
_HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]


class OpenForm(forms.Form):
    """A new study."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    question = forms.CharField(
        label=gettext_lazy("What is asked"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    area = forms.ChoiceField(label=gettext_lazy("Area"))

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = areas  # type: ignore[attr-defined]  # of a choice field


class UploadForm(forms.Form):
    """A plan from a file."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Empty: the name in the file."),
    )
    file = forms.FileField(
        label=gettext_lazy("Plan file (wardmote-plan/1, JSON), or posts as points (GeoJSON)")
    )

    def clean_file(self) -> Any:
        """The JSON in the file."""
        file = self.cleaned_data["file"]
        if file.size > MOST_FILE_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)s bytes.") % {"most": MOST_FILE_BYTES}
            )
        try:
            return json.loads(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is not text in UTF-8.")) from None
        except json.JSONDecodeError as error:
            raise forms.ValidationError(
                _("The file is not JSON: line %(row)s, column %(column)s.")
                % {"row": error.lineno, "column": error.colno}
            ) from None
        except ValueError:
            # Python reads no integer of more than some thousand digits.
            raise forms.ValidationError(
                _("The file holds a number with too many digits.")
            ) from None
        except RecursionError:
            raise forms.ValidationError(_("The file is nested too deeply.")) from None


class TrialForm(forms.Form):
    """Plans compared under scenarios."""

    plans = forms.MultipleChoiceField(
        label=gettext_lazy("Plans (the first is what the others are compared with)"),
        widget=forms.CheckboxSelectMultiple,
    )
    scenarios = forms.MultipleChoiceField(
        label=gettext_lazy("What-ifs, beside “as usual”"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    demand = forms.ChoiceField(label=gettext_lazy("Calls are expected as told by"), choices=DEMAND)
    runs = forms.IntegerField(
        label=gettext_lazy("Number of runs"),
        min_value=2,
        max_value=200,
        initial=20,
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days in each run"),
        min_value=1,
        max_value=366,
        initial=7,
        help_text=gettext_lazy("Counted from Monday on; the Sunday before only fills the place."),
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Seed of chance"), min_value=0, max_value=2**31 - 1, initial=1
    )

    def __init__(
        self,
        *args: Any,
        plans: list[tuple[str, str]],
        scenarios: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plans"].choices = plans  # type: ignore[attr-defined]  # of a choice field
        self.fields["scenarios"].choices = scenarios  # type: ignore[attr-defined]  # likewise

    def ask(self, viewer: Viewer, study_id: str, now_s: float) -> str:
        """Ask for it; the form must be valid."""
        entered = self.cleaned_data
        wanted = TrialWanted(
            tuple(entered["plans"]), tuple(entered["scenarios"]),
            seed=entered["seed"], runs=entered["runs"], days=entered["days"],
            demand=DemandSource(entered["demand"]),
        )  # fmt: skip
        return ask_trial(viewer, study_id, wanted, now_s=now_s)


class ScenarioForm(forms.Form):
    """A what-if. Whatever is left as it is changes nothing."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    more_calls = forms.IntegerField(
        label=gettext_lazy("More calls (%), negative for fewer"),
        min_value=-100,
        max_value=int(100 * (MOST_FACTOR - 1)),
        initial=0,
    )
    units_away = forms.IntegerField(
        label=gettext_lazy("Cars away (%)"), min_value=0, max_value=99, initial=0
    )
    duty_level = forms.ChoiceField(
        label=gettext_lazy("Duty level"),
        choices=[
            ("3", gettext_lazy("3: an ordinary day")),
            ("2", gettext_lazy("2: a quarter more units")),
            ("1", gettext_lazy("1: half as many units again")),
        ],
    )
    break_after_h = forms.FloatField(
        label=gettext_lazy("Break after every so many hours on duty (empty: none)"),
        required=False,
        min_value=1,
        max_value=24,
    )
    break_minutes = forms.FloatField(
        label=gettext_lazy("Break: minutes"), required=False, min_value=1, max_value=480
    )
    failure_days = forms.FloatField(
        label=gettext_lazy("A car fails every so many days (empty: never)"),
        required=False,
        min_value=0.1,
        max_value=10_000,
    )
    repair_h = forms.FloatField(
        label=gettext_lazy("Car failed: hours until it is back"),
        required=False,
        min_value=0.1,
        max_value=720,
    )
    refused = forms.IntegerField(
        label=gettext_lazy("Advice to move that crews refuse (%)"),
        required=False,
        min_value=0,
        max_value=100,
    )
    close_posts = forms.MultipleChoiceField(
        label=gettext_lazy("Posts closed"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 5}),
    )
    at_lon = forms.FloatField(
        label=gettext_lazy("Longitude of the place"), required=False, min_value=-180, max_value=180
    )
    at_lat = forms.FloatField(
        label=gettext_lazy("Latitude of the place"), required=False, min_value=-90, max_value=90
    )
    add_units = forms.IntegerField(
        label=gettext_lazy("A post more there, with so many units (0: none)"),
        min_value=0,
        max_value=50,
        initial=0,
    )
    close_roads_m = forms.FloatField(
        label=gettext_lazy("Roads closed around it (m; 0: the nearest section; empty: none)"),
        required=False,
        min_value=0,
        max_value=MOST_RADIUS_M,
    )
    festival_factor = forms.FloatField(
        label=gettext_lazy("Festival there: calls as a multiple of the usual (1: none)"),
        min_value=0,
        max_value=MOST_FACTOR,
        initial=1,
    )
    festival_m = forms.FloatField(
        label=gettext_lazy("Festival: within (m)"),
        min_value=1,
        max_value=MOST_RADIUS_M,
        initial=1_000,
    )
    festival_day = forms.ChoiceField(
        label=gettext_lazy("Festival: day"),
        choices=[
            ("0", gettext_lazy("Monday")), ("1", gettext_lazy("Tuesday")),
            ("2", gettext_lazy("Wednesday")), ("3", gettext_lazy("Thursday")),
            ("4", gettext_lazy("Friday")), ("5", gettext_lazy("Saturday")),
            ("6", gettext_lazy("Sunday")),
        ],
        initial="5",
    )  # fmt: skip
    festival_from = forms.ChoiceField(
        label=gettext_lazy("Festival: begins at"), choices=_HOURS, initial=10
    )
    festival_hours = forms.IntegerField(
        label=gettext_lazy("Festival: hours"), min_value=1, max_value=168, initial=8
    )

    PLACE = ("at_lon", "at_lat", "add_units", "close_roads_m")
    FESTIVAL = (
        "festival_factor", "festival_m", "festival_day", "festival_from", "festival_hours",
    )  # fmt: skip

    def __init__(self, *args: Any, posts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["close_posts"].choices = posts  # type: ignore[attr-defined]  # choice field

    def clean(self) -> dict[str, Any]:
        """What happens at a place needs the place; and something must differ."""
        entered: dict[str, Any] = super().clean() or {}
        needs_place = bool(
            entered.get("add_units")
            or entered.get("close_roads_m") is not None
            or entered.get("festival_factor", 1) != 1
        )
        placed = entered.get("at_lon") is not None and entered.get("at_lat") is not None
        if needs_place and not placed:
            self.add_error("at_lon", _("Give the place: click on the map, or type it."))
        self._check_pairs(entered)
        others = (
            "more_calls", "units_away", "close_posts", "break_after_h", "failure_days", "refused",
        )  # fmt: skip
        differs = any(entered.get(name) for name in others) or entered.get("duty_level") != "3"
        if not self.errors and not needs_place and not differs:
            raise forms.ValidationError(_("Nothing is different from “as usual” yet."))
        return entered

    def _check_pairs(self, entered: dict[str, Any]) -> None:
        """Half of what a break or a failure needs says nothing."""
        for one, other in (("break_after_h", "break_minutes"), ("failure_days", "repair_h")):
            if (entered.get(one) is None) != (entered.get(other) is None):
                missing = one if entered.get(one) is None else other
                self.add_error(missing, _("Give both numbers, or neither."))
        minutes, hours = entered.get("break_minutes"), entered.get("break_after_h")
        if minutes is not None and hours is not None and minutes >= hours * 60:
            self.add_error("break_minutes", _("A break must be over before the next one begins."))

    def document(self) -> dict[str, Any]:
        """The scenario without code and name; the form must be valid."""
        entered = self.cleaned_data
        lon, lat, name = entered["at_lon"], entered["at_lat"], entered["name"]
        place = {"name": {"zh": name, "en": name}, "lon": lon, "lat": lat}
        document: dict[str, Any] = {
            "format": SCENARIO_FORMAT,
            "demand_factor": 1 + entered["more_calls"] / 100,
            "units_away": entered["units_away"] / 100,
            "duty_level": int(entered["duty_level"]),
            "close_posts": entered["close_posts"],
            "refused_share": (entered["refused"] or 0) / 100,
        }
        if entered["break_after_h"] is not None:
            document["breaks"] = {
                "after_h": entered["break_after_h"], "minutes": entered["break_minutes"],
            }  # fmt: skip
        if entered["failure_days"] is not None:
            document["failures"] = {
                "days_between": entered["failure_days"], "repair_h": entered["repair_h"],
            }  # fmt: skip
        if entered["add_units"]:
            document["add_posts"] = [{"id": "what-if", **place, "units": entered["add_units"]}]
        if entered["close_roads_m"] is not None:
            document["roads_closed"] = [{**place, "radius_m": entered["close_roads_m"]}]
        if entered["festival_factor"] != 1:
            begins = int(entered["festival_day"]) * 24 + int(entered["festival_from"])
            document["festivals"] = [
                {
                    **place,
                    "radius_m": entered["festival_m"],
                    "factor": entered["festival_factor"],
                    "from_hour": begins,
                    "hours": entered["festival_hours"],
                }
            ]
        return document


class AdoptionForm(forms.Form):
    """A plan to be put in force."""

    plan = forms.ChoiceField(label=gettext_lazy("Plan"))
    first_day = forms.DateField(
        label=gettext_lazy("In force from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: until it is replaced. After it, what held before is back."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=gettext_lazy("What speaks for it"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, plans: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].choices = plans  # type: ignore[attr-defined]  # of a choice field
