"""The ``sww`` command. Imports that take long come inside the commands that need them."""

import datetime
import importlib.metadata
import io
import logging
import os
import pathlib
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from pipelines import settings
from pipelines.home import Home, UnusablePath

if TYPE_CHECKING:
    from pipelines.intake import Replay

_DAY = click.DateTime(formats=["%Y-%m-%d"])


def _chosen_home(_context: click.Context, _parameter: click.Parameter, path: pathlib.Path | None) -> Home:
    try:
        return settings.home(path)
    except UnusablePath as error:
        raise click.BadParameter(str(error)) from error


def home_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command ``--home``, as every command of ``sww`` has it."""
    return click.option(
        "--home",
        type=click.Path(file_okay=False, path_type=pathlib.Path),
        callback=_chosen_home,
        help="The installation's folder; else SWW_HOME, else warehouse/ of the project.",
    )(command)


class _Commands(click.Group):
    """The project's own commands, and those that other packages declare under ``sww.commands``, loaded when asked."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_declared_commands().names])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if own := super().get_command(ctx, cmd_name):
            return own
        declared = _declared_commands()
        return declared[cmd_name].load() if cmd_name in declared.names else None


def _declared_commands() -> importlib.metadata.EntryPoints:
    return importlib.metadata.entry_points(group="sww.commands")


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The social-work data warehouse: from the files of districts, associations and platforms to figures that hold."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what a console of GBK has no character for stops no command


@main.command()
@home_option
def init(home: Home) -> None:
    """Make an empty home, with the eleven districts and the department registered."""
    from pipelines import providers

    providers.initialise(home)
    click.echo(f"{home.root} is ready; register associations and platforms in {home.providers_file.name}")


@main.command()
@home_option
@click.option("--date", "day", type=_DAY, help="Take what has landed by this day; today in Shenzhen unless given.")
def nightly(home: Home, day: datetime.datetime | None) -> None:
    """Run the nightly job: take what has landed, build the warehouse, publish it."""
    _run(home, day.date() if day else settings.today())


@main.command()
@home_option
@click.option("--from", "first", type=_DAY, help="What was delivered on this day or later, YYYY-MM-DD.")
@click.option("--to", "last", type=_DAY, help="What was delivered on this day or before, YYYY-MM-DD.")
@click.option("--feed", help="What was delivered for this feed.")
@click.option("--provider", help="What this provider delivered: its code.")
@click.option("--delivery", help="This one delivery: its id, as marts.deliveries has it.")
def backfill(
    home: Home,
    *,
    first: datetime.datetime | None,
    last: datetime.datetime | None,
    feed: str | None,
    provider: str | None,
    delivery: str | None,
) -> None:
    """Read deliveries again from the archive, in one run, and publish: those of which all that is given holds."""
    from pipelines import contracts
    from pipelines.intake import Replay
    from pipelines.lake import ledger

    if first and last and first > last:
        raise click.BadParameter("--from is after --to")
    replay = Replay(first and first.date(), last and last.date(), feed, provider, delivery)
    if replay == Replay():
        raise click.UsageError("say what to read again: --from, --to, --feed, --provider or --delivery")
    try:
        feeds = [contracts.contract_of(feed).feed] if feed else list(contracts.all_contracts())
    except contracts.UnknownFeed as error:
        raise click.BadParameter(error.args[0]) from error
    _require_home(home)
    try:
        is_known = any(outcome in replay for each in feeds for outcome in ledger.outcomes(home, each))
    except ledger.UnreadableBatch as error:
        raise click.ClickException(error.args[0]) from error
    if not is_known:
        raise click.ClickException("no delivery is like that: nothing would be read again")
    _run(home, replay.last_day or settings.today(), replay)


