"""The folders and files of one installation."""

import dataclasses
import glob
import pathlib
import stat


class UnusablePath(ValueError):
    """A home can't be there; the message says why."""


@dataclasses.dataclass(frozen=True)
class Home:
    """The folders and files of one installation. ``root`` is absolute.

    Raises:
        UnusablePath: Dagster and DuckDB would take the path for a pattern.
    """

    root: pathlib.Path

    def __post_init__(self) -> None:
        if glob.has_magic(str(self.root)):  # Dagster does not find its settings then, and DuckDB reads other files, too
            raise UnusablePath(f"{self.root}: a home can't be where a folder's name has one of * ? [")

    @property
    def landing(self) -> pathlib.Path:
        return self.root / "landing"

    @property
    def archive(self) -> pathlib.Path:
        return self.root / "archive"

    @property
    def lake(self) -> pathlib.Path:
        return self.root / "lake"

    @property
    def build(self) -> pathlib.Path:
        return self.root / "build"

    @property
    def serving(self) -> pathlib.Path:
        return self.root / "serving"

    @property
    def outbox(self) -> pathlib.Path:
        return self.root / "outbox"

    @property
    def dagster(self) -> pathlib.Path:
        """Dagster's own storage: runs, events, schedules."""
        return self.root / "dagster"

    @property
    def development(self) -> pathlib.Path:
        """The database to work on models in; made again by ``sww develop``."""
        return self.build / "develop"

    @property
    def docs(self) -> pathlib.Path:
        """Pages that ``sww ui`` serves; they show nothing of any person."""
        return self.build / "docs"

    @property
    def data_docs(self) -> pathlib.Path:
        return self.docs / "data_docs"

    @property
    def model_docs(self) -> pathlib.Path:
        return self.docs / "model_docs" / "index.html"

    @property
    def providers_file(self) -> pathlib.Path:
        return self.root / "providers.csv"

    @property
    def platforms_file(self) -> pathlib.Path:
        return self.root / "platforms.yaml"

    @property
    def notice_file(self) -> pathlib.Path:
        """What every reader of this home's figures must know of it, such as that they are made; absent as a rule."""
        return self.root / "NOTICE.md"

    @property
    def key_file(self) -> pathlib.Path:
        return self.root / "pii.key"

    @property
    def key_fingerprint_file(self) -> pathlib.Path:
        """The fingerprint of the key that made the lake's pseudonyms. The key can't be found from it."""
        return self.lake / "key.fingerprint"

    @property
    def published_database(self) -> pathlib.Path:
        return self.serving / "current" / "warehouse.duckdb"

    def make_folders(self) -> None:
        """Creates missing folders. Landing and archive hold data of persons, so only their owner can open them.

        Raises:
            OSError: a folder can't be made, or landing has disappeared.
        """
        if self.archive.is_dir() and not self.landing.is_dir():
            # With a new, empty landing folder it would look as if nobody had delivered.
            raise FileNotFoundError(f"{self.landing} is gone: mount it, or make it again, and run the night once more")
        for folder in (self.lake, self.build, self.serving, self.outbox, self.dagster):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.landing, self.archive):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if stat.S_IMODE(folder.stat().st_mode) != 0o700:
                folder.chmod(0o700)
