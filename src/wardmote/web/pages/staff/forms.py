"""The forms of staff: persons, appointments, leave, entries, tables."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wardmote.core.domain.appointment import STAFF_KIND_NAMES, Office, StaffKind
from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.leave import LEAVE_KIND_NAMES, LeaveKind
from wardmote.core.domain.staff_record import ENTRY_CODES, ENTRY_KIND_NAMES, EntryKind
from wardmote.gateways.staff_tables.reading import MAX_BYTES
from wardmote.web.pages.staff.words import named, office_name

_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, named(STAFF_KIND_NAMES[kind])) for kind in StaffKind]


def _offices() -> list[tuple[str, str]]:
    return [(office.value, office_name(office)) for office in Office]


def _any(choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [("", _("any")), *choices]


class FindForm(forms.Form):
    """Whom the reader looks for."""

    text = forms.CharField(label=gettext_lazy("Name or number"), max_length=60, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    office = forms.ChoiceField(label=gettext_lazy("Office"), required=False)
    gone = forms.BooleanField(label=gettext_lazy("Also those who left"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = _any(_kinds())  # type: ignore[attr-defined]  # of a choice field
        self.fields["office"].choices = _any(_offices())  # type: ignore[attr-defined]  # of a choice field


class PersonForm(forms.Form):
    """A member of staff."""

    staff_id = forms.CharField(label=gettext_lazy("Staff number"), max_length=40)
    name_zh = forms.CharField(
        label=pgettext_lazy("person", "Chinese name"), max_length=60, required=False
    )
    name_en = forms.CharField(
        label=pgettext_lazy("person", "English name"), max_length=60, required=False
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    area = forms.CharField(
        label=gettext_lazy("Area of the organisation"),
        max_length=12,
        help_text=gettext_lazy("Division code of 12 digits, such as that of the station's town."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = _kinds()  # type: ignore[attr-defined]  # of a choice field

    def clean_area(self) -> str:
        """A division code."""
        area = str(self.cleaned_data["area"])
        if not is_area_code(area):
            raise forms.ValidationError(_("A division code has 12 digits."))
        return area


class AppointForm(forms.Form):
    """Somebody is to hold an office at a place."""

    office = forms.ChoiceField(label=gettext_lazy("Office"))
    staff_id = forms.CharField(label=gettext_lazy("Staff number"), max_length=40)
    from_day = forms.DateField(label=gettext_lazy("First day"), widget=_DAY)
    to_day = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=_DAY,
        required=False,
        help_text=gettext_lazy("Empty: until further notice."),
    )
    acting = forms.BooleanField(
        label=gettext_lazy("Acts meanwhile, the office being vacant"), required=False
    )

    def __init__(self, *args: Any, offices: list[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [(one.value, office_name(one)) for one in offices]
        self.fields["office"].choices = chosen  # type: ignore[attr-defined]  # of a choice field


class LastDayForm(forms.Form):
    """Something ends after a day."""

    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=_DAY)


class LeaveForm(forms.Form):
    """Somebody asks for leave, in whole days."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    first = forms.DateField(label=gettext_lazy("First day away"), widget=_DAY)
    last = forms.DateField(label=gettext_lazy("Last day away"), widget=_DAY)
    deputy = forms.CharField(
        label=gettext_lazy("Deputy (staff number)"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Without one, every office held has a gap meanwhile."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, named(LEAVE_KIND_NAMES[kind])) for kind in LeaveKind]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]  # of a choice field

    def clean(self) -> dict[str, Any]:
        """The last day does not come before the first."""
        entered = super().clean() or {}
        first, last = entered.get("first"), entered.get("last")
        if first and last and last < first:
            self.add_error("last", _("It comes before the first day."))
        return entered


class EntryForm(forms.Form):
    """An entry of somebody's record."""

    what = forms.ChoiceField(label=gettext_lazy("Entry"))
    day = forms.DateField(label=gettext_lazy("Day"), widget=_DAY)
    valid_to = forms.DateField(
        label=gettext_lazy("Valid until"),
        widget=_DAY,
        required=False,
        help_text=gettext_lazy("Of a training that expires."),
    )
    words = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    corrects = forms.ChoiceField(label=gettext_lazy("Corrects"), required=False)

    def __init__(self, *args: Any, entries: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [  # type: ignore[attr-defined]  # of a choice field
            (
                named(ENTRY_KIND_NAMES[kind]),
                [(f"{kind.value}:{code}", named(name)) for code, name in codes.items()],
            )
            for kind, codes in ENTRY_CODES.items()
        ]
        self.fields["corrects"].choices = [("", "–"), *entries]  # type: ignore[attr-defined]  # of a choice field

    def kind_and_code(self) -> tuple[EntryKind, str]:
        """What was chosen; the form must be valid."""
        kind, _colon, code = str(self.cleaned_data["what"]).partition(":")
        return EntryKind(kind), code


class TableForm(forms.Form):
    """A table of staff."""

    file = forms.FileField(
        label=gettext_lazy("Table of staff (CSV or xlsx)"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
    )

    def clean_file(self) -> Any:
        """A file that is not too large."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)s bytes.") % {"most": MAX_BYTES}
            )
        return file
