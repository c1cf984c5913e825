"""The ground that grids were cut from, packed into bytes and back.

Bytes, not JSON: a prefecture has thousands of pieces and as many driving times for each post.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np
import shapely
import shapely.errors

from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.grids.territory import Territory
from wardmote.core.studies.cutting import CutGround
from wardmote.core.studies.pieces import Pieces

_TERRITORY = (
    "workload", "x_m", "y_m", "area_m2", "outer_m", "first", "neighbour", "border_m", "travel_s",
)  # fmt: skip
_FORMAT = "wardmote-cut-ground/1"


def packed(cut: CutGround) -> bytes:
    """The ground as bytes; `unpacked` reads them."""
    pieces = cut.pieces
    words = {
        "format": _FORMAT,
        "key": pieces.key,
        "area": pieces.area,
        "name": [[one.zh, one.en] for one in pieces.name],
        "posts": cut.posts,
        "demand_from": cut.demand_from,
    }
    text = json.dumps(words, ensure_ascii=False).encode()
    arrays: dict[str, Any] = {name: getattr(pieces.territory, name) for name in _TERRITORY}
    shapes = shapely.to_wkb(np.array(pieces.shape, dtype=object)).tolist()
    file = io.BytesIO()
    np.savez_compressed(
        file,
        words=np.frombuffer(text, dtype=np.uint8),
        shapes=np.frombuffer(b"".join(shapes), dtype=np.uint8),
        shape_ends=np.cumsum([len(one) for one in shapes]),
        lon=pieces.lon,
        lat=pieces.lat,
        calls=pieces.calls,
        post_cell=cut.post_cell,
        post_travel_s=cut.travel_s.astype(np.float32),
        **arrays,
    )
    return file.getvalue()


def unpacked(data: bytes) -> CutGround:
    """What `packed` wrote.

    Raises:
        Problem: it was written by another version, or is damaged; grids are to be cut again.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as kept:
            return _read(kept)
    except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise _unreadable() from error
    except shapely.errors.ShapelyError as error:
        raise _unreadable() from error


def _unreadable() -> Problem:
    return Problem(
        zh="划分时留下的数据无法读取；请重新计算这些网格的数字。",
        en="What was kept of the cut cannot be read; have the figures of these grids worked out "
        "again.",
    )


def _read(kept: Any) -> CutGround:
    words = json.loads(kept["words"].tobytes().decode())
    if words["format"] != _FORMAT:
        raise _unreadable()
    raw, ends = kept["shapes"].tobytes(), kept["shape_ends"].tolist()
    shapes = shapely.from_wkb([raw[a:b] for a, b in zip([0, *ends], ends, strict=False)])
    pieces = Pieces(
        Territory(*(kept[name] for name in _TERRITORY)),
        tuple(shapes.tolist()),
        tuple(words["key"]),
        tuple(AreaId(one) for one in words["area"]),
        tuple(Bilingual(zh, en) for zh, en in words["name"]),
        kept["lon"],
        kept["lat"],
        kept["calls"],
    )
    posts = tuple((PostId(post), lon, lat) for post, lon, lat in words["posts"])
    times = kept["post_travel_s"].astype(np.float64)
    return CutGround(pieces, posts, kept["post_cell"], times, words["demand_from"])
