"""Dispatch beyond the nearest: a later unit goes where that keeps cover and the standard is met.

A unit that the nearest-by-road policy chose is exchanged for one that arrives a little later, if

- the later one can fill the same place of the run card,
- it still arrives within the target for this very call, as expected and with the probability that
  the standard asks of all calls,
- it was seen lately, and leaves no more key places uncovered than the one exchanged,
- it is later by no more than the rule allows, and
- the place then keeps at least so much more of its expected cover.

The most urgent calls are left to the nearest unit unless the rule says otherwise. Nothing is traded
where no target is known, or where the nearest itself would be late. Sending other than the nearest
to keep a place prepared: Andersson and Vaerbrand, doi:10.1057/palgrave.jors.2602174; that fewer
late arrivals are bought with a longer mean response: Jagtenberg, Bhulai, van der Mei,
doi:10.1007/s10729-016-9368-0, which is why this is off until somebody puts it in force.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.ids import PostId, UnitId
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.picture import KnownIncident, KnownUnit, OperationalPicture
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump, load
from wardmote.core.domain.reasons import because
from wardmote.core.policies.recommend import NearestByRoad, chance
from wardmote.core.policies.recommendation import Line, Recommendation
from wardmote.core.policies.relocation import value_of_one_more
from wardmote.core.policies.relocation_moves import CoverGround
from wardmote.core.policies.travel_view import RoadTime, TravelView
from wardmote.core.travel.graph import Float64

FORMAT = "wardmote-cover-keeping/1"


@dataclass(frozen=True, slots=True)
class CoverKeepingRule:
    """When a later unit may be sent to keep cover.

    Attributes:
        version: changes whenever anything below changes; at most 24 characters.
        enabled: false ends the trade.
        busy_share: q, share of time for which units are busy; 0 <= q < 1.
        most_later_s: a unit may arrive at most so much later (<=) than the one exchanged.
        least_kept_share: so much of all calls must stay covered (>=) because of it.
        priorities: calls for which it may be done.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """

    version: str
    format: str = FORMAT
    enabled: bool = True
    busy_share: float = 0.3
    most_later_s: float = 60.0
    least_kept_share: float = 0.005
    priorities: frozenset[Priority] = frozenset(
        {Priority.URGENT, Priority.ROUTINE, Priority.DEFERRED}
    )

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise InvalidDataError("format", "not_allowed", found=self.format, allowed=[FORMAT])
        if not 0 < len(self.version) <= 24:
            raise InvalidDataError("version", "out_of_range", found=len(self.version))
        for name, most in (("busy_share", 0.999), ("most_later_s", 600.0), ("least_kept_share", 1)):
            if not 0 <= getattr(self, name) <= most:
                raise InvalidDataError(name, "out_of_range", found=getattr(self, name))


def dump_cover_keeping_rule(rule: CoverKeepingRule) -> JsonValue:
    """A rule as JSON-ready data, ``wardmote-cover-keeping/1``."""
    return dump(rule)


def load_cover_keeping_rule(data: JsonValue) -> CoverKeepingRule:
    """The rule that `dump_cover_keeping_rule` wrote.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """
    return load(CoverKeepingRule, data)


SHIPPED_COVER_KEEPING = CoverKeepingRule(version="cover-keeping/1")
NO_COVER_KEEPING = CoverKeepingRule(version="cover-keeping/off", enabled=False)

GroundNow = Callable[[], CoverGround | None]
"""The ground of this hour; None while it is being worked out."""


@dataclass(frozen=True, slots=True)
class KeepingCover:
    """The shipped policy with the trade."""

    nearest: NearestByRoad
    rule: CoverKeepingRule
    ground_now: GroundNow

    @property
    def version(self) -> str:
        """Versions of the nearest-by-road policy and of the rule."""
        return f"{self.nearest.version}+{self.rule.version}"

    def recommend(
        self,
        picture: OperationalPicture,
        incident: KnownIncident,
        now_s: float,
        travel: TravelView,
        rng: np.random.Generator,
        *,
        alarm_level: int = 1,
    ) -> Recommendation:
        """The ranking for a call at a moment, units exchanged where that keeps cover."""
        made = self.nearest.recommend(
            picture, incident, now_s, travel, rng, alarm_level=alarm_level
        )
        made = replace(made, policy_version=self.version)
        ground = self.ground_now()
        allowed = self.rule.enabled and incident.priority in self.rule.priorities
        if not allowed or ground is None or not ground.total > 0:
            return made
        trade = _Trade(self, picture, incident, now_s, ground)
        for unit in made.units:
            made = trade.exchanged(made, unit)
        return made


class _Trade:
    """The exchanges of one recommendation; who goes no longer counts as standing by."""

    def __init__(
        self,
        policy: KeepingCover,
        picture: OperationalPicture,
        incident: KnownIncident,
        now_s: float,
        ground: CoverGround,
    ) -> None:
        self._policy = policy
        self._units = picture.units
        self._incident = incident
        self._now_s = now_s
        self._ground = ground
        heading = {one.unit: one.post for one in picture.move_ups.values()}
        row = {post: number for number, post in enumerate(ground.posts)}
        self._row: dict[UnitId, int] = {}
        for key, unit in picture.units.items():
            post: PostId | None = heading.get(key, unit.post)
            free = unit.on_duty and unit.available and unit.active is None
            if free and post is not None and post in row:
                self._row[key] = row[post]
        self._count = np.bincount(list(self._row.values()), minlength=len(row)).astype(np.int32)

    def exchanged(self, made: Recommendation, unit: UnitId) -> Recommendation:
        """The recommendation with this chosen unit exchanged, or as it was."""
        first = next(line for line in made.lines if line.unit == unit)
        goes = self._better(made, first)
        if goes is not None:
            made = replace(made, lines=self._with_exchange(made, first, goes))
        gone = self._row.get(unit if goes is None else goes.unit)
        if gone is not None:
            self._count[gone] -= 1
        return made

    def _better(self, made: Recommendation, first: Line) -> Line | None:
        if not self._meets(first):
            return None
        losses = self._losses()
        best: Line | None = None
        best_kept = 0.0
        for line in made.lines:
            if line.chosen or line.rank is None or not self._meets(line):
                continue
            able = first.fills is not None and first.fills in self._units[line.unit].capabilities
            kept = self._loss(losses, first.unit) - self._loss(losses, line.unit)
            later_s = _arrival_s(line) - _arrival_s(first)
            fits = able and 0 <= later_s <= self._policy.rule.most_later_s
            fits = fits and self._is_as_good(line, first)
            if fits and kept >= self._policy.rule.least_kept_share and kept > best_kept:
                best, best_kept = line, kept
        return best

    def _is_as_good(self, line: Line, first: Line) -> bool:
        """Whether it is surely where it was seen, and leaves no more key places uncovered."""
        fresh_s = self._policy.nearest.weights.stale_after_s
        if line.age_s is None or line.age_s > fresh_s:
            return False
        left = 0.0 if line.uncovers is None else line.uncovers.weight
        return left <= (0.0 if first.uncovers is None else first.uncovers.weight)

    def _meets(self, line: Line) -> bool:
        """Whether the unit meets the standard for this call, expected and probable enough."""
        objective = self._policy.nearest.standard.arrival
        unit: KnownUnit | None = self._units.get(line.unit)
        if objective is None or unit is None or line.travel_s is None or line.turnout_s is None:
            return False
        likely = chance(objective, self._incident, unit.kind, self._now_s)
        if likely is None or line.probability is None:
            return False
        certain = RoadTime(line.travel_s, line.turnout_s, 0.0)
        return likely.of(certain) == 1.0 and line.probability >= objective.percentile / 100.0

    def _losses(self) -> Float64:
        """Share of all calls that lose expected cover when a unit of each post goes, [P]."""
        sets = self._ground.sets
        covering = sets.member @ self._count
        value = value_of_one_more(self._policy.rule.busy_share, int(self._count.sum()) + 1)
        lost = (sets.weight * value[np.maximum(covering - 1, 0)]) @ sets.member
        return np.asarray(lost / self._ground.total, dtype=np.float64)

    def _loss(self, losses: Float64, unit: UnitId) -> float:
        row = self._row.get(unit)
        return 0.0 if row is None else float(losses[row])

    def _with_exchange(self, made: Recommendation, first: Line, goes: Line) -> tuple[Line, ...]:
        losses = self._losses()
        kept = round(self._loss(losses, first.unit) - self._loss(losses, goes.unit), 4)
        later_s = round(_arrival_s(goes) - _arrival_s(first), 1)
        arrival_s = round(_arrival_s(goes), 1)
        chosen = because("chosen_for", capability=first.fills, arrival_s=arrival_s)
        traded = because("later_but_keeps_cover", later_s=later_s, kept_share=kept)
        held = because("kept_for_cover", sooner_s=later_s, kept_share=kept)
        changed = {
            first.unit: replace(
                first, chosen=False, fills=None, reasons=(held, *first.reasons[1:])
            ),
            goes.unit: replace(
                goes, chosen=True, fills=first.fills, reasons=(chosen, traded, *goes.reasons[1:])
            ),
        }
        return tuple(changed.get(line.unit, line) for line in made.lines)


def _arrival_s(line: Line) -> float:
    return (line.travel_s or 0.0) + (line.turnout_s or 0.0)
