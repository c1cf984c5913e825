"""`wardmote retention`: erase what is known of callers, when its time is over or on request."""

from __future__ import annotations

import importlib
from pathlib import Path

import click

from wardmote.commands.language import say
from wardmote.commands.serve import city_option, home_option, set_environment
from wardmote.core.domain.problem import Problem
from wardmote.operations.refusals import RefusedError


@click.command()
@click.option(
    "--call",
    "number",
    default="",
    help="erase the caller of this call now / 立即删除该警情的报警人",
)
@city_option
@home_option
def retention(number: str, city: Path | None, home: Path | None) -> None:
    """Erase callers past their retention, or one. / 删除到期或指定的报警人信息。

    The server does the first by itself every hour. WARDMOTE_CALLER_RETENTION_DAYS sets the days
    (365; "keep" for ever).
    """
    set_environment(city, home)
    deployment = importlib.import_module("wardmote.config.deployment")
    if not number:
        erased = deployment.erase_callers()
        say(
            f"已删除 {erased} 条到期的报警人信息。",
            f"Erased {erased} callers past their retention.",
        )
        return
    try:
        found = deployment.erase_caller_of(number)
    except RefusedError as refused:
        raise Problem(
            zh=f"没有编号为 {number} 的警情。", en=f"There is no call with the number {number}."
        ) from refused
    if found:
        say(f"已删除警情 {number} 的报警人信息。", f"Erased the caller of call {number}.")
    else:
        say(f"警情 {number} 没有报警人信息。", f"Call {number} has no caller on record.")
