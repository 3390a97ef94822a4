"""A night, step by step: feeds into the lake, the lake into a private warehouse, the warehouse to its readers."""

import contextlib
import datetime
import logging
import pathlib
import shutil
import uuid
from collections.abc import Iterator
from typing import Any

from pipelines import lock, privacy
from pipelines.contracts import Contract
from pipelines.home import Home
from pipelines.intake import Days, Intake, Taken
from pipelines.lake import ledger
from pipelines.landing import archive, files
from pipelines.publishing import versions
from pipelines.warehouse import building, registration

_LOG = logging.getLogger(__name__)
_NODES_A_LINE = 100


class ClockSetBack(RuntimeError):
    """The clock stands before what is published; the message says where."""


class Night:
    """The only writer of a home, from its first step to its last; made by ``begin``, which closes it."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._run_folder = home.build / f"run-{uuid.uuid4().hex[:12]}"
        self._taken: dict[str, Taken] = {}
        self._building = contextlib.ExitStack()

    def close(self) -> None:
        """Ends what a step that failed or was told to stop has left running."""
        self._building.close()

    def take(self, contract: Contract, days: Days, is_replay: bool) -> Taken:
        """Takes into the lake what has landed of a feed up to the last of ``days``; a replay reads those days again.

        Raises:
            OSError: the disk does not take it; the ledger is as it was.
        """
        return self._noted(Intake(self.home, days.last).take(contract, days if is_replay else None))

    def take_again(self, contract: Contract, night_on: datetime.date) -> Taken:
        """Reads every delivery of the ledger again from the archive, and looks at nothing else.

        Raises:
            OSError: the disk does not take it, or the archive does not give it; the ledger is as it was.
        """
        return self._noted(Intake(self.home, night_on).take_again(contract))

    def _noted(self, taken: Taken) -> Taken:
        _LOG.info(
            "%-22s %6d deliveries  %9d rows  %6d quarantined",
            taken.feed,
            len(taken.outcomes),
            taken.total("rows_read"),
            taken.total("quarantined"),
        )
        self._taken[taken.feed] = taken
        return taken

    def build(self, night_on: datetime.date) -> Iterator[dict[str, Any]]:
        """Builds the whole warehouse from the lake in a private folder; yields dbt's event of each node.

        Raises:
            building.DbtFailed: a model failed, or a check without which nothing may be published.
        """
        shutil.rmtree(self._run_folder, ignore_errors=True)
        self._run_folder.mkdir(parents=True)
        registration.register(self.home, self._run_folder / "build.duckdb", self._latest(night_on))
        # Not a with block: who follows a generator may leave it behind, to be closed by who knows which thread.
        events = self._building.enter_context(building.building(self._run_folder))
        for count, event in enumerate(events, start=1):
            if count % _NODES_A_LINE == 0:
                _LOG.info("%-22s %6d models and tests", "warehouse", count)
            yield event
        self._building.close()

    def build_fully(self, night_on: datetime.date) -> pathlib.Path:
        """The warehouse file that ``build`` makes, for who doesn't follow it node by node."""
        for _ in self.build(night_on):
            pass
        return self._run_folder / versions.DATABASE_NAME

    def built_tables(self) -> dict[str, building.BuiltTable]:
        """Every table that ``build`` made, by ``<schema>.<table>``."""
        return building.built_tables(self._run_folder)

    def write_data_docs(self) -> pathlib.Path:
        """The index page of Great Expectations' Data Docs on what this night validated."""
        from pipelines.quality import build_data_docs, merged

        results = {feed: merged(taken.results) for feed, taken in self._taken.items() if taken.results}
        return build_data_docs(results, self.home.data_docs)

    def write_model_docs(self) -> pathlib.Path:
        """The page with dbt's documentation of what ``build`` made."""
        building.write_docs(self._run_folder, self.home.model_docs)
        return self.home.model_docs

    def publish(self, night_on: datetime.date) -> versions.Version:
        """Makes what was built the version that readers see.

        Raises:
            versions.NotPublishable: what was built is not complete.
        """
        version = versions.publish(self.home, self._run_folder / versions.DATABASE_NAME, self._latest(night_on))
        _LOG.info("%-22s %s", "published", version.name)
        shutil.rmtree(self._run_folder)
        return version

    def _latest(self, night_on: datetime.date) -> datetime.date:
        """The night, or the one published if that is later: reading old days again does not end the warehouse there."""
        published = versions.current(self.home)
        return max(night_on, published.night_on) if published else night_on


@contextlib.contextmanager
def begin(home: Home, purpose: str) -> Iterator[Night]:
    """A night of this home; what dead runs left behind is swept first.

    Raises:
        ClockSetBack: the clock stands before what is published.
        OSError: the home is not whole, or can't be written to.
        privacy.OtherKey: the pseudonyms of the lake were made with another key.
        lock.Busy: another process writes to the home.
    """
    with lock.only_writer(home, purpose):
        _check_clock(home)
        privacy.check_key(home)
        archive.sweep(home)
        files.sweep(home)
        ledger.sweep(home)
        versions.sweep(home)
        with contextlib.closing(Night(home)) as night:
            yield night


def _check_clock(home: Home) -> None:
    """A wrong clock would take too few deliveries, without a word, and give the version a name among old ones."""
    published = versions.current(home)
    now = datetime.datetime.now(datetime.UTC)
    if published and now < published.published_at:
        raise ClockSetBack(
            f"the clock says {now:%Y-%m-%d %H:%M:%S} UTC, but the current version was published at "
            f"{published.published_at:%Y-%m-%d %H:%M:%S} UTC: set the clock and run the night again"
        )
