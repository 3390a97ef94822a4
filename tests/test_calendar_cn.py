"""China's calendar: holidays, exchanged weekend days, and the years that nobody has announced yet."""

import datetime

from pipelines import calendar_cn


def day(year: int, month: int, date: int) -> tuple[object, ...]:
    on = datetime.date(year, month, date)
    frame = calendar_cn.calendar(on, on)
    return tuple(frame.astype(object).where(frame.notna(), None).iloc[0])[1:]


def test_the_spring_festival_is_a_holiday_with_both_names() -> None:
    assert day(2025, 1, 29) == (False, "春节", "Spring Festival")


def test_a_sunday_worked_in_exchange_is_a_working_day_without_a_holiday_name() -> None:
    assert day(2025, 1, 26) == (True, None, None)


def test_an_ordinary_weekend_is_off_and_an_ordinary_monday_is_worked() -> None:
    assert day(2025, 3, 9) == (False, None, None)
    assert day(2025, 3, 10) == (True, None, None)


def test_a_year_that_is_not_announced_is_unknown() -> None:
    assert day(calendar_cn.KNOWN_YEARS.stop, 1, 1) == (None, None, None)


def test_there_is_one_row_per_day() -> None:
    frame = calendar_cn.calendar(datetime.date(2024, 1, 1), datetime.date(2024, 12, 31))
    assert len(frame) == frame["date_on"].nunique() == 366
