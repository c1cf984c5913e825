"""The form of a rule: who, what, where, when, by when."""

from __future__ import annotations

import dataclasses
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wardmote.core.domain.appointment import OFFICES, Office
from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.recurrence import ANCHOR, OnDayOff, Recurrence, RecurrenceKind
from wardmote.core.domain.task import LONGEST_MINUTES, TaskKind
from wardmote.core.domain.task_rule import (
    LONGEST_CODE,
    LONGEST_PURPOSE,
    LONGEST_TITLE,
    AfterEvent,
    Due,
    DueKind,
    PlacesKind,
    TaskRule,
    Trigger,
    Where,
    check_rule,
)
from wardmote.core.domain.text import Bilingual
from wardmote.web.pages.tasks.rule_text import (
    LineError,
    form_as_text,
    form_from_text,
    places_as_text,
    places_from_text,
)
from wardmote.web.pages.tasks.words import (
    ALWAYS_NEEDS_OFFICER,
    NEEDS_OFFICER,
    in_language,
    kind_name,
)

_DAY_INPUT = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
AFTER = "after"
WHEN = {
    RecurrenceKind.EVERY_WORKING_DAYS.value: gettext_lazy("every n working days"),
    RecurrenceKind.EVERY_DAYS.value: gettext_lazy("every n days"),
    RecurrenceKind.WEEKLY.value: gettext_lazy("on weekdays (0 Monday to 6 Sunday), every n weeks"),
    RecurrenceKind.WORKING_DAY_OF_MONTH.value: gettext_lazy(
        "nth working day of the month (-1 the last)"
    ),
    RecurrenceKind.DAY_OF_MONTH.value: gettext_lazy("days of the month (-1 the last)"),
    RecurrenceKind.LUNAR.value: gettext_lazy("lunar days (15, or month × 100 + day)"),
    RecurrenceKind.YEARLY.value: gettext_lazy("days of the year (month × 100 + day)"),
    AFTER: gettext_lazy("after an event"),
}
DAYS_OFF = {
    OnDayOff.KEEP.value: gettext_lazy("keep the day"),
    OnDayOff.NEXT_WORKING.value: gettext_lazy("move to the next working day"),
    OnDayOff.SKIP.value: gettext_lazy("leave it out"),
}
PLACES = {
    PlacesKind.DIVISIONS.value: gettext_lazy("divisions of a level"),
    PlacesKind.KEY_PLACES.value: gettext_lazy("key places"),
    PlacesKind.OWN.value: gettext_lazy("the places listed below"),
}
TRIGGERS = {
    Trigger.CALL_CLOSED.value: gettext_lazy("a call was closed"),
    Trigger.TASK_DONE.value: gettext_lazy("a task was done"),
}
DUE = {
    DueKind.END_OF_DAY.value: gettext_lazy("the end of the day"),
    DueKind.WORKING_HOURS.value: gettext_lazy("so many working hours"),
    DueKind.WORKING_DAYS.value: gettext_lazy("the end of work after so many working days"),
}
_LIST: dict[str, Any] = {"required": False, "max_length": 300}


