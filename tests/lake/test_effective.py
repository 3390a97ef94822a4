"""What a delivery is beside the others: repeated, unchanged, empty, collapsed, misfiled. In any order of arrival."""

import datetime
import itertools

import pytest

from pipelines.contracts import Contract, contract_of
from pipelines.lake.effective import effective
from pipelines.lake.ledger import Delivery, Outcome, Status
from pipelines.providers import Provider

LIST, EVENTS, DAILY_EVENTS = contract_of("friendly_places"), contract_of("care_benefits"), contract_of("appeals")
LUOHU, FUTIAN, NANSHAN = "440303", "440304", "440305"


def outcome(on: str, content: str, rows: int = 10, status: Status = "accepted", **other: object) -> Outcome:
    day, _, sequence = on.partition("+")
    code = str(other.pop("code", LUOHU))
    delivery = Delivery(
        feed="any",
        provider=Provider("district", code),
        file_name=f"{on}.xlsx",
        sha256=content,
        delivered_on=datetime.date.fromisoformat(day),
        sequence=int(sequence or 0),
    )
    told = {"rows_read": rows, "accepted": rows - 1 if rows else 0, "quarantined": 1 if rows else 0} | other
    if status == "rejected":
        told |= {"accepted": 0, "quarantined": rows, "reason": "坏"}
    return Outcome(
        delivery=delivery,
        received_at=datetime.datetime(2025, 6, 1, tzinfo=datetime.UTC),
        size_bytes=1,
        modified_ns=1,
        status=status,
        **told,
    )


def of_all_orders(contract: Contract, *outcomes: Outcome) -> list[Outcome]:
    """What they are, in the order given; it is the same in whatever order they came."""
    found = effective(outcomes, contract)
    by_id = {each.delivery.delivery_id: each for each in found}
    for order in itertools.permutations(outcomes):
        assert effective(order, contract) == [by_id[each.delivery.delivery_id] for each in order]
    return found


def statuses(contract: Contract, *outcomes: Outcome) -> list[str]:
    return [each.status for each in of_all_orders(contract, *outcomes)]


# ── the same bytes ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("contract", [LIST, EVENTS])
def test_the_same_bytes_for_the_same_period_are_a_repetition(contract: Contract) -> None:
    assert statuses(contract, outcome("2025-02-03", "A"), outcome("2025-02-05", "A")) == ["accepted", "repeated"]


def test_of_a_repetition_nothing_counts() -> None:
    _, again = of_all_orders(LIST, outcome("2025-02-03", "A"), outcome("2025-02-05", "A", lines_set_aside=2))
    assert (again.rows_read, again.accepted, again.quarantined, again.lines_set_aside) == (0, 0, 0, 0)


@pytest.mark.parametrize("contract", [LIST, EVENTS])
def test_bytes_that_come_back_after_others_count(contract: Contract) -> None:
    returned = [outcome("2025-02-03", "A"), outcome("2025-02-04", "B"), outcome("2025-02-05", "A")]
    assert statuses(contract, *returned) == ["accepted", "accepted", "accepted"]
    assert statuses(contract, *returned, outcome("2025-02-06", "A")) == ["accepted"] * 3 + ["repeated"]


@pytest.mark.parametrize("contract", [LIST, EVENTS])
def test_what_was_rejected_between_makes_no_difference(contract: Contract) -> None:
    between = [outcome("2025-02-03", "A"), outcome("2025-02-04", "B", status="rejected"), outcome("2025-02-05", "A")]
    assert statuses(contract, *between) == ["accepted", "rejected", "repeated"]


def test_bytes_that_were_rejected_before_are_no_repetition() -> None:
    twice = [outcome("2025-02-03", "A", status="rejected"), outcome("2025-02-05", "A")]
    assert statuses(EVENTS, *twice) == ["rejected", "accepted"]


def test_for_a_new_period_an_unchanged_list_is_a_report_and_unchanged_events_are_none() -> None:
    new_period = [outcome("2025-02-03", "A"), outcome("2025-03-03", "A"), outcome("2025-03-04", "A")]
    assert statuses(LIST, *new_period) == ["accepted", "accepted", "repeated"]
    assert statuses(EVENTS, *new_period) == ["accepted", "repeated", "repeated"]


def test_near_the_end_of_a_period_an_unchanged_list_reports_it() -> None:
    before_the_festival = [outcome("2025-01-03", "A"), outcome("2025-01-24", "A"), outcome("2025-02-05", "A")]
    assert statuses(LIST, *before_the_festival) == ["accepted", "accepted", "repeated"]


def test_that_nothing_happened_is_said_anew_for_each_period() -> None:
    empty = [outcome(on, "header", rows=0) for on in ("2025-03-27", "2025-03-28", "2025-03-29", "2025-03-31")]
    assert statuses(DAILY_EVENTS, *empty) == ["accepted", "accepted", "repeated", "accepted"]  # the 29th is a Saturday


