"""The contracts of the feeds: what a provider promises to deliver.

A contract is declared once, in ``pipelines/defs/<provider type>/<feed>/defs.yaml``. Everything that follows from it is
derived: reading, the suite, the ledger, the lake, staging, freshness, orphan checks, the sample city. Dagster's
component and the code without Dagster read the same file. Enumerations that several feeds use stand in
``pipelines/defs/enumerations.yaml``.
"""

import decimal
import functools
import pathlib
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import pydantic
import yaml

DEFINITIONS_FOLDER = pathlib.Path(__file__).parent / "defs"
ENUMERATIONS_FILE = DEFINITIONS_FOLDER / "enumerations.yaml"

ProviderType = Literal["district", "association", "platform", "municipal"]
Mode = Literal["snapshot", "upsert", "append"]
Cadence = Literal["daily", "weekly", "monthly", "quarterly", "yearly"]
Medium = Literal["csv", "xlsx", "api"]
ColumnType = Literal["text", "code", "date", "datetime", "int", "decimal", "bool", "uscc", "idcard", "phone"]

DISTRICTS = "districts"
"""In ``references``: the values are districts of the city, not the keys of a feed."""


class UnknownFeed(LookupError):
    """Nobody declared a contract for this feed."""


class _Terms(NamedTuple):
    """What follows from a cadence: the days of its longest period, and the days after it until a delivery is late."""

    longest_period_days: int
    due_days: int


_TERMS: dict[Cadence, _Terms] = {
    "daily": _Terms(1, 1),
    "weekly": _Terms(7, 3),
    "monthly": _Terms(31, 5),
    "quarterly": _Terms(92, 10),
    "yearly": _Terms(366, 30),
}


class Conversion(NamedTuple):
    """A unit that a column may be delivered in, and how many of the column's own units one of it is."""

    unit: str
    size: decimal.Decimal


class Column(pydantic.BaseModel, extra="forbid", frozen=True):
    """One column of a feed.

    ``description``: what the warehouse keeps of it, in one English line; null means this, units are named.
    ``header``: the spelling of the specification; ``aliases``: other spellings that providers are known to use.
    ``key``, ``required``: a row is quarantined if the cell is empty.
    ``pii``: it names a person, or is a way to reach one.
    ``enumeration``: the allowed values, or the name of a list in ``enumerations.yaml``.
    ``minimum``, ``maximum``: the smallest and the largest allowed value.
    ``exclusive_minimum``, ``exclusive_maximum``: allowed values are larger, or smaller, than this.
    ``hint_zh``: how the sentence ends that tells a provider the allowed values, if “，请更正” says too little.
    ``warn_below``: a smaller value is reported, but the row is accepted.
    ``converts``: other units that a table may be written in, each with how many of the column's own units it is; the
    numbers of such a table are multiplied. A table in any other unit is refused.
    ``happened``: the date or time says when something happened, so it is not after the delivery. (Not so for limits and
    plans.)
    ``references``: the feed whose key the values should be, or ``districts``. The warehouse checks it; an orphan is
    counted and never dropped.
    """

    name: str
    header: str
    type: ColumnType
    description: str | None = None
    key: bool = False
    required: bool = False
    pii: bool = False
    aliases: tuple[str, ...] = ()
    enumeration: str | tuple[str, ...] | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    exclusive_minimum: int | float | None = None
    exclusive_maximum: int | float | None = None
    hint_zh: str | None = None
    warn_below: int | float | None = None
    converts: tuple[Conversion, ...] = ()
    happened: bool = False
    references: str | None = None

    @property
    def must_be_filled(self) -> bool:
        """Whether a row is quarantined if the cell is empty."""
        return self.key or self.required

    @property
    def headers(self) -> tuple[str, ...]:
        """Every accepted spelling of the header; the column's own name, which platforms send, is the last."""
        return (self.header, *self.aliases, self.name)

    @property
    def members(self) -> tuple[str, ...] | None:
        """The allowed values of an enumeration; None for any other column."""
        return enumerations()[self.enumeration] if isinstance(self.enumeration, str) else self.enumeration

    @property
    def has_range(self) -> bool:
        """Whether the values are limited on any side."""
        ends = (self.minimum, self.maximum, self.exclusive_minimum, self.exclusive_maximum)
        return any(end is not None for end in ends)

    @property
    def lake_name(self) -> str | None:
        """The column's name in the lake; None if nothing of it may be stored.

        A person's identifier becomes ``<name>_pseudonym``; names and phone numbers of persons are dropped.
        """
        if not self.pii:
            return self.name
        return f"{self.name}_pseudonym" if self.type == "idcard" else None

    @pydantic.field_validator("converts", mode="before")
    @classmethod
    def _in_pairs(cls, declared: Any) -> Any:
        return tuple(declared.items()) if isinstance(declared, Mapping) else declared

    @pydantic.model_validator(mode="after")
    def _says_what_its_type_can_have(self) -> "Column":
        for what, is_said, types in (
            ("range", self.has_range or self.warn_below is not None, ("int", "decimal")),
            ("converts", bool(self.converts), ("int", "decimal")),
            ("enumeration", self.enumeration is not None, ("code",)),
            ("happened", self.happened, ("date", "datetime")),
        ):
            if is_said and self.type not in types:
                raise ValueError(f"column {self.name}: {what} is for {' and '.join(types)}, not for {self.type}")
        if self.minimum is not None and self.exclusive_minimum is not None:
            raise ValueError(f"column {self.name}: minimum or exclusive_minimum, not both")
        if self.maximum is not None and self.exclusive_maximum is not None:
            raise ValueError(f"column {self.name}: maximum or exclusive_maximum, not both")
        if any(each.size <= 0 for each in self.converts):
            raise ValueError(f"column {self.name}: converts says how many of its own units another is, more than none")
        if self.has_range and self.warn_below is not None:
            raise ValueError(f"column {self.name}: a range refuses what warn_below would report")
        if self.hint_zh is not None and not self.has_range and self.enumeration is None:
            raise ValueError(f"column {self.name}: hint_zh without a range or an enumeration")
        if isinstance(self.enumeration, str) and self.enumeration not in enumerations():
            raise ValueError(f"column {self.name}: {ENUMERATIONS_FILE.name} has no {self.enumeration}")
        return self


