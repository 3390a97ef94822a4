"""What a file is, by its first bytes, whatever its name says; what is no table is refused by its own name."""

import codecs
import re
from collections.abc import Mapping

from pipelines.reading import guide
from pipelines.reading.refusals import UnreadableDelivery

ZIP = (b"PK\x03\x04", b"PK\x05\x06")

# Only xlsx workbooks are read: no reader that we have tells how a cell of the others is shown, or that it is an error.
_SAVE_AS = "请用 Excel 打开（如有密码请去掉），另存为 xlsx 后重新报送"
_HEADS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Excel 工作簿（xls）或已加密的工作簿", _SAVE_AS),
    (b"\x1f\x8b", "gzip 压缩文件", "请发送 csv、xlsx 或 zip 文件"),
    (b"Rar!", "rar 压缩文件", "请解压后发送 csv 或 xlsx，或用 zip 重新压缩"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩文件", "请解压后发送 csv 或 xlsx，或用 zip 重新压缩"),
    (b"BZh", "bzip2 压缩文件", "请发送 csv、xlsx 或 zip 文件"),
    (b"\xfd7zXZ", "xz 压缩文件", "请发送 csv、xlsx 或 zip 文件"),
    (b"%PDF", "PDF 文件", "PDF 不能作为数据读取，请发送原来的 xlsx 或 csv 文件"),
    (b"\x89PNG", "图片", "图片不能作为数据读取，请发送原来的 xlsx 或 csv 文件"),
    (b"\xff\xd8\xff", "图片", "图片不能作为数据读取，请发送原来的 xlsx 或 csv 文件"),
    (b"GIF8", "图片", "图片不能作为数据读取，请发送原来的 xlsx 或 csv 文件"),
    (b"{\\rtf", "RTF 文档", "请把表格复制到 Excel，另存为 xlsx 后重新报送"),
    (b"ID;P", "SYLK 文件", "请用 Excel 打开后另存为 xlsx"),
    (b"PAR1", "Parquet 文件", "请发送 csv、xlsx 或 zip 文件"),
    (b"SQLite format 3", "数据库文件", "请导出为 csv 或 xlsx 后重新报送"),
)
_MARKUP = (
    (
        re.compile(r"progid=.Excel\.Sheet|<(?:\w+:)?Workbook[\s>]", re.IGNORECASE),
        "XML 表格 2003（Excel 的旧 XML 格式）",
    ),
    (re.compile(r"<!doctype html|<html|<table|<head|<body|<meta", re.IGNORECASE), "网页（HTML）"),
)
_MIME = re.compile(rb"\s*(?:MIME-Version:|From: |Content-Type: multipart)", re.IGNORECASE)
_PACKAGES = (
    ("xl/workbook.bin", "二进制 Excel 工作簿（xlsb）", _SAVE_AS),
    ("content.xml", "OpenDocument 表格（ods）", _SAVE_AS),
    ("word/", "Word 文档（docx）", "请把表格复制到 Excel，另存为 xlsx 后重新报送"),
    ("ppt/", "PowerPoint 文件（pptx）", "请把表格复制到 Excel，另存为 xlsx 后重新报送"),
    ("index/document.iwa", "Numbers 文件", "请导出为 xlsx 后重新报送"),
)
_LOCK_FILE_BYTES = 165


def refuse_other_kinds(payload: bytes) -> None:
    """Returns if the bytes may be a text table.

    Raises:
        UnreadableDelivery: they are empty, or something else, which the reason names with what to do.
    """
    if not payload.strip():
        raise UnreadableDelivery("文件是空的")
    for head, name, advice in _HEADS:
        if payload.startswith(head):
            raise _is(name, advice)
    if _MIME.match(payload):
        raise _is("网页存档（MHTML）或邮件", "请用 Excel 打开后另存为 xlsx")
    start = _as_text(payload[:4096])
    if start.startswith("<"):
        name = next((name for pattern, name in _MARKUP if pattern.search(start)), "XML 文件")
        raise _is(name, "请用 Excel 打开后另存为 xlsx")
    if start.startswith(("{", "[")) and re.match(r"[\[{]\s*(?:[\"{\[\]}]|-?\d)", start):
        raise _is("JSON 文件", "请发送 csv、xlsx 或 zip 文件")
    if (
        len(payload) == _LOCK_FILE_BYTES
        and payload[0] < 56
        and payload.count(0) + payload.count(32) > len(payload) // 2
    ):
        raise _is("Excel 打开文件时的临时文件（~$ 开头）", "请关闭 Excel，发送原来的文件")


def refuse_other_packages(members: Mapping[str, bytes]) -> None:
    """Returns if a zip archive is not the package of some other program's document.

    Raises:
        UnreadableDelivery: it is; the reason names the program and what to do.
    """
    names = [name.replace("\\", "/").casefold() for name in members]
    for place, name, advice in _PACKAGES:
        if any(each.startswith(place) for each in names):
            raise _is(name, advice)


def _as_text(start: bytes) -> str:
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if start.startswith(mark):
            return start[: len(start) // 2 * 2].decode(name, "replace").lstrip("\ufeff \t\r\n")
    if start[1:2] == b"\0":
        return start.decode("utf-16-le", "replace").lstrip()
    return start.decode("latin-1").removeprefix("ï»¿").lstrip()


def _is(name: str, advice: str) -> UnreadableDelivery:
    return UnreadableDelivery(f"这是{name}，不是 csv 或 xlsx；{advice}{guide.OTHER_FORMAT.see_zh}")
