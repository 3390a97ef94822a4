"""Delivered bytes to typed frames: encodings, workbooks, headers, page sets, types. Knows nothing of Dagster."""

from pipelines.reading.deliveries import read_slices, read_table
from pipelines.reading.refusals import FILE_BYTES_LIMIT, UnreadableDelivery
from pipelines.reading.table import Drift, RawTable
from pipelines.reading.values import ParsedRows, parse

__all__ = [
    "FILE_BYTES_LIMIT",
    "Drift",
    "ParsedRows",
    "RawTable",
    "UnreadableDelivery",
    "parse",
    "read_slices",
    "read_table",
]
