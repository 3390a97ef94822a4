"""Delivered bytes to typed frames: encodings, workbooks, headers, page sets, types. Knows nothing of Dagster."""

from pipelines.reading import guide
from pipelines.reading.deliveries import (
    PAGE_SET_SUFFIX,
    SUFFIXES,
    is_page_set,
    payload_of,
    read_slices,
    read_table,
    sheets,
)
from pipelines.reading.refusals import UnreadableDelivery
from pipelines.reading.table import Drift, MissingColumns, Notes, RawTable, joined
from pipelines.reading.values import ParsedRows, expected_zh, local_times, parse

__all__ = [
    "PAGE_SET_SUFFIX",
    "SUFFIXES",
    "Drift",
    "MissingColumns",
    "Notes",
    "ParsedRows",
    "RawTable",
    "UnreadableDelivery",
    "expected_zh",
    "guide",
    "is_page_set",
    "joined",
    "local_times",
    "parse",
    "payload_of",
    "read_slices",
    "read_table",
    "sheets",
]
