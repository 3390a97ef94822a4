"""Delivered bytes to typed frames: encodings, workbooks, headers, page sets, types. Knows nothing of Dagster."""

from pipelines.reading.deliveries import PAGE_SET_SUFFIX, is_page_set, payload_of, read_slices, read_table
from pipelines.reading.refusals import UnreadableDelivery
from pipelines.reading.table import Drift, MissingColumns, RawTable, joined
from pipelines.reading.values import ParsedRows, parse

__all__ = [
    "PAGE_SET_SUFFIX",
    "Drift",
    "MissingColumns",
    "ParsedRows",
    "RawTable",
    "UnreadableDelivery",
    "is_page_set",
    "joined",
    "parse",
    "payload_of",
    "read_slices",
    "read_table",
]
