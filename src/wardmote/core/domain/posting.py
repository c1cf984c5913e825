"""The posting (驻点部署): which posts there are, where, for which grid, and who stands at them.

One posting is in force at a time. It replaces the one before it as a whole, so that taking it back
means putting the former one in force again.
"""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.ids import AreaId, PostId, UnitId
from wardmote.core.domain.places import MultiPolygon
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump, load
from wardmote.core.domain.text import Bilingual

FORMAT = "wardmote-posting/1"
MAX_POSTS = 5_000


@dataclass(frozen=True, slots=True)
class PostPlaced:
    """A post as it is in force.

    Attributes:
        lon, lat: WGS-84 degrees.
        grid: what it answers for; empty when none is drawn.
        units: the units that belong to it.
    """

    post_id: PostId
    name: Bilingual
    area: AreaId
    lon: float
    lat: float
    grid: MultiPolygon = ()
    units: tuple[UnitId, ...] = ()


@dataclass(frozen=True, slots=True)
class Posting:
    """All posts of a place at once.

    Attributes:
        version: changes whenever anything below changes.
        relocation: the rule by which idle units are moved (``wardmote-relocation/1``); None for
            none.
        staffing: units on duty by post and shift (``wardmote-staffing/1``); None: all of them.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """

    version: str
    posts: tuple[PostPlaced, ...]
    relocation: JsonValue | None = None
    staffing: JsonValue | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.posts) <= MAX_POSTS:
            raise InvalidDataError("posts", "wrong_number", found=len(self.posts), most=MAX_POSTS)
        seen: set[str] = set()
        manned: set[str] = set()
        for row, post in enumerate(self.posts):
            if not post.post_id or post.post_id in seen:
                raise InvalidDataError(f"posts[{row}].post_id", "repeated", found=post.post_id)
            seen.add(post.post_id)
            if not (abs(post.lon) <= 180 and abs(post.lat) <= 90):
                raise InvalidDataError(f"posts[{row}].lon", "not_a_place")
            twice = manned.intersection(post.units)
            if twice:
                raise InvalidDataError(f"posts[{row}].units", "repeated", found=min(twice))
            manned.update(post.units)


def dump_posting(posting: Posting) -> JsonValue:
    """The posting as JSON-ready values."""
    return {
        "format": FORMAT,
        "version": posting.version,
        "posts": dump(posting.posts),
        "relocation": posting.relocation,
        "staffing": posting.staffing,
    }


def load_posting(data: JsonValue) -> Posting:
    """What `dump_posting` wrote.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise InvalidDataError("format", "not_allowed", allowed=[FORMAT])
    for name in ("version", "posts"):
        if name not in data:
            raise InvalidDataError(name, "missing")
    version = load(str, data["version"], "version")
    posts = load(tuple[PostPlaced, ...], data["posts"], "posts")
    return Posting(version, posts, data.get("relocation"), data.get("staffing"))
