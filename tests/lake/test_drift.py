"""Columns that are not as agreed: each kind is told of by delivery, nothing of an unknown column is lost, and one line
in the contract heals a renamed one."""

import datetime

import duckdb
import pytest

from pipelines import contracts, providers
from pipelines.contracts import Contract
from pipelines.home import Home
from pipelines.intake import Intake, Replay, Taken
from pipelines.lake.drift import ROWS_THAT_TELL, Difference
from pipelines.lake.ledger import Outcome
from pipelines.warehouse import registration

pytestmark = pytest.mark.fault(
    "Schema drift",
    "columns added, renamed, moved, retyped, emptied",
    "told by provider, day and column; unknown cells are kept; one alias and a replay heal a renamed column",
)

APPEALS = contracts.contract_of("appeals")
AGREED = {
    "诉求编号": "A{}",
    "受理时间": "2025-03-01 10:00",
    "诉求来源": "热线",
    "诉求类别": "停车",
    "涉及单位统一社会信用代码": "",
    "联系人": "",
    "联系电话": "",
    "诉求内容": "",
    "办理时限": "2025-03-08",
    "办结时间": "2025-03-01 16:00",
    "办理结果": "已解决",
    "满意度": "5",
}


def day(number: int) -> datetime.date:
    return datetime.date(2025, 3, number)


def delivered(home: Home, columns: dict[str, str], number: int = 1, rows: int = 2, provider: str = "440303") -> None:
    """Lands a delivery of that day with these cells in every row; {} in a cell is the row's number."""
    lines = [columns, *([cell.format(row) for cell in columns.values()] for row in range(rows))]
    path = home.landing / "district" / provider / "appeals" / f"{day(number)}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(",".join(line) + "\n" for line in lines), "utf-8")


def take(home: Home, number: int = 1, contract: Contract = APPEALS, replay: Replay | None = None) -> Taken:
    if not home.providers_file.exists():
        providers.initialise(home)
    return Intake(home, day(number)).take(contract, replay)


def told(taken: Taken, outcome: Outcome | None = None) -> list[Difference]:
    """What is told of the night's only delivery, or of the one given."""
    if outcome is None:
        (outcome,) = taken.outcomes
    return taken.differences[outcome.delivery.delivery_id]


def renamed(header: str, to: str) -> dict[str, str]:
    return {to if name == header else name: cell for name, cell in AGREED.items()}


@pytest.mark.parametrize(
    ("columns", "status", "expected"),
    [
        pytest.param(AGREED, "accepted", [], id="as agreed"),
        pytest.param({**AGREED, "承办科室": "信访科"}, "accepted", [("added", "承办科室")], id="added"),
        pytest.param({**AGREED, "联系 14000000001": "x"}, "accepted", None, id="added, with a person's number"),
        pytest.param(
            renamed("办理结果", "结果说明"),
            "accepted",
            [("added", "结果说明"), ("missing", "result")],
            id="an optional column renamed",
        ),
        pytest.param(
            renamed("办理时限", "最迟办结日"),
            "rejected",
            [("added", "最迟办结日"), ("missing", "due_date")],
            id="a required column renamed",
        ),
        pytest.param({"满意度": "5", **AGREED}, "accepted", [("reordered", "appeal_id")], id="reordered"),
        pytest.param({**AGREED, "满意度": "满意"}, "rejected", [("retyped", "satisfaction")], id="re-typed"),
        pytest.param({**AGREED, "办理时限": ""}, "rejected", [("emptied", "due_date")], id="a required column emptied"),
    ],
)
def test_each_kind_of_drift_is_told(
    home: Home, columns: dict[str, str], status: str, expected: list[tuple[str, str]] | None
) -> None:
    delivered(home, columns)
    taken = take(home)
    assert [outcome.status for outcome in taken.outcomes] == [status]
    if expected is None:
        ((kind, header),) = told(taken)
        assert (kind, "14000000001" in header) == ("added", False)
    else:
        assert told(taken) == expected


def test_an_optional_column_is_emptied_if_its_provider_had_filled_it(home: Home) -> None:
    providers.initialise(home)
    emptied = {**AGREED, "办理结果": ""}
    delivered(home, AGREED, 1, ROWS_THAT_TELL)
    delivered(home, emptied, 2, ROWS_THAT_TELL)
    delivered(home, {**emptied, "诉求编号": "B{}"}, 3, ROWS_THAT_TELL)  # nothing new on the third day
    delivered(home, emptied, 3, ROWS_THAT_TELL, provider="440304")  # a provider that never filled it
    taken = take(home, 3)
    found = {
        (each.delivery.provider.code, each.delivery.delivered_on.day): told(taken, each) for each in taken.outcomes
    }
    assert found == {
        ("440303", 1): [],
        ("440303", 2): [("emptied", "result")],
        ("440303", 3): [],
        ("440304", 3): [],
    }


def test_a_few_rows_do_not_tell_that_an_optional_column_was_emptied(home: Home) -> None:
    delivered(home, AGREED, 1)
    delivered(home, {**AGREED, "办理结果": "", "诉求编号": "B{}"}, 2, ROWS_THAT_TELL - 1)
    taken = take(home, 2)
    assert [told(taken, outcome) for outcome in taken.outcomes] == [[], []]


def test_drift_is_registered_for_dbt_by_delivery_and_the_unknown_cells_are_in_the_lake(home: Home) -> None:
    delivered(home, {**AGREED, "承办科室": "信访科"}, rows=1)
    (outcome,) = take(home).outcomes
    registration.register(home, home.build / "build.duckdb", day(1))
    with duckdb.connect(str(home.build / "build.duckdb")) as connection:
        assert connection.execute("from ops.schema_drift").fetchall() == [
            (outcome.delivery.delivery_id, "added", "承办科室")
        ]
        assert connection.execute("select _extra from raw.appeals").fetchall() == [('{"承办科室":"信访科"}',)]


def test_one_alias_in_the_contract_and_a_replay_heal_a_renamed_required_column(home: Home) -> None:
    delivered(home, renamed("办理时限", "最迟办结日"))
    rejected = take(home)
    assert [(each.status, each.reason) for each in rejected.outcomes] == [("rejected", "缺少必填列：办理时限")]

    columns = tuple(
        column.model_copy(update={"aliases": ("最迟办结日",)}) if column.name == "due_date" else column
        for column in APPEALS.columns
    )
    healed = take(home, 2, APPEALS.model_copy(update={"columns": columns}), Replay(day(1), day(1)))
    assert [(each.status, each.accepted, told(healed, each)) for each in healed.outcomes] == [("accepted", 2, [])]
    assert healed.outcomes[0].delivery == rejected.outcomes[0].delivery
    assert healed.outcomes[0].received_at == rejected.outcomes[0].received_at
