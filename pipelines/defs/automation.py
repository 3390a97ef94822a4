"""What starts a night by itself, and who is told when one fails."""

import hashlib

import dagster as dg

from pipelines import intake, settings
from pipelines.components.failure import FAILURES, reason
from pipelines.feedback import alerts

NIGHTLY = "nightly"

nightly = dg.define_asset_job(
    NIGHTLY,
    selection=dg.AssetSelection.all(),
    description="Takes what has landed, builds the warehouse and publishes it.",
)


@dg.schedule(
    job=nightly,
    cron_schedule="0 2 * * *",
    execution_timezone=settings.SHANGHAI.key,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def every_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """At 02:00 in Shenzhen, for everything that has landed by that day."""
    day = context.scheduled_execution_time.astimezone(settings.SHANGHAI).date().isoformat()
    return dg.RunRequest(run_key=f"nightly-{day}", partition_key=day)


@dg.sensor(job=nightly, minimum_interval_seconds=300, default_status=dg.DefaultSensorStatus.RUNNING)
def landed_by_day(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """A night at once for deliveries that come by day; the same files start it once."""
    waiting = intake.waiting(settings.home(), settings.today())
    if not waiting:
        return dg.SkipReason("nothing has landed that the ledger does not know")
    run_key = hashlib.sha256("\n".join(waiting).encode()).hexdigest()
    return dg.RunRequest(run_key=run_key, partition_key=settings.today().isoformat())


@dg.run_failure_sensor(default_status=dg.DefaultSensorStatus.RUNNING, minimum_interval_seconds=30)
def failed_run(context: dg.RunFailureSensorContext) -> None:
    """Tells the address of SWW_ALERT_URL that a run failed, and why."""
    url = settings.alert_url()
    if url:
        run = context.dagster_run
        records = context.instance.all_logs(run.run_id, of_type=FAILURES)
        events = [record.dagster_event for record in records if record.dagster_event]
        alerts.post(url, run.job_name, run.run_id, reason(events) or str(context.failure_event.message))


@dg.definitions
def automation() -> dg.Definitions:
    return dg.Definitions(jobs=[nightly], schedules=[every_night], sensors=[landed_by_day, failed_run])
