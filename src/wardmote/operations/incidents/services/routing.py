"""Who is responsible for a call: found by the rules, written, and found again after a change."""

from __future__ import annotations

from wardmote.core.domain.ids import BeatId, IncidentId
from wardmote.core.domain.incident import (
    INCIDENT_LIFE_CYCLE,
    IncidentAction,
    IncidentState,
    Priority,
)
from wardmote.core.domain.incident_events import IncidentRouted, RoutedTo
from wardmote.core.policies.routing import CallFacts, PlaceKnown, Routing, is_same_routing
from wardmote.core.policies.routing import route as route_by_rules
from wardmote.operations.incidents import selectors
from wardmote.operations.incidents.models import (
    Destination,
    Incident,
)
from wardmote.operations.incidents.recording import (
    Moment,
    advance,
    save,
    write,
)
from wardmote.operations.journal.statements import insert
from wardmote.operations.local_time import local_time
from wardmote.operations.places import selectors as places


def routing_of(incident: Incident, moment: Moment) -> Routing:
    """Who is responsible by the rules in force."""
    facts = CallFacts(
        category=incident.category,
        priority=Priority(incident.priority),
        place=PlaceKnown(incident.place_known),
        beat=None if incident.beat is None else BeatId(incident.beat),
        hour=local_time(incident.received_s).hour,
    )
    return route_by_rules(places.routing_rules_in_force(moment.now_s), facts)


def write_destinations(incident: Incident, routing: Routing) -> None:
    """Write who is responsible for a call that has no destinations."""
    insert(
        *(
            Destination(
                incident=incident,
                position=position,
                kind=one.kind,
                target=one.target,
                first_responsible=one.first_responsible,
                rule=one.rule,
            )
            for position, one in enumerate(routing.destinations)
        )
    )


def run_rules(incident: Incident, moment: Moment) -> bool:
    """Say who is responsible, or say it again after a change; returns whether it changed.

    Idempotent: the same facts write nothing. A resolved call keeps its destinations.
    """
    state = IncidentState(incident.state)
    if IncidentAction.ROUTE not in INCIDENT_LIFE_CYCLE.allowed_actions(state):
        return False
    routing = routing_of(incident, moment)
    before = selectors.destinations_of(incident)
    if before and is_same_routing(before, routing.destinations):
        return False
    incident.destinations.all().delete()
    write_destinations(incident, routing)
    incident.rules_version = routing.rules_version
    save(incident, "rules_version")
    destinations: tuple[RoutedTo, ...] = routing.destinations
    write(
        incident,
        [IncidentRouted(IncidentId(incident.pk), routing.rules_version, destinations)],
        moment,
    )
    advance(incident, IncidentAction.ROUTE, moment)
    return True
