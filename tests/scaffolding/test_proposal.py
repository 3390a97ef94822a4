"""From a provider's rows to a contract, and what to check before it is believed."""

import pathlib

import pytest

from pipelines.contracts import Contract, all_contracts
from pipelines.scaffolding import proposal, tables
from pipelines.scaffolding.proposal import Proposal, Wishes

_NAMES = ["张示例", "李虚构", "王杜撰", "赵假名", "陈某某"]
_LINES = [
    f"PX-{number:03},急救培训{number},{'线上' if number % 3 else '线下'},2025/3/{number % 9 + 1},{_NAMES[number % 5]},"
    f"1400000{number:04},{number % 7 + 20},{'是' if number % 2 else '否'},4403{number % 9 + 3:02},{number % 4 + 0.5}"
    for number in range(1, 61)
]
_TRAININGS = "\n".join(
    [
        "社工培训记录",
        "填报单位：罗湖区",
        "培训编号,培训名称,培训方式,举办日期,主讲人,联系电话,参与人数,是否公开,举办地,服务时长(小时)",
        *_LINES,
        "PX-061,急救培训61,线下,待定,陈某某,14000000061,20,是,440303,1.5",
        "合计,61,,,,,,,,",
    ]
)


def proposed(folder: pathlib.Path, *contents: str, wishes: Wishes | None = None, feed: str = "trainings") -> Proposal:
    paths = []
    for number, content in enumerate(contents, start=1):
        paths.append(folder / f"2025-0{number}-05.csv")
        paths[-1].write_text(content, "utf-8")
    table = tables.read(paths)
    return proposal.propose(feed, "district", table, list(all_contracts().values()), wishes or Wishes())


@pytest.fixture(scope="module")
def trainings(tmp_path_factory: pytest.TempPathFactory) -> Proposal:
    return proposed(tmp_path_factory.mktemp("trainings"), _TRAININGS)


@pytest.fixture(scope="module")
def contract(trainings: Proposal) -> Contract:
    return trainings.contract


def test_a_contract_is_proposed_column_by_column(contract: Contract):
    told = {
        column.header: (
            column.type,
            *(flag for flag in ("key", "required", "pii", "happened") if getattr(column, flag)),
        )
        for column in contract.columns
    }
    assert told == {
        "培训编号": ("code", "key"),
        "培训名称": ("text", "required"),
        "培训方式": ("code", "required"),
        "举办日期": ("date", "required", "happened"),
        "主讲人": ("text", "required", "pii"),
        "联系电话": ("phone", "pii"),  # the contracts that have this header do not ask for it
        "参与人数": ("int",),
        "是否公开": ("bool", "required"),
        "举办地": ("code",),
        "服务时长(小时)": ("decimal", "required"),
    }


def test_what_the_header_or_the_cells_say_goes_with_a_column(contract: Contract):
    by_header = {column.header: column for column in contract.columns}
    assert set(by_header["培训方式"].members or ()) == {"线上", "线下"}
    assert by_header["举办地"].references == "districts"
    assert by_header["参与人数"].name == "participants"
    assert by_header["参与人数"].description == "Number of participants."
    assert by_header["培训编号"].name == "training_id"


def test_the_feed_is_described_by_its_title_and_its_key(contract: Contract):
    assert (contract.title_zh, contract.medium, contract.mode) == ("社工培训记录", "csv", "append")
    assert contract.description == "社工培训记录: one row per training_id."


def test_every_guess_is_a_doubt_in_one_line_and_no_person_is_in_it(trainings: Proposal):
    lines = [str(doubt) for doubt in trainings.doubts]
    subjects = [line.partition(":")[0] for line in lines]
    assert {"mode", "cadence", "domain, owner", "key", "names"} < set(subjects)
    assert "held_on (举办日期): date, though 1 of 61 cells are not (待定); slips, or another type?" in lines
    assert any(line.startswith("column_5 (主讲人): taken for a person's") for line in lines)
    assert not [line for line in lines if "\n" in line or any(name in line for name in _NAMES) or "1400000" in line]


def test_wishes_are_no_guesses(tmp_path: pathlib.Path):
    wishes = Wishes("snapshot", "yearly", "社工培训台账", "social_work", "social-work", {"主讲人": "lecturer"})
    told = proposed(tmp_path, _TRAININGS, wishes=wishes)
    assert (told.contract.mode, told.contract.cadence, told.contract.title_zh) == ("snapshot", "yearly", "社工培训台账")
    assert (told.contract.domain, told.contract.owner) == ("social_work", "social-work")
    assert told.contract.column("lecturer").header == "主讲人"
    assert not {"mode", "cadence", "domain, owner", "title_zh"} & {doubt.subject for doubt in told.doubts}


def _listed(*codes: str) -> str:
    return "\n".join(["设备编号,设备名称", *(f"{code},{code}号机" for code in codes)])


@pytest.mark.parametrize(
    ("first", "second", "mode"),
    [("ABCDE", "ABCDF", "snapshot"), ("ABCDE", "EFGHI", "upsert"), ("ABCDE", "FGHIJ", "append")],
)
def test_two_deliveries_tell_a_state_from_events(tmp_path: pathlib.Path, first: str, second: str, mode: str):
    told = proposed(tmp_path, _listed(*first), _listed(*second), feed="machines").contract
    assert (told.mode, told.cadence) == (mode, "monthly")


def test_a_key_is_the_fewest_columns_that_tell_rows_apart(tmp_path: pathlib.Path):
    content = "任务编号,责任单位,年度\nA,教育局,2025\nA,民政局,2025\nB,教育局,2025\n"
    assert [column.header for column in proposed(tmp_path, content).contract.keys] == ["任务编号", "责任单位"]


def test_an_event_of_a_person_has_its_day_in_the_key(tmp_path: pathlib.Path):
    content = "身份证号,申请日期,办结日期\n440300185006166506,2025-03-01,\n440300185608031131,2025-03-02,2025-03-05\n"
    told = proposed(tmp_path, content).contract
    assert (told.mode, [column.header for column in told.keys]) == ("upsert", ["身份证号", "申请日期"])


@pytest.mark.parametrize(
    "content",
    [
        "张示例,x1,yes\n李虚构,x2,no\n",
        "时一,x1,ok\n时二,x2,ok\n",
        "姓名,44030018560803113X\n李虚构,440300185608031131\n",
    ],
    ids=["a name", "a cell of its column", "a person's number"],
)
def test_a_row_is_not_taken_for_a_header(tmp_path: pathlib.Path, content: str):
    with pytest.raises(tables.NoTable, match="looks like a row"):
        proposed(tmp_path, content)


@pytest.mark.parametrize(("feed", "name"), [("appeals", "header"), ("exam_results", "header"), ("volunteers", "name")])
def test_a_feed_of_today_is_proposed_again_from_what_its_provider_sends(feed: str, name: str):
    """Thrown away, and proposed by the words of the other feeds from the few rows that its test has."""
    today = all_contracts()[feed]
    (delivery,) = (pathlib.Path(__file__).parents[1] / "feeds" / feed).glob("delivery.*")
    others = [contract for contract in all_contracts().values() if contract.feed != feed]
    told = proposal.propose(feed, today.providers[0], tables.read([delivery]), others, Wishes()).contract
    assert [(getattr(column, name), column.type, column.pii, column.key) for column in told.columns] == [
        (getattr(column, name), column.type, column.pii, column.key) for column in today.columns
    ]
