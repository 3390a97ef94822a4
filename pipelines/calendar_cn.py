"""China's calendar as a table: public holidays and the weekend days that are worked in exchange for them."""

import datetime
import functools

import chinese_calendar
import pandas as pd
from chinese_calendar.constants import Holiday, holidays

KNOWN_YEARS = range(min(holidays).year, max(holidays).year + 1)
_SATURDAY = 5


def calendar(first: datetime.date, last: datetime.date) -> pd.DataFrame:
    """One row per day from ``first`` to ``last``: date_on, is_working_day, holiday_name_zh, holiday_name_en.

    is_working_day is False on weekends and public holidays, and True on a weekend day that is worked in exchange. The
    names are those of the holiday to which a day off belongs; null on other days. All three are null in years whose
    holidays are not known yet: the State Council announces them in the autumn before. Source: the ``chinesecalendar``
    library.
    """
    days = pd.date_range(first, last, freq="D").date
    columns = ["date_on", "is_working_day", "holiday_name_zh", "holiday_name_en"]
    return pd.DataFrame([_day(day) for day in days], columns=columns).astype({"is_working_day": "boolean"})


@functools.cache
def is_working_day(day: datetime.date) -> bool:
    """Whether people work on the day; in years whose holidays are not known they do from Monday to Friday."""
    return bool(chinese_calendar.is_workday(day)) if day.year in KNOWN_YEARS else day.weekday() < _SATURDAY


def _day(day: datetime.date) -> tuple[datetime.date, bool | None, str | None, str | None]:
    if day.year not in KNOWN_YEARS:
        return day, None, None, None
    is_off, name = chinese_calendar.get_holiday_detail(day)
    if not is_off or name is None:
        return day, not is_off, None, None
    return day, False, Holiday(name).chinese, name
