"""Each entry of the guide that reasons point to says what is really done."""

import datetime

import pytest
import xlsxwriter

from pipelines import reading
from pipelines.contracts import Contract, contract_of
from pipelines.home import Home
from pipelines.intake import Intake
from pipelines.lake import standing
from pipelines.reading import guide, kinds
from tests import reading_guide
from tests.reading.books import HEADER, POSTS, ROW, posts, sheets, workbook
from tests.reading.disguises.plain_books import Cell, Page, plain_book
from tests.reading.test_page_sets import REQUEST, page, page_set
from tests.reading.test_page_sets import ROW as REQUESTED
from tests.reading.test_units import CONVERTING

ROW_BACK, FILE_BACK, ASIDE, READ, TOLD = "退回该行", "退回整份文件", "不计入记录", "照常读取", "提示"

P2 = ["P-2", *ROW[1:]]
TEXT = ",".join(HEADER) + "\nP-1,C-1,养老,12.5,2025-03-01,\n"
COMPOUND = ["小区编号", "小区名称", "街道", "社区"]
COMPOUNDS = [["X-1", "翠竹苑", "翠竹街道", "翠竹社区"], ["X-2", "水贝苑", "翠竹街道", "水贝社区"]]
PROJECT = ["项目编号", "项目名称", "项目类别", "受益群体", "社区", "立项金额(元)"]
M1, M2 = (["M-1", "凉亭", "工程类", "普惠", "桃源社区"], ["M-2", "步道", "工程类", "普惠", "桃源社区"])


def book_of(*rows: list[object], **how: bool) -> bytes:
    """A workbook of service posts whose cells are given; a value that is none stands for itself."""
    cells = [[each if isinstance(each, Cell) else Cell(each) for each in row] for row in (HEADER, *rows)]  # type: ignore[arg-type]
    return plain_book([Page("台账", cells)], **how)


def merged(header: list[str], rows: list[list[str]], place: str, value: object) -> bytes:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("台账")
        for at, row in enumerate([header, *rows]):
            sheet.write_row(at, 0, row)
        sheet.merge_range(place, value)

    return workbook(write)


def with_hidden(row: bool) -> bytes:
    pages = [Page("台账", [list(map(Cell, HEADER)), list(map(Cell, ROW))], hidden_lines=frozenset({1} if row else ()))]
    return plain_book(
        pages if row else [Page("说明", [[Cell("见另一张表")]]), Page("台账", pages[0].lines, is_hidden=True)]
    )


def scored(score: float, form: str) -> bytes:
    return book_of([*map(Cell, ROW[:3]), Cell(score, form=form), Cell(ROW[4])])


def in_runs(*runs: tuple[str, str]) -> bytes:
    return book_of([*ROW[:3], Cell(runs=runs), ROW[4]])


IN_TEN_THOUSANDS = sheets(台账=[[*PROJECT[:5], "立项金额（万元）"], [*M1, 50]])
NOT_A_VALUE = page_set(REQUEST, page(1, REQUESTED | {"kind": ["意愿达"]}))

Example = tuple[guide.Entry, str, bytes, Contract]