WITHDRAWN = Column(
    name="withdrawn",
    header="撤销",
    type="bool",
    description="Whether the row takes the record of its key back; then nothing but the key need be filled.",
)
"""The column that a delivery of events may have, beside those of its contract."""

UPDATED_AT = "updated_at"
"""The column with the time at which a platform last changed a row. It is no time of an event."""


def _due_days(fields: Mapping[str, Any]) -> int:
    return _TERMS[fields["cadence"]].due_days if "cadence" in fields else 0  # a wrong one has its own error


class Contract(pydantic.BaseModel, extra="forbid", frozen=True):
    """What was promised of a feed: who sends it, how often, and what is in it.

    ``description``: what it is, in one English line. ``owner``: the team that answers for it.
    ``providers``: who sends it, the usual kind of provider first.
    ``mode``: snapshot (the provider's whole state), upsert (rows by key, the newest delivery wins) or append (events).
    ``due_days``: calendar days after the end of the cadence's period until a delivery is late. It follows from the
    cadence; only a feed with another rule declares it.
    ``tolerated_bad_share``: 0..1; a delivery with a larger share of rows that break the suite is rejected whole.
    ``tolerated_lost_share``: 0..1; a list that lacks a larger share of the rows of the list before is rejected. An
    empty one always is, unless it says that all has ended.
    """

    feed: str
    title_zh: str
    description: str
    owner: str
    domain: str
    providers: tuple[ProviderType, ...] = pydantic.Field(min_length=1)
    medium: Medium
    mode: Mode
    cadence: Cadence
    due_days: int = pydantic.Field(default_factory=_due_days, ge=0)
    tolerated_bad_share: float = pydantic.Field(default=0.5, ge=0, le=1)
    tolerated_lost_share: float = pydantic.Field(default=1, ge=0, le=1)
    columns: tuple[Column, ...]

    @property
    def path(self) -> pathlib.Path:
        """The file in which it is declared."""
        return DEFINITIONS_FOLDER / self.usual_provider / self.feed / "defs.yaml"

    @property
    def usual_provider(self) -> ProviderType:
        """The provider type in whose folder the feed's files are."""
        return self.providers[0]

    @property
    def is_fetched(self) -> bool:
        """Whether we ask platforms for it. All other feeds arrive as files."""
        return self.medium == "api"

    @property
    def fresh_for_days(self) -> int:
        """Days after which the newest delivery is too old: the next one is late, even after the longest period."""
        return _TERMS[self.cadence].longest_period_days + self.due_days

    @property
    def columns_read(self) -> tuple[Column, ...]:
        """The columns that a delivery may have: those declared and, of events, ``WITHDRAWN``."""
        return self.columns if self.mode == "snapshot" else (*self.columns, WITHDRAWN)

    @property
    def newest_by(self) -> str | None:
        """The column by which the newest row of an event's key is known in one delivery; None if there is none."""
        is_event = self.mode != "snapshot"
        return UPDATED_AT if is_event and any(column.name == UPDATED_AT for column in self.columns) else None

    @property
    def keys(self) -> tuple[Column, ...]:
        """The columns that identify a row within its provider."""
        return tuple(column for column in self.columns if column.key)

    @property
    def lake_columns(self) -> dict[str, Column]:
        """The columns that the lake has, by their name there."""
        return {column.lake_name: column for column in self.columns_read if column.lake_name}

    @property
    def happened_columns(self) -> tuple[Column, ...]:
        """The columns that say when something happened."""
        return tuple(column for column in self.columns if column.happened)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns_read if column.name == name)

    @pydantic.model_validator(mode="after")
    def _has_keys_and_different_names(self) -> "Contract":
        names = [column.name for column in self.columns_read]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"feed {self.feed}: declared more than once: {', '.join(repeated)}")
        if not self.keys:
            raise ValueError(f"feed {self.feed}: no column is a key")
        return self


def parse(path: pathlib.Path) -> Contract:
    """The contract declared in one ``defs.yaml``.

    Raises:
        pydantic.ValidationError: the declaration has a wrong, missing or unknown field.
    """
    return Contract.model_validate(_loaded(path)["attributes"])


@functools.cache
def enumerations() -> dict[str, tuple[str, ...]]:
    """The enumerations that several feeds use, by name."""
    return {name: tuple(members) for name, members in _loaded(ENUMERATIONS_FILE).items()}


@functools.cache
def all_contracts() -> dict[str, Contract]:
    """Every contract of the project by feed, in alphabetical order."""
    contracts = [parse(path) for path in DEFINITIONS_FOLDER.glob("*/*/defs.yaml")]
    return {contract.feed: contract for contract in sorted(contracts, key=lambda each: each.feed)}


def contract_of(feed: str) -> Contract:
    """The contract of one feed.

    Raises:
        UnknownFeed: nobody declared it. The message lists the feeds that exist.
    """
    contracts = all_contracts()
    if feed not in contracts:
        raise UnknownFeed(f"unknown feed {feed!r}; the feeds are {', '.join(contracts)}")
    return contracts[feed]


def _loaded(path: pathlib.Path) -> dict[str, Any]:
    declared: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return declared
