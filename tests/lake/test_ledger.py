"""The ledger: batches come to be whole, and are replaced whole."""

import datetime
import hashlib
import json

from pipelines.home import Home
from pipelines.lake import ledger
from pipelines.lake.ledger import Delivery, Outcome
from pipelines.providers import Provider

NIGHT = datetime.date(2025, 3, 1)
LATER = datetime.date(2025, 3, 2)
LUOHU = Provider("district", "440303")


def outcome(day: int, content: str, status: ledger.Status = "accepted", sequence: int = 0) -> Outcome:
    suffix = f"-{sequence}" if sequence else ""
    delivery = Delivery(
        feed="appeals",
        provider=LUOHU,
        file_name=f"2025-03-{day:02}{suffix}.csv",
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        delivered_on=datetime.date(2025, 3, day),
        sequence=sequence,
    )
    return Outcome(
        delivery=delivery,
        received_at=datetime.datetime(2025, 3, day, 18),  # noqa: DTZ001
        size_bytes=len(content),
        modified_ns=0,
        status=status,
    )


def commit(
    home: Home, *outcomes: Outcome, replaces: tuple[str, ...] = (), night: datetime.date = NIGHT
) -> ledger.Batch:
    with ledger.new_batch_folder(home, "appeals") as folder:
        return ledger.commit(folder, night, list(outcomes), replaces)


def test_a_delivery_has_the_same_id_in_any_home() -> None:
    identity = "appeals\ndistrict\n440303\n2025-03-01.csv\n" + hashlib.sha256(b"x").hexdigest()
    assert outcome(1, "x").delivery.delivery_id == hashlib.sha256(identity.encode()).hexdigest()[:16]


def test_a_committed_batch_is_read_back_as_it_was(home: Home) -> None:
    committed = commit(home, outcome(1, "x"), outcome(2, "y", "rejected"))
    assert ledger.batches(home, "appeals") == [committed]
    assert [each.status for each in ledger.outcomes(home, "appeals")] == ["accepted", "rejected"]


def test_batches_of_one_night_are_numbered(home: Home) -> None:
    names = [commit(home, outcome(1, "x")).name, commit(home, outcome(2, "y")).name]
    assert names == ["2025-03-01.1", "2025-03-01.2"]


def test_a_batch_that_was_not_committed_was_never_there(home: Home) -> None:
    with ledger.new_batch_folder(home, "appeals") as folder:
        (folder / "rows.parquet").write_bytes(b"half of it")
    assert ledger.batches(home, "appeals") == []
    assert list((home.lake / "appeals").iterdir()) == []


def test_what_a_killed_run_left_unfinished_is_swept(home: Home) -> None:
    leftover = home.lake / "appeals" / ".unfinished-1"
    leftover.mkdir(parents=True)
    ledger.sweep(home)
    assert not leftover.exists()


def test_a_replaced_batch_is_dead_before_and_gone_after_the_sweep(home: Home) -> None:
    old = commit(home, outcome(1, "x"))
    new = commit(home, outcome(1, "x"), replaces=(old.name,))
    assert ledger.batches(home, "appeals") == [new]
    ledger.sweep(home)
    assert not old.folder.exists()
    assert ledger.batches(home, "appeals") == [new]


def test_the_name_of_a_batch_that_was_swept_is_given_to_no_other(home: Home) -> None:
    old = commit(home, outcome(1, "x"))
    new = commit(home, outcome(1, "x"), replaces=(old.name,), night=LATER)
    ledger.sweep(home)
    again = commit(home, outcome(1, "x"), replaces=(new.name,))
    assert again.name != old.name
    assert ledger.batches(home, "appeals") == [again]
    ledger.sweep(home)
    late = commit(home, outcome(2, "y"), night=LATER)
    assert ledger.batches(home, "appeals") == [again, late]


def test_bytes_that_come_again_under_a_name_are_another_delivery() -> None:
    first = outcome(1, "x").delivery
    again = first.model_copy(update={"sequence": 2, "again": 1})
    assert again.delivery_id != first.delivery_id
    assert first.order < again.order


def test_a_correction_of_the_same_day_stands_after_what_it_corrects() -> None:
    assert outcome(1, "x").delivery.order < outcome(1, "y", sequence=2).delivery.order < outcome(2, "z").delivery.order


def test_a_ledger_of_before_two_names_were_changed_is_read(home: Home) -> None:
    first = commit(home, outcome(1, "x").model_copy(update={"rows_read": 3, "accepted": 2, "quarantined": 1}))
    file = first.folder / "ledger.json"
    written = json.loads(file.read_text("utf-8"))
    written["night"] = written.pop("night_on")
    written["outcomes"][0]["kept"] = written["outcomes"][0].pop("accepted")
    file.write_text(json.dumps(written), "utf-8")
    commit(home)  # which makes the process look again

    assert ledger.batches(home, "appeals")[0] == first
