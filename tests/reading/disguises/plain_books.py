"""Workbooks written part by part: each cell stores and shows what a test wants, in the spelling of various programs."""

import dataclasses
import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from tests.reading.books import zipped

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_HIDDEN_TAB = ("", ' state="hidden"')
_TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.main+xml"/></Types>"""


@dataclasses.dataclass(frozen=True)
class Cell:
    """What a cell stores, and how it shows it.

    ``stored``: a text, a number, yes or no, or nothing. ``form``: the code of its number format. ``formula``: what its
    value was calculated with; ``is_due``: it was not calculated yet. ``runs``: the pieces of its text, each plain,
    struck, superscript or subscript. ``is_error``: the text is the name of an error.
    """

    stored: str | float | bool | None = None
    form: str | None = None
    formula: str | None = None
    is_due: bool = False
    is_error: bool = False
    is_struck: bool = False
    runs: tuple[tuple[str, str], ...] = ()


@dataclasses.dataclass
class Page:
    """A worksheet: its lines, merged places as ``A2:A3``, the hidden lines by their index and columns by position."""

    name: str
    lines: Sequence[Sequence[Cell]]
    merges: Sequence[str] = ()
    hidden_lines: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    is_hidden: bool = False


@dataclasses.dataclass(frozen=True)
class Spelling:
    """How a program writes: ``shares`` texts between cells, gives ``places``, starts elements with a ``prefix``.

    ``is_indented``: each element begins a line of its own.
    """

    shares: bool = True
    places: bool = True
    prefix: str = ""
    encoding: str = "utf-8"
    is_indented: bool = False


def letters(position: int) -> str:
    return chr(65 + position) if position < 26 else chr(64 + position // 26) + chr(65 + position % 26)


def plain_book(pages: Sequence[Page], spelling: Spelling | None = None, counts_from_1904: bool = False) -> bytes:
    writer = _Writer(spelling or Spelling())
    sheets = {f"xl/worksheets/sheet{index}.xml": writer.sheet(page) for index, page in enumerate(pages, start=1)}
    tabs = "".join(
        f'<sheet name={quoteattr(page.name)} sheetId="{index}" r:id="rId{index}"{_HIDDEN_TAB[page.is_hidden]}/>'
        for index, page in enumerate(pages, start=1)
    )
    epoch = f'<workbookPr date1904="{int(counts_from_1904)}"/>'
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{epoch}<sheets>{tabs}</sheets></workbook>'
    kinds = ["worksheet"] * len(pages) + ["styles", "sharedStrings"]
    parts = [*(f"worksheets/sheet{index + 1}.xml" for index in range(len(pages))), "styles.xml", "sharedStrings.xml"]
    members = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": _relations(list(zip(kinds, parts, strict=True))),
        "xl/styles.xml": writer.styles(),
        "xl/sharedStrings.xml": writer.shared_texts(),
        **sheets,
    }
    encoding = (spelling or Spelling()).encoding
    return zipped({name: content.encode(encoding if name in sheets else "utf-8") for name, content in members.items()})


