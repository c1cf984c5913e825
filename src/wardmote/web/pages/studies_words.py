"""The words of studies in the reader's language, and how their pages answer refusals."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.staffing import HOURS_A_WEEK
from wardmote.core.domain.study import AdoptionState, RunKind, RunState
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.promises import NoVerdict, Verdict
from wardmote.core.studies.duty_hours import duty_by_hour
from wardmote.core.studies.figures import Figure, Settlement
from wardmote.core.studies.plan import Plan, PlanProof, RelocationPlan, RelocationPolicy
from wardmote.core.studies.questions import PostObjective
from wardmote.core.studies.scenario import DUTY_LEVELS, Scenario
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.places.selectors import city, division_names, divisions
from wardmote.operations.studies.errors import UnknownPartError, UnknownStudyError
from wardmote.operations.studies.selectors import DutyForeseen
from wardmote.web.pages.attempts import Attempts
from wardmote.web.refused import log_refusal
from wardmote.web.viewers import needs, viewer_of_request

Params = ParamSpec("Params")
Page = Callable[Concatenate[HttpRequest, Params], HttpResponseBase]

SOURCE_NAMES: dict[str, Promise] = {
    "in_force": gettext_lazy("posting in force"),
    "proposed": gettext_lazy("proposed by the solver"),
    "uploaded": gettext_lazy("uploaded file"),
    "edited": gettext_lazy("edited by hand"),
}
RUN_KINDS: dict[str, Promise] = {
    RunKind.PROPOSAL.value: gettext_lazy("posts proposed"),
    RunKind.GRIDS.value: gettext_lazy("grids cut"),
    RunKind.TRIAL.value: gettext_lazy("plans compared"),
    RunKind.SHIFTS.value: gettext_lazy("shifts worked out and tried"),
    RunKind.RELOCATION.value: gettext_lazy("where free units go"),
    RunKind.RESITING.value: gettext_lazy("posts that should move"),
}
RUN_STATES: dict[str, Promise] = {
    RunState.QUEUED.value: gettext_lazy("waiting"),
    RunState.RUNNING.value: gettext_lazy("running"),
    RunState.CANCELLING.value: gettext_lazy("being cancelled"),
    RunState.DONE.value: gettext_lazy("done"),
    RunState.FAILED.value: gettext_lazy("failed"),
    RunState.CANCELLED.value: gettext_lazy("cancelled"),
}
FAILURES: dict[str, Promise] = {
    "server_stopped": gettext_lazy("The server stopped meanwhile. Start the run again."),
    "process_ended": gettext_lazy(
        "The program that computes it ended unexpectedly. Start the run again; if that happens "
        "again, tell your administrator the time."
    ),
    "problem": gettext_lazy("The question cannot be answered as it was asked."),
}
ADOPTION_STATES: dict[str, Promise] = {
    AdoptionState.PROPOSED.value: gettext_lazy("waiting for review"),
    AdoptionState.APPROVED.value: gettext_lazy("approved, waiting for its day"),
    AdoptionState.IN_FORCE.value: gettext_lazy("in force"),
    AdoptionState.SUPERSEDED.value: gettext_lazy("replaced by another plan"),
    AdoptionState.ROLLED_BACK.value: gettext_lazy("rolled back"),
    AdoptionState.REJECTED.value: gettext_lazy("rejected"),
    AdoptionState.WITHDRAWN.value: gettext_lazy("withdrawn"),
    AdoptionState.FAILED.value: gettext_lazy("could not take effect"),
    AdoptionState.ENDED.value: gettext_lazy("over since its last day"),
}
VERDICTS: dict[Verdict, Promise] = {
    Verdict.TOO_EARLY: gettext_lazy("too few calls to tell"),
    Verdict.KEPT: gettext_lazy("kept"),
    Verdict.MISSED: gettext_lazy("missed"),
    Verdict.SURPASSED: gettext_lazy("better than promised"),
}
NO_VERDICTS: dict[NoVerdict, Promise] = {
    NoVerdict.PART_OF_PLACE: gettext_lazy(
        "The promise is one for the whole place, and this plan was put in force in a part of it; "
        "what followed there cannot be held against it."
    ),
    NoVerdict.STANDARD_UNKNOWN: gettext_lazy(
        "The response standard that the promise was made by is not kept here, so nothing can be "
        "said of it."
    ),
}
CHANGES: dict[str, Promise] = {
    "new": gettext_lazy("new"),
    "gone": pgettext_lazy("post", "closed"),
    "moved": gettext_lazy("moved"),
    "units": gettext_lazy("other units"),
    "grid": gettext_lazy("other grid"),
    "shifts": gettext_lazy("other shifts"),
    "same": gettext_lazy("unchanged"),
}
OBJECTIVES: dict[str, Promise] = {
    PostObjective.MOST_COVER.value: gettext_lazy("most calls within their target"),
    PostObjective.EXPECTED_COVER.value: gettext_lazy(
        "most calls within their target, counting that units are busy"
    ),
    PostObjective.BACKUP_COVER.value: gettext_lazy("most calls in reach of two posts"),
    PostObjective.MEAN_TIME.value: gettext_lazy("least mean driving time"),
    PostObjective.FARTHEST.value: gettext_lazy("least time to the farthest place"),
    PostObjective.COVER_ALL.value: gettext_lazy("fewest posts that reach all calls"),
    PostObjective.FRONT.value: gettext_lazy(
        "two standards at once: the plans that none beats by both"
    ),
}
PROOF_STATES: dict[str, Promise] = {
    "proven": gettext_lazy("proven best"),
    "bounded": gettext_lazy("gap proven"),
    "stopped": gettext_lazy("stopped before the end"),
    "infeasible": gettext_lazy("no plan keeps the conditions"),
}
FIGURES: dict[Figure, Promise] = {
    Figure.IN_TIME: gettext_lazy("In time, all calls"),
    Figure.IN_TIME_KEY_PLACE: gettext_lazy("In time, key places"),
    Figure.IN_TIME_CENTRE: gettext_lazy("In time, centre"),
    Figure.IN_TIME_ELSEWHERE: gettext_lazy("In time, elsewhere"),
    Figure.IN_TIME_TOWN: gettext_lazy("In time, town"),
    Figure.IN_TIME_VILLAGE: gettext_lazy("In time, village"),
    Figure.MEAN_S: gettext_lazy("Mean response"),
    Figure.P90_S: gettext_lazy("90 % within"),
    Figure.UNANSWERED: gettext_lazy("Nobody came before the end"),
    Figure.BUSY_SHARE: gettext_lazy("Busy share of units"),
    Figure.KM_A_DAY: gettext_lazy("Kilometres a day"),
    Figure.MOVES_A_DAY: gettext_lazy("Moves a day"),
}
SETTLEMENTS: dict[Settlement, Promise] = {
    Settlement.TOWN: gettext_lazy("Town"),
    Settlement.VILLAGE: gettext_lazy("Village"),
}
PLACE_CLASSES: dict[PlaceClass, Promise] = {
    PlaceClass.KEY_PLACE: gettext_lazy("Key place"),
    PlaceClass.CENTRE: gettext_lazy("Centre"),
    PlaceClass.ELSEWHERE: gettext_lazy("Elsewhere"),
}


def studies_page(permission: Permission) -> Callable[[Page[Params]], Page[Params]]:
    """Decorator of a page of studies: its right, and answers to what services refuse to show."""

    def decorate(page: Page[Params]) -> Page[Params]:
        @needs(permission)
        @functools.wraps(page)
        def answered(
            request: HttpRequest, /, *args: Params.args, **kwargs: Params.kwargs
        ) -> HttpResponseBase:
            try:
                return page(request, *args, **kwargs)
            except AccessDeniedError as denied:
                staff = viewer_of_request(request).staff_id
                log_refusal(request, staff, denied.why, permission=permission)
                raise PermissionDenied from denied
            except (UnknownStudyError, UnknownPartError) as unknown:
                raise Http404 from unknown

        return answered

    return decorate


attempt = Attempts(left=(UnknownStudyError, UnknownPartError)).attempt


def area_name(area: str) -> str:
    """An area in the reader's language."""
    language = get_language() or ""
    zh, en = division_names([area]).get(area, ("", ""))
    name = Bilingual(zh, en).in_language(language)
    if name:
        return name
    place = city()
    whole = "" if place is None else Bilingual(place.name_zh, place.name_en).in_language(language)
    return whole or _("the whole place")


