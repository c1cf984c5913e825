from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.web.live.asgi_driver import Call, ask

from wardmote.web.live.base_map import BaseMap, RangeNotSatisfiableError, parse_range, serve_map
from wardmote.web.live.exchange import Exchange
from wardmote.web.live.threads import DatabaseThreads

CONTENT = bytes(range(256)) * 5000


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=0-99", (0, 99)),
        ("bytes=10-", (10, 99)),
        ("bytes=-1", (99, 99)),
        ("bytes=-100", (0, 99)),
        ("bytes=-101", (0, 99)),
        ("bytes=90-200", (90, 99)),
        ("bytes=5-4", None),
        ("bytes=0-1,5-6", None),
        ("items=0-1", None),
        ("bytes=-", None),
        ("", None),
    ],
)
def test_a_range_is_read_as_the_standard_says(
    header: str, expected: tuple[int, int] | None
) -> None:
    assert parse_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(header: str) -> None:
    with pytest.raises(RangeNotSatisfiableError):
        parse_range(header, 100)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(1, 200))
def test_a_range_never_leaves_the_file(first: int, last: int, size: int) -> None:
    try:
        found = parse_range(f"bytes={first}-{last}", size)
    except RangeNotSatisfiableError:
        assert first >= size
        return
    if found is not None:
        assert 0 <= found[0] <= found[1] < size


@pytest.fixture
def base_map(tmp_path: Path) -> BaseMap:
    path = tmp_path / "map.pmtiles"
    path.write_bytes(CONTENT)
    return BaseMap(path, len(CONTENT), '"abc"')


def _ask(base_map: BaseMap | None, method: str = "GET", **headers: str) -> Call:
    async def run() -> Call:
        threads = DatabaseThreads("test-map", 1)

        async def app(scope: object, receive: object, send: object) -> None:
            await serve_map(Exchange(scope, receive, send), base_map, threads)  # type: ignore[arg-type]  # plain ASGI

        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return await ask(app, "/city/map.pmtiles", method=method, headers=named)
        finally:
            threads.close()

    return asyncio.run(run())


def test_the_whole_map_is_served_with_its_validator(base_map: BaseMap) -> None:
    call = _ask(base_map)
    assert (call.status, bytes(call.body)) == (200, CONTENT)
    assert call.headers["etag"] == '"abc"'
    assert call.headers["accept-ranges"] == "bytes"
    assert "private" in call.headers["cache-control"]


def test_a_range_is_served_as_partial_content(base_map: BaseMap) -> None:
    call = _ask(base_map, range="bytes=300000-900000")
    assert (call.status, bytes(call.body)) == (206, CONTENT[300000:900001])
    assert call.headers["content-range"] == f"bytes 300000-900000/{len(CONTENT)}"


def test_a_range_of_another_version_gets_the_whole_map(base_map: BaseMap) -> None:
    assert _ask(base_map, range="bytes=0-9", if_range='"old"').status == 200
    assert _ask(base_map, range="bytes=0-9", if_range='"abc"').status == 206


def test_an_unchanged_map_is_not_sent_again(base_map: BaseMap) -> None:
    call = _ask(base_map, if_none_match='W/"x", "abc"')
    assert (call.status, bytes(call.body)) == (304, b"")


def test_head_tells_the_size_and_sends_nothing(base_map: BaseMap) -> None:
    call = _ask(base_map, method="HEAD")
    assert call.headers["content-length"] == str(len(CONTENT))
    assert bytes(call.body) == b""


def test_a_range_behind_the_end_tells_the_size(base_map: BaseMap) -> None:
    call = _ask(base_map, range=f"bytes={len(CONTENT)}-")
    assert (call.status, call.headers["content-range"]) == (416, f"bytes */{len(CONTENT)}")


def test_without_a_city_there_is_no_map() -> None:
    assert _ask(None).status == 404
