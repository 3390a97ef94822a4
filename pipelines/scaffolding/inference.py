"""What the cells of a column show: its type, its members, whether it is always filled, whether it is about persons."""

import dataclasses
import functools
import re
from collections.abc import Sequence
from typing import get_args

import pandas as pd

from pipelines import reading, settings
from pipelines.contracts import Column, ColumnType, Contract
from pipelines.districts import DISTRICTS
from pipelines.privacy import PERSONAL_HEADER
from pipelines.quality import identifiers
from pipelines.scaffolding import hints

FITS = 0.9
"""Share of a column's filled cells that must be of its type: real files have slips."""

_FEWEST_WITH_A_SLIP = 5

CHECK_DIGITS_FIT = 0.5
"""Share of right check digits that makes a column one of identifiers. By chance, a tenth of all numbers have one."""

_MOST_ARE_PERSONS = 0.7
_SEVERAL = 5
"""Share and number of names by which persons are known without a header that says so."""

ALWAYS = 0.98
"""If this share of cells is filled, or different, it counts as all of them: real files have mistakes."""

_MOST_MEMBERS = 20
_LONGEST_MEMBER = 14
_ROWS_A_MEMBER = 3
"""The fewest rows for each member, on average, under a header about kinds. Names repeat less often."""

_ROWS_A_WORD = 20
_MOST_WORDS = 6
"""The same under any other header."""

_LONGEST_COUNT = 11
"""A whole number with this many digits is a code: no count is so large."""


@dataclasses.dataclass(frozen=True)
class Facts:
    """What is known of one column.

    ``label`` is its header, ``texts`` its cells as the reader shows them, null where nothing stands, and ``codes`` the
    same without what stands for nothing, as 无; ``misfits`` gives for each type the positions of filled cells that are
    none of it; ``has_dates`` whether most cells are real dates of a workbook, and ``has_times`` whether one of its
    moments is no midnight.
    """

    label: str
    texts: "pd.Series[str]"
    codes: "pd.Series[str]"
    misfits: dict[ColumnType, list[int]]
    has_dates: bool
    has_times: bool

    @functools.cached_property
    def filled(self) -> "pd.Series[str]":
        return self.texts.dropna()

    @property
    def is_always_filled(self) -> bool:
        filled = int(self.codes.notna().sum()) + len(self.misfits["code"])
        return filled > 0 and filled / len(self.texts) >= ALWAYS

    def fits(self, column_type: ColumnType) -> bool:
        """Whether nearly all filled cells can be read as this type; of a few cells, one may be a mistake."""
        misfits, filled = len(self.misfits[column_type]), len(self.filled)
        return misfits == 0 or 1 - misfits / filled >= FITS or (misfits == 1 and filled >= _FEWEST_WITH_A_SLIP)

    def share(self, matching: "pd.Series[bool]") -> float:
        """The share of filled cells that pass a test; 0 if no cell is filled."""
        return float(matching[self.filled.index].mean()) if len(self.filled) else 0.0

    def share_of(self, pattern: str) -> float:
        return self.share(self.texts.str.fullmatch(pattern).fillna(False).astype(bool))


def facts_of(cells: pd.DataFrame) -> dict[str, Facts]:
    """The facts of each column, by label. A cell is of a type if the project's reader can read it as that type."""
    by_type = {column_type: _parsed(cells, column_type) for column_type in get_args(ColumnType)}
    texts, codes = by_type["text"].frame, by_type["code"].frame
    return {
        label: Facts(
            label=str(label),
            texts=texts[label],
            codes=codes[label],
            misfits={
                column_type: parsed.defects.loc[parsed.defects["column"] == label, "row"].tolist()
                for column_type, parsed in by_type.items()
            },
            has_dates=_are_dates(cells[label]),
            has_times=_have_times(by_type["datetime"].frame[label]),
        )
        for label in cells.columns
    }


def _parsed(cells: pd.DataFrame, column_type: ColumnType) -> reading.ParsedRows:
    columns = tuple(Column(name=label, header=label, type=column_type) for label in cells.columns)
    return reading.parse(cells, Contract.model_construct(mode="snapshot", columns=columns))


def _are_dates(cells: pd.Series) -> bool:
    filled = cells.dropna()
    return len(filled) > 0 and float(filled.map(lambda cell: hasattr(cell, "year")).mean()) >= FITS


def _have_times(moments: pd.Series) -> bool:
    local = moments.dropna().dt.tz_localize("UTC").dt.tz_convert(settings.SHANGHAI)
    return bool((local != local.dt.normalize()).any())


def type_of(facts: Facts, known: Sequence[Column]) -> ColumnType:
    """The type of a column: what contracts say of its header if the cells agree, else what the cells are.

    ``known``: the columns of contracts that have the same header. A column without a filled cell is text.
    """
    identifier = _identifier_type(facts)
    if identifier:
        return identifier
    for column in known:
        if column.type != "text" and facts.fits(column.type) and not (column.type == "date" and facts.has_times):
            return column.type
    if not len(facts.filled):
        return _type_by_header(facts.label)
    if are_districts(facts):
        return "code"
    return _moment_type(facts) or _boolean_type(facts) or _number_type(facts) or _word_type(facts)


def are_districts(facts: Facts) -> bool:
    """Whether the cells are codes of the city's districts."""
    return facts.share(facts.texts.isin(DISTRICTS)) >= FITS


