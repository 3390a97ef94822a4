"""Files that are something else than their name says: refused by the name of what they are."""

from xml.etree import ElementTree

import pytest

from pipelines import reading
from tests.reading.books import HEADER, ROW, Read, parts_of, sheets, zipped

BOOK = sheets(台账=[HEADER, ROW])
TEXT = (",".join(HEADER) + "\nP-1,C-1,养老,12.5,2025-03-01,\n").encode()


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        (b"Rar!\x1a\x07\x01\x00 and more", "rar 压缩文件"), (b"7z\xbc\xaf\x27\x1c\0\4", "7z 压缩文件"),
        (b"\x1f\x8b\x08\0\0", "gzip 压缩文件"), (b"%PDF-1.7\n%\xe2\xe3", "PDF 文件"), (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "图片"), (b"{\\rtf1\\ansi", "RTF 文档"),
        (b"ID;PWXL;N;E\r\nC;Y1;X1;K1", "SYLK 文件"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "网页存档（MHTML）"),
        (b"<html><table><tr><td>1</table>", "网页（HTML）"), ("<html><table>".encode("utf-16"), "网页（HTML）"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html>", "网页（HTML）"), (b"<?xml version='1.0'?><data/>", "XML 文件"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook/>', "XML 表格 2003"),
        (b'{"data": []}', "JSON 文件"), (b'[{"a": 1}]', "JSON 文件"), (b"PAR1\0\0", "Parquet 文件"),
        (b"\5admin" + b" " * 49 + b"\0" * 110, "临时文件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版 Excel 工作簿（xls）或已加密的工作簿"),
        (zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}), "Word 文档（docx）"),
        (zipped({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"}), "PowerPoint 文件（pptx）"),
        (zipped({"mimetype": b"application/vnd.oasis", "content.xml": b"<x"}), "OpenDocument 表格（ods）"),
        (zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"\0"}), "二进制 Excel 工作簿（xlsb）"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_in_zip", [False, True])
def test_a_file_of_another_kind_is_refused_by_its_name(payload: bytes, name: str, is_in_zip: bool) -> None:
    with pytest.raises(reading.UnreadableDelivery) as refusal:
        Read(zipped({"台账.xlsx": payload}) if is_in_zip else payload)
    assert f"这是{name}" in refusal.value.reason_zh or name in refusal.value.reason_zh


@pytest.mark.parametrize("name", ["台账.xlsm", "台账.XLSX", "台账.et", "报送/台账.xlsx"])
def test_a_workbook_in_a_zip_may_have_any_name_of_a_table(name: str) -> None:
    assert Read(zipped({name: BOOK})).values("post_id") == ["P-1"]


def test_a_text_of_tabs_in_a_zip() -> None:
    assert Read(zipped({"台账.tsv": TEXT.replace(b",", b"\t")})).values("post_id") == ["P-1"]


def test_a_workbook_and_a_letter_are_two_files() -> None:
    with pytest.raises(reading.UnreadableDelivery, match=r"实际有 2 个：台账\.xlsx、说明\.docx"):
        Read(zipped({"台账.xlsx": BOOK, "说明.docx": b"PK"}))


@pytest.mark.parametrize(
    "text", ["[A-1],C-1,养老,1,2025-03-01", "{1},C-1,养老,1,2025-03-01", "ID,C-1,养老,1,2025-03-01"]
)
def test_a_text_table_that_begins_oddly_is_read(text: str) -> None:
    assert len(Read(",".join(HEADER) + f"\n{text}\n").table) == 1
    assert len(Read(f"[附件1]\n{','.join(HEADER)}\n{text}\n").table) == 1


def spelt(**changes: tuple[str, str]) -> bytes:
    """The workbook with texts replaced in some parts, named by the end of their names."""
    parts = parts_of(BOOK)
    for end, (old, new) in changes.items():
        name = next(each for each in parts if each.endswith(end.replace("_", ".")))
        assert old.encode() in parts[name]
        parts[name] = parts[name].replace(old.encode(), new.encode())
    return zipped(parts)


def renamed(rename: dict[str, str], **changes: tuple[str, str]) -> bytes:
    return zipped({rename.get(name, name): content for name, content in parts_of(spelt(**changes)).items()})


def prefixed() -> bytes:
    """The sheet with a prefix at each element, as strict programs write it."""
    parts = parts_of(BOOK)
    name = "xl/worksheets/sheet1.xml"
    text = (
        parts[name].decode().replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:").replace("<x:?", "<?")
    )
    return zipped(parts | {name: text.replace("<x:worksheet xmlns=", "<x:worksheet xmlns:x=").encode()})


def indented(part: bytes) -> bytes:
    root = ElementTree.fromstring(part)  # noqa: S314 - the part was just written
    ElementTree.indent(root)
    return ElementTree.tostring(root)


SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
INLINE = "\n<is>\n  <r>\n    <t>P</t>\n  </r>\n  <r><t>-1</t></r>\n</is>\n"
MACRO = '<sheet name="Module1" sheetId="9" r:id=""/>'
PARTS = parts_of(BOOK)
WIDE = PARTS[SHEET].decode().replace("UTF-8", "UTF-16").encode("utf-16")
RUNS = '<r><t>P</t></r><r><rPr><b/></rPr><t xml:space="preserve">-1</t></r><rPh sb="0" eb="1"><t>x</t></rPh>'
RELATED = ("worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(prefixed(), id="a prefix at each element"),
        pytest.param(zipped(PARTS | {SHEET: WIDE}), id="UTF-16"),
        pytest.param(zipped({name: b"\xef\xbb\xbf" + part for name, part in PARTS.items()}), id="byte order marks"),
        pytest.param(zipped({name.lower(): part for name, part in PARTS.items()}), id="names in lower case"),
        pytest.param(zipped({name.replace("/", "\\"): part for name, part in PARTS.items()}), id="backslashes"),
        pytest.param(renamed({SHEET: "xl/worksheets/SHEET1.XML"}), id="names in upper case"),
        pytest.param(spelt(workbook_xml_rels=RELATED), id="absolute targets"),
        pytest.param(spelt(sheet1_xml=('<row r="2" spans="1:6">', "<row>")), id="a row without number"),
        pytest.param(spelt(sheet1_xml=('<c r="A2" t="s">', '<c t="s">')), id="a cell without place"),
        pytest.param(spelt(sheet1_xml=('r="A2"', "r='A2'")), id="other quotes"),
        pytest.param(spelt(sheet1_xml=('r="A2"', 's="0" r="A2"')), id="attributes in another order"),
        pytest.param(spelt(sheet1_xml=("<sheetData>", "<!-- made by hand --><sheetData>\n")), id="a comment"),
        pytest.param(spelt(sheet1_xml=('ref="A1:F2"', 'ref="A1:XFD1048576"')), id="a dimension of everything"),
        pytest.param(spelt(sheet1_xml=('ref="A1:F2"', 'ref="A1"')), id="a dimension of nothing"),
        pytest.param(spelt(sheet1_xml=("<v>12.5</v>", "<v>1.25E1</v>")), id="a number with an exponent"),
        pytest.param(spelt(sharedStrings_xml=("<t>P-1</t>", "<t>P&#45;1_x000D_</t>")), id="escaped characters"),
        pytest.param(spelt(sharedStrings_xml=("<t>P-1</t>", "<t><![CDATA[P-1]]></t>")), id="character data"),
        pytest.param(spelt(sharedStrings_xml=("<t>P-1</t>", RUNS)), id="runs"),
        pytest.param(zipped(PARTS | {SHEET: indented(PARTS[SHEET]), TEXTS: indented(PARTS[TEXTS])}), id="indented"),
        pytest.param(
            spelt(sharedStrings_xml=("<si><t>停用日期</t>", "<si>\n  <t>停用日期</t>")), id="one text indented"
        ),
        pytest.param(spelt(sharedStrings_xml=("<si><t>停用日期</t></si>", "<si>\n</si>")), id="a text without a text"),
        pytest.param(spelt(sheet1_xml=('t="s"><v>6</v>', f't="inlineStr">{INLINE}')), id="an indented text of its own"),
        pytest.param(spelt(workbook_xml=("</sheets>", f"{MACRO}</sheets>")), id="a macro's sheet"),
    ],
)
def test_workbooks_in_all_spellings_say_the_same(payload: bytes) -> None:
    assert Read(payload).values("post_id", "category", "area_m2") == [["P-1", "养老", 12.5]]


def test_rows_in_disorder_stand_in_their_order() -> None:
    book = parts_of(sheets(台账=[HEADER, ROW, ["P-2", *ROW[1:]]]))
    text = book[SHEET].decode()
    start, end = text.index('<row r="2"'), text.index('<row r="3"')
    turned = text[:start] + text[end : text.index("</sheetData>")] + text[start:end] + "</sheetData></worksheet>"
    assert Read(zipped(book | {SHEET: turned.encode()})).values("post_id") == ["P-1", "P-2"]


def test_a_workbook_of_more_repeated_texts_than_bytes_is_valid() -> None:
    rows = [[f"P-{number}", "C-1", "养老", 1, "2025-03-01"] for number in range(600)]
    assert len(Read(sheets(台账=[HEADER, *rows])).table) == 600


def test_texts_of_an_unknown_kind_refuse_the_file() -> None:
    # With one of them left out, each cell after it would get the text of another.
    with pytest.raises(reading.UnreadableDelivery, match="工作簿已损坏"):
        Read(spelt(sharedStrings_xml=("<si><t>停用日期</t></si>", "<sstItem><t>停用日期</t></sstItem>")))


@pytest.mark.parametrize(
    ("old", "new"), [("<row ", "<rows "), ("</row>", ""), ("<v>0</v>", "<v>99</v>"), ("<v>12.5</v>", "<v>&sect;</v>")]
)
def test_a_broken_sheet_is_refused(old: str, new: str) -> None:
    with pytest.raises(reading.UnreadableDelivery, match="工作簿已损坏"):
        Read(spelt(sheet1_xml=(old, new)))
