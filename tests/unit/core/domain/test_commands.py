from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.core.journal_lines import Journal

from wardmote.core.domain.assignment import AssignmentAction
from wardmote.core.domain.codes import CODES, CodeList
from wardmote.core.domain.command_words import VERBS, Verb, grammar_json
from wardmote.core.domain.commands import (
    Command,
    CommandError,
    Completion,
    Word,
    complete,
    find_call,
    find_unit,
    parse,
)
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES as TREE
from wardmote.core.domain.text import Bilingual


def words(command: Command) -> tuple[str | None, list[str]]:
    return (command.call.text if command.call else None, [one.text for one in command.units])


@pytest.mark.parametrize(
    "line",
    ["d 7 u3 u4", "D 7 u3,u4", "派 7 u3、u4", "派7 u3 u4", "pai 7 u3 u4", "  派警 7 u3,u4 ",
     "dispatch 7, u3, u4", "d 7 u3 u4 u3"],
)  # fmt: skip
def test_several_units_are_sent_in_many_ways_of_writing(line: str) -> None:
    command = parse(line, TREE)
    assert command.verb is Verb.DISPATCH
    assert words(command) == ("7", ["u3", "u4"])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("d 7 u3 /local_knowledge", "local_knowledge"),
        ("d 7 /local u3", "local_knowledge"),
        ("派 7 u3 /熟悉当地情况", "local_knowledge"),
        ("d 7 u3 /Road blocked", None),
        ("d 7 u3", ""),
    ],
)
def test_a_reason_is_named_by_code_beginning_or_chinese_name(line: str, reason: str | None) -> None:
    command = parse(line, TREE)
    if reason is None:
        assert (command.reason, words(command)[1]) == ("road_blocked", ["u3", "blocked"])
    else:
        assert command.reason == reason


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("p 7 1", "priority", Priority.EMERGENCY),
        ("级别 7 P2", "priority", Priority.URGENT),
        ("c 7 dispute.neighbour", "category", "dispute.neighbour"),
        ("c 7 neighbour", "category", "dispute.neighbour"),
        ("类别 7 邻里纠纷", "category", "dispute.neighbour"),
        ("x 7 advised", "disposition", "advised"),
        ("结案 7 劝导教育", "disposition", "advised"),
        ("x 7 advised went home / all quiet", "text", "went home / all quiet"),
        ("n 7 see file a/b /c", "text", "see file a/b /c"),
        ("fb u3 under_control", "feedback", "under_control"),
        ("fb u3 one man, calm", "text", "one man, calm"),
        ("fb u3 已控制", "text", "已控制"),
        ("lv 7 2", "number", 2),
        ("w 解放路", "text", "解放路"),
        ("new", "text", ""),
    ],
)
def test_an_argument_is_read_by_its_kind(line: str, field: str, value: object) -> None:
    assert getattr(parse(line, TREE), field) == value


def test_a_link_names_both_calls() -> None:
    command = parse("l 7 5", TREE)
    assert command.call == Word("7", 2)
    assert command.primary == Word("5", 4)


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("", "empty", 0),
        ("   ", "empty", 0),
        ("x" * 501, "too_long", 500),
        ("zz 7", "unknown_verb", 0),
        ("d", "missing", 1),
        ("d 7", "missing", 3),
        ("s 7 8", "unexpected", 4),
        ("s 7 /late", "unexpected", 4),
        ("p 7 5", "unknown_code", 4),
        ("p 7 urgent", "unknown_code", 4),
        ("lv 7 two", "not_a_number", 5),
        ("x 7 handed", "ambiguous_code", 4),
        ("x 7 nonsense", "unknown_code", 4),
        ("ua u3", "missing", 5),
        ("ua u3 /nonsense", "unknown_code", 7),
        ("rf u3 /", "unknown_code", 7),
        ("d 7 " + " ".join(f"u{n}" for n in range(21)), "too_many", 74),
    ],
)
def test_a_line_that_cannot_be_read_says_where(line: str, code: str, column: int) -> None:
    with pytest.raises(CommandError) as raised:
        parse(line, TREE)
    assert (raised.value.code, raised.value.column) == (code, column)


def error_in(line: str) -> CommandError | None:
    try:
        parse(line, TREE)
    except CommandError as error:
        return error
    return None


