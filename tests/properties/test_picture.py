from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.domain.persistent import PersistentMap

keys = st.text(max_size=3)


@given(st.lists(st.tuples(keys, st.one_of(st.none(), st.integers()))))
def test_a_persistent_map_behaves_as_a_dict_and_never_changes(
    steps: list[tuple[str, int | None]],
) -> None:
    model: dict[str, int] = {}
    shared: PersistentMap[str, int] = PersistentMap()
    kept: list[tuple[PersistentMap[str, int], dict[str, int]]] = []
    for key, value in steps:
        if value is None:
            model.pop(key, None)
            shared = shared.without(key)
        else:
            model[key] = value
            shared = shared.put(key, value)
        kept.append((shared, dict(model)))
    for then, expected in kept:
        assert dict(then) == expected
        assert len(then) == len(expected)
        assert set(then) == set(expected)


@given(st.dictionaries(keys, st.integers()))
def test_the_order_does_not_depend_on_the_process(items: dict[str, int]) -> None:
    assert list(PersistentMap(items.items())) == list(PersistentMap(list(items.items())))
