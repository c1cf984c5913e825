"""The calls of an area as forecasts learn from them: when, where, and who began each."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.incident import IncidentState
from wardmote.core.measures.bulletin import is_valid_call
from wardmote.core.planning.demand.origins import AdmittedCalls, DemandCall, admit
from wardmote.operations.incidents.history import call_facts
from wardmote.operations.studies.own_records import DemandSource, origin_of_channel

NOWHERE = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class OwnCalls:
    """Calls of the public, and how many entries were no calls (tests, mistakes, duplicates)."""

    admitted: AdmittedCalls
    left_out: int


def own_calls(area: AreaId, source: DemandSource, start_s: float, end_s: float) -> OwnCalls:
    """The calls received in [start_s, end_s) in an area and below."""
    left_out = 0
    found: list[DemandCall] = []
    for fact in call_facts([area], start_s, end_s):
        if not is_valid_call(fact.category, IncidentState(fact.state), drill=False):
            left_out += 1
            continue
        placed = fact.lon is not None and fact.lat is not None
        found.append(
            DemandCall(
                fact.received_s,
                origin_of_channel(fact.channel, source),
                fact.lon if placed and fact.lon is not None else NOWHERE,
                fact.lat if placed and fact.lat is not None else NOWHERE,
            )
        )
    return OwnCalls(admit(found), left_out)
