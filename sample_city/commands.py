"""``sww sample`` and ``sww platform``; imports that take long come inside them."""

import calendar
import datetime

import click

from pipelines.cli import home_option
from pipelines.home import Home

_MONTH = click.DateTime(formats=["%Y-%m"])


@click.command()
@home_option
@click.option("--from", "first", type=_MONTH, default="2024-12", show_default=True, help="First month, YYYY-MM.")
@click.option("--to", "last", type=_MONTH, default="2025-12", show_default=True, help="Last month, YYYY-MM.")
@click.option(
    "--volume",
    type=click.FloatRange(0, 1, min_open=True),
    help="1 is the city's real size; the default is a laptop's minute.",
)
def sample(home: Home, first: datetime.datetime, last: datetime.datetime, volume: float | None) -> None:
    """Make the sample city's deliveries: made data, with the trouble that real files have."""
    from sample_city import city, making, planning

    last_day = last.replace(day=calendar.monthrange(last.year, last.month)[1]).date()
    try:
        planted = making.make(home, first.date(), last_day, volume or city.DEFAULT_VOLUME, click.echo)
    except making.NotASample as error:
        raise click.ClickException(error.args[0]) from error
    for line in planning.summary(planted):
        click.echo(line)


@click.command()
@home_option
def platform(home: Home) -> None:
    """Serve the sample volunteer platforms over HTTP, where platforms.yaml says, until interrupted."""
    from sample_city import server

    server.serve(home)