def _type_by_header(label: str) -> ColumnType:
    if hints.CREDIT_CODE.search(label):
        return "uscc"
    if hints.DATE.search(label):
        return "datetime" if label.endswith("时间") else "date"
    if hints.QUESTION.search(label):
        return "bool"
    return "code" if hints.CODE.search(label) or hints.KIND.search(label) else "text"


def _identifier_type(facts: Facts) -> ColumnType | None:
    codes = facts.texts.str.upper()
    if facts.share(identifiers.are_resident_ids(codes)) >= CHECK_DIGITS_FIT or hints.RESIDENT_ID.search(facts.label):
        return "idcard" if facts.share_of(hints.EIGHTEEN_DIGITS) >= CHECK_DIGITS_FIT else None
    if facts.share(identifiers.are_unified_social_credit_codes(codes)) >= CHECK_DIGITS_FIT:
        return "uscc"
    numbers = facts.share(identifiers.are_phone_numbers(facts.texts))
    if numbers >= CHECK_DIGITS_FIT and hints.PHONE.search(facts.label):
        return "phone"
    return "phone" if facts.share_of(hints.MOBILE) >= FITS else None


def _moment_type(facts: Facts) -> ColumnType | None:
    if not facts.fits("date"):
        return None
    if not facts.has_dates and facts.share_of(hints.DIGITS) > 1 - FITS and not hints.DATE.search(facts.label):
        return None
    return "datetime" if facts.has_times else "date"


def _boolean_type(facts: Facts) -> ColumnType | None:
    if not facts.fits("bool"):
        return None
    if hints.QUESTION.search(facts.label) or facts.label.startswith("有"):
        return "bool"
    return "bool" if facts.share_of(hints.YES_OR_NO) >= FITS else None


def _number_type(facts: Facts) -> ColumnType | None:
    if not facts.fits("decimal") or hints.CODE.search(facts.label) or hints.KIND.search(facts.label):
        return None
    if (
        facts.share_of(hints.LEADING_ZERO) > 1 - FITS
        or facts.share_of(rf"{hints.DIGIT}{{{_LONGEST_COUNT},}}") > 1 - FITS
    ):
        return None
    return "decimal" if not facts.fits("int") or hints.DECIMAL.search(facts.label) else "int"


def _word_type(facts: Facts) -> ColumnType:
    if hints.CODE.search(facts.label) or facts.share_of(hints.ASCII_WORD) >= FITS:
        return "code"
    if members_of(facts):
        return "code"
    return "code" if hints.KIND.search(facts.label) and _are_words(facts) else "text"


def _are_words(facts: Facts) -> bool:
    """Whether all cells are as short as names of kinds, and no cell is a number or a person's name."""
    is_short = facts.texts.str.len() <= _LONGEST_MEMBER
    return facts.share(is_short) >= FITS and facts.share_of(rf"{hints.DIGITS}|{hints.PERSON}") <= CHECK_DIGITS_FIT


def members_of(facts: Facts) -> tuple[str, ...] | None:
    """The few short words in a column's cells, the most frequent first; None if they are no enumeration.

    A word that stands once in a hundred rows or more is taken for a slip and left out.
    """
    counts = facts.codes.dropna().value_counts()
    most, rows_a_member = (
        (_MOST_MEMBERS, _ROWS_A_MEMBER) if hints.KIND.search(facts.label) else (_MOST_WORDS, _ROWS_A_WORD)
    )
    if not 2 <= len(counts) <= most or len(facts.filled) < rows_a_member * len(counts):
        return None
    if hints.PLACE.search(facts.label) or hints.CODE.search(facts.label) or not _are_words(facts):
        return None
    if len(facts.filled) >= 100:
        counts = counts[counts > 1]
    return tuple(map(str, counts.index))


def is_code_header(label: str) -> bool:
    """Whether a header says that its cells are identifying numbers: 编号, 证号, 代码."""
    return bool(hints.CODE.search(label))


def is_required(facts: Facts, known: Sequence[Column]) -> bool:
    """Whether every cell is filled, and most contracts with this header require it."""
    asked = [column.must_be_filled for column in known]
    return facts.is_always_filled and 2 * sum(asked) >= len(asked)


def has_happened(label: str) -> bool:
    """Whether a date under this header says when something happened. Limits, plans and terms do not."""
    return not hints.NOT_YET.search(label)


def is_personal(facts: Facts, column_type: ColumnType) -> bool:
    """Whether a column is about persons, by its header or because its cells are numbers or names of persons."""
    if column_type in ("idcard", "phone"):
        return True
    if column_type in ("bool", "uscc", "int", "decimal"):
        return False
    return bool(PERSONAL_HEADER.search(facts.label)) or _are_persons(facts)


def is_a_persons_name(text: str) -> bool:
    """Whether a text has the form of a person's name: a common family name, and up to three characters."""
    return bool(re.fullmatch(hints.PERSON, text))


def may_be_an_organisations(label: str) -> bool:
    """Whether something that looks personal may belong to an organisation, as 单位地址 does."""
    return bool(hints.ORGANISATION.search(label))


def _are_persons(facts: Facts) -> bool:
    """Whether most Chinese texts in the column are names, of more than one person."""
    names = facts.filled.str.findall(hints.RUN_OF_HANZI).explode().dropna()
    are_names = names.str.fullmatch(hints.PERSON)
    return len(names) > 0 and float(are_names.mean()) >= _MOST_ARE_PERSONS and names.nunique() >= _SEVERAL
