"""The demand that JEMSS used, recovered from what it did.

DMEXCLP weighs places by a raster that the answers come without. The calls are a sample of it, good
to a per cent or so; but where two posts are worth almost the same, one choice in a hundred then
falls the other way, and because units swap roles for good after that, call by call hardly anything
agrees. The answers say more: each unit's next response time tells where it stood, hence to which
post it was sent when it became free; and each such choice says that no other post was worth more.
Those are linear inequalities in the weights. As near to the sample as will do,
counted in its standard errors, the weights that satisfy them most clearly are taken.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from wardmote.core.policies.relocation import CoverSets, value_of_one_more
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.tables import World
from wardmote.core.simulation.twin.twin import CoverPeriods
from wardmote.core.travel.hub_labels import meeting
from wardmote.gateways.jemss.city import Answers, City

Floats = NDArray[np.float64]
SAME_S = 0.05
_REACHES = (3.0, 4.0, 6.0, 10.0)
"""Standard errors by which weights may differ from the sample's, tried in turn."""

_ELSEWHERE = 1e-6
"""Share of demand spread over all nodes, so that places without a call are not forgotten."""

_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Freed:
    """A unit became free: when, after which call, and the posts that its next response allows."""

    at_s: float
    call: int
    posts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Traced:
    """What the answers tell of relocations: who became free when, and who was sent when."""

    freed: tuple[Freed, ...]
    sent: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many relocations fall as recorded, given everything recorded before them."""

    same: int
    of: int
    inequalities: Floats
    largest_gap: float


def near_calls(city: City, roads: Roads, world: World) -> CoverPeriods:
    """Cover of the demand of which the calls are a sample, with a trace of it everywhere."""
    return city.cover_of_calls(roads, world, elsewhere=_ELSEWHERE)


def trace(city: City, roads: Roads, world: World, answers: Answers) -> Traced:
    """Where units went when they became free, read from when they next arrived."""
    calls_f = world.calls_f
    reached = calls_f[:, c.ARRIVAL_S] + answers.response_s
    sent = calls_f[:, c.DECISION_S] + answers.queued_s
    ends = [_end_of(city, roads, world, call, reached[call]) for call in range(len(calls_f))]
    last: dict[int, int] = {}
    following: dict[int, int] = {}
    for call in np.argsort(sent, kind="stable").tolist():
        unit = int(answers.unit[call])
        if unit in last:
            following[last[unit]] = call
        last[unit] = call
    freed = []
    posts = range(len(city.places.post_node))
    for call, (at_s, node, km) in enumerate(ends):
        onward = following.get(call)
        if onward is None:
            freed.append(Freed(at_s, call, tuple(posts)))
        elif abs(sent[onward] - at_s) > 1e-3:  # else it was sent on at once, to a waiting call
            took_s = reached[onward] - sent[onward]
            fits = tuple(
                post
                for post in posts
                if abs(_response_s(city, roads, world, onward, sent[onward], at_s, node, km, post)
                       - took_s) < SAME_S
            )  # fmt: skip
            if not fits:
                msg = f"call {onward + 1}: no post explains when its unit arrived"
                raise ValueError(msg)
            freed.append(Freed(at_s, call, fits))
    return Traced(tuple(freed), tuple(zip(sent.tolist(), range(len(sent)), strict=True)))


def _period(city: City, at_s: float) -> int:
    return int(np.searchsorted(city.travel.start_s, at_s, side="right")) - 1


def _end_of(
    city: City, roads: Roads, world: World, call: int, reached_s: float
) -> tuple[float, int, float]:
    """When a call's unit becomes free, at which node and how far from it."""
    travel, places = city.travel, city.places
    at_s = reached_s + world.calls_f[call, c.SCENE_S]
    node, km = int(world.calls_i[call, c.PLACE_NODE]), float(world.calls_f[call, c.PLACE_KM])
    hospital = int(world.calls_i[call, c.HOSPITAL])
    if hospital == c.NO_HOSPITAL:
        return at_s, node, km
    period = _period(city, at_s)
    metric, speed = travel.metric[period, -1], travel.off_km_s[period, -1]
    tick_s = roads.tick_s * travel.scale[period, -1]
    if hospital == c.NEAREST_HOSPITAL:
        hospital = int(np.argmin(roads.to_hospital[metric, node] * tick_s
                                 + places.hospital_km / speed))  # fmt: skip
    at_s += km / speed + roads.to_hospital[metric, node, hospital] * tick_s
    at_s += places.hospital_km[hospital] / speed + world.calls_f[call, c.HANDOVER_S]
    return at_s, int(places.hospital_node[hospital]), float(places.hospital_km[hospital])


