"""Every registered event, filled with any values of its types, survives the journal's JSON."""

from __future__ import annotations

import dataclasses
import json
import typing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardmote.core.domain.events import REGISTRY, Payload, UnknownEventError

NAMES = REGISTRY.names()


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
    assert REGISTRY.decode(name, version, json.loads(written)) == payload
    assert REGISTRY.name_and_version(payload) == (name, version)


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
