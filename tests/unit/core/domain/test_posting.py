"""A posting survives JSON and refuses what does not fit."""

from __future__ import annotations

import json

import pytest

from wardmote.core.domain.ids import AreaId, PostId, UnitId
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.posting import Posting, PostPlaced, dump_posting, load_posting
from wardmote.core.domain.text import Bilingual

RING = ((111.0, 27.0), (111.1, 27.0), (111.1, 27.1), (111.0, 27.0))
AREA = AreaId("430521000000")


def post(name: str, *units: str, lon: float = 111.0) -> PostPlaced:
    both = Bilingual(name, name)
    crew = tuple(UnitId(unit) for unit in units)
    return PostPlaced(PostId(name), both, AREA, lon, 27.0, (((RING),),), crew)


def test_a_posting_reads_back_as_it_was_written() -> None:
    posting = Posting("v1", (post("a", "u1"), post("b", "u2", "u3")), {"format": "x"})
    assert load_posting(json.loads(json.dumps(dump_posting(posting)))) == posting


@pytest.mark.parametrize(
    ("posts", "path"),
    [
        ((), "posts"),
        ((post("a"), post("a")), "posts[1].post_id"),
        ((post("a", "u1"), post("b", "u1")), "posts[1].units"),
        ((post("a", lon=181.0),), "posts[0].lon"),
    ],
)
def test_what_does_not_fit_is_named(posts: tuple[PostPlaced, ...], path: str) -> None:
    with pytest.raises(InvalidDataError) as refused:
        Posting("v", posts)
    assert refused.value.path == path


@pytest.mark.parametrize("data", [None, [], {"format": "wardmote-posting/2"}, {"version": "v"}])
def test_another_document_is_refused(data: object) -> None:
    with pytest.raises(InvalidDataError):
        load_posting(data)
