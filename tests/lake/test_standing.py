"""Where a feed stands is the last word on each of its providers, whatever the last night brought."""

import datetime

from pipelines import settings
from pipelines.contracts import contract_of
from pipelines.home import Home
from pipelines.intake import Intake, Replay
from pipelines.lake import ledger, standing
from pipelines.lake.standing import Standing
from tests.lake.appeals import HEADER, appeal, land

APPEALS = contract_of("appeals")
LUOHU, FUTIAN, NANSHAN = "440303", "440304", "440305"
_SOURCE = "source_channel_be_in_set"


def day(of_march: int) -> datetime.date:
    return datetime.date(2025, 3, of_march)


def after(home: Home, night: int, replay: Replay | None = None) -> Standing:
    Intake(home, day(night)).take(APPEALS, replay)
    return standing.of_feed(home, APPEALS)


def test_each_provider_s_latest_delivery_counts_until_it_delivers_again(initialised: Home) -> None:
    land(initialised, "2025-03-01.csv", appeal(1, source="传真"), appeal(2))
    land(initialised, "2025-03-01.csv", appeal(1, source="传真"), district=FUTIAN)
    now = after(initialised, 1)
    assert now.broken[_SOURCE] == 2
    assert now.rows == 1

    land(initialised, "2025-03-02.csv", appeal(3), appeal(4))
    now = after(initialised, 2)
    assert sorted((each.delivery.provider.code, each.delivery.delivered_on.day) for each in now.latest) == [
        (LUOHU, 2),
        (FUTIAN, 1),
    ]
    assert now.broken[_SOURCE] == 1
    assert now.rows == 3
    assert now.validated_on == settings.today()

    assert after(initialised, 3) == now  # nobody has delivered


def test_reading_again_changes_no_verdict_and_no_number_of_rows(initialised: Home) -> None:
    land(initialised, "2025-03-01.csv", appeal(1, source="传真"), appeal(2))
    land(initialised, "2025-03-02.csv", appeal(3), district=FUTIAN)
    before = after(initialised, 2)
    again = after(initialised, 2, Replay(day(1), day(1)))
    assert (again.rows, again.broken, again.outcomes[-1].status) == (before.rows, before.broken, "accepted")


def test_a_delivery_that_can_not_be_read_is_the_latest_and_leaves_the_last_validation(initialised: Home) -> None:
    land(initialised, "2025-03-01.csv", appeal(1, source="传真"), appeal(2))
    (initialised.landing / "district" / LUOHU / "appeals" / "2025-03-02.csv").write_text("诉求编号\nA1\n", "utf-8")
    now = after(initialised, 2)
    assert [each.status for each in now.latest] == ["rejected"]
    assert [each.delivery.file_name for each in now.latest_read] == ["2025-03-01.csv"]
    assert now.broken[_SOURCE] == 1
    assert {each.kind for each in now.differences[now.latest[0].delivery.delivery_id]} == {"missing"}


def test_a_batch_of_before_validations_were_kept_still_says_what_is_quarantined(initialised: Home) -> None:
    land(initialised, "2025-03-01.csv", appeal(1, source="传真"), appeal(2))
    after(initialised, 1)
    (batch,) = ledger.batches(initialised, "appeals")
    batch.validation_file.unlink()
    now = standing.of_feed(initialised, APPEALS)
    assert ([each.quarantined for each in now.latest_read], now.broken, now.validated_on) == ([1], {}, None)


def test_the_same_bytes_once_more_are_not_a_provider_s_latest_word(initialised: Home) -> None:
    land(initialised, "2025-03-01.csv", appeal(1))
    land(initialised, "2025-03-02.csv", appeal(1))
    now = after(initialised, 2)
    assert [each.status for each in now.outcomes] == ["accepted", "repeated"]
    assert [each.delivery.file_name for each in now.latest] == ["2025-03-01.csv"]


def test_a_day_has_the_deliveries_that_are_of_it_whenever_they_came(initialised: Home) -> None:
    land(initialised, "2025-03-05.csv", appeal(5))
    after(initialised, 5)
    land(initialised, "2025-03-03.csv", appeal(3), appeal(4))  # two days late
    now = after(initialised, 6)
    assert {on.day: [each.accepted for each in of_day] for on, of_day in now.by_day.items()} == {3: [2], 5: [1]}


def test_a_quarantined_cell_is_shown_of_each_rule_and_only_of_these_deliveries(initialised: Home) -> None:
    land(
        initialised,
        "2025-03-01.csv",
        appeal(1, source="传真"),
        appeal(2, source="电报"),
        "A003" + "," * HEADER.count(","),
    )
    land(initialised, "2025-03-01.csv", appeal(4, source="口信"), district=FUTIAN)
    now = after(initialised, 1)
    luohu = [each.delivery.delivery_id for each in now.latest if each.delivery.provider.code == LUOHU]
    cells = standing.quarantined_cells(initialised, APPEALS, luohu, of_each="rule", at_most=1)
    assert cells["rule"].is_unique
    assert cells.set_index("rule")["shown_value"]["be_in_set"] == "传真"
    of_delivery = standing.quarantined_cells(initialised, APPEALS, luohu, of_each="delivery_id", at_most=2)
    assert of_delivery["shown_value"].tolist() == ["传真", "电报"]
    assert standing.quarantined_cells(initialised, APPEALS, [], of_each="rule", at_most=1).empty
