"""What a validation gives back, what it must never give back, and what must stop it."""

import socket
import subprocess
import sys

import pandas as pd
import pytest

from pipelines import quality
from pipelines.contracts import contract_of
from pipelines.quality import BrokenExpectation, SuiteError, Suites, declarations
from tests.quality.suite_rows import RESIDENT_ID, parsed, verdicts

SUITE = """
feed: recognitions
expectations:
  - type: {type}
    kwargs: {kwargs}
    severity: {severity}
    note: "specification: key"
    reason_zh: 请补填。
"""


def suites_of(folder, *, name="recognitions", type_="expect_column_values_to_not_be_null", kwargs="{column: level}"):
    (folder / f"{name}.yaml").write_text(SUITE.format(type=type_, kwargs=kwargs, severity="critical"), "utf-8")
    return Suites(folder)


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
            "column": "source_channel",
            "rule": "be_in_set",
            "reason_zh": "“诉求来源”只能填写党员、党组织、网上平台、热线、走访之一，请更正。",
            "value": "传真",
        },
        {
            "row": 2,
            "column": "received_at",
            "rule": "be_in_order",
            "reason_zh": "“办结时间”早于“受理时间”，请核对。",
            "value": "2025-03-01 01:00:00",  # in Shanghai
        },
    ]


def test_positions_are_those_of_the_frame_whatever_its_index():
    rows = parsed("appeals", {}, {"category": "?"}, {"category": None})
    rows.frame.index = pd.Index([7, 7, 9], name="elsewhere")
    defects = Suites().validate("appeals", rows, contract_of("appeals")).defects
    assert defects[["row", "rule"]].to_dict("list") == {"row": [1, 2], "rule": ["be_in_set", "not_be_null"]}


def test_outcomes_tell_each_expectation_of_the_suite_in_its_order():
    outcomes = verdicts("appeals", {"category": None}, {}).expectations
    assert [each.name for each in outcomes] == [each.name for each in quality.declared_suite("appeals").expectations]
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


def test_no_value_of_a_person_or_a_text_leaves_in_results_docs_or_logs(tmp_path, caplog):
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
    pages = quality.build_data_docs({"appeals": of_appeals.results, "volunteers": of_volunteers.results}, tmp_path)
    written = [str(of_appeals.results), str(of_volunteers.results), caplog.text]
    written += [page.read_text("utf-8") for page in pages.parent.glob("*.html")]
    written += [said.defects.to_csv() for said in (of_appeals, of_volunteers)]
    assert [value for value in planted for text in written if value in text] == []


def test_a_refused_identifier_is_shown_masked():
    defects = verdicts("social_workers", {"id_card": RESIDENT_ID[:-1] + "0"}).defects
    assert defects["value"].tolist() == ["1101************20"]


def test_results_keep_counts_and_no_positions():
    result = next(each for each in verdicts("appeals", {}, {"category": "?"}).results.results if not each.success)
    assert result.result["unexpected_count"] == 1
    assert not {"unexpected_index_list", "unexpected_list", "partial_unexpected_list"} & result.result.keys()


def test_an_expectation_that_raises_stops_the_validation_and_quotes_no_cell(caplog):
    rows = parsed("service_records", {}, {})
    rows.frame["person_times"] = pd.Series(["13900139001", "many"], dtype=object)
    with pytest.raises(BrokenExpectation, match="person_times_be_within could not be computed: TypeError") as raised:
        Suites().validate("service_records", rows, contract_of("service_records"))
    assert "13900139001" not in str(raised.value) + caplog.text


def test_a_frame_without_the_date_of_delivery_is_refused():
    rows = parsed("appeals", {})
    del rows.frame["_delivered_on"]
    with pytest.raises(KeyError, match="_delivered_on"):
        Suites().validate("appeals", rows, contract_of("appeals"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"type_": "expect_column_values_to_be_lovely"}, "level_be_lovely.*expect_column_values_to_be_lovely"),
        ({"kwargs": "{column: level, mistily: 0.9}"}, "mistily"),
        ({"kwargs": "{column: rank}"}, "the contract has no column rank"),
        ({"kwargs": "{min_value: 3}"}, "names neither a column nor a column_list"),
        ({"name": "elsewhere"}, "declares the suite of 'recognitions'"),
    ],
)
def test_a_suite_that_can_not_be_used_as_declared_fails_on_load(tmp_path, change, message):
    with pytest.raises(SuiteError, match=message):
        suites_of(tmp_path, **change)


def test_a_suite_without_a_contract_fails_on_load(tmp_path):
    (tmp_path / "nobody.yaml").write_text(
        SUITE.format(type="expect_column_values_to_not_be_null", kwargs="{column: a}", severity="critical").replace(
            "recognitions", "nobody"
        ),
        "utf-8",
    )
    with pytest.raises(SuiteError, match="nobody: there is no such feed"):
        Suites(tmp_path)


@pytest.mark.parametrize(
    ("line", "field"), [("severity: critical", "severity"), ("note", "note"), ("reason_zh", "reason")]
)
def test_severity_note_and_reason_are_not_optional(tmp_path, line, field):
    text = SUITE.format(type="expect_column_values_to_not_be_null", kwargs="{column: level}", severity="critical")
    path = tmp_path / "recognitions.yaml"
    path.write_text("\n".join(each for each in text.splitlines() if not each.strip().startswith(line)), "utf-8")
    with pytest.raises(SuiteError, match=field):
        declarations.read_suite(path)


def test_the_same_rule_twice_fails_on_load(tmp_path):
    text = SUITE.format(type="expect_column_values_to_not_be_null", kwargs="{column: level}", severity="critical")
    path = tmp_path / "recognitions.yaml"
    path.write_text(text + text.partition("expectations:")[2].lstrip("\n"), "utf-8")
    with pytest.raises(SuiteError, match="declared more than once: level_not_be_null"):
        declarations.read_suite(path)


def test_a_feed_without_a_suite_can_not_be_validated(tmp_path):
    with pytest.raises(SuiteError, match="'appeals' has no suite"):
        suites_of(tmp_path).validate("appeals", parsed("appeals", {}), contract_of("appeals"))


def test_suites_are_loaded_once_per_process():
    assert Suites()._engine is Suites()._engine


def test_nothing_is_sent_anywhere(monkeypatch, tmp_path):
    def refuse(*_arguments):
        raise AssertionError("Great Expectations phones home")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    said = suites_of(tmp_path).validate("recognitions", parsed("recognitions", {}), contract_of("recognitions"))
    quality.build_data_docs({"recognitions": said.results}, tmp_path / "docs")
    assert Suites()._engine._context.variables.analytics_enabled is False


def test_great_expectations_is_imported_only_when_a_suite_is_needed():
    probe = "import sys, pipelines.quality; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


def test_slices_of_a_feed_make_one_result():
    first, second = (verdicts("appeals", *rows).results for rows in ([{}, {"category": "?"}], [{"category": None}]))
    whole = quality.merged([first, second])
    told = {quality.suites.name_of(each): each for each in whole.results}
    assert told["category_be_in_set"].result["element_count"] == 3
    assert told["category_be_in_set"].result["unexpected_count"] == 1
    assert told["category_be_in_set"].result["missing_count"] == 1
    assert told["category_be_in_set"].result["unexpected_percent"] == 50.0
    assert not told["category_not_be_null"].success
    assert first.results[0].result["element_count"] == 2
    assert whole.statistics["unsuccessful_expectations"] == 2
