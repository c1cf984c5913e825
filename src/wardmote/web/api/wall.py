"""``/api/wall``: today at a glance."""

from __future__ import annotations

import datetime
import zoneinfo
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router

from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.assignment import ACTIVE_STATES
from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.incident import FieldTime, Priority
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.standards import Objective, ResponseStandard
from wardmote.core.measures.distributions import TierResult, histogram, objective_result, summarise
from wardmote.core.measures.intervals import MeasuredCall, Span, interval_s
from wardmote.operations.dispatch.picture import picture_of_rows
from wardmote.operations.dispatch.responses import responses_of
from wardmote.operations.incidents import selectors as incident_selectors
from wardmote.operations.incidents.selectors import IncidentRow
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, local_time
from wardmote.operations.places import selectors as places
from wardmote.web.api.answers import answer, as_request, forbidden
from wardmote.web.api.names import name_json
from wardmote.web.api.schemas.common import answers
from wardmote.web.api.schemas.wall import WallOut

router = Router(tags=["figures"])

INVALID = "invalid"
WEEK_S = 7 * 86_400.0
MAX_CALLS = 20_000
SLOWEST = 8
BINS_S = (0.0, 60.0, 120.0, 180.0, 300.0, 600.0, 900.0, 1_800.0)
_WAITS_FOR = {"entered": "routed", "routed": "assigned", "resolved": "closed"}
_STEPS = (
    FieldTime.ASSIGNED,
    FieldTime.ACKNOWLEDGED,
    FieldTime.EN_ROUTE,
    FieldTime.ARRIVED,
    FieldTime.FEEDBACK,
    FieldTime.CLEARED,
)


@router.get("/wall", response=answers((200, WallOut)), summary="The figures of the wall page")
def wall(request: HttpRequest) -> HttpResponse:
    """Calls of the local day, the response against the standard, units, what waits longest."""
    viewer = as_request(request).auth
    if not viewer.holds_anywhere(Permission.REPORT_VIEW):
        raise forbidden()
    now_s = clock.now_s()
    day_start_s = start_of_day(now_s)
    today = _received(viewer, day_start_s, now_s)
    week_ago = _received_at(viewer, day_start_s - WEEK_S, now_s - WEEK_S)
    standard = places.standard_in_force(now_s)
    return answer(
        {
            "at_s": now_s,
            "day_start_s": day_start_s,
            "standard": {"id": standard.code, "name": name_json(standard.name)},
            "calls": {
                "today": len(today),
                "valid": sum(_valid(row) for row in today),
                "open": incident_selectors.visible(viewer)
                .filter(state__in=incident_selectors.OPEN)
                .count(),
                "last_week": len(week_ago) or None,
            },
            "by_category": _by_category(today, now_s),
            "by_hour": _by_hour([row.received_s for row in today], week_ago),
            "response": _response(today, standard),
            "units": _units(viewer),
            "slowest": _slowest(viewer, now_s),
        }
    )


def start_of_day(at_s: float) -> float:
    """The local midnight before a moment, seconds UTC."""
    zone = zoneinfo.ZoneInfo(settings.TIME_ZONE)
    day = local_day(at_s)
    return datetime.datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def _received(viewer: Viewer, from_s: float, to_s: float) -> list[IncidentRow]:
    rows = incident_selectors.visible(viewer).filter(
        received_s__gte=from_s, received_s__lte=to_s, drill=False
    )
    return list(rows.exclude(channel="import").order_by("received_s")[:MAX_CALLS])


def _received_at(viewer: Viewer, from_s: float, to_s: float) -> list[float]:
    rows = incident_selectors.visible(viewer).filter(
        received_s__gte=from_s, received_s__lte=to_s, drill=False
    )
    return list(rows.order_by("received_s").values_list("received_s", flat=True)[:MAX_CALLS])


def _valid(row: IncidentRow) -> bool:
    top = row.category.partition(".")[0]
    return top != INVALID and row.state not in ("cancelled", "merged")


def _by_category(rows: Sequence[IncidentRow], now_s: float) -> list[dict[str, Any]]:
    tree = places.categories_in_force(now_s)
    counts = Counter(row.category.partition(".")[0] for row in rows)
    return [
        {
            "category": code,
            "name": name_json(tree.get(code).name) if code in tree else {"zh": code, "en": code},
            "count": count,
        }
        for code, count in counts.most_common()
    ]


