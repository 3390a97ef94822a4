"""Where things are and what the operator set: the only reader of environment variables."""

import dataclasses
import datetime
import os
import pathlib
import stat
import zoneinfo

PROJECT_FOLDER = pathlib.Path(__file__).parents[1]
SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
MEGABYTE = 1024 * 1024


class MissingSecret(RuntimeError):
    """A secret that the operator must set is not set; the message names the variable, never a value."""


@dataclasses.dataclass(frozen=True)
class Home:
    """The folders and files of one installation. ``root`` is absolute."""

    root: pathlib.Path

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
    def sample(self) -> pathlib.Path:
        """What the sample platforms serve; absent in a real installation."""
        return self.root / "sample"

    @property
    def docs(self) -> pathlib.Path:
        """Pages for people, without anything of persons; ``sww ui`` serves them."""
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
    def key_file(self) -> pathlib.Path:
        return self.root / "pii.key"

    @property
    def key_fingerprint_file(self) -> pathlib.Path:
        """By which the key that made the lake's pseudonyms is known again; it does not give the key away."""
        return self.lake / "key.fingerprint"

    @property
    def published_database(self) -> pathlib.Path:
        return self.serving / "current" / "warehouse.duckdb"

    def make_folders(self) -> None:
        """Creates what is missing; landing and archive hold persons' data in clear and are closed to others.

        Raises:
            OSError: a folder can't be made, or landing was there and is gone.
        """
        if self.archive.is_dir() and not self.landing.is_dir():
            # A new, empty one would read as a night in which nobody delivered.
            raise FileNotFoundError(f"{self.landing} is gone: mount it, or make it again, and run the night once more")
        for folder in (self.lake, self.build, self.serving, self.outbox, self.dagster):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.landing, self.archive):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if stat.S_IMODE(folder.stat().st_mode) != 0o700:
                folder.chmod(0o700)


def home(path: str | os.PathLike[str] | None = None) -> Home:
    """The home at ``path``, else at ``SWW_HOME``, else the project's ``warehouse`` folder."""
    chosen = path or os.environ.get("SWW_HOME") or PROJECT_FOLDER / "warehouse"
    return Home(pathlib.Path(chosen).expanduser().resolve())


def today() -> datetime.date:
    """The date in Shenzhen."""
    return datetime.datetime.now(SHANGHAI).date()


def pii_key() -> bytes | None:
    """The key of the pseudonyms where the operator has set one; else the home's key file has it."""
    key = os.environ.get("SWW_PII_KEY")
    return key.encode() if key else None


def secret(variable: str) -> str:
    """The value of the environment variable that a platform's ``token_env`` names.

    Raises:
        MissingSecret: the variable is not set.
    """
    if value := os.environ.get(variable):
        return value
    raise MissingSecret(f"environment variable {variable} is not set")


def provide_secret(variable: str, value: str) -> None:
    """Sets a secret that the operator left unset, as the sample platforms' token, which is none."""
    os.environ.setdefault(variable, value)


def alert_url() -> str | None:
    """Where failures are posted to, or None."""
    return os.environ.get("SWW_ALERT_URL") or None


def docs_url() -> str:
    """Where browsers find ``Home.docs``: ``SWW_DOCS_URL``, unless set the port above the UI's."""
    return os.environ.get("SWW_DOCS_URL", "http://127.0.0.1:3001").rstrip("/")


def provide_docs_url(url: str) -> None:
    """Sets where browsers find the docs, unless the operator has."""
    os.environ.setdefault("SWW_DOCS_URL", url)


def memory_budget_bytes() -> int:
    """What a night's process tree may use: ``SWW_MEMORY_MB``, 2 GB unless set."""
    return int(os.environ.get("SWW_MEMORY_MB", "2048")) * MEGABYTE


def use_home(chosen: Home) -> None:
    """Makes ``chosen`` the home of this process and of those it starts, for what can't be told in another way."""
    os.environ["SWW_HOME"] = str(chosen.root)
    os.environ["DAGSTER_HOME"] = str(chosen.dagster)
