"""Candidates of the planner's own: what a list says of each, and how they join the posts there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.places import PlaceBook
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump, load
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.candidates import Candidates, Wish
from wardmote.core.studies.documents import field_problem, require, require_place, require_words
from wardmote.core.studies.place_ids import PostIds
from wardmote.core.studies.plan import MAX_ID, MAX_NAME, MAX_UNITS_AT_POST
from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.core.travel.graph import Float64
from wardmote.core.travel.travel_times import TravelTimes

MOST_OWN = 2_000
MOST_COST = 1e12
SAME_PLACE_M = 25.0
"""A candidate so near to a post is that post."""
_APART_M = 1.0
NOWHERE_SAID = Bilingual("", "")
_WHAT = Bilingual("候选点", "candidates")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class OwnCandidate:
    """A candidate as a planner lists it.

    Attributes:
        id: of the post that stands there, or one for the post to come; empty for one that tells the
            place.
        cost: of a post here, in the unit of the budget; None for what the question says.
        room: for units, >= 1; None for what the question says.
        where: which row of which file, for messages.

    Raises:
        InvalidDataError: a number is out of range, or a text too long.
    """

    id: str
    name: Bilingual
    lon: float
    lat: float
    cost: float | None = None
    room: int | None = None
    wish: Wish = Wish.FREE
    where: Bilingual = NOWHERE_SAID

    def __post_init__(self) -> None:
        require_words(self.id, MAX_ID, "id")
        require_words(self.name.zh, MAX_NAME, "name_zh")
        require_words(self.name.en, MAX_NAME, "name_en")
        require_place(self.lon, self.lat)
        if self.cost is not None:
            require(0 <= self.cost <= MOST_COST, "cost", "out_of_range", found=self.cost)
        if self.room is not None:
            good = 1 <= self.room <= MAX_UNITS_AT_POST
            require(good, "room", "out_of_range", found=self.room)


def own_document(listed: Sequence[OwnCandidate]) -> list[JsonValue]:
    """The list as JSON-ready data."""
    return [dump(one) for one in listed]


def read_own(data: JsonValue) -> tuple[OwnCandidate, ...]:
    """What `own_document` wrote.

    Raises:
        Problem: it does not fit.
    """
    try:
        return load(tuple[OwnCandidate, ...], data)
    except InvalidDataError as error:
        raise field_problem(error, _WHAT) from error


def with_own(
    usual: Candidates,
    listed: Sequence[OwnCandidate],
    book: PlaceBook,
    travel: TravelTimes,
    *,
    besides: bool = False,
) -> Candidates:
    """The planner's candidates, and the posts that stand.

    A candidate with the id of a post, or within `SAME_PLACE_M` of one, says what may happen to that
    post; all others are new. `besides` keeps the usual candidates as well.

    Raises:
        Problem: a candidate is listed twice, lies far from any road, or far from the post whose id
            it has; the rows are named. Nothing is taken over by halves.
    """
    kept = _rows(usual, np.flatnonzero(usual.stands | besides).tolist())
    row_of = _standing_rows(kept, listed, book)
    new = [one for one, row in zip(listed, row_of, strict=True) if row is None]
    changed = _changed(kept, listed, row_of)
    if not new:
        return changed
    lon, lat = np.array([one.lon for one in new]), np.array([one.lat for one in new])
    places = travel.snap(lon, lat)
    far = [one for one, edge in zip(new, places.edge.tolist(), strict=True) if edge < 0]
    if far:
        raise _at_rows(
            far, "附近没有道路；请把点移到道路旁", "no road is near; move the point to a road"
        )
    ids = PostIds([*(post.post_id for post in book.posts), *changed.ids])
    named = tuple(ids.named(one.id) if one.id else ids.at(one.lon, one.lat) for one in new)
    own = Candidates(
        named,
        tuple(
            one.name if one.name.zh or one.name.en else Bilingual(post, post)
            for one, post in zip(new, named, strict=True)
        ),
        lon,
        lat,
        places,
        np.zeros(len(new), dtype=np.bool_),
        np.zeros(len(new), dtype=np.bool_),
        np.array([np.nan if one.cost is None else one.cost for one in new]),
        np.array([one.room or 0 for one in new], dtype=np.int32),
        tuple(one.wish for one in new),
    )
    return _joined(changed, own, travel)


def _standing_rows(
    kept: Candidates, listed: Sequence[OwnCandidate], book: PlaceBook
) -> list[int | None]:
    """The row of the post that each candidate is; None for a new one."""
    standing = np.flatnonzero(kept.stands)
    ids = {str(kept.ids[row]): row for row in standing.tolist()}
    off_road = {post.post_id for post in book.posts} - set(kept.ids)
    found: list[int | None] = []
    seen: dict[tuple[int, int] | int, OwnCandidate] = {}
    for one in listed:
        row = ids.get(one.id)
        apart = _apart_m(one, kept.lon[standing], kept.lat[standing])
        if row is not None and apart[standing.tolist().index(row)] > SAME_PLACE_M:
            raise _at_rows(
                [one], f"{one.id} 现在别处；请留空编号，或写它现在的位置",
                f"{one.id} stands elsewhere; leave the id empty, or give the place where it is",
            )  # fmt: skip
        if row is None and len(apart) and apart.min() <= SAME_PLACE_M:
            row = int(standing[int(apart.argmin())])
        if PostId(one.id) in off_road:
            raise _at_rows(
                [one], f"{one.id} 附近没有道路", f"no road is near the post {one.id} as it stands"
            )
        key = _square(one) if row is None else row
        if key in seen:
            raise _at_rows(
                [seen[key], one], "是同一地点；请只保留一行", "are one place; keep one of the rows"
            )
        seen[key] = one
        found.append(row)
    return found


def _square(one: OwnCandidate) -> tuple[int, int]:
    """A square of about a metre."""
    step = _APART_M / METRES_PER_DEGREE
    return round(one.lon / step), round(one.lat / step)


def _apart_m(one: OwnCandidate, lon: Float64, lat: Float64) -> Float64:
    east = (lon - one.lon) * np.cos(np.radians(one.lat))
    return np.asarray(np.hypot(east, lat - one.lat) * METRES_PER_DEGREE, dtype=np.float64)


def _changed(
    kept: Candidates, listed: Sequence[OwnCandidate], row_of: Sequence[int | None]
) -> Candidates:
    """The candidates with what the list says of those that are there already."""
    cost, room, wish = kept.cost.copy(), kept.room.copy(), list(kept.wish)
    for one, row in zip(listed, row_of, strict=True):
        if row is None:
            continue
        cost[row] = np.nan if one.cost is None else one.cost
        room[row] = one.room or 0
        wish[row] = one.wish
    return replace(kept, cost=cost, room=room, wish=tuple(wish))


def _rows(candidates: Candidates, rows: list[int]) -> Candidates:
    at = np.array(rows, dtype=np.int64)
    return Candidates(
        tuple(candidates.ids[row] for row in rows),
        tuple(candidates.names[row] for row in rows),
        candidates.lon[at],
        candidates.lat[at],
        candidates.places.rows(at),
        candidates.stands[at],
        candidates.seat[at],
        candidates.cost[at],
        candidates.room[at],
        tuple(candidates.wish[row] for row in rows),
    )


def _joined(first: Candidates, second: Candidates, travel: TravelTimes) -> Candidates:
    lon = np.concatenate((first.lon, second.lon))
    lat = np.concatenate((first.lat, second.lat))
    return Candidates(
        first.ids + second.ids,
        first.names + second.names,
        lon,
        lat,
        travel.snap(lon, lat),
        np.concatenate((first.stands, second.stands)),
        np.concatenate((first.seat, second.seat)),
        np.concatenate((first.cost, second.cost)),
        np.concatenate((first.room, second.room)),
        first.wish + second.wish,
    )


def _at_rows(rows: Sequence[OwnCandidate], zh: str, en: str) -> Problem:
    shown = rows[:_SHOWN]
    more = len(rows) - len(shown)
    return Problem(
        zh="、".join(one.where.zh or one.id for one in shown)
        + (f"等 {len(rows)} 行" if more else "")
        + f"：{zh}。",
        en=", ".join(one.where.en or one.id for one in shown)
        + (f" and {more} more" if more else "")
        + f": {en}.",
    )
