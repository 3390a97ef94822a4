"""Page sets as the platform client stores them."""

import gzip

import orjson
import pytest

from pipelines import reading
from pipelines.contracts import contract_of

CONTRACT = contract_of("help_requests")
REQUEST = {"request": {"feed": "help_requests", "updated_since": None, "delivered_on": "2025-03-01"}}
ROW = {
    "request_id": "Q1", "kind": "意愿达", "beneficiary": "一老", "district_code": "440303",
    "requested_at": "2025-02-28T09:00:00+08:00", "matched_at": None, "updated_at": "2025-02-28T01:00:00Z",
}  # fmt: skip


def page_set(*lines: object) -> bytes:
    return gzip.compress(b"".join(orjson.dumps(line) + b"\n" for line in lines), mtime=0)


def page(number: int, *rows: object) -> dict[str, object]:
    return {"data": rows, "page": number, "pages": 2, "total": 3}


def read(payload: bytes) -> reading.RawTable:
    return reading.read_table(payload, "2025-03-01.json.gz", CONTRACT)


def test_rows_remember_page_and_index() -> None:
    table = read(page_set(REQUEST, page(1, ROW, ROW | {"request_id": "Q2"}), page(2, ROW | {"request_id": "Q3"})))
    assert table.rows[["request_id", "_sheet", "_source_row"]].values.tolist() == [
        ["Q1", "第1页", 1],
        ["Q2", "第1页", 2],
        ["Q3", "第2页", 1],
    ]
    assert table.rows.loc[0, "requested_at"] == "2025-02-28T09:00:00+08:00"
    assert table.drift == reading.Drift(missing=("done_at",))


def test_rows_that_take_records_back_may_have_their_keys_alone() -> None:
    table = read(
        page_set(REQUEST, page(1, {"request_id": "Q1", "withdrawn": True}, {"request_id": "Q2", "withdrawn": 1}))
    )
    parsed = reading.parse(table.rows, CONTRACT)
    assert (parsed.frame["request_id"].tolist(), parsed.withdrawals) == (["Q1", "Q2"], {0, 1})


def test_unknown_fields_are_kept_aside() -> None:
    table = read(page_set(REQUEST, page(1, ROW, ROW | {"client": {"os": "鸿蒙"}, "note": ""})))
    assert table.rows["_extra"].tolist() == [None, '{"client":{"os":"鸿蒙"}}']
    assert table.drift.added == ("client", "note")


def test_an_object_in_place_of_a_value_is_shown_as_it_came() -> None:
    table = read(page_set(REQUEST, page(1, ROW | {"requested_at": {"at": "09:00"}})))
    assert reading.parse(table.rows, CONTRACT).defects["value"].tolist() == ['{"at":"09:00"}']


@pytest.mark.parametrize("moment", [1740706200, 1740706200000, "1740706200", "1740706200000", "2025-02-28T01:30:00Z"])
def test_times_may_be_counted_from_1970(moment: object) -> None:
    parsed = reading.parse(read(page_set(REQUEST, page(1, ROW | {"requested_at": moment}))).rows, CONTRACT)
    assert parsed.frame["requested_at"].astype(str).tolist() == ["2025-02-28 01:30:00"]


@pytest.mark.parametrize("moment", [0, 1, 17407062000, True, 20250228.5])
def test_other_numbers_are_no_times(moment: object) -> None:
    parsed = reading.parse(read(page_set(REQUEST, page(1, ROW | {"requested_at": moment}))).rows, CONTRACT)
    assert parsed.defects["rule"].tolist() == ["type_datetime"]


@pytest.mark.parametrize("key", ["requestId", "RequestID", "REQUEST_ID", "requestid"])
def test_keys_in_other_cases(key: str) -> None:
    row = {key if name == "request_id" else name: value for name, value in ROW.items()}
    assert read(page_set(REQUEST, page(1, row))).rows["request_id"].tolist() == ["Q1"]


