"""Verdicts on a delivery and on its rows follow from what is given, and from nothing else."""

import datetime

import pandas as pd
import pytest

from pipelines.contracts import contract_of
from pipelines.intake import verdict
from pipelines.lake.ledger import Delivery
from pipelines.lake.rows import QUARANTINE_SCHEMA
from pipelines.privacy import Pseudonymiser
from pipelines.providers import Provider, Register, initial_providers

APPEALS, HELP_REQUESTS = contract_of("appeals"), contract_of("help_requests")
DAY = datetime.date(2025, 3, 1)
REGISTER = Register(initial_providers(active_from=DAY))
NOTHING: dict[str, list[object]] = {"row": [], "column": [], "rule": [], "reason_zh": [], "value": []}


def delivery(provider_type: str, code: str, file_name: str = "2025-03-01.csv", on: datetime.date = DAY) -> Delivery:
    provider = Provider(provider_type, code)
    return Delivery(
        feed="appeals", provider=provider, file_name=file_name, sha256="0" * 64, delivered_on=on, sequence=0
    )


def defects(*told: tuple[int, str, str, str]) -> pd.DataFrame:
    """One for each row, column, rule and value."""
    records = [
        {"row": row, "column": name, "rule": rule, "reason_zh": rule, "value": value} for row, name, rule, value in told
    ]
    return pd.DataFrame(records or NOTHING)


ROWS = pd.DataFrame(
    {
        "_delivery_id": ["d1", "d1", "d2"],
        "_provider_code": ["440303", "440303", "440304"],
        "_sheet": ["一", "一", "13812345678"],
        "_source_row": [2, 3, 2],
        "appeal_id": ["A1", "A2", "13812345678"],
    }
)
PSEUDONYMISER = Pseudonymiser(b"key of the tests")


def test_a_registered_provider_of_the_feed_is_read() -> None:
    assert verdict.why_not_read(delivery("district", "440303"), APPEALS, REGISTER) is None


@pytest.mark.parametrize(
    "refused",
    [
        delivery("district", "440399"),
        delivery("municipal", "sz"),
        delivery("district", "440303", on=DAY - datetime.timedelta(days=1)),
    ],
    ids=["unknown", "of a type that does not send the feed", "before its first day"],
)
def test_a_delivery_of_anybody_else_is_not_read(refused: Delivery) -> None:
    reason = verdict.why_not_read(refused, APPEALS, REGISTER)
    assert reason is not None
    assert reason.startswith("未登记的报送单位")


def test_a_page_set_is_read_of_platforms_alone() -> None:
    sent = delivery("district", "440303", file_name="2025-03-01.json.gz")
    assert "json.gz" in (verdict.why_not_read(sent, APPEALS, REGISTER) or "")
    platforms = Register(
        each.model_copy(update={"provider_type": "platform", "provider_code": "izyz"})
        for each in initial_providers(active_from=DAY)
    )
    fetched = delivery("platform", "izyz", file_name="2025-03-01.json.gz")
    assert verdict.why_not_read(fetched, HELP_REQUESTS, platforms) is None


@pytest.mark.parametrize(("bad", "is_rejected"), [(0, False), (5, False), (6, True)])
def test_more_bad_rows_than_the_contract_tolerates_reject_a_delivery(bad: int, is_rejected: bool) -> None:
    assert (verdict.why_too_bad(10, bad, tolerated_share=0.5) is not None) == is_rejected


def test_a_delivery_without_rows_is_not_too_bad() -> None:
    assert verdict.why_too_bad(0, 0, tolerated_share=0) is None


def test_a_row_with_any_defect_is_bad_and_every_cell_is_told_with_its_place() -> None:
    told = defects(
        (0, "source_channel", "be_in_set", "托梦"),
        (2, "category", "not_be_null", ""),
        (2, "due_date", "type_date", "月底"),
    )
    judged = verdict.judge(ROWS, told, APPEALS, PSEUDONYMISER)
    assert judged.has_defect.tolist() == [True, False, True]
    assert judged.cells.columns.tolist() == QUARANTINE_SCHEMA.names
    shown = ["delivery_id", "feed", "provider_code", "sheet", "source_row", "column_name", "rule", "shown_value"]
    assert judged.cells[shown].to_numpy().tolist() == [
        ["d1", "appeals", "440303", "一", 2, "source_channel", "be_in_set", "托梦"],
        ["d2", "appeals", "440304", "***********", 2, "category", "not_be_null", ""],
        ["d2", "appeals", "440304", "***********", 2, "due_date", "type_date", "月底"],
    ]


def test_a_refused_row_is_known_by_its_key_as_the_lake_would_have_it() -> None:
    told = defects((0, "category", "not_be_null", ""), (1, "appeal_id", "shown_otherwise", ""), (2, "category", "", ""))
    judged = verdict.judge(ROWS, told, APPEALS, PSEUDONYMISER)
    (pseudonym,) = PSEUDONYMISER.pseudonyms(pd.Series(["13812345678"]))
    assert judged.cells["record_key"].fillna("none").tolist() == [
        "A1",
        "none",
        pseudonym,
    ]


def test_a_key_of_several_columns_is_one_text_and_none_where_a_part_is_missing() -> None:
    transfers = contract_of("member_transfers")
    days = pd.Series([pd.Timestamp("2025-03-01"), pd.NaT]).astype("datetime64[us]")
    rows = ROWS.iloc[:2].assign(id_card="44030119900307123x", applied_on=days)
    told = defects((0, "completed_on", "be_before", ""), (1, "completed_on", "be_before", ""))
    keys = verdict.judge(rows, told, transfers, PSEUDONYMISER).cells["record_key"]
    (pseudonym,) = PSEUDONYMISER.pseudonyms(pd.Series(["44030119900307123X"]))
    assert keys.fillna("none").tolist() == [f"{pseudonym}|2025-03-01", "none"]


def test_without_a_defect_nothing_is_told() -> None:
    judged = verdict.judge(ROWS, defects(), APPEALS, PSEUDONYMISER)
    assert not judged.has_defect.any()
    assert judged.cells.empty
