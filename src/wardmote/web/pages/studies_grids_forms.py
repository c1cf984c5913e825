"""The form that has grids cut: demand, where to begin, the load, and rules by names of villages."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wardmote.core.domain.ids import AreaId
from wardmote.core.studies.plan import MAX_GRID_RULES, MAX_TOLERANCE, PlannedGridRules
from wardmote.operations.studies.services import BeginWith, DemandSource, GridsWanted
from wardmote.web.pages.studies_forms import DEMAND

_BETWEEN = re.compile(r"[,，、;；]")
_SQUARE = re.compile(r"([0-9]{12}/)?[0-9]{1,6}-[0-9]{1,6}")
_OF = "of:"


class Villages:
    """Villages and communities by name and code, as a form takes them."""

    def __init__(self, rows: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        """`rows`: code, and the names in each language, the reader's first."""
        self.names: dict[str, str] = {}
        self._codes: dict[str, list[str]] = {}
        for code, names in rows:
            self.names[code] = next((name for name in names if name), code)
            for name in {name.casefold() for name in names if name}:
                self._codes.setdefault(name, []).append(code)

    def code(self, text: str) -> str:
        """The code of what was typed: a name, a code, or the key of a square.

        Raises:
            ValidationError: no village is called so, or several are.
        """
        if text in self.names or _SQUARE.fullmatch(text):
            return text
        found = self._codes.get(text.casefold(), [])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(
                _("No village or community is called “%(name)s”.") % {"name": text}
            )
        raise forms.ValidationError(
            _("Several are called “%(name)s”; write the code of one: %(codes)s.")
            % {"name": text, "codes": ", ".join(found[:8])}
        )

    def written(self, code: str) -> str:
        """A code as it is written in the form: by its name where that says it."""
        name = self.names.get(code, code)
        return name if len(self._codes.get(name.casefold(), [])) == 1 else code


class GridsForm(forms.Form):
    """Grids to be cut for the posts of a plan."""

    name = forms.CharField(label=gettext_lazy("Name of the plan that comes out"), max_length=120)
    demand = forms.ChoiceField(label=gettext_lazy("Calls are expected as told by"), choices=DEMAND)
    begin = forms.ChoiceField(
        label=gettext_lazy("Begin with"),
        help_text=gettext_lazy("Few villages then change their grid."),
    )
    as_they_are = forms.BooleanField(
        label=gettext_lazy("Leave those as they are; work out their figures, to edit them by hand"),
        required=False,
    )
    tolerance = forms.FloatField(
        label=gettext_lazy("Most work of a grid, as a multiple of the mean"),
        min_value=1,
        max_value=MAX_TOLERANCE,
    )
    join = forms.CharField(
        label=gettext_lazy("Villages that share a grid"),
        required=False,
        help_text=gettext_lazy("Names or codes with commas between them, one group a line."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=20_000,
    )
    split = forms.CharField(
        label=gettext_lazy("Villages that must be apart"),
        required=False,
        help_text=gettext_lazy("Each of a line from each other of it."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=20_000,
    )
    may_split = forms.CharField(
        label=gettext_lazy("Villages that may be cut"),
        required=False,
        help_text=gettext_lazy("All others stay whole."),
        max_length=20_000,
    )

    def __init__(
        self,
        *args: Any,
        plan: str,
        villages: Villages,
        begin: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._plan, self._villages = plan, villages
        self.fields["begin"].choices = begin  # type: ignore[attr-defined]  # of a choice field

    def clean_join(self) -> tuple[tuple[str, str], ...]:
        """Each group as pairs in a row."""
        return self._pairs("join", itertools.pairwise, lambda count: count - 1)

    def clean_split(self) -> tuple[tuple[str, str], ...]:
        """Each group as all its pairs."""
        return self._pairs(
            "split",
            lambda codes: itertools.combinations(codes, 2),
            lambda count: count * (count - 1) // 2,
        )

    def clean_may_split(self) -> tuple[AreaId, ...]:
        """Codes."""
        line = self.cleaned_data["may_split"].replace("\n", ",")
        return tuple(AreaId(code) for code in dict.fromkeys(self._codes(line)))

    def clean(self) -> dict[str, Any]:
        """Leaving grids as they are needs grids."""
        entered = super().clean() or self.cleaned_data
        if entered.get("as_they_are") and entered.get("begin") == BeginWith.NOTHING.value:
            self.add_error("begin", _("Choose which grids are to be left as they are."))
        return entered

    def wanted(self) -> GridsWanted:
        """What was asked for, once the form is valid."""
        entered = self.cleaned_data
        begin, of = entered["begin"], ""
        if begin.startswith(_OF):
            begin, of = BeginWith.PLAN.value, begin.removeprefix(_OF)
        return GridsWanted(
            plan=self._plan,
            name=entered["name"],
            demand=DemandSource(entered["demand"]),
            begin=BeginWith(begin),
            of=of,
            refine=not entered["as_they_are"],
            rules=PlannedGridRules(
                entered["join"], entered["split"], entered["may_split"], entered["tolerance"]
            ),
        )

    def _codes(self, line: str) -> list[str]:
        words = (word.strip() for word in _BETWEEN.split(line))
        return [self._villages.code(word) for word in words if word]

    def _pairs(
        self,
        name: str,
        pairs_of: Callable[[Sequence[str]], Iterable[tuple[str, str]]],
        number_of: Callable[[int], int],
    ) -> tuple[tuple[str, str], ...]:
        """Pairs of all lines; `number_of` tells how many a line has before they are made."""
        found: dict[tuple[str, str], None] = {}
        for line in self.cleaned_data[name].splitlines():
            codes = list(dict.fromkeys(self._codes(line)))
            if len(codes) == 1:
                raise forms.ValidationError(
                    _("“%(line)s” names one village; a line names two or more.")
                    % {"line": line.strip()}
                )
            if number_of(len(codes)) <= MAX_GRID_RULES:
                found |= dict.fromkeys(pairs_of(codes))
                if len(found) <= MAX_GRID_RULES:
                    continue
            raise forms.ValidationError(
                _("At most %(most)s pairs are kept.") % {"most": MAX_GRID_RULES}
            )
        return tuple(found)


def begin_choice(plan: str) -> str:
    """The choice that means the grids of another plan."""
    return f"{_OF}{plan}"


def rules_entered(rules: PlannedGridRules, villages: Villages) -> Mapping[str, Any]:
    """Rules of grids as the form shows them."""
    return {
        "join": _lines(rules.join, villages),
        "split": _lines(rules.split, villages),
        "may_split": ", ".join(villages.written(code) for code in rules.may_split),
        "tolerance": rules.tolerance,
    }


def _lines(pairs: Sequence[tuple[str, str]], villages: Villages) -> str:
    return "\n".join(", ".join(villages.written(code) for code in pair) for pair in pairs)