@pytest.mark.parametrize("field", ["request_id", "beneficiary", "matched_at"])
@pytest.mark.parametrize("value", [{"code": "Q1"}, ["Q1"], {}, []])
def test_an_object_in_place_of_any_value_is_doubted(field: str, value: object) -> None:
    parsed = reading.parse(read(page_set(REQUEST, page(1, ROW, ROW | {field: value}))).rows, CONTRACT)
    assert parsed.defects[["row", "column", "rule"]].values.tolist() == [[1, field, "not_one_value"]]


@pytest.mark.parametrize("field", ["request_id", "unknown"])
def test_deeply_nested_values_are_refused(field: str) -> None:
    text = orjson.dumps(page(1, ROW | {field: "DEEP"})).replace(b'"DEEP"', b"[" * 600 + b"]" * 600)
    with pytest.raises(reading.UnreadableDelivery, match="嵌套过深"):
        read(gzip.compress(orjson.dumps(REQUEST) + b"\n" + text, mtime=0))


def test_long_numbers_keep_their_digits() -> None:
    rows = read(page_set(REQUEST, page(1, ROW | {"request_id": 440301199001011234}, ROW | {"request_id": None}))).rows
    parsed = reading.parse(rows, CONTRACT)
    assert parsed.frame["request_id"].tolist()[0] == "440301199001011234"
    assert parsed.defects.empty


def test_slices_hold_at_most_so_many_rows_and_see_the_whole_drift_at_the_end() -> None:
    payload = page_set(REQUEST, page(1, ROW, ROW), page(2, ROW | {"done_at": "2025-03-01T00:00:00Z", "new": 1}))
    first, last = reading.read_slices(payload, "2025-03-01.json.gz", CONTRACT, 2)
    assert first.rows["_source_row"].tolist() == [1, 2]
    assert last.rows["_sheet"].tolist() == ["第2页"]
    assert last.drift == reading.Drift(added=("new",))


@pytest.mark.parametrize("pages", [[], [page(1)], [page(1), page(2)]])
def test_a_page_set_without_rows_is_an_empty_delivery(pages: list[object]) -> None:
    table = read(page_set(REQUEST, *pages))
    assert table.rows.empty
    assert table.drift == reading.Drift()
    assert reading.parse(table.rows, CONTRACT).frame.empty


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        pytest.param(b"{}", "页集已损坏", id="no gzip"),
        pytest.param(page_set(REQUEST, page(1, ROW))[:-9], "页集已损坏", id="cut off"),
        pytest.param(page_set(), "缺少请求记录", id="nothing in it"),
        pytest.param(page_set(page(1, ROW)), "缺少请求记录", id="no request line"),
        pytest.param(
            page_set({"request": {"feed": "volunteers"}}), "属于另一个数据流：volunteers", id="another feed's"
        ),
        pytest.param(gzip.compress(orjson.dumps(REQUEST) + b"\n<html>"), "第 2 行不是有效的 JSON", id="a web page"),
        pytest.param(page_set(REQUEST, [ROW]), "第 2 行不是 JSON 对象", id="a bare array"),
        pytest.param(page_set(REQUEST, {"error": "busy"}), "没有数据数组", id="an error body"),
        pytest.param(
            page_set(REQUEST, page(1, ROW), page(2, "Q2")), "第 2 页没有数据数组", id="rows that are no objects"
        ),
        pytest.param(
            page_set(REQUEST, page(1, {"request_id": "Q1"})),
            "缺少必填列：来源、求助对象、求助时间、更新时间",
            id="required fields never sent",
        ),
        pytest.param(
            gzip.compress(orjson.dumps(REQUEST) + b'\n{"data": [], "data": [{}], "page": 1, "pages": 1, "total": 1}'),
            "第 2 行重复给出 data",
            id="two lists of rows",
        ),
        pytest.param(
            gzip.compress(orjson.dumps(REQUEST) + b'\n{"data": [{"request_id": "\\ud800"}]}'),
            "第 2 行不是有效的 JSON",
            id="half a character",
        ),
        pytest.param(gzip.compress(b" " * 40_000_000), "压缩比异常", id="a bomb"),
    ],
)
def test_damaged_page_sets_are_refused(payload: bytes, reason: str) -> None:
    with pytest.raises(reading.UnreadableDelivery, match=reason):
        read(payload)
