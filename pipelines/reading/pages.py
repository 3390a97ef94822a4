"""A platform's page set (gzip of JSON lines, as the client stored it) to tables, in bounded memory."""

import datetime
import gzip
import io
import itertools
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence

import orjson

from pipelines.contracts import Contract
from pipelines.reading.headers import labels_of, normalised
from pipelines.reading.kinds import NOT_ONE_VALUE, Doubt, cell_doubt
from pipelines.reading.refusals import (
    COMPRESSION_RATIO_LIMIT,
    PAGE_BYTES_LIMIT,
    RATIO_MATTERS_BYTES,
    ROWS_LIMIT,
    UnreadableDelivery,
)
from pipelines.reading.table import (
    Drift,
    MissingColumns,
    RawTable,
    extra_json,
    json_text,
)

_COUNTED = re.compile(r"[0-9]{10}|[0-9]{13}")
_MOMENTS = (946_684_800, 4_102_444_800)  # 2000 to 2100, in seconds since 1970: no other number of a date is as great

Record = tuple[str, int, Mapping[str, object]]
"""The page that a row came on, its 1-based index there, and the row."""


def tables(payload: bytes, contract: Contract, rows_per_table: int) -> Iterator[RawTable]:
    """The rows of a page set in tables of at most ``rows_per_table`` rows, at least one table.

    Platforms may leave a field out where it is null, so a column is missing only if no row so far had it. The drift of
    a table is that of all rows so far; the last table's is the delivery's.

    Raises:
        UnreadableDelivery: the page set is damaged, is another feed's, or its first rows never name a required column.
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
        if batch and absent:
            raise MissingColumns(contract, absent, Drift(tuple(added), missing))
        count += max(len(batch), 1)
        if count > ROWS_LIMIT:
            raise UnreadableDelivery(f"数据超过 {ROWS_LIMIT} 行")
        yield _table(batch, names, contract, Drift(tuple(added), missing))


def _table(batch: list[Record], names: dict[str, str | None], contract: Contract, drift: Drift) -> RawTable:
    rows = [row for _, _, row in batch]
    delivered = {name: [row.get(key) for row in rows] for key, name in names.items() if name}
    doubts: dict[int, tuple[Doubt, ...]] = {}
    cells: dict[str, Sequence[object]] = {}
    for name, values in delivered.items():
        is_of_time = contract.column(name).type in {"date", "datetime"}
        cells[name] = [_moment(value) for value in values] if is_of_time else values
        if not {dict, list}.isdisjoint(map(type, values)):
            cells[name] = [_value(value) for value in values]
            for row, value in enumerate(values):
                if isinstance(value, (dict, list)):
                    doubt = cell_doubt(NOT_ONE_VALUE, contract.column(name), json_text(value))
                    doubts[row] = (*doubts.get(row, ()), doubt)
    if doubts:
        cells["_doubts"] = [doubts.get(row) for row in range(len(rows))]
    unknown = [key for key, name in names.items() if not name]
    cells["_sheet"] = [page for page, _, _ in batch]
    cells["_source_row"] = [index for _, index, _ in batch]
    cells["_extra"] = [extra_json({key: row.get(key) for key in unknown}) for row in rows]
    return RawTable(cells, drift)


def _moment(cell: object) -> object:
    """The cell, with seconds or milliseconds since 1970 as the moment in UTC that they count to."""
    if isinstance(cell, bool) or not (isinstance(cell, int) or (isinstance(cell, str) and _COUNTED.fullmatch(cell))):
        return cell
    for unit in (1, 1000):
        seconds = int(cell) / unit
        if _MOMENTS[0] <= seconds < _MOMENTS[1]:
            return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat()
    return cell


def _value(cell: object) -> object:
    """The cell, with a JSON object or array where a value should stand as its text."""
    return json_text(cell) if isinstance(cell, (dict, list)) else cell


def _names_by_key(batch: list[Record], contract: Contract) -> dict[str, str | None]:
    """The contract column that each key of the rows stands for; None where it stands for none."""
    spelt = {column.name.replace("_", ""): column.name for column in contract.columns_read}  # as updatedAt
    known = spelt | labels_of(contract).known
    keys = dict.fromkeys(itertools.chain.from_iterable(row for _, _, row in batch))
    names = {key: known.get(normalised(key)) for key in keys}
    found = [name for name in names.values() if name]
    twice = next((name for name in found if found.count(name) > 1), None)
    if twice:
        raise UnreadableDelivery(f"有两个字段都是“{contract.column(twice).header}”，无法判断以哪一个为准")
    return names


def _records(payload: bytes, contract: Contract) -> Iterator[Record]:
    for page_number, body in enumerate(_bodies(payload, contract), start=1):
        rows = body.get("data")
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
        content = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise UnreadableDelivery(f"页集第 {number} 行不是有效的 JSON") from fault
    if not isinstance(content, dict):
        raise UnreadableDelivery(f"页集第 {number} 行不是 JSON 对象")
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
