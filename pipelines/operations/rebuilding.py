"""Lake and warehouse made anew from the archive and the ledger, and the proof that they say the same."""

import dataclasses

from pipelines import contracts, lock, privacy, providers
from pipelines.home import Home
from pipelines.lake import ledger
from pipelines.night import ClockSetBack, begin
from pipelines.publishing import versions
from pipelines.warehouse import comparison
from pipelines.workarounds.dbt_in_process import DbtFailed


class NothingToRebuild(RuntimeError):
    """No delivery was ever taken."""


REFUSALS = (
    ClockSetBack,
    NothingToRebuild,
    ledger.UnreadableBatch,
    lock.Busy,
    DbtFailed,
    privacy.OtherKey,
    providers.UnusableRegister,
    versions.NotPublishable,
)
"""Why a rebuild did not come to its end; what is published stays."""


@dataclasses.dataclass(frozen=True)
class Rebuilt:
    """What was published, and how each mart compares with the ``before`` that readers saw until then.

    ``before`` is None, and nothing compared, where nothing was published.
    """

    version: versions.Version
    before: versions.Version | None
    tables: list[comparison.ComparedTable]

    @property
    def differing(self) -> list[comparison.ComparedTable]:
        return [table for table in self.tables if not table.is_equal]


def rebuild(home: Home) -> Rebuilt:
    """Reads every delivery of the ledger again from the archive, builds the warehouse and publishes it.

    Nothing else is looked at: not landing, not the platforms, not the rows that the lake had. Deliveries keep their
    ids and the time they were received, and the night built is the last that was taken, so no column of a mart is
    bound to the clock: every one is compared (restatements, told when they were first published, are carried over).
    Where something differs, the archive is right, and the version before stays for a rollback; all checks that block
    a night block this, too.

    Raises:
        One of REFUSALS, or OSError: the archive does not give a delivery's bytes, or the disk takes nothing.
    """
    nights = [batch.night_on for feed in contracts.all_contracts() for batch in ledger.batches(home, feed)]
    if not nights:
        raise NothingToRebuild(f"{home.root} has taken no delivery yet")
    with begin(home, "rebuild", max(nights)) as night:
        before = versions.current(home)
        for contract in contracts.all_contracts().values():
            night.take_again(contract)
        built = night.build_fully()
        tables = comparison.compare(home.published_database, built) if before else []
        return Rebuilt(night.publish(), before, tables)
