"""The XML parts of a workbook in one plain spelling, so that a regular expression can read them.

Almost every part is written plainly already: UTF-8, no comments, no CDATA, no prefix at the elements that matter. Any
other (UTF-16, ``x:`` prefixes, entities of its own encoding) is written anew by a strict parser. Of a part that a plain
reader can't make sense of, the same parser says whether it is broken.
"""

import codecs
import re
import xml.parsers.expat
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from pipelines.reading.refusals import UnreadableDelivery

BROKEN_ZH = "工作簿已损坏，无法读取；请用 Excel 打开后另存为 xlsx"

_PROLOG = re.compile(rb"\s*(?:<\?xml[^<>]*\?>)?\s*<\w+[\s/>]")
_ENCODING = re.compile(rb"""<\?xml[^<>]*encoding\s*=\s*["']([^"']*)["']""")
_REFERENCE = re.compile(r"&(?:#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))|(amp|lt|gt|quot|apos));|&")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_OF_TEXT = frozenset({"t", "v", "f"})
"""Elements in which blanks say something; elsewhere they only indent."""

_QUOTE = {'"': "&quot;"}
_ESCAPED_CHARACTER = re.compile(r"_x([0-9A-Fa-f]{4})_")


def plain_text(part: bytes) -> str:
    """The part as text in the plain spelling.

    Raises:
        UnreadableDelivery: it is not well-formed, in an unknown encoding, or declares a document type.
    """
    part = part.removeprefix(codecs.BOM_UTF8)
    declared = _ENCODING.match(part.lstrip()[:200])
    is_utf8 = declared is None or declared[1].lower() in {b"utf-8", b"utf8", b"us-ascii"}
    if is_utf8 and _PROLOG.match(part) and b"<!" not in part:
        try:
            return part.decode()
        except UnicodeDecodeError:
            pass
    return rewritten(part)


def rewritten(part: bytes) -> str:
    """The part as a strict parser reads it, written plainly: by local names, and not indented.

    Raises:
        UnreadableDelivery: as :func:`plain_text`.
    """
    written = ['<?xml version="1.0"?>']
    inside = [""]
    parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type

    def start(name: str, attributes: dict[str, str]) -> None:
        spelt = "".join(f" {_local(key)}={quoteattr(value, _QUOTE)}" for key, value in attributes.items())
        inside.append(_local(name))
        written.append(f"<{inside[-1]}{spelt}>")

    def end(_: str) -> None:
        written.append(f"</{inside.pop()}>")

    def characters(text: str) -> None:
        if inside[-1] in _OF_TEXT or not text.isspace():
            written.append(escape(text))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    try:
        parser.Parse(part, True)
    except (xml.parsers.expat.ExpatError, ValueError, LookupError) as fault:  # LookupError: an unknown encoding
        raise UnreadableDelivery(BROKEN_ZH) from fault
    return "".join(written)


def element_tree(part: bytes) -> ElementTree.Element:
    """The part as a tree.

    Raises:
        UnreadableDelivery: as :func:`plain_text`.
    """
    return tree_of(plain_text(part))


def tree_of(text: str) -> ElementTree.Element:
    """A text in the plain spelling as a tree.

    Raises:
        UnreadableDelivery: it is not well-formed.
    """
    try:
        return ElementTree.fromstring(text)  # noqa: S314 - plain: it declares no document type and no entities
    except ElementTree.ParseError as fault:
        raise UnreadableDelivery(BROKEN_ZH) from fault


def attribute(element: ElementTree.Element, name: str) -> str | None:
    """The element's attribute of a local name, in whatever namespace."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), None)


def text_value(markup: str) -> str:
    """Character data as the text of a cell.

    Raises:
        UnreadableDelivery: it refers to an entity that XML does not have.
    """
    return cell_text(unescaped(markup))


def unescaped(markup: str) -> str:
    """Character data as the text it stands for.

    Raises:
        UnreadableDelivery: as :func:`text_value`.
    """
    return _REFERENCE.sub(_referred, markup) if "&" in markup else markup


def cell_text(text: str) -> str:
    """A string of a workbook (ST_Xstring), characters in the form ``_x000D_`` resolved."""
    return _ESCAPED_CHARACTER.sub(_character, text) if "_x" in text else text


def _referred(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    try:
        return _NAMED[name] if name else chr(int(hexadecimal, 16) if hexadecimal else int(decimal))
    except (TypeError, ValueError) as fault:
        raise UnreadableDelivery(BROKEN_ZH) from fault


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code < 0xE000 else chr(code)  # half a character is none


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse_document_type(*_: object) -> None:
    raise UnreadableDelivery("工作簿含有文档类型声明（DTD），不予读取")
