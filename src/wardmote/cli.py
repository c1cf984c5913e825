"""The `wardmote` command."""

import click

from wardmote import __version__
from wardmote.commands.calls import calls
from wardmote.commands.city import city
from wardmote.commands.city_generate import generate
from wardmote.commands.demo import demo
from wardmote.commands.forecast import forecast
from wardmote.commands.language import WardmoteGroup
from wardmote.commands.plan import plan
from wardmote.commands.replay import replay
from wardmote.commands.retention import retention
from wardmote.commands.serve import account, init, serve
from wardmote.commands.simulate import simulate
from wardmote.commands.tables import places, staff
from wardmote.commands.training import training
from wardmote.commands.twin import twin


@click.group(cls=WardmoteGroup)
@click.version_option(__version__, prog_name="wardmote")
def main() -> None:
    """Wardmote 邻里守望: a place answers calls in minutes. / 快反、共治、可问责。"""


city.add_command(generate)
main.add_command(calls)
main.add_command(city)
main.add_command(demo)
main.add_command(forecast)
main.add_command(places)
main.add_command(plan)
main.add_command(replay)
main.add_command(serve)
main.add_command(staff)
main.add_command(training)
main.add_command(simulate)
main.add_command(twin)
main.add_command(init)
main.add_command(account)
main.add_command(retention)

if __name__ == "__main__":
    main()