READ_EXAMPLES: list[Example] = [
    (guide.ERROR_VALUE, ROW_BACK, book_of([*ROW, Cell("#REF!", is_error=True)]), POSTS),
    (guide.NO_RESULT, FILE_BACK, book_of([*ROW, Cell(formula="TODAY()", is_due=True)]), POSTS),
    (guide.SHOWN_OTHERWISE, ROW_BACK, scored(0.95, "0%"), POSTS),
    (guide.CODE_BECAME_DATE, ROW_BACK, book_of([Cell(45717.0, form='m"月"d"日"'), *ROW[1:]]), POSTS),
    (guide.LOST_PRECISION, ROW_BACK, posts(["4.40301E+17", *ROW[1:]]), POSTS),
    (guide.DAYS_OF_1904, ROW_BACK, book_of([*ROW[:4], "44255"], counts_from_1904=True), POSTS),
    (guide.DAYS_OF_1904, READ, book_of([*ROW[:4], 44255.0], counts_from_1904=True), POSTS),
    (guide.LAST_MINUTE, ROW_BACK, posts([*ROW[:4], "2025-02-28 23:59:17"]), POSTS),
    (guide.STRUCK_OR_RAISED, ROW_BACK, in_runs(("50", "struck"), ("60", "plain")), POSTS),
    (guide.STRUCK_OR_RAISED, ROW_BACK, in_runs(("120", "plain"), ("1", "superscript")), POSTS),
    (guide.SPECIAL_CHARACTERS, ROW_BACK, posts(["P-1①", *ROW[1:]]), POSTS),
    (guide.SPECIAL_CHARACTERS, ROW_BACK, posts(["1,001", *ROW[1:]]), POSTS),
    (guide.DAMAGED, ROW_BACK, posts(["P-\ufffd", *ROW[1:]]), POSTS),
    (guide.DAMAGED, ROW_BACK, TEXT.encode().replace(b"P-1", b"P-\xff"), POSTS),
    (guide.DAMAGED, FILE_BACK, TEXT.encode().decode("gb18030", "replace").encode(), POSTS),
    (guide.TOO_NARROW, ROW_BACK, posts(["########", *ROW[1:]]), POSTS),
    (guide.DITTO, ROW_BACK, posts(ROW, ["P-2", "同上", *ROW[2:]]), POSTS),
    (guide.MERGED, ROW_BACK, merged(HEADER, [["", *ROW[1:]], ["", *ROW[1:]]], "A2:A3", "P-1"), POSTS),
    (guide.MERGED, READ, merged(PROJECT, [M1, M2], "F2:F3", 500), contract_of("micro_projects")),
    (guide.TOTAL, ASIDE, posts(ROW, ["合计", None, None, 12.5]), POSTS),
    (guide.TOTAL, ROW_BACK, posts(ROW, ["合计", 1, 1, 12.5, 1]), POSTS),
    (guide.EXAMPLE, ASIDE, sheets(台账=[["序号", *HEADER], ["示例", *P2], [1, *ROW]]), POSTS),
    (guide.EXAMPLE, ROW_BACK, posts(["示例", *ROW[1:]], ROW), POSTS),
    (guide.SECOND_TABLE, ROW_BACK, posts(ROW, [], ["撤销阵地名单"], HEADER, P2), POSTS),
    (guide.LONG_LINE, ROW_BACK, TEXT.replace("12.5", "1,234").encode(), POSTS),
    (guide.SHEETS, READ, sheets(桃源街道=[HEADER, ROW], 粤海街道=[HEADER, P2]), POSTS),
    (guide.SHEETS, FILE_BACK, sheets(台账=[HEADER, ROW], 另一张=[HEADER[:3], P2[:3]]), POSTS),
    (guide.SHEETS, FILE_BACK, sheets(台账=[HEADER, ROW], 续=[P2]), POSTS),
    (guide.SHEETS, FILE_BACK, sheets(**{"2024年": [HEADER, ROW], "2025年": [HEADER, P2]}), POSTS),
    (guide.SHEETS, FILE_BACK, sheets(台账=[HEADER, ROW], 作废=[HEADER, P2]), POSTS),
    (guide.SHEETS, TOLD, sheets(示例=[HEADER, P2], 台账=[HEADER, ROW]), POSTS),
    (guide.HIDDEN, READ, with_hidden(row=True), POSTS),
    (guide.HIDDEN, TOLD, with_hidden(row=True), POSTS),
    (guide.HIDDEN, FILE_BACK, with_hidden(row=False), POSTS),
    (guide.UNIT, FILE_BACK, sheets(台账=[["单位：万元"], PROJECT, [*M1, 50]]), contract_of("micro_projects")),
    (guide.UNIT, READ, IN_TEN_THOUSANDS, CONVERTING),
    (guide.UNIT, TOLD, IN_TEN_THOUSANDS, CONVERTING),
    (guide.NOT_SPLIT, FILE_BACK, sheets(台账=[[",".join(HEADER)], ["P-1,C-1,养老,12.5,2025-03-01,"]]), POSTS),
    (guide.UPRIGHT, FILE_BACK, sheets(台账=[list(pair) for pair in zip(HEADER, [*ROW, None], strict=True)]), POSTS),
    (guide.ENCODING, FILE_BACK, TEXT.encode("gb18030") + "P-9,翠竹苑,托幼,1,2025-03-01,\n".encode(), POSTS),
    (guide.OTHER_FORMAT, FILE_BACK, b"%PDF-1.7", POSTS),
    (guide.OF_PLATFORMS, ROW_BACK, NOT_A_VALUE, contract_of("help_requests")),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "done", "payload", "contract"), READ_EXAMPLES)
def test_what_reading_does(entry: guide.Entry, done: str, payload: bytes, contract: Contract) -> None:
    file_name = "2025-03-01.json.gz" if contract.is_fetched else "2025-03-31.xlsx"
    told: dict[str, tuple[str, ...]] = {}
    try:
        table = reading.read_table(payload, file_name, contract)
    except reading.UnreadableDelivery as refusal:
        told[FILE_BACK] = (refusal.reason_zh,)
    else:
        reasons = tuple(reading.parse(table.rows, contract).defects["reason_zh"])
        if reasons:
            told[ROW_BACK] = reasons
        elif table.notes.lines_set_aside:
            told[ASIDE] = ()
        else:
            told[READ] = ()
        if table.notes.remarks_zh:
            told[TOLD] = ()
    assert done in told
    assert all(entry.see_zh in reason for reason in told[done])