def areas_to_choose(
    viewer: Viewer, permission: Permission = Permission.STUDY_EDIT
) -> list[tuple[str, str]]:
    """(code, name) of the areas where the viewer has a permission, down to towns, widest first."""
    language = get_language() or ""
    mine = viewer.areas_with(permission)
    chosen: dict[str, str] = {area: area_name(area) for area in mine}
    for row in divisions():
        if row.level in ("city", "county", "town") and viewer.may(permission, AreaId(row.code)):
            chosen[row.code] = Bilingual(row.name_zh, row.name_en).in_language(language)
    return sorted(chosen.items(), key=lambda one: one[0])


def proof_text(proof: PlanProof | None) -> str:
    """How good the solver says a plan is; a dash for plans it did not make."""
    if proof is None or proof.value is None:
        return "–"
    state = str(PROOF_STATES.get(proof.status, proof.status))
    value = _worth(proof.unit, proof.of, proof.value)
    best = OBJECTIVES.get(proof.objective, proof.objective)
    if proof.unit == "worth":
        best = _("worth of cover less what moves cost")
    said = [f"{best}: {value}"]
    if proof.bound is not None and proof.status != "proven":
        said.append(_("at best %(bound)s") % {"bound": _worth(proof.unit, proof.of, proof.bound)})
    if proof.gap is not None and proof.status != "proven":
        said.append(_("gap %(gap)s") % {"gap": f"{proof.gap:.2%}"})
    said.append(state)
    if proof.weights:
        weights = " : ".join(f"{one:g}" for one in proof.weights)
        said.append(_("priorities weighted %(weights)s") % {"weights": weights})
    if proof.area:
        said.append(_("posts and calls of %(area)s alone") % {"area": area_name(proof.area)})
    if proof.busy is not None:
        said.append(_busy_said(proof))
    return " · ".join(said)


