"""What a validation gives back, what it must never give back, and what must stop it."""

import dataclasses
import re
import socket
import subprocess
import sys

import pandas as pd
import pytest

from pipelines.home import Home
from pipelines.quality import BrokenExpectation, SuiteError, Suites, all_suites, documentation
from tests.quality.suite_rows import RESIDENT_ID, UNREADABLE, parsed, verdicts

RULE = """
- type: {type}
  kwargs: {kwargs}
  severity: critical
  note: "project: a trial"
  reason_zh: 请补填。
"""


def declare(folder, *, feed="recognitions", type_="expect_column_values_to_not_be_null", kwargs="{column: category}"):
    path = folder / f"{feed}.yaml"
    path.write_text(RULE.format(type=type_, kwargs=kwargs), "utf-8")
    return path


def test_a_defect_names_position_column_rule_and_reason_and_shows_the_value():
    bad = {
        "source_channel": "传真",
        "received_at": pd.Timestamp("2025-02-28T17:00"),
        "closed_at": pd.Timestamp("2025-02-01"),
    }
    defects = verdicts("appeals", {}, {}, bad).defects
    assert defects.to_dict("records") == [
        {
            "row": 2,
            "column": "received_at",
            "rule": "be_in_order",
            "reason_zh": "“办结时间”早于“受理时间”，请核对。",
            "value": "2025-03-01 01:00:00",  # in Shanghai
        },
        {
            "row": 2,
            "column": "source_channel",
            "rule": "be_in_set",
            "reason_zh": "“诉求来源”只能填写党员、党组织、网上平台、热线、走访之一，请更正。",
            "value": "传真",
        },
    ]


def test_positions_are_those_of_the_frame_whatever_its_index():
    rows = parsed("appeals", {}, {"category": "?"}, {"category": None})
    rows.frame.index = pd.Index([7, 7, 9], name="elsewhere")
    defects = Suites().validate("appeals", rows).defects
    assert defects[["row", "rule"]].to_dict("list") == {"row": [1, 2], "rule": ["be_in_set", "not_be_null"]}


def test_outcomes_tell_each_expectation_of_the_suite_in_its_order():
    outcomes = verdicts("appeals", {"category": None}, {}).expectations
    assert [each.name for each in outcomes] == [each.name for each in all_suites()["appeals"].expectations]
    broken = next(each for each in outcomes if not each.success)
    assert (broken.name, broken.severity, broken.column, broken.failed_count, broken.rows.tolist()) == (
        "category_not_be_null",
        "critical",
        "category",
        1,
        [0],
    )


def test_all_positions_come_back_however_many_rows_are_bad():
    defects = verdicts("suggestions", *[{"category": "?"}] * 1000).defects
    assert defects["row"].tolist() == list(range(1000))


def test_a_frame_without_rows_breaks_nothing():
    said = verdicts("appeals")
    assert said.defects.empty
    assert list(said.defects) == ["row", "column", "rule", "reason_zh", "value"]
    assert all(each.success for each in said.expectations)


def test_no_value_of_a_person_or_a_text_leaves_in_defects_or_logs(caplog):
    planted = [
        "110105194912310029",
        "13900139001",
        "王小明",
        "家住福田区某街1号，电话13900139002",
        "110105194912310037",
    ]
    id_card, phone, name, summary, elsewhere = planted
    appeal = {"contact_phone": f"{phone}9", "contact_name": name, "summary": summary, "source_channel": elsewhere}
    of_appeals = verdicts("appeals", appeal, {**appeal, "uscc": elsewhere})
    of_volunteers = verdicts("volunteers", {"id_card": id_card, "name": name})
    assert len(of_appeals.defects) == 3
    assert len(of_volunteers.defects) == 1
    written = [caplog.text, *(said.defects.to_csv() for said in (of_appeals, of_volunteers))]
    assert [value for value in planted for text in written if value in text] == []


def test_a_refused_identifier_is_shown_masked():
    defects = verdicts("social_workers", {"id_card": RESIDENT_ID[:-1] + "0"}).defects
    assert defects["value"].tolist() == ["1101************20"]


def test_an_expectation_that_raises_stops_the_validation_and_quotes_no_cell(caplog):
    rows = parsed("service_records", {}, {})
    rows.frame["person_times"] = pd.Series(["13900139001", "many"], dtype=object)
    with pytest.raises(BrokenExpectation, match="person_times_be_within could not be computed: TypeError") as raised:
        Suites().validate("service_records", rows)
    assert "13900139001" not in str(raised.value) + caplog.text


def test_a_frame_without_the_date_of_delivery_is_refused():
    rows = parsed("appeals", {})
    del rows.frame["_delivered_on"]
    with pytest.raises(KeyError, match="_delivered_on"):
        Suites().validate("appeals", rows)


