-- is_worked, last_worked_on and next_worked_on (the day itself, where people work on it) are the calendar of the due
-- rule: where holidays are not known yet, people work from Monday to Friday.
with days as (
    select
        date_on,
        is_working_day,
        holiday_name_zh,
        holiday_name_en,
        coalesce(is_working_day, date_on < {{ add_days(period_start('week', 'date_on'), 5) }}) as is_worked
    from {{ source('ops', 'calendar') }}
)

select
    date_on,
    is_working_day,
    holiday_name_zh,
    holiday_name_en,
    is_worked,
    max(case when is_worked then date_on end) over (
        order by date_on rows between unbounded preceding and current row
    ) as last_worked_on,
    min(case when is_worked then date_on end) over (
        order by date_on rows between current row and unbounded following
    ) as next_worked_on
from days
