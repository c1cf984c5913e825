"""Makes a home with places, units and people, and compares its rows with its journal.

``python -m tests.faults.small_home make``: the small place, without a city;
``make_town COUNT``: the city of the environment, COUNT of its units on duty with a crew each. Both
print JSON. ``compare`` prints ``same``, or the difference.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from tests.unit.operations.small_place import SMALL_PLACE

from wardmote.config.deployment import bring_up_to_date
from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.assignment import ASSIGNMENT_LIFE_CYCLE, AssignmentState
from wardmote.core.domain.board import board_of
from wardmote.core.domain.dispatch_events import AssignmentMoved
from wardmote.core.domain.events import Event
from wardmote.core.domain.folding import apply
from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.incident_events import IncidentEntered, IncidentTimeStamped
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.picture import EMPTY_PICTURE, OperationalPicture
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.access.services import join_crew as join
from wardmote.operations.dispatch.models import ACTIVE, Assignment, AssignmentTime
from wardmote.operations.dispatch.picture import picture_of_rows
from wardmote.operations.incidents.models import FieldTimeRow, Incident
from wardmote.operations.journal import clock
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.people.services import open_account
from wardmote.operations.places.selectors import posts as all_posts
from wardmote.operations.places.services import load_places
from wardmote.operations.units.selectors import all_units, units_by_id
from wardmote.operations.units.services import load_units, write_on_duty

_STANDING = frozenset({AssignmentState.PROPOSED, AssignmentState.RESERVED, AssignmentState.STACKED})


def make() -> dict[str, Any]:
    """The small place, three units on duty, a supervisor."""
    bring_up_to_date()
    load_places(SMALL_PLACE)
    load_units(SMALL_PLACE.units)
    with transaction.atomic():
        for unit in units_by_id(one.unit_id for one in SMALL_PLACE.units).values():
            write_on_duty(unit, 111.15, 27.05, actor="test", now_s=clock.now_s())
    return {"sessions": {"fault": _account("fault", Role.SUPERVISOR)}}


def make_town(count: int) -> dict[str, Any]:
    """The city, `count` units on duty at their posts, a crew for each, a supervisor."""
    bring_up_to_date()
    posts = {one.pk: one for one in all_posts()}
    manned = [one for one in all_units() if one.post in posts][:count]
    assert len(manned) == count
    sessions = {"fault": _account("fault", Role.SUPERVISOR)}
    with transaction.atomic():
        for unit in manned:
            post = posts[unit.post]
            write_on_duty(unit, post.lon, post.lat, actor="test", now_s=clock.now_s())
            sessions[unit.pk] = _account(f"crew-{unit.pk}", Role.CREW, unit.pk)
    places = [(posts[unit.post].lon, posts[unit.post].lat) for unit in manned]
    return {"sessions": sessions, "units": [unit.pk for unit in manned], "places": places}


def _account(name: str, role: Role, unit: str = "") -> str:
    """Open an account that is logged in; returns the key of its session."""
    account = open_account(name, "a long password", staff_id=name, name=Bilingual("错", "F"))
    grant_role(account.pk, role, EVERYWHERE, granted_by="test")
    if unit:
        join(account.pk, UnitId(unit))
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def difference() -> str:
    """How the rows differ from what the journal says; ``same`` if they do not."""
    rows, _places = picture_of_rows()
    events = [event for event in all_events() if event.seq <= rows.seq]
    folded = EMPTY_PICTURE
    for event in events:
        folded = apply(folded, event)
    by_fold, by_rows = _board(folded), _board(rows)
    for part, found in by_rows.items():
        if part != "units" and found != by_fold[part]:
            return f"{part}: rows {json.dumps(found)} fold {json.dumps(by_fold[part])}"
    on_duty = [one for one in by_rows["units"] if one["on_duty"]]
    if on_duty != [one for one in by_fold["units"] if one["on_duty"]]:
        return "units on duty differ"
    return _twice(events) or "same"


def _board(picture: OperationalPicture) -> dict[str, Any]:
    return board_of(picture, server_s=0.0)


def _twice(events: list[Event]) -> str:
    """What is there more than once and must not be; empty if there is nothing."""
    told = [event.payload for event in events]
    moves = [one for one in told if isinstance(one, AssignmentMoved)]
    single: dict[str, Iterable[Hashable]] = {
        "event id": (event.event_id for event in events),
        "journal position": (event.seq for event in events),
        "call entered": (one.incident for one in told if isinstance(one, IncidentEntered)),
        "stamp told": ((o.incident, o.stamp) for o in told if isinstance(o, IncidentTimeStamped)),
        "assignment step": (
            (one.assignment, one.after)
            for one in moves
            if one.after not in _STANDING and one.after is not AssignmentState.FEEDBACK
        ),
        "end of an assignment": (
            one.assignment for one in moves if one.after in ASSIGNMENT_LIFE_CYCLE.final
        ),
        "number of a call": Incident.objects.values_list("number", flat=True),
        "stamp of a call": FieldTimeRow.objects.values_list("incident_id", "stamp"),
        "stamp of an assignment": AssignmentTime.objects.values_list("assignment_id", "stamp"),
        "active assignment of a unit": Assignment.objects.filter(state__in=ACTIVE).values_list(
            "unit_id", flat=True
        ),
    }
    for what, found in single.items():
        often = [one for one, times in Counter(found).items() if times > 1]
        if often:
            return f"{what} more than once: {often[:3]}"
    return ""


if __name__ == "__main__":
    if sys.argv[1] == "make":
        said = json.dumps(make())
    elif sys.argv[1] == "make_town":
        said = json.dumps(make_town(int(sys.argv[2])))
    else:
        said = difference()
    print(said)  # noqa: T201  # the test reads it
