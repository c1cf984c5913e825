"""An outcome for tests that need one and no twin."""

from __future__ import annotations

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.places import MultiPolygon, PlaceClass
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.standards import STANDARD_135
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.figures import (
    BIN_S,
    BINS,
    Area,
    AreaFigures,
    AreaKind,
    CostFigures,
    Difference,
    Figure,
    Interval,
    Outcome,
    PostFigures,
    ReachBand,
    ResponseFigures,
    Settlement,
    SettlementFigures,
    TierFigures,
    TrialFigures,
    WorkloadFigures,
    outcome_document,
)
from wardmote.core.studies.plan import Plan, read_plan
from wardmote.core.studies.scenario import Scenario, read_scenario

SQUARE: MultiPolygon = ((((111.0, 27.0), (111.1, 27.0), (111.1, 27.1), (111.0, 27.0)),),)
AREAS = tuple(
    Area(AreaId(code), AreaKind.VILLAGE, Bilingual("", name), 111.05, 27.05, SQUARE)
    for code, name in (
        ("430121100001", "Busy"),
        ("430121100201", "Quiet"),
        ("430121100202", "None"),
    )
)


def about(mean: float, half: float = 0.02) -> Interval:
    return Interval(mean, mean - half, mean + half)


def figures(plan: Plan, scenario: Scenario, in_time: float) -> TrialFigures:
    tiers = tuple(
        TierFigures(
            place_class, Bilingual(place_class, place_class), target_s, 40.0,
            about(in_time), about(200.0, 5), about(400.0, 9),
        )
        for place_class, target_s in zip(PlaceClass, (60.0, 180.0, 300.0), strict=True)
    )  # fmt: skip
    settlements = tuple(
        SettlementFigures(one, 60.0, about(in_time), about(200.0, 5), about(400.0, 9))
        for one in Settlement
    )
    share = (0.1,) * 10 + (0.0,) * (BINS - 10)
    response = ResponseFigures(
        about(200.0, 5), about(190.0, 5), about(290.0, 5), about(400.0, 9), about(450.0, 9),
        BIN_S, share,
    )  # fmt: skip
    posts = tuple(
        PostFigures(post.id, post.name, post.lon, post.lat, post.units, 3.0, about(0.2), 20.0)
        for post in plan.posts
    )
    return TrialFigures(
        plan.code, plan.name, scenario.code, scenario.name, 120.0, about(in_time), tiers,
        settlements, about(0.0), response, about(0.01, 0.005), about(0.0, 0.0),
        WorkloadFigures(about(0.2), about(0.4), about(0.1)), posts,
        CostFigures(
            len(plan.posts), plan.units, about(168.0, 0), about(50.0, 2), about(20.0, 2),
            about(4.0, 1),
        ),
        (
            AreaFigures(400, about(in_time), about(200.0, 5)),
            AreaFigures(3, Interval(1.0, 0.44, 1.0), about(100.0, 90)),
            AreaFigures(0, None, None),
        ),
        (ReachBand(60.0, SQUARE), ReachBand(180.0, SQUARE)),
    )  # fmt: skip


def outcome_of(request: JsonValue, in_time: float = 0.8) -> JsonValue:
    """What a trial might have said to `request`; each further plan is a little better."""
    plans = [read_plan(one) for one in request["plans"]]
    scenarios = [read_scenario(one) for one in request["scenarios"]]
    differences = tuple(
        Difference(
            plan.code, plans[0].code, scenario.code, figure, about(0.05), plan.code, 0.9, 0.03, 12
        )
        for scenario in scenarios
        for plan in plans[1:]
        for figure in (Figure.IN_TIME, Figure.MEAN_S)
    )
    return outcome_document(
        Outcome(
            request["seed"], request["runs"], request["runs"], float(request["days"]),
            STANDARD_135.code, STANDARD_135.version, "arrival", "residents", 120.0, True,
            tuple(
                figures(plan, scenario, in_time + 0.05 * row)
                for scenario in scenarios
                for row, plan in enumerate(plans)
            ),
            differences, (Bilingual("天气", "weather"),), AREAS,
        )
    )  # fmt: skip
