"""Broken and hostile files: a reason for the provider, never another exception, never much memory or time."""

import io
import resource
import zipfile
import zlib

import hypothesis
import pytest
import xlsxwriter
from hypothesis import strategies

from pipelines import reading
from pipelines.contracts import contract_of

pytestmark = pytest.mark.fault(
    "Hostile and broken files",
    "zip bombs, paths out of the archive, zips in zips, encrypted and cut workbooks, cells in the last corner, "
    "billion laughs, web pages, NUL bytes, endless lines, mixed encodings, 10,000 columns, no bytes, and random "
    "ones",
    "rows, or a refusal that tells its provider why in Chinese; memory and time stay small",
)

CONTRACT = contract_of("service_posts")
HEADER = "阵地编号,小区编号,阵地类型,启用日期\n"
ROW = "001,C-1,养老,2025-03-01\n"


def read(payload: bytes, file_name: str = "2025-03-31.csv") -> reading.RawTable:
    return reading.read_table(payload, file_name, CONTRACT)


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def ledger() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        for index, line in enumerate((HEADER + ROW).splitlines()):
            sheet.write_row(index, 0, line.split(","))
    return buffer.getvalue()


def with_part(name: str, old: bytes, new: bytes) -> bytes:
    """The ledger with something else in one of its parts."""
    with zipfile.ZipFile(io.BytesIO(ledger())) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    assert old in parts[name]
    return zipped(parts | {name: parts[name].replace(old, new)})


SHEET = "xl/worksheets/sheet1.xml"
WIDE = b"".join(b",c%d" % number for number in range(10_000))
STRINGS = "xl/sharedStrings.xml"
ENCRYPTED = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2048
BILLION_LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet'


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        pytest.param(b"", "文件是空的", id="no bytes"),
        pytest.param(b" \r\n\t", "文件是空的", id="blanks alone"),
        pytest.param("姓名,电话\n张三,1\n".encode(), "找不到表头", id="another table"),
        pytest.param(b"<!DOCTYPE html><table><tr><td>1</table>", "网页", id="a web page named csv"),
        pytest.param((HEADER + ROW).encode() + b"\0", "空字节", id="a NUL byte"),
        pytest.param(HEADER.encode() + ROW.encode("gb18030"), "第 1 行是 UTF-8 编码", id="two encodings"),
        pytest.param(HEADER.encode() + b'001,"C-1,x,y\n' * 9, "引号不成对", id="a quote never closed"),
        pytest.param(HEADER.encode() + b"x" * 1_100_000, "过长", id="an endless line"),
        pytest.param(HEADER.encode() + b'"\n",' * 500_000, "过长", id="an endless record of short lines"),
        pytest.param(HEADER.strip().encode() + WIDE, "超过 200 列", id="10000 columns"),
        pytest.param(ENCRYPTED, "已加密", id="an encrypted workbook"),
        pytest.param(b"\x1f\x8b" + b"\0" * 20, "gzip", id="gzip from a file provider"),
        pytest.param(ledger()[:-100], "已损坏", id="a workbook cut off"),
        pytest.param(ledger().replace(b"\0\0\0\0", b"\1\1\1\1"), "已损坏|加密|无法", id="a workbook of wrong bytes"),
        pytest.param(with_part(SHEET, b"<worksheet", BILLION_LAUGHS), "DTD", id="billion laughs"),
        pytest.param(with_part(SHEET, b"</sheetData>", b""), "已损坏", id="a sheet of wrong XML"),
        pytest.param(with_part(SHEET, b'r="D2"', b'r="XFD1048576"'), "个单元格", id="a cell in the last corner"),
        pytest.param(with_part(SHEET, b'r="D2"', b"r='&#88;FD999999'"), "个单元格", id="the same in disguise"),
        pytest.param(with_part(SHEET, b'r="D2"', b'r="D9999999999"'), "个单元格", id="a row beyond all"),
        pytest.param(with_part(STRINGS, b"UTF-8", b"UTF-9"), "已损坏", id="an unknown encoding"),
        pytest.param(zipped({"../台账.csv": (HEADER + ROW).encode()}), "包外", id="a path out of the archive"),
        pytest.param(zipped({"/etc/台账.csv": b"1"}), "包外", id="an absolute path"),
        pytest.param(zipped({"C:\\台账.csv": b"1"}), "包外", id="a path with a drive"),
        pytest.param(zipped({"z.csv": b"1"}).replace(b"z.csv", b"\0.csv"), "包外", id="a member without a name"),
        pytest.param(zipped({"a.zip": zipped({"台账.csv": b"1"})}), "不是 csv 或 xlsx", id="a zip in a zip"),
        pytest.param(zipped({"a.csv": zipped({"台账.csv": b"1"})}), "只压缩一次", id="a zip in a zip in disguise"),
        pytest.param(zipped({"a.csv": b"0" * 40_000_000}), "压缩炸弹", id="a zip bomb"),
        pytest.param(zipped({"a.csv": (HEADER + ROW).encode()})[:-30], "已损坏", id="a zip cut off"),
        pytest.param(zipped({f"{n}.csv": b"" for n in range(1_001)}), "超过 1000 个", id="a thousand members"),
    ],
)  # fmt: skip
def test_the_provider_is_told_why(payload: bytes, reason: str) -> None:
    with pytest.raises(reading.UnreadableDelivery, match=reason) as refusal:
        read(payload)
    assert str(refusal.value) == refusal.value.reason_zh


