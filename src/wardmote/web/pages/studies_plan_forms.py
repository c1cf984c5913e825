"""The forms that ask for plans: posts, shifts, where free units go, posts that should move."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.problem import Problem
from wardmote.core.studies.candidate_files import read_candidates
from wardmote.core.studies.own_candidates import OwnCandidate
from wardmote.core.studies.questions import (
    PostObjective,
    ResitingTerms,
    ShiftQuestion,
    read_weights,
)
from wardmote.core.studies.relocating import MoveSearch
from wardmote.operations.studies.services import (
    DemandSource,
    ProposalWanted,
    RelocationWanted,
    ResitingWanted,
    ShiftsWanted,
    ask_proposal,
    ask_relocation,
    ask_resiting,
    ask_shifts,
)
from wardmote.web.pages.relocation_words import MOVE_SEARCHES
from wardmote.web.pages.studies_forms import DEMAND, MOST_FILE_BYTES
from wardmote.web.pages.studies_words import OBJECTIVES

_BUSY = [
    ("given", gettext_lazy("given: the share below, for every unit")),
    ("measured", gettext_lazy("measured on the plan itself by the hypercube model")),
]


def _seed() -> forms.IntegerField:
    return forms.IntegerField(
        label=gettext_lazy("Seed of chance"), min_value=0, max_value=2**31 - 1, initial=1
    )


def _demand() -> forms.ChoiceField:
    return forms.ChoiceField(label=gettext_lazy("Calls are expected as told by"), choices=DEMAND)


def _seconds() -> forms.IntegerField:
    return forms.IntegerField(
        label=gettext_lazy("Search for at most (s)"), min_value=1, max_value=3_600, initial=60
    )


class ProposalForm(forms.Form):
    """Posts to be proposed by the solver."""

    name = forms.CharField(label=gettext_lazy("Name of the plan"), max_length=120)
    objective = forms.ChoiceField(
        label=gettext_lazy("What is to be best"), choices=list(OBJECTIVES.items())
    )
    standard = forms.ChoiceField(label=gettext_lazy("Response standard"), required=False)
    also = forms.ChoiceField(
        label=gettext_lazy("Second standard (for two standards at once)"), required=False
    )
    steps = forms.IntegerField(
        label=gettext_lazy("Plans of the front, about"), min_value=2, max_value=30, initial=8
    )
    posts = forms.IntegerField(
        label=gettext_lazy("Number of posts"),
        min_value=1,
        max_value=500,
        required=False,
        help_text=gettext_lazy("Empty for the fewest posts that reach all calls."),
    )
    weights = forms.CharField(
        label=gettext_lazy("Weights of priorities"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "What a call of each priority counts for, the most urgent first, such as 4, 2, 1, 1. "
            "Empty: a call is a call."
        ),
    )
    units = forms.IntegerField(
        label=gettext_lazy("Units to share out"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=gettext_lazy("Empty: as many patrol units as are there now."),
    )
    units_at_post = forms.IntegerField(
        label=gettext_lazy("Units at a post, at most"), min_value=1, max_value=200, initial=20
    )
    busy = forms.ChoiceField(
        label=gettext_lazy("How busy units are (where that is counted)"), choices=_BUSY
    )
    busy_share = forms.FloatField(
        label=gettext_lazy("Busy share (%); where it is measured, only to begin with"),
        min_value=0,
        max_value=95,
        initial=30,
    )
    budget = forms.FloatField(
        label=gettext_lazy("Budget (empty: no limit)"), min_value=0.000001, required=False
    )
    cost_new = forms.FloatField(label=gettext_lazy("Cost of a new post"), min_value=0, initial=1)
    cost_standing = forms.FloatField(
        label=gettext_lazy("Cost of a post that stands"), min_value=0, initial=1
    )
    keep = forms.MultipleChoiceField(
        label=gettext_lazy("Posts that stay"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 5}),
    )
    close = forms.MultipleChoiceField(
        label=gettext_lazy("Posts that close"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 5}),
    )
    candidates = forms.FileField(
        label=gettext_lazy("Candidates of your own (CSV or GeoJSON)"),
        required=False,
        help_text=gettext_lazy(
            "Columns or properties: id, name (or name_zh, name_en), lon, lat, cost, room, use "
            "(free, kept, closable, excluded). Posts that stand are candidates as well."
        ),
    )
    besides = forms.BooleanField(
        label=gettext_lazy("Town halls, key places and corners as well"), required=False
    )
    demand = _demand()
    seconds = _seconds()
    seed = _seed()

    def __init__(
        self,
        *args: Any,
        posts: list[tuple[str, str]],
        standards: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("keep", "close"):
            self.fields[name].choices = posts  # type: ignore[attr-defined]  # of a choice field
        for name, none in (("standard", _("the one in force")), ("also", _("none"))):
            self.fields[name].choices = [  # type: ignore[attr-defined]  # of a choice field
                ("", none),
                *standards,
            ]

    def clean_weights(self) -> tuple[float, ...]:
        """The weights as numbers."""
        try:
            return read_weights(self.cleaned_data.get("weights", ""))
        except Problem as problem:
            said = problem.message.in_language(get_language() or "")
            raise forms.ValidationError(said) from problem

    def clean_candidates(self) -> tuple[OwnCandidate, ...]:
        """The candidates of the file; what is wrong is told by row and column."""
        file = self.cleaned_data.get("candidates")
        if not file:
            return ()
        if file.size > MOST_FILE_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)s bytes.") % {"most": MOST_FILE_BYTES}
            )
        try:
            return read_candidates(file.read()).candidates
        except Problem as problem:
            said = problem.message.in_language(get_language() or "")
            raise forms.ValidationError(said) from problem

    def clean(self) -> dict[str, Any]:
        """No post both stays and closes; two standards are two."""
        entered: dict[str, Any] = super().clean() or {}
        both = set(entered.get("keep", ())) & set(entered.get("close", ()))
        if both:
            self.add_error("close", _("A post cannot both stay and close."))
        posts = entered.get("posts")
        if posts is not None and len(entered.get("keep", ())) > posts:
            self.add_error("posts", _("More posts stay than the plan is to have."))
        fewest = entered.get("objective") == PostObjective.COVER_ALL.value
        if posts is None and not fewest and "posts" not in self.errors:
            self.add_error("posts", _("Say how many posts there may be."))
        if entered.get("objective") == PostObjective.FRONT.value and (
            not entered.get("also") or entered.get("also") == entered.get("standard")
        ):
            self.add_error("also", _("Choose a second standard that is not the first."))
        return entered

    def ask(self, viewer: Viewer, study_id: str, now_s: float) -> str:
        """Ask for it; the form must be valid."""
        entered = self.cleaned_data
        front = entered["objective"] == PostObjective.FRONT.value
        wanted = ProposalWanted(
            name=entered["name"],
            objective=entered["objective"],
            standard=entered["standard"],
            posts=entered["posts"],
            keep=tuple(entered["keep"]),
            close=tuple(entered["close"]),
            seed=entered["seed"],
            seconds=entered["seconds"],
            demand=DemandSource(entered["demand"]),
            units=entered["units"],
            units_at_post=entered["units_at_post"],
            budget=entered["budget"],
            cost_new=entered["cost_new"],
            cost_standing=entered["cost_standing"],
            busy_share=entered["busy_share"] / 100,
            busy_measured=entered["busy"] == "measured",
            also=entered["also"] if front else "",
            steps=entered["steps"],
            candidates=entered["candidates"],
            besides=entered["besides"],
            weights=entered["weights"],
        )
        return ask_proposal(viewer, study_id, wanted, now_s=now_s)


class _OfPlanForm(forms.Form):
    """What is asked of one plan of the study."""

    plan = forms.ChoiceField(label=gettext_lazy("Plan"))
    name = forms.CharField(
        label=gettext_lazy("Name of the plan that comes out"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Empty: the plan's name, and what was done."),
    )

    def __init__(self, *args: Any, plans: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].choices = plans  # type: ignore[attr-defined]  # of a choice field


class ShiftsForm(_OfPlanForm):
    """Units on duty by hour, tried on the twin."""

    starts = forms.CharField(
        label=gettext_lazy("Shifts begin at (whole hours)"), initial="0, 8, 16", max_length=80
    )
    share = forms.FloatField(
        label=gettext_lazy("Calls that are to find a free unit (%)"),
        min_value=50,
        max_value=99.99,
        initial=99,
    )
    within_s = forms.FloatField(
        label=gettext_lazy("... within (s)"), min_value=0, max_value=3_600, initial=0
    )
    cover = forms.FloatField(
        label=gettext_lazy("Units wanted for each one that the queue needs"),
        min_value=1,
        max_value=10,
        initial=1.5,
        help_text=gettext_lazy("Distance takes more units than a queue without places says."),
    )
    least = forms.IntegerField(
        label=gettext_lazy("Units at each post, at least"), min_value=0, max_value=200, initial=1
    )
    demand = _demand()
    runs = forms.IntegerField(
        label=gettext_lazy("Number of runs"), min_value=2, max_value=200, initial=10
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days in each run"), min_value=1, max_value=366, initial=7
    )
    seed = _seed()

    def clean(self) -> dict[str, Any]:
        """The question as the core reads it."""
        entered: dict[str, Any] = super().clean() or {}
        try:
            starts = tuple(
                int(one) for one in entered.get("starts", "").replace("，", ",").split(",")
            )
        except ValueError:
            self.add_error("starts", _("Write whole hours with commas between, such as 0, 8, 16."))
            return entered
        if self.errors:
            return entered
        try:
            entered["question"] = ShiftQuestion(
                starts, entered["share"] / 100, entered["within_s"], entered["cover"],
                entered["least"],
            )  # fmt: skip
        except Problem as problem:
            self.add_error("starts", problem.message.in_language(get_language() or ""))
        return entered

    def ask(self, viewer: Viewer, study_id: str, now_s: float) -> str:
        """Ask for it; the form must be valid."""
        entered = self.cleaned_data
        wanted = ShiftsWanted(
            entered["plan"], entered["name"], entered["question"], entered["runs"],
            entered["days"], entered["seed"], DemandSource(entered["demand"]),
        )  # fmt: skip
        return ask_shifts(viewer, study_id, wanted, now_s=now_s)


class RelocationForm(_OfPlanForm):
    """Where free units go, chosen on the twin."""

    method = forms.ChoiceField(
        label=gettext_lazy("How they are moved"),
        choices=list(MOVE_SEARCHES.items()),
        help_text=gettext_lazy("Looking ahead takes many times as long as the others."),
    )
    demand = _demand()
    runs = forms.IntegerField(
        label=gettext_lazy("Number of runs"), min_value=2, max_value=200, initial=6
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days in each run"), min_value=1, max_value=366, initial=7
    )
    seed = _seed()

    def ask(self, viewer: Viewer, study_id: str, now_s: float) -> str:
        """Ask for it; the form must be valid."""
        entered = self.cleaned_data
        wanted = RelocationWanted(
            entered["plan"], entered["name"], entered["runs"], entered["days"], entered["seed"],
            DemandSource(entered["demand"]), MoveSearch(entered["method"]),
        )  # fmt: skip
        return ask_relocation(viewer, study_id, wanted, now_s=now_s)


class ResitingForm(_OfPlanForm):
    """Posts of a plan that should move by now."""

    most_moves = forms.IntegerField(
        label=gettext_lazy("Posts that may move, at most"), min_value=1, max_value=100, initial=3
    )
    move_cost = forms.FloatField(label=gettext_lazy("Cost of a move"), min_value=0, initial=30)
    worth = forms.FloatField(
        label=gettext_lazy("Worth of one more call within its target (same unit)"),
        min_value=0.000001,
        initial=0.1,
    )
    horizon_days = forms.FloatField(
        label=gettext_lazy("Days for which the new places are expected to hold"),
        min_value=1,
        max_value=36_525,
        initial=365,
    )
    keep = forms.MultipleChoiceField(
        label=gettext_lazy("Posts that stay"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 5}),
    )
    since = forms.DateField(
        label=gettext_lazy("Show what has changed in calls since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy(
            "The day of the last plan. Empty: nothing is compared. Needs recorded calls."
        ),
    )
    demand = _demand()
    seconds = _seconds()
    seed = _seed()

    def __init__(self, *args: Any, posts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = posts  # type: ignore[attr-defined]  # of a choice field

    def clean(self) -> dict[str, Any]:
        """Residents do not tell how calls have changed."""
        entered: dict[str, Any] = super().clean() or {}
        if entered.get("since") and entered.get("demand") == DemandSource.RESIDENTS.value:
            self.add_error("since", _("Only recorded calls tell what has changed; choose them."))
        return entered

    def ask(self, viewer: Viewer, study_id: str, now_s: float) -> str:
        """Ask for it; the form must be valid."""
        entered = self.cleaned_data
        terms = ResitingTerms(
            entered["move_cost"], entered["worth"], entered["horizon_days"],
            entered["most_moves"], tuple(entered["keep"]),
        )  # fmt: skip
        wanted = ResitingWanted(
            entered["plan"], entered["name"], terms, entered["seconds"], entered["seed"],
            DemandSource(entered["demand"]), entered["since"],
        )  # fmt: skip
        return ask_resiting(viewer, study_id, wanted, now_s=now_s)
