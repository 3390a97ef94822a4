-- How well each provider served a feed in a period: one row per feed, registered provider and period, with
-- coverage 1 reported, 2 carried forward (only an older state or older rows are there), 3 missing.
with feeds as (
    select * from {{ ref('stg_feeds') }}
),

feed_provider_types as (
    select * from {{ ref('stg_feed_provider_types') }}
),

providers as (
    select * from {{ ref('stg_providers') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

reported_periods as (
    select * from {{ ref('int_reported_periods') }}
    where status = 'accepted'
),

expectations as (
    select
        feeds.feed,
        feeds.mode,
        providers.provider_type,
        providers.provider_code,
        periods.period_kind,
        periods.period,
        periods.period_start,
        periods.period_end,
        {{ last_period_end('feeds.cadence', 'periods.period_end') }} as state_on
    from feeds
    inner join feed_provider_types
        on feeds.feed = feed_provider_types.feed
    inner join providers
        on feed_provider_types.provider_type = providers.provider_type
    inner join periods
        on
            coalesce(providers.active_from, periods.period_end) <= periods.period_end
            and coalesce(providers.active_to, periods.period_end) >= periods.period_end
),

deliveries_seen as (
    select
        expectations.feed,
        expectations.mode,
        expectations.provider_type,
        expectations.provider_code,
        expectations.period_kind,
        expectations.period,
        max(
            case
                when expectations.mode = 'snapshot' and reported_periods.reported_to = expectations.state_on then 1
                when
                    expectations.mode <> 'snapshot'
                    and reported_periods.reported_from <= expectations.period_end
                    and reported_periods.reported_to >= expectations.period_start
                    then 1
                else 0
            end
        ) as reported,
        max(case when reported_periods.reported_to < expectations.period_end then 1 else 0 end) as reported_before
    from expectations
    left join reported_periods
        on
            expectations.feed = reported_periods.feed
            and expectations.provider_type = reported_periods.provider_type
            and expectations.provider_code = reported_periods.provider_code
    group by all
)

select
    feed,
    provider_type,
    provider_code,
    period_kind,
    period,
    case
        when reported = 1 then 1
        when reported_before = 1 and mode in ('snapshot', 'upsert') then 2
        else 3
    end as coverage
from deliveries_seen
