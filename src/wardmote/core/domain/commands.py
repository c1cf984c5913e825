"""The dispatcher's command line: a line of text to a typed command, or an error with its column.

``d 7 u3 u4`` and ``派 7 u3,u4`` send units u3 and u4 to the call whose number ends in 7. Full-width
characters count as their plain forms; a Chinese verb needs no space behind it. What the words
``7`` and ``u3`` stand for is found in the picture by `find_call` and `find_unit`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wardmote.core.domain.categories import CategoryTree
from wardmote.core.domain.codes import CodeList, names_of
from wardmote.core.domain.command_words import VERB_BY_NAME, VERBS, Argument, Verb, VerbSpec
from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.picture import OperationalPicture
from wardmote.core.domain.reasons import ReasonValue
from wardmote.core.domain.text import Bilingual

MAX_LINE = 500
MAX_MANY = 20
_TOKEN = re.compile(r"[^\s,]+")


class CommandError(ValueError):
    """A line that cannot be read or carried out.

    Attributes:
        code: ``empty``, ``too_long``, ``unknown_verb``, ``missing``, ``too_many``, ``unexpected``,
            ``not_a_number``, ``unknown_code``, ``ambiguous_code``, ``unknown_call``,
            ``ambiguous_call``, ``unknown_unit`` or ``ambiguous_unit``.
        column: where in the line, from 0.
        values: what the message needs.
    """

    def __init__(self, code: str, column: int, **values: ReasonValue) -> None:
        super().__init__(f"{code} at column {column}: {values}")
        self.code = code
        self.column = column
        self.values = values


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the line and where it stands."""

    text: str
    column: int


@dataclass(frozen=True, slots=True)
class Command:
    """What a line says. Words stand for calls and units that are still to be found.

    Attributes:
        reason: code of the verb's reason list.
        text: the rest of the line; empty when there is none.
    """

    verb: Verb
    call: Word | None = None
    primary: Word | None = None
    units: tuple[Word, ...] = ()
    priority: Priority | None = None
    category: str | None = None
    disposition: str | None = None
    feedback: str | None = None
    number: int | None = None
    reason: str = ""
    text: str = ""


def parse(line: str, tree: CategoryTree) -> Command:
    """The command that a line says.

    Raises:
        CommandError: the line cannot be read; columns count in the line as given.
    """
    if len(line) > MAX_LINE:
        raise CommandError("too_long", MAX_LINE, limit=MAX_LINE)
    words = _words(_plain(line))
    if not words:
        raise CommandError("empty", 0)
    spec, words = _verb_of(words)
    return _Reader(spec, words, _plain(line), tree).command()


def _plain(line: str) -> str:
    """Full-width forms as plain ones, character by character so that columns stay."""
    folded = (unicodedata.normalize("NFKC", char) for char in line)
    plain = "".join(new if len(new) == 1 else old for new, old in zip(folded, line, strict=True))
    return plain.replace("、", ",")


def _words(line: str) -> list[Word]:
    return [Word(match.group(), match.start()) for match in _TOKEN.finditer(line)]


def _verb_of(words: list[Word]) -> tuple[VerbSpec, list[Word]]:
    first = words[0]
    spec = VERB_BY_NAME.get(first.text.lower())
    if spec is not None:
        return spec, words[1:]
    for name in sorted(VERB_BY_NAME, key=len, reverse=True):
        if not name.isascii() and first.text.startswith(name):
            rest = Word(first.text[len(name) :], first.column + len(name))
            return VERB_BY_NAME[name], [rest, *words[1:]]
    raise CommandError("unknown_verb", first.column, found=first.text)


