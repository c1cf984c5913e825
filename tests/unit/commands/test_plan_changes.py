"""What changed since the last plan, as it is printed."""

from __future__ import annotations

import datetime

import pytest
from tests.unit.core.studies.small_place import at, ground
from tests.unit.core.studies.test_changed_demand import DAY_S, FIRST_S, call

from wardmote.commands.plan_changes import change_lines
from wardmote.core.domain.problem import Problem
from wardmote.core.planning.demand.origins import CallOrigin
from wardmote.core.studies.ground import Records

DAY = datetime.datetime.fromtimestamp(FIRST_S + 40 * DAY_S, datetime.UTC).date()


def records() -> Records:
    west, east = at(1, 1), at(8, 1)
    calls = [call(n, n * 0.4, west) for n in range(100)]
    calls += [call(200 + n, 40 + n * 0.2, west) for n in range(200)]
    calls += [call(500 + n, n * 8.0, east) for n in range(10)]
    return Records(calls, lambda one: CallOrigin.PUBLIC, datetime.UTC)


def test_changes_are_told_by_place_and_whether_they_are_sure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARDMOTE_LANGUAGE", "en")
    change_lines(ground(), records(), DAY, None)
    head, first, second = capsys.readouterr().out.splitlines()
    assert f"before {DAY} and since" in head
    assert first.endswith("sure)")
    assert second.endswith("may be chance)")
    area = next(one.code for one in ground().book.divisions if one.name.en in second)
    change_lines(ground(), records(), DAY, area)
    assert capsys.readouterr().out.splitlines()[1:] == [second]


def test_a_day_with_too_few_around_it_is_refused() -> None:
    with pytest.raises(Problem, match="at least 14 days"):
        change_lines(ground(), records(), DAY - datetime.timedelta(days=38), None)
