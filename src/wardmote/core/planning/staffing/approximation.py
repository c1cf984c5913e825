"""The hypercube approximated: hundreds of units in well under a second.

After Larson 1975 (doi:10.1287/opre.23.5.845) and Jarvis 1985 (doi:10.1287/mnsc.31.2.235), who
multiply busy probabilities along a place's order of units and correct the product because units
are not busy independently of each other, with service times that differ by unit and place. Theirs
is one correction for the whole system, taken from M/M/N; with many units it is almost 1, although
*neighbours* are busy together far more often than chance. Here:

- the units of a post are one Erlang loss system, offered what first choosers and overflow bring
  (so six units at one post are not six strangers);
- for two posts that hand calls to each other, the chain of both busy counts is solved exactly, and
  gives how much likelier one is full when the other is;
- along a place's order the largest of these factors counts in full and the others to the power
  1 / units of the post.

Fixed point by damped repetition. Error against simulation: see the explanation page.
"""

from __future__ import annotations

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.staffing.districts import DistrictAnswer, Districts, answer_of
from wardmote.core.planning.staffing.erlang import erlang_c
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Float64, Int32

_ROUNDS = 200
_LINKED_EACH = 8
_SETTLED = 1e-6
_PAIR_SWEEPS = 400
_NEIGHBOUR = 1e-3  # posts that hand each other less of their calls count as strangers
_MOST_LINKED = 50.0
_MOST_FULL = 0.98


def approximate(districts: Districts) -> DistrictAnswer:
    """The long run of any number of units.

    Where calls wait, those that find all busy are counted by Erlang C for all units as one, and
    spread over posts by their units. Raises `Problem` where calls wait and units cannot keep up.
    """
    share, rounds = _fixed_point(
        districts.rate_per_s,
        districts.preference,
        districts.units,
        districts.service_s,
        _ROUNDS,
    )
    delayed = max(1.0 - float(share.sum()), 0.0)
    wait = 0.0
    if districts.waits:
        share, delayed, wait = _with_queue(districts, share)
    return answer_of(districts, share, delayed, wait, rounds < _ROUNDS)


def _with_queue(districts: Districts, share: Float64) -> tuple[Float64, float, float]:
    total = float(districts.rate_per_s.sum())
    service = float((share * districts.service_s).sum() / share.sum())
    units = int(districts.units.sum())
    if total * service >= units:
        raise Problem(
            zh="单位忙不过来：接警量超过全部单位的处置能力。",
            en="The units cannot keep up: more calls come than all of them can serve.",
        )
    delayed = erlang_c(total * service, units)
    at_once = share * ((1.0 - delayed) / float(share.sum()))
    later = np.outer(districts.units / units, districts.rate_per_s / total) * delayed
    return at_once + later, delayed, delayed * service / (units - total * service)


@kernel
def _pair_link(
    to_one: float,
    to_other: float,
    over_one: float,
    over_other: float,
    speed_one: float,
    speed_other: float,
    chance: Float64,
) -> float:
    """P(both full) / (P(one full) P(other full)) of two loss systems that overflow to each other.

    `chance` float64 [m+1, n+1] is the first guess of the chain of busy counts and its answer.
    `over_one`: rate of calls that go on to the other post while the first is full.
    """
    m, n = chance.shape[0] - 1, chance.shape[1] - 1
    for _ in range(_PAIR_SWEEPS):
        change = total = 0.0
        for a in range(m + 1):
            for b in range(n + 1):
                to_a = to_one + (over_other if b == n else 0.0)
                to_b = to_other + (over_one if a == m else 0.0)
                leaving = a * speed_one + b * speed_other
                arriving = 0.0
                if a > 0:
                    arriving += chance[a - 1, b] * to_a
                if b > 0:
                    arriving += chance[a, b - 1] * to_b
                if a < m:
                    arriving += chance[a + 1, b] * (a + 1) * speed_one
                    leaving += to_a
                if b < n:
                    arriving += chance[a, b + 1] * (b + 1) * speed_other
                    leaving += to_b
                value = arriving / leaving
                change += abs(value - chance[a, b])
                chance[a, b] = value
                total += value
        chance /= total
        if change < _SETTLED * total:
            break
    apart = chance[m].sum() * chance[:, n].sum()
    return float(min(max(chance[m, n] / max(apart, 1e-300), 1.0), _MOST_LINKED))