class _Reader:
    """Reads the arguments of one verb from the words behind it."""

    def __init__(self, spec: VerbSpec, words: list[Word], line: str, tree: CategoryTree) -> None:
        self._spec = spec
        self._line = line
        self._tree = tree
        self._end = len(line.rstrip())
        text = any(argument.kind == "text" for argument in spec.arguments)
        fixed = sum(argument.kind != "text" for argument in spec.arguments)
        self._slashed = [
            word
            for place, word in enumerate(words)
            if word.text.startswith("/") and not (text and place >= fixed)
        ]
        self._words = [word for word in words if word not in self._slashed]

    def command(self) -> Command:
        """The whole command."""
        found: dict[str, object] = {}
        for argument in self._spec.arguments:
            if argument.kind.startswith("reason."):
                found["reason"] = self._reason(argument)
            elif argument.kind == "text":
                found["text"] = self._text(argument)
            elif argument.many:
                found[argument.name] = self._many(argument)
            else:
                value = self._one(argument)
                if value is not None:
                    many = argument.name == "units"
                    found[argument.name] = (value,) if many else value
        for word in (*self._slashed, *self._words):
            raise CommandError("unexpected", word.column, found=word.text)
        return Command(self._spec.verb, **found)  # type: ignore[arg-type]  # keyed by argument name

    def _missing(self, argument: Argument) -> CommandError:
        return CommandError("missing", self._end, argument=argument.name, kind=argument.kind)

    def _many(self, argument: Argument) -> tuple[Word, ...]:
        words, self._words = self._words, []
        if not words and not argument.optional:
            raise self._missing(argument)
        if len(words) > MAX_MANY:
            raise CommandError("too_many", words[MAX_MANY].column, limit=MAX_MANY)
        unique = {word.text.lower(): word for word in reversed(words)}
        return tuple(word for word in words if unique[word.text.lower()] is word)

    def _one(self, argument: Argument) -> object:
        if not self._words:
            if argument.optional:
                return None
            raise self._missing(argument)
        word = self._words[0]
        readers: Mapping[str, Callable[[Word], object]] = {
            "priority": self._priority,
            "number": self._number,
            "category": self._category,
            "disposition": lambda word: _code_named(word, names_of(CodeList.DISPOSITION)),
            "feedback": lambda word: _code_named(word, names_of(CodeList.FEEDBACK)),
        }
        reader = readers.get(argument.kind)
        try:
            value = word if reader is None else reader(word)
        except CommandError:
            if argument.optional:
                return None
            raise
        del self._words[0]
        return value

    def _text(self, argument: Argument) -> str:
        if not self._words:
            if argument.optional:
                return ""
            raise self._missing(argument)
        text = self._line[self._words[0].column :].strip()
        self._words = []
        return text

    def _reason(self, argument: Argument) -> str:
        code_list = CodeList(argument.kind.removeprefix("reason."))
        if not self._slashed:
            if argument.optional:
                return ""
            raise self._missing(argument)
        word = self._slashed.pop(0)
        return _code_named(Word(word.text[1:], word.column + 1), names_of(code_list))

    def _number(self, word: Word) -> int:
        if not (word.text.isascii() and word.text.isdigit() and len(word.text) <= 6):
            raise CommandError("not_a_number", word.column, found=word.text)
        return int(word.text)

    def _priority(self, word: Word) -> Priority:
        text = word.text.lower().removeprefix("p")
        if text not in {str(int(priority)) for priority in Priority}:
            raise CommandError("unknown_code", word.column, found=word.text, kind="priority")
        return Priority(int(text))

    def _category(self, word: Word) -> str:
        names = {category.code: category.name for category in self._tree.selectable()}
        return _code_named(word, names)


def _code_named(word: Word, names: Mapping[str, Bilingual]) -> str:
    """The code that a word names: the code, its last part, either name, or a unique beginning."""
    said = word.text.lower()
    if said in names:
        return said
    exact = [
        code
        for code, name in names.items()
        if said in (name.zh, name.en.lower(), code.rpartition(".")[2])
    ]
    begun = exact or [
        code
        for code, name in names.items()
        if said
        and (
            code.startswith(said)
            or code.rpartition(".")[2].startswith(said)
            or name.zh.startswith(said)
        )
    ]
    if len(begun) == 1:
        return begun[0]
    code = "ambiguous_code" if begun else "unknown_code"
    raise CommandError(code, word.column, found=word.text, choices=", ".join(begun[:8]))


