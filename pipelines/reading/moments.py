"""Dates and times in every form that ledgers write them, as moments in Shanghai."""

import datetime
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.settings import SHANGHAI

_ISO_LOCAL = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?$"
_ISO_ZONED = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$"
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_HALVES = {"上午": 0, "凌晨": 0, "早上": 0, "am": 0, "中午": 12, "下午": 12, "晚上": 12, "pm": 12}
_WRITTEN = re.compile(
    r"(?P<year>\d{4})\s*[-/.年 ]\s*(?P<month>\d{1,2})\s*[-/.月 ]\s*(?P<day>\d{1,2})\s*[日号]?"
    r"(?:\s*\(?(?:星期|周)(?P<weekday>[一二三四五六日天])\)?)?"
    r"(?:[T\s]*(?P<half>上午|凌晨|早上|中午|下午|晚上)?\s*(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})"
    r"(?:[:分](?P<second>\d{1,2})(?:\.\d+)?秒?|分)?\s*(?P<english>[ap]m)?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:\.0+|[T ]?(?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2})?)?"
)
_EXCEL_DAY = re.compile(r"\d{5}(?:\.\d+)?")
_EXCEL_EPOCH = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's days are local, and 1900 is no leap year
_EXCEL_DAYS = (29_221, 55_153)
"""1980-01-01 to 2050-12-31: a number outside is hardly a day of a ledger, but a year and month or some other number."""

_EARLIEST = np.datetime64("1900-01-01")  # up to it, a date is an Excel zero, a default or a slip
_MOMENT = np.dtype("datetime64[us]")
_LAST_MINUTE_SECONDS = 23 * 3600 + 59 * 60
_END_OF_DAY_SECONDS = 86_399


def local_moments(texts: pa.Array) -> pd.DatetimeIndex:
    """Moments in Shanghai, naive; NaT where the text is null or no date."""
    written = np.asarray(texts.to_pylist(), dtype=object)
    is_local, is_zoned = (
        pc.fill_null(pc.match_substring_regex(texts, pattern), False).to_numpy(zero_copy_only=False)
        for pattern in (_ISO_LOCAL, _ISO_ZONED)
    )
    is_other = pc.is_valid(texts).to_numpy(zero_copy_only=False) & ~is_local & ~is_zoned
    moments = np.full(len(texts), np.datetime64("NaT"), dtype=_MOMENT)
    moments[is_local] = pd.to_datetime(written[is_local], format="ISO8601", errors="coerce")
    zoned = pd.to_datetime(written[is_zoned], format="ISO8601", errors="coerce", utc=True)
    moments[is_zoned] = zoned.tz_convert(SHANGHAI).tz_localize(None)
    moments[is_other] = [_written_moment(text) for text in written[is_other]]
    moments[moments <= _EARLIEST] = np.datetime64("NaT")
    return pd.DatetimeIndex(moments)


def in_last_minute(moments: pd.DatetimeIndex) -> np.ndarray:
    """Which moments lie within the last minute of their day, but not at 23:59:00 or 23:59:59, where people end a day.

    Nobody gives a date such a time; a library that mistakes the city's offset from UTC by some seconds does.
    """
    seconds = (moments - moments.normalize()) // pd.Timedelta(seconds=1)
    return np.asarray((seconds > _LAST_MINUTE_SECONDS) & (seconds < _END_OF_DAY_SECONDS))


def _written_moment(text: str) -> datetime.datetime | None:
    """The moment that a date stands for in any of the written forms, or as the number of an Excel day."""
    if _EXCEL_DAY.fullmatch(text):
        first, last = _EXCEL_DAYS
        is_likely = first <= float(text) < last + 1
        return _EXCEL_EPOCH + datetime.timedelta(seconds=round(float(text) * 86_400)) if is_likely else None
    parts = _WRITTEN.fullmatch(text.translate(_DASHES)) or _COMPACT.fullmatch(text)
    if parts is None:
        return None
    told = parts.groupdict()
    hour = _hour(told)
    year, month, day, minute, second = (
        int(told.get(name) or 0) for name in ("year", "month", "day", "minute", "second")
    )
    if hour is None:
        return None
    try:
        moment = datetime.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - local by contract
    except ValueError:
        return None
    weekday = told.get("weekday")
    return (
        moment if weekday is None or moment.weekday() == "一二三四五六日".index(weekday.replace("天", "日")) else None
    )


def _hour(told: dict[str, str | None]) -> int | None:
    """The hour of 24; None where the half of the day that is told can't have it."""
    hour = int(told.get("hour") or 0)
    half = _HALVES.get((told.get("half") or told.get("english") or "").casefold())
    if half is None:
        return hour
    if not 0 < hour <= 12:
        return None
    return hour % 12 + half
