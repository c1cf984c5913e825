"""Every registered event, filled with any values of its types, survives the journal's JSON."""

from __future__ import annotations

import dataclasses
import json
import pkgutil
import typing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardmote.core import domain
from wardmote.core.domain.events import EVENTS_BY_ROOM, REGISTRY, Payload, UnknownEventError

NAMES = REGISTRY.names()
NEWEST = dict(NAMES)  # sorted by version: the last one stays


def payloads(name: str, version: int) -> st.SearchStrategy[Payload]:
    return _of(REGISTRY.payload_class(name, version))


def _of(hint: typing.Any) -> st.SearchStrategy[typing.Any]:
    hint = getattr(hint, "__supertype__", hint)
    if typing.get_origin(hint) is tuple:
        return st.lists(_of(typing.get_args(hint)[0]), max_size=3).map(tuple)
    if typing.get_args(hint):
        return st.one_of([_of(getattr(arg, "__supertype__", arg)) for arg in typing.get_args(hint)])
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return st.builds(hint, **{f.name: _of(hints[f.name]) for f in dataclasses.fields(hint)})
    if hint is float:
        return st.floats(allow_nan=False, allow_infinity=False)
    if hint is str:
        return st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    return st.from_type(hint)


@pytest.mark.parametrize(("name", "version"), NAMES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_an_event_reads_back_as_it_was_written(
    name: str, version: int, data: st.DataObject
) -> None:
    payload = data.draw(payloads(name, version))
    written = json.dumps(REGISTRY.encode(payload), ensure_ascii=False)
    read = REGISTRY.decode(name, version, json.loads(written))
    assert read == REGISTRY.newest(payload)
    assert REGISTRY.name_and_version(payload) == (name, version)
    assert REGISTRY.name_and_version(read) == (name, NEWEST[name])


def test_leave_as_it_was_first_written_is_read_without_its_kind() -> None:
    old = {
        "leave": "l1", "person": "a1", "kind": "sick", "action": "recall", "after": "recalled",
        "from_s": 1.0, "to_s": 2.0, "deputy": "a2",
    }  # fmt: skip
    read = REGISTRY.decode("staff.leave_moved", 1, old)
    assert REGISTRY.name_and_version(read) == ("staff.leave_moved", 2)
    assert REGISTRY.encode(read) == {
        "leave": "l1", "person": "a1", "action": "recall", "after": "recalled",
        "from_s": 1.0, "to_s": 2.0, "deputy": "a2", "deputy_before": None, "to_s_before": None,
    }  # fmt: skip


def test_an_unknown_event_or_version_is_refused() -> None:
    for name, version in (("incident.entered", 99), ("nothing.happened", 1)):
        with pytest.raises(UnknownEventError):
            REGISTRY.decode(name, version, {})


@pytest.mark.parametrize(("name", "version"), NAMES)
def test_an_event_that_lacks_a_field_is_refused(name: str, version: int) -> None:
    with pytest.raises(UnknownEventError):
        REGISTRY.decode(name, version, {})


def test_names_are_thing_dot_what_happened() -> None:
    for name, version in NAMES:
        thing, _, happened = name.partition(".")
        assert thing.isidentifier()
        assert happened.replace("_", "").isalpha()
        assert version >= 1


def test_the_events_of_every_room_are_in_the_register() -> None:
    found = {module.name for module in pkgutil.iter_modules(domain.__path__)}
    rooms = {name.removesuffix("_events") for name in found if name.endswith("_events")}
    assert rooms == set(EVENTS_BY_ROOM)
    assert {REGISTRY.payload_class(*key).__module__ for key in NAMES} == {
        module.__name__ for module in EVENTS_BY_ROOM.values()
    }