def listed(home: Home, feed: str, *deliveries: tuple[str, str, bytes]) -> dict[tuple[str, str], tuple[str, ...]]:
    """What became of each delivery of a provider and date: what was done, with the reasons or remarks."""
    for code, on, payload in deliveries:
        path = home.landing / "district" / code / feed / f"{on}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(payload)
    contract = contract_of(feed)
    taken = Intake(home, datetime.date(2025, 4, 30)).take(contract)
    told = {}
    for outcome in standing.of_feed(home, contract).outcomes:
        delivery = outcome.delivery
        cells = taken.quarantine[taken.quarantine["delivery_id"] == delivery.delivery_id]
        done = FILE_BACK if outcome.reason else ROW_BACK if len(cells) else TOLD if outcome.remarks_zh else READ
        reasons = (outcome.reason,) if outcome.reason else (*cells["reason_zh"], *outcome.remarks_zh)
        told[delivery.provider.code, str(delivery.delivered_on)] = (done, *reasons)
    return told


def test_what_is_done_with_a_key_of_two_rows(initialised: Home) -> None:
    rows = [*COMPOUNDS, *([f"X-{number}", *COMPOUNDS[0][1:]] for number in range(3, 9)), ["X-1", *COMPOUNDS[1][1:]]]
    payload = sheets(台账=[COMPOUND, *rows])
    (told,) = listed(initialised, "compounds", ("440303", "2025-03-31", payload)).values()
    assert told[0] == ROW_BACK
    assert len(told) == 3
    assert all(guide.REPEATED_KEY.see_zh in reason for reason in told[1:])


def test_what_is_done_with_an_empty_list_and_one_of_few_rows(initialised: Home) -> None:
    many = [[f"X-{number}", *COMPOUNDS[0][1:]] for number in range(10)]
    told = listed(
        initialised, "compounds",
        ("440303", "2025-03-31", sheets(台账=[COMPOUND, *many])), ("440303", "2025-04-30", sheets(台账=[COMPOUND])),
        ("440304", "2025-03-31", sheets(台账=[COMPOUND, *many])),
        ("440304", "2025-04-30", sheets(台账=[COMPOUND, many[0]])),
    )  # fmt: skip
    for code, done in (("440303", FILE_BACK), ("440304", TOLD)):
        assert told[code, "2025-04-30"][0] == done
        assert guide.FEW_ROWS.see_zh in told[code, "2025-04-30"][1]


def test_what_is_done_with_another_providers_file(initialised: Home) -> None:
    of_nanshan = sheets(台账=[["填报单位：南山区"], COMPOUND, *COMPOUNDS])
    named_otherwise = sheets(台账=[["填报单位：南山区"], COMPOUND, COMPOUNDS[0]])
    told = listed(
        initialised, "compounds",
        ("440305", "2025-03-31", of_nanshan), ("440303", "2025-03-31", of_nanshan),
        ("440304", "2025-03-31", named_otherwise),
    )  # fmt: skip
    for code, done in (("440303", FILE_BACK), ("440304", TOLD)):
        assert told[code, "2025-03-31"][0] == done
        assert guide.MISFILED.see_zh in told[code, "2025-03-31"][1]


LIST_EXAMPLES = {
    guide.REPEATED_KEY: {ROW_BACK}, guide.FEW_ROWS: {FILE_BACK, TOLD, READ}, guide.MISFILED: {FILE_BACK, TOLD, READ},
}  # fmt: skip
"""What the tests above show of lists that were taken: what is told was read."""


@pytest.mark.parametrize("entry", guide.ENTRIES, ids=lambda entry: entry.title_zh)
def test_each_entry_says_what_the_examples_show(entry: guide.Entry) -> None:
    shown = {done for each, done, _, _ in READ_EXAMPLES if each is entry} | LIST_EXAMPLES.get(entry, set())
    says = {done for done in (FILE_BACK, ASIDE, READ, TOLD) if done in entry.done_zh}
    says |= {ROW_BACK} if ROW_BACK in entry.done_zh or "都退回" in entry.done_zh else set()
    assert says == shown


def test_every_kind_of_doubt_has_its_entry() -> None:
    doubts = [each for each in vars(kinds).values() if isinstance(each, kinds.Kind)]
    assert len(doubts) > 20
    assert {each.entry for each in doubts} <= set(guide.ENTRIES)
    assert len({each.title_zh for each in guide.ENTRIES}) == len(guide.ENTRIES)


def test_the_document_is_what_is_made_of_the_entries() -> None:
    assert reading_guide.DOCUMENT.read_text("utf-8") == reading_guide.text(), "run `make docs`"
