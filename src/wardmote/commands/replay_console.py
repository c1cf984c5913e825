"""`wardmote replay --console`: the run on a server of its own, where the console shows it."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wardmote.commands.language import ProblemShown, say, text
from wardmote.commands.replay_run import PreparedReplay, play
from wardmote.commands.served_home import (
    Stage,
    ask_of_home,
    kept_or_temporary_home,
    new_passphrase,
    running_server,
)
from wardmote.commands.stopping import interrupted_when_asked
from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.plain import dump
from wardmote.core.domain.problem import Problem
from wardmote.core.simulation.replay.demand import demands
from wardmote.core.simulation.replay.typical_cards import typical_cards
from wardmote.gateways.simulated_people.locator import Locator
from wardmote.gateways.simulated_people.recorded import RecordedPeople, Script
from wardmote.gateways.simulated_people.run import wait_until_served
from wardmote.gateways.simulated_people.session import ServedClock, Session

DEFAULT_PORT = 8135
SUPERVISOR, DESK = "supervisor", "records"
DEFAULT_RATE, HIGHEST_RATE = 60.0, 120.0
BEFORE_FIRST_S = 60.0
"""The server's clock begins so long before the first call; what is due earlier is done at once."""

_START_LIMIT_S = 240.0
_PLAIN_ID = re.compile(r"[0-9A-Za-z_.:-]{1,40}")


def console_rate(speed: str) -> float:
    """How fast the server's clock runs for a ``--speed``.

    Raises:
        Problem: a senseless speed, or one that a console cannot follow.
    """
    if speed == "max":
        return DEFAULT_RATE
    try:
        rate = float(speed)
    except ValueError:
        rate = 0.0
    if not 0 < rate <= HIGHEST_RATE:
        raise Problem(
            zh=f"与 --console 同用时，--speed 应为 max 或 0 至 {HIGHEST_RATE:g} 之间的数；"
            f"现为 {speed}。",
            en=f"With --console, --speed must be max or a number above 0 and up to "
            f"{HIGHEST_RATE:g}; it is {speed}.",
        )
    return rate


def show_on_console(prepared: PreparedReplay, rate: float, port: int) -> dict[str, Any]:
    """Serve the city, let the run happen there, and take everything down again.

    Returns:
        The report of the run, with what the server did under ``console``.
    """
    with interrupted_when_asked(), kept_or_temporary_home(None, "wardmote-replay-") as home:
        zone = {"WARDMOTE_TIME_ZONE": str(prepared.zone)}
        stage = Stage(home, prepared.directory.path.resolve(), port, new_passphrase(), zone)
        names = server_ids(prepared)
        say("准备数据库 …", "Preparing the database …", error=True)
        token = _prepare(stage, prepared, names)
        with running_server(stage) as server, asyncio.Runner() as runner:
            served = wait_until_served(stage.origin, _START_LIMIT_S, lambda: server.poll() is None)
            if not runner.run(served):
                raise ProblemShown(text("服务器未能启动。", "The server did not start."))
            _introduce(stage)
            return _play(prepared, runner, stage, token, _script(prepared, names, rate))


def server_ids(prepared: PreparedReplay) -> dict[UnitId, str]:
    """The replay's unit -> its id on the server: its name where that can stand in an address."""
    return {unit.spec.unit_id: _server_id(unit.spec.unit_id) for unit in prepared.fleet}


def _server_id(name: str) -> str:
    if _PLAIN_ID.fullmatch(name):
        return name
    return f"unit-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _script(prepared: PreparedReplay, names: Mapping[UnitId, str], rate: float) -> Script:
    return Script(
        start_s=_start_s(prepared),
        rate=rate,
        calls=len(prepared.calls),
        server_ids=names,
        kinds={unit.spec.unit_id: unit.spec.kind for unit in prepared.fleet},
        addresses={call.number: call.address for call in prepared.calls},
    )


def _start_s(prepared: PreparedReplay) -> float:
    return min(call.received_s for call in prepared.calls) - BEFORE_FIRST_S


def _prepare(stage: Stage, prepared: PreparedReplay, names: Mapping[UnitId, str]) -> str:
    """Make the home in a process of its own, as the server will see it; returns the token."""
    specs = [unit.spec for unit in prepared.fleet]
    kinds = sorted({spec.kind for spec in specs})
    cards = typical_cards(prepared.calls, demands(prepared.calls), kinds)
    given = {
        "home": {
            "begin_s": _start_s(prepared) - 1.0,
            "accounts": [SUPERVISOR, DESK],
            "password": stage.password,
            "units": [dump(replace(spec, unit_id=UnitId(names[spec.unit_id]))) for spec in specs],
        },
        "standard": dump(prepared.setting.standard),
        "run_cards": dump(cards),
        "vehicle_model": prepared.calibration.model.to_dict(),
    }
    made = ask_of_home("wardmote.config.replay_home", stage.environment(), given)
    return str(made["token"])


def _play(
    prepared: PreparedReplay, runner: asyncio.Runner, stage: Stage, token: str, script: Script
) -> dict[str, Any]:
    desk, locator = Session(stage.origin, ServedClock()), Locator(stage.origin, token)
    try:
        runner.run(desk.log_in(DESK, stage.password))
        people = RecordedPeople(runner, desk, locator, script)
        run = prepared.new_run(people)
        people.watch(run.positions)
        report = play(prepared, run, people.wait_for)
        report["console"] = people.finish().as_json()
        return report
    finally:
        runner.run(desk.close())
        runner.run(locator.close())


def _introduce(stage: Stage) -> None:
    say(
        f"\n在网页大屏上观看： {stage.origin}/\n用户 {SUPERVISOR}，密码 {stage.password}\n"
        "Ctrl-C 结束，不留任何文件。\n",
        f"\nWatch on the console: {stage.origin}/\nUser {SUPERVISOR}, password {stage.password}\n"
        "Ctrl-C ends it and leaves nothing behind.\n",
    )


def console_lines(shown: dict[str, Any]) -> list[str]:
    """What the server did, in words."""
    first = shown["first_unit"]
    lines = [
        "",
        text(
            f"大屏：录入 {shown['calls_entered']} 个警情，派出 {shown['units_sent']} 次，"
            f"到场 {shown['arrivals']} 次；结束时未结 {shown['open_at_end']}",
            f"Console: {shown['calls_entered']} calls entered, {shown['units_sent']} units sent, "
            f"{shown['arrivals']} arrivals; {shown['open_at_end']} open at the end",
        ),
        text(
            f"  首派单位：比较 {first['compared']} 个警情，实时推荐与重放相同 {first['equal']}",
            f"  First unit: {first['compared']} calls compared, the live recommendation equals "
            f"the replay's in {first['equal']}",
        ),
    ]
    lines += [f"    {count:>6}  {why}" for why, count in first["different"].items()]
    refused = shown["refused"]
    total = sum(one["count"] for one in refused)
    lines.append(text(f"  服务器拒绝 {total} 次", f"  {total} refusals by the server"))
    lines += [f"    {one['count']:>6}  {one['request']}: {one['code']}" for one in refused]
    return lines
