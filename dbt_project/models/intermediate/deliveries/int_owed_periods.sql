-- What is owed of a feed, and by when: one row per feed and period of its cadence, from the year before the first
-- published period (whose last lists still stand in it) to the end of the night's year. A daily feed owes a report for
-- each working day; it covers the days off directly before. The due day moves to the next working day where it is none.
with feeds as (
    select * from {{ ref('stg_feeds') }}
),

calendar as (
    select * from {{ ref('stg_calendar') }}
),

published_days as (
    select
        {{ add_days('min(period_start)', -366) }} as first_day,
        {{ period_end('year', 'max(period_start)') }} as last_day
    from {{ ref('int_periods') }}
),

cadence_periods as (
    select
        feeds.feed,
        feeds.due_days,
        case
            when feeds.cadence = 'daily' then {{ add_days('day_before.last_worked_on', 1) }}
            else {{ cadence_period_start('feeds.cadence', 'calendar.date_on') }}
        end as cadence_period_start,
        calendar.date_on as cadence_period_end
    from feeds
    inner join calendar
        on calendar.date_on = {{ last_period_end('feeds.cadence', 'calendar.date_on') }}
    left join calendar as day_before
        on calendar.date_on = {{ add_days('day_before.date_on', 1) }}
    where feeds.cadence <> 'daily' or calendar.is_worked
)

select
    cadence_periods.feed,
    cadence_periods.cadence_period_start,
    cadence_periods.cadence_period_end,
    calendar.next_worked_on as due_on
from cadence_periods
cross join published_days
inner join calendar
    on calendar.date_on = {{ add_days('cadence_periods.cadence_period_end', 'cadence_periods.due_days') }}
where
    cadence_periods.cadence_period_end >= published_days.first_day
    and cadence_periods.cadence_period_start <= published_days.last_day