def standing_text(standing: JsonValue | None) -> str:
    """The best that a search has found so far, and what no plan can beat; empty while unknown."""
    if not standing or standing["value"] is None:
        return ""
    value, bound, unit, of = (standing[name] for name in ("value", "bound", "unit", "of"))
    said = [_("best so far: %(value)s") % {"value": _worth(unit, of, value)}]
    if bound is not None:
        said.append(_("at best %(bound)s") % {"bound": _worth(unit, of, bound)})
        if value:
            said.append(_("gap %(gap)s") % {"gap": f"{abs(bound - value) / abs(value):.2%}"})
    return " · ".join(said)


def _worth(unit: str, of: float | None, value: float) -> str:
    if unit == "posts":
        return _("%(count)s posts") % {"count": f"{value:.0f}"}
    if unit == "seconds":
        return _("%(seconds)s s") % {"seconds": f"{value:.0f}"}
    if of and unit == "weighted_calls_a_year":
        return _("%(share)s of the weighted calls that the standard measures") % {
            "share": f"{value / of:.1%}"
        }
    if of:
        return _("%(share)s of the calls that the standard measures") % {
            "share": f"{value / of:.1%}"
        }
    return f"{value:.1f}"


def _busy_said(proof: PlanProof) -> str:
    busy = proof.busy
    if busy is None:
        return ""
    text = _("units taken to be busy for %(share)s of the time, as given")
    if busy.measured:
        text = _("units busy for %(share)s of the time, measured by the hypercube model")
    said = text % {"share": f"{busy.mean:.1%}"}
    if busy.apart is None:
        return said
    return said + _(" (at no post more than %(apart)s off what is measured)") % {
        "apart": f"{busy.apart:.1%}"
    }