class RuleForm(forms.Form):
    """A rule as a person writes it."""

    code = forms.SlugField(label=gettext_lazy("Code"), max_length=LONGEST_CODE)
    title_zh = forms.CharField(
        label=gettext_lazy("What (Chinese)"), max_length=LONGEST_TITLE, required=False
    )
    title_en = forms.CharField(
        label=gettext_lazy("What (English)"), max_length=LONGEST_TITLE, required=False
    )
    purpose_zh = forms.CharField(
        label=gettext_lazy("Why (Chinese)"), max_length=LONGEST_PURPOSE, required=False
    )
    purpose_en = forms.CharField(
        label=gettext_lazy("Why (English)"), max_length=LONGEST_PURPOSE, required=False
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    office = forms.ChoiceField(label=gettext_lazy("Who"))
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), min_value=1, max_value=LONGEST_MINUTES, initial=30
    )
    needs_officer = forms.BooleanField(
        label=NEEDS_OFFICER, required=False, help_text=ALWAYS_NEEDS_OFFICER
    )
    where = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    level = forms.ChoiceField(label=gettext_lazy("Level of divisions"), required=False)
    kinds = forms.CharField(label=gettext_lazy("Kinds of key places (empty: all)"), **_LIST)
    own = forms.CharField(
        label=gettext_lazy("Own places"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line: code, 中文 / English, area code, longitude, latitude"),
    )
    when = forms.ChoiceField(label=gettext_lazy("When"))
    every = forms.IntegerField(label=gettext_lazy("Every n"), min_value=1, max_value=366, initial=1)
    days = forms.CharField(label=gettext_lazy("Days, separated by commas"), **_LIST)
    on_day_off = forms.ChoiceField(label=gettext_lazy("On a day off"))
    in_turn = forms.BooleanField(
        label=gettext_lazy("Places take turns within those n days"), required=False
    )
    trigger = forms.ChoiceField(label=gettext_lazy("Event"), required=False)
    categories = forms.CharField(label=gettext_lazy("Categories of calls (empty: any)"), **_LIST)
    dispositions = forms.CharField(
        label=gettext_lazy("Dispositions of calls (empty: any)"), **_LIST
    )
    rules = forms.CharField(label=gettext_lazy("Rules of the tasks done (empty: any)"), **_LIST)
    answer = forms.CharField(label=gettext_lazy("Answer, as field=value (empty: any)"), **_LIST)
    working_days = forms.IntegerField(
        label=gettext_lazy("Working days after the event"), min_value=0, max_value=250, initial=1
    )
    due = forms.ChoiceField(label=gettext_lazy("Due by"))
    amount = forms.FloatField(label=gettext_lazy("So many"), min_value=0, max_value=1000, initial=0)
    of_use_days = forms.IntegerField(
        label=gettext_lazy("Of no use so many days later (empty: late is better than never)"),
        min_value=0,
        max_value=3_660,
        required=False,
    )
    area = forms.CharField(label=gettext_lazy("Area code (empty: the whole place)"), **_LIST)
    from_day = forms.DateField(label=gettext_lazy("First day"), required=False, widget=_DAY_INPUT)
    to_day = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=_DAY_INPUT)
    fields_text = forms.CharField(
        label=gettext_lazy("Checklist and form"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "One question a line: code kind* 中文 / English : code=中文/English; … Kinds: tick, "
            "text, choice, number (with bounds, as 0..100), photo, signature. The star marks what "
            "must be answered."
        ),
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [("", "–"), ("village", _("village or community")), ("town", _("town"))]
        choices: dict[str, Any] = {
            "kind": [
                (one.value, kind_name(one.value))
                for one in TaskKind
                if one is not TaskKind.CARE_VISIT
            ],
            "office": [(one.value, in_language(OFFICES[one].name)) for one in Office],
            "where": list(PLACES.items()),
            "level": [*levels, ("county", _("county"))],
            "when": list(WHEN.items()),
            "on_day_off": list(DAYS_OFF.items()),
            "trigger": list(TRIGGERS.items()),
            "due": list(DUE.items()),
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]  # choice fields

    def clean(self) -> dict[str, Any]:
        """The fields with the rule they make."""
        entered = super().clean() or {}
        if self.errors:
            return entered
        try:
            rule = _rule(entered)
            check_rule(rule)
        except LineError as error:
            message = _("Line %(line)d cannot be read: %(text)s") % vars(error)
            raise forms.ValidationError(message) from error
        except InvalidDataError as error:
            where = {"path": error.path, "why": error.code}
            message = _("It does not fit at “%(path)s”: %(why)s.") % where
            raise forms.ValidationError(message) from error
        except ValueError as error:
            raise forms.ValidationError(_("It does not fit: %s") % error) from error
        return {**entered, "rule": rule}

    def rule(self) -> TaskRule:
        """The rule that was written; the form must be valid."""
        found: TaskRule = self.cleaned_data["rule"]
        return found


def _rule(entered: dict[str, Any]) -> TaskRule:
    follows = entered["when"] == AFTER
    rule = TaskRule(
        code=entered["code"].replace("-", "_"),
        title=Bilingual(entered["title_zh"].strip(), entered["title_en"].strip()),
        purpose=Bilingual(entered["purpose_zh"].strip(), entered["purpose_en"].strip()),
        kind=TaskKind(entered["kind"]),
        office=Office(entered["office"]),
        minutes=entered["minutes"],
        form=form_from_text(entered["fields_text"]),
        due=Due(DueKind(entered["due"]), float(entered["amount"])),
        of_use_days=entered["of_use_days"],
        area=AreaId(entered["area"].strip() or EVERYWHERE),
        from_day=entered["from_day"],
        to_day=entered["to_day"],
        needs_officer=entered["needs_officer"],
    )
    if follows:
        after = AfterEvent(
            trigger=Trigger(entered["trigger"]),
            categories=_listed(entered["categories"]),
            dispositions=_listed(entered["dispositions"]),
            rules=_listed(entered["rules"]),
            answer=entered["answer"].strip(),
            working_days=entered["working_days"],
        )
        return dataclasses.replace(rule, after=after)
    kind = PlacesKind(entered["where"])
    where = Where(
        kind,
        level=entered["level"] if kind is PlacesKind.DIVISIONS else "",
        kinds=_listed(entered["kinds"]) if kind is PlacesKind.KEY_PLACES else (),
        own=places_from_text(entered["own"]) if kind is PlacesKind.OWN else (),
    )
    recurrence = Recurrence(
        RecurrenceKind(entered["when"]),
        every=entered["every"],
        days=tuple(int(one) for one in _listed(entered["days"])),
        on_day_off=OnDayOff(entered["on_day_off"]),
        anchor=entered["from_day"] or ANCHOR,
        in_turn=entered["in_turn"],
    )
    return dataclasses.replace(rule, where=where, recurrence=recurrence)


def initial_of(rule: TaskRule, version: int) -> dict[str, Any]:
    """A rule as the form's fields."""
    found: dict[str, Any] = {
        "code": rule.code,
        "title_zh": rule.title.zh,
        "title_en": rule.title.en,
        "purpose_zh": rule.purpose.zh,
        "purpose_en": rule.purpose.en,
        "kind": rule.kind.value,
        "office": rule.office.value,
        "minutes": rule.minutes,
        "due": rule.due.kind.value,
        "amount": rule.due.amount,
        "of_use_days": rule.of_use_days,
        "area": "" if rule.area == EVERYWHERE else rule.area,
        "from_day": rule.from_day,
        "to_day": rule.to_day,
        "fields_text": form_as_text(rule.form),
        "needs_officer": rule.needs_officer,
        "based_on": version,
    }
    if rule.where is not None:
        found |= {
            "where": rule.where.kind.value,
            "level": rule.where.level,
            "kinds": ", ".join(rule.where.kinds),
            "own": places_as_text(rule.where.own),
        }
    if rule.recurrence is not None:
        found |= {
            "when": rule.recurrence.kind.value,
            "every": rule.recurrence.every,
            "days": ", ".join(str(day) for day in rule.recurrence.days),
            "on_day_off": rule.recurrence.on_day_off.value,
            "in_turn": rule.recurrence.in_turn,
        }
    if rule.after is not None:
        found |= {
            "when": AFTER,
            "trigger": rule.after.trigger.value,
            "categories": ", ".join(rule.after.categories),
            "dispositions": ", ".join(rule.after.dispositions),
            "rules": ", ".join(rule.after.rules),
            "answer": rule.after.answer,
            "working_days": rule.after.working_days,
        }
    return found


def _listed(text: str) -> tuple[str, ...]:
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return tuple(part.strip() for part in parts if part.strip())
