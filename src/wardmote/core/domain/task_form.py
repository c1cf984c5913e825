"""Forms of tasks: what is asked on the spot, and whether the answers will do."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.photo import PictureKind
from wardmote.core.domain.plain import JsonValue, dump
from wardmote.core.domain.text import Bilingual

LONGEST_TEXT = 2_000
MOST_PICTURES = 9
MOST_FIELDS = 40


class FieldKind(StrEnum):
    """What an answer is.

    ``tick``: a point of a checklist, true once it was seen to. ``photo``: a list of ids of kept
    pictures. ``signature``: the id of one.
    """

    TICK = "tick"
    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    PHOTO = "photo"
    SIGNATURE = "signature"


PICTURES: Mapping[FieldKind, PictureKind] = {
    FieldKind.PHOTO: PictureKind.PHOTOGRAPH,
    FieldKind.SIGNATURE: PictureKind.SIGNATURE,
}
"""Kinds of fields whose answers are kept pictures, and of which kind those are."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers to choose from."""

    code: str
    name: Bilingual


@dataclass(frozen=True, slots=True)
class FormField:
    """One question.

    Attributes:
        code: what the answer is kept under.
        required: a task cannot be finished without it.
        choices: of a choice; empty otherwise.
        least, most: bounds of a number, both inclusive; None is open.
    """

    code: str
    name: Bilingual
    kind: FieldKind
    required: bool = False
    choices: tuple[Choice, ...] = ()
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class TaskForm:
    """The questions of a task, in order.

    Raises:
        ValueError: two fields have one code, there are too many, or a choice has nothing to choose.
    """

    fields: tuple[FormField, ...] = ()

    def __post_init__(self) -> None:
        codes = [one.code for one in self.fields]
        if len(set(codes)) != len(codes) or not all(codes):
            raise ValueError("the fields of a form have codes of their own")
        if len(codes) > MOST_FIELDS:
            msg = f"a form has at most {MOST_FIELDS} fields"
            raise ValueError(msg)
        if any((one.kind is FieldKind.CHOICE) != bool(one.choices) for one in self.fields):
            raise ValueError("a choice, and nothing else, has something to choose from")

    @property
    def version(self) -> str:
        """The first 16 hexadecimal digits of SHA-256 of its content: equal forms are one."""
        content = json.dumps(dump(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()[:16]


NO_FORM = TaskForm()


@dataclass(frozen=True, slots=True)
class AnswerFault:
    """An answer that will not do.

    Attributes:
        field: code of the field.
        code: ``missing``, ``unknown``, ``wrong_type``, ``too_long``, ``not_a_choice``, ``too_low``,
            ``too_high``, ``too_many`` or ``no_such_picture``.
    """

    field: str
    code: str


def check_answers(form: TaskForm, answers: Mapping[str, JsonValue]) -> tuple[AnswerFault, ...]:
    """What is wrong with the answers, in the form's order; empty when the task can be finished."""
    known = {one.code for one in form.fields}
    faults = [AnswerFault(code, "unknown") for code in sorted(set(answers) - known)]
    for field in form.fields:
        value = answers.get(field.code)
        if _is_empty(field, value):
            if field.required:
                faults.append(AnswerFault(field.code, "missing"))
            continue
        code = _fault_of(field, value)
        if code:
            faults.append(AnswerFault(field.code, code))
    return tuple(faults)


def check_pictures(
    form: TaskForm, answers: Mapping[str, JsonValue], kept: Mapping[str, PictureKind]
) -> tuple[AnswerFault, ...]:
    """Where an answer names a picture that is not kept of the task, or one of another kind.

    Args:
        answers: those that `check_answers` passed.
        kept: the pictures of the task, by id.
    """
    faults = []
    for field in form.fields:
        value = answers.get(field.code)
        if field.kind not in PICTURES or _is_empty(field, value):
            continue
        named = value if isinstance(value, list) else [value]
        if any(kept.get(str(one)) is not PICTURES[field.kind] for one in named):
            faults.append(AnswerFault(field.code, "no_such_picture"))
    return tuple(faults)


def _is_empty(field: FormField, value: JsonValue) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or value == [] or (field.kind is FieldKind.TICK and value is False)


def _fault_of(field: FormField, value: JsonValue) -> str:
    if field.kind is FieldKind.NUMBER:
        return _fault_of_number(field, value)
    if field.kind is FieldKind.PHOTO:
        return _fault_of_pictures(value)
    kept_as: type = bool if field.kind is FieldKind.TICK else str
    if not isinstance(value, kept_as):
        return "wrong_type"
    if field.kind is FieldKind.CHOICE and all(one.code != value for one in field.choices):
        return "not_a_choice"
    return "too_long" if isinstance(value, str) and len(value) > LONGEST_TEXT else ""


def _fault_of_pictures(value: JsonValue) -> str:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return "wrong_type"
    return "too_many" if len(value) > MOST_PICTURES else ""


def _fault_of_number(field: FormField, value: JsonValue) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return "wrong_type"
    if field.least is not None and not value >= field.least:
        return "too_low"
    return "too_high" if field.most is not None and not value <= field.most else ""
