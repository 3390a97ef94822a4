"""Which period a delivery reports: worked out by hand from a calendar of 2025."""

import datetime

import pytest

from pipelines.contracts import Contract, contract_of
from pipelines.lake import reports
from pipelines.lake.ledger import Delivery, Outcome, Status
from pipelines.providers import Provider

MONTHLY, QUARTERLY, YEARLY = contract_of("enterprises"), contract_of("compounds"), contract_of("chain_members")
WEEKLY_EVENTS, DAILY_EVENTS = contract_of("review_orders"), contract_of("appeals")


def delivery(contract: Contract, on: str, file_type: str = "csv") -> Delivery:
    return Delivery(
        feed=contract.feed,
        provider=Provider("district", "440303"),
        file_name=f"{on}.{file_type}",
        sha256=f"{hash(on):064x}",
        delivered_on=datetime.date.fromisoformat(on),
        sequence=0,
    )


@pytest.mark.parametrize(
    ("contract", "on", "reported"),
    [
        (MONTHLY, "2025-01-31", "2025-01-31"),
        (MONTHLY, "2025-02-03", "2025-01-31"),
        (MONTHLY, "2025-03-01", "2025-02-28"),
        (MONTHLY, "2025-12-31", "2025-12-31"),
        (QUARTERLY, "2025-04-09", "2025-03-31"),
        (QUARTERLY, "2025-12-30", "2025-09-30"),
        (YEARLY, "2025-12-31", "2025-12-31"),
        (YEARLY, "2025-12-30", "2024-12-31"),
        (WEEKLY_EVENTS, "2025-01-12", "2025-01-12"),  # a Sunday
        (WEEKLY_EVENTS, "2025-01-13", "2025-01-12"),
        (WEEKLY_EVENTS, "2025-01-01", "2024-12-29"),
        (DAILY_EVENTS, "2025-03-28", "2025-03-28"),
        (DAILY_EVENTS, "2025-03-30", "2025-03-28"),  # a Sunday
        (DAILY_EVENTS, "2025-09-28", "2025-09-28"),  # a Sunday that is worked
        (DAILY_EVENTS, "2025-10-08", "2025-09-30"),  # the last of eight holidays
        (DAILY_EVENTS, "2050-01-01", "2049-12-31"),  # a Saturday of a year whose holidays nobody knows
    ],
)
def test_the_latest_period_that_was_over_is_reported(contract: Contract, on: str, reported: str) -> None:
    found = reports.reported_period_end(contract, delivery(contract, on), datetime.date.min)
    assert found == datetime.date.fromisoformat(reported)


@pytest.mark.parametrize(
    ("contract", "on", "reported"),
    [
        (MONTHLY, "2025-01-21", "2024-12-31"),
        (MONTHLY, "2025-01-22", "2025-01-31"),  # the first of January's last ten days
        (MONTHLY, "2025-02-18", "2025-01-31"),
        (MONTHLY, "2025-02-19", "2025-02-28"),
        (QUARTERLY, "2025-03-22", "2025-03-31"),
        (WEEKLY_EVENTS, "2025-01-10", "2025-01-05"),
    ],
)
def test_near_its_end_a_list_reports_the_running_period_if_the_one_before_is_reported(
    contract: Contract, on: str, reported: str
) -> None:
    before = reports.reported_period_end(contract, delivery(contract, on), datetime.date.min)
    found = reports.reported_period_end(contract, delivery(contract, on), before)
    assert found == datetime.date.fromisoformat(reported)


def test_a_page_set_reports_up_to_its_own_day() -> None:
    sunday = delivery(contract_of("volunteers"), "2025-03-30", "json.gz")
    assert reports.reported_period_end(contract_of("volunteers"), sunday, datetime.date.min) == sunday.delivered_on


def outcome(contract: Contract, on: str, status: Status = "accepted") -> Outcome:
    received_at = datetime.datetime(2025, 6, 1, tzinfo=datetime.UTC)
    return Outcome(delivery=delivery(contract, on), received_at=received_at, size_bytes=1, modified_ns=1, status=status)


def test_a_list_is_the_state_of_the_period_that_it_reports_whatever_came_first() -> None:
    lists = [
        outcome(MONTHLY, "2025-03-25"),
        outcome(MONTHLY, "2025-01-03"),
        outcome(MONTHLY, "2025-01-24"),
        outcome(MONTHLY, "2025-03-05", "rejected"),
        outcome(MONTHLY, "2025-02-04"),
    ]
    found = reports.state_days(lists, MONTHLY)
    assert {each.delivery.file_name[:10]: str(found[each.delivery.delivery_id]) for each in lists} == {
        "2025-01-03": "2024-12-31",
        "2025-01-24": "2025-01-31",
        "2025-02-04": "2025-01-31",
        "2025-03-05": "2025-02-28",
        "2025-03-25": "2025-02-28",  # February's list was rejected, so this is it
    }


def test_events_are_no_state() -> None:
    assert reports.state_days([outcome(DAILY_EVENTS, "2025-03-28")], DAILY_EVENTS) == {}