def test_an_encrypted_zip() -> None:
    payload = bytearray(zipped({"a.csv": (HEADER + ROW).encode()}))
    payload[6] |= 1  # the flag in the member's own heading
    payload[payload.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    with pytest.raises(reading.UnreadableDelivery, match="已加密"):
        read(bytes(payload))


def test_a_member_that_unpacks_to_more_than_it_says() -> None:
    content = (HEADER + ROW * 9).encode()
    payload = zipped({"a.csv": content})
    told, true = len(HEADER.encode()), len(content)
    checksum, true_checksum = zlib.crc32(content[:told]), zlib.crc32(content)
    lying = payload.replace(true.to_bytes(4, "little"), told.to_bytes(4, "little"))
    lying = lying.replace(true_checksum.to_bytes(4, "little"), checksum.to_bytes(4, "little"))
    assert read(lying).rows.empty  # what was measured is what is read: the header alone


def test_numbers_of_strings_that_no_file_could_hold_are_not_believed() -> None:
    assert read(with_part(STRINGS, b'count="8"', b'count="99999999999"')).rows["post_id"].tolist() == ["001"]


def test_a_time_that_no_clock_can_show_is_no_date() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        for index, line in enumerate((HEADER + ROW).splitlines()):
            sheet.write_row(index, 0, line.split(","))
        sheet.write("D2", 1e300, book.add_format({"num_format": "[h]:mm"}))
    defects = reading.parse(read(buffer.getvalue()).rows, CONTRACT).defects
    assert defects["column"].tolist() == ["opened_on"]


def test_half_a_million_formatted_rows_below_the_table_cost_little() -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(3, 1_000_000, 2))
    payload = with_part(SHEET, b"</sheetData>", rows + b"</sheetData>")
    before_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert read(payload).rows["post_id"].tolist() == ["001"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kilobytes < 500_000


def test_a_file_beyond_the_limit_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.reading.deliveries.FILE_BYTES_LIMIT", 10)
    with pytest.raises(reading.UnreadableDelivery, match="文件超过"):
        read((HEADER + ROW).encode())


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.reading.deliveries.SECONDS_LIMIT", -60)
    with pytest.raises(reading.UnreadableDelivery, match="超过 -1 分钟"):
        read((HEADER + ROW).encode())


def is_table_or_refusal(payload: bytes, file_name: str) -> None:
    try:
        table = read(payload, file_name)
    except reading.UnreadableDelivery:
        return
    reading.parse(table.rows, CONTRACT)


SUFFIXES = strategies.sampled_from([".csv", ".xlsx", ".zip", ".json.gz"])
SEEDS = strategies.sampled_from(
    [ledger(), zipped({"a.csv": (HEADER + ROW).encode()}), (HEADER + ROW).encode("gb18030")]
)


@hypothesis.settings(max_examples=150, deadline=None, derandomize=True)
@hypothesis.given(payload=strategies.binary(max_size=300), suffix=SUFFIXES)
def test_any_bytes_give_a_table_or_a_refusal(payload: bytes, suffix: str) -> None:
    is_table_or_refusal(payload, "2025-03-31" + suffix)


@hypothesis.settings(max_examples=150, deadline=None, derandomize=True)
@hypothesis.given(seed=SEEDS, data=strategies.data())
def test_real_files_with_bytes_changed_give_a_table_or_a_refusal(seed: bytes, data: strategies.DataObject) -> None:
    payload = bytearray(seed)
    for _ in range(data.draw(strategies.integers(1, 5))):
        payload[data.draw(strategies.integers(0, len(seed) - 1))] = data.draw(strategies.integers(0, 255))
    is_table_or_refusal(bytes(payload), "2025-03-31.xlsx")


@hypothesis.settings(max_examples=100, deadline=None, derandomize=True)
@hypothesis.given(text=strategies.text(alphabet=strategies.characters(codec="utf-8"), max_size=200))
def test_any_text_below_a_header_gives_a_table_or_a_refusal(text: str) -> None:
    is_table_or_refusal((HEADER + text).encode(), "2025-03-31.csv")


@hypothesis.settings(max_examples=60, deadline=None, derandomize=True)
@hypothesis.given(
    content=strategies.binary(max_size=200),
    part=strategies.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml", STRINGS]),
    place=strategies.floats(0, 1),
)
def test_any_bytes_inside_a_workbook_give_a_table_or_a_refusal(content: bytes, part: str, place: float) -> None:
    with zipfile.ZipFile(io.BytesIO(ledger())) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    at = int(place * len(parts[part]))
    is_table_or_refusal(zipped(parts | {part: parts[part][:at] + content + parts[part][at:]}), "2025-03-31.xlsx")