def _response_s(
    city: City,
    roads: Roads,
    world: World,
    call: int,
    sent_s: float,
    freed_s: float,
    node: int,
    km: float,
    post: int,
) -> float:
    """Seconds from the order to the arrival, had the unit been driving to (or stood at) a post."""
    travel, places = city.travel, city.places
    home = _period(city, freed_s)
    metric, home_speed = travel.metric[home, -1], travel.off_km_s[home, -1]
    home_tick_s = roads.tick_s * travel.scale[home, -1]
    tree = roads.to_post[metric, post]
    first_s = freed_s + km / home_speed
    last_s = first_s + tree[node, 0] * home_tick_s
    post_node, post_km = int(places.post_node[post]), float(places.post_km[post])
    priority = int(world.calls_i[call, c.PRIORITY])
    now = _period(city, sent_s)
    speed = travel.off_km_s[now, priority]
    if sent_s >= last_s + post_km / home_speed:
        start, to_start_s = post_node, post_km / speed
    elif sent_s <= first_s:
        start, to_start_s = node, first_s - sent_s
    elif sent_s >= last_s:
        start, to_start_s = post_node, (sent_s - last_s) * home_speed / speed
    else:
        start, at_s = node, first_s
        while at_s <= sent_s and start != post_node:
            at_s = last_s - tree[start, 2] * home_tick_s
            start = int(tree[start, 1])
        to_start_s = at_s - sent_s
    metric = travel.metric[now, priority]
    end = int(world.calls_i[call, c.PLACE_NODE])
    ticks, _, _ = meeting(
        roads.out_hub, roads.out_time, roads.out_first[metric, start],
        roads.out_first[metric, start + 1], roads.in_hub, roads.in_time,
        roads.in_first[metric, end], roads.in_first[metric, end + 1],
    )  # fmt: skip
    on_road_s = ticks * roads.tick_s * travel.scale[now, priority]
    return float(to_start_s + on_road_s + world.calls_f[call, c.PLACE_KM] / speed)


def replay_choices(
    city: City,
    answers: Answers,
    traced: Traced,
    cover: CoverPeriods,
    busy_share: float,
    *,
    trusting: bool = False,
    until_s: float = np.inf,
    from_s: float = 0.0,
) -> Agreement:
    """Ask the policy about each recorded relocation, in the situation that was recorded.

    Args:
        trusting: where the record allows several posts, believe the policy's choice among them;
            else draw no conclusions while a free unit's post is uncertain.
        from_s, until_s: only relocations in from_s <= t < until_s are counted and concluded from.
    """
    units, posts = len(city.fleet.home), len(city.places.post_node)
    members = [sets.member.astype(np.float64) for sets in cover.sets]
    first = np.concatenate(([0], np.cumsum([len(sets.weight) for sets in cover.sets])))
    one_more = value_of_one_more(busy_share, units)
    at = city.fleet.home.copy()
    free = np.ones(units, dtype=np.bool_)
    certain = np.ones(units, dtype=np.bool_)
    steps = _in_order(traced)
    same = asked = 0
    gap = 0.0
    rows: set[bytes] = set()
    for at_s, is_sent, call, one in steps:
        if at_s >= until_s:
            break
        unit = answers.unit[call]
        if is_sent or one is None:
            free[unit] = False
            continue
        period = int(np.searchsorted(cover.start_s, at_s, side="right")) - 1
        member = members[period]
        covering = (member @ np.bincount(at[free], minlength=posts)).astype(np.int64)
        worth = one_more[covering][:, None] * member
        gain = cover.sets[period].weight @ worth
        best = int(np.argmax(gain))
        counted = at_s >= from_s
        asked += counted
        if best in one.posts:
            same += counted
            chosen = best
        else:
            chosen = max(one.posts, key=lambda post: gain[post])
            gap = max(gap, float(1 - gain[chosen] / gain[best]))
        if counted and certain[free].all() and (trusting or len(one.posts) == 1):
            for other in set(range(posts)).difference(one.posts):
                row = np.zeros(first[-1])
                row[first[period] : first[period + 1]] = worth[:, chosen] - worth[:, other]
                if np.abs(row).sum() > 0:
                    rows.add(np.round(row, 12).tobytes())
        at[unit], free[unit], certain[unit] = chosen, True, trusting or len(one.posts) == 1
    inequalities = np.array([np.frombuffer(row) for row in sorted(rows)])
    return Agreement(same, asked, inequalities, gap)


