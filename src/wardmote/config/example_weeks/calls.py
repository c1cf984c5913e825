"""Calls of the demonstrated weeks: taken down, attended, closed, and what follows from them.

When, where and about what is drawn from the place's own demand, thinned to some dozens a week. How
long a unit drives is estimated from the distance as the crow flies, so that no road network need be
loaded here; the live part of the demonstration drives on real streets.
"""

from __future__ import annotations

import datetime
import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.db import transaction

from wardmote.config.example_weeks.cast import Cast
from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.assignment import AssignmentAction
from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.incident import IncidentAction
from wardmote.core.domain.incident_events import IncidentMoved
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.places import UnitSpec
from wardmote.core.domain.survey import QUESTIONS, Answer, ServiceKind
from wardmote.core.simulation.generated_places.demand import (
    HOURS_PER_WEEK,
    CallSource,
    Demand,
    call_demand,
)
from wardmote.operations.dispatch import services as dispatch
from wardmote.operations.incidents import services as incidents
from wardmote.operations.inspections.services import answer, invite
from wardmote.operations.journal.selectors import events_of_incident
from wardmote.operations.local_time import local_time, midnight_s
from wardmote.operations.places.selectors import locate
from wardmote.operations.tasks.services import follow_up_call

CALLS_PER_WEEK = 48.0
_HOUR_S, _LONGEST_S, _SHIFT_S = 3_600.0, 4 * 3_600.0, 12 * 3_600.0
_METRES_PER_DEGREE = 111_195.0
_DETOUR = 1.35
_ON_TELEPHONE: Final = ("invalid.", "fraud_warning.", "help.enquiry", "help.found_property")
"""Nobody is sent to these."""
_KIND_OF: Final = (("fire.", "engine"), ("medical.", "medic"), ("", "patrol_car"))
_OUTCOMES: Final = (
    ("invalid.", ("no_action",)),
    ("fraud_warning.", ("advised",)),
    ("dispute.", ("settled_on_scene", "settled_on_scene", "advised", "handed_to_community")),
    ("offence.criminal.", ("handed_to_case_team",)),
    ("offence.", ("advised", "settled_on_scene", "handed_to_case_team", "gone_on_arrival")),
    ("traffic.", ("handed_to_traffic", "settled_on_scene", "helped")),
    ("fire.", ("handed_to_service",)),
    ("medical.", ("handed_to_service",)),
    ("hazard.", ("handed_to_department",)),
    ("", ("helped", "helped", "advised")),
)
"""Beginning of a category's code, how such calls end; the first that fits."""


@dataclass(frozen=True, slots=True)
class _Call:
    at_s: float
    category: str
    lon: float
    lat: float
    place: str


@dataclass(frozen=True, slots=True)
class _Attended:
    """A call with its unit, None on the telephone alone; moments in order, seconds UTC."""

    call: _Call
    unit: UnitId | None
    acts: tuple[tuple[AssignmentAction, float], ...]
    sent_s: float
    closed_s: float

    @property
    def cleared_s(self) -> float:
        """When the unit was free."""
        return self.acts[-1][1]


def take_calls(cast: Cast) -> None:
    """Let the calls of the weeks be answered; at the end every unit is off duty again."""
    rng = np.random.default_rng(int(cast.town) + 3)
    shifts: dict[float, list[_Attended]] = defaultdict(list)
    off_s: dict[UnitId, float] = {}
    crews = _Crews(cast.book.units, cast)
    for call in _drawn(cast, rng):
        shifts[_shift_begin_s(call.at_s)].append(crews.attend(call, rng))
    for begin_s, attended in sorted(shifts.items()):
        with transaction.atomic():
            _live_shift(cast, begin_s, attended, off_s, rng)


def _drawn(cast: Cast, rng: np.random.Generator) -> list[_Call]:
    """The oldest first, none so late that it would not be over by now."""
    demand = call_demand(cast.book)
    factor = CALLS_PER_WEEK / float(demand.weekly.sum())
    names = {str(one.code): one.name.zh for one in cast.book.divisions}
    names |= {str(one.place_id): one.name.zh for one in cast.book.key_places}
    found: list[_Call] = []
    hour_s = midnight_s(cast.first_day)
    while hour_s + _HOUR_S < cast.now_s - _LONGEST_S:
        local = local_time(hour_s)
        rates = demand.rates((local.weekday() * 24 + local.hour) % HOURS_PER_WEEK)
        for after_s in np.sort(rng.random(rng.poisson(factor * float(rates.sum())))) * _HOUR_S:
            row, column = divmod(
                int(rng.choice(rates.size, p=(rates / rates.sum()).ravel())), rates.shape[1]
            )
            found.append(
                _placed(demand, row, demand.categories[column], hour_s + after_s, names, rng)
            )
        hour_s += _HOUR_S
    return found


def _placed(
    demand: Demand,
    row: int,
    category: str,
    at_s: float,
    names: dict[str, str],
    rng: np.random.Generator,
) -> _Call:
    source = demand.sources[row]
    lon, lat = _near(source, rng)
    if locate(lon, lat, at_s).area is None:
        lon, lat = source.lon, source.lat
    return _Call(float(at_s), category, lon, lat, names.get(source.source, ""))


def _near(source: CallSource, rng: np.random.Generator) -> tuple[float, float]:
    east_m, north_m = rng.normal(0.0, 0.5 * source.spread_m, 2).tolist()
    wide = _METRES_PER_DEGREE * math.cos(math.radians(source.lat))
    return source.lon + east_m / wide, source.lat + north_m / _METRES_PER_DEGREE


