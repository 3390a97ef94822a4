"""What a run takes, who launched it, and what it tells of the delivery days."""

import datetime
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pydantic
import pytest

from pipelines import providers, running
from pipelines.components import night
from pipelines.components.feed import FeedComponent
from pipelines.components.night import NightConfig, launched_by, night_config, night_resource, partition_days
from pipelines.contracts import contract_of
from pipelines.home import Home
from pipelines.intake import Replay
from pipelines.lake import ledger
from tests.lake.appeals import appeal, land

pytestmark = pytest.mark.filterwarnings("ignore::dagster_shared.utils.warnings.BetaWarning")  # of the backfill policy

RAW = dg.AssetKey(["raw", "appeals"])
_BAD = appeal(9, source="外星人")


def day(of_march: int) -> datetime.date:
    return datetime.date(2025, 3, of_march)


@pytest.mark.parametrize(
    ("tags", "launcher"),
    [
        ({"dagster/schedule_name": "every_night"}, "schedule"),
        ({"dagster/sensor_name": "landed_by_day"}, "sensor"),
        ({"dagster/backfill": "abc", "dagster/from_ui": "true"}, "backfill"),
        ({"dagster/from_ui": "true"}, "ui"),
        ({"dagster/partition": "2025-03-01"}, "api"),
    ],
)
def test_a_run_says_what_launched_it(tags: dict[str, str], launcher: str) -> None:
    assert launched_by(tags) == launcher


def test_the_delivery_days_of_a_run_are_one_or_a_range_or_none() -> None:
    assert partition_days({"dagster/partition": "2025-03-01"}) == (day(1), day(1))
    ends = {"dagster/asset_partition_range_start": "2025-03-01", "dagster/asset_partition_range_end": "2025-03-03"}
    assert partition_days(ends) == (day(1), day(3))
    assert partition_days({}) is None


def test_what_the_launchpad_takes_is_what_the_command_gives() -> None:
    replay = Replay(day(1), day(3), "appeals", "440303", "0123456789abcdef")
    assert NightConfig(**night_config(day(3), replay)).replay == replay
    assert NightConfig(**night_config(day(3), None)) == NightConfig(night="2025-03-03")
    assert NightConfig().replay is None
    assert NightConfig(replay_delivery="0123456789abcdef").replay == Replay(delivery="0123456789abcdef")


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(pydantic.ValidationError, match="replay_from"):
        NightConfig(replay_from="March")


