"""Data Docs: what the suites said about a night, as pages for people."""
import pathlib
from collections.abc import Mapping
from typing import Any


def build_data_docs(results: Mapping[str, Any], folder: pathlib.Path) -> pathlib.Path:
    raise NotImplementedError
