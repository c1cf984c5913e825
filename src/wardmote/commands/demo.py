"""``wardmote demo``: a generated place on the dispatch console, with people who act over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import webbrowser
import zoneinfo
from pathlib import Path

import click

from wardmote.commands.city_generate import generate
from wardmote.commands.language import ProblemShown, say, terminal_language, text
from wardmote.commands.served_home import (
    Stage,
    ask_of_home,
    kept_or_temporary_home,
    new_passphrase,
    running_server,
)
from wardmote.commands.stopping import cancel_when_asked
from wardmote.core.domain.permissions import Role
from wardmote.core.simulation.generated_places.scales import Scale
from wardmote.core.simulation.people.drawn_calls import DrawnCalls
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.gateways.simulated_people.accounts import (
    DemonstrationAccount,
    demonstration_accounts,
)
from wardmote.gateways.simulated_people.run import Cast, run_people, wait_until_served
from wardmote.operations.places.city_directory import CityDirectory

_START_LIMIT_S = 240.0
_BUSIER = 4.0
"""The demonstration is this many times as busy as the place's demand, so that much can be seen."""


@click.command("demo")
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    help="keep everything in this directory / 把一切保存在此目录",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    default=8135,
    show_default=True,
    help="port to listen on / 端口",
)
@click.option(
    "--scale",
    type=click.Choice([one.value for one in Scale]),
    default="county",
    show_default=True,
    help="how large a place is generated / 生成的地方有多大",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=135,
    show_default=True,
    help="of the place; the same seed gives the same place / 随机种子，相同则地方相同",
)
@click.option(
    "--open/--no-open",
    "opens",
    default=True,
    help="open the console in a browser / 在浏览器中打开控制台",
)
@click.pass_context
def demo(
    ctx: click.Context, home: Path | None, port: int, scale: str, seed: int, opens: bool
) -> None:
    """Show a living place on the dispatch console. / 在控制台上演示一个运转中的地方。

    Ctrl-C ends it and leaves nothing behind. 按 Ctrl-C 结束，不留痕迹。
    """
    with kept_or_temporary_home(home, "wardmote-demo-") as folder:
        stage = Stage(folder, folder / "city", port, _passphrase(folder))
        if not (stage.city / "city.json").is_file():
            ctx.invoke(generate, scale=scale, seed=seed, out=stage.city, force=False)
        directory = CityDirectory.open(stage.city)
        accounts = demonstration_accounts(directory.place_book(), stage.password)
        say("准备数据库与账号 …", "Preparing the database and the accounts …", error=True)
        ask_of_home(
            "wardmote.config.demonstration",
            stage.environment(),
            [account.as_json() for account in accounts],
        )
        say("让前几周的日常工作过一遍 …", "Letting weeks of daily work pass …", error=True)
        ask_of_home("wardmote.config.example_weeks", stage.environment())
        with running_server(stage) as server:
            asyncio.run(_show(stage, directory, accounts, server, seed, opens=opens))
    say("演示已结束。", "The demonstration has ended.")


def _passphrase(home: Path) -> str:
    """The password of every account of this demonstration; kept with the home."""
    path = home / "demonstration-password"
    if not path.is_file():
        path.write_text(new_passphrase(), "ascii")
        path.chmod(0o600)
    return path.read_text("ascii").strip()


async def _show(
    stage: Stage,
    directory: CityDirectory,
    accounts: list[DemonstrationAccount],
    server: subprocess.Popen[bytes],
    seed: int,
    *,
    opens: bool,
) -> None:
    cancel_when_asked()
    with contextlib.suppress(asyncio.CancelledError):
        served = await wait_until_served(
            stage.origin, _START_LIMIT_S, lambda: server.poll() is None
        )
        if not served:
            raise ProblemShown(text("服务器未能启动。", "The server did not start."))
        travel = await asyncio.to_thread(lambda: TravelTimes.of(directory.road_graph()))
        _introduce(stage, accounts)
        if opens:
            webbrowser.open(f"{stage.origin}/")
        book = directory.place_book()
        zone = zoneinfo.ZoneInfo(directory.manifest.timezone)
        source = DrawnCalls(book, travel, directory.street_names(), zone, factor=_BUSIER)
        cast = Cast(stage.origin, stage.password, book, travel, source, terminal_language(), seed)
        people = asyncio.create_task(run_people(cast))
        watched = asyncio.create_task(asyncio.to_thread(server.wait))
        try:
            await asyncio.wait({people, watched}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            people.cancel()
            server.send_signal(signal.SIGINT)
            await asyncio.gather(people, watched, return_exceptions=True)
        if not people.cancelled() and (failure := people.exception()) is not None:
            raise ProblemShown(
                text(f"模拟人员中断：{failure!r}", f"The simulated people stopped: {failure!r}")
            )


def _introduce(stage: Stage, accounts: list[DemonstrationAccount]) -> None:
    say(
        f"\n邻里守望演示已就绪： {stage.origin}/\n\n每个角色一个用户，密码相同：{stage.password}\n",
        f"\nWardmote is ready: {stage.origin}/\n\n"
        f"A user for each role, all with the password {stage.password}\n",
    )
    for account in accounts[: len(Role)]:
        click.echo(f"  {account.username:<15} {account.role}")
    say(
        "\n最初五分钟：以 dispatcher 登录。约十五秒后第一起警情到来；按 N 录入您自己的警情，"
        "按 ? 查看全部按键。四十五秒无人处理的警情由邻席同事代派。\nCtrl-C 结束演示。",
        "\nThe first five minutes: log in as dispatcher. The first call comes in seconds; press N"
        " to take one down yourself and ? to see every key. A colleague dispatches what nobody took"
        " for 45 seconds.\nCtrl-C ends the demonstration.",
    )
