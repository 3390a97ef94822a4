"""What is returned to a provider: for each delivery with quarantined rows, a workbook that says what to mend.

It names sheet, row, column and reason, in Chinese. It shows no identifier of a person: the provider has the file.
"""

import pathlib

import pandas as pd
import xlsxwriter

from pipelines.home import Home
from pipelines.lake.ledger import Outcome

_HEADERS = {
    "sheet": "工作表",
    "source_row": "行号",
    "column_zh": "列名",
    "reason_zh": "退回原因",
    "shown_value": "原值（已脱敏）",
}
_WIDTHS = (14, 8, 24, 60, 28)

CELLS_LIMIT = 10_000
"""The most cells that are listed of a delivery. A provider that has mended these delivers again, and sees the rest."""


def report_path(home: Home, outcome: Outcome) -> pathlib.Path:
    """The path of the workbook for a delivery."""
    delivery = outcome.delivery
    folder = home.outbox / delivery.provider.type / delivery.provider.code / delivery.feed
    return folder / f"{delivery.file_name}.退回清单.xlsx"


def write(home: Home, outcomes: list[Outcome], quarantine: pd.DataFrame, headers: dict[str, str]) -> None:
    """Writes a workbook for each delivery of which something is to be told, and removes that of any other.

    Told are a rejection, quarantined rows, and remarks.

    ``quarantine`` has the grain of ``rows.QUARANTINE_SCHEMA``; ``headers`` gives the header of each column name.
    """
    cells = quarantine.assign(column_zh=quarantine["column_name"].map(headers).fillna(quarantine["column_name"]))
    of_delivery = dict(iter(cells.groupby("delivery_id")))
    for outcome in outcomes:
        path = report_path(home, outcome)
        if outcome.reason is None and not outcome.quarantined and not outcome.remarks_zh:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_workbook(path, outcome, of_delivery.get(outcome.delivery.delivery_id, cells.head(0)))


def _write_workbook(path: pathlib.Path, outcome: Outcome, cells: pd.DataFrame) -> None:
    # Text that starts with "=" stays text: a delivered value must not become a formula in somebody's spreadsheet.
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        bold = workbook.add_format({"bold": True})
        sheet = workbook.add_worksheet("退回清单")
        verdict = "；".join([_verdict(outcome), *outcome.remarks_zh])
        verdict += f"；仅列出前{CELLS_LIMIT}处" if len(cells) == CELLS_LIMIT else ""
        sheet.write_string(0, 0, f"{outcome.delivery.file_name}　{verdict}", bold)
        for column, (header, width) in enumerate(zip(_HEADERS.values(), _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(1, column, header, bold)
        for line, cell in enumerate(cells[list(_HEADERS)].itertuples(index=False), start=2):
            for column, value in enumerate(cell):
                sheet.write_string(line, column, "" if pd.isna(value) else str(value))


def _verdict(outcome: Outcome) -> str:
    if outcome.reason:
        return f"整份退回：{outcome.reason}"
    return f"退回{outcome.quarantined}行，其余已接收" if outcome.quarantined else "全部接收"
