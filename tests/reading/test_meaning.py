"""What comes out of a file is what went in, in whatever disguise: no other value, no other row, no line uncounted."""

import datetime

import hypothesis
import pandas as pd
import pytest
from hypothesis import strategies as st

from pipelines import reading
from tests.faults.table import LONG
from tests.reading.disguises.files import Disguised, disguised
from tests.reading.disguises.records import VISITS, Line
from tests.reading.disguises.spellings import Fate

EXAMPLES = 20_000 if LONG else 500


@pytest.mark.fault(
    "Files that do not say what they mean",
    f"""{EXAMPLES:,} files of known records, each in disguises put together at random: encodings, full-width and guarded
    digits, number formats, both epochs, spellings of dates, titles, totals, examples, merged, hidden and damaged cells,
    other sheets and tables""",
    "no value but the known one, no row but the known ones, every filled line counted; rows and files lost only where "
    "the model says so",
)
@hypothesis.settings(max_examples=EXAMPLES, phases=[hypothesis.Phase.generate])  # a seed can't be made smaller
@hypothesis.given(st.builds(disguised, seed=st.integers(0, 2**40), records=st.integers(1, 5)))
def test_what_comes_out_is_what_went_in(file: Disguised) -> None:
    try:
        table = reading.read_table(file.payload, "2025-03-31.xlsx", VISITS)
    except reading.UnreadableDelivery as refusal:
        if not file.may_be_refused:
            raise AssertionError(refusal.reason_zh) from refusal
        return
    assert len(table) + table.notes.lines_set_aside == file.filled
    parsed = reading.parse(table.rows, VISITS)
    reasons = dict(zip(parsed.defects["row"], parsed.defects["reason_zh"], strict=True))
    places = list(zip(table.rows["_sheet"], table.rows["_source_row"], strict=True))
    assert set(places) <= set(file.lines), "a row that is no line"
    accepted = set()
    for row, place in enumerate(places):
        if row not in reasons and is_complete(parsed.frame.iloc[row]):
            accepted.add(place)
            read, known = told(parsed.frame.iloc[row]), meant(file.lines[place])
            assert read == known, {
                name: (read[name], known.get(name)) for name in read if read[name] != known.get(name)
            }
    due = {place for place, line in file.lines.items() if line.means and line.fate is Fate.READ}
    assert due <= accepted, {reasons.get(places.index(place)) for place in due - accepted if place in places}


def is_complete(row: pd.Series) -> bool:
    """Whether the suite that follows from the contract would accept the row."""
    filled = all(pd.notna(row[column.name]) for column in VISITS.columns if column.must_be_filled)
    return filled and all(row[column.name] in column.members for column in VISITS.columns if column.members)


def told(row: pd.Series) -> dict[str, object]:
    return {column.name: None if pd.isna(row[column.name]) else row[column.name] for column in VISITS.columns}


def meant(line: Line) -> dict[str, object]:
    """The record as the lake would have it; nothing where the line is none."""
    values: dict[str, object] = dict(line.means or {})
    for name, value in values.items():
        if isinstance(value, datetime.datetime):
            values[name] = pd.Timestamp(value - datetime.timedelta(hours=8))
        elif isinstance(value, datetime.date):
            values[name] = pd.Timestamp(value)
        elif VISITS.column(name).type == "decimal" and value is not None:
            values[name] = float(value)  # type: ignore[arg-type]
    return values
