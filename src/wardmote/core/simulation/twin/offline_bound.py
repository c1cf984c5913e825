"""How few calls could be late at all, had everything been known beforehand: a lower bound.

A policy decides without knowing tomorrow; its late calls are compared with what nobody could have
avoided. The most calls that units can reach in time are chains: a unit that was in time at one call
is in time at the next if the way from the end of the first leads there before it is due. That is a
flow of one unit of goods for each vehicle through a graph without cycles, with each call visited
at most once, solved by cheapest augmenting paths (Ahuja, Magnanti and Orlin, Network Flows, 1993,
ch. 9). Posts, late calls and shifts are left out, and units may wait anywhere: each can only make
more calls late, so the bound holds under any rules of dispatch and relocation.

Days may be bounded one by one with units free to begin anywhere, and the bounds added up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wardmote.core.travel.graph import Bool, Float64, Int32

MOST_CALLS = 5_000
"""A table of all pairs is kept; longer horizons are cut into parts and their bounds added."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownCalls:
    """Calls as somebody who knows the future sees them.

    Attributes:
        earliest_s: float64 [n], before this nobody can be there: the decision and the turnout.
        due_s: float64 [n], in time if reached by then (<=).
        busy_s: float64 [n], from arrival until the unit is free: scene, transport, handing over.
        onward_s: float64 [n, n], driving from the end of call i to call j; inf where no way leads.
    """

    earliest_s: Float64
    due_s: Float64
    busy_s: Float64
    onward_s: Float64


@dataclass(frozen=True, slots=True)
class OfflineBound:
    """The bound, and the chains of calls (rows, in order) of the units that reach it.

    Attributes:
        late: at least (>=) so many of the calls are late whatever is done.
        in_time: at most (<=) so many are in time.
    """

    late: int
    in_time: int
    chains: tuple[tuple[int, ...], ...]


def offline_bound(calls: KnownCalls, units: int, first_s: Float64 | None = None) -> OfflineBound:
    """The fewest late calls.

    Args:
        first_s: float64 [units, n], when each unit would be at each call if it went there first;
            None where units may begin anywhere.

    Raises:
        ValueError: more than `MOST_CALLS` calls, or tables that do not fit together.
    """
    number = len(calls.earliest_s)
    if number > MOST_CALLS:
        msg = f"{number} calls are more than {MOST_CALLS}: bound shorter horizons and add them up"
        raise ValueError(msg)
    if calls.onward_s.shape != (number, number):
        msg = f"the drives are {calls.onward_s.shape}, not {number} by {number}"
        raise ValueError(msg)
    able = calls.earliest_s <= calls.due_s
    follows = (calls.earliest_s + calls.busy_s)[:, None] + calls.onward_s <= calls.due_s
    follows &= able[:, None] & able & ~np.eye(number, dtype=np.bool_)
    begins = np.tile(able, (units, 1)) if first_s is None else (first_s <= calls.due_s) & able
    if begins.shape != (units, number):
        msg = f"the first drives are {begins.shape}, not {units} by {number}"
        raise ValueError(msg)
    # Chains must not run in circles, so a call is only followed by those due after it. Where one
    # could also follow a later one, a chain may begin with it for nothing: cutting the chain there
    # gives two, so nothing that is possible is lost.
    rank = np.lexsort((np.arange(number), calls.earliest_s, calls.due_s)).argsort()
    onward = rank[:, None] < rank
    anew = np.eye(number, dtype=np.bool_)[(follows & ~onward).any(axis=0)]
    flow = _Chains(np.concatenate((follows & onward, begins, anew)))
    while flow.extend():
        pass
    chains = flow.chains()
    in_time = sum(map(len, chains))
    return OfflineBound(number - in_time, in_time, chains)


class _Chains:
    """Disjoint chains through a table of what can follow what, extended one unit at a time.

    Rows 0 .. n-1 are calls, the others beginnings: units before their first call.
    """

    def __init__(self, follows: Bool) -> None:
        rows, self._calls = follows.shape
        self._price = np.where(follows, 0.0, np.inf)
        self._next: Int32 = np.full(rows, -1, dtype=np.int32)
        self._before: Int32 = np.full(self._calls, -1, dtype=np.int32)

    def extend(self) -> bool:
        """Use one more unit if that reaches more calls; false when it does not."""
        calls = self._calls
        leave, out_from, in_from = self._cheapest()
        ends = leave[:calls].copy()
        ends[(self._before >= 0) & (self._next[:calls] < 0)] = np.inf  # a chain ends here already
        if not calls or ends.min() > -0.5:
            return False
        row = int(ends.argmin())
        path = []
        while True:
            call = int(out_from[row])
            if call < 0:
                break
            path.append((row, call, int(in_from[call])))
            # A call that is entered by giving up its own visit goes on from its own end.
            row = call if in_from[call] == -2 else int(in_from[call])
        self._apply(path)
        return True

    def _cheapest(self) -> tuple[Float64, Int32, Int32]:
        """Cost of leaving each row, and where rows are left from and calls are entered from.

        `out_from` is the call whose entrance leads to a row's exit: the row itself where it is
        newly visited, the row's present successor where that link is given up; -1 at a beginning.
        `in_from` is the row whose exit leads to a call's entrance; -2 for giving up its own visit.
        """
        calls, rows = self._calls, len(self._next)
        leave, enter = np.full(rows, np.inf), np.full(calls, np.inf)
        out_from, in_from = np.full(rows, -1, dtype=np.int32), np.full(calls, -1, dtype=np.int32)
        idle = np.arange(calls, rows)
        leave[idle[self._next[idle] < 0]] = 0.0
        visited = self._before >= 0
        linked = np.flatnonzero(visited)
        changed = np.isfinite(leave)
        while changed.any():
            sources = np.flatnonzero(changed)
            via = leave[sources, None] + self._price[sources]
            best = via.argmin(axis=0)
            cost = via[best, np.arange(calls)]
            better = cost < enter
            enter[better], in_from[better] = cost[better], sources[best[better]]
            undone = visited & (leave[:calls] + 1.0 < enter)
            enter[undone], in_from[undone] = leave[:calls][undone] + 1.0, -2
            before = leave.copy()
            new = ~visited & (enter - 1.0 < leave[:calls])
            leave[:calls][new], out_from[:calls][new] = enter[new] - 1.0, np.flatnonzero(new)
            givers = self._before[linked]
            freed = enter[linked] < leave[givers]
            leave[givers[freed]] = enter[linked[freed]]
            out_from[givers[freed]] = linked[freed]
            changed = leave < before
        return leave, out_from, in_from

    def _apply(self, path: list[tuple[int, int, int]]) -> None:
        """Links given up are taken out first, then the new ones put in."""
        for row, call, _ in path:
            if row != call:
                self._unlink(row, call)
        for _, call, source in path:
            if source >= 0:
                self._link(source, call)

    def _unlink(self, row: int, call: int) -> None:
        self._next[row] = -1
        if self._before[call] == row:
            self._before[call] = -1
        self._price[row, call] = 0.0

    def _link(self, row: int, call: int) -> None:
        self._next[row] = call
        self._before[call] = row
        self._price[row, call] = np.inf

    def chains(self) -> tuple[tuple[int, ...], ...]:
        """The calls of each unit that has any."""
        found = []
        for unit in range(self._calls, len(self._next)):
            chain = []
            row = int(self._next[unit])
            while row >= 0:
                chain.append(row)
                row = int(self._next[row])
            if chain:
                found.append(tuple(chain))
        return tuple(found)
