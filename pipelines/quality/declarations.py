"""Each feed's suite: what follows from its contract, and what ``expectations/<feed>.yaml`` adds."""

import functools
import pathlib

import pydantic
import yaml

from pipelines.contracts import all_contracts
from pipelines.quality.derivation import derived
from pipelines.quality.rules import Expectation, Suite, SuiteError

EXPECTATIONS_FOLDER = pathlib.Path(__file__).parents[2] / "expectations"

_DECLARED = pydantic.TypeAdapter(tuple[Expectation, ...])


@functools.cache
def all_suites(folder: pathlib.Path = EXPECTATIONS_FOLDER) -> dict[str, Suite]:
    """The suite of every feed, in alphabetical order. The folder has the rules that do not follow from a contract.

    Raises:
        SuiteError: a file belongs to no feed, is not valid, or declares a rule that is there already.
    """
    contracts = all_contracts()
    declared = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    if strange := sorted(declared.keys() - contracts.keys()):
        raise SuiteError(f"{folder}: there is no feed {', '.join(strange)}")
    suites = {}
    for feed, contract in contracts.items():
        try:
            added = _read(declared[feed]) if feed in declared else ()
            suites[feed] = Suite(contract=contract, expectations=(*derived(contract), *added))
        except (pydantic.ValidationError, yaml.YAMLError) as fault:
            raise SuiteError(f"suite {feed}: {fault}") from fault
    return suites


def _read(path: pathlib.Path) -> tuple[Expectation, ...]:
    return _DECLARED.validate_python(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader))
