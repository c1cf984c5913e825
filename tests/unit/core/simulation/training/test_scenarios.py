"""Scenarios: what is shipped is whole, what does not fit is refused and named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.unit.core.simulation.training.drill_town import SAYS, scenario

from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES
from wardmote.core.simulation.training.scenario import LONGEST_S, dump_scenario, load_scenario
from wardmote.gateways.training.scenario_files import (
    ScenarioProblem,
    find_scenario,
    read_scenario,
    shipped_scenarios,
)


def test_the_shipped_scenarios_are_in_both_languages_and_of_known_categories() -> None:
    shipped = {one.code: one for one in shipped_scenarios()}
    assert set(shipped) >= {"quiet-evening", "rain-bridge", "festival-child", "half-the-cars"}
    for one in shipped.values():
        texts = [one.name, one.story, *(call.says for call in one.calls)]
        assert all(text.zh and text.en for text in texts), one.code
        assert all(SHIPPED_CATEGORIES.get(call.category).selectable for call in one.calls)
        assert find_scenario(one.code) == one
        assert load_scenario(dump_scenario(one)) == one


def call(**changes: Any) -> dict[str, Any]:
    return {"call": "a", "at_s": 1, "category": "x", "says": SAYS, **changes}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"format": "wardmote-training-scenario/2"}, "format"),
        ({"duration_s": LONGEST_S + 1}, "duration_s"),
        ({"away": 1.0}, "away"),
        ({"starts": {"weekday": 7, "hour": 0}}, "starts.weekday"),
        ({"stream": {"factor": -1}}, "stream.factor"),
        ({"calls": [call(), call()], "trouble": []}, "calls[1].call"),
        ({"calls": [call(near="b")], "trouble": []}, "calls[0].near"),
        ({"calls": [call(at_s=1801)], "trouble": []}, "calls[0].at_s"),
        ({"calls": [call(says={"zh": "", "en": ""})], "trouble": []}, "calls[0].says"),
        ({"calls": [call(where="moon")], "trouble": []}, "calls[0].where"),
        ({"trouble": [{"kind": "duplicate_call", "at_s": 9}]}, "trouble[0].call"),
        (
            {"trouble": [{"kind": "caller_moves", "at_s": 60, "call": "crash"}]},
            "trouble[0].at_s",
        ),
        ({"trouble": [{"kind": "crew_silent", "at_s": 9, "call": "zz"}]}, "trouble[0].call"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_does_not_fit_is_named(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidDataError) as refused:
        scenario(**changes)
    assert refused.value.path == path


def test_limits_are_inclusive() -> None:
    assert scenario(duration_s=LONGEST_S).duration_s == LONGEST_S
    assert scenario(calls=[call(at_s=1800)], trouble=[]).calls[0].at_s == 1800


def test_a_file_that_is_no_scenario_says_so_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text("{", "utf-8")
    with pytest.raises(ScenarioProblem) as broken:
        read_scenario(path)
    assert "JSON" in broken.value.message.zh
    path.write_text('{"format": "wardmote-training-scenario/1"}', "utf-8")
    with pytest.raises(ScenarioProblem, match="code does not fit: missing"):
        read_scenario(path)
    with pytest.raises(ScenarioProblem, match="no scenario and no file"):
        find_scenario("../no-such-scenario")
