"""Forms and own places of a rule as lines of text, both ways; a wrong line is named by its number.

A question: ``code kind* 中文 / English : code=中文/English; ...``; the star marks what must be
answered. What follows the colon is to choose from, or the bounds of a number (``0..100``; either
may be left out). A place: ``code, 中文 / English, area, longitude, latitude``.
"""

from __future__ import annotations

from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.task_form import Choice, FieldKind, FormField, TaskForm
from wardmote.core.domain.task_rule import OwnPlace
from wardmote.core.domain.text import Bilingual

_PLACE_PARTS = 5


class LineError(ValueError):
    """A line that cannot be read; `line` counts from 1."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(f"{line}: {text}")
        self.line = line
        self.text = text


def form_as_text(form: TaskForm) -> str:
    """A form as lines."""
    return "\n".join(_field_line(one) for one in form.fields)


def form_from_text(text: str) -> TaskForm:
    """The form of lines.

    Raises:
        LineError: a line is no question, or repeats a code.
    """
    fields: list[FormField] = []
    for number, line in _lines(text):
        head, _colon, tail = line.partition(" : ")
        words = head.split(None, 2)
        if len(words) != 3 or not words[0].isidentifier():
            raise LineError(number, line)
        code, kind, name = words
        try:
            fields.append(_field(code, kind, name, tail))
            TaskForm(tuple(fields))
        except ValueError as error:
            raise LineError(number, line) from error
    return TaskForm(tuple(fields))


def places_as_text(places: tuple[OwnPlace, ...]) -> str:
    """Own places as lines."""
    return "\n".join(
        f"{one.code}, {_said(one.name)}, {one.area}, "
        + ("," if one.lon is None else f"{one.lon}, {one.lat}")
        for one in places
    )


def places_from_text(text: str) -> tuple[OwnPlace, ...]:
    """The places of lines.

    Raises:
        LineError: a line is no place.
    """
    found = []
    for number, line in _lines(text):
        parts = [one.strip() for one in line.replace("，", ",").split(",")]
        if len(parts) != _PLACE_PARTS or not parts[0] or not is_area_code(parts[2]):
            raise LineError(number, line)
        try:
            point = (float(parts[3]), float(parts[4])) if parts[3] or parts[4] else None
        except ValueError as error:
            raise LineError(number, line) from error
        if point is not None and not (abs(point[0]) <= 180 and abs(point[1]) <= 90):
            raise LineError(number, line)
        lon, lat = point or (None, None)
        found.append(OwnPlace(parts[0], _name(parts[1]), AreaId(parts[2]), lon, lat))
    return tuple(found)


def _lines(text: str) -> list[tuple[int, str]]:
    numbered = enumerate(text.splitlines(), start=1)
    return [(number, line.strip()) for number, line in numbered if line.strip()]


def _field(code: str, kind: str, name: str, tail: str) -> FormField:
    of_kind = FieldKind(kind.rstrip("*"))
    numeric = of_kind is FieldKind.NUMBER
    least, _dots, most = tail.partition("..") if numeric else ("", "", "")
    return FormField(
        code=code,
        name=_name(name),
        kind=of_kind,
        required=kind.endswith("*"),
        choices=() if numeric else tuple(_choice(one) for one in tail.split(";") if one.strip()),
        least=float(least) if least.strip() else None,
        most=float(most) if most.strip() else None,
    )


def _field_line(field: FormField) -> str:
    star = "*" if field.required else ""
    line = f"{field.code} {field.kind.value}{star} {_said(field.name)}"
    if field.choices:
        chosen = "; ".join(f"{one.code}={one.name.zh}/{one.name.en}" for one in field.choices)
        line = f"{line} : {chosen}"
    if field.least is not None or field.most is not None:
        bounds = ("" if one is None else f"{one:g}" for one in (field.least, field.most))
        line = f"{line} : {'..'.join(bounds)}"
    return line


def _choice(text: str) -> Choice:
    code, equals, name = text.strip().partition("=")
    if not equals or not code.strip().isidentifier():
        raise ValueError(text)
    return Choice(code.strip(), _name(name))


def _said(name: Bilingual) -> str:
    return f"{name.zh} / {name.en}"


def _name(text: str) -> Bilingual:
    """``中文 / English``; one alone stands for both."""
    zh, _slash, en = (one.strip() for one in text.partition("/"))
    if not (zh or en):
        raise ValueError(text)
    return Bilingual(zh or en, en or zh)
