"""Opening an account by a one-time link: for somebody who has none, so without logging in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.problem import Problem
from wardmote.operations.journal import clock
from wardmote.operations.people import services
from wardmote.operations.people.errors import InvitationGoneError
from wardmote.web.pages.staff.words import language

_PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class JoinForm(forms.Form):
    """A password, twice."""

    password = forms.CharField(
        label=gettext_lazy("Password"), max_length=128, widget=_PASSWORD, strip=False
    )
    again = forms.CharField(
        label=gettext_lazy("Password once more"), max_length=128, widget=_PASSWORD, strip=False
    )

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        entered = super().clean() or {}
        if entered.get("password") and entered.get("password") != entered.get("again"):
            self.add_error("again", _("The two passwords differ."))
        return entered


@login_not_required
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind an invitation."""
    now_s = clock.now_s()
    try:
        person = services.invited_person(token, now_s)
        form = JoinForm(request.POST if request.method == "POST" else None)
        context: dict[str, Any] = {
            "form": form, "staff_id": person.pk, "name": person.name_in(language()),
        }  # fmt: skip
        status = 200
        if request.method == "POST":
            context["opened"] = form.is_valid() and _opened(form, token, now_s)
            status = 200 if context["opened"] else 422
    except InvitationGoneError as refused:
        context, status = {"gone": refused.message()}, refused.status
    response = render(request, "wardmote/staff/join.html", context, status=status)
    # The address is the key: no other site is told it. Ours is, or browsers would send the form as
    # if from nowhere, and it would be refused.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


def _opened(form: JoinForm, token: str, now_s: float) -> bool:
    try:
        services.accept_invitation(token, form.cleaned_data["password"], now_s=now_s)
    except Problem as problem:
        form.add_error("password", problem.message.in_language(get_language() or ""))
        return False
    return True
