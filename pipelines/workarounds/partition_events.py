"""Materializations of many partitions, told of at once.

Works around: Dagster writes each event on its own, which takes some 16 ms, 3 of them the processor's; a home's first
night, or one after Dagster's storage was lost, tells of some ten thousand partitions. Public is one event at a time:
``AssetExecutionContext.log_event``, ``DagsterInstance.report_runless_asset_event``.

It can go when there is one event for a range of partitions, or when single ones cost a tenth.
"""

import logging
import time
from collections.abc import Sequence

from dagster import AssetExecutionContext, AssetMaterialization, DagsterEvent, DagsterEventType, EventLogEntry
from dagster._core.events import StepMaterializationData

from pipelines.workarounds.event_log import PooledEventLog


def report_in_run(context: AssetExecutionContext, materializations: Sequence[AssetMaterialization]) -> None:
    """Tells of materializations of one asset as events of this run's step."""
    storage = context.instance.event_log_storage
    if not isinstance(storage, PooledEventLog):
        for each in materializations:
            context.log_event(each)
    elif materializations:
        step = context.op_execution_context.get_step_execution_context().step.key
        storage.store_materializations(
            [_entry(each, context.run.job_name, context.run.run_id, step) for each in materializations]
        )


def report_without_run(context: AssetExecutionContext, materializations: Sequence[AssetMaterialization]) -> None:
    """Tells of materializations of one asset that no run has made, so that none has to be read for them."""
    storage = context.instance.event_log_storage
    if not isinstance(storage, PooledEventLog):
        for each in materializations:
            context.instance.report_runless_asset_event(each)
    elif materializations:
        storage.store_materializations([_entry(each, "", "", None) for each in materializations])


def _entry(materialization: AssetMaterialization, job: str, run_id: str, step: str | None) -> EventLogEntry:
    event = DagsterEvent(
        event_type_value=DagsterEventType.ASSET_MATERIALIZATION.value,
        job_name=job,
        step_key=step,
        event_specific_data=StepMaterializationData(materialization),
        message=f"Materialized {materialization.asset_key.to_user_string()}, {materialization.partition}",
    )
    return EventLogEntry(  # type: ignore[no-untyped-call]
        error_info=None,
        level=logging.INFO,
        user_message="",
        run_id=run_id,
        timestamp=time.time(),
        step_key=step,
        job_name=job,
        dagster_event=event,
    )
