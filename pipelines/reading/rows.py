"""The records of a sheet as tables of the contract's columns, odd cells judged by the column they stand in."""

import itertools
from collections.abc import Iterator, Sequence

from pipelines.contracts import WITHDRAWN, Contract
from pipelines.reading import guide, units
from pipelines.reading.cells import Sheet, is_blank
from pipelines.reading.headers import Layout
from pipelines.reading.judgement import day_of_1904, judged
from pipelines.reading.kinds import MERGED_KEY, cell_doubt
from pipelines.reading.lines import Lines, Record
from pipelines.reading.merges import rows_sharing
from pipelines.reading.refusals import ROWS_LIMIT, UnreadableDelivery
from pipelines.reading.table import MissingColumns, Notes, RawTable, extra_json
from pipelines.reading.values import first_needing_all, in_own_unit


def rows_of(sheet: Sheet, layout: Layout, contract: Contract, rows_per_table: int) -> Iterator[RawTable]:
    """The records of the sheet in tables of at most ``rows_per_table`` rows, at least one table.

    The notes of a table are those of all lines so far.

    Raises:
        UnreadableDelivery: a required column is missing, and not all rows take records back, there are too many
            rows, the sheet's lines break off, or a cell shows that the file can't be trusted.
    """
    if not layout.is_readable:
        raise MissingColumns(contract, layout.missing_required, layout.drift)
    counted = frozenset(layout.columns[name] for name in layout.labels.counted if name in layout.columns)
    lines = Lines(sheet, layout, contract)
    records = lines.records(counted)
    if not sheet.is_text:
        records = map(_Judge(sheet, layout, contract).settled, records)
    count = hidden = 0
    while (batch := list(itertools.islice(records, rows_per_table))) or count == 0:
        hidden += sum(number in sheet.hidden_rows for number, _, _, _ in batch) if sheet.hidden_rows else 0
        count += max(len(batch), 1)
        if count > ROWS_LIMIT:
            raise UnreadableDelivery(f"数据超过 {ROWS_LIMIT} 行")
        notes = Notes(lines.set_aside, _remarks(sheet, layout, contract, hidden), lines.says_zero, titles=layout.titles)
        table = RawTable(_cells(sheet.name, batch, layout, contract), layout.drift, notes)
        refuse_if_needed(layout.missing_required, table, contract)
        yield table


def refuse_if_needed(missing_required: Sequence[str], table: RawTable, contract: Contract) -> None:
    """Returns if no row needs the columns that are missing: those that take records back need their key alone.

    Raises:
        MissingColumns: a row does.
    """
    needing = first_needing_all(table.rows, contract) if missing_required else None
    if needing is not None:
        where = f"{table.cells['_sheet'][needing]}第 {table.cells['_source_row'][needing]} 行"
        needed_at = where if WITHDRAWN.name in table.cells else None
        raise MissingColumns(contract, missing_required, table.drift, needed_at)


def _remarks(sheet: Sheet, layout: Layout, contract: Contract, hidden: int) -> tuple[str, ...]:
    where = f"工作表“{sheet.name}”" if sheet.name else ""
    of_units = (
        f"{where}“{contract.column(name).header}”以“{unit}”填报，已换算{guide.UNIT.see_zh}"
        for name, unit in layout.converted.items()
    )
    return (*of_units, *((f"{where}有 {hidden} 行被隐藏或筛选，已照常读取",) if hidden else ()))


class _Judge:
    """Settles the odd cells of a sheet's records."""

    def __init__(self, sheet: Sheet, layout: Layout, contract: Contract) -> None:
        self._sheet = sheet
        self._columns = {
            layout.columns[column.name]: column for column in contract.columns_read if column.name in layout.columns
        }
        self._units = {layout.columns[name]: unit for name, unit in layout.converted.items()}
        self._days_of_1904 = [
            position
            for position, column in self._columns.items()
            if sheet.counts_from_1904 and column.type in {"date", "datetime"}
        ]
        keys = [layout.columns[name] for name in layout.labels.keys]
        self._key = contract.keys[0] if contract.keys else contract.columns[0]
        self._sharing = rows_sharing(sheet, keys, layout.last_header_line) if sheet.merges and keys else frozenset()

    def settled(self, record: Record) -> Record:
        """The record with the cells that are meant, and its doubts."""
        number, delivered, marks, told = record
        if not marks and not self._days_of_1904 and number not in self._sharing:
            return record
        cells, doubts = list(delivered), list(told)
        for position in self._days_of_1904:
            if position < len(cells):
                cells[position], doubt = day_of_1904(cells[position], self._columns[position])
                doubts += [doubt] if doubt else []
        for position, mark in marks.items():
            if position in self._columns:
                cell = cells[position] if position < len(cells) else None
                try:
                    cell, doubt = judged(cell, mark, self._columns[position], self._units.get(position))
                except UnreadableDelivery as refusal:
                    raise UnreadableDelivery(f"{self._place(number)}：{refusal.reason_zh}") from refusal
                if position < len(cells):
                    cells[position] = cell
                doubts += [doubt] if doubt else []
        if number in self._sharing:
            doubts.append(cell_doubt(MERGED_KEY, self._key, ""))
        return number, cells, marks, tuple(doubts)

    def _place(self, number: int) -> str:
        where = f"工作表“{self._sheet.name}”" if self._sheet.name else ""
        return f"{where}第 {number} 行"


def _cells(sheet_name: str, records: list[Record], layout: Layout, contract: Contract) -> dict[str, Sequence[object]]:
    by_position = list(itertools.zip_longest(*(cells for _, cells, _, _ in records)))
    nothing = [None] * len(records)

    def at(position: int) -> Sequence[object]:
        return by_position[position] if position < len(by_position) else nothing

    columns = {name: at(position) for name, position in layout.columns.items()}
    for name, unit in layout.converted.items():
        column = contract.column(name)
        size = units.converted(column, unit)
        if size is not None:
            columns[name] = [in_own_unit(cell, size, column) for cell in columns[name]]
    headers = {position: header for header, position in layout.strangers.items()}
    used = layout.ignored.union(layout.columns.values())
    strangers = {
        headers.get(position, f"第{position + 1}列"): at(position)
        for position in range(len(by_position))
        if position not in used and not all(map(is_blank, by_position[position]))
    }
    extras = (
        [extra_json(dict(zip(strangers, cells, strict=True))) for cells in zip(*strangers.values(), strict=True)]
        if strangers
        else nothing
    )
    cells: dict[str, Sequence[object]] = {
        **columns,
        "_sheet": [sheet_name] * len(records),
        "_source_row": [number for number, _, _, _ in records],
        "_extra": extras,
    }
    doubts = [doubts or None for _, _, _, doubts in records]
    return cells | {"_doubts": doubts} if any(doubts) else cells
