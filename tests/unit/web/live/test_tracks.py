from __future__ import annotations

from pathlib import Path

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