def find_call(picture: OperationalPicture, word: Word) -> IncidentId:
    """The open call that a word names: its number or id, or the last digits of one number.

    Raises:
        CommandError: no open call or several are meant.
    """
    said = word.text
    exact = [
        call.incident for call in picture.incidents.values() if said in (call.number, call.incident)
    ]
    if exact:
        return exact[0]
    if not (said.isascii() and said.isdigit()):
        raise CommandError("unknown_call", word.column, found=said)
    tail = said.lstrip("0") or "0"
    by_counter = [
        call.incident
        for call in picture.incidents.values()
        if (re.split(r"\D", call.number)[-1].lstrip("0") or "0") == tail
    ]
    ending = by_counter or [
        call.incident for call in picture.incidents.values() if call.number.endswith(said)
    ]
    if len(ending) == 1:
        return ending[0]
    code = "ambiguous_call" if ending else "unknown_call"
    numbers = sorted(picture.incidents[call].number for call in ending)
    raise CommandError(code, word.column, found=said, choices=", ".join(numbers[:8]))


def find_unit(picture: OperationalPicture, word: Word) -> UnitId:
    """The unit that a word names: its id or its call sign, regardless of case.

    Raises:
        CommandError: no unit or several are meant.
    """
    said = word.text.lower()
    for unit in picture.units.values():
        if unit.unit.lower() == said:
            return unit.unit
    named = sorted(
        unit.unit
        for unit in picture.units.values()
        if _plain(unit.call_sign).replace(" ", "").lower() == said
    )
    if len(named) == 1:
        return UnitId(named[0])
    code = "ambiguous_unit" if named else "unknown_unit"
    raise CommandError(code, word.column, found=word.text, choices=", ".join(named[:8]))


@dataclass(frozen=True, slots=True)
class Completion:
    """A way to go on: the word to put in, and what it means."""

    word: str
    label: Bilingual


def complete(
    line: str,
    tree: CategoryTree,
    known: Mapping[str, tuple[Completion, ...]] | None = None,
    limit: int = 20,
) -> tuple[Completion, ...]:
    """Ways to go on with the last word of a line.

    Args:
        known: for the kinds ``incident``, ``unit`` and ``post``, what there is.
    """
    plain = _plain(line[:MAX_LINE])
    words = _words(plain)
    fresh = not plain or plain[-1].isspace() or plain[-1] == ","
    started = "" if fresh or not words else words[-1].text
    if not words or (len(words) == 1 and not fresh):
        return _verbs_beginning(started)[:limit]
    try:
        spec, rest = _verb_of(words)
    except CommandError:
        return ()
    done = rest if fresh else rest[:-1]
    choices = _choices(spec, done, started, tree, known or {})
    return tuple(one for one in choices if _begins(one, started))[:limit]


def _verbs_beginning(started: str) -> tuple[Completion, ...]:
    begun = started.lower()
    found: list[Completion] = []
    for spec in VERBS:
        names = [name for name in spec.names if name.startswith(begun)]
        if names:
            found.append(Completion(names[0], spec.help))
    return tuple(found)


def _choices(
    spec: VerbSpec,
    done: list[Word],
    started: str,
    tree: CategoryTree,
    known: Mapping[str, tuple[Completion, ...]],
) -> tuple[Completion, ...]:
    reasons = [argument for argument in spec.arguments if argument.kind.startswith("reason.")]
    if started.startswith("/"):
        return tuple(
            Completion("/" + code, name)
            for argument in reasons
            for code, name in names_of(CodeList(argument.kind.removeprefix("reason."))).items()
        )
    places = [argument for argument in spec.arguments if argument not in reasons]
    count = len([word for word in done if not word.text.startswith("/")])
    if not places or (count >= len(places) and not places[-1].many):
        return ()
    kind = places[min(count, len(places) - 1)].kind
    return known.get(kind, ()) or _of_kind(kind, tree)


def _of_kind(kind: str, tree: CategoryTree) -> tuple[Completion, ...]:
    if kind in (CodeList.DISPOSITION, CodeList.FEEDBACK):
        return tuple(Completion(*one) for one in names_of(CodeList(kind)).items())
    if kind == "category":
        return tuple(Completion(one.code, one.name) for one in tree.selectable())
    if kind == "priority":
        return tuple(Completion(str(int(one)), Bilingual("", one.name.title())) for one in Priority)
    return ()


def _begins(completion: Completion, started: str) -> bool:
    said = started.lower()
    return (
        completion.word.lower().startswith(said)
        or completion.label.zh.startswith(started.removeprefix("/"))
        or any(part.startswith(said) for part in completion.word.lower().split("."))
    )
