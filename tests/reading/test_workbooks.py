"""Workbooks as offices really keep them: merged cells, several sheets, wrong extensions, zips around."""

import datetime

import pytest
import xlsxwriter

from pipelines import reading
from tests.reading.books import HEADER, POSTS, sheets, workbook, zipped

ROW = ["001", "C-1", "养老", 12.5, "2025-03-01"]


def read(payload: bytes, file_name: str = "2025-03-31.xlsx") -> reading.RawTable:
    return reading.read_table(payload, file_name, POSTS)


def test_a_ledger_with_everything_that_offices_do() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("台账")
        sheet.merge_range("B1:H1", "小区公共服务阵地台账")
        sheet.write("B2", "填报单位：南山区  填报日期：2025年3月31日")
        sheet.merge_range("B4:B5", "阵地编号*")
        sheet.merge_range("C4:C5", "小区\n编号")
        sheet.merge_range("D4:D5", "")  # a blank column between
        sheet.merge_range("E4:F4", "基本情况")
        sheet.write_row("E5", ["阵地类型", "面积（平方米）"])
        sheet.merge_range("G4:H4", "起止")
        sheet.write_row("G5", ["启用日期", "停用日期"])
        sheet.write_row("B6", ["001", None, None, "养老", 12.5])
        sheet.merge_range("C6:C7", "C-1")
        sheet.write_datetime("G6", datetime.datetime(2025, 3, 1), day)  # noqa: DTZ001
        sheet.write_row("B7", ["002", None, None, "托幼", "１２", 45717])
        sheet.merge_range("B9:E9", "合计")
        sheet.write("F9", 24.5)
        sheet.write("B10", "填表人：张三  审核人：李四")

    table = read(workbook(write))
    assert table.drift == reading.Drift()
    assert table.rows.drop(columns="_extra").values.tolist() == [
        ["001", "C-1", "养老", 12.5, datetime.date(2025, 3, 1), None, "台账", 6],
        ["002", "C-1", "托幼", "１２", 45717.0, None, "台账", 7],
    ]


def test_the_sheet_with_the_header_is_read() -> None:
    payload = sheets(填报说明=[["请按季度报送"], ["阵地编号", "由区统一编号"]], 台账=[HEADER, ROW], Sheet3=[])
    assert read(payload).rows[["post_id", "_sheet"]].values.tolist() == [["001", "台账"]]


def test_an_empty_template_beside_the_ledger_does_not_matter() -> None:
    assert read(sheets(模板=[HEADER], 台账=[HEADER, ROW])).rows["_sheet"].tolist() == ["台账"]


def test_no_sheet_with_the_header() -> None:
    with pytest.raises(
        reading.UnreadableDelivery, match="没有一张工作表有应有的表头：阵地编号、小区编号、阵地类型、启用日期"
    ):
        read(sheets(台账=[["姓名", "电话"], ["张三", "1"]]))


def test_a_workbook_with_a_header_alone_is_an_empty_delivery() -> None:
    assert read(sheets(台账=[["标题"], HEADER])).rows.empty


def test_the_extension_does_not_decide_what_a_file_is() -> None:
    assert len(read(sheets(台账=[HEADER, ROW]), "2025-03-31.csv").rows) == 1
    text = ",".join(HEADER) + "\n001,C-1,养老,12.5,2025-03-01,\n"
    assert len(read(text.encode(), "2025-03-31.xlsx").rows) == 1


def test_a_zip_of_one_workbook_or_text() -> None:
    book = sheets(台账=[HEADER, ROW])
    text = (",".join(HEADER) + "\n001,C-1,养老,12.5,2025-03-01,\n").encode("gb18030")
    litter = {"__MACOSX/._台账.xlsx": b"\0\5", ".DS_Store": b"\0", "报送/~$台账.xlsx": b"\0", "报送/Thumbs.db": b"\0"}
    assert len(read(zipped({**litter, "报送/台账.xlsx": book}), "2025-03-31.zip").rows) == 1
    assert len(read(zipped({"台账.csv": text}), "2025-03-31.zip").rows) == 1


def test_names_that_chinese_windows_wrote_are_shown_in_chinese() -> None:
    # Chinese Windows stores the GBK bytes of a name and does not say so: the UTF-8 flag is not set.
    gbk = (
        zipped({"AAAA": b"1", "BBBB": b"2"})
        .replace(b"AAAA", "台账".encode("gbk"))
        .replace(b"BBBB", "附件".encode("gbk"))
    )
    with pytest.raises(reading.UnreadableDelivery, match="应当只有一个 csv 或 xlsx 文件，实际有 2 个：台账、附件"):
        read(gbk, "2025-03-31.zip")


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        pytest.param({}, "实际有 0 个：无", id="nothing in it"),
        pytest.param({"台账.pdf": b"%PDF-1.7"}, "“台账.pdf”不是 csv 或 xlsx 文件", id="no table in it"),
    ],
)
def test_a_zip_without_a_table(members: dict[str, bytes], reason: str) -> None:
    with pytest.raises(reading.UnreadableDelivery, match=reason):
        read(zipped(members), "2025-03-31.zip")
