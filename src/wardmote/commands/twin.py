"""`wardmote twin`: the simulated place beside the real one."""

import click

from wardmote.commands.twin_validate import validate


@click.group()
def twin() -> None:
    """The simulation, checked against what happened. / 仿真及其与实际的对照。"""


twin.add_command(validate)
