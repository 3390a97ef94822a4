"""The code location: everything under ``defs/``, run in one process."""

import pathlib

import dagster as dg

from pipelines.components.night import delivery_days


@dg.definitions
def definitions() -> dg.Definitions:
    """All assets, checks, jobs, schedules and sensors.

    A run is one process: importing the validation and dbt stack takes longer than a night's data does.
    """
    delivery_days.cache_clear()
    loaded = dg.load_from_defs_folder(path_within_project=pathlib.Path(__file__).parent)
    return dg.Definitions.merge(loaded, dg.Definitions(executor=dg.in_process_executor))
