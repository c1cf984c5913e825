"""Boundaries and names of some places by their codes, without reading those of all others."""

from __future__ import annotations

from collections.abc import Collection

from wardmote.core.domain.places import MultiPolygon
from wardmote.core.domain.text import Bilingual
from wardmote.operations.places.models import Division, Post
from wardmote.operations.places.selectors import boundary_of


def boundary_of_division(code: str) -> MultiPolygon:
    """The boundary of a division in force; empty when there is none, or none is drawn."""
    packed = Division.objects.filter(pk=code).values_list("boundary", flat=True).first()
    return boundary_of(packed) if packed else ()


def grid_of_post(post: str) -> MultiPolygon:
    """The grid that a post answers for; empty when there is none, or none is drawn."""
    packed = Post.objects.filter(pk=post).values_list("grid", flat=True).first()
    return boundary_of(packed) if packed else ()


def post_names(ids: Collection[str]) -> dict[str, Bilingual]:
    """What these posts are called."""
    rows = Post.objects.filter(pk__in=sorted(ids)).values_list("pk", "name_zh", "name_en")
    return {post: Bilingual(zh, en) for post, zh, en in rows}