@kernel
def _spread_calls(
    rate: Float64,
    preference: Int32,
    units: Int32,
    full: Float64,
    linked: Float64,
    taken: Float64,
    over: Float64,
    offered: Float64,
) -> None:
    """Send each place's calls along its order of posts, given how often each is full.

    Writes `taken` [P, J] rates served, `over` [P, P] rates handed on, `offered` [P].
    """
    posts = len(units)
    taken[:] = 0.0
    over[:] = 0.0
    offered[:] = 0.0
    for place in range(len(rate)):
        flow = rate[place]
        for rank in range(posts):
            if flow <= 1e-8 * rate[place]:
                break
            post = preference[place, rank]
            largest, others = 0.0, 0.0  # logarithms
            for before in range(rank):
                link = linked[preference[place, before], post]
                others += link
                largest = max(largest, link)
            factor = np.exp(largest + (others - largest) / units[post])
            missed = min(full[post] * factor, _MOST_FULL)
            offered[post] += flow
            if rank > 0:
                over[preference[place, rank - 1], post] += flow
            taken[post, place] = flow * (1.0 - missed)
            flow *= missed


@kernel
def _link_posts(
    offered: Float64,
    over: Float64,
    full: Float64,
    mean_s: Float64,
    units: Int32,
    chains: Float64,
    linked: Float64,
) -> None:
    """Half-way towards the links (logarithms) that follow from the present flows."""
    posts = len(units)
    for one in range(posts):
        for other in range(one + 1, posts):
            handed = over[one, other] + over[other, one]
            if handed < _NEIGHBOUR * min(offered[one], offered[other]):
                continue
            link = _pair_link(
                max(offered[one] - over[other, one], 1e-12),
                max(offered[other] - over[one, other], 1e-12),
                over[one, other] / full[one],
                over[other, one] / full[other],
                1.0 / mean_s[one],
                1.0 / mean_s[other],
                chains[one, other, : units[one] + 1, : units[other] + 1],
            )
            before = np.exp(linked[one, other])
            linked[one, other] = np.log(0.5 * before + 0.5 * link)
            linked[other, one] = linked[one, other]


@kernel
def _fixed_point(
    rate: Float64, preference: Int32, units: Int32, service_s: Float64, rounds: int
) -> tuple[Float64, int]:
    """Shares float64 [P, J] of all calls served at once, and the rounds it took."""
    posts, places = service_s.shape
    full = np.full(posts, 0.1)
    mean_s = np.empty(posts)
    for post in range(posts):
        mean_s[post] = service_s[post].mean()
    widest = units.max() + 1
    chains = np.full((posts, posts, widest, widest), 1.0 / (widest * widest))
    linked = np.zeros((posts, posts))
    taken, over = np.zeros((posts, places)), np.zeros((posts, posts))
    offered = np.zeros(posts)
    turn = 0
    while turn < rounds:
        turn += 1
        _spread_calls(rate, preference, units, full, linked, taken, over, offered)
        change = 0.0
        for post in range(posts):
            served = taken[post].sum()
            if served > 0.0:
                mean_s[post] = (taken[post] * service_s[post]).sum() / served
            load = offered[post] * mean_s[post]
            blocked = 1.0
            for number in range(1, units[post] + 1):
                blocked = load * blocked / (number + load * blocked)
            blocked = max(blocked, 1e-300)
            change = max(change, abs(blocked - full[post]))
            full[post] = 0.5 * (full[post] + blocked)
        if turn <= _LINKED_EACH or turn % 3 == 0:  # links change slowly and cost the most
            _link_posts(offered, over, full, mean_s, units, chains, linked)
            if change < _SETTLED:
                break
    return taken / rate.sum(), turn
