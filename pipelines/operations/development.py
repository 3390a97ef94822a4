"""A database of a home to work on models in: registered from the lake, built in as far as somebody asked dbt to."""

import dataclasses
import datetime
import pathlib

import duckdb

from pipelines import settings
from pipelines.home import Home
from pipelines.publishing import versions
from pipelines.settings import DBT_PROJECT_FOLDER
from pipelines.warehouse import registration
from pipelines.warehouse.building import databases
from pipelines.warehouse.declaration import declare_feeds


class InUse(RuntimeError):
    """Another process has the development database open; the message names the file."""


@dataclasses.dataclass(frozen=True)
class Development:
    """The development database of a home.

    ``build`` holds raw, ops, staging and intermediate, ``warehouse`` the marts. ``environment`` is what dbt must be
    started with to find them and the project.
    """

    build: pathlib.Path
    warehouse: pathlib.Path
    environment: dict[str, str]


def prepare(home: Home, night_on: datetime.date | None = None) -> Development:
    """Registers what is in the lake now; what was built of it before stays until it is built again.

    ``night_on``: the night whose warehouse it will be; that of the published version unless given, else today.

    Raises:
        InUse: another process has the database open.
    """
    declare_feeds()
    folder = home.development
    folder.mkdir(parents=True, exist_ok=True)
    environment = databases(folder) | _dbt_settings(folder)
    build, warehouse = (pathlib.Path(path) for path in databases(folder).values())
    try:
        with duckdb.connect(str(build)) as connection:
            for schema in registration.SCHEMAS:
                connection.execute(f"drop schema if exists {schema} cascade")
        registration.register(home, build, night_on or _night_on(home))
    except duckdb.IOException as error:
        raise InUse(f"{build} is open in another process, a notebook perhaps: close it there ({error})") from error
    return Development(build, warehouse, environment)


def _night_on(home: Home) -> datetime.date:
    published = versions.current(home)
    return published.night_on if published else settings.today()


def _dbt_settings(folder: pathlib.Path) -> dict[str, str]:
    """Where dbt finds the project, and where it leaves its files."""
    return {
        "DBT_PROJECT_DIR": str(DBT_PROJECT_FOLDER),
        "DBT_PROFILES_DIR": str(DBT_PROJECT_FOLDER),
        "DBT_TARGET_PATH": str(folder / "dbt"),
        "DBT_LOG_PATH": str(folder / "dbt"),
        "DBT_INDIRECT_SELECTION": "buildable",
    }
