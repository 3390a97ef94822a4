-- One row per month, quarter and year from the calendar year of the first accepted report to the month of the night.
-- period_a_year_before is the name of the same period of the year before, whether or not it has a row.
with nights as (
    select * from {{ ref('stg_night') }}
),

calendar as (
    select * from {{ ref('stg_calendar') }}
),

first_report as (
    select min(reported_to) as reported_to from {{ ref('int_reported_periods') }}
    where status = 'accepted'
),

months as (
    select
        calendar.date_on as month_start,
        cast(calendar.date_on - interval '1' year as date) as month_start_a_year_before
    from calendar
    cross join nights
    cross join first_report
    where
        calendar.date_on = {{ period_start('month', 'calendar.date_on') }}
        and calendar.date_on between {{ period_start('year', 'first_report.reported_to') }} and nights.night_on
)
{% for unit in ['month', 'quarter', 'year'] %}
select distinct
    '{{ unit }}' as period_kind,
    {{ period_name(unit, 'month_start') }} as period,
    {{ period_start(unit, 'month_start') }} as period_start,
    {{ period_end(unit, 'month_start') }} as period_end,
    {{ period_name(unit, 'month_start_a_year_before') }} as period_a_year_before
from months
{% if not loop.last %}union all{% endif %}
{%- endfor %}
