-- One row per feed, provider and period of the feed's cadence that the provider had to report: whether and when it did,
-- and whether what came was accepted. Expected is what was due before the night or has come already. A page set counts
-- in time for each day that it covers: when we fetched it is our doing, not the platform's.
with owed_periods as (
    select * from {{ ref('int_owed_periods') }}
),

feed_provider_types as (
    select * from {{ ref('stg_feed_provider_types') }}
),

providers as (
    select * from {{ ref('stg_providers') }}
),

reported_periods as (
    select * from {{ ref('int_reported_periods') }}
),

nights as (
    select * from {{ ref('stg_night') }}
),

obligations as (
    select
        owed_periods.feed,
        providers.provider_type,
        providers.provider_code,
        owed_periods.cadence_period_end,
        owed_periods.due_on
    from owed_periods
    inner join feed_provider_types
        on owed_periods.feed = feed_provider_types.feed
    inner join providers
        on
            feed_provider_types.provider_type = providers.provider_type
            and coalesce(providers.active_from, owed_periods.cadence_period_end) <= owed_periods.cadence_period_end
            and coalesce(providers.active_to, owed_periods.cadence_period_end) >= owed_periods.cadence_period_end
),

answered as (
    select
        obligations.feed,
        obligations.provider_type,
        obligations.provider_code,
        obligations.cadence_period_end,
        obligations.due_on,
        count(reported_periods.delivery_id) > 0 as is_received,
        count(reported_periods.delivery_id) filter (where reported_periods.status = 'accepted') > 0 as is_accepted,
        count(reported_periods.delivery_id) filter (
            where
            reported_periods.status = 'accepted'
            and (reported_periods.is_page_set or reported_periods.delivered_on <= obligations.due_on)
        ) > 0 as is_on_time
    from obligations
    left join reported_periods
        on
            obligations.feed = reported_periods.feed
            and obligations.provider_type = reported_periods.provider_type
            and obligations.provider_code = reported_periods.provider_code
            and obligations.cadence_period_end between reported_periods.reported_from and reported_periods.reported_to
    group by all
)

select
    answered.feed,
    answered.provider_type,
    answered.provider_code,
    answered.cadence_period_end,
    answered.due_on,
    answered.is_received or nights.night_on > answered.due_on as is_expected,
    answered.is_received,
    answered.is_accepted,
    answered.is_on_time
from answered
cross join nights