@pytest.fixture
def served(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home with the districts registered, which this process runs."""
    monkeypatch.setenv("SWW_HOME", "")  # so that they are as before after the test
    monkeypatch.setenv("DAGSTER_HOME", "")
    providers.initialise(home)
    running.prepare(home)
    yield home
    night.delivery_days.cache_clear()


def run(tags: dict[str, str], **config: str) -> dg.ExecuteInProcessResult:
    """A run of ``raw/appeals`` alone."""
    night.delivery_days.cache_clear()
    context = dg.ComponentTree.for_test().load_context
    assets = FeedComponent(contract_of("appeals")).build_defs(context).assets or []
    with dg.DagsterInstance.get() as instance:
        return dg.materialize(
            list(assets),
            instance=instance,
            tags=tags,
            resources={"night": night_resource},
            run_config={
                "resources": {"night": {"config": config}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
        )


def figures(name: str) -> dict[int, Any]:
    """What was last told under this name of each day of March."""
    with dg.DagsterInstance.get() as instance:
        latest = {
            record.partition_key: record.asset_materialization
            for record in reversed(instance.fetch_materializations(RAW, limit=500).records)
        }
    told = {str(key): each.metadata[name].value for key, each in latest.items() if each and name in each.metadata}
    return {int(key[-2:]): value for key, value in told.items()}


def checks(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {each.check_name: each.passed for each in result.get_asset_check_evaluations()}


def test_a_first_night_fills_every_day_from_the_first_delivery_and_each_has_its_own_figures(served: Home) -> None:
    land(served, "2025-03-02.csv", appeal(1), appeal(2), _BAD)
    land(served, "2025-03-04.csv", appeal(3))
    land(served, "2025-03-04.csv", appeal(3), district="440304")
    result = run({"dagster/partition": "2025-03-05"})
    assert figures("deliveries") == {2: 1, 3: 0, 4: 2, 5: 0}
    assert figures("rows_read") == {2: 3, 3: 0, 4: 2, 5: 0}
    assert figures("dagster/partition_row_count") == {2: 2, 3: 0, 4: 2, 5: 0}
    assert figures("rows_read_by_this_run") == {2: 3, 4: 2, 5: 0}
    assert figures("dagster/row_count") == {5: 4}
    of_run = {each.partition for each in result.asset_materializations_for_node("raw__appeals")}
    assert of_run == {"2025-03-05"}
    with dg.DagsterInstance.get() as instance:
        assert instance.get_runs()[0].tags["sww/launched_by"] == "api"
        days = night.delivery_days()
        statuses = instance.get_status_by_partition(RAW, days.get_partition_keys(), days)
    filled = [key for key, status in (statuses or {}).items() if status]
    assert filled == days.get_partition_keys()[:4] == ["2025-03-02", "2025-03-03", "2025-03-04", "2025-03-05"]


def test_running_a_day_again_turns_no_failed_check_and_no_row_count(served: Home) -> None:
    land(served, "2025-03-02.csv", appeal(1), appeal(2), _BAD)
    land(served, "2025-03-02.csv", _BAD, district="440304")  # too many of its rows are bad
    first = run({"dagster/partition": "2025-03-02"})
    assert checks(first) == {
        "providers_answered": False,
        "rows_valid": False,
        "columns_as_agreed": False,
        "deliveries_plausible": True,
        "rows_conserved": True,
    }
    quiet = run({"dagster/partition": "2025-03-02"})
    again = run({"dagster/partition": "2025-03-02", "dagster/from_ui": "true"})
    assert checks(quiet) == checks(again) == checks(first)
    assert figures("dagster/row_count") == {2: 2}
    assert figures("rows_read_by_this_run") == {2: 4}  # read again, since somebody chose the day in the UI


def test_a_feed_without_a_day_says_what_to_choose_and_takes_nothing(served: Home) -> None:
    land(served, "2025-03-02.csv", appeal(1))
    with pytest.raises(dg.Failure, match="raw/appeals is read by delivery day: choose one"):
        run({})
    assert ledger.outcomes(served, "appeals") == []


def test_a_late_delivery_tells_of_its_own_day(served: Home) -> None:
    land(served, "2025-03-02.csv", appeal(1))
    run({"dagster/partition": "2025-03-02"})
    land(served, "2025-03-01.csv", appeal(2), appeal(3))
    run({"dagster/partition": "2025-03-03"})
    assert figures("dagster/partition_row_count") == {1: 2, 2: 1, 3: 0}
    assert figures("rows_read_by_this_run") == {1: 2, 2: 1, 3: 0}


def test_a_backfill_of_three_days_reads_them_again_and_reports_each_with_its_own_figures(served: Home) -> None:
    for number in (1, 2, 3, 4):
        land(served, f"2025-03-0{number}.csv", *(appeal(10 * number + row) for row in range(number)))
    run({"dagster/partition": "2025-03-04"})
    (before,) = ledger.batches(served, "appeals")
    ends = {"dagster/asset_partition_range_start": "2025-03-01", "dagster/asset_partition_range_end": "2025-03-03"}
    result = run({**ends, "dagster/backfill": "abc"})
    told = {
        each.partition: (each.metadata["deliveries"].value, each.metadata["rows_read_by_this_run"].value)
        for each in result.asset_materializations_for_node("raw__appeals")
    }
    assert told == {"2025-03-01": (1, 1), "2025-03-02": (1, 2), "2025-03-03": (1, 3)}
    (batch,) = ledger.batches(served, "appeals")
    assert batch.replaces == (before.name,)


def test_one_delivery_is_read_again_where_the_launchpad_names_it(served: Home) -> None:
    land(served, "2025-03-01.csv", appeal(1))
    land(served, "2025-03-02.csv", appeal(2), appeal(3))
    run({"dagster/partition": "2025-03-03"})
    chosen = ledger.outcomes(served, "appeals")[1].delivery
    run({"dagster/partition": "2025-03-03", "dagster/from_ui": "true"}, replay_delivery=chosen.delivery_id)
    assert figures("rows_read_by_this_run") == {1: 1, 2: 2, 3: 0}
    with dg.DagsterInstance.get() as instance:
        newest = instance.fetch_materializations(RAW, limit=2).records
    assert {each.partition_key for each in newest} == {"2025-03-02", "2025-03-03"}
