"""Prints the results of commands as tables for people at a terminal."""

import dataclasses
import pathlib
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.home import Home
from pipelines.marts.explanation import Explanation
from pipelines.marts.last_year import Figure, LastYear
from pipelines.marts.status import STATUS_ZH
from pipelines.operations.development import Development
from pipelines.operations.dry_run import DryRun
from pipelines.operations.rebuilding import Rebuilt
from pipelines.operations.verification import Verification
from pipelines.publishing.versions import Version
from pipelines.scaffolding import Scaffold

_CONSOLE = Console()
if not _CONSOLE.is_terminal:
    _CONSOLE.width = 160  # a log file has no width of its own
_SOURCE_ROWS_SHOWN = 20
_WORDING = (
    "Printed: exact, the figure itself · over (多), less than one more of its last digit · above (超), more · "
    "nearly (近), nine tenths and more · rounded, to its last digit · all, 100 % · rising, more than a year before"
)


def night(home: Home, found: LastYear) -> None:
    """Prints the city's indicators of the last whole year, the claims, and where to look next."""
    _CONSOLE.print(_indicator_table(found.year or "–", found.figures))
    _CONSOLE.print(_WORDING)
    if found.broken_claims:
        _CONSOLE.print(f"[bold red]Claims that do not hold: {', '.join(found.broken_claims)}[/]")
    headers = ["status", "deliveries", "rows read", "accepted", "quarantined", "duplicate"]
    _CONSOLE.print(_table("Deliveries", headers, [dataclasses.astuple(counts) for counts in found.deliveries]))
    if home.notice_file.exists():
        _CONSOLE.print(home.notice_file.read_text("utf-8").strip(), style="yellow", markup=False)
    _CONSOLE.print(f"Published    {home.published_database}")
    _CONSOLE.print(f"Returned     {home.outbox}  (what each provider should mend)")
    _CONSOLE.print(f"Validation   {home.data_docs / 'index.html'}")
    _CONSOLE.print(f"Models       {home.model_docs}")
    _CONSOLE.print("Next         make ui · .venv/bin/sww explain SW13 --period 2025 · .venv/bin/sww versions")


def versions(kept: list[Version], current: Version | None) -> None:
    """Prints the versions, newest first, and marks the current one."""
    rows = [
        (
            "→" if each == current else "",
            each.name,
            each.night_on,
            f"{each.published_at:%Y-%m-%d %H:%M:%S}",
            each.size_bytes,
        )
        for each in kept
    ]
    _CONSOLE.print(_table("Published versions", ["", "version", "night", "published at (UTC)", "bytes"], rows))


def verification(found: Verification) -> None:
    """Prints how much was checked, and all damage."""
    checked = [
        ("archive", f"{found.archived_files:,} files, {found.archived_bytes:,} bytes, each against its SHA-256"),
        ("ledger", f"{found.deliveries:,} deliveries, each with its bytes in the archive"),
        ("lake", f"{found.batches:,} batches, {found.lake_rows:,} rows, {found.quarantined_rows:,} quarantined rows"),
        ("published", f"{found.published_tables:,} tables, {found.published_rows:,} rows"),
    ]
    _CONSOLE.print(_table("Checked", ["", ""], checked))
    if found.damages:
        _CONSOLE.print(_table("Damaged", ["where", "what"], [(each.place, each.what) for each in found.damages]))
        _CONSOLE.print(
            "Put files of the archive and ledgers back from the backup; `sww rebuild` makes lake and warehouse anew."
        )
    else:
        _CONSOLE.print("Nothing is damaged.")


def rebuilt(result: Rebuilt) -> None:
    """Prints how each mart compares with the one before."""
    _CONSOLE.print(f"Published    {result.version.name}, the warehouse of {result.version.night_on}")
    if result.before is None:
        _CONSOLE.print("Nothing was published before: there is nothing to compare with.")
        return
    rows = [
        (each.name, f"{each.rows:,}", "equal")
        if each.is_equal
        else (each.name, f"{each.rows:,}", f"{each.only_before:,} rows only before, {each.only_now:,} only now")
        for each in result.tables
    ]
    _CONSOLE.print(_table(f"Compared with {result.before.name}", ["table", "rows", ""], rows))
    if result.differing:
        names = ", ".join(each.name for each in result.differing)
        _CONSOLE.print(f"[bold red]Not as before: {names}[/]")
        _CONSOLE.print(f"What was published before: sww rollback {result.before.name}")
    else:
        _CONSOLE.print("Every table is row for row what it was.")