def shifts_text(plan: Plan) -> str:
    """How many units are on duty over the week by the shifts of a plan."""
    if not plan.shifts:
        return _("All units are on duty throughout.")
    said = _("Shifts: %(hours)s unit-hours a week on duty, of %(all)s if all units always were.")
    hours, most = int(duty_by_hour(plan).sum()), plan.units * HOURS_A_WEEK
    return said % {"hours": f"{hours:,}", "all": f"{most:,}"}


def duty_text(duty: DutyForeseen | None) -> str:
    """What a plan does to the shifts in force in its area."""
    if duty is None or not (duty.had_shifts or duty.has_shifts):
        return _("All units are on duty throughout.")
    said = _("Shifts: %(after)s unit-hours a week on duty in the area, %(before)s before.")
    if not duty.has_shifts:
        said = _(
            "The plan ends the shifts in force in the area: all units are on duty throughout, "
            "%(after)s unit-hours a week, %(before)s before."
        )
    return said % {"after": f"{duty.after:,}", "before": f"{duty.before:,}"}


def relocation_text(relocation: RelocationPlan | None) -> str:
    """Where units go that become free."""
    if relocation is None:
        return _("Units that become free are moved as by the rule in force.")
    if relocation.policy is RelocationPolicy.OWN_POST:
        return _("Units that become free go to their own post.")
    said = {
        RelocationPolicy.EXPECTED_COVER: _("Free units go where they add most to cover."),
        RelocationPolicy.COMPLIANCE_TABLE: _("Free units man the posts of a table in its order."),
        RelocationPolicy.LOOK_AHEAD: _("Free units go where they will be worth most soon."),
    }[relocation.policy]
    limits = _("A unit moves at most %(hour)s times an hour and %(shift)s times a shift.") % {
        "hour": relocation.limits.moves_per_hour,
        "shift": relocation.limits.moves_per_shift,
    }
    return pgettext("between sentences", "%(first)s %(second)s") % {"first": said, "second": limits}


def what_if_text(scenario: Scenario) -> str:
    """What a scenario changes, in words; “as usual” where nothing does."""
    said = []
    if scenario.demand_factor != 1:
        said.append(_("calls × %(factor)s") % {"factor": f"{scenario.demand_factor:.4g}"})
    if scenario.units_away:
        said.append(_("%(share)s of the cars away") % {"share": f"{scenario.units_away:.0%}"})
    if scenario.duty_level != DUTY_LEVELS[-1]:
        said.append(_("duty level %(level)s") % {"level": scenario.duty_level})
    if scenario.breaks is not None:
        said.append(
            _("breaks of %(minutes)s min every %(hours)s h")
            % {
                "minutes": f"{scenario.breaks.minutes:.4g}",
                "hours": f"{scenario.breaks.after_h:.4g}",
            }
        )
    if scenario.failures is not None:
        said.append(
            _("a car fails every %(days)s days for %(hours)s h")
            % {
                "days": f"{scenario.failures.days_between:.4g}",
                "hours": f"{scenario.failures.repair_h:.4g}",
            }
        )
    if scenario.refused_share:
        said.append(
            _("%(share)s of advice to move refused") % {"share": f"{scenario.refused_share:.0%}"}
        )
    for post in scenario.add_posts:
        said.append(_("a post more with %(units)s units") % {"units": post.units})
    if scenario.close_posts:
        said.append(_("%(count)s posts closed") % {"count": len(scenario.close_posts)})
    for road in scenario.roads_closed:
        said.append(_("roads closed within %(metres)s m") % {"metres": f"{road.radius_m:.0f}"})
    for festival in scenario.festivals:
        said.append(
            _("festival: calls × %(factor)s within %(metres)s m for %(hours)s h")
            % {
                "factor": f"{festival.factor:.4g}",
                "metres": f"{festival.radius_m:.0f}",
                "hours": festival.hours,
            }
        )
    return pgettext("between parts of a list", "; ").join(said) or _("as usual")
