"""`wardmote serve`, `wardmote init` and `wardmote account`: run a deployment."""

from __future__ import annotations

import contextlib
import importlib
import os
import socket
from pathlib import Path
from types import FrameType
from typing import Any

import click
import uvicorn

from wardmote.commands.language import say
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.problem import Problem

BACKLOG = 2_048
DRAIN_S = 5
"""Requests that are being answered when the server stops have this long, seconds."""

home_option = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="directory of the database and the secrets / 数据库和密钥所在目录",
)
city_option = click.option(
    "--city",
    type=click.Path(path_type=Path, file_okay=False),
    help="city directory made by 'wardmote city' / 城市目录",
)


@click.command()
@city_option
@home_option
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="address to listen on / 监听地址"
)
@click.option(
    "--port",
    default=8135,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="port to listen on / 端口",
)
def serve(city: Path | None, home: Path | None, host: str, port: int) -> None:
    """Run the server. / 运行服务。"""
    listening = listen(host, port)
    actual_port = listening.getsockname()[1]
    set_environment(city, home, origin=f"http://localhost:{actual_port}")
    deployment = importlib.import_module("wardmote.config.deployment")
    with importlib.import_module("wardmote.config.sole_server").sole_server():
        if deployment.bring_up_to_date():
            say("城市已载入。", "The city was loaded.")
        application = importlib.import_module("wardmote.config.asgi").application
        shown = f"http://{'localhost' if host in ('127.0.0.1', '::1') else host}:{actual_port}/"
        say(f"服务地址 {shown}，按 Ctrl-C 停止。", f"Serving on {shown}; press Ctrl-C to stop.")
        # uvicorn hands the signal that ended it on, once everything is put away.
        with contextlib.suppress(KeyboardInterrupt):
            Server(application).run(sockets=[listening])


@click.command()
@city_option
@home_option
def init(city: Path | None, home: Path | None) -> None:
    """Make or update the database and load the city. / 建立或升级数据库并载入城市。"""
    set_environment(city, home)
    loaded = importlib.import_module("wardmote.config.deployment").bring_up_to_date()
    if loaded:
        say("数据库已就绪，城市已载入。", "The database is ready and the city is loaded.")
    else:
        say("数据库已就绪。", "The database is ready.")


@click.command()
@click.argument("username")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    required=True,
    help="role of the account / 账号的角色",
)
@click.option(
    "--area",
    default="",
    help="12-digit division code; the whole city if left out / 12 位区划代码，不给则为全市",
)
@click.option(
    "--password",
    envvar="WARDMOTE_PASSWORD",
    prompt=True,
    hide_input=True,
    help="asked for when it is not given / 密码，不给则询问",
)
@city_option
@home_option
def account(
    username: str, role: str, area: str, password: str, city: Path | None, home: Path | None
) -> None:
    """Open an account with a role in an area. / 开设账号并授予某地角色。"""
    set_environment(city, home)
    deployment = importlib.import_module("wardmote.config.deployment")
    deployment.bring_up_to_date()
    where = deployment.open_staff_account(username, password, Role(role), area)
    say(
        f"账号 {username} 已就绪：{role}，辖区 {where}。",
        f"Account {username} is ready: {role} in {where}.",
    )


class Server(uvicorn.Server):
    """uvicorn that ends the streams at once when it is told to stop."""

    def __init__(self, application: Any) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                log_level="warning",
                access_log=False,
                lifespan="on",
                ws="none",
                timeout_keep_alive=65,
                timeout_graceful_shutdown=DRAIN_S,
                limit_concurrency=4_000,
                backlog=BACKLOG,
                h11_max_incomplete_event_size=64 * 1024,
                server_header=False,
            )
        )
        self._application = application

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End streams, which would otherwise never end, then stop as usual."""
        self._application.hub.end()
        super().handle_exit(sig, frame)


def listen(host: str, port: int) -> socket.socket:
    """The socket that browsers come in by.

    Raises:
        Problem: nobody can listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, accepted sockets are so too, and asyncio then sends small answers at once
    # (TCP_NODELAY) instead of letting them wait 40 ms for the other side's acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)  # connections wait, rather than fail, while the city loads
    except OSError as error:
        listening.close()
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise Problem(
            zh=f"无法监听 {host}:{port}（{reason}）。请换一个 --port，或先停掉占用它的程序。",
            en=f"Cannot listen on {host}:{port} ({reason}). Choose another --port, or stop the "
            "program that uses it.",
        ) from error
    return listening


def set_environment(city: Path | None, home: Path | None, origin: str = "") -> None:
    """Tell the settings, which are read when Django is first imported, where everything is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardmote.config.settings")
    if city is not None:
        if not (city / "city.json").is_file():
            raise Problem(
                zh=f"{city} 不是城市目录。请先用 wardmote city build 或 generate 建立。",
                en=f"{city} is not a city directory. Make one with 'wardmote city build' or "
                "'wardmote city generate'.",
            )
        os.environ["WARDMOTE_CITY"] = str(city.resolve())
    if home is not None:
        os.environ["WARDMOTE_HOME"] = str(home.resolve())
    if origin:
        os.environ.setdefault("WARDMOTE_ORIGIN", origin)
