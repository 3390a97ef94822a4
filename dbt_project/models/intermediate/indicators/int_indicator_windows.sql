-- Which days of a period an indicator asks about: one row per indicator, period that it has, kind of observation
-- (events or states) and, for growth, the base. An observation counts for a value where a day on which it stands lies
-- in the window: an event anywhere in the period, a state at its end, or, for a flow, anywhere in it. The base of
-- growth is the end of the same period of the year before, where that is one of the periods.
-- What happened since the year began is asked at the end of each month, as a period of the kind year_to_date.
with indicators as (
    select * from {{ ref('indicators') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

indicator_periods as (
    select
        indicators.indicator_code,
        indicators.kind,
        periods.period_kind,
        periods.period,
        periods.period_start,
        periods.period_end,
        a_year_before.period_end as base_end
    from indicators
    inner join periods
        on {{ is_listed('periods.period_kind', 'indicators.periods') }}
    left join periods as a_year_before
        on
            periods.period_kind = a_year_before.period_kind
            and periods.period_a_year_before = a_year_before.period
),

asked_periods as (
    select * from indicator_periods
    union all
    select
        indicator_code,
        kind,
        'year_to_date' as period_kind,
        period,
        {{ period_start('year', 'period_end') }} as period_start,
        period_end,
        cast(null as date) as base_end
    from indicator_periods
    where period_kind = 'month' and kind in ('flow', 'ratio')
)

select
    indicator_code,
    period_kind,
    period,
    true as is_of_events,
    false as is_base,
    period_start as first_day,
    period_end as last_day
from asked_periods
union all
select
    indicator_code,
    period_kind,
    period,
    false as is_of_events,
    false as is_base,
    case when kind = 'flow' then period_start else period_end end as first_day,
    period_end as last_day
from asked_periods
union all
select
    indicator_code,
    period_kind,
    period,
    false as is_of_events,
    true as is_base,
    base_end as first_day,
    base_end as last_day
from asked_periods
where kind = 'growth' and base_end is not null
