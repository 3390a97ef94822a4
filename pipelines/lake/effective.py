"""What becomes of a feed's deliveries when they are compared with each other.

A batch keeps what each delivery shows by itself. What it is beside the others (a repetition, a list that lost its
rows, another provider's file) follows from the set of deliveries and their dates alone: it is worked out each time,
and no night that came earlier or later makes a difference.
"""

import collections
import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipelines.contracts import Contract
from pipelines.districts import DISTRICTS
from pipelines.lake import reports
from pipelines.lake.ledger import Outcome
from pipelines.providers import Provider
from pipelines.reading import guide

MOST = 0.5
"""A list that loses a larger share of the rows of the one before is told of."""

_REPEATED = {"status": "repeated", "rows_read": 0, "accepted": 0, "quarantined": 0, "lines_set_aside": 0}


def effective(of_feed: Iterable[Outcome], contract: Contract) -> list[Outcome]:
    """The outcomes in the same order, after all deliveries of the feed were compared with each other.

    Repeated are the bytes of the accepted delivery just before, by ``Delivery.order``, for the same period; for a new
    period these are a report, of a list that nothing has changed, of events without a row that nothing happened. None
    of the rows of a repeated delivery counts, accepted or quarantined.

    Rejected are a list without rows, where the one before has some and it does not say 零报告, one that lost more of
    them than the contract tolerates, and a file that names another provider and has the bytes of another one's.
    """
    of_feed = list(of_feed)
    senders = _senders(of_feed)
    told = {
        id(outcome): other
        for of_provider in reports.by_provider(of_feed)
        for outcome, other in _compared(of_provider, contract, senders)
    }
    return [told.get(id(outcome), outcome) for outcome in of_feed]


def _senders(of_feed: Iterable[Outcome]) -> Mapping[str, list[Outcome]]:
    """The readable deliveries with rows that have the same bytes, by their digest."""
    found: dict[str, list[Outcome]] = collections.defaultdict(list)
    for outcome in of_feed:
        if outcome.status == "accepted" and outcome.rows_read:
            found[outcome.delivery.sha256].append(outcome)
    return found


def _compared(
    of_provider: Iterable[Outcome], contract: Contract, senders: Mapping[str, list[Outcome]]
) -> Iterator[tuple[Outcome, Outcome]]:
    """One provider's deliveries in their order that are something else beside the others, with what they are."""
    before: Outcome | None = None
    reported_to = datetime.date.min
    for outcome in of_provider:
        if outcome.status != "accepted":
            continue
        period_end = reports.reported_period_end(contract, outcome.delivery, reported_to)
        is_new_period = period_end != reported_to
        if before and _is_repetition(outcome, before, contract, is_new_period):
            yield outcome, outcome.model_copy(update=_REPEATED)
            continue
        others = [each for each in senders.get(outcome.delivery.sha256, ()) if _provider(each) != _provider(outcome)]
        reason = _why_misfiled(outcome, others) or _why_too_few(outcome, before, contract)
        if reason:
            rejected = {"status": "rejected", "reason": reason, "accepted": 0, "quarantined": outcome.rows_read}
            yield outcome, outcome.model_copy(update=rejected)
            continue
        remarks = (*_doubts_of_sender(outcome, others), *_losses(outcome, before, contract))
        if remarks:
            yield outcome, outcome.model_copy(update={"remarks_zh": (*outcome.remarks_zh, *remarks)})
        before, reported_to = outcome, period_end


def _is_repetition(outcome: Outcome, before: Outcome, contract: Contract, is_new_period: bool) -> bool:
    if outcome.delivery.sha256 != before.delivery.sha256:
        return False
    return not is_new_period or (contract.mode != "snapshot" and outcome.rows_read > 0)


def _why_misfiled(outcome: Outcome, others: Sequence[Outcome]) -> str | None:
    if outcome.names_other_zh is None or not others:
        return None
    return (
        f"文件中的填报单位是“{outcome.names_other_zh}”，内容又与{_named(others)}报送的文件完全相同；"
        f"请报送本单位的文件{guide.MISFILED.see_zh}"
    )


def _why_too_few(outcome: Outcome, before: Outcome | None, contract: Contract) -> str | None:
    if before is None or outcome.says_zero or not _lost_rows(outcome, before, contract):
        return None
    if not outcome.rows_read:
        return (
            f"没有数据行，而上一份（{before.delivery.file_name}）有{before.rows_read}行；"
            f"如果确已全部结束，请在表中写明“零报告”后重新报送{guide.FEW_ROWS.see_zh}"
        )
    tolerated = contract.tolerated_lost_share
    if _lost_rows(outcome, before, contract) > tolerated * before.rows_read:
        told = _loss_zh(outcome, before)
        return f"{told}，超过允许比例{tolerated:.0%}；请补全后重新报送{guide.FEW_ROWS.see_zh}"
    return None


def _doubts_of_sender(outcome: Outcome, others: Sequence[Outcome]) -> Iterator[str]:
    if outcome.names_other_zh:
        yield f"文件中的填报单位是“{outcome.names_other_zh}”，不是本单位，请核对{guide.MISFILED.see_zh}"
    # Of those that name another provider it is known whose mistake it is.
    doubtful = [each for each in others if each.names_other_zh is None]
    if doubtful:
        yield f"内容与{_named(doubtful)}报送的文件完全相同，请核对{guide.MISFILED.see_zh}"


def _losses(outcome: Outcome, before: Outcome | None, contract: Contract) -> Iterator[str]:
    if before and _lost_rows(outcome, before, contract) > MOST * before.rows_read:
        yield f"{_loss_zh(outcome, before)}，请核对{guide.FEW_ROWS.see_zh}"


def _lost_rows(outcome: Outcome, before: Outcome, contract: Contract) -> int:
    """By how many rows a list is shorter than the one before; 0 of events.

    Refused rows are there: they do not end what they are about.
    """
    return max(0, before.rows_read - outcome.rows_read) if contract.mode == "snapshot" else 0


def _loss_zh(outcome: Outcome, before: Outcome) -> str:
    lost_share = 1 - outcome.rows_read / before.rows_read
    return (
        f"共{outcome.rows_read}行，而上一份（{before.delivery.file_name}）有{before.rows_read}行，少了{lost_share:.0%}"
    )


def _provider(outcome: Outcome) -> Provider:
    return outcome.delivery.provider


def _named(outcomes: Sequence[Outcome]) -> str:
    codes = sorted({_provider(each).code for each in outcomes})
    return "、".join(DISTRICTS.get(code, code) for code in codes)
