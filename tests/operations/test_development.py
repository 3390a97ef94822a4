"""A model is changed by the three commands of the README, over the rows of a home."""

import pathlib
import re
import shlex
import subprocess
import sys

import duckdb
import pytest
from click.testing import CliRunner

from pipelines import contracts, providers, settings
from pipelines.cli import main
from pipelines.home import Home
from pipelines.operations import development
from pipelines.providers import Provider
from tests.feeds.test_feeds import delivered, taken

_CHANGING_A_MODEL = re.compile(r"^## Changing a model\n.*?```console\n(.*?)```", re.DOTALL | re.MULTILINE)


@pytest.fixture
def lived_in(home: Home) -> Home:
    """A home in whose lake are the three accepted rows of an appeals delivery."""
    file_name = "2025-03-02.csv"
    sender = Provider("district", "440303")
    taken(home, contracts.contract_of("appeals"), sender, file_name, delivered("appeals", file_name))
    return home


def commands() -> list[list[str]]:
    """The commands of the README's section, without their remarks."""
    section = _CHANGING_A_MODEL.search((settings.PROJECT_FOLDER / "README.md").read_text("utf-8"))
    assert section
    return [shlex.split(line, comments=True) for line in section[1].splitlines()]


@pytest.mark.long
def test_the_commands_of_the_readme_build_a_model_and_show_its_rows(lived_in: Home) -> None:
    said = commands()
    assert len(said) == 3
    for program, *arguments in said:
        done = subprocess.run(
            [str(pathlib.Path(sys.executable).parent / pathlib.Path(program).name), *arguments],
            env=settings.environment_of_command({"SWW_HOME": str(lived_in.root)}),
            cwd=settings.PROJECT_FOLDER,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "LH20250301001" in done.stdout  # the last one shows the rows
    with duckdb.connect(str(lived_in.development / "warehouse.duckdb"), read_only=True) as warehouse:
        assert warehouse.execute("select count(*) from marts.fct_appeals").fetchall() == [(3,)]


def test_registering_again_takes_the_lake_as_it_is_and_leaves_what_was_built(lived_in: Home) -> None:
    build = development.prepare(lived_in).build
    with duckdb.connect(str(build)) as connection:
        connection.execute("create schema staging")
        connection.execute("create table staging.mine as select 1 as one")
        assert connection.execute("select count(*) from raw.appeals").fetchall() == [(3,)]
    for batch in lived_in.lake.glob("appeals/*"):
        batch.rename(batch.with_name("gone"))
    development.prepare(lived_in)
    with duckdb.connect(str(build), read_only=True) as connection:
        assert connection.execute("select count(*) from raw.appeals").fetchall() == [(0,)]
        assert connection.execute("select one from staging.mine").fetchall() == [(1,)]


def test_a_database_that_is_open_elsewhere_is_told(home: Home) -> None:
    providers.initialise(home)
    build = development.prepare(home).build
    holding = f"import duckdb, sys; c = duckdb.connect({str(build)!r}); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", holding], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as notebook:
        assert notebook.stdout is not None
        notebook.stdout.readline()
        result = CliRunner().invoke(main, ["develop", "--home", str(home.root)])
        notebook.communicate()
    assert result.exit_code == 1
    assert "is open in another process" in result.output


def test_without_a_command_it_says_where_the_database_is(home: Home) -> None:
    providers.initialise(home)
    result = CliRunner().invoke(main, ["develop", "--home", str(home.root)], catch_exceptions=False)
    assert result.exit_code == 0
    assert f"SWW_BUILD_DATABASE={home.development / 'build.duckdb'}" in result.output
