"""What the UI shows beside an asset or a check."""

from collections.abc import Iterable, Mapping

import dagster as dg

_ROWS_SHOWN = 100


def table(records: Iterable[Mapping[str, object]]) -> dg.MetadataValue:
    """The records as a table, the first hundred of them; a dash where there are none."""
    cells = [{name: str(value) for name, value in record.items()} for record in records][:_ROWS_SHOWN]
    if not cells:
        return dg.MetadataValue.text("–")
    schema = dg.TableSchema(columns=[dg.TableColumn(name=name, type="string") for name in cells[0]])
    return dg.MetadataValue.table([dg.TableRecord(cell) for cell in cells], schema=schema)
