"""Plans as people bring them: the plan's own document, or its posts as points of GeoJSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.places import Post
from wardmote.core.domain.plain import InvalidDataError, JsonValue
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.documents import field_problem
from wardmote.core.studies.place_ids import PostIds
from wardmote.core.studies.plan import PLAN_FORMAT, Plan, read_plan

CODE_OF_MAPS = "map"
"""Code of a plan that comes from GeoJSON, which says none."""
_SAME_DEGREES = 1e-5
_WHAT = Bilingual("GeoJSON 文件", "GeoJSON file")


def read_plan_file(data: JsonValue) -> Plan:
    """A plan from its document or from GeoJSON, as `plan_geojson` writes it.

    Of GeoJSON the points are read: each is a post with the properties `id` (empty for one that
    tells the place), `name` or `name_zh` and `name_en`, and `units` (1 where it is missing).
    Outlines are left: grids are cut anew.

    Raises:
        Problem: neither, or a field does not fit; it is named.
    """
    if isinstance(data, Mapping) and data.get("type") == "FeatureCollection":
        return _of_geojson(data)
    return read_plan(data)


def _of_geojson(data: Mapping[str, JsonValue]) -> Plan:
    features = data.get("features")
    if not isinstance(features, list):
        raise _problem("features", "missing")
    posts: list[JsonValue] = []
    ids = PostIds()
    for number, feature in enumerate(features):
        where = f"features[{number}]"
        if not isinstance(feature, Mapping):
            raise _problem(where, "wrong_type")
        geometry = feature.get("geometry")
        if not isinstance(geometry, Mapping):
            raise _problem(f"{where}.geometry", "missing")
        if geometry.get("type") in ("Polygon", "MultiPolygon"):
            continue
        posts.append(_post(feature, geometry, where, ids))
    if not posts:
        raise Problem(
            zh="GeoJSON 文件中没有点；每个快反点是一个 Point。",
            en="The GeoJSON file holds no points; each post is a Point.",
        )
    try:
        document = {"format": PLAN_FORMAT, "code": CODE_OF_MAPS, "name": {"zh": "", "en": ""}}
        return read_plan({**document, "posts": posts})
    except Problem as problem:
        said = problem.message
        raise Problem(
            zh=said.zh.replace("方案文件", _WHAT.zh, 1), en=said.en.replace("plan", _WHAT.en, 1)
        ) from problem


def _post(
    feature: Mapping[str, JsonValue], geometry: Mapping[str, JsonValue], where: str, ids: PostIds
) -> JsonValue:
    at = geometry.get("coordinates")
    if geometry.get("type") != "Point":
        raise _problem(f"{where}.geometry.type", "not_allowed", allowed=["Point"])
    if not isinstance(at, list) or len(at) < 2 or not all(_is_number(one) for one in at[:2]):
        raise _problem(f"{where}.geometry.coordinates", "not_a_pair")
    properties = feature.get("properties") or {}
    if not isinstance(properties, Mapping):
        raise _problem(f"{where}.properties", "wrong_type")
    lon, lat = float(at[0]), float(at[1])
    given = properties.get("id", feature.get("id"))
    post = str(given) if given not in (None, "") else str(ids.at(lon, lat))
    both = properties.get("name", "")
    name = {
        "zh": properties.get("name_zh", both) or "", "en": properties.get("name_en", both) or "",
    }  # fmt: skip
    if not any(name.values()):
        name = {"zh": post, "en": post}
    return {"id": post, "name": name, "lon": lon, "lat": lat, "units": properties.get("units", 1)}


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _problem(path: str, code: str, **values: JsonValue) -> Problem:
    return field_problem(InvalidDataError(path, code, **values), _WHAT)


def with_own_ids(plan: Plan, elsewhere: Sequence[Post]) -> Plan:
    """The plan, with ids of their own for posts that are called like other ones elsewhere.

    Args:
        elsewhere: posts that the plan is not about. One of the same id at the same place (about a
            metre) is the same post and keeps its id.
    """
    known = {post.post_id: post for post in elsewhere}
    ids = PostIds([*known, *(post.id for post in plan.posts)])
    named: dict[PostId, PostId] = {}
    for post in plan.posts:
        other = known.get(post.id)
        if other is not None and (
            abs(other.lon - post.lon) > _SAME_DEGREES or abs(other.lat - post.lat) > _SAME_DEGREES
        ):
            named[post.id] = ids.at(post.lon, post.lat)
    return renamed_posts(plan, named) if named else plan


def renamed_posts(plan: Plan, named: Mapping[PostId, PostId]) -> Plan:
    """The plan with other ids of posts, wherever it names them."""

    def of(post: PostId) -> PostId:
        return named.get(post, post)

    grids = plan.grids
    if grids is not None:
        cut = tuple(replace(grid, post=of(grid.post)) for grid in grids.grids)
        grids = replace(grids, grids=cut)
    relocation = plan.relocation
    if relocation is not None:
        relocation = replace(relocation, order=tuple(of(post) for post in relocation.order))
    return replace(
        plan,
        posts=tuple(replace(post, id=of(post.id)) for post in plan.posts),
        grids=grids,
        relocation=relocation,
        shifts=tuple(replace(shift, post=of(shift.post)) for shift in plan.shifts),
    )
