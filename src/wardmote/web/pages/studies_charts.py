"""What the charts and the map of a comparison draw, as JSON-ready values."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, overload

from wardmote.core.studies.figures import Interval, TrialFigures
from wardmote.core.studies.plan import Plan
from wardmote.web.pages.studies_tables import Seen
from wardmote.web.pages.studies_words import SETTLEMENTS

_Json = dict[str, Any]


def chart_data(one: Seen, plans: Sequence[Plan]) -> _Json:
    """Everything that the page of a run draws for one scenario."""
    first = one.figures[0]
    return {
        "plans": [
            {
                "code": plan.code,
                "name": plan.name.in_language(one.language),
                "posts": [
                    {"id": post.id, "name": {"zh": post.name.zh, "en": post.name.en},
                     "lon": post.lon, "lat": post.lat, "units": post.units}
                    for post in plan.posts
                ],
            }
            for plan in plans
        ],
        "names": list(one.names()),
        "tiers": [
            {
                "name": tier.name.in_language(one.language),
                "values": [_interval(each.tiers[row].in_time) for each in one.figures],
            }
            for row, tier in enumerate(first.tiers)
            if tier.calls > 0
        ],
        "settlements": [
            {
                "name": str(SETTLEMENTS[settlement.settlement]),
                "values": [_interval(each.settlements[row].in_time) for each in one.figures],
            }
            for row, settlement in enumerate(first.settlements)
        ],
        "response": {
            "bin_s": first.response.bin_s,
            "shares": [_within(each) for each in one.figures],
            "bands": [_bands(each) for each in one.figures],
        },
        "workload": [
            sorted(
                (_interval(post.busy_share) for post in each.posts if post.busy_share is not None),
                key=lambda found: -found["mean"],
            )
            for each in one.figures
        ],
        "cost": [
            {"km_a_day": _interval(each.cost.km_a_day),
             "moves_a_day": _interval(each.cost.moves_a_day),
             "posts": each.cost.posts, "units": each.cost.units}
            for each in one.figures
        ],
    }  # fmt: skip


def drawn_bars(one: Seen) -> list[_Json]:
    """In-time shares for the PDF: a group for each tier, a bar for each plan."""
    return [
        {
            "name": tier.name.in_language(one.language),
            "bars": [
                {"name": name, **(_interval(each.tiers[row].in_time) or {"mean": None})}
                for each, name in zip(one.figures, one.names(), strict=True)
            ],
        }
        for row, tier in enumerate(one.figures[0].tiers)
        if tier.calls > 0
    ]


@overload
def _interval(value: Interval) -> _Json: ...


@overload
def _interval(value: None) -> None: ...


def _interval(value: Interval | None) -> _Json | None:
    if value is None:
        return None
    return {
        "mean": round(value.mean, 4), "low": round(value.low, 4), "high": round(value.high, 4)
    }  # fmt: skip


def _within(figures: TrialFigures) -> list[float]:
    """Share of all calls reached by the end of each bin; the open last bin is left out."""
    answered = 1.0 - figures.unanswered_share.mean
    return [round(answered * total, 4) for total in accumulate(figures.response.share[:-1])]


def _bands(figures: TrialFigures) -> list[list[float]]:
    """Low and high of the same; empty for outcomes that were kept without."""
    return [[round(one.low, 4), round(one.high, 4)] for one in figures.response.within]
