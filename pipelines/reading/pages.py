"""A platform's page set (gzip of JSON lines, as the client stored it) to tables, in bounded memory."""

import gzip
import io
import itertools
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence

from pipelines.contracts import Column, Contract
from pipelines.reading.cells import is_blank
from pipelines.reading.headers import labels_of, normalised
from pipelines.reading.json_lines import ContestedRow, decoded, rows_of_page
from pipelines.reading.json_values import judged
from pipelines.reading.kinds import CONTESTED, HIDDEN, Doubt, cell_doubt
from pipelines.reading.refusals import (
    COMPRESSION_RATIO_LIMIT,
    PAGE_BYTES_LIMIT,
    RATIO_MATTERS_BYTES,
    ROWS_LIMIT,
    UnreadableDelivery,
)
from pipelines.reading.rows import refuse_if_needed
from pipelines.reading.table import (
    Drift,
    RawTable,
    extra_json,
    json_text,
)

_JOINTS = re.compile("[-_.]")

Record = tuple[str, int, Mapping[str, object]]
"""The page that a row came on, its 1-based index there, and the row."""


def tables(payload: bytes, contract: Contract, rows_per_table: int) -> Iterator[RawTable]:
    """The rows of a page set in tables of at most ``rows_per_table`` rows, at least one table.

    Platforms may leave a field out where it is null, so a column is missing only if no row so far had it. The drift of
    a table is that of all rows so far; the last table's is the delivery's.

    Raises:
        UnreadableDelivery: the page set is damaged, is another feed's, or its first rows never name a column that
            one of them needs.
    """
    records = _records(payload, contract)
    required = [column.name for column in contract.columns if column.must_be_filled]
    optional = [column.name for column in contract.columns if not column.must_be_filled]
    found: set[str] = set()
    added: dict[str, None] = {}
    count = 0
    while (batch := list(itertools.islice(records, rows_per_table))) or count == 0:
        names = _names_by_key(batch, contract)
        found.update(name for name in names.values() if name)
        added |= dict.fromkeys(key for key, name in names.items() if not name)
        missing = tuple(name for name in optional if name not in found) if batch or found else ()
        absent = [name for name in required if name not in found]
        count += max(len(batch), 1)
        if count > ROWS_LIMIT:
            raise UnreadableDelivery(f"数据超过 {ROWS_LIMIT} 行")
        table = _table(batch, names, contract, Drift(tuple(added), missing))
        refuse_if_needed(absent, table, contract)
        yield table


def _table(batch: list[Record], names: dict[str, str | None], contract: Contract, drift: Drift) -> RawTable:
    rows = [row for _, _, row in batch]
    doubts: dict[int, tuple[Doubt, ...]] = {}
    cells: dict[str, Sequence[object]] = {}
    twice: dict[int, frozenset[str]] = {}
    if ContestedRow in set(map(type, rows)):
        twice = {place: row.contested for place, row in enumerate(rows) if isinstance(row, ContestedRow)}
    for column in contract.columns_read:
        keys = [key for key, name in names.items() if name == column.name]
        if not keys:
            continue
        values, contested = _delivered(rows, keys, column, twice)
        cells[column.name], of_column = judged(values, column)
        for row, doubt in {**of_column, **contested}.items():
            doubts[row] = (*doubts.get(row, ()), doubt)
    if doubts:
        cells["_doubts"] = [doubts.get(row) for row in range(len(rows))]
    unknown = [key for key, name in names.items() if not name]
    cells["_sheet"] = [page for page, _, _ in batch]
    cells["_source_row"] = [index for _, index, _ in batch]
    cells["_extra"] = [extra_json({key: row.get(key) for key in unknown}) for row in rows]
    return RawTable(cells, drift)


def _delivered(
    rows: list[Mapping[str, object]], keys: list[str], column: Column, twice: Mapping[int, frozenset[str]]
) -> tuple[list[object], dict[int, Doubt]]:
    """What the rows give for a column, and the doubts where a row gives several values, under one key or more.

    ``twice``: the keys under which a row gives several, by the row's place.
    """
    doubts = {
        place: cell_doubt(CONTESTED, column, HIDDEN)
        for place, contested in twice.items()
        if not contested.isdisjoint(keys)
    }
    if len(keys) == 1:
        return [row.get(keys[0]) for row in rows], doubts
    values: list[object] = []
    for place, row in enumerate(rows):
        given = {json_text(row[key]): row[key] for key in keys if not is_blank(row.get(key))}
        values.append(next(iter(given.values()), None))
        if len(given) > 1:
            doubts[place] = cell_doubt(CONTESTED, column, "”和“".join(given))
    return values, doubts


def _names_by_key(batch: list[Record], contract: Contract) -> dict[str, str | None]:
    """The contract column that each key of the rows stands for; None where it stands for none."""
    known = labels_of(contract).known
    bare: dict[str, str | None] = {}
    for column in contract.columns_read:  # as updatedAt or updated-at
        spelt = _JOINTS.sub("", column.name)
        bare[spelt] = None if spelt in bare else column.name
    keys = dict.fromkeys(itertools.chain.from_iterable(row for _, _, row in batch))
    labels = {key: normalised(key) for key in keys}
    return {key: known.get(label) or bare.get(_JOINTS.sub("", label)) for key, label in labels.items()}


def _records(payload: bytes, contract: Contract) -> Iterator[Record]:
    for page_number, body in enumerate(_bodies(payload, contract), start=1):
        rows = rows_of_page(body)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise UnreadableDelivery(f"第 {page_number} 页没有数据数组 data，或其中有不是对象的行")
        page = f"第{body.get('page', page_number)}页"
        for index, row in enumerate(rows, start=1):
            yield page, index, row


def _bodies(payload: bytes, contract: Contract) -> Iterator[dict[str, object]]:
    lines = (_object(number, line) for number, line in enumerate(_lines(payload), start=1))
    request = next(lines, {}).get("request")
    if not isinstance(request, dict):
        raise UnreadableDelivery("页集缺少请求记录")
    if request.get("feed") != contract.feed:
        raise UnreadableDelivery(f"页集属于另一个数据流：{request.get('feed')}")
    return lines


def _object(number: int, line: bytes) -> dict[str, object]:
    try:
        content = decoded(line)
    except ValueError as fault:
        raise UnreadableDelivery(f"页集第 {number} 行不是有效的 JSON") from fault
    if not isinstance(content, dict):
        raise UnreadableDelivery(f"页集第 {number} 行不是 JSON 对象")
    if isinstance(content, ContestedRow):
        raise UnreadableDelivery(f"页集第 {number} 行重复给出 {'、'.join(sorted(content.contested))}，请每页只给一次")
    return content


def _lines(payload: bytes) -> Iterator[bytes]:
    unpacked_bytes = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(payload)) as stream:
            while line := stream.readline(PAGE_BYTES_LIMIT + 1):
                unpacked_bytes += len(line)
                if len(line) > PAGE_BYTES_LIMIT:
                    raise UnreadableDelivery("页集中有一页过大")
                if unpacked_bytes > max(RATIO_MATTERS_BYTES, COMPRESSION_RATIO_LIMIT * len(payload)):
                    raise UnreadableDelivery("压缩比异常，疑似压缩炸弹")
                yield line
    except (OSError, EOFError, zlib.error) as fault:
        raise UnreadableDelivery("页集已损坏或不完整，无法解开") from fault