@given(st.text(max_size=80))
def test_any_line_gives_a_command_or_an_error_inside_it(line: str) -> None:
    error = error_in(line)
    assert error is None or 0 <= error.column <= max(1, len(line))


def test_every_verb_has_latin_chinese_and_pinyin_names_and_help_in_both_languages() -> None:
    for spec in VERBS:
        assert any(name.isascii() for name in spec.names)
        assert any(not name.isascii() for name in spec.names)
        assert spec.help.zh
        assert spec.help.en
    assert {spec.verb for spec in VERBS} == set(Verb)


def test_every_action_of_an_assignment_has_a_verb() -> None:
    covered = {
        AssignmentAction.ASSIGN: Verb.DISPATCH,
        AssignmentAction.RESERVE: Verb.RESERVE,
        AssignmentAction.STACK: Verb.STACK,
        AssignmentAction.ACKNOWLEDGE: Verb.ACKNOWLEDGE,
        AssignmentAction.DEPART: Verb.DEPART,
        AssignmentAction.ARRIVE: Verb.ARRIVE,
        AssignmentAction.REPORT: Verb.REPORT,
        AssignmentAction.CLEAR: Verb.CLEAR,
        AssignmentAction.REFUSE: Verb.REFUSE,
        AssignmentAction.PREEMPT: Verb.PREEMPT,
        AssignmentAction.CANCEL: Verb.WITHDRAW,
    }
    assert set(covered) == set(AssignmentAction)


def test_the_grammar_is_plain_json_and_its_reason_lists_exist() -> None:
    grammar = grammar_json()
    assert json.loads(json.dumps(grammar)) == grammar
    first = grammar["verbs"][0]
    assert first["usage"] == "d CALL UNIT… [/REASON]"
    assert first["arguments"][1] == {"name": "units", "kind": "unit", "many": True}
    for spec in VERBS:
        for argument in spec.arguments:
            if argument.kind.startswith("reason."):
                assert CodeList(argument.kind.removeprefix("reason.")) in CODES


def test_calls_are_found_by_number_or_last_digits() -> None:
    lines = Journal()
    lines.call("c7", number="20261122-0007")
    lines.call("c17", number="20261122-0017")
    lines.call("c27", number="20261122-0127")
    find = lambda text: find_call(lines.picture, Word(text, 2))  # noqa: E731
    assert find("7") == "c7"
    assert find("0007") == "c7"
    assert find("20261122-0017") == "c17"
    assert find("c27") == "c27"
    assert find("27") == "c27"
    for text, code in (("99", "unknown_call"), ("x", "unknown_call"), ("²", "unknown_call")):
        with pytest.raises(CommandError, match=code):
            find(text)
    lines.call("d7", number="20261123-0007")
    with pytest.raises(CommandError, match="ambiguous_call"):
        find("7")


def test_units_are_found_by_id_or_call_sign() -> None:
    lines = Journal()
    lines.on_duty("u3")
    assert find_unit(lines.picture, Word("U3", 0)) == "u3"
    with pytest.raises(CommandError, match="unknown_unit"):
        find_unit(lines.picture, Word("u9", 0))


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("", "d"),
        ("di", "dispatch"),
        ("派", "派"),
        ("d 7 u3 /lo", "/local_knowledge"),
        ("d 7 u3 /熟悉", "/local_knowledge"),
        ("c 7 neigh", "dispute.neighbour"),
        ("c 7 邻里", "dispute.neighbour"),
        ("x 7 ", "settled_on_scene"),
        ("d 7 u", "u3"),
        ("d 7 u1 ", "u3"),
        ("d 7 u1,", "u3"),
        ("d ", "7"),
    ],
)
def test_completion_offers_the_next_word(line: str, word: str) -> None:
    known = {
        "incident": (Completion("7", Bilingual("", "Fight")),),
        "unit": (Completion("u3", Bilingual("三号", "Three")),),
    }
    assert word in [one.word for one in complete(line, TREE, known)]


@pytest.mark.parametrize("line", ["zz ", "s 7 ", "x 7 advised note "])
def test_where_nothing_can_follow_nothing_is_offered(line: str) -> None:
    assert complete(line, TREE) == ()