def _relations(targets: list[tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="rId{index}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for index, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{each}</Relationships>'


_RUN_PROPERTIES = {
    "plain": "", "struck": "<rPr><strike/></rPr>", "bold": "<rPr><b/></rPr>",
    "superscript": '<rPr><vertAlign val="superscript"/></rPr>', "subscript": '<rPr><vertAlign val="subscript"/></rPr>',
}  # fmt: skip


class _Writer:
    """Writes sheets, and keeps the texts and styles that they share."""

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling
        self._texts: list[str] = []
        self._styles: list[tuple[str | None, bool]] = [(None, False)]

    def sheet(self, page: Page) -> str:
        columns = "".join(f'<col min="{at + 1}" max="{at + 1}" hidden="1"/>' for at in sorted(page.hidden_columns))
        lines = "".join(self._line(index, cells, page) for index, cells in enumerate(page.lines))
        merges = "".join(f'<mergeCell ref="{merge}"/>' for merge in page.merges)
        content = (f"<cols>{columns}</cols>" if columns else "") + f"<sheetData>{lines}</sheetData>"
        content += f"<mergeCells>{merges}</mergeCells>" if merges else ""
        declaration = f'<?xml version="1.0" encoding="{self._spelling.encoding}"?>'
        prefix = self._spelling.prefix
        if self._spelling.is_indented:
            content = _indented(content)
        if not prefix:
            return f'{declaration}<worksheet xmlns="{_MAIN}">{content}</worksheet>'
        content = content.replace("</", "\0").replace("<", f"<{prefix}:").replace("\0", f"</{prefix}:")
        return f'{declaration}<{prefix}:worksheet xmlns:{prefix}="{_MAIN}">{content}</{prefix}:worksheet>'

    def styles(self) -> str:
        codes = list(dict.fromkeys(code for code, _ in self._styles if code))
        formats = "".join(
            f'<numFmt numFmtId="{index}" formatCode={quoteattr(code)}/>' for index, code in enumerate(codes, start=164)
        )
        cells = "".join(
            f'<xf numFmtId="{164 + codes.index(code) if code else 0}" fontId="{int(is_struck)}"/>'
            for code, is_struck in self._styles
        )
        return (
            f'<styleSheet xmlns="{_MAIN}"><numFmts>{formats}</numFmts>'
            f"<fonts><font/><font><strike/></font></fonts><cellXfs>{cells}</cellXfs></styleSheet>"
        )

    def shared_texts(self) -> str:
        texts = "".join(f"<si>{text}</si>" for text in self._texts)
        return f'<sst xmlns="{_MAIN}">{_indented(texts) if self._spelling.is_indented else texts}</sst>'

    def _line(self, index: int, cells: Sequence[Cell], page: Page) -> str:
        if not self._spelling.places and not cells:
            cells = [Cell()]
        written = "".join(self._cell(f"{letters(at)}{index + 1}", cell) for at, cell in enumerate(cells))
        if not written:
            return ""
        number = f' r="{index + 1}"' if self._spelling.places else ""
        hidden = ' hidden="1"' if index in page.hidden_lines else ""
        return f"<row{number}{hidden}>{written}</row>"

    def _cell(self, place: str, cell: Cell) -> str:
        style = (cell.form, cell.is_struck)
        if style not in self._styles:
            self._styles.append(style)
        kind, content = self._content(cell)
        if not content and self._spelling.places:
            return ""
        attributes = f' r="{place}"' if self._spelling.places else ""
        attributes += f' s="{self._styles.index(style)}"' if style != (None, False) else ""
        attributes += f' t="{kind}"' if kind else ""
        return f"<c{attributes}>{content}</c>"

    def _content(self, cell: Cell) -> tuple[str, str]:
        formula = f"<f>{escape(cell.formula)}</f>" if cell.formula is not None else ""
        if cell.is_due:
            return "", formula
        if cell.runs or (isinstance(cell.stored, str) and not formula and not cell.is_error):
            return self._text(cell)
        if cell.stored is None:
            return "", formula
        if isinstance(cell.stored, str):
            return "e" if cell.is_error else "str", f"{formula}<v>{_character_data(cell.stored)}</v>"
        if isinstance(cell.stored, bool):
            return "b", f"{formula}<v>{int(cell.stored)}</v>"
        return "", f"{formula}<v>{cell.stored!r}</v>"

    def _text(self, cell: Cell) -> tuple[str, str]:
        runs = "".join(
            f'<r>{_RUN_PROPERTIES[look]}<t xml:space="preserve">{_character_data(text)}</t></r>'
            for text, look in cell.runs
        )
        text = runs or f'<t xml:space="preserve">{_character_data(str(cell.stored))}</t>'
        if not self._spelling.shares:
            return "inlineStr", f"<is>{text}</is>"
        if text not in self._texts:
            self._texts.append(text)
        return "s", f"<v>{self._texts.index(text)}</v>"


def _indented(markup: str) -> str:
    return re.sub(r"(?<=>)(?=<(?!/t>|/v>|/f>))", "\n  ", markup)


def _character_data(text: str) -> str:
    text = re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return escape(text).replace("\r", "_x000D_")