def dry_run(result: DryRun) -> None:
    """Prints what would become of a delivery, and which values it would change."""
    _CONSOLE.print(
        f"{result.status}: {result.rows_read} rows read, {result.quarantined} quarantined, "
        f"{result.lines_set_aside} lines set aside. {result.reason or ''}",
        markup=False,
    )
    for remark in result.remarks_zh:
        _CONSOLE.print(remark, markup=False)
    if result.cells:
        headers = ["工作表", "行号", "列", "原因", "原值"]
        _CONSOLE.print(_table("退回清单", headers, result.cells))
    moves = [dataclasses.astuple(move) for move in result.moves]
    _CONSOLE.print(_table("Indicators that would move", ["code", "period", "district", "now", "then"], moves))


def explanation(found: Explanation) -> None:
    """Prints a value, what it means, and the deliveries and rows that it was counted from."""
    _CONSOLE.print(_table(found.title, ["", ""], list(found.facts.items())))
    headers = ["delivery", "feed", "provider", "file", "delivered on", "records"]
    _CONSOLE.print(_table("Deliveries behind it", headers, found.deliveries))
    shown = found.records[:_SOURCE_ROWS_SHOWN]
    title = f"Source rows ({len(shown)} of {found.record_count})"
    headers = ["delivery", "sheet", "row", "entity", "numerator", "denominator", "numerator from", "taken off"]
    rows = [(*record, "yes" if is_base else "") for *record, is_base in shown]
    _CONSOLE.print(_table(title, headers, rows))


def _indicator_table(year: str, figures: list[Figure]) -> Table:
    rows = []
    for figure in figures:
        shown = "–" if figure.value is None else f"{figure.value:,.{figure.decimals}f}"
        reports = f"{figure.reports_received}/{figure.reports_expected}"
        printed = "" if figure.qualifier is None else f"{figure.qualifier} {figure.printed_figure or ''}".strip()
        mark = {True: Text("holds", "green"), False: Text("does not hold", "bold red"), None: None}[figure.holds]
        rows.append(
            (
                figure.indicator_code,
                figure.name_zh,
                shown,
                figure.unit,
                STATUS_ZH[figure.obs_status],
                reports,
                printed,
                mark,
            )
        )
    headers = ["code", "indicator", "value", "unit", "status", "reports", "printed", ""]
    return _table(f"{year}, whole city", headers, rows)


def development(prepared: Development) -> None:
    """Where the development database is, and how to work in it."""
    for line in (
        f"raw, ops, staging, intermediate  {prepared.build}",
        f"marts                            {prepared.warehouse}",
        "build a model and what it stands on   .venv/bin/sww develop dbt build -s +fct_appeals",
        "look at its rows                      .venv/bin/sww develop dbt show -s fct_appeals --limit 20",
        "in another shell or a notebook        "
        + " ".join(f"{name}={path}" for name, path in prepared.environment.items()),
    ):
        _CONSOLE.print(line, markup=False, soft_wrap=True)


def scaffold(proposed: Scaffold, written: Sequence[pathlib.Path], file: pathlib.Path) -> None:
    """The files of a new feed, a line for each doubt, and what to do next."""
    for path in written:
        _CONSOLE.print(f"wrote  {path}", markup=False, soft_wrap=True)
    for doubt in proposed.doubts:
        _CONSOLE.print(f"check  {doubt}", markup=False, soft_wrap=True)
    if written:
        feed = proposed.contract.feed
        _CONSOLE.print(
            f"next   .venv/bin/pytest tests/feeds tests/test_tree.py -k {feed}", markup=False, soft_wrap=True
        )
        _CONSOLE.print(f"next   .venv/bin/sww check {file} --feed {feed} --provider …", markup=False, soft_wrap=True)


def _table(title: str, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    table = Table(title=title, title_justify="left")
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in rows:
        # As Text, so that a delivered "[/备注]" is shown and not taken for markup.
        table.add_row(*(cell if isinstance(cell, Text) else Text("" if cell is None else str(cell)) for cell in row))
    return table
