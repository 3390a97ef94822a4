"""Text files whose bytes are not all as they should be."""

import codecs

import pytest

from pipelines import reading
from tests.reading.books import HEADER, Read

HEAD = ",".join(HEADER) + "\n"
LINES = "".join(f"P-{number},C-1,养老,12.5,2025-03-01,\n" for number in range(5))
TEXT = HEAD + LINES


def refused(payload: bytes) -> str:
    with pytest.raises(reading.UnreadableDelivery) as refusal:
        Read(payload)
    return refusal.value.reason_zh


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("damage", [b"P-\xff", b"P-3\xe5"])
def test_one_byte_without_meaning_costs_one_line(encoding: str, damage: bytes) -> None:
    read = Read(TEXT.encode(encoding).replace(b"P-3", damage))
    assert read.values("post_id") == ["P-0", "P-1", "P-2", "P-4"]
    assert read.defects == [(5, "post_id", "damaged_line")]


def test_many_bytes_without_meaning_refuse_the_file_and_name_their_lines() -> None:
    assert refused(TEXT.encode().replace(b"P-", b"\xff")).startswith("第 2、3、4、5、6 行有 UTF-8 编码中没有的字节")


@pytest.mark.parametrize("tail", ["P-9,C-1,托幼,1,2025-03-01,\n", "P-9,翠竹苑,养老,1,2025-03-01,水贝社区\n"])
def test_a_file_that_changes_its_encoding_is_refused(tail: str) -> None:
    assert refused(TEXT.encode("gb18030") + tail.encode()).startswith("第 7 行是 UTF-8 编码，而文件的其他部分是 GBK")


@pytest.mark.parametrize("word", ["镕基路", "瑷珲", "涪陵", "檀香", "娴静", "琦玉"])
def test_rare_characters_of_gbk_are_no_other_encoding(word: str) -> None:
    assert Read(TEXT.replace("C-1", word).encode("gb18030")).values("compound_id") == [word] * 5


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark(encoding: str) -> None:
    assert len(Read(TEXT.encode(encoding)).table) == 5
    assert Read(TEXT.replace("C-1", "一\u3000一").encode(encoding)).values("compound_id") == ["一一"] * 5


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(codecs.BOM_UTF8 * 2 + TEXT.encode(), id="two marks"),
        pytest.param(codecs.BOM_UTF8 * 2 + TEXT.replace("阵地编号", '"阵地编号"').encode(), id="two marks and quotes"),
        pytest.param((HEAD + "\ufeff" + HEAD + "\ufeff" + LINES).encode(), id="files put together"),
        pytest.param(("\ufeff" + TEXT).encode("gb18030"), id="a mark in GB18030"),
        pytest.param(
            ("\ufeff" + TEXT.replace("阵地编号", '"阵地编号"')).encode("gb18030"), id="a mark in GB18030 and a quote"
        ),
        pytest.param(TEXT.replace("\n", "\r").encode(), id="old line ends"),
        pytest.param(TEXT.replace("\n", "\r\r\n").encode(), id="doubled line ends"),
        pytest.param((TEXT + "\x1a").encode(), id="an end of file from DOS"),
        pytest.param((TEXT.rstrip() + "\x1a").encode(), id="an end of file from DOS in the last line"),
        pytest.param(("sep=;\n" + TEXT.replace(",", ";")).encode(), id="a separator told to Excel"),
        pytest.param(TEXT.replace(",", "|").encode(), id="bars"),
        pytest.param(TEXT.encode("utf-32"), id="UTF-32"),
    ],
)
def test_marks_and_line_ends_do_not_matter(payload: bytes) -> None:
    assert Read(payload).values("post_id") == ["P-0", "P-1", "P-2", "P-3", "P-4"]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (TEXT.replace(",", "，").encode(), "数据没有分列"),
        ("".join(f'"{line}"\n' for line in TEXT.splitlines()).encode(), "数据没有分列"),
        (TEXT.encode().decode("gb18030", "replace").encode(), "文件是乱码"),
        (TEXT.encode().decode("latin-1").encode(), "文件是乱码"),
        (('"2025年一季度台账,,,\n' + TEXT).encode(), "引号不成对"),
        ((HEAD + 'P-1,"C"-1,养老,1,2025-03-01,\n').encode(), "第 2 行无法读取，可能引号不成对"),
        ((HEAD + '"P-1","C \\"1\\"",养老,1,2025-03-01,\n').encode(), "第 2 行无法读取，可能引号不成对"),
    ],
)
def test_the_provider_is_told_what_is_wrong_with_the_text(payload: bytes, reason: str) -> None:
    assert reason in refused(payload)


@pytest.mark.parametrize("name", ["翠竹\ufffd", "锟斤拷", "???", "C-\ufffd1"])
def test_characters_that_were_lost_before_are_doubted(name: str) -> None:
    read = Read(TEXT.replace("P-3,C-1", f"P-3,{name}"))
    assert read.defects == [(5, "compound_id", "damaged_text")]
