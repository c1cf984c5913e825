"""The language of the command line, and how commands speak.

Commands run before (or without) Django's settings, so each message is given in both languages and
the terminal's locale chooses: `WARDMOTE_LANGUAGE`, then `LANGUAGE`, `LC_ALL`, `LC_MESSAGES` and
`LANG`.
"""

import os
from collections.abc import Mapping
from typing import IO, Any

import click

from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual

USAGE_EXIT_CODE = 2


def terminal_language(environment: Mapping[str, str] | None = None) -> str:
    """``zh-hans`` or ``en``."""
    variables = os.environ if environment is None else environment
    for key in ("WARDMOTE_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = variables.get(key, "")
        if value:
            return "zh-hans" if value.lower().startswith("zh") else "en"
    return "en"


def text(zh: str, en: str) -> str:
    """The text in the terminal's language."""
    return Bilingual(zh=zh, en=en).in_language(terminal_language())


def say(zh: str, en: str, *, error: bool = False, newline: bool = True) -> None:
    """Print a message in the terminal's language."""
    click.echo(text(zh, en), err=error, nl=newline)


class ProblemShown(click.ClickException):
    """A problem on its way to the terminal: the message as it is, exit code 2."""

    exit_code = USAGE_EXIT_CODE

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message to standard error."""
        click.echo(text("错误：", "Error: ") + self.message, err=True, file=file)


class WardmoteGroup(click.Group):
    """A group whose commands may raise `Problem`: it is shown in the terminal's language."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Problem as problem:
            raise ProblemShown(problem.message.in_language(terminal_language())) from problem
