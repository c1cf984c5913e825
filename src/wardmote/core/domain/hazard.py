"""The life cycles of a hazard (隐患), of each part of its rectification, and of an extension.

A hazard is filed, given to whoever must put it right, and closed. Each department or owner that has
to do something has a *part* of its own, with a deadline and a life cycle of its own; a hazard that
one department deals with has one part. It is closed when every part that counts has passed its
re-check (采集、立案、派遣、处置、核查、结案).
"""

from __future__ import annotations

from enum import StrEnum

from wardmote.core.domain.lifecycle import LifeCycle


class HazardState(StrEnum):
    """Where a hazard as a whole stands."""

    REPORTED = "reported"
    FILED = "filed"
    ASSIGNED = "assigned"
    CLOSED = "closed"
    REJECTED = "rejected"
    MERGED = "merged"


class HazardAction(StrEnum):
    """What can be done to a hazard.

    ``merge``: it is one that is on record already. ``assign``: it is given to somebody, or to one
    more. ``release``: nobody has it any more. ``close``: every living part has passed.
    """

    FILE = "file"
    REJECT = "reject"
    MERGE = "merge"
    ASSIGN = "assign"
    RELEASE = "release"
    CLOSE = "close"
    REOPEN = "reopen"


class PartState(StrEnum):
    """Where a part of the rectification stands."""

    ASSIGNED = "assigned"
    SUBMITTED = "submitted"
    SUSPENDED = "suspended"
    PASSED = "passed"
    DECLINED = "declined"
    RECALLED = "recalled"


class PartAction(StrEnum):
    """What can be done to a part.

    ``submit``: proof is handed in. ``pass`` and ``return``: the re-check on the spot. ``decline``:
    it is not theirs. ``suspend``: it cannot go on, and its time stands still. ``escalate``: a
    higher level is told; the part stays with whom it is. ``recall``: it is taken back.
    """

    SUBMIT = "submit"
    PASS = "pass"  # noqa: S105  # an action, not a secret
    RETURN = "return"
    DECLINE = "decline"
    SUSPEND = "suspend"
    RESUME = "resume"
    ESCALATE = "escalate"
    RECALL = "recall"


class ExtensionState(StrEnum):
    """Where a request for more time stands."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"


class ExtensionAction(StrEnum):
    """What can become of a request for more time; it lapses when its part is over."""

    GRANT = "grant"
    REFUSE = "refuse"
    LAPSE = "lapse"


class HazardChannel(StrEnum):
    """How a hazard came in; ``camera_owner``: seen by the owner of a camera in its own picture."""

    STAFF = "staff"
    VOLUNTEER = "volunteer"
    DEPARTMENT = "department"
    RESIDENT = "resident"
    CAMERA_OWNER = "camera_owner"


class AwayReason(StrEnum):
    """Why a re-check was recorded away from the hazard's place, or without a position."""

    NO_SIGNAL = "no_signal"
    PLACE_WRONG = "place_wrong"
    UNREACHABLE = "unreachable"


_H, _HA = HazardState, HazardAction

HAZARD_LIFE_CYCLE: LifeCycle[HazardState, HazardAction] = LifeCycle(
    initial=_H.REPORTED,
    table={
        (_H.REPORTED, _HA.FILE): _H.FILED,
        (_H.REPORTED, _HA.REJECT): _H.REJECTED,
        (_H.REPORTED, _HA.MERGE): _H.MERGED,
        (_H.FILED, _HA.ASSIGN): _H.ASSIGNED,
        (_H.FILED, _HA.REJECT): _H.REJECTED,
        (_H.FILED, _HA.MERGE): _H.MERGED,
        (_H.ASSIGNED, _HA.ASSIGN): _H.ASSIGNED,
        (_H.ASSIGNED, _HA.RELEASE): _H.FILED,
        (_H.ASSIGNED, _HA.CLOSE): _H.CLOSED,
        (_H.CLOSED, _HA.REOPEN): _H.FILED,
        (_H.REJECTED, _HA.REOPEN): _H.FILED,
    },
    final=frozenset({_H.CLOSED, _H.REJECTED, _H.MERGED}),
)

_P, _PA = PartState, PartAction

PART_LIFE_CYCLE: LifeCycle[PartState, PartAction] = LifeCycle(
    initial=_P.ASSIGNED,
    table={
        (_P.ASSIGNED, _PA.SUBMIT): _P.SUBMITTED,
        (_P.ASSIGNED, _PA.DECLINE): _P.DECLINED,
        (_P.ASSIGNED, _PA.SUSPEND): _P.SUSPENDED,
        (_P.ASSIGNED, _PA.ESCALATE): _P.ASSIGNED,
        (_P.ASSIGNED, _PA.RECALL): _P.RECALLED,
        (_P.SUBMITTED, _PA.PASS): _P.PASSED,
        (_P.SUBMITTED, _PA.RETURN): _P.ASSIGNED,
        (_P.SUSPENDED, _PA.RESUME): _P.ASSIGNED,
        (_P.SUSPENDED, _PA.ESCALATE): _P.SUSPENDED,
        (_P.SUSPENDED, _PA.RECALL): _P.RECALLED,
    },
    final=frozenset({_P.PASSED, _P.DECLINED, _P.RECALLED}),
)
"""A part that passed stays so; a hazard that is opened again gets new parts."""

_E, _EA = ExtensionState, ExtensionAction

EXTENSION_LIFE_CYCLE: LifeCycle[ExtensionState, ExtensionAction] = LifeCycle(
    initial=_E.ASKED,
    table={
        (_E.ASKED, _EA.GRANT): _E.GRANTED,
        (_E.ASKED, _EA.REFUSE): _E.REFUSED,
        (_E.ASKED, _EA.LAPSE): _E.LAPSED,
    },
    final=frozenset({_E.GRANTED, _E.REFUSED, _E.LAPSED}),
)

OPEN_HAZARDS: frozenset[HazardState] = frozenset({_H.REPORTED, _H.FILED, _H.ASSIGNED})
"""Hazards that somebody still has to do something about."""

LIVING_PARTS: frozenset[PartState] = frozenset({_P.ASSIGNED, _P.SUBMITTED, _P.SUSPENDED})
"""Parts that are not over."""


def after_parts(states: tuple[PartState, ...]) -> HazardAction | None:
    """What follows for an assigned hazard when its present parts stand so; None: nothing yet.

    Parts that were declined or recalled count as if they had not been. When none is left the hazard
    is released; when all that are left have passed it is closed.
    """
    counted = [state for state in states if state not in (_P.DECLINED, _P.RECALLED)]
    if not counted:
        return _HA.RELEASE
    return _HA.CLOSE if all(state is _P.PASSED for state in counted) else None
