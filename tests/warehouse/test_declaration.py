"""What dbt is told of a contract, worked out by hand for a small one."""

import pathlib

import jinja2
import pytest
import yaml

from pipelines.contracts import Contract
from pipelines.warehouse import declaration

VISITS = Contract.model_validate(
    {
        "feed": "visits",
        "title_zh": "走访记录",
        "description": "Visits to compounds.",
        "owner": "residential",
        "domain": "residential",
        "providers": ["district"],
        "medium": "csv",
        "mode": "upsert",
        "cadence": "weekly",
        "columns": [
            {"name": "visit_id", "header": "编号", "type": "code", "key": True, "description": "Number of the visit."},
            {"name": "visited_at", "header": "走访时间", "type": "datetime", "happened": True, "description": "When."},
            {"name": "kind", "header": "类型", "type": "code", "enumeration": ["入户", "电话"], "description": "How."},
            {"name": "compound_id", "header": "小区编号", "type": "code", "references": "compounds"},
            {"name": "visitor", "header": "走访人", "type": "text", "pii": True},
            {"name": "visitor_id_card", "header": "身份证号", "type": "idcard", "pii": True, "key": True},
            {"name": "updated_at", "header": "更新时间", "type": "datetime", "happened": True},
        ],
    }
)


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    declaration.declare_feeds([VISITS], tmp_path)
    return tmp_path


def test_a_source_is_described_and_fresh_for_its_longest_period_and_the_days_until_it_is_due(
    folder: pathlib.Path,
) -> None:
    (raw,) = yaml.safe_load((folder / "models" / "feeds.yml").read_text("utf-8"))["sources"]
    (visits,) = raw["tables"]
    assert visits["name"] == "visits"
    assert visits["description"] == "走访记录, as accepted into the lake. Visits to compounds."
    assert visits["config"]["freshness"] == {"warn_after": {"count": 7 + 3, "period": "day"}}
    assert [column["name"] for column in visits["columns"]] == [
        *("visit_id", "visited_at", "kind", "compound_id", "visitor_id_card_pseudonym", "updated_at", "withdrawn"),
    ]
    assert visits["columns"][2]["description"] == "类型. How. 入户, 电话."


def test_a_staging_model_is_described_column_by_column_and_tests_its_key(folder: pathlib.Path) -> None:
    (model,) = yaml.safe_load((folder / "models" / "feeds.yml").read_text("utf-8"))["models"]
    assert model["name"] == "stg_visits"
    assert model["description"].startswith("Visits to compounds. One row per row as delivered; the newest")
    assert model["data_tests"] == [
        {
            "unique_key": {
                "arguments": {
                    "columns": ["provider_type", "provider_code", "visit_id", "visitor_id_card_pseudonym"],
                },
                "config": {"where": "row_status = 'current'"},
            }
        }
    ]
    described = {column["name"]: column["description"] for column in model["columns"]}
    assert described["visited_on"] == "Day in Shenzhen of visited_at; null where that is."
    assert described["compound_id"] == "小区编号"
    assert described["district_code"] == "{{ doc('district_of_provider') }}"
    assert described["_source_row"] == "{{ doc('source_row') }}"
    assert "visitor" not in described
    assert "updated_on" not in described
    assert not any("data_tests" in column for column in model["columns"])


def test_the_models_are_told_mode_key_columns_days_and_references(folder: pathlib.Path) -> None:
    told: list[object] = []
    template = (folder / "macros" / "feeds.sql").read_text("utf-8")
    macros = jinja2.Environment(autoescape=True).from_string(template, globals={"return": told.append}).module
    macros.feeds()  # type: ignore[attr-defined]
    macros.utc_offset_hours()  # type: ignore[attr-defined]
    assert told == [
        [
            {
                "feed": "visits",
                "mode": "upsert",
                "key": ["visit_id", "visitor_id_card_pseudonym"],
                "columns": [
                    *("visit_id", "visited_at", "kind", "compound_id", "visitor_id_card_pseudonym", "updated_at"),
                    "withdrawn",
                ],
                "days": {"visited_on": "visited_at"},
                "newest_by": "updated_at",
                "references": [
                    {"feed": "visits", "column": "compound_id", "parent": "compounds", "key": "compound_id"}
                ],
            }
        ],
        8,
    ]


def test_what_says_it_already_is_left_untouched(folder: pathlib.Path) -> None:
    written = sorted(path for path in folder.rglob("*") if path.is_file())
    assert [path.name for path in written] == ["feeds.sql", "feeds.yml"]
    before = [path.stat().st_mtime_ns for path in written]
    declaration.declare_feeds([VISITS], folder)
    assert [path.stat().st_mtime_ns for path in written] == before
    declaration.declare_feeds([], folder)
    assert [path.stat().st_mtime_ns > mtime for path, mtime in zip(written, before, strict=True)] == [True, True]
