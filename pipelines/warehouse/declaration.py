"""Writes the contracts down for dbt: sources, staging models and their tests, modes, keys and references.

dbt reads property files and macros only from its own project. So before each parse the contracts are written into a
folder of the project that git ignores. ``macros/feeds.sql`` gives them to the models; ``models/feeds.yml`` declares
what would otherwise be typed again for each feed.
"""

import datetime
import json
import os
import pathlib
from collections.abc import Iterable, Iterator

import yaml

from pipelines import contracts
from pipelines.contracts import DISTRICTS, UPDATED_AT, Column, Contract
from pipelines.settings import DBT_PROJECT_FOLDER, SHANGHAI

DECLARED_FOLDER = DBT_PROJECT_FOLDER / "from_contracts"

_GRAINS = {
    "append": "One row per row as delivered; a key seen before from its provider is a duplicate.",
    "upsert": "One row per row as delivered; the newest delivery of a key is current.",
    "snapshot": "One row per row as delivered; the provider's newest list is current.",
}
_PROVENANCE = (
    "provider_type",
    "provider_code",
    "delivered_on",
    "delivery_sequence",
    "file_name",
    "_delivery_id",
    "_sheet",
    "_source_row",
    "row_status",
)
"""Columns of every staging model. The blocks of these names in models/staging/provenance.md describe them."""


def declare_feeds(declared: Iterable[Contract] | None = None, folder: pathlib.Path = DECLARED_FOLDER) -> None:
    """Writes what dbt must know of the contracts (by default, of all). A file with the right content is not touched."""
    every = list(contracts.all_contracts().values() if declared is None else declared)
    _write(folder / "macros" / "feeds.sql", _macros([_told(contract) for contract in every]))
    properties = {
        "sources": [{"name": "raw", "description": _RAW, "tables": [_source(contract) for contract in every]}],
        "models": [_staging_model(contract) for contract in every],
    }
    text = yaml.safe_dump(properties, allow_unicode=True, sort_keys=False, width=120)
    _write(folder / "models" / "feeds.yml", f"# {_WRITTEN}\n{text}")


_WRITTEN = "Written from the contracts by pipelines/warehouse/declaration.py; not to be edited."
_RAW = "The rows of each feed that were accepted into the lake, registered in the build database before dbt runs."


def _write(path: pathlib.Path, text: str) -> None:
    """Writes the whole file in one step, because another process may be parsing the project."""
    if path.exists() and path.read_text("utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".unfinished-{os.getpid()}")
    unfinished.write_text(text, "utf-8")
    unfinished.rename(path)


def _macros(told: list[dict[str, object]]) -> str:
    # A JSON text of strings, lists and objects is a literal of Jinja, too.
    feeds = ",\n".join(f"    {json.dumps(feed)}" for feed in told)
    offset = datetime.datetime.now(SHANGHAI).utcoffset() or datetime.timedelta()
    return f"""{{#- {_WRITTEN} -#}}

{{% macro feeds() -%}}
{{{{ return([
{feeds},
]) }}}}
{{%- endmacro %}}

{{% macro utc_offset_hours() -%}}
{{{{ return({offset // datetime.timedelta(hours=1)}) }}}}
{{%- endmacro %}}
"""


def _told(contract: Contract) -> dict[str, object]:
    """What the macros need to know of a contract, with the columns' names in the lake.

    ``days``: the names of the columns for the day in Shenzhen, each with the column that has the time.
    ``newest_by``: the column that shows which row of a key is the newest in one delivery; empty if the last row is.
    ``references``: each column with the feed and the key that its values should be; ``districts`` is no feed.
    """
    columns = contract.lake_columns
    return {
        "feed": contract.feed,
        "mode": contract.mode,
        "key": _keys(contract),
        "columns": list(columns),
        "days": {_day(column): column.name for column in _moments(contract)},
        "newest_by": contract.newest_by or "",
        "references": [
            {
                "feed": contract.feed,
                "column": name,
                "parent": column.references,
                "key": _key_of(column.references),
            }
            for name, column in columns.items()
            if column.references
        ],
    }


def _keys(contract: Contract) -> list[str]:
    return [name for name, column in contract.lake_columns.items() if column.key]


def _moments(contract: Contract) -> Iterator[Column]:
    """The columns that say at what time something happened; models need the day of each."""
    for column in contract.happened_columns:
        if column.type == "datetime" and column.name != UPDATED_AT:
            yield column


def _day(column: Column) -> str:
    return f"{column.name.removesuffix('_at')}_on"


def _key_of(parent: str) -> str:
    """The key column of a feed that others refer to (there is only one), or the code of districts."""
    if parent == DISTRICTS:
        return "district_code"
    (key,) = _keys(contracts.contract_of(parent))
    return key


def _source(contract: Contract) -> dict[str, object]:
    return {
        "name": contract.feed,
        "description": f"{contract.title_zh}, as accepted into the lake. {contract.description}",
        "config": {
            "loaded_at_field": "cast(_delivered_on as timestamp)",
            "freshness": {"warn_after": {"count": contract.fresh_for_days, "period": "day"}},
        },
        "columns": [
            {"name": name, "description": f"{column.header}. {_description(column)}"}
            for name, column in contract.lake_columns.items()
        ],
    }


def _staging_model(contract: Contract) -> dict[str, object]:
    key = ["provider_type", "provider_code", *_keys(contract)]
    return {
        "name": f"stg_{contract.feed}",
        "description": f"{contract.description} {_GRAINS[contract.mode]}",
        "data_tests": [{"unique_key": {"arguments": {"columns": key}, "config": {"where": "row_status = 'current'"}}}],
        "columns": list(_staging_columns(contract)),
    }


def _staging_columns(contract: Contract) -> Iterator[dict[str, object]]:
    for name, column in contract.lake_columns.items():
        yield {"name": name, "description": _description(column)}
    for column in _moments(contract):
        yield {"name": _day(column), "description": f"Day in Shenzhen of {column.name}; null where that is."}
    if "district_code" not in contract.lake_columns:
        yield {"name": "district_code", "description": "{{ doc('district_of_provider') }}"}
    for name in _PROVENANCE:
        yield {"name": name, "description": f"{{{{ doc('{name.removeprefix('_')}') }}}}"}


def _description(column: Column) -> str:
    """What the column means, and its allowed values if the description does not name them."""
    words = column.description or column.header
    members = column.members or ()
    return words if any(member in words for member in members) or not members else f"{words} {', '.join(members)}."
