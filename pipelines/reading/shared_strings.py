"""The texts that a workbook's cells share, and which of them are partly struck out or raised."""

import re
from typing import NamedTuple

from pipelines.reading.cells import Mark
from pipelines.reading.plain_xml import BROKEN_ZH, cell_text, plain_text, rewritten, text_value, tree_of
from pipelines.reading.refusals import UnreadableDelivery

_ITEM = re.compile(r"<si>(?:<t(?: [^<>]*)?>([^<]*)</t>|((?:<(?!/?si>)[^<]*)*))</si>|<si ?/>|(<[^<>]*>|[^<\s])")
_AROUND = re.compile(r"(?:<\?xml[^<>]*\?>)?<sst[^<>]*>(?:<extLst.*)?(?:</sst>)?")
_ON = frozenset({"1", "true"})


class SharedText(NamedTuple):
    """A text, and what is odd about how some of it is shown."""

    text: str
    mark: Mark | None = None


def shared_texts(part: bytes | None) -> list[SharedText]:
    """The texts in the order that cells count them in; what the part says of their number does not matter.

    Raises:
        UnreadableDelivery: the part is broken.
    """
    if part is None:
        return []
    items = _ITEM.findall(plain_text(part))
    if not _are_all(items):
        items = _ITEM.findall(rewritten(part))
        if not _are_all(items):
            raise UnreadableDelivery(BROKEN_ZH)  # cells count the texts: with one left out they would get others
    return [rich_text(rich) if rich else SharedText(text_value(simple)) for simple, rich, other in items if not other]


def _are_all(items: list[tuple[str, str, str]]) -> bool:
    """Whether there is nothing in the part but the items found, and what stands around them."""
    return _AROUND.fullmatch("".join(other for _, _, other in items)) is not None


def rich_text(markup: str) -> SharedText:
    """The text of a string item: that of its runs, without what says how to pronounce it.

    Raises:
        UnreadableDelivery: it is not well-formed.
    """
    item = tree_of(f"<si>{markup}</si>")
    runs = item.findall("r")
    text = "".join(cell_text(each.text or "") for each in (*item.findall("t"), *item.findall("r/t")))
    oddity = None
    for run in runs:
        if "".join(each.text or "" for each in run.findall("t")).strip():
            if any(each.get("val", "1") in _ON for each in run.findall("rPr/strike")):
                return SharedText(text, Mark("struck"))
            if any(each.get("val") in {"superscript", "subscript"} for each in run.findall("rPr/vertAlign")):
                oddity = Mark("raised")
    return SharedText(text, oddity)
