"""How long a night takes, where the time goes, and what bare DuckDB needs for the same figures: ``make bench``.

In one run, on the same machine: the sample city's first night (thirteen months in one go), the night after (nothing
new but what the platforms say), and a script that is DuckDB alone. The script gets the accepted rows as plain CSV, one
file a feed, and runs the compiled SQL of the models, without Dagster, Great Expectations, dbt or tests. Its indicator
values are compared with the published ones, so the ratio is between two ways to the same figures.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import click
import duckdb
from rich.console import Console
from rich.table import Table

from pipelines import settings
from pipelines.home import Home
from pipelines.lake import rows
from pipelines.warehouse import declaration, registration

_PHASES = ("start-up", "read", "validate", "write", "other intake", "dbt", "publish", "other")


@click.command()
@click.option("--volume", type=float, default=0.02, show_default=True, help="Of the sample city; 1 is the real size.")
@click.option("--from", "first", default="2024-12", show_default=True)
@click.option("--to", "last", default="2025-12", show_default=True)
@click.option("--timed-night", hidden=True, type=click.Path(path_type=pathlib.Path))
def main(volume: float, first: str, last: str, timed_night: pathlib.Path | None) -> None:
    """Measure the nightly against bare DuckDB."""
    if timed_night:
        _timed_night(timed_night)
        return
    with tempfile.TemporaryDirectory(prefix="sww-bench-") as folder:
        home = settings.home(pathlib.Path(folder) / "home")
        _sww("sample", "--home", str(home.root), "--from", first, "--to", last, "--volume", str(volume))
        nights = {"first night": _measure(home), "night after": _measure(home)}
        bare_seconds = _bare(home, pathlib.Path(folder))
        _print(nights, bare_seconds, home)


def _sww(*arguments: str) -> None:
    subprocess.run([_program("sww"), *arguments], check=True, stdout=subprocess.DEVNULL)


def _program(name: str) -> str:
    return str(pathlib.Path(sys.executable).with_name(name))


def _measure(home: Home) -> dict[str, float]:
    """Wall seconds of a night in a process of its own, by phase."""
    environment = {**os.environ, "BENCHMARK_STARTED_AT": str(time.time())}
    command = [sys.executable, "-m", "tests.benchmark", "--timed-night", str(home.root)]
    done = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True)
    seconds: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return seconds


def _timed_night(root: pathlib.Path) -> None:
    """Runs a night with a stopwatch around its phases; prints their seconds as JSON."""
    started_at = float(os.environ["BENCHMARK_STARTED_AT"])
    seconds = dict.fromkeys(_PHASES, 0.0)
    from pipelines import intake, night, quality, reading, running
    from pipelines.publishing import versions

    _time(reading, "read_slices", seconds, "read")
    _time(reading, "parse", seconds, "read")
    _time(quality.Suites, "validate", seconds, "validate")
    _time(rows.RowsWriter, "write", seconds, "write")
    _time(intake.Intake, "take", seconds, "other intake")
    _time(night.Night, "build", seconds, "dbt")
    _time(versions, "publish", seconds, "publish")
    first_step: list[float] = []
    _on_call(night.Night, "take", lambda: first_step.append(time.time()))
    home = settings.home(root)
    day = settings.today()
    running.run_nightly(home, day)
    total = time.time() - started_at
    seconds["start-up"] = first_step[0] - started_at
    seconds["other intake"] -= seconds["read"] + seconds["validate"] + seconds["write"]
    seconds["other"] = total - sum(seconds.values())
    sys.stdout.write(json.dumps(seconds) + "\n")


def _time(owner: Any, name: str, seconds: dict[str, float], phase: str) -> None:
    """Adds to ``seconds`` what every call of a function takes, to the end of what it yields."""
    function = getattr(owner, name)

    def timed(*arguments: Any, **named: Any) -> Any:
        before = time.perf_counter()
        result = function(*arguments, **named)
        seconds[phase] += time.perf_counter() - before
        return _timed_items(result, seconds, phase) if isinstance(result, Iterator) else result

    setattr(owner, name, timed)


def _timed_items(items: Iterator[Any], seconds: dict[str, float], phase: str) -> Iterator[Any]:
    while True:
        before = time.perf_counter()
        try:
            item = next(items)
        except StopIteration:
            return
        finally:
            seconds[phase] += time.perf_counter() - before
        yield item


def _on_call(owner: Any, name: str, note: Callable[[], None]) -> None:
    function = getattr(owner, name)

    def noted(*arguments: Any, **named: Any) -> Any:
        note()
        return function(*arguments, **named)

    setattr(owner, name, noted)


def _bare(home: Home, folder: pathlib.Path) -> float:
    """Wall seconds of a process that has DuckDB alone: CSV in, the models' SQL, the same indicator values out."""
    night = settings.today()
    build = folder / "build.duckdb"
    registration.register(home, build, night)
    script = folder / "bare.py"
    script.write_text(_script(folder, build), "utf-8")
    before = time.perf_counter()
    subprocess.run([sys.executable, "-I", str(script)], check=True)
    taken = time.perf_counter() - before
    _compare(folder / "bare" / "warehouse.duckdb", home.published_database)
    return taken


