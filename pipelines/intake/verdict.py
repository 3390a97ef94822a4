"""Fourth step: what is accepted, and what is not and why. Nothing here reads, writes or changes anything."""

import dataclasses
import datetime

import pandas as pd

from pipelines import privacy
from pipelines.contracts import Contract
from pipelines.intake.arrival import is_fetched_page_set
from pipelines.lake import rows
from pipelines.lake.ledger import Delivery
from pipelines.providers import Register
from pipelines.reading import PAGE_SET_SUFFIX, is_page_set


def why_not_read(delivery: Delivery, contract: Contract, register: Register) -> str | None:
    """Why a delivery is rejected before it is opened (in Chinese), None if nothing speaks against it."""
    provider = delivery.provider
    if provider.type not in contract.providers or not register.is_active(provider, delivery.delivered_on):
        return "未登记的报送单位：providers.csv 中没有该单位在该日期的登记"
    if is_page_set(delivery.file_name) and not is_fetched_page_set(contract, provider, delivery.file_name):
        return f"{PAGE_SET_SUFFIX} 只用于平台接口的数据流；请发送 csv、xlsx 或 zip 文件"
    return None


def why_of_later_days(
    rows_read: int, rows_of_later_days: int, latest_day: datetime.date | None, delivered_on: datetime.date
) -> str | None:
    """Why a delivery contradicts itself (in Chinese): most of its rows say that something happened after its date."""
    if 2 * rows_of_later_days <= rows_read:
        return None
    return (
        f"报送日期是{delivered_on}，而{rows_read}行中有{rows_of_later_days}行写的日期在此之后（最晚{latest_day}）；"
        "请核对文件名中的日期和表中的日期"
    )


def why_too_bad(rows_read: int, rows_with_defects: int, tolerated_share: float) -> str | None:
    """Why a delivery that was read is rejected whole (in Chinese), None if not too many of its rows are bad."""
    if rows_with_defects <= tolerated_share * rows_read:
        return None
    return f"不合格行过多：共{rows_read}行，其中{rows_with_defects}行不合格，超过允许比例{tolerated_share:.0%}"


@dataclasses.dataclass(frozen=True)
class RowVerdict:
    """What is wrong with the rows of a frame.

    ``has_defect``: for each row whether anything is. ``cells``: every cell with a defect, as
    ``rows.QUARANTINE_SCHEMA`` has it, with no person's identifier in clear.
    """

    has_defect: pd.Series
    cells: pd.DataFrame


def judge(
    frame: pd.DataFrame, defects: pd.DataFrame, contract: Contract, pseudonymiser: privacy.Pseudonymiser
) -> RowVerdict:
    """The verdict on a feed's typed rows, given their defects as ``quality.Verdicts`` has them."""
    has_defect = pd.Series(False, index=frame.index)
    has_defect.loc[defects["row"].unique()] = True
    of_key = defects.loc[defects["column"].isin([column.name for column in contract.keys]), "row"]
    record_keys = privacy.record_keys(frame[has_defect], contract, pseudonymiser)
    record_keys = record_keys.mask(record_keys.index.isin(of_key))
    source = frame.loc[defects["row"], ["_delivery_id", "_provider_code", "_sheet", "_source_row"]]
    source = source.reset_index(drop=True)
    values = {
        "delivery_id": source["_delivery_id"],
        "feed": contract.feed,
        "provider_code": source["_provider_code"],
        "sheet": privacy.scrub(source["_sheet"]),
        "source_row": source["_source_row"],
        "column_name": defects["column"].to_numpy(),
        "rule": defects["rule"].to_numpy(),
        "reason_zh": defects["reason_zh"].to_numpy(),
        "shown_value": defects["value"].to_numpy(),
        "record_key": record_keys.loc[defects["row"]].to_numpy(),
    }
    return RowVerdict(has_defect, pd.DataFrame({name: values[name] for name in rows.QUARANTINE_SCHEMA.names}))
