"""What commands say of themselves: in English and in Chinese, one way everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from wardmote.cli import main

_ALIKE = re.compile(r"^\S.* / \S*.*[\u4e00-\u9fff]", re.DOTALL)


def commands(found: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, found
    if isinstance(found, click.Group):
        for name, one in found.commands.items():
            yield from commands(one, f"{path} {name}")


def test_every_command_and_option_is_explained_in_both_languages() -> None:
    wrong = []
    for path, command in commands(main, "wardmote"):
        if not _ALIKE.match((command.help or "").split("\n\n")[0]):
            wrong.append((path, command.help))
        wrong += [
            (path, option.name)
            for option in command.params
            if isinstance(option, click.Option)
            and option.name not in ("help", "version")
            and not _ALIKE.match(option.help or "")
        ]
    assert not wrong
