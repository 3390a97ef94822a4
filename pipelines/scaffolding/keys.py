"""Which columns identify a row within its delivery."""

import dataclasses
import itertools
from collections.abc import Iterator, Mapping

import pandas as pd

from pipelines.contracts import Column, ColumnType
from pipelines.scaffolding import inference
from pipelines.scaffolding.inference import Facts
from pipelines.scaffolding.tables import Table

_MOST_COLUMNS = 3

# What is likely to be part of a key comes first. Numbers, answers and phone numbers are none.
_RANKS: dict[ColumnType, int] = {"code": 1, "uscc": 1, "idcard": 1, "date": 3, "datetime": 3, "int": 4, "text": 4}
_ALONE = ("code", "uscc", "idcard", "text")
_OF_SUBJECTS = ("uscc", "idcard")


@dataclasses.dataclass(frozen=True)
class Key:
    """The labels of the columns that identify a row, and why they were taken."""

    labels: tuple[str, ...]
    reason: str


def key_of(table: Table, facts: Mapping[str, Facts], columns: Mapping[str, Column]) -> Key:
    """The fewest and most likely columns that are always filled and different in each row of a file."""
    texts = pd.DataFrame({label: facts[label].texts for label in table.labels}).assign(_file=table.file_of_row)
    texts = texts.drop_duplicates()
    likely = _likely(table, facts, columns)
    for labels in _candidates(likely, columns):
        if _is_unique(texts, labels):
            return Key(labels, f"filled in and different in each of the {len(texts)} rows")
    return Key(tuple(likely[:1] or table.labels[:1]), "a guess, since no three columns differ from row to row")


def with_day(key: Key, table: Table, facts: Mapping[str, Facts], columns: Mapping[str, Column]) -> Key:
    """The key of events. A person may have several: if the key is only the person's number, the day is added to it."""
    days = [label for label in _likely(table, facts, columns) if columns[label].happened]
    if len(key.labels) > 1 or columns[key.labels[0]].type not in _OF_SUBJECTS or not days:
        return key
    return Key((*key.labels, days[0]), "an event of somebody may come again, so its day is part of the key")


def _likely(table: Table, facts: Mapping[str, Facts], columns: Mapping[str, Column]) -> list[str]:
    return sorted(
        (label for label in table.labels if facts[label].is_always_filled and columns[label].type in _RANKS),
        key=lambda label: (_rank(columns[label]), table.labels.index(label)),
    )


def _rank(column: Column) -> int:
    if column.type == "code" and not inference.is_code_header(column.header):
        return 3
    return _RANKS[column.type]


def _candidates(likely: list[str], columns: Mapping[str, Column]) -> Iterator[tuple[str, ...]]:
    yield from ((label,) for label in likely if columns[label].type in _ALONE and not columns[label].enumeration)
    for size in range(2, _MOST_COLUMNS + 1):
        yield from sorted(
            itertools.combinations(likely, size), key=lambda labels: sum(_rank(columns[label]) for label in labels)
        )


def _is_unique(texts: pd.DataFrame, labels: tuple[str, ...]) -> bool:
    of_row = texts[[*labels, "_file"]].dropna()
    return len(of_row) > 0 and len(of_row.drop_duplicates()) >= inference.ALWAYS * len(of_row)
