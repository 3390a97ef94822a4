-- When each period of a feed's cadence was due: one row per feed and period end up to the night. A due day on which
-- nobody works moves to the next working day; where the calendar doesn't know, the day stands as it is.
with feeds as (
    select * from {{ ref('stg_feeds') }}
),

calendar as (
    select * from {{ ref('stg_calendar') }}
),

nights as (
    select * from {{ ref('stg_night') }}
),

first_days as (
    select min(period_start) as first_day from {{ ref('int_periods') }}
    where period_kind = 'month'
),

next_working_days as (
    select
        date_on,
        min(case when coalesce(is_working_day, true) then date_on end) over (
            order by date_on rows between current row and unbounded following
        ) as next_working_day
    from calendar
),

cadence_periods as (
    select
        feeds.feed,
        calendar.date_on as cadence_period_end,
        {{ add_days('calendar.date_on', 'feeds.due_days') }} as latest_calendar_day
    from feeds
    inner join calendar
        on calendar.date_on = {{ last_period_end('feeds.cadence', 'calendar.date_on') }}
    cross join nights
    cross join first_days
    where calendar.date_on between first_days.first_day and nights.night_on
)

select
    cadence_periods.feed,
    cadence_periods.cadence_period_end,
    next_working_days.next_working_day as due_on
from cadence_periods
inner join next_working_days
    on cadence_periods.latest_calendar_day = next_working_days.date_on
