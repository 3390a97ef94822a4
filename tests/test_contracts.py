"""What a contract may say, what follows from what it says, and what no contract can say."""

import csv
import decimal
from typing import Any

import pydantic
import pytest

from pipelines import contracts, settings
from pipelines.contracts import Column, Contract

KEY = {"name": "id", "header": "编号", "type": "code", "key": True}


def contract(**said: Any) -> Contract:
    declared = {
        "feed": "visits", "title_zh": "走访", "description": "Visits.", "owner": "tests", "domain": "tests",
        "providers": ["district"], "medium": "csv", "mode": "append", "cadence": "weekly", "columns": [KEY],
    }  # fmt: skip
    return Contract.model_validate({**declared, **said})


def column(**said: Any) -> Column:
    return Column.model_validate({"name": "value", "header": "值", **said})


@pytest.mark.parametrize(
    ("cadence", "due_days", "fresh_for_days"),
    [("daily", 1, 2), ("weekly", 3, 10), ("monthly", 5, 36), ("quarterly", 10, 102), ("yearly", 30, 396)],
)
def test_the_cadence_says_when_a_report_is_late_and_a_feed_no_longer_fresh(
    cadence: str, due_days: int, fresh_for_days: int
) -> None:
    declared = contract(cadence=cadence)
    assert (declared.due_days, declared.fresh_for_days) == (due_days, fresh_for_days)
    assert declared.tolerated_bad_share == 0.5


def test_a_feed_that_is_treated_in_another_way_says_so() -> None:
    declared = contract(due_days=7, tolerated_bad_share=0.1)
    assert (declared.due_days, declared.fresh_for_days, declared.tolerated_bad_share) == (7, 14, 0.1)


def test_every_feed_is_treated_as_its_cadence_says() -> None:
    every = contracts.all_contracts().values()
    assert {"due_days", "tolerated_bad_share"} & {name for each in every for name in each.model_fields_set} == set()
    assert len(every) == len(list(contracts.DEFINITIONS_FOLDER.glob("*/*/defs.yaml"))) > 0


def test_what_follows_from_the_columns() -> None:
    declared = contract(
        providers=["municipal", "district"],
        columns=[
            KEY,
            {"name": "person", "header": "证件", "type": "idcard", "key": True, "pii": True},
            {"name": "phone", "header": "电话", "type": "phone", "pii": True},
            {"name": "met_on", "header": "日期", "type": "date", "required": True, "happened": True},
            {"name": "due_on", "header": "时限", "type": "date"},
        ],
    )
    assert list(declared.lake_columns) == ["id", "person_pseudonym", "met_on", "due_on", "withdrawn"]
    assert [each.name for each in declared.keys] == ["id", "person"]
    assert [each.name for each in declared.columns if each.must_be_filled] == ["id", "person", "met_on"]
    assert [each.name for each in declared.happened_columns] == ["met_on"]
    assert declared.path.relative_to(contracts.DEFINITIONS_FOLDER).as_posix() == "municipal/visits/defs.yaml"


def test_the_units_that_a_column_converts_are_as_exact_as_they_are_written() -> None:
    declared = column(type="decimal", converts={"万元": 10_000, "角": 0.1})
    assert declared.converts == (("万元", decimal.Decimal(10_000)), ("角", decimal.Decimal("0.1")))
    assert Column.model_validate(declared.model_dump()) == declared


def test_the_members_of_an_enumeration_are_the_column_s_own_or_those_of_several_feeds() -> None:
    assert column(type="code", enumeration=["甲", "乙"]).members == ("甲", "乙")
    assert column(type="code", enumeration="certificate_level").members == (
        "助理社会工作师",
        "社会工作师",
        "高级社会工作师",
    )
    assert column(type="code").members is None


