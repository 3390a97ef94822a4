"""A build keeps within what the night may use."""

import datetime
import os
import pathlib

import pytest

from pipelines import providers, settings
from pipelines.warehouse import building, registration
from pipelines.workarounds import dbt_in_process


def test_its_databases_have_a_quarter_of_the_night_s_memory_and_the_threads_that_it_feeds(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWW_MEMORY_MB", "2048")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)))
    home = settings.home(tmp_path / "home")
    home.make_folders()
    providers.write_register(home.providers_file, [])
    registration.register(home, tmp_path / "build.duckdb", datetime.date(2025, 3, 31))
    with building.building(tmp_path) as build:
        next(build.follow(["seed.social_work_warehouse.districts"]))
        with dbt_in_process.cursor() as cursor:
            limits = cursor.execute("select current_setting('memory_limit'), current_setting('threads')").fetchone()
    assert limits == ("488.2 MiB", 2)  # 512 million bytes
