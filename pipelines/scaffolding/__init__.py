"""From a provider's file to the files of a new feed: what it contains, a proposed contract, and what was guessed."""

from pipelines.scaffolding.doubts import Doubt
from pipelines.scaffolding.feeds import InvalidName, Scaffold, propose_feed
from pipelines.scaffolding.files import WouldOverwrite, declaration, write
from pipelines.scaffolding.proposal import Wishes
from pipelines.scaffolding.tables import NoTable

__all__ = [
    "Doubt",
    "InvalidName",
    "NoTable",
    "Scaffold",
    "Wishes",
    "WouldOverwrite",
    "declaration",
    "propose_feed",
    "write",
]
