"""What the sample platforms serve: a Parquet file per platform and feed, each row already in its JSON form.

Rendering once, when the city is made, lets the server answer a page of some thousand rows in milliseconds: it only
cuts the rows out and joins them.
"""

import datetime
import json
import pathlib
from collections.abc import Iterable

import duckdb
import numpy
import pandas
import pyarrow
import pyarrow.parquet

from pipelines.contracts import Contract
from pipelines.home import Home

ROWS_PER_GROUP = 20_480
STORED_TYPES = {"date": "strftime({0}, '%Y-%m-%d')", "datetime": "strftime({0}, '%Y-%m-%dT%H:%M:%S+08:00')"}
_SCHEMA = pyarrow.schema([("updated_at", pyarrow.timestamp("us")), ("body", pyarrow.binary())])
_NOTICE = """这是样例城市：这里的全部数据均为生成的样例数据，人员、企业、社会组织、机构及其编号均为虚构。
This is the sample city: every record is made up, no person, enterprise, organisation or number in it is real.
"""


def folder_of(home: Home) -> pathlib.Path:
    """What the sample platforms serve, a folder for each; it is there in a sample home alone."""
    return home.root / "sample" / "platforms"


def is_sample(home: Home) -> bool:
    """Whether the sample city was made in this home."""
    return folder_of(home).parent.is_dir()


def mark(home: Home) -> None:
    """Lets the home say, with whatever is shown of it, that its data is made."""
    home.notice_file.write_text(_NOTICE, "utf-8")


def shelve(folder: pathlib.Path, platform: str, contract: Contract, blocks: Iterable[pandas.DataFrame]) -> None:
    """Writes what ``platform`` serves of the feed, in order of ``updated_at``; an earlier file is replaced.

    A block has the contract's columns; dates and datetimes are naive and local (Asia/Shanghai). No row of a block was
    updated before a row of an earlier block.
    """
    path = folder / platform / f"{contract.feed}.parquet"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # as landing: it holds what persons would be known by
    path.parent.mkdir(exist_ok=True)
    fields = ", ".join(
        f"{column.name} := {STORED_TYPES.get(column.type, '{0}').format(column.name)}" for column in contract.columns
    )
    order = ", ".join(["updated_at", *(key.name for key in contract.keys)])
    unfinished = path.with_suffix(".unfinished")
    with (
        duckdb.connect(config={"threads": 2}) as connection,
        pyarrow.parquet.ParquetWriter(unfinished, _SCHEMA, compression="zstd") as shelf,
    ):
        connection.execute("set enable_progress_bar = false")
        for block in blocks:
            connection.register("rows", pyarrow.Table.from_pandas(block, preserve_index=False))
            answers = connection.sql(
                f"select updated_at, encode(cast(to_json(struct_pack({fields})) as varchar)) as body"  # noqa: S608
                f" from rows order by {order}"
            )
            shelf.write_table(answers.to_arrow_table().cast(_SCHEMA), row_group_size=ROWS_PER_GROUP)
    unfinished.replace(path)


class Shelf:
    """One platform's feed, in order of ``updated_at``."""

    def __init__(self, path: pathlib.Path) -> None:
        self._file = pyarrow.parquet.ParquetFile(path, memory_map=True)
        updated_at = self._file.read(["updated_at"]).column("updated_at").to_numpy()
        self._updated_at = updated_at.astype("datetime64[us]")
        metadata = self._file.metadata
        sizes = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
        self._group_starts = numpy.concatenate([[0], numpy.cumsum(sizes, dtype=numpy.int64)])
        self._decoded: tuple[range, pyarrow.ChunkedArray] = (range(0), pyarrow.chunked_array([], pyarrow.binary()))

    def page(self, updated_since: datetime.datetime | None, page: int, page_size: int) -> bytes:
        """The answer's body: the page's rows updated at or after ``updated_since`` (naive, local; None for all)."""
        first = 0 if updated_since is None else int(self._updated_at.searchsorted(numpy.datetime64(updated_since)))
        total = len(self._updated_at) - first
        start = min(first + (page - 1) * page_size, len(self._updated_at))
        stop = min(start + page_size, len(self._updated_at))
        counts = json.dumps({"page": page, "pages": max(1, -(-total // page_size)), "total": total}).encode()
        return b'{"data":[' + b",".join(self._bodies(start, stop)) + b"]," + counts[1:]

    def _bodies(self, start: int, stop: int) -> list[bytes]:
        if start == stop:
            return []
        groups = range(
            int(self._group_starts.searchsorted(start, side="right")) - 1,
            int(self._group_starts.searchsorted(stop, side="left")),
        )
        if self._decoded[0] != groups:  # pages are asked for in order: most lie in the groups of the page before
            self._decoded = (groups, self._file.read_row_groups(list(groups), ["body"]).column("body"))
        offset = start - int(self._group_starts[groups.start])
        bodies: list[bytes] = self._decoded[1].slice(offset, stop - start).to_pylist()
        return bodies
