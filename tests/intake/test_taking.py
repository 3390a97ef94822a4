"""A night takes what has landed: every delivery comes to one outcome, and no delivery's trouble is another's."""

import datetime
import gzip
import io
import json
import os
import pathlib
import re
import zipfile
from collections.abc import Callable

import openpyxl
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from pipelines import intake, providers
from pipelines.contracts import contract_of
from pipelines.feedback import outbox
from pipelines.home import Home
from pipelines.intake import Intake, Replay, Taken
from pipelines.lake import ledger, standing, validation
from pipelines.lake.ledger import Outcome
from pipelines.lake.validation import Validation
from pipelines.landing import archive
from tests.landing.misbehaving_platform import Answer, MisbehavingPlatform, Question, pages_of

APPEALS = contract_of("appeals")
HELP_REQUESTS = contract_of("help_requests")
LUOHU, FUTIAN, NANSHAN = "440303", "440304", "440305"

HEADER = "诉求编号,受理时间,诉求来源,诉求类别,联系人,联系电话,诉求内容,办理时限,满意度"
CHINESE = re.compile("[\u4e00-\u9fff]")


def appeal(number: int, source: str = "热线", satisfaction: str = "5", **other: str) -> str:
    cells = {"contact": "某甲", "phone": "13800138000", "category": "噪音"} | other
    return (
        f"A{number:03},2025-02-28 09:00,{source},{cells['category']},{cells['contact']},{cells['phone']},"
        f"施工扰民,2025-03-31,{satisfaction}"
    )


GOOD, OTHER, BAD = appeal(1), appeal(2), appeal(3, source="托梦")


def day(of_march: int) -> datetime.date:
    return datetime.date(2025, 3, of_march)


def land(home: Home, *lines: str, name: str = "2025-03-01.csv", district: str = LUOHU) -> pathlib.Path:
    path = home.landing / "district" / district / "appeals" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join((HEADER, *lines)), "utf-8")
    return path


def take(home: Home, night: int = 1, replay: Replay | None = None) -> Taken:
    return Intake(home, day(night)).take(APPEALS, replay)


def only(taken: Taken) -> Outcome:
    (outcome,) = taken.outcomes
    return outcome


def validations(home: Home) -> dict[str, Validation]:
    """What the live batches have beside them, by the code of the provider."""
    return {
        outcome.delivery.provider.code: said[outcome.delivery.delivery_id]
        for batch in ledger.batches(home, "appeals")
        for said in [validation.of_batch(batch)]
        for outcome in batch.outcomes
        if outcome.delivery.delivery_id in said
    }


def in_lake(home: Home, feed: str = "appeals") -> list[dict[str, object]]:
    """The rows of the live batches."""
    files = [batch.rows_file for batch in ledger.batches(home, feed) if batch.rows_file.exists()]
    return [row for file in files for row in pq.read_table(file).to_pylist()]


# ── what becomes of a delivery ──────────────────────────────────────────────────────────────────────────────────────


def test_a_good_delivery_is_accepted_and_its_rows_know_where_they_came_from(initialised: Home) -> None:
    land(initialised, GOOD, OTHER, name="2025-03-01-2.csv")
    outcome = only(take(initialised))
    assert (outcome.status, outcome.rows_read, outcome.accepted, outcome.quarantined) == ("accepted", 2, 2, 0)
    source = [name for name in in_lake(initialised)[0] if name.startswith("_")]
    assert {name: in_lake(initialised)[1][name] for name in source} == {
        "_delivery_id": outcome.delivery.delivery_id,
        "_provider_type": "district",
        "_provider_code": LUOHU,
        "_delivered_on": day(1),
        "_delivery_sequence": 2,
        "_file_name": "2025-03-01-2.csv",
        "_sheet": "",
        "_source_row": 3,
        "_extra": None,
    }


def test_the_bytes_are_in_the_archive_as_delivered(initialised: Home) -> None:
    path = land(initialised, GOOD)
    outcome = only(take(initialised))
    assert archive.path_of(initialised, outcome.delivery.sha256).read_bytes() == path.read_bytes()


def test_a_bad_row_is_quarantined_alone_and_its_provider_is_told_where_and_why(initialised: Home) -> None:
    land(initialised, GOOD, BAD, OTHER)
    taken = take(initialised)
    outcome = only(taken)
    assert (outcome.status, outcome.rows_read, outcome.accepted, outcome.quarantined) == ("accepted", 3, 2, 1)
    assert [row["appeal_id"] for row in in_lake(initialised)] == ["A001", "A002"]
    (cell,) = taken.quarantine.to_dict("records")
    assert cell == {
        "delivery_id": outcome.delivery.delivery_id,
        "feed": "appeals",
        "provider_code": LUOHU,
        "sheet": "",
        "source_row": 3,
        "column_name": "source_channel",
        "rule": "be_in_set",
        "reason_zh": "“诉求来源”只能填写党员、党组织、网上平台、热线、走访之一，请更正。",
        "shown_value": "托梦",
        "record_key": "A003",
    }
    (batch,) = ledger.batches(initialised, "appeals")
    assert pq.read_table(batch.quarantine_file).to_pylist() == [cell]