def _shift_begin_s(at_s: float) -> float:
    """Shifts of twelve hours begin at eight."""
    local = local_time(at_s)
    day = local.date() - datetime.timedelta(days=int(local.hour < 8))
    begin_s = midnight_s(day) + 8 * _HOUR_S
    return begin_s + _SHIFT_S if at_s >= begin_s + _SHIFT_S else begin_s


class _Crews:
    """Which unit goes: the nearest free one of the kind, else the nearest free patrol car."""

    def __init__(self, units: tuple[UnitSpec, ...], cast: Cast) -> None:
        posts = {post.post_id: post for post in cast.book.posts}
        self._units = [(one, posts[one.post]) for one in units if one.post in posts]
        self._free_s: dict[UnitId, float] = {}

    def attend(self, call: _Call, rng: np.random.Generator) -> _Attended:
        """What will be done about a call."""
        sent_s = call.at_s + float(rng.uniform(40.0, 110.0))
        closed_after_s = float(rng.uniform(120.0, 600.0))
        if call.category.startswith(_ON_TELEPHONE):
            return _Attended(call, None, (), sent_s, sent_s + closed_after_s)
        found = self._nearest(call)
        if found is None:
            return _Attended(call, None, (), sent_s, sent_s + closed_after_s)
        metres, unit = found
        took_s = (
            float(rng.uniform(10.0, 40.0)),
            float(rng.uniform(30.0, 120.0)),
            30.0 + _DETOUR * metres / float(rng.uniform(9.0, 14.0)),
            float(rng.uniform(300.0, 1_200.0)),
            float(rng.uniform(300.0, 1_800.0)),
        )
        at_s = (sent_s + np.cumsum(took_s)).tolist()
        actions = AssignmentAction
        acts = (actions.ACKNOWLEDGE, actions.DEPART, actions.ARRIVE, actions.REPORT, actions.CLEAR)
        # The way back is driven, too.
        self._free_s[unit] = at_s[-1] + took_s[2]
        return _Attended(
            call, unit, tuple(zip(acts, at_s, strict=True)), sent_s, at_s[-1] + closed_after_s
        )

    def _nearest(self, call: _Call) -> tuple[float, UnitId] | None:
        wanted = next(kind for begin, kind in _KIND_OF if call.category.startswith(begin))
        wide = math.cos(math.radians(call.lat))
        for kind in (wanted, "patrol_car"):
            free = [
                (
                    math.hypot((post.lon - call.lon) * wide, post.lat - call.lat)
                    * _METRES_PER_DEGREE,
                    unit.unit_id,
                )
                for unit, post in self._units
                if unit.kind == kind and self._free_s.get(unit.unit_id, 0.0) <= call.at_s
            ]
            if free:
                return min(free)
        return None


def _live_shift(
    cast: Cast,
    begin_s: float,
    attended: list[_Attended],
    off_s: dict[UnitId, float],
    rng: np.random.Generator,
) -> None:
    """One after the other; `off_s` tells since when a unit is off duty, and is kept up."""
    roles = tuple(RoleInArea(role, cast.whole) for role in (Role.DISPATCHER, Role.SUPERVISOR))
    viewer = Viewer("dispatcher", roles)
    crew = sorted({one.unit for one in attended if one.unit is not None})
    for unit in crew:
        dispatch.go_on_duty(viewer, unit, now_s=max(begin_s, off_s.get(unit, begin_s)))
    for one in attended:
        _live_call(cast, viewer, one, rng)
    for unit in crew:
        last_s = max(one.cleared_s for one in attended if one.unit == unit)
        off_s[unit] = min(max(begin_s + _SHIFT_S, last_s), cast.now_s)
        dispatch.go_off_duty(viewer, unit, now_s=off_s[unit])


def _live_call(cast: Cast, viewer: Viewer, one: _Attended, rng: np.random.Generator) -> None:
    call = one.call
    new = incidents.NewCall(
        call.category,
        "phone",
        lon=call.lon,
        lat=call.lat,
        place=call.place,
        received_s=call.at_s,
    )
    key = incidents.enter_call(viewer, new, now_s=call.at_s + 20.0).id
    if one.unit is not None:
        (sent,) = dispatch.assign(viewer, key, [one.unit], now_s=one.sent_s)
        for action, at_s in one.acts:
            dispatch.act(viewer, sent.assignment, action, now_s=at_s)
    outcomes = next(some for begin, some in _OUTCOMES if call.category.startswith(begin))
    dispatch.act_on_call(
        viewer,
        key,
        IncidentAction.CLOSE,
        now_s=one.closed_s,
        disposition=outcomes[int(rng.integers(len(outcomes)))],
    )
    _follow_up(cast, key, one.closed_s)
    if one.unit is not None and rng.random() < 0.25:
        _ask(cast, key, one.closed_s + 60.0, rng)


def _follow_up(cast: Cast, key: IncidentId, at_s: float) -> None:
    """What the rules ask for, in the town that has staff in its offices.

    A server that is new follows what happens from then on; for these weeks it is done here.
    """
    for event in events_of_incident(key):
        if isinstance(event.payload, IncidentMoved) and area_contains(cast.town, event.area):
            follow_up_call(event, at_s)


def _ask(cast: Cast, key: IncidentId, at_s: float, rng: np.random.Generator) -> None:
    token = invite(cast.leader(), ServiceKind.CALL, key, now_s=at_s)
    if rng.random() < 0.6:
        chosen = {
            question.code: (Answer.YES if rng.random() < 0.8 else Answer.PARTLY).value
            for question in QUESTIONS[ServiceKind.CALL]
        }
        answer(token, chosen, now_s=min(at_s + 7_200.0, cast.now_s))
