"""Consents to care visits: put on record, opened by whoever answers, withdrawn in one step."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.consent import (
    CARE_PURPOSE_NAMES,
    LONGEST_DAYS,
    TERM_DAYS,
    CarePurpose,
    ConsentState,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, local_time
from wardmote.operations.refusals import RefusedError
from wardmote.operations.tasks import selectors, services
from wardmote.operations.tasks.services import NewConsent
from wardmote.web.pages.tasks.words import (
    CARE_RIGHTS,
    CONSENT_STATES,
    area_names,
    attempt,
    in_language,
    tasks_page,
)
from wardmote.web.viewers import viewer_of_request

_DAY_INPUT = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_TEXT: dict[str, Any] = {"max_length": 300, "required": False}
FIELD_NAMES = {
    "name": pgettext_lazy("person", "Name"),
    "contact": gettext_lazy("How to reach them"),
    "address": gettext_lazy("Where to"),
    "wishes": gettext_lazy("Their wishes"),
}


class ConsentForm(forms.Form):
    """A consent as it is on paper."""

    area = forms.CharField(label=gettext_lazy("Code of the village or community"), max_length=12)
    purpose = forms.ChoiceField(label=gettext_lazy("What for"))
    name = forms.CharField(label=FIELD_NAMES["name"], max_length=300)
    contact = forms.CharField(label=FIELD_NAMES["contact"], **_TEXT)
    address = forms.CharField(label=FIELD_NAMES["address"], **_TEXT)
    wishes = forms.CharField(label=FIELD_NAMES["wishes"], **_TEXT)
    every_days = forms.IntegerField(
        label=gettext_lazy("A visit every so many days"),
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=7,
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), min_value=1, max_value=240, initial=30
    )
    from_day = forms.DateField(label=gettext_lazy("From"), widget=_DAY_INPUT)
    to_day = forms.DateField(label=gettext_lazy("Until (a year at most)"), widget=_DAY_INPUT)
    signed = forms.BooleanField(
        label=gettext_lazy(
            "The person has signed the paper, knows what for, and may withdraw at any time"
        )
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]  # a choice field
            (one.value, in_language(CARE_PURPOSE_NAMES[one])) for one in CarePurpose
        ]

    def clean_area(self) -> str:
        """A division code."""
        area: str = self.cleaned_data["area"].strip()
        if not is_area_code(area):
            raise forms.ValidationError(_("An area code has 12 digits."))
        return area

    def consent(self) -> NewConsent:
        """What was entered; the form must be valid."""
        entered = {name: value for name, value in self.cleaned_data.items() if name != "token"}
        entered["area"] = AreaId(entered["area"])
        entered["purpose"] = CarePurpose(entered["purpose"])
        return NewConsent(**entered)


@require_http_methods(["GET", "POST"])
@tasks_page(*CARE_RIGHTS)
def care_consents(request: HttpRequest) -> HttpResponse:
    """The consents of one's areas, without names; a POST puts one on record.

    Leaders enter withdrawals, so that one is heard where the village is vacant too.
    """
    viewer = viewer_of_request(request)
    today = local_day(clock.now_s())
    year = today + datetime.timedelta(days=LONGEST_DAYS - 1)
    initial = {"from_day": today, "to_day": year, "token": uuid.uuid4()}
    form = ConsentForm(request.POST or None, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            request,
            lambda who, now_s: services.keep_consent(
                who, form.consent(), now_s=now_s, token=form.cleaned_data["token"]
            ),
            _("The consent is on record. Visits follow from it."),
        )
    ):
        return redirect("care-consents")
    rows = selectors.consents_seen(viewer)
    areas = area_names({row.area for row in rows})
    context: dict[str, Any] = {
        "form": form,
        "may_keep": viewer.holds_anywhere(Permission.CARE_VISIT),
        "term": TERM_DAYS,
        "consents": [
            {
                "row": row,
                "area": areas[row.area],
                "purpose": in_language(CARE_PURPOSE_NAMES[CarePurpose(row.purpose)]),
                "state": CONSENT_STATES[row.state],
                "given": row.state == ConsentState.GIVEN.value,
                "since": local_time(row.given_s),
            }
            for row in rows
        ],
    }
    bad = request.method == "POST"
    return render(request, "wardmote/tasks/consents.html", context, status=422 if bad else 200)


@require_POST
@tasks_page(*CARE_RIGHTS)
def care_consent(request: HttpRequest, consent_id: str) -> HttpResponse:
    """Open whose it is, which is written down, or withdraw it."""
    if request.POST.get("form") == "withdraw":
        attempt(
            request,
            lambda who, now_s: services.withdraw_consent(who, consent_id, now_s=now_s),
            _("The consent is withdrawn; every visit is cancelled."),
        )
        return redirect("care-consents")
    try:
        opened = services.open_consent(viewer_of_request(request), consent_id, now_s=clock.now_s())
    except RefusedError as refusal:
        said = {"refusal": refusal.message()}
        return render(request, "wardmote/tasks/consent.html", said, status=refusal.status)
    context: dict[str, Any] = {
        "consent": opened,
        "purpose": in_language(CARE_PURPOSE_NAMES[opened.purpose]),
        "details": [(FIELD_NAMES[key], value) for key, value in opened.details.items() if value],
    }
    response = render(request, "wardmote/tasks/consent.html", context)
    response["Cache-Control"] = "no-store"
    return response
