-- Which reports stand behind the figures of a period: one row per feed, period and period of the feed's cadence. Of
-- events those that overlap the period, of lists the latest that ended by its end.
with feeds as (
    select * from {{ ref('stg_feeds') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

owed_periods as (
    select
        owed.*,
        feeds.mode,
        lead(owed.cadence_period_end) over (
            partition by owed.feed order by owed.cadence_period_end
        ) as next_period_end
    from {{ ref('int_owed_periods') }} as owed
    inner join feeds
        on owed.feed = feeds.feed
)

select
    owed_periods.feed,
    owed_periods.mode,
    periods.period_kind,
    periods.period,
    periods.period_end,
    owed_periods.cadence_period_end,
    owed_periods.due_on
from owed_periods
inner join periods
    on
        (
            owed_periods.mode <> 'snapshot'
            and owed_periods.cadence_period_start <= periods.period_end
            and owed_periods.cadence_period_end >= periods.period_start
        )
        or (
            owed_periods.mode = 'snapshot'
            and owed_periods.cadence_period_end <= periods.period_end
            and coalesce(owed_periods.next_period_end, date '9999-12-31') > periods.period_end
        )
