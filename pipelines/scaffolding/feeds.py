"""A new feed from what its providers sent: the contract, the test's delivery, and the doubts about both."""

import dataclasses
import pathlib
import re
from collections.abc import Sequence

from pipelines import contracts, providers
from pipelines.contracts import Contract, ProviderType
from pipelines.home import Home
from pipelines.scaffolding import inference, tables
from pipelines.scaffolding.doubts import Doubt
from pipelines.scaffolding.examples import Example, example_of
from pipelines.scaffolding.proposal import Wishes, propose

_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


class InvalidName(ValueError):
    """A new feed can't have this name. The message says why."""


@dataclasses.dataclass(frozen=True)
class Scaffold:
    """What is known of a new feed before a person has confirmed it."""

    contract: Contract
    example: Example
    doubts: tuple[Doubt, ...]


def propose_feed(
    feed: str, provider_type: ProviderType, files: Sequence[pathlib.Path], wishes: Wishes, home: Home
) -> Scaffold:
    """The contract and the test of a new feed; nothing is written.

    Raises:
        InvalidName: the name is another feed's, or none that a table can have.
        NoTable: a file has no table, or another than the first one.
        UnreadableDelivery: a file can't be read.
    """
    _refuse_name(feed)
    table = tables.read(files)
    proposal = propose(feed, provider_type, table, list(contracts.all_contracts().values()), wishes)
    example = example_of(proposal.contract, table, inference.facts_of(table.cells))
    return Scaffold(proposal.contract, example, (*proposal.doubts, *_unregistered(provider_type, home)))


def _refuse_name(feed: str) -> None:
    if not _NAME.fullmatch(feed):
        raise InvalidName(
            f"{feed!r} can be no feed's name: English words in lower case, joined by _, as in micro_projects"
        )
    if feed in contracts.all_contracts():
        raise InvalidName(f"there is a feed {feed} already")


def _unregistered(provider_type: ProviderType, home: Home) -> list[Doubt]:
    if not home.providers_file.exists():
        return []
    if any(each.provider.type == provider_type for each in providers.registered(home)):
        return []
    taken = f"{home.providers_file} has no {provider_type}"
    return [Doubt("providers", taken, "register who sends the feed, else its deliveries are rejected")]
