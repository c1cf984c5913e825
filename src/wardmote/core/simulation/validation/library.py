"""How the room handled calls in the days fitted on: what a call of the days ahead may look like.

A call that is to be foretold is given a *donor*: a past call of the same category and priority,
drawn at random. From it come which kinds of units were sent, how long after the call came in each
was asked for, how long each took to set out, how long it stayed, and whether it was cancelled on
the way. Taking them together keeps what belongs together without a model for each (hot-deck
imputation: Andridge and Little, doi:10.1111/j.1751-5823.2010.00103.x). Who goes, from where, and
how long the drive takes is not the donor's: that is what is simulated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.call_record import CallRecord, RecordTime, UnitRecord
from wardmote.core.simulation.replay.demand import Demand, Job, Wave, demands

LEAST_DONORS = 8
"""A category and priority with fewer past calls takes donors of its priority alone."""

LONGEST_TURNOUT_S = 900.0
"""A longer one is a forgotten button, and is drawn from the vehicle model instead."""

LONGEST_DELAY_S = 4 * 3_600.0
"""Units asked for later than this after the call are not of its response."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Donor:
    """A past call.

    Attributes:
        waves: seconds after the call came in, and what was asked for then.
    """

    number: str
    waves: tuple[tuple[float, tuple[Job, ...]], ...]


@dataclass(frozen=True, slots=True)
class HandlingLibrary:
    """Donors by category and priority. Make it with `library_of`."""

    exact: Mapping[Key, tuple[Donor, ...]]
    by_priority: Mapping[str, tuple[Donor, ...]]
    every: tuple[Donor, ...]

    def donors(self, call: CallRecord) -> tuple[Donor, ...]:
        """Past calls like this one."""
        exact = self.exact.get((call.source_category, call.source_priority), ())
        if len(exact) >= LEAST_DONORS:
            return exact
        wider = self.by_priority.get(call.source_priority, ())
        return wider if len(wider) >= LEAST_DONORS else self.every

    def drawn(self, call: CallRecord, rng: np.random.Generator) -> Demand:
        """What the call asks for, after a donor other than itself."""
        pool = self.donors(call)
        start = int(rng.integers(len(pool)))
        donor = pool[start]
        if donor.number == call.number:
            donor = pool[(start + 1) % len(pool)]
        received_s = call.received_s
        return Demand(tuple(Wave(received_s + after_s, jobs) for after_s, jobs in donor.waves), 0)


def library_of(calls: Sequence[CallRecord]) -> HandlingLibrary:
    """The library of past calls that sent anybody.

    Raises:
        ValueError: none did.
    """
    exact: dict[Key, list[Donor]] = defaultdict(list)
    by_priority: dict[str, list[Donor]] = defaultdict(list)
    every: list[Donor] = []
    for call, asked in zip(calls, demands(calls), strict=True):
        if not call.units:
            continue
        donor = Donor(call.number, _waves(call, asked))
        if not donor.waves:
            continue
        exact[call.source_category, call.source_priority].append(donor)
        by_priority[call.source_priority].append(donor)
        every.append(donor)
    if not every:
        msg = "no call in the days to fit on sent a unit"
        raise ValueError(msg)
    return HandlingLibrary(
        {key: tuple(rows) for key, rows in exact.items()},
        {key: tuple(rows) for key, rows in by_priority.items()},
        tuple(every),
    )


def _waves(call: CallRecord, asked: Demand) -> tuple[tuple[float, tuple[Job, ...]], ...]:
    return tuple(
        (
            wave.at_s - call.received_s,
            tuple(
                replace(job, recorded=None, turnout_s=_turnout_s(job.recorded)) for job in wave.jobs
            ),
        )
        for wave in asked.waves
        if wave.at_s - call.received_s <= LONGEST_DELAY_S
    )


def _turnout_s(unit: UnitRecord | None) -> float | None:
    if unit is None:
        return None
    turnout_s = unit.stamps.interval_s(RecordTime.ASSIGNED, RecordTime.EN_ROUTE)
    if turnout_s is None or not 0 <= turnout_s <= LONGEST_TURNOUT_S:
        return None
    return turnout_s
