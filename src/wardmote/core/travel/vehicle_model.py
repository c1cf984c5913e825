"""From free-flow driving time to what emergency vehicles really take, with its error.

    response = turnout + (access + a * freeflow ** b) * class effect * hour effect * error

The power law follows the observation that long runs are proportionally faster than short ones
(Kolesar, doi:10.1287/opre.23.4.603; Budge, Ingolfsson and Zerom, doi:10.1287/mnsc.1090.1142).
`access` is what every run takes however short: leaving the yard, finding the door, pressing the
button. Turnout and travel are fitted separately; their errors are kept as quantiles, not forced
into a named distribution, because the records of control rooms have heavy right tails.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wardmote.core.travel.graph import Bool, Float64, Int64
from wardmote.core.travel.robust_fit import Effects, fit_effects, fit_travel

HOURS = 24
LEVELS: Float64 = np.linspace(0.0, 1.0, 65)
"""Levels at which error quantiles are kept."""

LONGEST_S = 7_200.0
"""Recorded durations above this are a forgotten button, not a drive."""

FEWEST_RECORDS = 30
FORMAT = 1


@dataclass(frozen=True, slots=True, eq=False)
class ResponseRecords:
    """What really happened, one row per unit sent.

    - `freeflow_s` float64 [n]: driving time by the road graph; NaN or inf where unknown.
    - `travel_s` float64 [n]: from setting out to arrival; NaN unknown.
    - `turnout_s` float64 [n]: from being alerted to setting out; NaN unknown.
    - `kind` int64 [n]: row in the model's class names; -1 unknown.
    - `hour` int64 [n]: hour of the day 0 .. 23, local time, of the alert; -1 unknown.
    """

    freeflow_s: Float64
    travel_s: Float64
    turnout_s: Float64
    kind: Int64
    hour: Int64

    def __post_init__(self) -> None:
        rows = len(self.freeflow_s)
        for name in ("travel_s", "turnout_s", "kind", "hour"):
            if getattr(self, name).shape != (rows,):
                msg = f"{name} has shape {getattr(self, name).shape}, must be ({rows},)"
                raise ValueError(msg)
        if rows and (self.hour.min() < -1 or self.hour.max() >= HOURS):
            msg = "hours must be in -1 .. 23"
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.freeflow_s)

    def rows(self, chosen: ArrayLike) -> "ResponseRecords":
        """Only the chosen rows (row numbers or a mask)."""
        pick = np.asarray(chosen)
        return ResponseRecords(
            self.freeflow_s[pick],
            self.travel_s[pick],
            self.turnout_s[pick],
            self.kind[pick],
            self.hour[pick],
        )

    def usable(self) -> Bool:
        """[n] rows with a known free-flow time and a travel time in 0 < t <= `LONGEST_S`."""
        with np.errstate(invalid="ignore"):
            good: Bool = (
                np.isfinite(self.freeflow_s)
                & (self.freeflow_s >= 0)
                & (self.freeflow_s <= LONGEST_S)
                & (self.travel_s > 0)
                & (self.travel_s <= LONGEST_S)
            )
        return good


@dataclass(frozen=True, slots=True, eq=False)
class VehicleModel:
    """Fitted parameters. Make one with `fit`, `plain` or `from_dict`.

    - `kinds`: names of the classes; effects are factors (1.0 for an unknown class or hour).
    - `travel_error`, `turnout_error` float64 [65]: recorded over predicted, at `LEVELS`.
    - `records_used`, `records_dropped`: what the fit stood on.
    """

    kinds: tuple[str, ...]
    access_s: float
    a: float
    b: float
    travel_effects: Effects
    travel_error: Float64
    turnout_s: float
    turnout_effects: Effects
    turnout_error: Float64
    records_used: int = field(default=0)
    records_dropped: int = field(default=0)

    @classmethod
    def plain(cls, *, turnout_s: float = 0.0, factor: float = 1.0) -> "VehicleModel":
        """A model by decree, where there are no records: travel = factor * free flow, no error."""
        nobody = Effects(np.ones(0), np.ones(HOURS))
        exact = np.ones(len(LEVELS))
        return cls((), 0.0, factor, 1.0, nobody, exact, turnout_s, nobody, exact)

    @classmethod
    def fit(cls, records: ResponseRecords, kinds: tuple[str, ...] = ()) -> "VehicleModel":
        """Fit to records; wild rows count little, unusable rows not at all.

        Raises `ValueError` when fewer than 30 rows are usable or a class is not in `kinds`.
        """
        if len(records) and (records.kind.min() < -1 or records.kind.max() >= len(kinds)):
            msg = f"record classes must be in -1 .. {len(kinds) - 1}"
            raise ValueError(msg)
        good = records.rows(records.usable())
        if len(good) < FEWEST_RECORDS:
            msg = f"{len(good)} usable records; a fit needs at least {FEWEST_RECORDS}"
            raise ValueError(msg)
        travel = fit_travel(good.freeflow_s, good.travel_s, good.kind, good.hour, len(kinds), HOURS)
        with np.errstate(invalid="ignore"):
            known = (records.turnout_s >= 0) & (records.turnout_s <= LONGEST_S)
        turned = records.rows(known)
        # A turnout of 0 s (already on the road) is as good as 1 s, and has a logarithm.
        seconds = np.maximum(turned.turnout_s, 1.0)
        centre, effects = fit_effects(np.log(seconds), turned.kind, turned.hour, len(kinds), HOURS)
        turnout_s = float(np.exp(centre))
        expected = turnout_s * effects.of(turned.kind, turned.hour)
        return cls(
            kinds=kinds,
            access_s=travel.access_s,
            a=travel.a,
            b=travel.b,
            travel_effects=travel.effects,
            travel_error=_error_quantiles(
                good.travel_s / travel.predict(good.freeflow_s, good.kind, good.hour)
            ),
            turnout_s=turnout_s if len(turned) else 0.0,
            turnout_effects=effects,
            turnout_error=_error_quantiles(seconds / expected),
            records_used=len(good),
            records_dropped=len(records) - len(good),
        )

    def travel_s(
        self, freeflow_s: ArrayLike, kind: ArrayLike = -1, hour: ArrayLike = -1
    ) -> Float64:
        """Typical (median-like) driving time in seconds; inf where free flow is inf."""
        flow = np.asarray(freeflow_s, dtype=np.float64)
        effect = self.travel_effects.of(kind, hour)
        return np.asarray((self.access_s + self.a * flow**self.b) * effect, dtype=np.float64)

    def typical_turnout_s(self, kind: ArrayLike = -1, hour: ArrayLike = -1) -> Float64:
        """Typical time from alert to setting out, seconds."""
        return np.asarray(self.turnout_s * self.turnout_effects.of(kind, hour), dtype=np.float64)

    def probability_within(
        self,
        freeflow_s: ArrayLike,
        target_s: ArrayLike,
        *,
        kind: ArrayLike = -1,
        hour: ArrayLike = -1,
        with_turnout: ArrayLike = True,
    ) -> Float64:
        """Probability that turnout plus travel is <= `target_s`, by the errors of the records.

        `with_turnout`: False for a unit already on the road. All arguments broadcast together.
        0.0 where free flow is inf or NaN (not reachable, or not known: never optimistic).
        """
        flow, target, kinds, hours, turning = np.broadcast_arrays(
            np.asarray(freeflow_s, dtype=np.float64), target_s, kind, hour, with_turnout
        )
        typical = self.travel_s(flow, kinds, hours)
        turnout = self.typical_turnout_s(kinds, hours) * turning
        # Turnout in 64 equally likely steps; travel by its whole error curve for each of them.
        steps = (self.turnout_error[1:] + self.turnout_error[:-1]) / 2
        left_s = target[..., None] - turnout[..., None] * steps
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = left_s / typical[..., None]
        ratio = np.where((left_s >= 0) & np.isnan(ratio), np.inf, ratio)  # 0 s left for a 0 s drive
        share = _share_at_most(self.travel_error, ratio).mean(axis=-1)
        return np.asarray(np.where(np.isfinite(flow), share, 0.0), dtype=np.float64)

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and lists, ready for JSON."""
        return {
            "format": FORMAT,
            "kinds": list(self.kinds),
            "access_s": self.access_s,
            "a": self.a,
            "b": self.b,
            "travel_kind": self.travel_effects.kind.tolist(),
            "travel_hour": self.travel_effects.hour.tolist(),
            "travel_error": self.travel_error.tolist(),
            "turnout_s": self.turnout_s,
            "turnout_kind": self.turnout_effects.kind.tolist(),
            "turnout_hour": self.turnout_effects.hour.tolist(),
            "turnout_error": self.turnout_error.tolist(),
            "records_used": self.records_used,
            "records_dropped": self.records_dropped,
        }

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> "VehicleModel":
        """The model that `to_dict` gave out. Raises `ValueError` for another format."""
        if saved.get("format") != FORMAT:
            msg = f"vehicle model has format {saved.get('format')}, this version reads {FORMAT}"
            raise ValueError(msg)

        def row(name: str, length: int) -> Float64:
            values = np.array(saved[name], dtype=np.float64)
            if values.shape != (length,) or not np.isfinite(values).all():
                msg = f"vehicle model: {name} must be {length} finite numbers"
                raise ValueError(msg)
            return values

        kinds = tuple(str(name) for name in saved["kinds"])
        return cls(
            kinds=kinds,
            access_s=float(saved["access_s"]),
            a=float(saved["a"]),
            b=float(saved["b"]),
            travel_effects=Effects(row("travel_kind", len(kinds)), row("travel_hour", HOURS)),
            travel_error=row("travel_error", len(LEVELS)),
            turnout_s=float(saved["turnout_s"]),
            turnout_effects=Effects(row("turnout_kind", len(kinds)), row("turnout_hour", HOURS)),
            turnout_error=row("turnout_error", len(LEVELS)),
            records_used=int(saved["records_used"]),
            records_dropped=int(saved["records_dropped"]),
        )


