"""What the operator set: the only reader of environment variables."""

import datetime
import os
import pathlib
import sys
import zoneinfo
from collections.abc import Mapping

from pipelines.home import Home

PROJECT_FOLDER = pathlib.Path(__file__).parents[1]
DBT_PROJECT_FOLDER = PROJECT_FOLDER / "dbt_project"
SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
MEGABYTE = 1024 * 1024
_MB_A_THREAD = 256


class MissingSecret(RuntimeError):
    """A secret that the operator must set is not set. The message names the variable and never shows a value."""


def home(path: str | os.PathLike[str] | None = None) -> Home:
    """The home at ``path``, else at ``SWW_HOME``, else the project's ``warehouse`` folder."""
    chosen = path or os.environ.get("SWW_HOME") or PROJECT_FOLDER / "warehouse"
    return Home(pathlib.Path(chosen).expanduser().resolve())


def today() -> datetime.date:
    """The date in Shenzhen."""
    return datetime.datetime.now(SHANGHAI).date()


def pii_key() -> bytes | None:
    """The key of the pseudonyms, if the operator has set one; otherwise the home's key file has it."""
    key = os.environ.get("SWW_PII_KEY")
    return key.encode() if key else None


def secret(variable: str) -> str:
    """The value of the environment variable that a platform's ``token_env`` names.

    Raises:
        MissingSecret: the variable is not set.
    """
    if value := os.environ.get(variable):
        return value
    raise MissingSecret(f"环境变量 {variable} 没有设置，因而没有访问令牌；请设置后重新运行")


def provide_secret(variable: str, value: str) -> None:
    """Sets a secret unless the operator has: the token of the sample platforms is not secret."""
    os.environ.setdefault(variable, value)


def alert_url() -> str | None:
    """The address to which failures are posted, or None."""
    return os.environ.get("SWW_ALERT_URL") or None


def docs_url() -> str:
    """The address at which browsers find ``Home.docs``: ``SWW_DOCS_URL``, by default the port above the UI's."""
    return os.environ.get("SWW_DOCS_URL", "http://127.0.0.1:3001").rstrip("/")


def provide_docs_url(url: str) -> None:
    """Sets the address of the docs unless the operator has."""
    os.environ.setdefault("SWW_DOCS_URL", url)


def memory_budget_bytes() -> int:
    """The memory that a night's processes may use together: ``SWW_MEMORY_MB``, by default 2 GB."""
    return int(os.environ.get("SWW_MEMORY_MB", "2048")) * MEGABYTE


def database_memory_mb() -> int:
    """What DuckDB may use of the budget before it spills to disk: a quarter. The rest is what Python has loaded."""
    return max(_MB_A_THREAD, memory_budget_bytes() // MEGABYTE // 4)


def database_threads() -> int:
    """How many models are built at a time, and by how many threads: one for each processor that its memory feeds."""
    return min(len(os.sched_getaffinity(0)), database_memory_mb() // _MB_A_THREAD)


def environment_of_command(added: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with some variables, and the commands installed beside this Python found first."""
    path = os.pathsep.join([str(pathlib.Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**os.environ, **added, "PATH": path}


def history_days() -> int:
    """How long Dagster's runs, their events and logs are kept: ``SWW_HISTORY_DAYS``, 90 unless set."""
    return int(os.environ.get("SWW_HISTORY_DAYS", "90"))


def use_home(chosen: Home) -> None:
    """Makes ``chosen`` the home of this process and of those it starts, where no argument can say so."""
    os.environ["SWW_HOME"] = str(chosen.root)
    os.environ["DAGSTER_HOME"] = str(chosen.dagster)
