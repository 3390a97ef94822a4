"""A workbook's styles: how the cells of each style show their numbers, and whether they are struck out."""

import dataclasses

from pipelines.reading.number_formats import GENERAL, NumberFormat, number_format
from pipelines.reading.plain_xml import element_tree


@dataclasses.dataclass(frozen=True)
class Style:
    """How cells of one style look."""

    format: NumberFormat = GENERAL
    is_struck: bool = False


PLAIN = Style()


def styles(part: bytes | None) -> list[Style]:
    """The styles by the number that cells name them with.

    Raises:
        UnreadableDelivery: the part is broken.
    """
    if part is None:
        return [PLAIN]
    root = element_tree(part)
    codes = {each.get("numFmtId"): each.get("formatCode") for each in root.iterfind("{*}numFmts/{*}numFmt")}
    struck = [
        any(strike.get("val", "1") not in {"0", "false"} for strike in font.iterfind("{*}strike"))
        for font in root.iterfind("{*}fonts/{*}font")
    ]
    return [
        Style(
            number_format(_index(each.get("numFmtId")), codes.get(each.get("numFmtId"))),
            _index(each.get("fontId")) < len(struck) and struck[_index(each.get("fontId"))],
        )
        for each in root.iterfind("{*}cellXfs/{*}xf")
    ]


def _index(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