def test_the_same_bytes_of_another_provider_are_no_repetition() -> None:
    both = [outcome("2025-02-03", "A", code=LUOHU), outcome("2025-02-05", "A", code=FUTIAN)]
    assert statuses(EVENTS, *both) == ["accepted", "accepted"]


# ── lists that lost their rows ──────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_list_after_one_with_rows_is_rejected_and_the_next_one_is_compared_with_the_one_before() -> None:
    empty = outcome("2025-03-03", "B", rows=0)
    full, rejected, unchanged = of_all_orders(LIST, outcome("2025-02-03", "A"), empty, outcome("2025-03-04", "A"))
    assert (full.status, rejected.status, unchanged.status) == ("accepted", "rejected", "accepted")
    assert rejected.reason == (
        "没有数据行，而上一份（2025-02-03.xlsx）有10行；如果确已全部结束，请在表中写明“零报告”后重新报送（见读取说明“空表”）"
    )


def test_an_empty_list_that_says_so_ends_all_and_is_told_of() -> None:
    zero = outcome("2025-03-03", "B", rows=0, says_zero=True)
    _, ended, empty = of_all_orders(LIST, outcome("2025-02-03", "A"), zero, outcome("2025-04-03", "C", rows=0))
    assert (ended.status, empty.status) == ("accepted", "accepted")
    assert ended.remarks_zh == ("共0行，而上一份（2025-02-03.xlsx）有10行，少了100%，请核对（见读取说明“空表”）",)


def test_an_empty_first_list_and_empty_events_are_reports() -> None:
    assert statuses(LIST, outcome("2025-02-03", "A", rows=0)) == ["accepted"]
    assert statuses(EVENTS, outcome("2025-02-03", "A"), outcome("2025-03-03", "B", rows=0)) == ["accepted", "accepted"]


def test_a_list_that_lost_most_of_its_rows_is_told_of_and_one_that_lost_half_is_not() -> None:
    _, half, most = of_all_orders(
        LIST, outcome("2025-02-03", "A"), outcome("2025-03-03", "B", rows=5), outcome("2025-04-03", "C", rows=2)
    )
    assert half.remarks_zh == ()
    assert most.remarks_zh == ("共2行，而上一份（2025-03-03.xlsx）有5行，少了60%，请核对（见读取说明“空表”）",)


def test_a_contract_may_reject_what_lost_too_many_rows() -> None:
    strict = LIST.model_copy(update={"tolerated_lost_share": 0.3})
    before = outcome("2025-02-03", "A")
    assert statuses(strict, before, outcome("2025-03-03", "B", rows=7)) == ["accepted", "accepted"]
    _, rejected = of_all_orders(strict, before, outcome("2025-03-03", "B", rows=6))
    assert (rejected.status, rejected.rows_read, rejected.accepted, rejected.quarantined) == ("rejected", 6, 0, 6)
    assert rejected.reason == (
        "共6行，而上一份（2025-02-03.xlsx）有10行，少了40%，超过允许比例30%；请补全后重新报送（见读取说明“空表”）"
    )


# ── another provider's file ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_that_names_another_provider_is_asked_about() -> None:
    (named,) = of_all_orders(LIST, outcome("2025-02-03", "A", names_other_zh="南山区"))
    assert named.status == "accepted"
    assert named.remarks_zh == ("文件中的填报单位是“南山区”，不是本单位，请核对（见读取说明“报错单位”）",)


def test_the_same_bytes_of_two_providers_are_asked_about_from_both() -> None:
    luohu, futian = of_all_orders(EVENTS, outcome("2025-02-03", "A"), outcome("2025-02-05", "A", code=FUTIAN))
    assert luohu.remarks_zh == ("内容与福田区报送的文件完全相同，请核对（见读取说明“报错单位”）",)
    assert futian.remarks_zh == ("内容与罗湖区报送的文件完全相同，请核对（见读取说明“报错单位”）",)


def test_what_names_another_provider_and_has_another_one_s_bytes_is_rejected_and_the_other_is_not_asked() -> None:
    own = outcome("2025-02-05", "A", code=NANSHAN)
    misfiled, right = of_all_orders(LIST, outcome("2025-02-03", "A", names_other_zh="南山区"), own)
    assert (misfiled.status, misfiled.accepted, misfiled.quarantined) == ("rejected", 0, 10)
    assert misfiled.reason == (
        "文件中的填报单位是“南山区”，内容又与南山区报送的文件完全相同；请报送本单位的文件（见读取说明“报错单位”）"
    )
    assert right == own


def test_empty_files_of_two_providers_are_alike_and_nothing_is_asked() -> None:
    nothing = [outcome("2025-02-03", "A", rows=0), outcome("2025-02-05", "A", rows=0, code=FUTIAN)]
    assert of_all_orders(EVENTS, *nothing) == nothing


def test_what_nobody_could_read_of_another_provider_is_no_reason_to_ask() -> None:
    stranger = outcome("2025-02-03", "A", status="rejected", code="440399")
    own = outcome("2025-02-03", "A")
    assert of_all_orders(EVENTS, stranger, own) == [stranger, own]