def _run(home: Home, night: datetime.date, replay: "Replay | None" = None) -> None:
    from pipelines import report, running
    from pipelines.marts.last_year import last_year

    if night > settings.today():
        raise click.BadParameter(f"{night} has not come yet")
    _require_home(home)
    _log_to_terminal()
    try:
        running.run_nightly(home, night, replay)
    except (running.NightFailed, OSError) as error:
        raise click.ClickException(f"the night failed, what is published stays.\n{error}") from error
    report.night(home, last_year(home.published_database))


def _require_home(home: Home) -> None:
    if not home.providers_file.exists():
        raise click.ClickException(f"{home.root} is no home yet: run `sww init` or `sww sample` first")


def _log_to_terminal() -> None:
    logging.basicConfig(format="%(asctime)s  %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("pipelines").setLevel(logging.INFO)
    logging.raiseExceptions = False  # a log that no disk takes is told in one line, by what failed


@main.command()
@home_option
def versions(home: Home) -> None:
    """List the published versions that are kept, newest first."""
    from pipelines import report
    from pipelines.publishing import versions

    report.versions(versions.versions(home), versions.current(home))


@main.command()
@home_option
@click.argument("version")
def rollback(home: Home, version: str) -> None:
    """Make VERSION the one that readers see; the next night goes forward from it."""
    from pipelines.publishing import versions

    try:
        click.echo(f"{versions.roll_back(home, version).name} is current")
    except versions.UnknownVersion as error:
        raise click.ClickException(error.args[0]) from error


@main.command()
@home_option
def verify(home: Home) -> None:
    """Check archive, ledger, lake and the published version; name what is damaged, and exit 1 if anything is."""
    from pipelines import lock, report
    from pipelines.operations import verification

    try:
        found = verification.verify(home)
    except lock.Busy as error:
        raise click.ClickException(error.args[0]) from error
    report.verification(found)
    if found.damages:
        raise click.exceptions.Exit(1)


@main.command()
@home_option
def rebuild(home: Home) -> None:
    """Make lake and warehouse anew from archive and ledger, publish; exit 1 if a table is not what it was."""
    from pipelines import report
    from pipelines.operations import rebuilding

    _log_to_terminal()
    try:
        rebuilt = rebuilding.rebuild(home)
    except (OSError, *rebuilding.REFUSALS) as error:
        raise click.ClickException(f"nothing was rebuilt, what is published stays.\n{error}") from error
    report.rebuilt(rebuilt)
    if rebuilt.differing:
        raise click.exceptions.Exit(1)


@main.command()
@home_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=pathlib.Path))
@click.option("--feed", required=True)
@click.option("--provider", required=True, help="The provider's code.")
def check(home: Home, file: pathlib.Path, feed: str, provider: str) -> None:
    """Dry run of one FILE: what would be rejected, where and why, and which indicators would move. Changes nothing."""
    from pipelines import contracts, report
    from pipelines.operations import dry_run

    try:
        report.dry_run(dry_run.check(home, file, feed, provider))
    except (contracts.UnknownFeed, dry_run.NotCheckable) as error:
        raise click.ClickException(error.args[0]) from error


class _OneOf(click.ParamType[str]):
    """A member of a literal type of ``pipelines.contracts``, which is imported when it is asked for."""

    def __init__(self, literal: str) -> None:
        self.name = literal

    def _members(self) -> tuple[str, ...]:
        from typing import get_args

        from pipelines import contracts

        return get_args(getattr(contracts, self.name))

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return f"[{'|'.join(self._members())}]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self._members():
            self.fail(f"{value!r} is none of {', '.join(self._members())}", param, ctx)
        return value


