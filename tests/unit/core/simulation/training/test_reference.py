"""The adviser's own run: the same chance, trouble as it struck."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from tests.unit.core.simulation.training.drill_town import BOOK, ZONE, ground, roads, scenario

from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.incident import FieldTime
from wardmote.core.domain.run_cards import POLICE_RUN_CARDS
from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES
from wardmote.core.domain.standards import STANDARD_135
from wardmote.core.measures.intervals import MeasuredCall
from wardmote.core.policies.shipped_rules import SHIPPED_RULES
from wardmote.core.simulation.training.drawing import begin_of, draw_script
from wardmote.core.simulation.training.reference import (
    TAKEN_DOWN_S,
    AdvisedCall,
    PlaceRules,
    advised_run,
    dump_measured,
    load_measured,
    true_places,
)
from wardmote.core.simulation.training.scenario import TroubleKind
from wardmote.core.simulation.training.script import ScriptedTrouble
from wardmote.core.simulation.training.timing import TRAINING_MANNERS, job_times
from wardmote.core.travel.vehicle_model import VehicleModel

TRAVEL = roads()
ONE = scenario(stream={"factor": 0.0}, trouble=[])
SCRIPT = draw_script(
    ONE, ground(TRAVEL), SHIPPED_CATEGORIES, begin_of(ONE.starts, ZONE, 1_790_000_000.0)
)
RULES = PlaceRules(
    STANDARD_135, SHIPPED_CATEGORIES, SHIPPED_RULES, POLICE_RUN_CARDS,
    VehicleModel.plain(turnout_s=20.0),
)  # fmt: skip


def run(*trouble: ScriptedTrouble) -> tuple[tuple[AdvisedCall, ...], tuple[MeasuredCall, ...]]:
    def hour(at_s: float) -> int:
        return datetime.datetime.fromtimestamp(at_s, tz=ZONE).hour

    return advised_run(SCRIPT, SCRIPT.calls, trouble, BOOK, TRAVEL, RULES, hour)


def strikes(kind: TroubleKind, unit: str, after_s: float, **more: object) -> ScriptedTrouble:
    one = ScriptedTrouble(1, kind, SCRIPT.begin_s + after_s, UnitId(unit))
    return replace(one, **more)  # type: ignore[arg-type]  # named by the test


def test_every_call_that_needs_a_unit_gets_the_nearest_at_the_calls_own_pace() -> None:
    (crash, fight), measured = run()
    assert run() == run()
    first = SCRIPT.calls[0]
    assert crash.assigned_s == pytest.approx(first.rings_s + TAKEN_DOWN_S)
    assert crash.arrived_s is not None
    times = job_times(SCRIPT.seed, 1)
    drive_s = crash.arrived_s - crash.assigned_s - times.acknowledge_s - times.set_out_s
    home = next(one.post for one in BOOK.units if one.unit_id == crash.unit)
    post = next(one for one in BOOK.posts if one.post_id == home)
    free_ms = TRAVEL.drive_time(
        TRAVEL.snap([post.lon], [post.lat]), TRAVEL.snap([first.lon], [first.lat])
    )
    assert drive_s == pytest.approx(free_ms / 1000 * TRAINING_MANNERS.haste, abs=0.01)
    assert fight.arrived_s is not None
    assert [load_measured(dump_measured(one)) for one in measured] == list(measured)
    assert all(FieldTime.ARRIVED in one.stamps for one in measured)


@pytest.mark.parametrize("kind", [TroubleKind.CREW_SILENT, TroubleKind.UNIT_BREAKS_DOWN])
def test_a_unit_that_is_lost_is_not_used_from_then_on(kind: TroubleKind) -> None:
    (crash, _), _ = run()
    (instead, _), _ = run(strikes(kind, crash.unit, 5.0))
    assert instead.unit != crash.unit
    (later, _), _ = run(strikes(kind, crash.unit, 1_700.0))
    assert later == crash


def test_a_closed_road_makes_the_way_longer() -> None:
    (crash, _), _ = run()
    around = {(18, 19), (14, 19), (5, 6), (5, 10)}
    closed = tuple(edge for edge in range(TRAVEL.graph.edges) if _ends(edge) in around)
    (slower, _), _ = run(strikes(TroubleKind.ROAD_CLOSES, "", 1.0, edges=closed))
    assert slower.arrived_s is not None
    assert crash.arrived_s is not None
    assert slower.arrived_s > crash.arrived_s


def _ends(edge: int) -> tuple[int, int]:
    return int(TRAVEL.graph.edge_tail[edge]), int(TRAVEL.graph.edge_head[edge])


def test_a_caller_ends_up_where_the_last_call_says() -> None:
    first, second = SCRIPT.calls[:2]
    moved = replace(second, about=first.number, moved=True, rings_s=first.rings_s + 5)
    again = replace(second, number=3, about=first.number, rings_s=first.rings_s + 9)
    assert true_places([first, again, moved]) == {first.number: (second.lon, second.lat)}
