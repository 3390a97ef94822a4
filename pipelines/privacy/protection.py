"""Rows as the lake may hold them, without anything that names a person."""

import functools
import re
from typing import Any

import orjson
import pandas as pd

from pipelines.contracts import Column, Contract
from pipelines.privacy import numbers
from pipelines.privacy.masks import scrub, scrubbed
from pipelines.privacy.pseudonyms import Pseudonymiser

PERSONAL_HEADER = re.compile(
    r"姓名|申请人|当事人|经办人|联络员|联系人|联系方式|负责人|法人|代表人|签名|户主|家长|监护|电话|手机|号码|身份证|证件|护照|住址|地址|出生|生日|邮箱|微信|账号|银行卡|"
    r"name|phone|mobile|tel|contact|id_?card|id_?n|passport|address|birth|mail|wechat|weixin|qq|account",
    re.IGNORECASE,
)
"""Headers of columns that are about a person."""


def protect(frame: pd.DataFrame, contract: Contract, pseudonymiser: Pseudonymiser) -> pd.DataFrame:
    """The rows as the lake may hold them: the same rows in the same order, columns by ``Column.lake_name``.

    Identity numbers become pseudonyms, other columns of persons are dropped, free text is scrubbed. A code that
    contains an identity number (of a self-employed person, where an enterprise's code was asked for) or a mobile number
    becomes a pseudonym, too, so that it can still be joined. Columns that start with ``_`` stay. In ``_extra``, a
    column whose header is about a person loses its values.
    """
    protected = {
        column.lake_name: _protected(frame[column.name], column, pseudonymiser)
        for column in contract.columns_read
        if column.lake_name
    }
    for name in frame.columns[frame.columns.str.startswith("_")]:
        protected[name] = frame[name]
    if "_sheet" in protected:
        protected["_sheet"] = scrub(frame["_sheet"])
    if "_extra" in protected:
        protected["_extra"] = _without_persons(frame["_extra"])
    return pd.DataFrame(protected, index=frame.index)


def record_keys(frame: pd.DataFrame, contract: Contract, pseudonymiser: Pseudonymiser) -> pd.Series:
    """The key of each row as the lake has it, as one text; null where a part of it is."""
    parts = [_protected(frame[column.name], column, pseudonymiser) for column in contract.keys]
    texts = [part.dt.strftime("%Y-%m-%d") if part.dtype.kind == "M" else part.astype("str") for part in parts]
    joined: pd.Series = functools.reduce(lambda left, right: left + "|" + right, texts)
    return joined


def _protected(values: pd.Series, column: Column, pseudonymiser: Pseudonymiser) -> pd.Series:
    if column.pii:
        return pseudonymiser.pseudonyms(values)
    if column.type == "text":
        return scrub(values)
    if column.type in ("code", "uscc"):
        return _without_numbers_of_persons(values, pseudonymiser)
    return values


def _without_numbers_of_persons(values: pd.Series, pseudonymiser: Pseudonymiser) -> pd.Series:
    codes = values.astype("str")
    suspects = numbers.suspects(codes)
    verdicts = {code: numbers.is_or_has_number(code) for code in suspects.unique()}
    is_personal = suspects.map(verdicts).astype(bool).reindex(codes.index, fill_value=False)
    return codes.mask(is_personal, pseudonymiser.pseudonyms(codes.where(is_personal)))


def _without_persons(extra: pd.Series) -> pd.Series:
    impersonal = {
        text: orjson.dumps(_impersonal(orjson.loads(text)), option=orjson.OPT_SORT_KEYS).decode()
        for text in extra.dropna().unique()
    }
    return extra.map(impersonal).astype("str")


def _impersonal(value: Any) -> Any:
    """A JSON value without what belongs to a person. A number of a person becomes a text of stars."""
    if isinstance(value, dict):
        return {
            scrubbed(key): None if PERSONAL_HEADER.search("".join(key.split())) else _impersonal(member)
            for key, member in value.items()
        }
    if isinstance(value, list):
        return [_impersonal(member) for member in value]
    if isinstance(value, bool) or value is None:
        return value
    text = str(value)
    clean = scrubbed(text)
    return value if clean == text else clean
