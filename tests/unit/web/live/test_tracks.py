from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest

from wardmote.web.live import tracks
from wardmote.web.live.fixes import Fix
from wardmote.web.live.tracks import APART_S, KEEP_S, TrackStore

NOW_S = 1_790_000_000.0


def _fix(unit: str, fix_s: float) -> Fix:
    return Fix(unit=unit, lon=111.0, lat=27.0, fix_s=fix_s)


def test_a_track_is_thinned_and_found_again_before_and_after_writing(tmp_path: Path) -> None:
    store = TrackStore(tmp_path / "tracks.sqlite3")
    store.offer([_fix("u1", NOW_S + second) for second in range(21)])
    store.offer([_fix("u2", NOW_S)])
    expected = [NOW_S, NOW_S + APART_S, NOW_S + 2 * APART_S]
    assert [point.fix_s for point in store.track("u1", NOW_S, NOW_S + 60)] == expected
    store.flush()
    assert [point.fix_s for point in store.track("u1", NOW_S, NOW_S + 60)] == expected
    reopened = TrackStore(tmp_path / "tracks.sqlite3")
    assert [point.fix_s for point in reopened.track("u1", NOW_S, NOW_S + 60)] == expected
    assert [point.fix_s for point in reopened.track("u1", NOW_S + 1, NOW_S + 10)] == expected[1:2]


def test_what_is_older_than_the_retention_is_deleted(tmp_path: Path) -> None:
    store = TrackStore(tmp_path / "tracks.sqlite3")
    store.offer([_fix("u1", NOW_S)])
    store.flush()
    store.offer([_fix("u1", NOW_S + KEEP_S)])
    store.flush()
    assert len(store.track("u1", 0.0, NOW_S + KEEP_S)) == 2
    store.offer([_fix("u1", NOW_S + KEEP_S + APART_S)])
    store.flush()
    assert [p.fix_s for p in store.track("u1", 0.0, NOW_S + 2 * KEEP_S)] == [
        NOW_S + KEEP_S,
        NOW_S + KEEP_S + APART_S,
    ]


def test_traces_of_many_are_those_of_each_and_the_file_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = TrackStore(tmp_path / "tracks.sqlite3")
    for minute in range(3):
        store.offer([_fix(unit, NOW_S + 60 * minute) for unit in ("u1", "u2", "u3")])
        if minute < 2:
            store.flush()
    spans = [
        ("u1", NOW_S, NOW_S + 60),
        ("u2", NOW_S + 60, NOW_S + 120),
        ("u1", NOW_S + 120, NOW_S + 180),
        ("u9", NOW_S, NOW_S + 180),
    ]
    each = [store.track(*span) for span in spans]
    decoding = Mock(side_effect=tracks._decode)
    monkeypatch.setattr(tracks, "_decode", decoding)
    assert store.tracks(spans) == each
    assert decoding.call_count == 2
    assert [len(points) for points in each] == [2, 2, 1, 0]
    assert store.tracks([]) == []
