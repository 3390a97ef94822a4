"""The contracts of the feeds: what a provider promises to deliver.

A contract is declared once, in ``pipelines/defs/<provider type>/<feed>/defs.yaml``. The Dagster component reads it
there, and so does everything here that has no Dagster in it: reading, the ledger, the lake, the sample city and the
registration of the dbt sources.
"""

import functools
import pathlib
from typing import Literal

import pydantic
import yaml

DEFINITIONS_FOLDER = pathlib.Path(__file__).parent / "defs"

ProviderType = Literal["district", "association", "platform", "municipal"]
Mode = Literal["snapshot", "upsert", "append"]
Cadence = Literal["daily", "weekly", "monthly", "quarterly", "yearly"]
Medium = Literal["csv", "xlsx", "api"]
ColumnType = Literal["text", "code", "date", "datetime", "int", "decimal", "bool", "uscc", "idcard", "phone"]


class UnknownFeed(LookupError):
    """Nobody declared a contract for this feed."""


class Column(pydantic.BaseModel, extra="forbid", frozen=True):
    """One column of a feed.

    ``header`` is the spelling of the specification, ``aliases`` are other spellings that providers are known to use.
    ``references`` names the feed (or ``districts``) whose key the values should exist in; it is reconciled in the
    warehouse, where an orphan is counted and never dropped.
    """

    name: str
    header: str
    type: ColumnType
    key: bool = False
    required: bool = False
    pii: bool = False
    aliases: tuple[str, ...] = ()
    references: str | None = None

    @property
    def must_be_filled(self) -> bool:
        return self.key or self.required

    @property
    def headers(self) -> tuple[str, ...]:
        """Every accepted spelling of the header, the column's own name (as platforms send it) last."""
        return (self.header, *self.aliases, self.name)

    @property
    def lake_name(self) -> str | None:
        """The column's name once it has left the reader: None where nothing of it may be kept.

        A person's identifier becomes ``<name>_pseudonym``; names and phone numbers of persons are dropped.
        """
        if not self.pii:
            return self.name
        return f"{self.name}_pseudonym" if self.type == "idcard" else None


class Contract(pydantic.BaseModel, extra="forbid", frozen=True):
    """A feed as promised: who sends it, how often, and what stands in it.

    ``mode``: snapshot (the provider's whole state), upsert (rows by key, the newest delivery wins) or append (events).
    ``due_days``: calendar days after the end of the cadence's period until a delivery is late.
    ``tolerated_bad_share``: 0..1; a delivery with a larger share of rows that break the suite is rejected whole.
    """

    feed: str
    title_zh: str
    description: str
    owner: str
    domain: str
    providers: tuple[ProviderType, ...]
    medium: Medium
    mode: Mode
    cadence: Cadence
    due_days: int
    tolerated_bad_share: float = pydantic.Field(ge=0, le=1)
    columns: tuple[Column, ...]

    @property
    def keys(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.key)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def parse(path: pathlib.Path) -> Contract:
    """The contract declared in one ``defs.yaml``.

    Raises:
        pydantic.ValidationError: the declaration has a wrong, missing or unknown field.
    """
    return Contract.model_validate(yaml.safe_load(path.read_text("utf-8"))["attributes"])


@functools.cache
def all_contracts() -> dict[str, Contract]:
    """Every contract of the project by feed, in alphabetical order."""
    contracts = [parse(path) for path in DEFINITIONS_FOLDER.glob("*/*/defs.yaml")]
    return {contract.feed: contract for contract in sorted(contracts, key=lambda each: each.feed)}


def contract_of(feed: str) -> Contract:
    """The contract of one feed.

    Raises:
        UnknownFeed: nobody declared it; the message lists the feeds there are.
    """
    contracts = all_contracts()
    if feed not in contracts:
        raise UnknownFeed(f"unknown feed {feed!r}; the feeds are {', '.join(contracts)}")
    return contracts[feed]
