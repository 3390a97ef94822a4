"""Excel workbooks (xlsx, xlsm: ISO/IEC 29500, both spellings of it) to their sheets."""

import posixpath
from collections.abc import Mapping
from xml.etree import ElementTree

from pipelines.reading.cells import Sheet
from pipelines.reading.plain_xml import BROKEN_ZH, attribute, element_tree
from pipelines.reading.refusals import UnreadableDelivery
from pipelines.reading.shared_strings import shared_texts
from pipelines.reading.sheet_xml import Shared, sheet_xml
from pipelines.reading.styles import styles

_TRUE = frozenset({"1", "true"})


def sheets(members: Mapping[str, bytes]) -> list[Sheet]:
    """The worksheets of a workbook, hidden ones too, in the order of their tabs.

    Raises:
        UnreadableDelivery: the workbook is broken or hostile.
    """
    package = _Package(members)
    book_name = package.targets("", "officeDocument")[0]
    book = element_tree(package.part(book_name))
    shared = Shared(
        texts=shared_texts(package.only(book_name, "sharedStrings")),
        styles=styles(package.only(book_name, "styles")),
        counts_from_1904=_is_set(book.find("{*}workbookPr"), "date1904"),
        results_are_due=_is_set(book.find("{*}calcPr"), "fullCalcOnLoad"),
    )
    found = []
    for each in book.iterfind("{*}sheets/{*}sheet"):
        part = package.worksheet(book_name, attribute(each, "id"))
        if part is not None:
            xml = sheet_xml(part, shared)
            found.append(
                Sheet(
                    each.get("name", ""),
                    xml.lines,
                    merges=xml.merges,
                    hidden_rows=xml.hidden_rows,
                    hidden_columns=xml.hidden_columns,
                    is_hidden=each.get("state", "visible") != "visible",
                    counts_from_1904=shared.counts_from_1904,
                )
            )
    return found


class _Package:
    """The parts of a package by name, and what they say of each other."""

    def __init__(self, members: Mapping[str, bytes]) -> None:
        self._parts = {_part_name(name): content for name, content in members.items()}
        self._relations: dict[str, list[tuple[str, str, str]]] = {}

    def part(self, name: str) -> bytes:
        if name not in self._parts:
            raise UnreadableDelivery(BROKEN_ZH)
        return self._parts[name]

    def targets(self, source: str, kind: str) -> list[str]:
        """The parts that ``source`` relates to as ``kind``, at least one."""
        found = [target for _, type_, target in self._related(source) if type_ == kind]
        if not found:
            raise UnreadableDelivery(BROKEN_ZH)
        return found

    def only(self, source: str, kind: str) -> bytes | None:
        """The part that ``source`` relates to as ``kind``; None where there is none, or the file lacks it."""
        found = (target for _, type_, target in self._related(source) if type_ == kind)
        return self._parts.get(next(found, ""))

    def worksheet(self, source: str, identity: str | None) -> bytes | None:
        """The worksheet of an identity; None where it is of another kind, as a chart or, without identity, a macro."""
        if not identity:
            return None
        for each, kind, target in self._related(source):
            if each == identity:
                return self.part(target) if kind == "worksheet" else None
        raise UnreadableDelivery(BROKEN_ZH)

    def _related(self, source: str) -> list[tuple[str, str, str]]:
        if source not in self._relations:
            folder, name = posixpath.split(source)
            part = self._parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
            each: list[ElementTree.Element] = [] if part is None else element_tree(part).findall("{*}Relationship")
            self._relations[source] = [
                (
                    relation.get("Id", ""),
                    relation.get("Type", "").rpartition("/")[2],
                    _part_name(posixpath.join("/", folder, relation.get("Target", "").replace("\\", "/"))),
                )
                for relation in each
            ]
        return self._relations[source]


def _part_name(name: str) -> str:
    """Part names are compared without case (ISO/IEC 29500-2); some programs write them the Windows way."""
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").casefold()


def _is_set(element: ElementTree.Element | None, name: str) -> bool:
    return element is not None and element.get(name) in _TRUE