def _names_of_columns(_context: click.Context, _parameter: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    if wrong := [pair for pair in pairs if "=" not in pair]:
        raise click.BadParameter(f"{wrong[0]!r} is not HEADER=NAME")
    return {header: name for header, _, name in (pair.rpartition("=") for pair in pairs)}


@main.group()
def scaffold() -> None:
    """Make the files that something new consists of."""


@scaffold.command("feed")
@home_option
@click.argument("name")
@click.option(
    "--from-file",
    "files",
    multiple=True,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=pathlib.Path),
    help="What a provider sent; give several deliveries, and more can be told.",
)
@click.option("--provider-type", type=_OneOf("ProviderType"), required=True, help="Who sends it.")
@click.option("--mode", type=_OneOf("Mode"), help="Guessed unless given.")
@click.option("--cadence", type=_OneOf("Cadence"), help="Guessed unless given.")
@click.option("--title", "title_zh", help="What its providers call it; what stands above the header unless given.")
@click.option("--domain", help="That of the feed most like it unless given.")
@click.option("--owner", help="The team that answers for it; that of the domain unless given.")
@click.option(
    "--name", "names", multiple=True, callback=_names_of_columns, metavar="HEADER=NAME", help="The name of a column."
)
@click.option("--print", "is_print", is_flag=True, help="Print the contract and the doubts, and write no file.")
def scaffold_feed(
    home: Home, name: str, files: tuple[pathlib.Path, ...], provider_type: Any, is_print: bool, **wishes: Any
) -> None:
    """Propose the feed NAME from what a provider sent: contract, staging model and test, and what was guessed.

    Writes the files that a feed consists of, never over one that is there. No cell of a provider's file is copied.
    """
    from pipelines import reading, report, scaffolding

    try:
        proposed = scaffolding.propose_feed(name, provider_type, files, scaffolding.Wishes(**wishes), home)
        written = [] if is_print else scaffolding.write(proposed.contract, proposed.example, settings.PROJECT_FOLDER)
    except (
        scaffolding.InvalidName,
        scaffolding.NoTable,
        scaffolding.WouldOverwrite,
        reading.UnreadableDelivery,
    ) as error:
        raise click.ClickException(str(error)) from error
    if is_print:
        click.echo(scaffolding.declaration(proposed.contract))
    report.scaffold(proposed, written, files[-1])


@main.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@home_option
@click.option("--date", "day", type=_DAY, help="The night to build for; that of the published version unless given.")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def develop(home: Home, day: datetime.datetime | None, command: tuple[str, ...]) -> None:
    """Register a database of the home to work on models in, and run COMMAND there: dbt, a notebook.

    What is registered is the lake as it is now. What dbt built there stays until it is built again. Nothing of it is
    published. Without COMMAND it says where the database is.
    """
    from pipelines import report
    from pipelines.operations import development

    _require_home(home)
    try:
        prepared = development.prepare(home, day.date() if day else None)
    except development.InUse as error:
        raise click.ClickException(error.args[0]) from error
    if not command:
        report.development(prepared)
        return
    try:
        os.execvpe(command[0], command, settings.environment_of_command(prepared.environment))  # noqa: S606
    except FileNotFoundError as error:
        raise click.ClickException(f"there is no command {command[0]}") from error


@main.command()
@home_option
@click.argument("code")
@click.option("--period", required=True, help="2025, 2025-Q1 or 2025-01.")
@click.option("--district", default="440300", show_default=True)
def explain(home: Home, code: str, period: str, district: str) -> None:
    """Show an indicator's value, its definition, coverage, and the deliveries and source rows behind it."""
    from pipelines import report
    from pipelines.marts import explanation

    try:
        report.explanation(explanation.explain(home, code, period, district))
    except explanation.NotPublished as error:
        raise click.ClickException(error.args[0]) from error


@main.command()
@home_option
@click.option("--port", type=int, default=3000, show_default=True, help="The docs are at the port above.")
def ui(home: Home, port: int) -> None:
    """Serve the Dagster UI on this machine, with schedule and sensors on, until interrupted."""
    from pipelines import running

    try:
        running.serve_ui(home, port)
    except OSError as error:
        raise click.ClickException(f"the UI needs port {port} and, for the docs, {port + 1}: {error}") from error
