"""Keeping what the policy recommends, and the standing orders about confirming it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from wardmote.core.domain.areas import ancestors, is_area_code
from wardmote.core.domain.dispatch_events import RecommendationMade, RecommendationRequested
from wardmote.core.domain.ids import AreaId, IncidentId
from wardmote.core.domain.incident import INCIDENT_LIFE_CYCLE, IncidentState
from wardmote.core.domain.permissions import Permission, Role, RoleInArea, Viewer
from wardmote.core.policies.recommendation import Recommendation as Advice
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch.models import Recommendation, StandingOrder
from wardmote.operations.identifiers import new_id
from wardmote.operations.incidents import selectors as incident_selectors
from wardmote.operations.incidents.errors import IncidentTransitionError
from wardmote.operations.journal.services import record
from wardmote.operations.journal.statements import Reading, insert

POLICY_ACTOR = "rule:recommend"
MAX_LINES = 300
STANDING_ORDER_ACTOR = "rule:standing-order"

# Without its ranking: it is only compared, or written anew.
_CURRENT = Reading(
    Recommendation,
    "{incident_id} = %s AND {current} = %s",
    only=("id", "policy_version", "units", "shortfall"),
)
_ORDERS = Reading(StandingOrder, "1 = 1", only=("area", "auto_assign"))


@dataclass(frozen=True, slots=True)
class Kept:
    """A recommendation that was kept; `data` is what the stream sends."""

    id: str
    area: AreaId
    data: dict[str, Any]


def keep_recommendation(
    advice: Advice,
    *,
    now_s: float,
    left_out: int = 0,
    takings: Sequence[Mapping[str, Any]] = (),
) -> Kept | None:
    """Keep a recommendation as the call's current one; None when the call is over.

    `left_out` units were too far to look at; `takings` could be taken off less urgent calls.

    When it chooses as the current one does, only the ranking is brought up to date, and the
    journal is not written: what the room knows has not changed.
    """
    with transaction.atomic():
        standing = incident_selectors.lock_standing(advice.incident)
        if standing is None or standing.state in INCIDENT_LIFE_CYCLE.final:
            return None
        area = standing.area
        current = _CURRENT.first(advice.incident, True)
        if current is not None and _is_same(current, advice):
            data = _as_data(advice, current.pk, left_out, takings)
            current.lines, current.detail, current.made_s = data["lines"], _detail(data), now_s
            current.save(update_fields=["lines", "detail", "made_s"])
            return Kept(current.pk, area, data)
        if current is not None:
            current.current = False
            current.save(update_fields=["current"])
        made = new_id(now_s)
        data = _as_data(advice, made, left_out, takings)
        insert(
            Recommendation(
                id=made,
                incident_id=advice.incident,
                made_s=now_s,
                policy_version=advice.policy_version,
                units=list(advice.units),
                shortfall=list(advice.shortfall_codes),
                lines=data["lines"],
                detail=_detail(data),
            )
        )
        payload = RecommendationMade(
            advice.incident,
            made,
            advice.policy_version,
            advice.units,
            advice.shortfall_codes,
        )
        record([payload], actor=POLICY_ACTOR, area=area, now_s=now_s)
        return Kept(made, area, data)


def request_recommendation(viewer: Viewer, incident_id: IncidentId, *, now_s: float) -> None:
    """Have the worker of the call's area recommend again now, even if nothing has changed.

    The answer comes as it always does: the ranking on the stream, and the journal if it differs.

    Raises:
        UnknownIncidentError: no such call.
        AccessDeniedError: the viewer may not send units there.
        IncidentTransitionError: the call is over.
    """
    with transaction.atomic():
        incident = incident_selectors.lock(incident_id)
        area = AreaId(incident.area)
        if not viewer.may(Permission.INCIDENT_DISPATCH, area):
            raise AccessDeniedError
        if IncidentState(incident.state) in INCIDENT_LIFE_CYCLE.final:
            raise IncidentTransitionError(state=incident.state, action="recommend")
        record(
            [RecommendationRequested(incident_id)], actor=viewer.staff_id, area=area, now_s=now_s
        )


def _as_data(
    advice: Advice, made: str, left_out: int, takings: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What the stream sends: the ranking, at most `MAX_LINES` of it."""
    kept = replace(advice, lines=advice.lines[:MAX_LINES])
    left_out += len(advice.lines) - len(kept.lines)
    return {**kept.as_json(made), "left_out": left_out, "takings": list(takings)}


def _is_same(current: Recommendation, advice: Advice) -> bool:
    return (tuple(current.units), tuple(current.shortfall), current.policy_version) == (
        tuple(advice.units),
        tuple(advice.shortfall_codes),
        advice.policy_version,
    )


def _detail(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in ("lines", "recommendation")}


def set_standing_order(viewer: Viewer, area: AreaId, auto_assign: bool, *, now_s: float) -> None:
    """Say whether recommended units are assigned at once in `area` and below.

    Raises:
        AccessDeniedError: the viewer may not edit the configuration there.
        ValueError: `area` is not a division code.
    """
    if not is_area_code(area):
        raise ValueError(f"an area code has 12 digits, got {area!r}")
    if not viewer.may(Permission.CONFIGURATION_EDIT, area):
        raise AccessDeniedError
    StandingOrder.objects.update_or_create(
        area=area,
        defaults={"auto_assign": auto_assign, "set_by": viewer.staff_id, "set_s": now_s},
    )


def assigns_at_once(area: AreaId) -> bool:
    """Whether the nearest standing order above or at `area` says so; no without any."""
    # There are few orders, and most places have none: all of them are read as fast as one.
    orders = dict(_ORDERS.rows())
    return next((orders[one] for one in ancestors(area) if one in orders), False)


def standing_order_viewer(area: AreaId) -> Viewer:
    """Who assigns by the standing order: the rule, with a dispatcher's rights in the area."""
    return Viewer(STANDING_ORDER_ACTOR, (RoleInArea(Role.DISPATCHER, area),))
