"""An invented town's calls by the hour, for rooms to be fitted on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.replay.invented_town import START_S, call, post

from wardmote.core.domain.call_record import CallRecord, RecordTime, Stamps, UnitRecord
from wardmote.core.simulation.replay.fleet import UnitHint

POSTS = (post("1", 0), post("2", 8))
HINTS = {"E1": UnitHint("engine", "1"), "E2": UnitHint("engine", "2")}
SPACING_S = 3_600.0


def history(number: int, first: int, slower: float = 1.0, seed: int = 1) -> list[CallRecord]:
    """An hour between calls, so that both units are at home; the nearer one goes.

    Delay, turnout, drive and time on scene are random; a drive is 30 s and 0.8 of free flow.
    """
    rng = np.random.default_rng(seed)
    calls = []
    for row in range(number):
        junction = int(rng.integers(9))
        to_first, to_second = junction % 3 + junction // 3, 4 - junction % 3 - junction // 3
        free_s = 60.0 * min(to_first, to_second)
        name = "E1" if to_first <= to_second else "E2"
        drive_s = slower * (30 + 0.8 * free_s) * float(rng.lognormal(0, 0.2))
        after_s = SPACING_S * (first + row)
        asked_s = START_S + after_s + float(rng.uniform(20, 60))
        out_s = asked_s + float(rng.uniform(30, 90))
        there_s = out_s + drive_s
        stamps = (
            (RecordTime.ASSIGNED, asked_s),
            (RecordTime.EN_ROUTE, out_s),
            (RecordTime.ARRIVED, there_s),
            (RecordTime.CLEARED, there_s + float(rng.uniform(200, 900))),
        )
        sent = UnitRecord(name, "engine", "", 1, Stamps(stamps), row)
        made = call(first + row, junction, after_s, sent)
        calls.append(replace(made, digest=f"{first + row:012x}"))
    return calls