def test_a_file_adds_to_what_the_contract_implies(tmp_path):
    implied = all_suites(tmp_path / "nothing")["recognitions"].expectations
    declare(tmp_path)
    (added,) = [each for each in all_suites(tmp_path)["recognitions"].expectations if each not in implied]
    assert (added.name, added.severity, added.reason_zh) == ("category_not_be_null", "critical", "请补填。")
    rows = parsed("recognitions", {}, {"category": None})
    assert Suites(tmp_path).validate("recognitions", rows).defects["rule"].tolist() == ["not_be_null"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kwargs": "{column: rank}"}, "suite recognitions: .*the contract has no column rank"),
        ({"kwargs": "{min_value: 3}"}, "names neither a column nor a column_list"),
        ({"kwargs": "{column: level}"}, "declared twice, or implied by the contract already: level_not_be_null"),
        ({"feed": "nobody"}, "there is no feed nobody"),
    ],
)
def test_a_suite_that_can_not_be_used_as_declared_is_refused(tmp_path, change, message):
    declare(tmp_path, **change)
    with pytest.raises(SuiteError, match=re.compile(message, re.DOTALL)):
        all_suites(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"type_": "expect_column_values_to_be_lovely"}, "category_be_lovely.*expect_column_values_to_be_lovely"),
        ({"kwargs": "{column: category, mistily: 0.9}"}, "mistily"),
    ],
)
def test_what_great_expectations_would_drop_in_silence_is_refused(tmp_path, change, message):
    declare(tmp_path, **change)
    with pytest.raises(SuiteError, match=message):
        Suites(tmp_path).validate("recognitions", parsed("recognitions", {}))


@pytest.mark.parametrize("field", ["severity", "note", "reason_zh"])
def test_severity_note_and_reason_are_not_optional(tmp_path, field):
    path = declare(tmp_path)
    kept = [line for line in path.read_text("utf-8").splitlines() if not line.strip().startswith(field)]
    path.write_text("\n".join(kept), "utf-8")
    with pytest.raises(SuiteError, match=field):
        all_suites(tmp_path)


def test_the_same_rule_twice_is_refused(tmp_path):
    path = declare(tmp_path)
    path.write_text(path.read_text("utf-8") * 2, "utf-8")
    with pytest.raises(SuiteError, match="declared twice, or implied by the contract already: category_not_be_null"):
        all_suites(tmp_path)


def test_suites_are_loaded_once_per_process():
    assert Suites()._engine is Suites()._engine


def test_nothing_is_sent_anywhere(monkeypatch, tmp_path):
    def refuse(*_arguments):
        raise AssertionError("Great Expectations phones home")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    Suites(tmp_path).validate("recognitions", parsed("recognitions", {}))
    home = Home(tmp_path / "home")
    home.make_folders()
    documentation.write(home)
    assert Suites()._engine._context.variables.analytics_enabled is False


def test_great_expectations_is_imported_only_when_a_suite_is_needed():
    probe = "import sys, pipelines.quality; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


def test_a_required_cell_that_can_not_be_read_is_told_as_that_and_not_as_empty():
    said = verdicts("appeals", {}, {"due_date": UNREADABLE}, {"due_date": None})
    assert said.defects[["row", "rule", "reason_zh"]].to_numpy().tolist() == [
        [1, "type_x", "due_date读不出"],
        [2, "not_be_null", "“办理时限”为必填项，请补填。"],
    ]
    assert said.defects["value"].dropna().to_dict() == {0: "?"}
    told = {each.name: each.rows.tolist() for each in said.expectations if not each.success}
    assert told == {"due_date_be_readable": [1], "due_date_not_be_null": [2]}


def test_without_an_empty_cell_beside_it_only_the_reading_has_failed():
    said = verdicts("appeals", {"due_date": UNREADABLE}).expectations
    assert [each.name for each in said if not each.success] == ["due_date_be_readable"]


def test_a_cell_that_can_not_be_read_says_nothing_of_other_cells_of_its_row():
    row = {"closed_at": UNREADABLE, "category": "?", "uscc": "?"}
    assert verdicts("appeals", row).defects["rule"].tolist() == [
        "be_in_set",
        "type_x",
        "be_unified_social_credit_codes",
    ]


def test_a_line_that_may_be_no_record_is_not_put_to_the_suite():
    rows = parsed("appeals", {}, {"category": "?"}, {"category": "?", "due_date": UNREADABLE})
    said = Suites().validate("appeals", dataclasses.replace(rows, lines_doubted=frozenset({1})))
    assert said.defects[["row", "rule"]].values.tolist() == [[2, "be_in_set"], [2, "type_x"]]
    assert {each.name: each.rows.tolist() for each in said.expectations if not each.success} == {
        "category_be_in_set": [2],
        "due_date_be_readable": [2],
    }


def test_an_identifier_that_can_not_be_read_is_shown_masked():
    rows = parsed("social_workers", {"id_card": UNREADABLE, "level": UNREADABLE})
    rows.defects["value"] = ["4.40301199003E+17", "请致电13900139001"]
    told = Suites().validate("social_workers", rows).defects
    assert told.set_index("column")["value"].to_dict() == {"id_card": "4*40***********17", "level": "请致电***********"}


def test_cells_that_are_doubted_though_they_have_a_value_are_told_and_counted_once():
    rows = parsed("appeals", {"category": "?"}, {}, {"closed_at": None})
    doubts = [
        {"row": row, "column": column, "rule": rule, "reason_zh": "可疑", "value": "95%"}
        for row, column, rule in [(0, "category", "a"), (0, "category", "b"), (1, "closed_at", "a")]
    ]
    said = Suites().validate("appeals", dataclasses.replace(rows, defects=pd.DataFrame(doubts)))
    assert said.defects[["row", "column", "rule"]].values.tolist() == [
        [0, "category", "a"],
        [0, "category", "b"],
        [1, "closed_at", "a"],
    ]
    assert {each.name: each.rows.tolist() for each in said.expectations if not each.success} == {
        "category_be_readable": [0],
        "closed_at_be_readable": [1],
    }
