"""What the sample city planted is what the ledger found, and nothing else went wrong."""

import collections
import re

import chinese_calendar
import pandas
import pytest

from pipelines.contracts import contract_of
from sample_city import files
from sample_city.delivery import Delivery
from tests.city.conftest import SampleCity
from tests.city.recomputation import reported_period_end

FILE = ["feed", "provider_type", "provider_code", "file_name"]
PROVIDER = ["feed", "provider_type", "provider_code"]
OUTCOME = ["status", "rows_read", "quarantined", "duplicate"]
NEW_YEAR = "2026"

# A step dated before the one that it follows: the rule spans both, and the row is returned by the first of them.
EARLIER_STEP = {"completed_on": "applied_on", "approved_on": "demanded_on"}

# Words of the reason that the provider reads, by the trouble that was planted.
REASONS = {"required column missing": "缺少必填列", "unreadable": "不是 csv 或 xlsx", "unregistered provider": "未登记"}


def due_on(delivery: Delivery) -> pandas.Timestamp:
    """So many days after the reported period's end, and not before the next working day."""
    due = reported_period_end(delivery) + pandas.Timedelta(days=contract_of(delivery.feed).due_days)
    while not chinese_calendar.is_workday(due):
        due += pandas.Timedelta(days=1)
    return due


@pytest.fixture(scope="module")
def planned(city: SampleCity) -> pandas.DataFrame:
    """A row for each planned delivery with what the ledger must say; a platform has one of all it serves."""
    rows = []
    for delivery in city.plan.deliveries:
        is_file = contract_of(delivery.feed).medium != "api"
        rows.append(
            {
                "feed": delivery.feed,
                "provider_type": delivery.provider_type,
                "provider_code": delivery.provider_code,
                "delivered_on": pandas.Timestamp(delivery.delivered_on),
                "file_name": files.file_name(delivery) if is_file and delivery.status != "missing" else "",
                "planted": delivery.planted,
                "status": delivery.status,
                "rows_read": len(delivery.rows) if delivery.status == "accepted" else 0,
                "quarantined": delivery.quarantined,
                "duplicate": delivery.duplicate,
                "reported_period_end": reported_period_end(delivery),
                "due_on": due_on(delivery),
            }
        )
    return pandas.DataFrame(rows)


@pytest.fixture(scope="module")
def ledger(city: SampleCity) -> pandas.DataFrame:
    """A row for each delivery as the warehouse publishes it."""
    return city.mart("select * from marts.deliveries")


def test_every_file_became_what_was_planned_and_nothing_else_arrived(
    planned: pandas.DataFrame, ledger: pandas.DataFrame
) -> None:
    arriving = planned[planned["file_name"].ne("")].set_index(FILE).sort_index()
    found = ledger[ledger["provider_type"].ne("platform")].set_index(FILE).sort_index()

    assert len(arriving) > 26_000
    assert found.index.tolist() == arriving.index.tolist()
    differing = (found[OUTCOME].astype(object) != arriving[OUTCOME].astype(object)).any(axis=1)
    assert found.loc[differing, OUTCOME].to_dict("index") == arriving.loc[differing, OUTCOME].to_dict("index")


def test_every_platform_served_what_was_planned(planned: pandas.DataFrame, ledger: pandas.DataFrame) -> None:
    served = planned[planned["provider_type"].eq("platform")].set_index(PROVIDER).sort_index()
    found = ledger[ledger["provider_type"].eq("platform")].set_index(PROVIDER).sort_index()

    assert len(served) == 9
    assert found[OUTCOME].to_dict("index") == served[OUTCOME].to_dict("index")


def test_what_is_missing_is_in_neither_landing_nor_ledger(
    city: SampleCity, planned: pandas.DataFrame, ledger: pandas.DataFrame
) -> None:
    missing = planned[planned["status"].eq("missing")]
    days = [*PROVIDER, "delivered_on"]

    assert len(missing) == sum(each.kind == "missing" for each in city.plan.planted) > 10
    assert missing.merge(ledger, on=days).empty
    for feed, provider_type, provider_code, delivered_on in missing[days].itertuples(index=False):
        folder = city.home.landing / provider_type / provider_code / feed
        assert not list(folder.glob(f"{delivered_on:%Y-%m-%d}*"))


def test_rejections_say_what_was_wrong(planned: pandas.DataFrame, ledger: pandas.DataFrame) -> None:
    found = ledger.merge(planned[planned["status"].eq("rejected")], on=FILE)

    assert set(found["planted"]) == set(REASONS)
    for kind, reason in found[["planted", "reason"]].itertuples(index=False):
        assert REASONS[kind] in reason


def test_refused_rows_name_the_column_that_was_spoiled(
    city: SampleCity, planned: pandas.DataFrame, ledger: pandas.DataFrame
) -> None:
    named = [*PROVIDER, "column_name"]
    refused = city.mart("select delivery_id, column_name from marts.quarantined_rows")
    found = refused.merge(ledger[["delivery_id", *PROVIDER]], on="delivery_id").groupby(named).size()
    spoiled = planned[planned["quarantined"].gt(0)]
    columns = spoiled["planted"].str.removeprefix("bad ")
    columns = columns.mask(columns.isin(EARLIER_STEP), columns.map(EARLIER_STEP))

    assert found.to_dict() == spoiled.assign(column_name=columns).groupby(named)["quarantined"].sum().to_dict()


def test_what_was_printed_adds_up_to_what_the_ledger_found(city: SampleCity, ledger: pandas.DataFrame) -> None:
    lines = re.findall(
        r"^(.+): (\d+) deliveries, (\d+) rows to quarantine, (\d+) repeated rows$", city.printed, re.MULTILINE
    )
    counts = {kind: int(deliveries) for kind, deliveries, _, _ in lines}

    assert counts == collections.Counter(each.kind for each in city.plan.planted)
    assert sum(int(rows) for _, _, rows, _ in lines) == ledger["quarantined"].sum() > 0
    assert sum(int(rows) for _, _, _, rows in lines) == ledger["duplicate"].sum() > 0
    assert sum(counts[kind] for kind in REASONS) == ledger["status"].eq("rejected").sum()
    assert counts["same bytes again"] == ledger["status"].eq("repeated").sum()


def test_every_month_has_its_trouble(planned: pandas.DataFrame) -> None:
    troubled = planned[planned["planted"].ne("")]

    assert set(troubled["delivered_on"].dt.strftime("%Y-%m")) >= {f"2025-{month:02d}" for month in range(1, 13)}


def test_the_scorecard_counts_what_came_and_what_came_in_time(city: SampleCity, planned: pandas.DataFrame) -> None:
    """A period is received when an accepted file reports it, and in time when one came until it was due."""
    arrived = planned[planned["provider_type"].ne("platform") & planned["status"].eq("accepted")]
    arrived = arrived[arrived["reported_period_end"].lt(NEW_YEAR)]
    periods = [*PROVIDER, "reported_period_end"]
    received = arrived.drop_duplicates(periods).groupby(PROVIDER).size()
    on_time = arrived[arrived["delivered_on"].le(arrived["due_on"])].drop_duplicates(periods).groupby(PROVIDER).size()
    found = city.mart(f"""
        select {", ".join(PROVIDER)}, sum(received) as received, sum(on_time) as on_time
        from marts.provider_scorecard
        where period_kind = 'month' and period < '{NEW_YEAR}' and provider_type <> 'platform'
        group by all
    """).set_index(PROVIDER)

    assert found["received"].astype(int).to_dict() == received.to_dict()
    assert found["on_time"].astype(int).to_dict() == on_time.to_dict()
    assert received.sum() > on_time.sum()
