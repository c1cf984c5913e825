"""Putting a posting in force: posts and their grids become rows, and the version is kept.

Whoever calls has checked the right, and stations the units; see `studies.services.placing`.
"""

from __future__ import annotations

import shapely
import shapely.errors
from django.db import transaction

from wardmote.core.domain.place_events import RulesSet
from wardmote.core.domain.posting import Posting, PostPlaced, dump_posting, load_posting
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.staffing import Staffing, dump_staffing
from wardmote.core.policies.relocation_rule import (
    NO_RELOCATION,
    RelocationRule,
    dump_relocation_rule,
    load_relocation_rule,
)
from wardmote.operations.journal.services import record
from wardmote.operations.places import selectors
from wardmote.operations.places.models import City, Post, RulesInForce

KIND = "posting"
_FIELDS = ["name_zh", "name_en", "area", "lon", "lat", "grid"]


def put_posting_in_force(posting: Posting, *, actor: str, now_s: float) -> int:
    """Make the posts of the place exactly those of `posting`; returns the version's number.

    Must be called in a transaction: units are stationed in the same one.
    """
    with transaction.atomic():
        row = RulesInForce.objects.create(
            kind=KIND,
            version=posting.version[:60],
            data=dump_posting(posting),
            from_s=now_s,
            set_by=actor,
        )
        _place(posting)
        whole = selectors.location_index().whole_area
        record([RulesSet(KIND, row.version)], actor=actor, area=whole, now_s=now_s)
        transaction.on_commit(selectors.forget)
    return row.pk


def put_relocation_in_force(rule: RelocationRule | None, *, actor: str, now_s: float) -> bool:
    """Let idle units be moved by `rule`, or not at all for None; returns whether that is new.

    Must be called in the transaction of the posting that the rule belongs to.
    """
    rows = RulesInForce.objects.filter(kind="relocation", from_s__lte=now_s)
    newest = rows.order_by("-from_s", "-pk").first()
    now = None if newest is None else load_relocation_rule(newest.data)
    wanted = NO_RELOCATION if rule is None and now is not None else rule
    if wanted is None or wanted == now:
        return False
    RulesInForce.objects.create(
        kind="relocation",
        version=wanted.version,
        data=dump_relocation_rule(wanted),
        from_s=now_s,
        set_by=actor,
    )
    whole = selectors.location_index().whole_area
    record([RulesSet("relocation", wanted.version)], actor=actor, area=whole, now_s=now_s)
    transaction.on_commit(selectors.forget)
    return True


def put_staffing_in_force(staffing: Staffing | None, *, actor: str, now_s: float) -> bool:
    """Let units be on duty by these shifts, or all of them for None; returns whether that is new.

    Must be called in the transaction of the posting that the shifts belong to.
    """
    now = selectors.staffing_in_force(now_s)
    before = () if now is None else now.shifts
    after = () if staffing is None else staffing.shifts
    if before == after:
        return False
    wanted = staffing or Staffing(f"none-{int(now_s)}", ())
    RulesInForce.objects.create(
        kind="staffing",
        version=wanted.version[:60],
        data=dump_staffing(wanted),
        from_s=now_s,
        set_by=actor,
    )
    whole = selectors.location_index().whole_area
    record([RulesSet("staffing", wanted.version[:60])], actor=actor, area=whole, now_s=now_s)
    transaction.on_commit(selectors.forget)
    return True


def lock_posting() -> None:
    """Wait until nobody else changes the posting, then let nobody until the transaction ends.

    What was read of rules before may have changed meanwhile, and is read anew.
    """
    list(City.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    selectors.forget()


def check_posting(posting: Posting) -> None:
    """Do all that putting a posting in force does, without changing anything.

    Raises:
        Problem: the grid of a post cannot be drawn.
        InvalidDataError: the posting cannot be kept and read again.
    """
    _rows(posting)
    load_posting(dump_posting(posting))


def keep_posting(posting: Posting, *, actor: str, from_s: float) -> int:
    """Keep a posting as a version without changing any post: what the city came with."""
    row = RulesInForce.objects.create(
        kind=KIND,
        version=posting.version[:60],
        data=dump_posting(posting),
        from_s=from_s,
        set_by=actor,
    )
    return row.pk


def place_again() -> Posting | None:
    """After a city was loaded, make the posts those of the newest posting; None without one."""
    newest = RulesInForce.objects.filter(kind=KIND).order_by("-from_s", "-pk").first()
    if newest is None:
        return None
    posting = load_posting(newest.data)
    with transaction.atomic():
        _place(posting)
        transaction.on_commit(selectors.forget)
    return posting


def _place(posting: Posting) -> None:
    rows = _rows(posting)
    kept = {row.pk for row in rows}
    gone = [pk for pk in Post.objects.values_list("pk", flat=True) if pk not in kept]
    for start in range(0, len(gone), 500):
        Post.objects.filter(pk__in=gone[start : start + 500]).delete()
    Post.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["id"], update_fields=_FIELDS
    )


def _rows(posting: Posting) -> list[Post]:
    return [
        Post(
            id=post.post_id,
            name_zh=post.name.zh,
            name_en=post.name.en,
            area=post.area,
            lon=post.lon,
            lat=post.lat,
            grid=_wkb(post),
        )
        for post in posting.posts
    ]


def _wkb(post: PostPlaced) -> bytes:
    if not post.grid:
        return b""
    try:
        polygons = [shapely.Polygon(rings[0], rings[1:]) for rings in post.grid]
        packed: bytes = shapely.to_wkb(shapely.MultiPolygon(polygons))
    except (ValueError, LookupError, TypeError, shapely.errors.ShapelyError) as error:
        raise Problem(
            zh=f"快反点“{post.name.zh or post.post_id}”的网格边界不能围成区域；请重新划分网格。",
            en=f"The grid of the post “{post.name.en or post.post_id}” has an outline that "
            "encloses nothing; cut the grids again.",
        ) from error
    return packed
