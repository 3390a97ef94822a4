"""Zip archives, unpacked in memory under limits: a delivery may be one, and a workbook is one."""

import io
import lzma
import struct
import zipfile
import zlib
from pathlib import PurePosixPath

from pipelines.reading.refusals import (
    ARCHIVE_MEMBERS_LIMIT,
    COMPRESSION_RATIO_LIMIT,
    FILE_BYTES_LIMIT,
    MEGABYTE,
    RATIO_MATTERS_BYTES,
    UnreadableDelivery,
)

_ENCRYPTED_FLAG = 0x1
_UTF8_NAME_FLAG = 0x800
_TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et"})
_BROKEN_ARCHIVE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError, OverflowError,
)  # fmt: skip


def unpack(payload: bytes) -> dict[str, bytes]:
    """The members of a zip archive by name, folders left out; each is no larger, and as intact, as its entry says.

    Raises:
        UnreadableDelivery: the archive is broken, encrypted, packed in an unusual way, hides paths outside of itself,
            or unpacks to more than the limits.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
            _refuse_dangerous(entries, len(payload))
            return {_name(entry): archive.read(entry) for entry in entries}
    except (NotImplementedError, RuntimeError) as fault:
        raise UnreadableDelivery("压缩包使用了不支持的压缩或加密方式，请用普通 zip 重新压缩") from fault
    except _BROKEN_ARCHIVE as fault:
        raise UnreadableDelivery("文件已损坏或传输不完整，无法解开") from fault


def is_package(members: dict[str, bytes]) -> bool:
    """Whether an archive is one document that consists of parts, and not a bundle of files."""
    names = {name.casefold() for name in members}
    return "[content_types].xml" in names or {"mimetype", "content.xml"} <= names


def only_table(members: dict[str, bytes]) -> bytes:
    """The bytes of the one table in a bundle; what operating systems and Excel add by themselves does not count.

    Raises:
        UnreadableDelivery: there is no table in it, or more than one.
    """
    tables = {name: content for name, content in members.items() if not _is_litter(PurePosixPath(name))}
    if len(tables) != 1:
        found = "、".join(sorted(tables)[:5]) or "无"
        raise UnreadableDelivery(f"压缩包里应当只有一个 csv 或 xlsx 文件，实际有 {len(tables)} 个：{found}")
    ((name, content),) = tables.items()
    if PurePosixPath(name).suffix.lower() not in _TABLE_SUFFIXES:
        raise UnreadableDelivery(f"压缩包里的“{name}”不是 csv 或 xlsx 文件")
    return content


def _refuse_dangerous(entries: list[zipfile.ZipInfo], packed_bytes: int) -> None:
    if len(entries) > ARCHIVE_MEMBERS_LIMIT:
        raise UnreadableDelivery(f"压缩包里的文件超过 {ARCHIVE_MEMBERS_LIMIT} 个")
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise UnreadableDelivery("文件已加密，请去掉密码后重新报送")
    if any(_leaves_archive(_name(entry)) for entry in entries):
        raise UnreadableDelivery("压缩包里有指向包外的文件路径")
    unpacked_bytes = sum(entry.file_size for entry in entries)
    if unpacked_bytes > FILE_BYTES_LIMIT:
        raise UnreadableDelivery(f"解开后超过 {FILE_BYTES_LIMIT // MEGABYTE} MB")
    if unpacked_bytes > max(RATIO_MATTERS_BYTES, COMPRESSION_RATIO_LIMIT * packed_bytes):
        raise UnreadableDelivery("压缩比异常，疑似压缩炸弹")


def _name(entry: zipfile.ZipInfo) -> str:
    """The entry's name: Chinese Windows writes it in GBK without saying so, which reads as code page 437."""
    if entry.flag_bits & _UTF8_NAME_FLAG:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def _leaves_archive(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or not parts[0] or parts[0].endswith(":")


def _is_litter(path: PurePosixPath) -> bool:
    return (
        "__MACOSX" in path.parts
        or path.name.startswith((".", "~$"))
        or path.name.lower() in {"thumbs.db", "desktop.ini"}
    )
