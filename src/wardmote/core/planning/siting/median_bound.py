"""The Lagrangian bound of the p-median, on lists of the nearest candidates.

Relaxing "each demand is served once" with a multiplier per demand leaves a problem that is solved
by looking: a candidate is worth what it undercuts the multipliers by, and the p best are opened
(Cornuéjols, Fisher & Nemhauser 1977, doi:10.1287/mnsc.23.8.789). Only candidates nearer than the
multiplier matter, so each demand's list is read up to there. Multipliers never exceed the last
distance of a list that was cut short, which keeps the bound valid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Float64, Int32, Int64

Int8 = NDArray[np.int8]

ALPHA = 0.5
SHRINK = 0.8
PATIENCE = 15
MOMENTUM = 0.8
SMALLEST_ALPHA = 1e-4

CLOSED, FREE, OPEN = -1, 0, 1
_BLOCK = 2_048


@dataclass(frozen=True, slots=True, eq=False)
class NearLists:
    """The nearest candidates of each demand point.

    Attributes:
        start: int64 [n + 1]; the list of point i is `start[i]:start[i + 1]`.
        site: int32, nearest first.
        price: float64, weight times distance.
        cap: float64 [n], greatest multiplier that the list can judge; infinite when complete.
    """

    start: Int64
    site: Int32
    price: Float64
    cap: Float64

    @classmethod
    def of(cls, travel: Int32, weight: Float64, longest: int, allowed: Int64) -> NearLists:
        """From travel times int32 [n, m], at most `longest` of the allowed candidates (int64)."""
        n = len(travel)
        length = min(longest, len(allowed))
        site = np.empty((n, length), dtype=np.int32)
        price = np.empty((n, length))
        for row in range(0, n, _BLOCK):
            part = travel[row : row + _BLOCK][:, allowed]
            if length < len(allowed):
                near = np.argpartition(part, length - 1, axis=1)[:, :length]
                value = np.take_along_axis(part, near, axis=1)
                order = np.argsort(value, axis=1, kind="stable")
                near = np.take_along_axis(near, order, axis=1)
            else:
                near = np.argsort(part, axis=1, kind="stable")
            site[row : row + _BLOCK] = allowed[near]
            price[row : row + _BLOCK] = np.take_along_axis(part, near, axis=1)
        price *= weight[:, None]
        cap = price[:, -1].copy() if length < len(allowed) else np.full(n, np.inf)
        start = np.arange(0, n * length + 1, length, dtype=np.int64)
        return cls(start, site.ravel(), price.ravel(), cap)

    def trimmed(self, multiplier: Float64, margin: float = 1.5, more: int = 6) -> NearLists:
        """Only what multipliers somewhat greater than these would read: fits into the cache."""
        return NearLists(
            *_trim(self.start, self.site, self.price, self.cap, multiplier, margin, more)
        )


@dataclass(slots=True, eq=False)
class Ascent:
    """Multipliers on their way up; continued block by block.

    Attributes:
        multiplier, best_multiplier, direction: float64 [n].
        worth: float64 [m], of each candidate at the best multipliers (<= 0; the less the better),
            the budget's price included.
        opened: bool [m], the selection of the last step.
        share: float64 [m], how often each candidate was selected lately.
        numbers: float64 [5]: best bound, alpha, steps without gain, price of the budget now, and at
            the best bound.
    """

    multiplier: Float64
    best_multiplier: Float64
    direction: Float64
    worth: Float64
    opened: Int8
    share: Float64
    numbers: Float64

    @classmethod
    def start(cls, multiplier: Float64, candidates: int, price: float = 0.0) -> Ascent:
        """From multipliers."""
        return cls(
            multiplier.copy(),
            multiplier.copy(),
            np.zeros(len(multiplier)),
            np.zeros(candidates),
            np.zeros(candidates, dtype=np.int8),
            np.zeros(candidates),
            np.array([-np.inf, ALPHA, 0.0, price, price]),
        )

    @property
    def bound(self) -> float:
        """The best bound so far."""
        return float(self.numbers[0])

    @property
    def exhausted(self) -> bool:
        """Whether the steps have become too small to matter."""
        return bool(self.numbers[1] < SMALLEST_ALPHA)

    def climb(
        self,
        lists: NearLists,
        state: Int8,
        cost: Float64,
        budget: float,
        posts: int,
        target: float,
        steps: int,
    ) -> None:
        """Some more steps; ends early once the bound reaches `target`.

        Args:
            lists: of the demand.
            state: int8 [m], `CLOSED`, `FREE` or `OPEN`.
            cost, budget: of posts; infinite budget when money is no matter.
            posts: at most so many, open ones included.
            target: value of the best plan known.
            steps: at most so many.
        """
        _climb(
            lists.start,
            lists.site,
            lists.price,
            lists.cap,
            state,
            cost,
            budget,
            posts,
            target,
            steps,
            self.multiplier,
            self.best_multiplier,
            self.direction,
            self.worth,
            self.opened,
            self.share,
            self.numbers,
        )


def decided(
    worth: Float64, bound: float, state: Int8, posts: int, target: float, *, integral: bool
) -> Int8:
    """The state with every candidate settled that the bound alone settles.

    A free candidate whose opening (closing) would lift the bound to `target` or beyond is not
    (always) open in a better plan. `integral`: values are whole numbers, so better means 1 less.
    """
    out = state.copy()
    better = target - 1.0 + 1e-6 if integral else target - 1e-9 * max(1.0, abs(target))
    free = np.flatnonzero(state == FREE)
    order = free[np.argsort(worth[free], kind="stable")]
    room = max(0, posts - int(np.count_nonzero(state == OPEN)))
    chosen = order[:room][worth[order[:room]] < 0]
    rest = order[len(chosen) :]
    last = float(worth[chosen[-1]]) if len(chosen) == room and room else 0.0
    after = min(0.0, float(worth[rest[0]])) if len(rest) else 0.0
    out[rest[bound - last + worth[rest] > better]] = CLOSED
    out[chosen[bound - worth[chosen] + after > better]] = OPEN
    return out


@kernel
def _trim(
    start: Int64,
    site: Int32,
    price: Float64,
    cap: Float64,
    multiplier: Float64,
    margin: float,
    more: int,
) -> tuple[Int64, Int32, Float64, Float64]:
    n = len(multiplier)
    out_start = np.zeros(n + 1, dtype=np.int64)
    out_cap = cap.copy()
    for i in range(n):
        read = 0
        while start[i] + read < start[i + 1] and price[start[i] + read] < multiplier[i]:
            read += 1
        kept = min(start[i + 1] - start[i], int(read * margin) + more)
        out_start[i + 1] = out_start[i] + kept
        if kept < start[i + 1] - start[i]:
            out_cap[i] = price[start[i] + kept]
    out_site = np.empty(out_start[n], dtype=np.int32)
    out_price = np.empty(out_start[n])
    for i in range(n):
        for k in range(out_start[i + 1] - out_start[i]):
            out_site[out_start[i] + k] = site[start[i] + k]
            out_price[out_start[i] + k] = price[start[i] + k]
    return out_start, out_site, out_price, out_cap


@kernel
def _worth(
    start: Int64,
    site: Int32,
    price: Float64,
    multiplier: Float64,
    cost: Float64,
    money: float,
    now: Float64,
) -> float:
    """Worth of each candidate at the multipliers; the sum of the multipliers."""
    for j in range(len(now)):
        now[j] = money * cost[j]
    summed = 0.0
    for i in range(len(multiplier)):
        limit = multiplier[i]
        summed += limit
        for k in range(start[i], start[i + 1]):
            c = price[k]
            if c >= limit:
                break
            now[site[k]] += c - limit
    return summed


@kernel
def _select(now: Float64, state: Int8, posts: int, opened: Int8) -> float:
    """Open what must be and what is worth most; the sum of what is opened."""
    room = posts
    summed = 0.0
    key = np.zeros(len(now))
    for j in range(len(now)):
        opened[j] = 0
        if state[j] == FREE:
            key[j] = now[j]
        elif state[j] == OPEN:
            opened[j] = 1
            summed += now[j]
            room -= 1
    order = np.argsort(key)
    for q in range(room):
        j = order[q]
        if key[j] >= 0:
            break
        opened[j] = 1
        summed += key[j]
    return summed


@kernel
def _turn(
    start: Int64,
    site: Int32,
    price: Float64,
    multiplier: Float64,
    opened: Int8,
    direction: Float64,
) -> float:
    """Where each multiplier should go: up where nobody serves, down where several do."""
    length = 0.0
    for i in range(len(multiplier)):
        missing = 1.0
        limit = multiplier[i]
        for k in range(start[i], start[i + 1]):
            if price[k] >= limit:
                break
            if opened[site[k]] > 0:
                missing -= 1.0
        direction[i] = missing + MOMENTUM * direction[i]
        length += direction[i] * direction[i]
    return length


@kernel
def _climb(
    start: Int64,
    site: Int32,
    price: Float64,
    cap: Float64,
    state: Int8,
    cost: Float64,
    budget: float,
    posts: int,
    target: float,
    steps: int,
    multiplier: Float64,
    best_multiplier: Float64,
    direction: Float64,
    worth: Float64,
    opened: Int8,
    share: Float64,
    numbers: Float64,
) -> None:
    now = np.zeros(len(state))
    best, alpha, bad, money = numbers[0], numbers[1], numbers[2], numbers[3]
    for _ in range(steps):
        bound = _worth(start, site, price, multiplier, cost, money, now)
        bound += _select(now, state, posts, opened)
        if money > 0:
            bound -= money * budget
        if bound > best:
            bad = 0.0 if bound > best + 1e-6 * abs(best) else bad + 1
            best = bound
            numbers[4] = money
            best_multiplier[:] = multiplier
            worth[:] = now
        else:
            bad += 1
        over = -budget
        for j in range(len(state)):
            share[j] = 0.9 * share[j] + 0.1 * opened[j]
            over += cost[j] * opened[j]
        if best >= target:
            break
        if bad >= PATIENCE:
            alpha *= SHRINK
            bad = 0.0
            multiplier[:] = best_multiplier
            money = numbers[4]
            direction[:] = 0.0
            if alpha < SMALLEST_ALPHA:
                break
        length = _turn(start, site, price, multiplier, opened, direction)
        if length == 0.0:
            break
        step = alpha * (target - bound) / length
        for i in range(len(multiplier)):
            multiplier[i] = min(cap[i], max(0.0, multiplier[i] + step * direction[i]))
        if budget < np.inf:
            money = max(0.0, money + alpha * (target - bound) / (over if over else np.inf))
    numbers[0], numbers[1], numbers[2], numbers[3] = best, alpha, bad, money