def _in_order(traced: Traced) -> list[tuple[float, int, int, Freed | None]]:
    """Units becoming free (0) and being sent (1), as they came: time, which, call, how freed."""
    steps: list[tuple[float, int, int, Freed | None]] = [
        (at_s, 1, call, None) for at_s, call in traced.sent
    ]
    steps += [(one.at_s, 0, one.call, one) for one in traced.freed]
    return sorted(steps, key=lambda step: step[:3])


def recover_demand(
    city: City,
    answers: Answers,
    traced: Traced,
    cover: CoverPeriods,
    busy_share: float,
    *,
    until_s: float = np.inf,
) -> tuple[CoverPeriods, float, Agreement]:
    """Weights that explain the recorded choices, how far they moved, and what they agree with.

    Of all rounds the weights that agree with most choices are kept.

    Args:
        until_s: choices from then on are not looked at, and can be foretold.
    """
    found = replay_choices(city, answers, traced, cover, busy_share, until_s=until_s)
    best = cover, 0.0, found
    sample = len(answers.unit)
    for _ in range(_ROUNDS):
        fitted, change = recover(cover, sample, found.inequalities)
        found = replay_choices(
            city, answers, traced, fitted, busy_share, trusting=True, until_s=until_s
        )
        if found.same > best[2].same:
            best = fitted, change, found
        if found.same == found.of:
            break
    return best


def recover(cover: CoverPeriods, sample: int, inequalities: Floats) -> tuple[CoverPeriods, float]:
    """The weights that satisfy the inequalities most clearly, near those of a sample.

    Each weight may differ by as few standard errors of the sample as will do, see `_REACHES`. The
    smallest margin by which any inequality holds is made as large as possible.

    Returns the cover with new weights, and the largest change in standard errors.
    """
    share = np.concatenate([sets.weight / sets.weight.sum() for sets in cover.sets])
    # A place without a call in the sample may still have one in so many.
    error = np.sqrt(share * (1 - share) / sample) + 1 / sample
    rows = inequalities / np.abs(inequalities).sum(axis=1)[:, None]
    weight = share
    for reach in _REACHES:
        low, high = np.maximum(0.0, share - reach * error), share + reach * error
        weight, margin = _clearest(rows, share, low, high)
        if margin >= 0:
            break
    first = np.cumsum([len(sets.weight) for sets in cover.sets])[:-1]
    fitted = tuple(
        CoverSets(sets.member, own)
        for sets, own in zip(cover.sets, np.split(weight, first), strict=True)
    )
    change = float((np.abs(weight - share) / error).max())
    return CoverPeriods(fitted, cover.start_s, cover.cycle_s), change


def _clearest(rows: Floats, share: Floats, low: Floats, high: Floats) -> tuple[Floats, float]:
    """The weights between bounds whose smallest margin `rows @ weight` is largest, and that margin.

    Rows that hold wherever the weights lie between their bounds are left out.
    """
    size = rows.shape[1]
    lowest = np.maximum(rows, 0) @ low + np.minimum(rows, 0) @ high
    open_rows = rows[lowest < 0]
    if not len(open_rows):
        return share, 0.0
    solved = linprog(
        np.concatenate((np.zeros(size), [-1.0])),
        A_ub=np.hstack((-open_rows, np.ones((len(open_rows), 1)))),
        b_ub=np.zeros(len(open_rows)),
        bounds=[*zip(low.tolist(), high.tolist(), strict=True), (None, None)],
        method="highs",
    )
    if solved.x is None:
        msg = f"the weights cannot be recovered: {solved.message}"
        raise ValueError(msg)
    return np.asarray(solved.x[:size]), float(solved.x[size])
