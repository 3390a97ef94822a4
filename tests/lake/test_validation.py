"""What the suite said of a delivery stays beside its rows."""

import datetime

import pytest

from pipelines import settings
from pipelines.contracts import contract_of
from pipelines.home import Home
from pipelines.intake import Intake, Replay
from pipelines.lake import ledger, validation
from pipelines.lake.validation import Validation
from tests.lake.appeals import appeal, land

_MARCH, _APRIL = datetime.date(2025, 3, 1), datetime.date(2025, 4, 1)
_SOURCE = "source_channel_be_in_set"
_TODAY = datetime.date(2026, 1, 31)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "today", lambda: _TODAY)


def take(home: Home, night_on: datetime.date, replay: Replay | None = None) -> None:
    Intake(home, night_on).take(contract_of("appeals"), replay)


def kept(home: Home) -> dict[str, Validation]:
    """The validations of the live batches, by the name of the delivered file."""
    found = {}
    for batch in ledger.batches(home, "appeals"):
        said = validation.of_batch(batch)
        for outcome in batch.outcomes:
            if outcome.delivery.delivery_id in said:
                found[outcome.delivery.file_name] = said[outcome.delivery.delivery_id]
    return found


def test_a_delivery_s_rows_and_the_rules_that_they_break_are_counted_by_delivery(initialised: Home) -> None:
    land(initialised, "2025-03-01.csv", appeal(1), appeal(2, source="传真"), appeal(3, source="传真"))
    land(initialised, "2025-03-01.csv", appeal(4), district="440304")
    take(initialised, _MARCH)
    (batch,) = ledger.batches(initialised, "appeals")
    first, second = (validation.of_batch(batch)[each.delivery.delivery_id] for each in batch.outcomes)
    assert (first.validated_on, first.rows, first.broken) == (_TODAY, 3, {_SOURCE: 2})
    assert (second.validated_on, second.rows, second.broken) == (_TODAY, 1, {})
    assert first.rules == second.rules
    assert _SOURCE in first.rules
    assert "传真" not in batch.validation_file.read_text("utf-8")


def test_of_a_delivery_that_can_not_be_read_nothing_is_said(initialised: Home) -> None:
    (initialised.landing / "district/440303/appeals").mkdir(parents=True)
    (initialised.landing / "district/440303/appeals/2025-03-01.csv").write_text("诉求编号\nA001\n", "utf-8")
    take(initialised, _MARCH)
    (batch,) = ledger.batches(initialised, "appeals")
    assert batch.outcomes[0].status == "rejected"
    assert not batch.validation_file.exists()
    assert validation.of_batch(batch) == {}


def test_a_quiet_night_and_the_folding_of_a_month_keep_what_was_said(initialised: Home) -> None:
    for day in (1, 2):
        land(initialised, f"2025-03-0{day}.csv", appeal(day), appeal(day + 10, source="传真"))
        take(initialised, _MARCH.replace(day=day))
    said = kept(initialised)
    assert [each.broken for each in said.values()] == [{_SOURCE: 1}] * 2
    take(initialised, _MARCH.replace(day=31))
    assert kept(initialised) == said
    take(initialised, _APRIL)
    assert len(ledger.batches(initialised, "appeals")) == 1
    assert kept(initialised) == said


def test_a_replay_says_anew_what_it_has_read_and_nothing_else(
    initialised: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (1, 2):
        land(initialised, f"2025-03-0{day}.csv", appeal(day, source="传真"))
    take(initialised, _MARCH.replace(day=2))
    said = kept(initialised)
    tomorrow = _TODAY + datetime.timedelta(days=1)
    monkeypatch.setattr(settings, "today", lambda: tomorrow)
    take(initialised, _APRIL, Replay(_MARCH, _MARCH))
    again = kept(initialised)
    assert again["2025-03-02.csv"] == said["2025-03-02.csv"]
    assert again["2025-03-01.csv"] == said["2025-03-01.csv"].model_copy(update={"validated_on": tomorrow})


def test_a_damaged_file_is_named(initialised: Home) -> None:
    land(initialised, "2025-03-01.csv", appeal(1))
    take(initialised, _MARCH)
    (batch,) = ledger.batches(initialised, "appeals")
    batch.validation_file.write_text("{", "utf-8")
    with pytest.raises(ledger.UnreadableBatch, match=r"validation.json of batch appeals/2025-03-01.1 can't be read"):
        validation.of_batch(batch)
