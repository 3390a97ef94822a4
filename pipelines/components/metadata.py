"""What the UI shows beside an asset or a check."""

from collections.abc import Iterable, Mapping, Sequence

import dagster as dg

from pipelines.lake.ledger import Outcome

_ROWS_SHOWN = 100


def table(records: Iterable[Mapping[str, object]]) -> dg.MetadataValue:
    """The records as a table, the first hundred of them; a dash where there are none."""
    cells = [{name: str(value) for name, value in record.items()} for record in records][:_ROWS_SHOWN]
    if not cells:
        return dg.MetadataValue.text("–")
    schema = dg.TableSchema(columns=[dg.TableColumn(name=name, type="string") for name in cells[0]])
    return dg.MetadataValue.table([dg.TableRecord(cell) for cell in cells], schema=schema)


def day_figures(of_day: Sequence[Outcome]) -> dict[str, dg.MetadataValue]:
    """The figures of a delivery day: those of its deliveries, whenever they were read."""
    statuses = [outcome.status for outcome in of_day]
    accepted = sum(outcome.accepted for outcome in of_day)
    rows_read = sum(outcome.rows_read for outcome in of_day)
    counts = {
        "dagster/partition_row_count": accepted,
        "deliveries": len(of_day),
        "deliveries_rejected": statuses.count("rejected"),
        "deliveries_repeated": statuses.count("repeated"),
        "rows_read": rows_read,
        "rows_quarantined": sum(outcome.quarantined for outcome in of_day),
    }
    figures: dict[str, dg.MetadataValue] = {name: dg.MetadataValue.int(count) for name, count in counts.items()}
    if rows_read:
        figures["share_accepted_percent"] = dg.MetadataValue.float(round(100 * accepted / rows_read, 2))
    return figures


def run_figures(read: Sequence[Outcome]) -> dict[str, dg.MetadataValue]:
    """What this run has read, for the first time or again, of the deliveries of a day."""
    return {
        "deliveries_read_by_this_run": dg.MetadataValue.int(len(read)),
        "rows_read_by_this_run": dg.MetadataValue.int(sum(outcome.rows_read for outcome in read)),
    }
