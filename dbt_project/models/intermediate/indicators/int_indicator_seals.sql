-- From when a value is final: one row per indicator and period, with the last due day of the reports behind it; of what
-- settles with the year, of those behind the year. No period is final before it is over.
with indicators as (
    select * from {{ ref('indicators') }}
),

indicator_feeds as (
    select * from {{ ref('int_indicator_feeds') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

last_due_days as (
    select
        feed,
        period_kind,
        period,
        max(due_on) as due_on
    from {{ ref('int_period_reports') }}
    group by all
),

settling as (
    select
        indicators.indicator_code,
        periods.period_kind,
        periods.period,
        case
            when indicators.settles = 'year' then {{ period_end('year', 'periods.period_end') }}
            else periods.period_end
        end as settles_on,
        case when indicators.settles = 'year' then 'year' else periods.period_kind end as asked_kind,
        case
            when indicators.settles = 'year' then {{ period_name('year', 'periods.period_end') }}
            else periods.period
        end as asked_period
    from indicators
    inner join periods
        on {{ is_listed('periods.period_kind', 'indicators.periods') }}
)

select
    settling.indicator_code,
    settling.period_kind,
    settling.period,
    greatest(settling.settles_on, coalesce(max(last_due_days.due_on), settling.settles_on)) as last_due_on
from settling
inner join indicator_feeds
    on settling.indicator_code = indicator_feeds.indicator_code
left join last_due_days
    on
        indicator_feeds.feed = last_due_days.feed
        and settling.asked_kind = last_due_days.period_kind
        and settling.asked_period = last_due_days.period
group by settling.indicator_code, settling.period_kind, settling.period, settling.settles_on
