"""Files whose records are known, in the disguises that real files come in, chosen at random and put together.

A disguise may cost a row or the whole file only where the model says so; no other value than the known one may come out
of any.
"""

import dataclasses
import io
import itertools
import re
import zipfile
from collections.abc import Mapping

from tests.reading.disguises.chance import Chance
from tests.reading.disguises.furniture import furnish
from tests.reading.disguises.plain_books import Page, Spelling, letters, plain_book
from tests.reading.disguises.records import Line, Records
from tests.reading.disguises.sheets import Sheet, sheets_of
from tests.reading.disguises.spellings import Fate, is_seen

Places = Mapping[tuple[str, int], Line]
"""Lines below a header by the sheet they are on and their number there."""


@dataclasses.dataclass(frozen=True)
class Disguised:
    """A file, the lines that are to be read, how many of them are filled, and whether it may be refused.

    ``told`` says what it is disguised as.
    """

    payload: bytes
    lines: Places
    filled: int
    may_be_refused: bool
    told: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Disguised({', '.join(self.told)})"


def disguised(seed: int, records: int) -> Disguised:
    """A file of so many records in disguises that the seed decides: the same ones for the same seed."""
    chance = Chance(seed)
    is_book = chance.is_so(2, 3)
    counts_from_1904 = is_book and chance.is_so(1, 6)
    make = Records(chance, is_book, counts_from_1904)
    sheets = sheets_of([make.record(number) for number in range(1, records + 1)], is_book, chance)
    read = [sheet for sheet in sheets if sheet.is_read]
    for sheet in read:
        furnish(sheet, chance)
    payload, places = _book(sheets, counts_from_1904, chance) if is_book else _text(sheets[0], chance)
    if chance.is_so(1, 10):
        payload = _zipped(payload, "走访台账.xlsx" if is_book else "走访台账.csv")
        chance.tell("zipped")
    filled = sum(any(map(is_seen, sheet.row(line))) for sheet in read for line in sheet.lines)
    return Disguised(payload, places, filled, chance.may_be_refused, tuple(chance.told))


def _book(sheets: list[Sheet], counts_from_1904: bool, chance: Chance) -> tuple[bytes, Places]:
    spelling = Spelling(
        shares=chance.is_so(1, 2), places=chance.is_so(9, 10), prefix=chance.one_of(("", "", "", "x")),
        encoding=chance.one_of(("utf-8", "utf-8", "utf-8", "utf-16")), is_indented=chance.is_so(1, 6),
    )  # fmt: skip
    chance.tell(f"{spelling}, 1904: {counts_from_1904}")
    places = {
        (sheet.name, number): line
        for sheet in sheets
        if sheet.is_read
        for number, line in enumerate(sheet.lines, start=sheet.first + 1)
    }
    return plain_book([_page(sheet) for sheet in sheets], spelling, counts_from_1904), places


def _page(sheet: Sheet) -> Page:
    merges = []
    for top, name, bottom in sheet.merges:
        column = letters(sheet.order.index(name))
        merges.append(f"{column}{sheet.first + top + 1}:{column}{sheet.first + bottom + 1}")
    hidden_lines = frozenset(at for at, line in enumerate(sheet.lines, start=sheet.first) if line.is_hidden)
    hidden_columns = frozenset(at for at, name in enumerate(sheet.order) if name in sheet.hidden_columns)
    return Page(sheet.name, sheet.grid, merges, hidden_lines, hidden_columns, sheet.is_hidden)


def _text(sheet: Sheet, chance: Chance) -> tuple[bytes, Places]:
    delimiter = chance.one_of((",", ",", "\t", ";", "|"))
    end = chance.one_of(("\n", "\r\n", "\r"))
    encoding = chance.one_of(("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"))
    quotes_all, ends_short = chance.is_so(1, 4), delimiter != "\t" and chance.is_so(1, 8)
    tails = [delimiter * chance.one_of((0, 0, 0, 1, 2)) for _ in range(2)]
    text = f"sep={delimiter}{end}" if chance.is_so(1, 12) else ""
    chance.tell(
        f"text {delimiter!r} {end!r} {encoding} all quoted: {quotes_all}, short: {ends_short}, {tails}, {text!r}"
    )
    places: dict[tuple[str, int], Line] = {}
    number, header_fields = 1 + bool(text), 0
    for at, row in enumerate(sheet.grid, start=-sheet.first):
        fields = ["" if cell.stored is None else str(cell.stored) for cell in row]
        is_careless = at >= 0 and chance.is_so(1, 8)
        if is_careless and any(delimiter in field for field in fields):
            sheet.lines[at].may(Fate.DOUBTED)
            chance.tell(f"line {number} lacks quotes")
        written = delimiter.join(_field(field, delimiter, quotes_all, is_careless) for field in fields)
        written = (written.rstrip(delimiter) if ends_short else written) + tails[at >= 0] + end
        if at >= 0:
            places["", number] = sheet.lines[at]
            if len(fields) + len(tails[1]) > header_fields and (ends_short or _may_be_split(fields)):
                sheet.lines[at].may(Fate.DOUBTED)
        else:
            header_fields = written.count(delimiter) + 1
        text += written
        number += len(re.findall("\r\n|\r|\n", written))
    text = text.removesuffix(end) if chance.is_so(1, 4) else text
    text += "\x1a" if chance.is_so(1, 16) else ""
    if chance.is_so(1, 16):
        return _twice_encoded(text, chance), places
    payload = text.encode(encoding)
    return (_damaged(payload, places, chance) if encoding == "utf-8" and chance.is_so(1, 6) else payload), places


def _field(text: str, delimiter: str, quotes_all: bool, is_careless: bool) -> str:
    needs_quotes = text.startswith('"') or "\n" in text or "\r" in text or (delimiter in text and not is_careless)
    return '"' + text.replace('"', '""') + '"' if needs_quotes or (quotes_all and not is_careless) else text


def _may_be_split(fields: list[str]) -> bool:
    """Whether two numbers beside each other read as one with its thousands apart."""
    return any(
        re.fullmatch(r"[-+]?\d{1,3},\d{3}(\.\d+)?", f"{one.strip()},{other.strip()}")
        for one, other in itertools.pairwise(fields)
    )


def _twice_encoded(text: str, chance: Chance) -> bytes:
    """UTF-8 that was read as something else, and saved so."""
    mistaken = chance.one_of(("gb18030", "cp1252"))
    chance.tell(f"read as {mistaken}", Fate.REFUSED)
    return text.encode().decode(mistaken, "replace").encode("utf-8")


def _damaged(payload: bytes, places: Places, chance: Chance) -> bytes:
    """Some byte of a line is gone, or not that of a character."""
    seen = [(number, line) for (_, number), line in places.items() if any(map(is_seen, line.cells.values()))]
    number, line = chance.one_of(seen)
    starts = [0, *(found.end() for found in re.finditer(b"\r\n|\r|\n", payload)), len(payload)]
    at_high = [at for at in range(starts[number - 1], starts[number]) if payload[at] > 0x7F]
    if not at_high:
        return payload
    for doubtful in [line] if line.means else places.values():
        doubtful.may(Fate.DOUBTED)
    has_more = "\ufffd" in payload.decode()  # damage that was saved before counts, too
    chance.tell(f"a damaged byte in line {number}", Fate.REFUSED if has_more else Fate.READ)
    at = chance.one_of(at_high)
    return payload[:at] + chance.one_of((b"", b"\xff", b"?")) + payload[at + 1 :]


def _zipped(payload: bytes, name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, payload)
    return packed.getvalue()