def test_a_refused_cell_shows_no_identifier_of_a_person(initialised: Home) -> None:
    lost = appeal(2, phone="1.38E+10")
    misplaced = appeal(3, category="请致电13800138000")
    land(initialised, GOOD, appeal(4), lost, misplaced)
    shown = take(initialised).quarantine.set_index("column_name")["shown_value"].to_dict()
    assert shown == {"contact_phone": "1******0", "category": "请致电***********"}


def test_a_cell_that_cannot_be_read_is_not_called_empty_as_well(initialised: Home) -> None:
    land(initialised, GOOD, OTHER, appeal(3).replace("2025-03-31", "月底"))
    refused = take(initialised).quarantine
    assert refused[["column_name", "rule"]].values.tolist() == [["due_date", "type_date"]]


def test_too_many_bad_rows_reject_the_delivery_whole(initialised: Home) -> None:
    land(initialised, GOOD, BAD, appeal(4, source="托梦"))
    taken = take(initialised)
    outcome = only(taken)
    assert (outcome.status, outcome.rows_read, outcome.accepted, outcome.quarantined) == ("rejected", 3, 0, 3)
    assert outcome.reason == "不合格行过多：共3行，其中2行不合格，超过允许比例50%"
    assert len(taken.quarantine) == 2
    assert in_lake(initialised) == []


def test_one_providers_failure_is_not_anothers(initialised: Home) -> None:
    land(initialised, district=LUOHU).write_bytes(b"<html>504 Gateway Time-out</html>")
    land(initialised, GOOD, district=FUTIAN)
    unreadable, accepted = take(initialised).outcomes
    assert (unreadable.status, unreadable.rows_read) == ("rejected", 0)
    assert unreadable.reason.startswith("这是网页")
    assert (accepted.status, accepted.accepted) == ("accepted", 1)


@pytest.mark.parametrize(
    "folder", ["district/440399", "association/440303"], ids=["unknown code", "no sender of this feed"]
)
def test_nobody_else_may_deliver(initialised: Home, folder: str) -> None:
    path = initialised.landing / folder / "appeals" / "2025-03-01.csv"
    land(initialised, GOOD).rename(initialised.landing / "waiting")
    path.parent.mkdir(parents=True)
    (initialised.landing / "waiting").rename(path)
    outcome = only(take(initialised))
    assert (outcome.status, outcome.rows_read) == ("rejected", 0)
    assert outcome.reason.startswith("未登记的报送单位")


def test_a_provider_delivers_from_its_first_day_to_its_last(initialised: Home) -> None:
    districts = providers.initial_providers(day(2))
    left = [each.model_copy(update={"active_to": day(3)}) for each in districts]
    providers.write_register(initialised.providers_file, left)
    for number in (1, 2, 3, 4):
        land(initialised, appeal(number), name=f"2025-03-0{number}.csv")
    assert [each.status for each in take(initialised, 4).outcomes] == ["rejected", "accepted", "accepted", "rejected"]


