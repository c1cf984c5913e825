"""Idle units: rules for moving them and keeping cover, how advice was followed, and patrols."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.codes import CODES, CodeList
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.plain import JsonValue
from wardmote.core.measures.move_ups import MoveUpFigures, by_unit, move_up_figures
from wardmote.core.policies.recommend_keeping_cover import (
    NO_COVER_KEEPING,
    SHIPPED_COVER_KEEPING,
    CoverKeepingRule,
    dump_cover_keeping_rule,
)
from wardmote.core.policies.relocation_rule import (
    ADVISING,
    NO_RELOCATION,
    SHIPPED_RELOCATION,
    RelocationMethod,
    RelocationRule,
    dump_relocation_rule,
    shipped_by,
)
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch.move_up_history import move_ups_between
from wardmote.operations.dispatch.services import PassedOver, draw_patrols
from wardmote.operations.journal import clock
from wardmote.operations.places.city_runtime import city_runtime
from wardmote.operations.places.errors import CityNotLoadedError, RulesRefusedError
from wardmote.operations.places.selectors import (
    cover_keeping_in_force,
    location_index,
    posts,
    relocation_in_force,
)
from wardmote.operations.places.services import set_rules
from wardmote.operations.units.selectors import units_by_id
from wardmote.web.live.present import place_now
from wardmote.web.pages.patrols.units import PERIODS, days_asked, patrols_context
from wardmote.web.pages.relocation_words import METHODS
from wardmote.web.pages.standards import minutes_and_seconds
from wardmote.web.viewers import needs, viewer_of_request

DAY_S = 86_400.0
MAX_RULE_CHARACTERS = 20_000

_CHOICES: Mapping[str, tuple[str, JsonValue]] = {
    "relocation-off": ("relocation", dump_relocation_rule(NO_RELOCATION)),
    "cover-on": ("cover_keeping", dump_cover_keeping_rule(SHIPPED_COVER_KEEPING)),
    "cover-off": ("cover_keeping", dump_cover_keeping_rule(NO_COVER_KEEPING)),
}


PASSED_OVER: Mapping[PassedOver, Promise] = {
    PassedOver.BUSY: gettext_lazy("Units with a call"),
    PassedOver.UNAVAILABLE: gettext_lazy("Units that are not available now"),
    PassedOver.ON_PATROL: gettext_lazy("Units already on patrol"),
    PassedOver.NOWHERE: gettext_lazy("Units that cannot leave their post without losing cover"),
    PassedOver.LATER: gettext_lazy("Units left for lack of time; ask again for them"),
}


@dataclass(frozen=True, slots=True)
class FiguresView:
    """A row of figures as the page shows it."""

    name: str
    figures: MoveUpFigures
    obeyed: str
    answer: str
    arrival: str


@require_http_methods(["GET", "POST"])
@needs(Permission.REPORT_VIEW)
def idle_units(request: HttpRequest) -> HttpResponse:
    """Show the rules in force and the figures; a POST puts a rule in force."""
    if request.method == "POST":
        if request.POST.get("rule") == "patrols":
            return _draw_patrols(request)
        return _put_in_force(request)
    viewer = viewer_of_request(request)
    now_s = clock.now_s()
    days = days_asked(request.GET.get("days", ""))
    records = move_ups_between(viewer, now_s - days * DAY_S, now_s + 1.0)
    units = by_unit(records)
    signs = units_by_id(units)
    whole = move_up_figures(records)
    relocation = relocation_in_force(now_s)
    method = SHIPPED_RELOCATION.method
    if relocation is not None and relocation.method in ADVISING:
        method = relocation.method
    shipped = shipped_by(method, len(posts()))
    context = {
        "relocation": relocation,
        "method": method.value,
        "methods": [(one.value, METHODS[one]) for one in ADVISING],
        "is_moving": relocation is not None and relocation.method is not RelocationMethod.OFF,
        "limits": _limits(relocation or shipped),
        "relocation_json": json.dumps(dump_relocation_rule(relocation or shipped), indent=2),
        "cover": cover_keeping_in_force(now_s),
        "cover_limits": _cover_limits(cover_keeping_in_force(now_s) or SHIPPED_COVER_KEEPING),
        "may_edit": viewer.may(Permission.CONFIGURATION_EDIT, location_index().whole_area),
        "may_draw": bool(viewer.areas_with(Permission.UNIT_COMMAND)),
        "days": days,
        "periods": PERIODS,
        "whole": _view(_("All units"), whole),
        "units": [
            _view(signs[unit].call_sign if unit in signs else unit, figures)
            for unit, figures in units.items()
        ],
        "refusals": [(_reason(code), number) for code, number in whole.refusals],
        **patrols_context(viewer, days, now_s),
    }
    return render(request, "wardmote/idle_units/idle_units.html", context)


def _put_in_force(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("rule", "")
    written = request.POST.get("json", "")
    if chosen == "written" and len(written) <= MAX_RULE_CHARACTERS:
        try:
            kind, data = "relocation", json.loads(written)
        except json.JSONDecodeError as error:
            messages.error(
                request,
                _("This is not JSON: line %(line)s, column %(column)s.")
                % {"line": error.lineno, "column": error.colno},
            )
            return redirect("idle-units")
    elif chosen == "relocation-on":
        methods = {one.value: one for one in ADVISING}
        method = methods.get(request.POST.get("method", SHIPPED_RELOCATION.method.value))
        if method is None:
            return HttpResponseBadRequest(_("There is no such rule."))
        kind, data = "relocation", dump_relocation_rule(shipped_by(method, len(posts())))
    elif chosen in _CHOICES:
        kind, data = _CHOICES[chosen]
    else:
        return HttpResponseBadRequest(_("There is no such rule."))
    try:
        set_rules(viewer_of_request(request), kind, data, now_s=clock.now_s())
    except AccessDeniedError:
        messages.error(request, _("Only a supervisor or planner of the whole place may do this."))
    except RulesRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The rule is in force from now on."))
    return redirect("idle-units")


def _draw_patrols(request: HttpRequest) -> HttpResponse:
    """Draw up patrols for all idle units, and say what became of each unit on duty."""
    try:
        found = draw_patrols(
            viewer_of_request(request), city_runtime(), now_s=clock.now_s(), place_of=place_now
        )
    except AccessDeniedError:
        messages.error(request, _("Only who commands units may draw up patrols for all of them."))
    except CityNotLoadedError as error:
        messages.error(request, error.message())
    else:
        said = [
            ngettext("%(count)s patrol was drawn up.", "%(count)s patrols were drawn up.",
                     len(found.drawn)) % {"count": len(found.drawn)}
        ]  # fmt: skip
        said += [
            _("%(why)s: %(count)s.") % {"why": PASSED_OVER[why], "count": count}
            for why, count in sorted(found.passed_over.items())
        ]
        if not found.drawn and not found.passed_over:
            said.append(_("No unit that you command is on duty."))
        tell = messages.success if found.drawn else messages.warning
        tell(request, " ".join(said))
    return redirect("idle-units")


def _limits(rule: RelocationRule) -> list[tuple[str, str]]:
    """What the rule allows, in words."""
    return [
        (_("How posts are chosen"), str(METHODS[rule.method])),
        (_("Kinds of unit"), ", ".join(_kind(one) for one in sorted(rule.kinds)) or _("all")),
        (_("Least gain, share of all calls in time"), f"{rule.minimum_gain_share:.1%}"),
        (_("Moves of a unit in an hour"), str(rule.moves_per_hour)),
        (_("Moves of a unit in a shift"), str(rule.moves_per_shift)),
        (_("Longest drive (min:s)"), minutes_and_seconds(rule.farthest_drive_s)),
        (_("Driving in a shift (min:s)"), minutes_and_seconds(rule.driving_per_shift_s)),
        (_("Rest between two pieces of advice (min:s)"), minutes_and_seconds(rule.rest_s)),
        (
            _("No move when the shift ends within (min:s)"),
            minutes_and_seconds(rule.quiet_before_change_s),
        ),
        (_("Shifts change at"), ", ".join(_hour(hour) for hour in rule.shift_changes_h) or "–"),
        (_("Share of time that units are busy"), f"{rule.busy_share:.0%}"),
    ]


def _cover_limits(rule: CoverKeepingRule) -> list[tuple[str, str]]:
    return [
        (_("At most later (min:s)"), minutes_and_seconds(rule.most_later_s)),
        (_("Least cover kept, share of all calls"), f"{rule.least_kept_share:.1%}"),
        (_("For calls of priority"), ", ".join(str(int(one)) for one in sorted(rule.priorities))),
    ]


def _hour(hour: float) -> str:
    whole = round(hour * 60)
    return f"{whole // 60}:{whole % 60:02d}"


def _view(name: str, figures: MoveUpFigures) -> FiguresView:
    return FiguresView(
        name=name,
        figures=figures,
        obeyed="–" if figures.obeyed_share is None else f"{figures.obeyed_share:.0%}",
        answer="–" if figures.answer_s is None else minutes_and_seconds(figures.answer_s),
        arrival="–" if figures.arrival_s is None else minutes_and_seconds(figures.arrival_s),
    )


def _reason(code: str) -> str:
    return _named(CodeList.REFUSE, code)


def _kind(code: str) -> str:
    return _named(CodeList.UNIT_KIND, code)


def _named(codes: CodeList, code: str) -> str:
    """A code of a list in the reader's language; one that is not in it as it is."""
    language = get_language() or ""
    found = (one.name.in_language(language) for one in CODES[codes] if one.code == code)
    return next(found, code)