def _script(folder: pathlib.Path, build: pathlib.Path) -> str:
    """The bare script; writing it makes the CSV files and compiles the models, which nobody's time is charged for."""
    bare = folder / "bare"
    bare.mkdir()
    statements = [
        f"attach '{bare / 'warehouse.duckdb'}' as warehouse",
        *(f"create schema {schema}" for schema in ("raw", "ops", "staging", "intermediate", "warehouse.marts")),
    ]
    with duckdb.connect(str(build), read_only=True) as connection:
        tables = connection.execute("""
            select table_schema, table_name from information_schema.tables where table_schema in ('raw', 'ops')
        """).fetchall()
        for schema, table in tables:
            file = bare / f"{schema}.{table}.csv"
            connection.execute(f"copy {schema}.{table} to '{file}' (header)")
            columns = {name: kind for name, kind, *_ in connection.execute(f"describe {schema}.{table}").fetchall()}
            typed = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
            reading = f"read_csv('{file}', header = true, columns = {{{typed}}}, nullstr = '')"
            statements.append(f"create table {schema}.{table} as select * from {reading}")
    statements += _models(folder)
    return (
        "import duckdb\n"
        f"connection = duckdb.connect({str(bare / 'build.duckdb')!r})\n"
        "connection.execute('set threads = 2')\n"
        f"for statement in {statements!r}:\n    connection.execute(statement)\n"
    )


def _models(folder: pathlib.Path) -> Iterator[str]:
    """A statement for each seed and model, in the order in which they need each other."""
    target = folder / "compiled"
    project = ["--project-dir", str(settings.DBT_PROJECT_FOLDER), "--profiles-dir", str(settings.DBT_PROJECT_FOLDER)]
    options = ["--target-path", str(target), "--log-path", str(target), "--no-introspect", "--quiet"]
    declaration.declare_feeds()
    target.mkdir()
    databases = {
        "SWW_BUILD_DATABASE": str(target / "build.duckdb"),
        "SWW_WAREHOUSE_DATABASE": str(target / "warehouse.duckdb"),
    }
    subprocess.run([_program("dbt"), "compile", *project, *options], check=True, env={**os.environ, **databases})
    manifest = json.loads((target / "manifest.json").read_text("utf-8"))
    nodes = {name: node for name, node in manifest["nodes"].items() if node["resource_type"] in ("model", "seed")}
    done: set[str] = set()
    while len(done) < len(nodes):
        for name, node in nodes.items():
            needed = set(node["depends_on"].get("nodes", ())) & nodes.keys()
            if name not in done and needed <= done:
                done.add(name)
                yield _statement(node)


def _statement(node: dict[str, Any]) -> str:
    if node["resource_type"] == "seed":
        path = settings.DBT_PROJECT_FOLDER / node["original_file_path"]
        types = ", ".join(f"'{name}': '{kind}'" for name, kind in node["config"]["column_types"].items())
        return f"create table {node['relation_name']} as select * from read_csv('{path}', types = {{{types}}})"
    kind = "view" if node["config"]["materialized"] == "view" else "table"
    return f"create {kind} {node['relation_name']} as {node['compiled_code']}"


def _compare(bare: pathlib.Path, published: pathlib.Path) -> None:
    with duckdb.connect(str(bare), read_only=True) as connection:
        connection.execute(f"attach '{published}' as published (read_only)")
        columns = "indicator_code, period_kind, period, district_code, round(value, 6)"
        different = connection.execute(f"""
            (select {columns} from marts.indicator_values except select {columns} from published.marts.indicator_values)
            union all
            (select {columns} from published.marts.indicator_values except select {columns} from marts.indicator_values)
        """).fetchall()
    if different:
        raise SystemExit(f"bare DuckDB computes other values: {different[:5]}")


def _print(nights: dict[str, dict[str, float]], bare_seconds: float, home: Home) -> None:
    table = Table(title="Wall seconds")
    for header in ("", *nights):
        table.add_column(header, justify="left" if not header else "right")
    for phase in _PHASES:
        table.add_row(phase, *(f"{seconds[phase]:.1f}" for seconds in nights.values()))
    table.add_row("whole night", *(f"{sum(seconds.values()):.1f}" for seconds in nights.values()))
    table.add_row("bare DuckDB", *(f"{bare_seconds:.1f}" for _ in nights))
    table.add_row("ratio", *(f"{sum(seconds.values()) / bare_seconds:.1f}" for seconds in nights.values()))
    with duckdb.connect(str(home.published_database), read_only=True) as connection:
        counts = connection.execute("select count(*), sum(rows_read) from marts.deliveries").fetchone()
    console = Console()
    console.print(table)
    deliveries, rows = counts or (0, 0)
    console.print(f"{deliveries:,} deliveries, {rows:,} rows; {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