def test_a_file_beyond_the_limit_is_rejected_without_being_read(
    initialised: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.reading.deliveries.FILE_BYTES_LIMIT", 1024 * 1024)
    path = land(initialised, GOOD)
    os.truncate(path, 1024 * 1024 + 1)
    prepared = Intake(initialised, day(1))
    monkeypatch.setattr(pathlib.Path, "read_bytes", lambda _: pytest.fail("loaded into memory"))
    outcome = only(prepared.take(APPEALS))
    assert (outcome.status, outcome.reason, outcome.size_bytes) == ("rejected", "文件超过 1 MB", 1024 * 1024 + 1)


def test_unknown_columns_are_kept_aside_and_told(initialised: Home) -> None:
    land(initialised).write_text(f"{HEADER},承办科室\n{GOOD},信访科", "utf-8")
    taken = take(initialised)
    told = taken.differences[only(taken).delivery.delivery_id]
    assert told == [("added", "承办科室"), ("missing", "uscc"), ("missing", "closed_at"), ("missing", "result")]
    assert in_lake(initialised)[0]["_extra"] == '{"承办科室":"信访科"}'


def test_a_file_whose_name_is_no_date_is_a_stray_and_not_read(initialised: Home) -> None:
    path = land(initialised, GOOD, name="三月.csv")
    taken = take(initialised)
    assert (taken.outcomes, taken.strays) == ([], (path,))


# ── the same bytes ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("nights", [1, 2], ids=["in one night", "over two nights"])
def test_the_same_bytes_again_have_no_effect(initialised: Home, nights: int) -> None:
    land(initialised, GOOD, BAD, name="2025-03-01.csv")
    if nights == 2:
        take(initialised, 1)
    land(initialised, GOOD, BAD, name="2025-03-02.csv")
    again = take(initialised, 2).outcomes[-1]
    assert (again.delivery.delivered_on, again.status) == (day(2), "repeated")
    assert (again.rows_read, again.accepted, again.quarantined) == (0, 0, 0)


def test_bytes_that_were_rejected_are_rejected_again_in_the_same_night(initialised: Home) -> None:
    land(initialised, BAD, name="2025-03-01.csv")
    land(initialised, BAD, name="2025-03-02.csv")
    assert [each.status for each in take(initialised, 2).outcomes] == ["rejected", "rejected"]


def test_the_same_bytes_of_two_providers_are_two_deliveries(initialised: Home) -> None:
    land(initialised, GOOD, district=LUOHU)
    land(initialised, GOOD, district=FUTIAN)
    assert [each.status for each in take(initialised).outcomes] == ["accepted", "accepted"]


@pytest.mark.parametrize("reverse", [False, True], ids=["its own first", "the other's first"])
def test_another_provider_s_file_is_rejected_whichever_came_first(initialised: Home, reverse: bool) -> None:
    """The file says 南山区 above its header, and Nanshan has sent it, too."""
    unit = "填报单位：深圳市南山区委社会工作部　填报日期：2025-03-01"
    codes = [NANSHAN, FUTIAN]
    for night, code in enumerate(reversed(codes) if reverse else codes, start=1):
        path = land(initialised, district=code)
        path.write_text("\n".join((unit, HEADER, GOOD, BAD, OTHER)), "utf-8")
        taken = take(initialised, night)
    now = {each.delivery.provider.code: each for each in standing.of_feed(initialised, APPEALS).outcomes}
    assert (now[NANSHAN].status, now[FUTIAN].status) == ("accepted", "rejected")
    assert now[FUTIAN].reason == (
        "文件中的填报单位是“南山区”，内容又与南山区报送的文件完全相同；请报送本单位的文件（见读取说明“报错单位”）"
    )
    assert [each.delivery.provider.code for each in taken.outcomes] == [FUTIAN if not reverse else NANSHAN]
    sheet = openpyxl.load_workbook(outbox.report_path(initialised, now[FUTIAN])).active
    assert sheet["A1"].value == f"2025-03-01.csv　整份退回：{now[FUTIAN].reason}"
    assert sheet["C3"].value == "诉求来源"  # and what else is wrong with it


# ── which nights take what ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_night_twice_changes_nothing(initialised: Home) -> None:
    land(initialised, GOOD)
    take(initialised)
    before = ledger.batches(initialised, "appeals")
    assert take(initialised).outcomes == []
    assert ledger.batches(initialised, "appeals") == before


def test_a_file_that_was_touched_and_not_changed_is_no_new_delivery(initialised: Home) -> None:
    path = land(initialised, GOOD)
    take(initialised)
    os.utime(path, (0, 0))
    assert take(initialised).outcomes == []


def test_a_file_that_was_touched_is_hashed_once_and_taken_when_it_changes(
    initialised: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = land(initialised, GOOD)
    take(initialised)
    os.utime(path, (0, 0))
    hashed = []
    store = archive.store
    monkeypatch.setattr(archive, "store", lambda home, each: (hashed.append(each.name), store(home, each))[1])
    for _ in range(3):
        take(initialised)
    assert hashed == ["2025-03-01.csv"]
    assert intake.waiting(initialised, day(1)) == []
    path.write_text(path.read_text("utf-8").replace("热线", "走访"), "utf-8")  # as long as before
    os.utime(path, (1, 1))
    assert len(take(initialised).outcomes) == 1


def test_a_file_that_was_written_over_is_a_new_delivery(initialised: Home) -> None:
    land(initialised, GOOD)
    take(initialised)
    land(initialised, GOOD, OTHER)
    assert only(take(initialised)).rows_read == 2
    assert [each.accepted for each in ledger.outcomes(initialised, "appeals")] == [1, 2]


def test_of_a_file_that_was_written_over_the_last_bytes_are_the_newest_delivery(initialised: Home) -> None:
    for night in range(1, 7):
        land(initialised, appeal(night))
        take(initialised, night)
    in_order = sorted(ledger.outcomes(initialised, "appeals"), key=lambda each: each.delivery.order)
    rows = {row["_delivery_id"]: row["appeal_id"] for row in in_lake(initialised)}
    assert [rows[each.delivery.delivery_id] for each in in_order] == [f"A00{number}" for number in range(1, 7)]
    assert [each.delivery.sequence for each in in_order] == list(range(6))


def test_bytes_that_were_written_over_and_come_back_are_a_delivery_of_their_own(initialised: Home) -> None:
    """Also where the file is moved back, with the size and the time that it had at first."""
    path = land(initialised, GOOD)
    first_state = path.stat()
    first = only(take(initialised))
    land(initialised, OTHER)
    take(initialised)
    land(initialised, GOOD)
    os.utime(path, ns=(first_state.st_atime_ns, first_state.st_mtime_ns))

    assert intake.waiting(initialised, day(1)) != []
    back = only(take(initialised))

    assert (back.status, back.accepted) == ("accepted", 1)
    assert (back.delivery.sequence, back.delivery.again) == (2, 1)
    assert back.delivery.delivery_id != first.delivery.delivery_id
    assert [row["appeal_id"] for row in in_lake(initialised)] == ["A001", "A002", "A001"]
    assert take(initialised).outcomes == []
    assert intake.waiting(initialised, day(1)) == []


def test_a_replay_knows_bytes_that_came_back_from_those_that_came_first(initialised: Home) -> None:
    for night, row in enumerate([GOOD, OTHER, GOOD], start=1):
        land(initialised, row)
        take(initialised, night)
    before = sorted(ledger.outcomes(initialised, "appeals"), key=lambda each: each.delivery.order)
    take(initialised, 3, Replay(delivery=before[2].delivery.delivery_id))
    assert sorted(ledger.outcomes(initialised, "appeals"), key=lambda each: each.delivery.order) == before


def test_a_delivery_is_not_taken_before_its_date_and_is_taken_however_late_it_lands(initialised: Home) -> None:
    land(initialised, GOOD, name="2025-03-02.csv")
    assert take(initialised, 1).outcomes == []
    take(initialised, 2)
    land(initialised, OTHER, name="2025-03-01.csv")
    assert only(take(initialised, 3)).delivery.delivered_on == day(1)


def test_what_waits_is_what_the_ledger_does_not_know(initialised: Home) -> None:
    path = land(initialised, GOOD)
    state = path.stat()
    waits = f"district/{LUOHU}/appeals/2025-03-01.csv {state.st_size} {state.st_mtime_ns}"
    assert intake.waiting(initialised, day(1)) == [waits]
    take(initialised)
    assert intake.waiting(initialised, day(1)) == []


def test_a_replay_reads_from_the_archive_and_replaces_the_batch(initialised: Home) -> None:
    path = land(initialised, GOOD, BAD)
    take(initialised, 1)
    land(initialised, OTHER, name="2025-03-02.csv")
    take(initialised, 2)
    first, second = ledger.batches(initialised, "appeals")
    rows = in_lake(initialised)
    path.unlink()

    replayed = only(take(initialised, 2, Replay(day(1), day(1))))

    assert [replayed] == list(first.outcomes)
    assert [each.replaces for each in ledger.batches(initialised, "appeals")] == [(), (first.name,)]
    assert ledger.batches(initialised, "appeals")[0] == second
    assert sorted(in_lake(initialised), key=lambda row: row["appeal_id"]) == rows


def archived(home: Home, outcome: Outcome) -> pathlib.Path:
    return archive.path_of(home, outcome.delivery.sha256)


@pytest.mark.parametrize(
    "replay",
    [
        lambda outcome: Replay(day(2), day(2)),
        lambda outcome: Replay(provider=FUTIAN, feed="appeals"),
        lambda outcome: Replay(delivery=outcome.delivery.delivery_id),
    ],
)
def test_a_replay_reads_what_it_speaks_of_and_carries_the_rest_over(
    initialised: Home, replay: Callable[[Outcome], Replay]
) -> None:
    land(initialised, GOOD, BAD)
    land(initialised, OTHER, BAD, name="2025-03-02.csv", district=FUTIAN)
    before = take(initialised, 2).outcomes
    rows, said = in_lake(initialised), validations(initialised)
    cells = pq.read_table(ledger.batches(initialised, "appeals")[0].quarantine_file).to_pylist()
    other, chosen = sorted(before, key=lambda each: each.delivery.delivered_on)
    archived(initialised, other).unlink()  # it can't be read again

    again = take(initialised, 3, replay(chosen))

    assert again.outcomes == [chosen]
    (batch,) = ledger.batches(initialised, "appeals")
    assert {each.delivery.delivery_id: each for each in batch.outcomes} == {
        each.delivery.delivery_id: each for each in before
    }
    assert sorted(in_lake(initialised), key=repr) == sorted(rows, key=repr)
    assert sorted(pq.read_table(batch.quarantine_file).to_pylist(), key=repr) == sorted(cells, key=repr)
    assert validations(initialised)[LUOHU] == said[LUOHU]
    assert [path.name for path in sorted(batch.folder.iterdir())] == [
        "ledger.json",
        "quarantine.parquet",
        "rows.parquet",
        "validation.json",
    ]


def test_a_replay_reads_all_of_a_batch_in_which_a_column_has_another_type(initialised: Home) -> None:
    land(initialised, GOOD)
    land(initialised, OTHER, name="2025-03-02.csv")
    before = take(initialised, 2).outcomes
    rows = in_lake(initialised)
    (batch,) = ledger.batches(initialised, "appeals")
    kept = pq.read_table(batch.rows_file)
    at = kept.schema.get_field_index("satisfaction")
    pq.write_table(kept.set_column(at, "satisfaction", kept["satisfaction"].cast("string")), batch.rows_file)

    again = take(initialised, 3, Replay(day(1), day(1)))

    assert again.outcomes == before
    assert in_lake(initialised) == rows


def test_a_replay_of_nothing_there_is_an_ordinary_night(initialised: Home) -> None:
    land(initialised, GOOD)
    take(initialised, 1)
    before = ledger.batches(initialised, "appeals")
    assert take(initialised, 2, Replay(feed="compounds")).outcomes == []
    assert take(initialised, 2, Replay(day(2), day(9))).outcomes == []
    assert ledger.batches(initialised, "appeals") == before


def test_the_first_delivery_day_is_of_a_registered_provider_landed_or_taken(initialised: Home) -> None:
    assert intake.first_delivery_day(initialised) is None
    land(initialised, GOOD, name="2025-03-05.csv")
    assert intake.first_delivery_day(initialised) == day(5)
    take(initialised, 5).outcomes[0]
    (initialised.landing / "district" / LUOHU / "appeals" / "2025-03-05.csv").unlink()
    land(initialised, OTHER, name="2025-03-06.csv")
    assert intake.first_delivery_day(initialised) == day(5)
    land(initialised, OTHER, name="2025-03-03.csv", district="990000")  # nobody knows this provider
    land(initialised, OTHER, name="1925-03-03.csv")  # a slip of the pen
    assert intake.first_delivery_day(initialised) == day(5)


def test_a_night_that_dies_before_its_commit_is_done_again_whole(
    initialised: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    land(initialised, GOOD)
    with monkeypatch.context() as full:
        full.setattr(ledger, "commit", disk_full)
        with pytest.raises(OSError, match="No space left"):
            take(initialised)
    assert ledger.outcomes(initialised, "appeals") == []
    assert only(take(initialised)).status == "accepted"


# ── slices ──────────────────────────────────────────────────────────────────────────────────────────────────────────

ROWS_A_SLICE = 128
"""What a memory budget of 1 MB allows."""


def test_many_small_slices_come_to_the_same_as_one(initialised: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    late_in_the_file = [appeal(number, source="热线" if number < 140 else "托梦") for number in range(300)]
    early_in_the_file = [appeal(number, source="托梦" if number < 100 else "热线") for number in range(300)]
    land(initialised, *late_in_the_file, district=LUOHU)
    land(initialised, *early_in_the_file, district=FUTIAN)
    whole = take(initialised)
    kept, said = in_lake(initialised), validations(initialised)
    assert [each.status for each in whole.outcomes] == ["rejected", "accepted"]

    monkeypatch.setenv("SWW_MEMORY_MB", "1")
    sliced = take(initialised, 1, Replay(day(1), day(1)))

    assert sliced.outcomes == whole.outcomes
    assert validations(initialised) == said
    assert [(each.rows, each.broken["source_channel_be_in_set"]) for each in said.values()] == [(300, 160), (300, 100)]
    assert sliced.quarantine.to_dict("records") == whole.quarantine.to_dict("records")
    accepted = whole.outcomes[1].delivery.delivery_id
    assert [row for row in in_lake(initialised) if row["_delivery_id"] == accepted] == kept


def test_of_a_delivery_that_turns_out_unreadable_no_row_counts(
    initialised: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWW_MEMORY_MB", "1")
    rows = [appeal(number, source="热线" if number else "托梦") for number in range(3 * ROWS_A_SLICE)]
    land(initialised, *rows, '"A999,引号没有成对', district=LUOHU)
    land(initialised, GOOD, BAD, district=FUTIAN)

    taken = take(initialised)

    unreadable, accepted = taken.outcomes
    assert (unreadable.status, unreadable.rows_read, unreadable.accepted, unreadable.quarantined) == (
        "rejected",
        0,
        0,
        0,
    )
    assert unreadable.reason == "第 386 行无法读取，可能引号不成对"
    assert (accepted.rows_read, accepted.accepted, accepted.quarantined) == (2, 1, 1)
    assert taken.quarantine["provider_code"].tolist() == [FUTIAN]


# ── what goes back to the provider ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.fault(
    "Formulas in delivered text", "a cell that is `=HYPERLINK(…)`", "text like any other in the workbook that goes back"
)
def test_the_provider_gets_a_workbook_in_chinese_without_formulas(initialised: Home) -> None:
    land(initialised, GOOD, OTHER, appeal(3, source='=HYPERLINK("http://127.0.0.1")'), appeal(4, satisfaction="很好"))
    take(initialised)
    path = initialised.outbox / "district" / LUOHU / "appeals" / "2025-03-01.csv.退回清单.xlsx"
    sheet = openpyxl.load_workbook(path).active
    title, header, *lines = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert title[0] == "2025-03-01.csv　退回2行，其余已接收"
    assert header == ["工作表", "行号", "列名", "退回原因", "原值（已脱敏）"]
    assert [(row, column, value) for _, row, column, _, value in lines] == [
        ("4", "诉求来源", '=HYPERLINK("http://127.0.0.1")'),
        ("5", "满意度", "很好"),
    ]
    assert all(CHINESE.search(reason) for _, _, _, reason, _ in lines)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


def test_the_workbook_goes_when_what_it_asks_for_is_mended(initialised: Home) -> None:
    land(initialised, GOOD, BAD)
    take(initialised)
    (told,) = initialised.outbox.rglob("*.xlsx")
    land(initialised, GOOD, OTHER)
    take(initialised)
    assert not told.exists()


def test_no_more_cells_are_told_than_a_provider_can_mend_at_once(
    initialised: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "CELLS_LIMIT", 2)
    land(initialised, GOOD, OTHER, *(appeal(number, source="托梦") for number in (3, 4, 5)), *map(appeal, range(6, 9)))
    taken = take(initialised)
    assert only(taken).quarantined == 3
    (told,) = initialised.outbox.rglob("*.xlsx")
    title, _, *lines = openpyxl.load_workbook(told).active.iter_rows(values_only=True)
    assert "仅列出前2处" in title[0]
    assert [line[1] for line in lines] == ["4", "5"]
    (batch,) = ledger.batches(initialised, "appeals")
    assert pq.read_table(batch.quarantine_file).num_rows == 3


def test_what_a_provider_named_after_a_person_is_told_without_the_number(initialised: Home) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("甲-13812345678.csv", "乙-440301199003071234.csv"):
            archive.writestr(name, "x")
    path = land(initialised, name="2025-03-01.zip")
    path.write_bytes(buffer.getvalue())
    reason = only(take(initialised)).reason
    assert reason == "压缩包里应当只有一个 csv 或 xlsx 文件，实际有 2 个：乙-******************.csv、甲-***********.csv"


def test_a_delivery_of_rows_that_had_not_happened_contradicts_itself(initialised: Home) -> None:
    later = [line.replace("2025-02-28 09:00", f"2025-03-0{day} 09:00") for day, line in ((2, GOOD), (4, OTHER))]
    land(initialised, *later, appeal(5))
    outcome = only(take(initialised))
    assert (outcome.status, outcome.accepted, outcome.quarantined) == ("rejected", 0, 3)
    assert outcome.reason is not None
    assert outcome.reason.startswith("报送日期是2025-03-01，而3行中有2行写的日期在此之后（最晚2025-03-04）")


def compounds(*rows: str) -> tuple[str, ...]:
    return ("小区编号,小区名称,街道,社区", *rows)


def test_rows_of_one_key_that_contradict_each_other_are_quarantined_and_each_names_the_others(
    initialised: Home,
) -> None:
    several = [f"X{number},小区{number},东门街道,城东社区" for number in range(20)]
    lines = [
        "C-1,花园,东门街道,城东社区",
        *several,
        "C-1,花苑,东门街道,城东社区",
        "C-2,家园,东门街道,城东社区",
        *several[:1],
    ]
    path = initialised.landing / "district" / LUOHU / "compounds" / "2025-03-01.csv"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(compounds(*lines)), "utf-8")

    taken = Intake(initialised, day(1)).take(contract_of("compounds"))

    outcome = only(taken)
    assert (outcome.status, outcome.rows_read, outcome.accepted, outcome.quarantined) == ("accepted", 24, 22, 2)
    stored = [row["compound_id"] for row in in_lake(initialised, "compounds")]
    assert len(stored) == 22
    assert "C-1" not in stored
    assert stored.count("X0") == 2  # the same row twice is for the warehouse to count
    told = taken.quarantine[["source_row", "column_name", "shown_value"]].to_numpy().tolist()
    assert told == [[2, "compound_id", "C-1"], [23, "compound_id", "C-1"]]
    assert [reason.split("行")[0] for reason in taken.quarantine["reason_zh"]] == ["与第23", "与第2"]


def test_lines_that_are_no_records_are_counted_beside_the_rows(initialised: Home) -> None:
    land(initialised, GOOD, "合计,,,,,,,,", "填表人：张三,,审核人：李四,,,,,,", OTHER)
    outcome = only(take(initialised))
    assert (outcome.rows_read, outcome.accepted, outcome.lines_set_aside) == (2, 2, 2)
    assert list(initialised.outbox.iterdir()) == []


def test_of_a_line_that_may_be_no_record_nothing_else_is_told(initialised: Home) -> None:
    land(initialised, GOOD, "合计,2,2,2,2,2,2,2,2")
    taken = take(initialised)
    assert (only(taken).accepted, only(taken).quarantined) == (1, 1)
    assert taken.quarantine[["source_row", "column_name", "rule"]].values.tolist() == [[3, "appeal_id", "total_line"]]


def test_what_the_provider_should_know_is_told_though_nothing_is_refused(initialised: Home) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("台账13800138000")
        for number, line in enumerate((HEADER, GOOD, OTHER)):
            sheet.write_row(number, 0, line.split(","))
        sheet.set_row(2, None, None, {"hidden": True})
    land(initialised, name="2025-03-01.xlsx").write_bytes(buffer.getvalue())
    assert only(take(initialised)).accepted == 2
    (told,) = initialised.outbox.rglob("*.xlsx")
    title = openpyxl.load_workbook(told).active["A1"].value
    assert title == "2025-03-01.xlsx　全部接收；工作表“台账***********”有 1 行被隐藏或筛选，已照常读取"


def test_a_delivery_without_fault_gets_no_workbook(initialised: Home) -> None:
    land(initialised, GOOD)
    take(initialised)
    assert list(initialised.outbox.iterdir()) == []


# ── platforms ───────────────────────────────────────────────────────────────────────────────────────────────────────

HELP_REQUEST = {
    "request_id": "R1",
    "kind": "邻里守望",
    "beneficiary": "一老",
    "requested_at": "2025-02-28T09:00:00+08:00",
    "updated_at": "2025-02-28T10:00:00+08:00",
}


def two_platforms(home: Home, monkeypatch: pytest.MonkeyPatch, **urls: str) -> None:
    """Registers platforms that answer at ``urls``."""
    monkeypatch.setenv("TEST_PLATFORM_TOKEN", "a-token-nobody-may-see")
    declared = [f"{code}: {{base_url: '{url}', token_env: TEST_PLATFORM_TOKEN}}" for code, url in urls.items()]
    home.platforms_file.write_text("\n".join(declared), "utf-8")
    known = [
        providers.RegisteredProvider(provider_type="platform", provider_code=code, name_zh="示例", active_from=day(1))
        for code in urls
    ]
    providers.write_register(home.providers_file, known)


def ask(home: Home, night: int) -> Taken:
    return Intake(home, day(night)).take(HELP_REQUESTS)


def test_a_platform_is_asked_once_a_night_for_what_changed_since(
    initialised: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MisbehavingPlatform(lambda question: pages_of([HELP_REQUEST], question)) as served:
        two_platforms(initialised, monkeypatch, izyz=served.url)
        outcome = only(ask(initialised, 1))
        asked_first = len(served.questions)
        assert ask(initialised, 1).outcomes == []
        assert len(served.questions) == asked_first
        ask(initialised, 2)
    assert (outcome.status, outcome.accepted, outcome.delivery.file_name) == ("accepted", 1, "2025-03-01.json.gz")
    assert {each.updated_since for each in served.questions[:asked_first]} == {None}
    since = {each.updated_since for each in served.questions[asked_first:]}
    assert since == {outcome.updated_since.isoformat()}
    greatest = datetime.datetime(2025, 2, 28, 2, tzinfo=datetime.UTC)
    assert greatest - datetime.timedelta(days=3) < outcome.updated_since < greatest
    assert list(initialised.landing.glob("platform/*/*/*")) == []  # what was fetched is in the archive


def test_where_to_ask_from_moves_on_only_with_a_page_set_that_is_in_the_lake(
    initialised: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise OSError("killed")

    with MisbehavingPlatform(lambda question: pages_of([HELP_REQUEST], question)) as served:
        two_platforms(initialised, monkeypatch, izyz=served.url)
        with monkeypatch.context() as dying:
            dying.setattr(ledger, "commit", killed)
            with pytest.raises(OSError, match="killed"):
                ask(initialised, 1)
        asked_first = len(served.questions)
        outcomes = ask(initialised, 2).outcomes
    assert {each.updated_since for each in served.questions[asked_first:]} == {None}
    assert [(each.delivery.delivered_on, each.accepted) for each in outcomes] == [(day(1), 1), (day(2), 1)]


def test_a_page_set_without_rows_does_not_move_where_to_ask_from(
    initialised: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [[HELP_REQUEST], [], []]
    night = 0
    with MisbehavingPlatform(lambda question: pages_of(rows[night], question)) as served:
        two_platforms(initialised, monkeypatch, izyz=served.url)
        since = only(ask(initialised, 1)).updated_since
        for night in (1, 2):
            assert only(ask(initialised, night + 1)).status == "accepted"
    assert served.questions[-1].updated_since == since.isoformat()


def test_one_platforms_fault_does_not_stop_another(initialised: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbids(_: Question) -> Answer:
        return Answer(status=403)

    def answers(question: Question) -> Answer:
        return pages_of([HELP_REQUEST], question)

    with MisbehavingPlatform(forbids) as faulty, MisbehavingPlatform(answers) as served:
        two_platforms(initialised, monkeypatch, faulty=faulty.url, izyz=served.url)
        taken = ask(initialised, 1)
    (fault,) = taken.faults
    assert fault.provider_code == "faulty"
    assert CHINESE.search(fault.reason_zh)
    assert "a-token-nobody-may-see" not in fault.reason_zh
    outcome = only(taken)
    assert (outcome.delivery.provider.code, outcome.accepted) == ("izyz", 1)


def test_a_platform_whose_token_is_not_set_is_told_in_words(initialised: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    two_platforms(initialised, monkeypatch, izyz="http://127.0.0.1:9/izyz")
    monkeypatch.delenv("TEST_PLATFORM_TOKEN")
    (fault,) = ask(initialised, 1).faults
    assert fault.reason_zh == "环境变量 TEST_PLATFORM_TOKEN 没有设置，因而没有访问令牌；请设置后重新运行"


def test_a_page_set_from_who_is_no_platform_is_rejected(initialised: Home) -> None:
    page = {"data": [dict.fromkeys(HEADER.split(","), "1")], "page": 1, "pages": 1, "total": 1}
    path = land(initialised, name="2025-03-01.json.gz")
    path.write_bytes(gzip.compress(b"\n".join(json.dumps(line).encode() for line in ({"request": {}}, page))))
    outcome = only(take(initialised))
    assert (outcome.status, outcome.updated_since) == ("rejected", None)
    assert "json.gz" in outcome.reason
    assert path.exists()


@pytest.mark.parametrize(
    "updated_at", ["0001-01-01T00:00:00", "9999-12-31T23:59:59-12:00", "2025-02-28T10:00:00+08:00"]
)
def test_no_time_that_a_platform_names_stops_the_night_or_the_next_question(
    initialised: Home, monkeypatch: pytest.MonkeyPatch, updated_at: str
) -> None:
    rows = [HELP_REQUEST | {"request_id": "R2", "updated_at": updated_at}, *[HELP_REQUEST] * 3]
    with MisbehavingPlatform(lambda question: pages_of(rows, question)) as served:
        two_platforms(initialised, monkeypatch, izyz=served.url)
        outcome = only(ask(initialised, 1))
        assert ask(initialised, 2).faults == []
    assert outcome.updated_since is not None
    assert outcome.updated_since.year >= 1970


def test_a_platform_without_a_token_is_a_fault_and_not_asked(
    initialised: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MisbehavingPlatform(lambda question: pages_of([HELP_REQUEST], question)) as served:
        two_platforms(initialised, monkeypatch, izyz=served.url)
        monkeypatch.delenv("TEST_PLATFORM_TOKEN")
        taken = ask(initialised, 1)
    assert [each.provider_code for each in taken.faults] == ["izyz"]
    assert (served.questions, taken.outcomes) == ([], [])