def test_an_enumeration_of_several_feeds_stands_once() -> None:
    columns = [each for contract in contracts.all_contracts().values() for each in contract.columns]
    own = [each.enumeration for each in columns if isinstance(each.enumeration, tuple)]
    named = [each.enumeration for each in columns if isinstance(each.enumeration, str)]
    assert own
    assert sorted({*named}) == sorted(contracts.enumerations())
    assert [name for name in contracts.enumerations() if named.count(name) < 2] == []
    assert [members for members in own if own.count(members) > 1 or members in contracts.enumerations().values()] == []


@pytest.mark.parametrize(
    ("feed", "column", "seed"),
    [
        ("micro_projects", "beneficiary", "beneficiaries"),
        ("service_projects", "field", "service_fields"),
        ("enterprises", "industry", "industries"),
    ],
)
def test_a_list_of_codes_translates_each_member_of_its_enumeration(feed: str, column: str, seed: str) -> None:
    with (settings.PROJECT_FOLDER / "dbt_project" / "seeds" / f"{seed}.csv").open(encoding="utf-8") as lines:
        codes = [next(iter(row.values())) for row in csv.DictReader(lines)]
    assert codes == list(contracts.contract_of(feed).column(column).members or ())


def test_every_reference_is_to_a_feed_of_one_key_or_to_the_districts() -> None:
    every = contracts.all_contracts()
    referenced = {each.references for contract in every.values() for each in contract.columns if each.references}
    assert contracts.DISTRICTS in referenced
    assert [feed for feed in referenced - {contracts.DISTRICTS} if len(every[feed].keys) != 1] == []


def test_every_column_of_which_the_warehouse_keeps_something_is_described_in_one_line() -> None:
    columns = [each for contract in contracts.all_contracts().values() for each in contract.columns]
    assert [each.name for each in columns if (each.description is None) != (each.lake_name is None)] == []
    assert [each.description for each in columns if each.description and "\n" in each.description.strip()] == []


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"type": "text", "minimum": 1}, "range is for int and decimal, not for text"),
        ({"type": "code", "warn_below": 0}, "range is for int and decimal, not for code"),
        ({"type": "text", "enumeration": ["甲"]}, "enumeration is for code, not for text"),
        ({"type": "text", "converts": {"万元": 10_000}}, "converts is for int and decimal, not for text"),
        ({"type": "int", "converts": {"万户": 0}}, "converts says how many of its own units another is"),
        ({"type": "int", "happened": True}, "happened is for date and datetime, not for int"),
        ({"type": "int", "minimum": 0, "exclusive_minimum": 0}, "minimum or exclusive_minimum, not both"),
        ({"type": "int", "maximum": 9, "exclusive_maximum": 9}, "maximum or exclusive_maximum, not both"),
        ({"type": "int", "maximum": 9, "warn_below": 0}, "a range refuses what warn_below would report"),
        ({"type": "int", "hint_zh": "次"}, "hint_zh without a range or an enumeration"),
        ({"type": "code", "enumeration": "nobody_knows"}, "enumerations.yaml has no nobody_knows"),
        ({"type": "code", "lovely": True}, "Extra inputs are not permitted"),
    ],
)
def test_a_column_that_contradicts_itself_is_refused(said: dict[str, Any], fault: str) -> None:
    with pytest.raises(pydantic.ValidationError, match=fault):
        column(**said)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"columns": [KEY, KEY]}, "feed visits: declared more than once: id"),
        ({"columns": [{**KEY, "key": False}]}, "feed visits: no column is a key"),
        ({"cadence": "hourly"}, "cadence"),
        ({"providers": []}, "providers"),
        ({"tolerated_bad_share": 2}, "tolerated_bad_share"),
    ],
)
def test_a_contract_that_can_not_be_kept_is_refused(said: dict[str, Any], fault: str) -> None:
    with pytest.raises(pydantic.ValidationError, match=fault):
        contract(**said)


def test_an_unknown_feed_is_told_with_those_there_are() -> None:
    with pytest.raises(contracts.UnknownFeed, match="unknown feed 'apeals'; the feeds are appeals, association_events"):
        contracts.contract_of("apeals")