def _by_hour(today: Sequence[float], week_ago: Sequence[float]) -> list[dict[str, Any]]:
    now = Counter(local_time(at_s).hour for at_s in today)
    before = Counter(local_time(at_s).hour for at_s in week_ago)
    return [
        {"hour": hour, "count": now[hour], "last_week": before[hour] if week_ago else None}
        for hour in range(24)
    ]


def _response(rows: Sequence[IncidentRow], standard: ResponseStandard) -> dict[str, Any]:
    objective = standard.arrival or standard.objectives[0]
    calls = _measured([row for row in rows if _valid(row)])
    attended = [call for call in calls if FieldTime.ASSIGNED in call.stamps]
    span = Span(objective.start, objective.stop)
    known = [seconds for call in attended if (seconds := interval_s(call.stamps, span)) is not None]
    durations = [seconds for seconds in known if seconds >= 0]
    missing = len(attended) - len(durations)
    figures = summarise(durations)
    return {
        "stamped": len(durations),
        "missing": missing,
        "missing_rate": missing / len(attended) if attended else None,
        "p50_s": figures.p50_s,
        "p90_s": figures.p90_s,
        "p95_s": figures.p95_s,
        "tiers": [
            _tier_json(one, objective) for one in objective_result(objective, attended).tiers
        ],
        "bins": [
            {"from_s": one.from_s, "to_s": one.to_s, "count": one.count}
            for one in histogram(durations, BINS_S)
        ],
    }


def _tier_json(result: TierResult, objective: Objective) -> dict[str, Any]:
    return {
        "name": name_json(result.tier.name),
        "target_s": result.tier.target_s,
        "percentile": objective.percentile / 100.0,
        "count": result.share.of,
        "met": result.share.met,
        "share": result.share.share,
    }


def _measured(rows: Sequence[IncidentRow]) -> list[MeasuredCall]:
    ids = [row.pk for row in rows]
    stamps = incident_selectors.stamps_of(ids)
    responses = responses_of(ids)
    return [
        MeasuredCall(
            incident=IncidentId(row.pk),
            category=row.category,
            priority=Priority(row.priority),
            place_class=PlaceClass(row.place_class),
            stamps=stamps.get(row.pk, {}),
            valid=True,
            ended=row.state in incident_selectors.FINAL,
            group=row.area,
            responses=responses.get(row.pk, ()),
        )
        for row in rows
    ]


def _units(viewer: Viewer) -> list[dict[str, Any]]:
    prefixes = tuple(area_prefix(area) for area in viewer.areas_with(Permission.UNIT_VIEW))
    picture, _places = picture_of_rows()
    counts: Counter[str] = Counter()
    for unit in picture.units.values():
        if not unit.area.startswith(prefixes):
            continue
        active = None if unit.active is None else picture.assignments.get(unit.active)
        if active is not None:
            counts[active.state.value] += 1
        elif not unit.on_duty:
            counts["off_duty"] += 1
        else:
            counts["available" if unit.available else "unavailable"] += 1
    order = [
        "available",
        *sorted(state.value for state in ACTIVE_STATES),
        "unavailable",
        "off_duty",
    ]
    return [{"state": state, "count": counts[state]} for state in order if counts[state]]


def _slowest(viewer: Viewer, now_s: float) -> list[dict[str, Any]]:
    rows = list(
        incident_selectors.visible(viewer)
        .filter(state__in=incident_selectors.OPEN)
        .order_by("received_s")[:SLOWEST]
    )
    stamps = incident_selectors.stamps_of([row.pk for row in rows])
    return [
        {
            "incident": row.pk,
            "number": row.number,
            "category": row.category,
            "priority": row.priority,
            "state": row.state,
            "place": row.place,
            "age_s": max(0.0, now_s - row.received_s),
            "waiting_for": _waiting_for(row, stamps.get(row.pk, {})),
        }
        for row in rows
    ]


def _waiting_for(row: IncidentRow, stamps: dict[FieldTime, float]) -> str:
    known = _WAITS_FOR.get(row.state)
    if known is not None:
        return known
    return next((step.value for step in _STEPS if step not in stamps), "cleared")
