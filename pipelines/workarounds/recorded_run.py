"""A run in this process that Dagster shows like any other.

Works around: ``execute_in_process`` notes no code location with the run, so that the timeline and the job's page leave
it out, its failure sets off no sensor, and it can't be run again from the UI (dagster-io/dagster#17707, #19458).
Launching it as Dagster does would start two more processes, each of which imports for 20 s.

It can go when runs of ``execute_in_process`` or ``dagster job execute`` carry their code location.
"""

from collections.abc import Mapping
from typing import Any

from dagster import DagsterEvent, DagsterInstance, JobDefinition
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME
from dagster._core.execution.api import execute_run_iterator
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteRepositoryOrigin


def execute(
    job: JobDefinition,
    code_location: str,
    instance: DagsterInstance,
    run_config: dict[str, Any],
    tags: Mapping[str, str],
) -> list[DagsterEvent]:
    """Every event of a run of the job, of which the instance knows as one of this code location; failures included."""
    location = RegisteredCodeLocationOrigin(code_location)
    origin = RemoteRepositoryOrigin(location, SINGLETON_REPOSITORY_NAME).get_job_origin(job.name)
    run = instance.create_run_for_job(
        job_def=job, run_config=run_config, tags={**job.run_tags, **tags}, remote_job_origin=origin
    )
    return list(execute_run_iterator(InMemoryJob(job), run, instance))