@dataclass(frozen=True, slots=True)
class ModelError:
    """How far predictions of travel time are from records the model has not seen.

    Seconds, recorded minus predicted: `bias_s` (mean), `median_s`, `mae_s` (mean absolute),
    `median_absolute_s`. `within_p10`, `within_p50`, `within_p90`: share of records at or below the
    predicted 10th, 50th and 90th percentile; right when 0.1, 0.5 and 0.9. `records`: rows compared.
    """

    records: int
    bias_s: float
    median_s: float
    mae_s: float
    median_absolute_s: float
    within_p10: float
    within_p50: float
    within_p90: float


def model_error(model: VehicleModel, records: ResponseRecords) -> ModelError:
    """Compare travel times with usable records. Raises `ValueError` when there are none."""
    good = records.rows(records.usable())
    if len(good) == 0:
        msg = "no usable records to compare with"
        raise ValueError(msg)
    typical = model.travel_s(good.freeflow_s, good.kind, good.hour)
    wrong = good.travel_s - typical
    shares = [
        float((good.travel_s <= typical * np.interp(level, LEVELS, model.travel_error)).mean())
        for level in (0.1, 0.5, 0.9)
    ]
    return ModelError(
        records=len(good),
        bias_s=float(wrong.mean()),
        median_s=float(np.median(wrong)),
        mae_s=float(np.abs(wrong).mean()),
        median_absolute_s=float(np.median(np.abs(wrong))),
        within_p10=shares[0],
        within_p50=shares[1],
        within_p90=shares[2],
    )


def _error_quantiles(ratio: Float64) -> Float64:
    return np.quantile(ratio, LEVELS) if len(ratio) else np.ones(len(LEVELS))


def _share_at_most(error: Float64, ratio: Float64) -> NDArray[np.float64]:
    """Share of the error curve at or below a ratio; the last of equal quantiles counts."""
    after = np.searchsorted(error, ratio, side="right")
    low, high = np.clip(after - 1, 0, None), np.clip(after, None, len(error) - 1)
    span = error[high] - error[low]
    with np.errstate(invalid="ignore"):
        part = np.where(span > 0, (ratio - error[low]) / np.where(span > 0, span, 1.0), 0.0)
    between = LEVELS[low] + np.clip(part, 0.0, 1.0) * (LEVELS[high] - LEVELS[low])
    return np.where(after == 0, 0.0, np.where(after >= len(error), 1.0, between))
