"""A night, step by step: feeds into the lake, the lake into a private warehouse, the warehouse to its readers."""

import contextlib
import datetime
import logging
import pathlib
import shutil
import uuid
from collections.abc import Iterator

from pipelines import lock, privacy
from pipelines.contracts import Contract
from pipelines.home import Home
from pipelines.intake import Intake, Replay, Taken
from pipelines.lake import ledger
from pipelines.landing import archive, files
from pipelines.publishing import entrance, versions
from pipelines.quality import documentation
from pipelines.warehouse import building, registration
from pipelines.warehouse.building import Build

_LOG = logging.getLogger(__name__)


class ClockSetBack(RuntimeError):
    """The clock stands before what is published; the message says where."""


class Night:
    """The only writer of a home, from its first step to its last; made by ``begin``, which closes it.

    It takes what was delivered up to ``on``, and reads the deliveries of ``replay`` again from the archive.
    """

    def __init__(self, home: Home, on: datetime.date, replay: Replay | None = None) -> None:
        self.home = home
        self.on = on
        self.replay = replay
        self._run_folder = home.build / f"run-{uuid.uuid4().hex[:12]}"
        self._open = contextlib.ExitStack()
        self._build: Build | None = None

    def close(self) -> None:
        """Ends what a step that failed or was told to stop has left running, and clears away what was built."""
        self._open.close()
        shutil.rmtree(self._run_folder, ignore_errors=True)

    def take(self, contract: Contract) -> Taken:
        """Takes into the lake what the night takes of a feed.

        Raises:
            OSError: the disk does not take it; the ledger is as it was.
        """
        return _noted(Intake(self.home, self.on).take(contract, self.replay))

    def take_again(self, contract: Contract) -> Taken:
        """Reads every delivery of the ledger again from the archive, and looks at nothing else.

        Raises:
            OSError: the disk does not take it, or the archive does not give it; the ledger is as it was.
        """
        return _noted(Intake(self.home, self.on).take_again(contract))

    @property
    def build(self) -> Build:
        """The build of the whole warehouse from the lake, in a private folder: one a night, begun when first asked for.

        A model alone has nothing to be built into: nothing is kept between nights but the lake, and readers see whole
        versions. So steps that follow some of the models share one build of all of them.
        """
        if self._build is None:
            self._run_folder.mkdir(parents=True)
            registration.register(self.home, self._run_folder / "build.duckdb", self._latest())
            self._build = self._open.enter_context(building.building(self._run_folder))
        return self._build

    def build_fully(self) -> pathlib.Path:
        """The warehouse file, with every model built and every test passed; nobody has it open.

        Raises:
            DbtFailed: a model failed, or a check without which nothing may be published.
        """
        self.build.finish()
        self._open.close()
        return self._run_folder / versions.DATABASE_NAME

    def write_data_docs(self) -> pathlib.Path:
        """The index page of Great Expectations' Data Docs on the last validation of every feed."""
        index = documentation.write(self.home)
        entrance.write(self.home)
        return index

    def write_model_docs(self) -> pathlib.Path:
        """The page with dbt's documentation of the models as this night has built them.

        Raises:
            DbtFailed: the build failed.
        """
        self.build_fully()
        building.write_docs(self._run_folder, self.home.model_docs)
        entrance.write(self.home)
        return self.home.model_docs

    def publish(self) -> versions.Version:
        """Makes what this night has built the version that readers see; its last step.

        Raises:
            DbtFailed: the build failed.
            versions.NotPublishable: what was built is not complete.
        """
        version = versions.publish(self.home, self.build_fully(), self._latest())
        _LOG.info("%-22s %s", "published", version.name)
        return version

    def _latest(self) -> datetime.date:
        """The night, or the one published if that is later: reading old days again does not end the warehouse there."""
        published = versions.current(self.home)
        return max(self.on, published.night_on) if published else self.on


def _noted(taken: Taken) -> Taken:
    _LOG.info(
        "%-22s %6d deliveries  %9d rows  %6d quarantined",
        taken.feed,
        len(taken.outcomes),
        taken.total("rows_read"),
        taken.total("quarantined"),
    )
    return taken


@contextlib.contextmanager
def begin(home: Home, purpose: str, on: datetime.date, replay: Replay | None = None) -> Iterator[Night]:
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
        with contextlib.closing(Night(home, on, replay)) as night:
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
