"""What the suite said of each delivery: kept beside the batch it is about, counts alone.

A batch with deliveries whose rows were validated has a ``validation.json``. It is written with the batch and folded
with it, so what was said of a delivery is known as long as its rows are.
"""

import collections
import datetime
import pathlib
from collections.abc import Mapping

import pydantic

from pipelines.lake import ledger


class Validation(pydantic.BaseModel, frozen=True):
    """The suite's word on one delivery.

    ``validated_on``: the day, in Shenzhen. ``rows``: how many of its rows. ``rules``: the names of all expectations,
    ``broken``: how many rows broke each of those that any row broke.
    """

    validated_on: datetime.date
    rows: int
    rules: tuple[str, ...]
    broken: dict[str, int]

    def and_of_more_rows(self, said: "Validation") -> "Validation":
        """This and what the same suite said of more rows of the delivery."""
        broken = collections.Counter(self.broken) + collections.Counter(said.broken)
        return self.model_copy(update={"rows": self.rows + said.rows, "broken": dict(broken)})


class _File(pydantic.BaseModel, frozen=True):
    """Thousands of deliveries were validated by the same rules, so these are written once, and named by position."""

    class Line(pydantic.BaseModel, frozen=True):
        validated_on: datetime.date
        rows: int
        rules: int
        broken: dict[str, int]

    rules: tuple[tuple[str, ...], ...]
    deliveries: dict[str, Line]


def write(folder: pathlib.Path, validations: Mapping[str, Validation]) -> None:
    """Puts the validations, by delivery id, into a batch in the making; without any, there is no file."""
    if not validations:
        return
    sets = list(dict.fromkeys(each.rules for each in validations.values()))
    positions = {rules: position for position, rules in enumerate(sets)}
    lines = {
        delivery_id: _File.Line(
            validated_on=each.validated_on, rows=each.rows, rules=positions[each.rules], broken=each.broken
        )
        for delivery_id, each in validations.items()
    }
    (folder / ledger.VALIDATION_FILE).write_text(_File(rules=tuple(sets), deliveries=lines).model_dump_json(), "utf-8")


def of_batch(batch: ledger.Batch) -> dict[str, Validation]:
    """The validations of a batch, by delivery id; those of a delivery that could not be read are missing.

    Raises:
        ledger.UnreadableBatch: the file is damaged.
    """
    if not batch.validation_file.exists():
        return {}
    try:
        file = _File.model_validate_json(batch.validation_file.read_bytes())
        return {
            delivery_id: Validation.model_construct(  # the line has been validated
                validated_on=line.validated_on, rows=line.rows, rules=file.rules[line.rules], broken=line.broken
            )
            for delivery_id, line in file.deliveries.items()
        }
    except (OSError, IndexError, pydantic.ValidationError) as error:
        raise ledger.UnreadableBatch(batch.validation_file, error) from error
