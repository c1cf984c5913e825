"""The validation as plain numbers and lists, ready for JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.validation.comparison import (
    KS_GOAL,
    LIMITS_S,
    MEAN_GOAL,
    SHARE_GOAL,
    Comparison,
    Figures,
    GroupError,
)
from wardmote.core.simulation.validation.doubts import doubts
from wardmote.core.simulation.validation.experiment import FittedRoom
from wardmote.core.simulation.validation.fleet_ahead import ModelDay, model_days
from wardmote.core.simulation.validation.window import Window

FORMAT = 1
BAND_HOURS = 6
"""Hours of the day are taken together by so many where areas are looked at by time of day."""

Bands = Mapping[int, tuple[GroupError, ...]]
"""Errors by area of the calls of each band, by the hour at which it begins."""


class Engine(StrEnum):
    """Which simulation foretold."""

    REPLAY = "replay"
    """The event engine of the replay, with the live policies over the operational picture."""
    TRIAL = "trial"
    """The array engine on which plans are tried."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """What an engine foretold beside what happened.

    Attributes:
        inside: of the days fitted on, for comparison; None if it was not asked for.
        ahead: of the days foretold: the validation.
        waited: share of the simulated calls ahead that found nobody free at once.
    """

    engine: Engine
    inside: Comparison | None
    ahead: Comparison
    hours: tuple[GroupError, ...]
    areas: tuple[GroupError, ...]
    bands: Bands
    waited: float


def validation_report(
    about: dict[str, Any],
    room: FittedRoom,
    window: Window,
    found: Foretold,
    fitted: dict[str, Any],
    times: int,
    not_modelled: Sequence[Bilingual],
) -> dict[str, Any]:
    """Everything found; unknown numbers are null. Described in ``docs/reference/validation.md``.

    Args:
        window: the days foretold.
        fitted: what the engine fitted, beside what both do.
        times: recorded times that it fitted on.
    """
    days = [
        day
        for day in model_days(room.window, window, room.weekday)
        if window.from_s <= day.start_s < window.to_s
    ]
    return {
        "format": FORMAT,
        **about,
        "engine": found.engine.value,
        "goals": {
            "mean_within": MEAN_GOAL,
            "shares_within": SHARE_GOAL,
            "distribution_at_most": KS_GOAL,
        },
        "reached": found.ahead.reached,
        "foretold_days": _comparison(found.ahead),
        "fitted_days": None if found.inside is None else _comparison(found.inside),
        "by_hour": [_group(one) for one in found.hours],
        "by_area": [_group(one) for one in found.areas],
        "by_hour_and_area": [
            {"from_hour": hour, "to_hour": hour + BAND_HOURS, **_group(one)}
            for hour, rows in sorted(found.bands.items())
            for one in rows
        ],
        "waited": found.waited,
        "fit": {**_fit(room, days), **fitted},
        "doubts": [
            {"zh": one.zh, "en": one.en} for one in doubts(times, days, found.ahead, found.waited)
        ],
        "not_modelled": [{"zh": one.zh, "en": one.en} for one in not_modelled],
    }


def error_map(areas: tuple[GroupError, ...], bands: Bands) -> dict[str, Any]:
    """The errors by area as GeoJSON points (RFC 7946) at the middle of each area's calls.

    Errors by time of day are properties of the same points: ``error_s_00_06`` and so on.
    """
    by_time: dict[str, dict[str, float | int | None]] = {}
    for hour, found in sorted(bands.items()):
        span = f"{hour:02d}_{hour + BAND_HOURS:02d}"
        for one in found:
            at = by_time.setdefault(one.name, {})
            at[f"arrivals_{span}"] = one.arrivals
            at[f"error_s_{span}"] = _known(one.error_s)
            at[f"noise_s_{span}"] = _known(one.noise_s)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [one.lon, one.lat]},
                "properties": {
                    **{k: v for k, v in _group(one).items() if k not in ("lon", "lat")},
                    **by_time.get(one.name, {}),
                },
            }
            for one in areas
            if math.isfinite(one.lon)
        ],
    }


def _comparison(found: Comparison) -> dict[str, Any]:
    return {
        "recorded": _figures(found.recorded),
        "simulated": _figures(found.foretold),
        "mean_error": _known(found.mean_error),
        "share_errors": dict(zip(_LIMITS, map(_known, found.share_errors), strict=True)),
        "ks": found.ks,
        "ks_by_chance": found.ks_by_chance,
        "run_means_s": list(found.run_means_s),
        "run_spread_s": _known(found.run_spread_s),
        "reached": found.reached,
    }


_LIMITS = tuple(f"{limit_s:g}_s" for limit_s in LIMITS_S)


def _figures(one: Figures) -> dict[str, Any]:
    return {
        "arrivals": one.arrivals,
        "without_arrival": one.without,
        "mean_s": _known(one.mean_s),
        "p50_s": _known(one.p50_s),
        "p90_s": _known(one.p90_s),
        "within": dict(zip(_LIMITS, one.shares, strict=True)),
    }


def _group(one: GroupError) -> dict[str, Any]:
    return {
        "name": one.name,
        "arrivals": one.arrivals,
        "recorded_s": _known(one.recorded_s),
        "simulated_s": _known(one.foretold_s),
        "error_s": _known(one.error_s),
        "noise_s": _known(one.noise_s),
        "share_errors": dict(zip(_LIMITS, map(_known, one.share_errors), strict=True)),
        "lon": _known(one.lon),
        "lat": _known(one.lat),
    }


def _fit(room: FittedRoom, days: Sequence[ModelDay]) -> dict[str, Any]:
    model = room.model
    return {
        "calls": len(room.past),
        "donors": len(room.library.every),
        "vehicle_model": None if model is None else model.to_dict(),
        "duty": {
            "days_copied": len({day.model_s for day in days}),
            "like_the_same_weekday": sum(day.same_weekday for day in days),
            "like_a_day_of_the_same_sort": sum(
                day.same_sort and not day.same_weekday for day in days
            ),
            "like_another_day": sum(not day.same_sort for day in days),
        },
    }


def replay_fit(room: FittedRoom) -> dict[str, Any]:
    """What the replay corrects times by."""
    return {
        "times": room.times_known,
        "times_alike": room.times.alike,
        "times_corrected": [
            {
                "kind": kind,
                "priority": priority,
                "part": part,
                "simulated_p50_s": float(stretch.simulated_s[50]),
                "recorded_p50_s": float(stretch.recorded_s[50]),
            }
            for (kind, priority, part), stretch in sorted(room.times.stretches.items())
        ],
    }


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
